package canonical

// Order is what a buyer wants: X12 850 and 875, REST, shop. A mapping writes all
// of it but the revision, which the gateway counts.
type Order struct {
	CustomerOrderNumber     string             `json:"customerOrderNumber" canonical:"required,max=35" doc:"the buyer's order number, zeros kept (BEG03)"`
	ReleaseNumber           string             `json:"releaseNumber,omitempty" doc:"call-off number, given when the type is release (BEG04)"`
	Purpose                 string             `json:"purpose" canonical:"required" codes:"purpose" doc:"what to do with it (BEG01)"`
	Type                    string             `json:"type" canonical:"required" codes:"orderType" doc:"what kind of order it is (BEG02)"`
	TypeAsSent              string             `json:"typeAsSent,omitempty" doc:"the partner's code for the type"`
	Revision                int                `json:"revision" canonical:"required,min=1" doc:"1 as first sent; counts replacements and applied changes"`
	OrderDate               Date               `json:"orderDate" canonical:"required" doc:"when the buyer ordered (BEG05)"`
	ContractNumber          string             `json:"contractNumber,omitempty" doc:"agreed terms that hold for it (BEG06, REF CT)"`
	ResponseRequested       string             `json:"responseRequested,omitempty" codes:"responseRequested" doc:"the answer that the buyer asks for (BEG07)"`
	ResponseAsSent          string             `json:"responseRequestedAsSent,omitempty" doc:"the partner's code for the answer"`
	Currency                Currency           `json:"currency" canonical:"required" doc:"the currency of every price (CUR02)"`
	CurrencyAsSent          string             `json:"currencyAsSent,omitempty" doc:"the partner's code, where it is not the first of these"`
	ExchangeRate            Decimal            `json:"exchangeRate,omitempty" doc:"CUR03"`
	Department              string             `json:"department,omitempty" doc:"of the buyer (REF DP)"`
	VendorNumber            string             `json:"vendorNumber,omitempty" doc:"the buyer's number for the seller (REF IA, VR)"`
	VendorNumberAsSent      string             `json:"vendorNumberAsSent,omitempty" doc:"the partner's code, where it is not the first of these"`
	Promotion               string             `json:"promotion,omitempty" doc:"promotion or deal number (REF PD)"`
	MerchandiseType         string             `json:"merchandiseType,omitempty" doc:"REF MR"`
	CustomerReference       string             `json:"customerReference,omitempty" doc:"REF CR, CO"`
	CustomerReferenceAsSent string             `json:"customerReferenceAsSent,omitempty" doc:"the partner's code, where it is not the first of these"`
	AccountNumber           string             `json:"accountNumber,omitempty" doc:"REF 11, 12"`
	AccountNumberAsSent     string             `json:"accountNumberAsSent,omitempty" doc:"the partner's code, where it is not the first of these"`
	Dates                   *Dates             `json:"dates,omitempty" doc:"deadlines and other days, by meaning (DTM)"`
	Terms                   []Terms            `json:"terms,omitempty" doc:"payment terms (ITD)"`
	Freight                 *Freight           `json:"freight,omitempty" doc:"who pays for transport (FOB)"`
	Carrier                 *Carrier           `json:"carrier,omitempty" doc:"who transports it, and how (TD5, TD3)"`
	BackorderPolicy         string             `json:"backorderPolicy,omitempty" codes:"backorderPolicy" doc:"what to do with what is short (CSH01)"`
	BackorderAsSent         string             `json:"backorderPolicyAsSent,omitempty" doc:"the partner's code for the policy"`
	Contacts                []Contact          `json:"contacts,omitempty" doc:"people to ask (PER)"`
	Parties                 *Parties           `json:"parties,omitempty" doc:"who takes part, by role (N1)"`
	OtherParties            []OtherParty       `json:"otherParties,omitempty" doc:"second parties of a role, and roles without a field (N1)"`
	AllowancesCharges       []AllowanceCharge  `json:"allowancesCharges,omitempty" doc:"discounts and surcharges (SAC)"`
	Taxes                   []Tax              `json:"taxes,omitempty" doc:"TXI"`
	TaxExemptions           []TaxExemption     `json:"taxExemptions,omitempty" doc:"where no tax is paid (TAX)"`
	References              []Reference        `json:"references,omitempty" doc:"numbers that have no field of their own (REF)"`
	Notes                   []Note             `json:"notes,omitempty" doc:"N9 and MSG or MTX, NTE"`
	Totals                  *OrderTotals       `json:"totals,omitempty" doc:"as sent: compared, not trusted (CTT, AMT TT)"`
	OtherAmounts            []OtherAmount      `json:"otherAmounts,omitempty" doc:"sums of another meaning (AMT)"`
	OtherCarriers           []Carrier          `json:"otherCarriers,omitempty" doc:"further legs of the transport (TD5)"`
	Lines                   []OrderLine        `json:"lines" canonical:"required" doc:"what is ordered (PO1)"`
	Extensions              map[string]Private `json:"extensions,omitempty" doc:"partner data without a field, by partner and name; free JSON"`
}

// OrderLine is one ordered item. What it has of its own overrides the order's,
// element by element.
type OrderLine struct {
	LineNumber         string             `json:"lineNumber" canonical:"required" doc:"the buyer's number for the line, verbatim (PO101)"`
	LineNumberAssigned bool               `json:"lineNumberAssigned,omitempty" doc:"the buyer gave no number; it is the ordinal"`
	ParentLine         string             `json:"parentLine,omitempty" doc:"lineNumber of the line that this one was added to (SLN)"`
	Item               *ItemIDs           `json:"item" canonical:"required" doc:"what is ordered, by at least one number (PO106 to 25, LIN)"`
	Description        string             `json:"description,omitempty" doc:"PID05"`
	Descriptions       []Description      `json:"descriptions,omitempty" doc:"other things said about it (PID)"`
	Quantity           *Quantity          `json:"quantity,omitempty" doc:"ordered at this revision; only a blanket order has lines without (PO102, 03)"`
	UnitPrice          *UnitPrice         `json:"unitPrice,omitempty" doc:"zero is a price, absent is no price (PO104, 05)"`
	RetailPrice        *UnitPrice         `json:"retailPrice,omitempty" doc:"CTP RTL"`
	OtherPrices        []OtherPrice       `json:"otherPrices,omitempty" doc:"prices of another meaning (CTP)"`
	Pack               *Pack              `json:"pack,omitempty" doc:"how it is packed (PO4)"`
	Measurements       []Measurement      `json:"measurements,omitempty" doc:"weights and lengths (MEA)"`
	Dates              *Dates             `json:"dates,omitempty" doc:"deadlines of the line (DTM)"`
	Schedule           []Schedule         `json:"schedule,omitempty" doc:"split deliveries of the line (SCH)"`
	Destinations       []Destination      `json:"destinations,omitempty" doc:"split of the line by store (SDQ)"`
	SubLines           []SubLine          `json:"subLines,omitempty" doc:"content of a kit or assortment (SLN)"`
	AllowancesCharges  []AllowanceCharge  `json:"allowancesCharges,omitempty" doc:"discounts and surcharges (SAC)"`
	Taxes              []Tax              `json:"taxes,omitempty" doc:"TXI"`
	Terms              []Terms            `json:"terms,omitempty" doc:"payment terms (ITD)"`
	Carrier            *Carrier           `json:"carrier,omitempty" doc:"TD5"`
	Parties            *Parties           `json:"parties,omitempty" doc:"by role (N1)"`
	OtherParties       []OtherParty       `json:"otherParties,omitempty" doc:"parties without a field (N1)"`
	References         []Reference        `json:"references,omitempty" doc:"REF, N9"`
	Notes              []Note             `json:"notes,omitempty" doc:"N9 and MSG or MTX"`
	Substitution       string             `json:"substitution,omitempty" codes:"substitution" doc:"whether another item may be sent (IT8)"`
	SubstitutionAsSent string             `json:"substitutionAsSent,omitempty" doc:"the partner's code for it"`
	Extensions         map[string]Private `json:"extensions,omitempty" doc:"partner data without a field, by partner and name; free JSON"`
}

// Schedule is one delivery of a line that is delivered in parts.
type Schedule struct {
	Date              Date      `json:"date" canonical:"required" doc:"the day of the delivery (SCH06)"`
	DateMeaning       string    `json:"dateMeaning,omitempty" codes:"dateMeaning" doc:"what the date says (SCH05)"`
	DateMeaningAsSent string    `json:"dateMeaningAsSent,omitempty" doc:"the partner's code for the meaning"`
	Quantity          *Quantity `json:"quantity" canonical:"required" doc:"how much is delivered then (SCH01, 02)"`
}

// Destination is the part of a line that one store receives.
type Destination struct {
	LocationID   string    `json:"locationId" canonical:"required" doc:"the store (SDQ03 and on)"`
	IDType       string    `json:"idType,omitempty" codes:"partyId" doc:"whose number that is (SDQ02)"`
	IDTypeAsSent string    `json:"idTypeAsSent,omitempty" doc:"the partner's code for the type"`
	Quantity     *Quantity `json:"quantity" canonical:"required" doc:"how much the store receives"`
}

// SubLine is one component of a kit or assortment without a line of its own.
type SubLine struct {
	Item        *ItemIDs   `json:"item" canonical:"required" doc:"the component, by at least one number"`
	Description string     `json:"description,omitempty" doc:"PID05"`
	QuantityPer *Quantity  `json:"quantityPer,omitempty" doc:"in one unit of the line"`
	Quantity    *Quantity  `json:"quantity,omitempty" doc:"in the whole line"`
	UnitPrice   *UnitPrice `json:"unitPrice,omitempty" doc:"SLN06, 07"`
}

// OrderTotals are the sums that the sender gave.
type OrderTotals struct {
	Lines        *int      `json:"lines,omitempty" canonical:"min=0" doc:"number of lines (CTT01)"`
	QuantityHash Decimal   `json:"quantityHash,omitempty" doc:"sum of all quantities, whatever their units (CTT02)"`
	Amount       *Money    `json:"amount,omitempty" doc:"AMT TT"`
	Weight       *Quantity `json:"weight,omitempty" doc:"CTT03, 04"`
	Volume       *Quantity `json:"volume,omitempty" doc:"CTT05, 06"`
}
