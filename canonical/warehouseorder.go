package canonical

// WarehouseOrder tells a warehouse what to ship: X12 940. One leg of an order.
type WarehouseOrder struct {
	WarehouseOrderNumber string             `json:"warehouseOrderNumber" canonical:"required,max=22" doc:"the depositor's order number, one per leg (W0502)"`
	Purpose              string             `json:"purpose" canonical:"required" codes:"warehousePurpose" doc:"what to do with it (W0501)"`
	PurposeAsSent        string             `json:"purposeAsSent,omitempty" doc:"the partner's code for the purpose"`
	CustomerOrderNumber  string             `json:"customerOrderNumber,omitempty" canonical:"max=35" doc:"the buyer's order number, zeros kept (W0503)"`
	OrderNumber          string             `json:"orderNumber,omitempty" doc:"our order (W0505)"`
	Leg                  *int               `json:"leg,omitempty" canonical:"min=1" doc:"which leg of our order"`
	Part                 *Part              `json:"part,omitempty" doc:"which of the linked documents (W0504)"`
	MasterReference      string             `json:"masterReference,omitempty" doc:"what links the documents, where it is not our order (W0505)"`
	Type                 string             `json:"type,omitempty" codes:"orderType" doc:"what kind of order it is (W0506, 08)"`
	TypeAsSent           string             `json:"typeAsSent,omitempty" doc:"the partner's code for the type"`
	Warehouse            string             `json:"warehouse" canonical:"required" doc:"which warehouse ships (N104 of WH or SF)"`
	Department           string             `json:"department,omitempty" doc:"of the buyer (N9 DP)"`
	VendorNumber         string             `json:"vendorNumber,omitempty" doc:"the buyer's number for the seller (N9 IA)"`
	VendorNumberAsSent   string             `json:"vendorNumberAsSent,omitempty" doc:"the partner's code, where it is not the first of these"`
	Dates                *Dates             `json:"dates,omitempty" doc:"deadlines and other days, by meaning (G62)"`
	Parties              *Parties           `json:"parties,omitempty" doc:"who takes part, by role (N1)"`
	OtherParties         []OtherParty       `json:"otherParties,omitempty" doc:"second parties of a role, and roles without a field (N1)"`
	Contacts             []Contact          `json:"contacts,omitempty" doc:"people to ask (PER)"`
	Carrier              *Carrier           `json:"carrier,omitempty" doc:"who transports it, and how (W66)"`
	Freight              *Freight           `json:"freight,omitempty" doc:"who pays for transport (W6601, 06, 07)"`
	PalletExchange       string             `json:"palletExchange,omitempty" doc:"W6603"`
	UnitLoad             string             `json:"unitLoad,omitempty" doc:"W6604"`
	Temperature          *Temperature       `json:"temperature,omitempty" doc:"between which temperatures it is kept (W09)"`
	AllowPartial         *bool              `json:"allowPartial,omitempty" doc:"less than all may be shipped"`
	AllowSubstitution    *bool              `json:"allowSubstitution,omitempty" doc:"another item may be shipped"`
	Labels               *LabelRules        `json:"labels,omitempty" doc:"labels that the warehouse puts on"`
	AllowancesCharges    []AllowanceCharge  `json:"allowancesCharges,omitempty" doc:"discounts and surcharges (SAC, G72)"`
	References           []Reference        `json:"references,omitempty" doc:"numbers that have no field of their own (N9)"`
	Notes                []Note             `json:"notes,omitempty" doc:"instructions (NTE)"`
	Lines                []WarehouseLine    `json:"lines" canonical:"required" doc:"what to ship (W01)"`
	Totals               *WarehouseTotals   `json:"totals,omitempty" doc:"sums over the lines (W76)"`
	Extensions           map[string]Private `json:"extensions,omitempty" doc:"partner data without a field, by partner and name; free JSON"`
}

// WarehouseLine is one item to ship. The warehouse echoes its number.
type WarehouseLine struct {
	LineNumber         string             `json:"lineNumber" canonical:"required" doc:"our number for the line (LX01)"`
	LineNumberAssigned bool               `json:"lineNumberAssigned,omitempty" doc:"the sender gave no number; it is the ordinal"`
	OrderLine          string             `json:"orderLine,omitempty" doc:"the buyer's order line (N902 of LI)"`
	OrderLineAsSent    string             `json:"orderLineAsSent,omitempty" doc:"the partner's code, where it is not LI"`
	Item               *ItemIDs           `json:"item" canonical:"required" doc:"what to ship, by at least one number (W0103 to 07, 15, 16)"`
	Description        string             `json:"description,omitempty" doc:"G6901"`
	Quantity           *Quantity          `json:"quantity" canonical:"required" doc:"how much to ship (W0101, 02)"`
	OtherQuantities    []OtherQuantity    `json:"otherQuantities,omitempty" doc:"quantities of another meaning (QTY)"`
	Condition          string             `json:"condition,omitempty" doc:"state that the goods must have (W0114)"`
	FreightClass       string             `json:"freightClass,omitempty" doc:"W0108"`
	PalletPattern      string             `json:"palletPattern,omitempty" doc:"blocks and tiers of a pallet, three digits each (W0112)"`
	Pack               *Pack              `json:"pack,omitempty" doc:"how it is packed (W2001 to 03)"`
	Weight             *Weight            `json:"weight,omitempty" doc:"of the line (W2004 to 06)"`
	Parties            *Parties           `json:"parties,omitempty" doc:"by role (N1)"`
	OtherParties       []OtherParty       `json:"otherParties,omitempty" doc:"parties without a field (N1)"`
	Dates              *Dates             `json:"dates,omitempty" doc:"deadlines of the line (G62)"`
	References         []Reference        `json:"references,omitempty" doc:"N9"`
	Notes              []Note             `json:"notes,omitempty" doc:"NTE"`
	Extensions         map[string]Private `json:"extensions,omitempty" doc:"partner data without a field, by partner and name; free JSON"`
}

// Temperature is the range in which goods are kept.
type Temperature struct {
	EquipmentAsSent string  `json:"equipmentAsSent,omitempty" doc:"the partner's code for the equipment (W0901)"`
	Text            string  `json:"text,omitempty" doc:"W0906"`
	Min             Decimal `json:"min,omitempty" doc:"W0902"`
	Max             Decimal `json:"max,omitempty" doc:"W0904"`
	Unit            string  `json:"unit" canonical:"required" codes:"temperatureUnit" doc:"of both (W0903, 05)"`
	UnitAsSent      string  `json:"unitAsSent,omitempty" doc:"the partner's code for the unit"`
}

// LabelRules say which labels a warehouse puts on what it ships.
type LabelRules struct {
	Standard string `json:"standard,omitempty" doc:"such as gs1-128"`
	Template string `json:"template,omitempty" doc:"the partner's template"`
}

// WarehouseTotals are sums over the lines of a warehouse order.
type WarehouseTotals struct {
	Quantity Decimal `json:"quantity,omitempty" doc:"sum of all quantities, whatever their units (W7601)"`
	Weight   *Weight `json:"weight,omitempty" doc:"W7602, 03"`
	Volume   *Weight `json:"volume,omitempty" doc:"W7604, 05"`
}
