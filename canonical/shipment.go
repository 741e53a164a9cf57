package canonical

// Shipment is what was shipped and how it is packed: X12 856 to a buyer, and 945
// from a warehouse. Lines and units are two lists that contents join.
type Shipment struct {
	Type string `json:"type" canonical:"required" codes:"shipmentType" doc:"advice to a buyer, or report of a warehouse (ST01: 856, 945)"`
	ShipmentHeader
	StructureAssigned bool            `json:"structureAssigned,omitempty" doc:"the sender named no structure; it is the one that was met"`
	Orders            []ShipmentOrder `json:"orders" canonical:"required,empty" doc:"the orders that it fulfils, at least one of a shipNotice; lines name them by their index (HL O, W06)"`
	Lines             []ShipmentLine  `json:"lines" canonical:"required" doc:"what was shipped, one for each order line and lot (HL I, W12)"`
	Units             []HandlingUnit  `json:"units" canonical:"required,empty" doc:"pallets, cartons and what else holds goods; empty where nothing is packed"`
}

// ShipmentHeader is what is said of a shipment as a whole.
type ShipmentHeader struct {
	ShipmentID           string             `json:"shipmentId" canonical:"required,max=30" doc:"the sender's number (BSN02, W0604)"`
	Purpose              string             `json:"purpose" canonical:"required" codes:"shipmentPurpose" doc:"what to do with it (BSN01, W0601)"`
	PurposeAsSent        string             `json:"purposeAsSent,omitempty" doc:"the partner's code for the purpose"`
	Structure            string             `json:"structure,omitempty" codes:"structure" doc:"how it is nested (BSN05)"`
	StructureAsSent      string             `json:"structureAsSent,omitempty" doc:"the partner's code for the structure"`
	IssuedAt             Date               `json:"issuedAt,omitempty" doc:"when it was made out (BSN03, 04)"`
	WarehouseOrderNumber string             `json:"warehouseOrderNumber,omitempty" canonical:"max=22" doc:"our number on the 940, echoed (W0602)"`
	Part                 *Part              `json:"part,omitempty" doc:"which of the linked documents (W0608)"`
	MasterReference      string             `json:"masterReference,omitempty" doc:"what links the documents, where it is not our order (W0607)"`
	Final                *bool              `json:"final,omitempty" doc:"nothing more will come for this warehouse order"`
	Warehouse            string             `json:"warehouse,omitempty" doc:"which warehouse shipped (N104 of WH or SF)"`
	BOL                  string             `json:"bol,omitempty" doc:"bill of lading (REF BM)"`
	MasterBOL            string             `json:"masterBol,omitempty" doc:"master bill of lading (REF MB)"`
	Pro                  string             `json:"pro,omitempty" doc:"the carrier's number (REF CN)"`
	TrackingNumbers      []string           `json:"trackingNumbers,omitempty" doc:"REF 2I"`
	LoadNumber           string             `json:"loadNumber,omitempty" doc:"REF LO"`
	Appointment          string             `json:"appointment,omitempty" doc:"REF AO"`
	PackingList          string             `json:"packingList,omitempty" doc:"REF PK"`
	Dates                *Dates             `json:"dates,omitempty" doc:"days by meaning; shipped is always there (DTM, G62, W0603)"`
	Carrier              *Carrier           `json:"carrier,omitempty" doc:"who transports it, and how (TD5, TD3, W27)"`
	OtherCarriers        []Carrier          `json:"otherCarriers,omitempty" doc:"further legs of the transport (TD5)"`
	Freight              *Freight           `json:"freight,omitempty" doc:"who pays for transport (FOB, W2704)"`
	Parties              *Parties           `json:"parties,omitempty" doc:"who takes part, by role (N1)"`
	OtherParties         []OtherParty       `json:"otherParties,omitempty" doc:"second parties of a role, and roles without a field (N1)"`
	Contacts             []Contact          `json:"contacts,omitempty" doc:"people to ask (PER)"`
	UnitLoad             string             `json:"unitLoad,omitempty" doc:"W1001"`
	Milestones           []Milestone        `json:"milestones,omitempty" doc:"what happened to it on the way"`
	Totals               *ShipmentTotals    `json:"totals,omitempty" doc:"as sent: compared, not trusted (TD1, CTT, W03)"`
	Packaging            []Packaging        `json:"packaging,omitempty" doc:"further kinds of packages (TD1)"`
	AllowancesCharges    []AllowanceCharge  `json:"allowancesCharges,omitempty" doc:"discounts and surcharges (SAC)"`
	References           []Reference        `json:"references,omitempty" doc:"numbers that have no field of their own (REF, N9)"`
	Notes                []Note             `json:"notes,omitempty" doc:"NTE"`
	Extensions           map[string]Private `json:"extensions,omitempty" doc:"partner data without a field, by partner and name; free JSON"`
}

// ShipmentOrder is one of the orders that a shipment fulfils.
type ShipmentOrder struct {
	CustomerOrderNumber string             `json:"customerOrderNumber,omitempty" canonical:"max=35" doc:"the buyer's order number, zeros kept (PRF01, W0606)"`
	OrderNumber         string             `json:"orderNumber,omitempty" doc:"the seller's number (REF VN, CO, W0607)"`
	OrderNumberAsSent   string             `json:"orderNumberAsSent,omitempty" doc:"the partner's code, where it is not VN"`
	ReleaseNumber       string             `json:"releaseNumber,omitempty" doc:"call-off number (PRF02)"`
	ChangeNumber        string             `json:"changeNumber,omitempty" doc:"of the order's last change (PRF03)"`
	OrderDate           Date               `json:"orderDate,omitempty" doc:"when the buyer ordered (PRF04)"`
	ContractNumber      string             `json:"contractNumber,omitempty" doc:"PRF06, REF CT"`
	InvoiceNumber       string             `json:"invoiceNumber,omitempty" doc:"the invoice of the goods (REF IV)"`
	Department          string             `json:"department,omitempty" doc:"of the buyer (REF DP)"`
	VendorNumber        string             `json:"vendorNumber,omitempty" doc:"the buyer's number for the seller (REF IA)"`
	VendorNumberAsSent  string             `json:"vendorNumberAsSent,omitempty" doc:"the partner's code, where it is not the first of these"`
	CustomerReference   string             `json:"customerReference,omitempty" doc:"REF CR"`
	Dates               *Dates             `json:"dates,omitempty" doc:"days by meaning (DTM)"`
	Carrier             *Carrier           `json:"carrier,omitempty" doc:"where it is not the shipment's (TD5)"`
	Parties             *Parties           `json:"parties,omitempty" doc:"by role (N1)"`
	OtherParties        []OtherParty       `json:"otherParties,omitempty" doc:"parties without a field (N1)"`
	Packaging           []Packaging        `json:"packaging,omitempty" doc:"packages of the order (TD1)"`
	Descriptions        []Description      `json:"descriptions,omitempty" doc:"things said about the order (PID)"`
	References          []Reference        `json:"references,omitempty" doc:"REF"`
	Notes               []Note             `json:"notes,omitempty" doc:"NTE"`
	Extensions          map[string]Private `json:"extensions,omitempty" doc:"partner data without a field, by partner and name; free JSON"`
}

// ShipmentLine is what was shipped of one order line, in one lot, however it is
// packed.
type ShipmentLine struct {
	LineID          string      `json:"lineId" canonical:"required" doc:"key of the line within this document"`
	Order           *int        `json:"order,omitempty" canonical:"min=0" doc:"index into orders"`
	Group           string      `json:"group,omitempty" doc:"number of the group that it was sent in, where there are several (LX01)"`
	GroupReferences []Reference `json:"groupReferences,omitempty" doc:"numbers of that group (N9 below LX)"`
	ShippedGoods
	Shipped *Quantity `json:"shipped" canonical:"required" doc:"what was shipped (SN102, 03, W1203, 05)"`
	Short   *Quantity `json:"short,omitempty" doc:"ordered less shipped; computed"`
	Over    *Quantity `json:"over,omitempty" doc:"shipped less ordered; computed"`
}

// ShippedGoods is what is said of goods besides how many were shipped.
type ShippedGoods struct {
	LineNumber        string             `json:"lineNumber,omitempty" doc:"the buyer's order line (LIN01, SN101, N902 of LI or PL)"`
	ShipLineNumber    string             `json:"shipLineNumber,omitempty" doc:"the sender's line, where it is not the order's (SN101)"`
	WarehouseLine     string             `json:"warehouseLine,omitempty" doc:"line of the 940 (N902 of LI, else LX01)"`
	WarehouseAssigned bool               `json:"warehouseLineAssigned,omitempty" doc:"the warehouse did not echo the line; it is the number of the group"`
	Item              *ItemIDs           `json:"item" canonical:"required" doc:"what was shipped, by at least one number (LIN02 to 31, W1206 to 08, 17, 18)"`
	Description       string             `json:"description,omitempty" doc:"PID05, G6901"`
	Descriptions      []Description      `json:"descriptions,omitempty" doc:"other things said about it (PID)"`
	Ordered           *Quantity          `json:"ordered,omitempty" doc:"SN105, 06, W1202"`
	ShippedToDate     *Quantity          `json:"shippedToDate,omitempty" doc:"of the order line so far (SN104)"`
	Backordered       *Quantity          `json:"backordered,omitempty" doc:"what of the short the sender will ship later"`
	Cancelled         *Quantity          `json:"cancelled,omitempty" doc:"what of the short the sender will not ship"`
	Status            string             `json:"status,omitempty" codes:"lineStatus" doc:"how the line was shipped (SN108, W1201)"`
	StatusAsSent      string             `json:"statusAsSent,omitempty" doc:"the partner's code for the status"`
	Reason            string             `json:"reason,omitempty" codes:"shortReason" doc:"why it differs from the order (W1219)"`
	ReasonAsSent      string             `json:"reasonAsSent,omitempty" doc:"the partner's code for the reason"`
	SubstitutedFor    *ItemIDs           `json:"substitutedFor,omitempty" doc:"the item that was ordered (W1216 to 18)"`
	UnitPrice         *UnitPrice         `json:"unitPrice,omitempty" doc:"SLN06, CTP03"`
	Pack              *Pack              `json:"pack,omitempty" doc:"how it is packed (PO4)"`
	Weight            *Weight            `json:"weight,omitempty" doc:"of the line (W1210 to 12)"`
	Loads             []Load             `json:"loads,omitempty" doc:"identical packs without marks (CLD)"`
	Destinations      []Destination      `json:"destinations,omitempty" doc:"split of the line by store (SDQ)"`
	Dates             *Dates             `json:"dates,omitempty" doc:"days of the line (DTM)"`
	Parties           *Parties           `json:"parties,omitempty" doc:"by role (N1)"`
	OtherParties      []OtherParty       `json:"otherParties,omitempty" doc:"parties without a field (N1)"`
	References        []Reference        `json:"references,omitempty" doc:"REF, N9"`
	Notes             []Note             `json:"notes,omitempty" doc:"NTE"`
	Extensions        map[string]Private `json:"extensions,omitempty" doc:"partner data without a field, by partner and name; free JSON"`
}

// Load is a number of packs of the same content that carry no marks.
type Load struct {
	Count       *int    `json:"count" canonical:"required,min=1" doc:"how many (CLD01)"`
	QuantityPer Decimal `json:"quantityPer,omitempty" doc:"units in each (CLD02)"`
	Packaging   string  `json:"packaging,omitempty" doc:"the partner's code for what they are (CLD03)"`
}

// Packaging is a number of packages of one type.
type Packaging struct {
	Count       *int    `json:"count,omitempty" canonical:"min=0" doc:"how many (TD102)"`
	Type        string  `json:"type,omitempty" codes:"unitType" doc:"what they are (TD101)"`
	TypeAsSent  string  `json:"typeAsSent,omitempty" doc:"the partner's code for the type"`
	Description string  `json:"description,omitempty" doc:"TD105"`
	Weight      *Weight `json:"weight,omitempty" doc:"TD106 to 08"`
	Volume      *Weight `json:"volume,omitempty" doc:"TD109, 10"`
}

// ShipmentTotals are the sums that the sender gave.
type ShipmentTotals struct {
	Packages          *int      `json:"packages,omitempty" canonical:"min=0" doc:"number of packages (TD102, W0306)"`
	PackageType       string    `json:"packageType,omitempty" codes:"unitType" doc:"what they are (TD101, W0307)"`
	PackageTypeAsSent string    `json:"packageTypeAsSent,omitempty" doc:"the partner's code for the packages"`
	Pallets           *int      `json:"pallets,omitempty" canonical:"min=0" doc:"W1002"`
	Weight            *Weight   `json:"weight,omitempty" doc:"TD106 to 08, W0302, 03"`
	Volume            *Weight   `json:"volume,omitempty" doc:"TD109, 10, W0304, 05"`
	Shipped           *Quantity `json:"shipped,omitempty" doc:"sum of all lines (W0301)"`
	QuantityHash      Decimal   `json:"quantityHash,omitempty" doc:"sum of all quantities, whatever their units (CTT02)"`
	Lines             *int      `json:"lines,omitempty" canonical:"min=0" doc:"number of lines (CTT01)"`
}

// Milestone is one thing that happened to a shipment.
type Milestone struct {
	Type       string `json:"type" canonical:"required" codes:"milestone" doc:"what happened"`
	OccurredAt Date   `json:"occurredAt" canonical:"required" doc:"when"`
	Location   string `json:"location,omitempty" doc:"where"`
	Code       string `json:"code,omitempty" doc:"the sender's code"`
}

// HandlingUnit is a pallet, a carton or anything else that holds goods.
type HandlingUnit struct {
	UnitID    string    `json:"unitId" canonical:"required" doc:"key of the unit within this document"`
	Parent    string    `json:"parent,omitempty" doc:"unitId of the unit that it stands on or in"`
	Order     *int      `json:"order,omitempty" canonical:"min=0" doc:"index into orders, where neither contents nor parent say it"`
	LinePlate bool      `json:"linePlate,omitempty" doc:"a 945 names it at its line (N902 of LV), and nothing that it stands on"`
	BelowItem bool      `json:"belowItem,omitempty" doc:"in X12 it hangs below its item, though the structure does not say so"`
	Type      string    `json:"type" canonical:"required" codes:"unitType" doc:"what it is (HL03)"`
	Contents  []Content `json:"contents,omitempty" doc:"what is in it, besides other units"`
	UnitMarks
}

// UnitMarks are what a unit carries, and its measures.
type UnitMarks struct {
	SSCC            SSCC            `json:"sscc,omitempty" doc:"serial shipping container code (MAN02 of GM, AA)"`
	Tracking        string          `json:"tracking,omitempty" doc:"the carrier's number (MAN02 or 05 of CP)"`
	Barcodes        []TypedID       `json:"barcodes,omitempty" doc:"other marks (MAN)"`
	Packaging       string          `json:"packaging,omitempty" doc:"the partner's code for what it is (TD101, PO404)"`
	Packages        *int            `json:"packages,omitempty" canonical:"min=0" doc:"number of packages on it (TD102)"`
	Pack            *Pack           `json:"pack,omitempty" doc:"how its content is packed (PO4)"`
	Tiers           *int            `json:"tiers,omitempty" canonical:"min=0" doc:"layers on a pallet (PAL02)"`
	Blocks          *int            `json:"blocks,omitempty" canonical:"min=0" doc:"packs in a layer (PAL03)"`
	Measurements    []Measurement   `json:"measurements,omitempty" doc:"weight, volume, lengths (PO4, TD1, PAL, MEA)"`
	MarkFor         *Party          `json:"markFor,omitempty" doc:"whom it is for (N1)"`
	Dates           *Dates          `json:"dates,omitempty" doc:"days of the unit (DTM)"`
	References      []Reference     `json:"references,omitempty" doc:"REF"`
	Descriptions    []Description   `json:"descriptions,omitempty" doc:"things said about the unit (PID)"`
	OtherQuantities []OtherQuantity `json:"otherQuantities,omitempty" doc:"quantities of the unit as a whole (SN1, QTY)"`
}

// Content is how much of one line a unit holds.
type Content struct {
	LineID   string    `json:"lineId" canonical:"required" doc:"which line"`
	Quantity *Quantity `json:"quantity,omitempty" doc:"how much of it, in the line's unit"`
	Lot      string    `json:"lot,omitempty" doc:"where it is not the line's"`
	Serials  []string  `json:"serials,omitempty" doc:"of the pieces in this unit"`
	Expiry   Date      `json:"expiry,omitempty" doc:"last day of use"`
}
