package canonical

// OrderChange says what a buyer changes of an order: X12 860. What it does not
// name stays as it was.
type OrderChange struct {
	CustomerOrderNumber string             `json:"customerOrderNumber" canonical:"required,max=35" doc:"the buyer's order number, zeros kept (BCH03)"`
	ReleaseNumber       string             `json:"releaseNumber,omitempty" doc:"call-off number, given when the type is release (BCH04)"`
	Purpose             string             `json:"purpose" canonical:"required" codes:"changePurpose" doc:"what to do with it (BCH01)"`
	PurposeAsSent       string             `json:"purposeAsSent,omitempty" doc:"the partner's code for the purpose"`
	Type                string             `json:"type" canonical:"required" codes:"orderType" doc:"what kind of order it is (BCH02)"`
	TypeAsSent          string             `json:"typeAsSent,omitempty" doc:"the partner's code for the type"`
	ChangeNumber        string             `json:"changeNumber,omitempty" doc:"the buyer's number for the change (BCH05)"`
	OrderDate           Date               `json:"orderDate" canonical:"required" doc:"when the buyer ordered (BCH06)"`
	ChangeDate          Date               `json:"changeDate,omitempty" doc:"when the buyer changed it (BCH11, or 10)"`
	Header              *ChangeHeader      `json:"header,omitempty" doc:"what changes for the whole order"`
	Lines               []ChangeLine       `json:"lines,omitempty" doc:"what changes line by line (POC)"`
	Totals              *OrderTotals       `json:"totals,omitempty" doc:"as sent: compared, not trusted (CTT, AMT TT)"`
	Extensions          map[string]Private `json:"extensions,omitempty" doc:"partner data without a field, by partner and name; free JSON"`
}

// ChangeHeader holds the fields of an order's header that change; a field that is
// absent stays as it was, and one that is cleared is named in remove.
type ChangeHeader struct {
	Remove                  []string          `json:"remove,omitempty" doc:"header fields that the order has no longer"`
	ContractNumber          string            `json:"contractNumber,omitempty" doc:"agreed terms that hold for it (BCH08, REF CT)"`
	ResponseRequested       string            `json:"responseRequested,omitempty" codes:"responseRequested" doc:"the answer that the buyer asks for (BCH09)"`
	ResponseAsSent          string            `json:"responseRequestedAsSent,omitempty" doc:"the partner's code for the answer"`
	Currency                Currency          `json:"currency,omitempty" doc:"the currency of every price (CUR02)"`
	CurrencyAsSent          string            `json:"currencyAsSent,omitempty" doc:"the partner's code, where it is not the first of these"`
	ExchangeRate            Decimal           `json:"exchangeRate,omitempty" doc:"CUR03"`
	Department              string            `json:"department,omitempty" doc:"of the buyer (REF DP)"`
	VendorNumber            string            `json:"vendorNumber,omitempty" doc:"the buyer's number for the seller (REF IA, VR)"`
	VendorNumberAsSent      string            `json:"vendorNumberAsSent,omitempty" doc:"the partner's code, where it is not the first of these"`
	Promotion               string            `json:"promotion,omitempty" doc:"promotion or deal number (REF PD)"`
	MerchandiseType         string            `json:"merchandiseType,omitempty" doc:"REF MR"`
	CustomerReference       string            `json:"customerReference,omitempty" doc:"REF CR, CO"`
	CustomerReferenceAsSent string            `json:"customerReferenceAsSent,omitempty" doc:"the partner's code, where it is not the first of these"`
	AccountNumber           string            `json:"accountNumber,omitempty" doc:"REF 11, 12"`
	AccountNumberAsSent     string            `json:"accountNumberAsSent,omitempty" doc:"the partner's code, where it is not the first of these"`
	Dates                   *Dates            `json:"dates,omitempty" doc:"deadlines and other days, by meaning (DTM)"`
	Terms                   []Terms           `json:"terms,omitempty" doc:"payment terms (ITD)"`
	Freight                 *Freight          `json:"freight,omitempty" doc:"who pays for transport (FOB)"`
	Carrier                 *Carrier          `json:"carrier,omitempty" doc:"who transports it, and how (TD5, TD3)"`
	BackorderPolicy         string            `json:"backorderPolicy,omitempty" codes:"backorderPolicy" doc:"what to do with what is short (CSH01)"`
	BackorderAsSent         string            `json:"backorderPolicyAsSent,omitempty" doc:"the partner's code for the policy"`
	Contacts                []Contact         `json:"contacts,omitempty" doc:"people to ask (PER)"`
	Parties                 *Parties          `json:"parties,omitempty" doc:"who takes part, by role (N1)"`
	OtherParties            []OtherParty      `json:"otherParties,omitempty" doc:"second parties of a role, and roles without a field (N1)"`
	AllowancesCharges       []AllowanceCharge `json:"allowancesCharges,omitempty" doc:"discounts and surcharges (SAC)"`
	Taxes                   []Tax             `json:"taxes,omitempty" doc:"TXI"`
	TaxExemptions           []TaxExemption    `json:"taxExemptions,omitempty" doc:"where no tax is paid (TAX)"`
	References              []Reference       `json:"references,omitempty" doc:"numbers that have no field of their own (REF)"`
	Notes                   []Note            `json:"notes,omitempty" doc:"N9 and MSG or MTX"`
}

// ChangeLine is what changes of one line. It is found by its number, else by its
// item.
type ChangeLine struct {
	LineNumber        string             `json:"lineNumber,omitempty" doc:"the buyer's number for the line, verbatim (POC01)"`
	Action            string             `json:"action" canonical:"required" codes:"changeAction" doc:"what to do with the line (POC02)"`
	ActionAsSent      string             `json:"actionAsSent,omitempty" doc:"the partner's code for action and changes"`
	Changes           []string           `json:"changes,omitempty" codes:"lineChange" doc:"what the code says changed (POC02)"`
	Item              *ItemIDs           `json:"item,omitempty" doc:"POC08 to 27"`
	Description       string             `json:"description,omitempty" doc:"PID05"`
	Descriptions      []Description      `json:"descriptions,omitempty" doc:"other things said about it (PID)"`
	Quantity          *ChangeQuantity    `json:"quantity,omitempty" doc:"the new quantity (POC03 to 05)"`
	UnitPrice         *UnitPrice         `json:"unitPrice,omitempty" doc:"POC06, 07"`
	RetailPrice       *UnitPrice         `json:"retailPrice,omitempty" doc:"CTP RTL, MSR"`
	Pack              *Pack              `json:"pack,omitempty" doc:"how it is packed (PO4)"`
	Dates             *Dates             `json:"dates,omitempty" doc:"deadlines of the line (DTM)"`
	Schedule          []Schedule         `json:"schedule,omitempty" doc:"split deliveries of the line (SCH)"`
	Destinations      []Destination      `json:"destinations,omitempty" doc:"split of the line by store (SDQ)"`
	SubLines          []SubLine          `json:"subLines,omitempty" doc:"content of a kit or assortment (SLN)"`
	AllowancesCharges []AllowanceCharge  `json:"allowancesCharges,omitempty" doc:"discounts and surcharges (SAC)"`
	Taxes             []Tax              `json:"taxes,omitempty" doc:"TXI"`
	Terms             []Terms            `json:"terms,omitempty" doc:"payment terms (ITD)"`
	Carrier           *Carrier           `json:"carrier,omitempty" doc:"TD5"`
	Parties           *Parties           `json:"parties,omitempty" doc:"by role (N1)"`
	OtherParties      []OtherParty       `json:"otherParties,omitempty" doc:"parties without a field (N1)"`
	References        []Reference        `json:"references,omitempty" doc:"REF, N9"`
	Notes             []Note             `json:"notes,omitempty" doc:"N9 and MSG or MTX"`
	Extensions        map[string]Private `json:"extensions,omitempty" doc:"partner data without a field, by partner and name; free JSON"`
}

// ChangeQuantity is what a change says about the quantity of a line. The new
// total is what counts; the rest is compared.
type ChangeQuantity struct {
	NewTotal      Decimal `json:"newTotal,omitempty" doc:"what is ordered from now on (POC03 or 04, by the mapping)"`
	Previous      Decimal `json:"previous,omitempty" doc:"what was ordered before"`
	LeftToReceive Decimal `json:"leftToReceive,omitempty" doc:"POC04"`
	Delta         Decimal `json:"delta,omitempty" doc:"difference to what was ordered before; may be negative"`
	Unit          Unit    `json:"unit" canonical:"required" doc:"of all of them (POC05)"`
	UnitAsSent    string  `json:"unitAsSent,omitempty" doc:"the partner's code for the unit"`
}
