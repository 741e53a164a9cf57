package canonical

// OrderResponse is a seller's answer to an order or a change: X12 855 and 865.
// Without lines the result counts for all of them.
type OrderResponse struct {
	CustomerOrderNumber string             `json:"customerOrderNumber" canonical:"required,max=35" doc:"the buyer's order number, zeros kept (BAK03, BCA03)"`
	ReleaseNumber       string             `json:"releaseNumber,omitempty" doc:"call-off number (BAK05, BCA04)"`
	OrderNumber         string             `json:"orderNumber,omitempty" doc:"the seller's number for the order (BAK08)"`
	RespondsTo          string             `json:"respondsTo" canonical:"required" codes:"respondsTo" doc:"what is answered (ST01: 855 or 865)"`
	ChangeNumber        string             `json:"changeNumber,omitempty" doc:"of the change that is answered (BCA05)"`
	Purpose             string             `json:"purpose" canonical:"required" codes:"responsePurpose" doc:"what to do with it (BAK01)"`
	PurposeAsSent       string             `json:"purposeAsSent,omitempty" doc:"the partner's code for the purpose"`
	Result              string             `json:"result" canonical:"required" codes:"responseResult" doc:"the answer in one word (BAK02)"`
	ResultAsSent        string             `json:"resultAsSent,omitempty" doc:"the partner's code for the result"`
	OrderDate           Date               `json:"orderDate" canonical:"required" doc:"when the buyer ordered (BAK04, BCA06)"`
	ResponseDate        Date               `json:"responseDate,omitempty" doc:"when the seller answered (BAK09)"`
	ContractNumber      string             `json:"contractNumber,omitempty" doc:"agreed terms that hold for it (BAK07)"`
	OtherCarriers       []Carrier          `json:"otherCarriers,omitempty" doc:"further legs of the transport (TD5)"`
	OtherAmounts        []OtherAmount      `json:"otherAmounts,omitempty" doc:"sums of another meaning (AMT)"`
	CustomerReference   string             `json:"customerReference,omitempty" doc:"the buyer's request (BAK06)"`
	Currency            Currency           `json:"currency,omitempty" doc:"the currency of every price (CUR02)"`
	CurrencyAsSent      string             `json:"currencyAsSent,omitempty" doc:"the partner's code, where it is not the first of these"`
	ExchangeRate        Decimal            `json:"exchangeRate,omitempty" doc:"CUR03"`
	Department          string             `json:"department,omitempty" doc:"of the buyer (REF DP)"`
	VendorNumber        string             `json:"vendorNumber,omitempty" doc:"the buyer's number for the seller (REF IA, VR)"`
	VendorNumberAsSent  string             `json:"vendorNumberAsSent,omitempty" doc:"the partner's code, where it is not the first of these"`
	Dates               *Dates             `json:"dates,omitempty" doc:"days by meaning (DTM)"`
	Terms               []Terms            `json:"terms,omitempty" doc:"payment terms (ITD)"`
	Freight             *Freight           `json:"freight,omitempty" doc:"who pays for transport (FOB)"`
	Carrier             *Carrier           `json:"carrier,omitempty" doc:"who transports it, and how (TD5, TD3)"`
	Contacts            []Contact          `json:"contacts,omitempty" doc:"people to ask (PER)"`
	Parties             *Parties           `json:"parties,omitempty" doc:"who takes part, by role (N1)"`
	OtherParties        []OtherParty       `json:"otherParties,omitempty" doc:"second parties of a role, and roles without a field (N1)"`
	AllowancesCharges   []AllowanceCharge  `json:"allowancesCharges,omitempty" doc:"discounts and surcharges (SAC)"`
	References          []Reference        `json:"references,omitempty" doc:"numbers that have no field of their own (REF)"`
	Notes               []Note             `json:"notes,omitempty" doc:"N9 and MSG or MTX"`
	Totals              *OrderTotals       `json:"totals,omitempty" doc:"as sent: compared, not trusted (CTT, AMT TT)"`
	Lines               []ResponseLine     `json:"lines,omitempty" doc:"the answer line by line (PO1)"`
	Extensions          map[string]Private `json:"extensions,omitempty" doc:"partner data without a field, by partner and name; free JSON"`
}

// ResponseLine is a line of the order with what the seller answers to it.
type ResponseLine struct {
	LineNumber         string             `json:"lineNumber" canonical:"required" doc:"the buyer's number for the line, verbatim (PO101)"`
	LineNumberAssigned bool               `json:"lineNumberAssigned,omitempty" doc:"the sender gave no number; it is the ordinal"`
	Item               *ItemIDs           `json:"item" canonical:"required" doc:"what was ordered, by at least one number (PO106 to 25)"`
	Description        string             `json:"description,omitempty" doc:"PID05"`
	Descriptions       []Description      `json:"descriptions,omitempty" doc:"other things said about it (PID)"`
	Ordered            *Quantity          `json:"ordered,omitempty" doc:"echo of the order (PO102, 03)"`
	UnitPrice          *UnitPrice         `json:"unitPrice,omitempty" doc:"echo of the order, or the new price (PO104, 05)"`
	Pack               *Pack              `json:"pack,omitempty" doc:"how it is packed (PO4)"`
	Dates              *Dates             `json:"dates,omitempty" doc:"days of the line (DTM)"`
	Schedule           []Schedule         `json:"schedule,omitempty" doc:"split deliveries of the line (SCH)"`
	Results            []ResponseResult   `json:"results,omitempty" doc:"one or more answers (ACK); the header's result where there is none"`
	AllowancesCharges  []AllowanceCharge  `json:"allowancesCharges,omitempty" doc:"discounts and surcharges (SAC)"`
	Carrier            *Carrier           `json:"carrier,omitempty" doc:"TD5"`
	Parties            *Parties           `json:"parties,omitempty" doc:"by role (N1)"`
	OtherParties       []OtherParty       `json:"otherParties,omitempty" doc:"parties without a field (N1)"`
	References         []Reference        `json:"references,omitempty" doc:"REF"`
	Notes              []Note             `json:"notes,omitempty" doc:"N9 and MSG or MTX"`
	Extensions         map[string]Private `json:"extensions,omitempty" doc:"partner data without a field, by partner and name; free JSON"`
}

// ResponseResult is one answer to a line, or to a part of its quantity.
type ResponseResult struct {
	Status       string    `json:"status" canonical:"required" codes:"responseStatus" doc:"what happens (ACK01)"`
	StatusAsSent string    `json:"statusAsSent,omitempty" doc:"the partner's code for status and changes"`
	Changes      []string  `json:"changes,omitempty" codes:"responseChange" doc:"what differs from the order (ACK01)"`
	Quantity     *Quantity `json:"quantity,omitempty" doc:"of this answer; absent is the whole line (ACK02, 03)"`
	Dates        *Dates    `json:"dates,omitempty" doc:"when it ships or arrives (ACK04, 05)"`
	Item         *ItemIDs  `json:"item,omitempty" doc:"substitute, or corrected number (ACK07 to 26)"`
	Reason       string    `json:"reason,omitempty" codes:"responseReason" doc:"why it is rejected (ACK29, or by the status)"`
	ReasonAsSent string    `json:"reasonAsSent,omitempty" doc:"the partner's code for the reason"`
	Reference    string    `json:"reference,omitempty" doc:"the seller's request number (ACK06)"`
}
