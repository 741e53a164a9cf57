package canonical

// Inventory says what is where: X12 846, and reports of a warehouse. A snapshot
// replaces all that it names, a delta adds.
type Inventory struct {
	ReportNumber string              `json:"reportNumber" canonical:"required" doc:"the sender's number (BIA03)"`
	Mode         string              `json:"mode" canonical:"required" codes:"inventoryMode" doc:"whether it replaces or adds (BIA01)"`
	ModeAsSent   string              `json:"modeAsSent,omitempty" doc:"the partner's code for the mode"`
	ReportAsSent string              `json:"reportTypeAsSent,omitempty" doc:"the partner's code for the kind of report (BIA02)"`
	AsOf         Date                `json:"asOf" canonical:"required" doc:"when it was so (BIA04, 05, DTM 097, 007)"`
	Sequence     *int                `json:"sequence,omitempty" canonical:"min=0" doc:"counts the reports of one source; an earlier one is ignored"`
	Dates        *Dates              `json:"dates,omitempty" doc:"days by meaning (DTM)"`
	Locations    []InventoryLocation `json:"locations,omitempty" doc:"the places that positions name (N1)"`
	Parties      *Parties            `json:"parties,omitempty" doc:"who takes part, by role (N1)"`
	OtherParties []OtherParty        `json:"otherParties,omitempty" doc:"second parties of a role, and roles without a field (N1)"`
	Contacts     []Contact           `json:"contacts,omitempty" doc:"people to ask (PER)"`
	References   []Reference         `json:"references,omitempty" doc:"numbers that have no field of their own (REF)"`
	Notes        []Note              `json:"notes,omitempty" doc:"MSG, MTX"`
	Positions    []Position          `json:"positions,omitempty" doc:"one item in one place (LIN)"`
	Movements    []Movement          `json:"movements,omitempty" doc:"what came and went; a delta has positions or movements"`
	Totals       *OrderTotals        `json:"totals,omitempty" doc:"as sent: compared, not trusted (CTT)"`
	Extensions   map[string]Private  `json:"extensions,omitempty" doc:"partner data without a field, by partner and name; free JSON"`
}

// InventoryLocation is a place of stock.
type InventoryLocation struct {
	ID    string `json:"id" canonical:"required" doc:"what positions call it"`
	Party *Party `json:"party,omitempty" doc:"who and where it is (N1)"`
}

// Position is how much of an item there is in one place, by state.
type Position struct {
	LineNumber      string             `json:"lineNumber,omitempty" doc:"the sender's number (LIN01)"`
	Item            *ItemIDs           `json:"item" canonical:"required" doc:"which item, by at least one number (LIN02 to 31)"`
	Description     string             `json:"description,omitempty" doc:"PID05"`
	Location        string             `json:"location,omitempty" doc:"id of the place (N104 of WH)"`
	Parties         *Parties           `json:"parties,omitempty" doc:"by role (N1)"`
	OtherParties    []OtherParty       `json:"otherParties,omitempty" doc:"parties without a field (N1)"`
	Unit            Unit               `json:"unit" canonical:"required" doc:"of all quantities (QTY03)"`
	UnitAsSent      string             `json:"unitAsSent,omitempty" doc:"the partner's code for the unit"`
	OnHand          Decimal            `json:"onHand,omitempty" doc:"there (QTY 17)"`
	Allocated       Decimal            `json:"allocated,omitempty" doc:"promised to orders"`
	Backordered     Decimal            `json:"backordered,omitempty" doc:"ordered by customers and not there"`
	InTransit       Decimal            `json:"inTransit,omitempty" doc:"on the way to the place"`
	Available       Decimal            `json:"available,omitempty" doc:"may be sold (QTY 33)"`
	OnOrder         Decimal            `json:"onOrder,omitempty" doc:"ordered from suppliers (QTY 63)"`
	Projected       Decimal            `json:"projected,omitempty" doc:"expected to be available (QTY 29)"`
	Damaged         Decimal            `json:"damaged,omitempty" doc:"there, not to be sold"`
	Hold            Decimal            `json:"hold,omitempty" doc:"there, kept back (QTY QH)"`
	OtherQuantities []OtherQuantity    `json:"otherQuantities,omitempty" doc:"states without a field (QTY)"`
	Expected        []Expected         `json:"expected,omitempty" doc:"when more comes (SCH)"`
	Status          string             `json:"status,omitempty" doc:"the sender's word for the item's state"`
	AvailableFrom   Date               `json:"availableFrom,omitempty" doc:"when it may be sold (DTM)"`
	Discontinued    *bool              `json:"discontinued,omitempty" doc:"it will not come again"`
	Price           *UnitPrice         `json:"price,omitempty" doc:"CTP03"`
	Currency        Currency           `json:"currency,omitempty" doc:"the currency of the price"`
	Dates           *Dates             `json:"dates,omitempty" doc:"days by meaning (DTM)"`
	References      []Reference        `json:"references,omitempty" doc:"REF"`
	Extensions      map[string]Private `json:"extensions,omitempty" doc:"partner data without a field, by partner and name; free JSON"`
}

// Expected is how much of an item comes on a day.
type Expected struct {
	Date     Date    `json:"date" canonical:"required" doc:"when (SCH06)"`
	Quantity Decimal `json:"quantity" canonical:"required" doc:"how much (SCH01)"`
}

// Movement is what came to a place or went from it: the only quantity of the model
// with a sign that says the direction.
type Movement struct {
	Type         string   `json:"type" canonical:"required" codes:"movement" doc:"what happened"`
	TypeAsSent   string   `json:"typeAsSent,omitempty" doc:"the partner's code for the type"`
	Item         *ItemIDs `json:"item" canonical:"required" doc:"which item, by at least one number"`
	Location     string   `json:"location,omitempty" doc:"id of the place"`
	Lot          string   `json:"lot,omitempty" doc:"which lot"`
	Quantity     Decimal  `json:"quantity" canonical:"required" doc:"more than 0 came, less went"`
	Unit         Unit     `json:"unit" canonical:"required" doc:"of the quantity"`
	UnitAsSent   string   `json:"unitAsSent,omitempty" doc:"the partner's code for the unit"`
	Reason       string   `json:"reason,omitempty" doc:"the sender's word for why"`
	ReasonAsSent string   `json:"reasonAsSent,omitempty" doc:"the partner's code for the reason"`
	Reference    string   `json:"reference,omitempty" doc:"document that it belongs to"`
	OccurredAt   Date     `json:"occurredAt,omitempty" doc:"when"`
}
