package canonical

// Quantity is how much of something, with its unit.
type Quantity struct {
	Value      Decimal `json:"value" canonical:"required" doc:"how many"`
	Unit       Unit    `json:"unit" canonical:"required" doc:"of what"`
	UnitAsSent string  `json:"unitAsSent,omitempty" doc:"the partner's code for the unit"`
}

// Money is an amount in a currency.
type Money struct {
	Amount   Amount   `json:"amount" canonical:"required" doc:"how much"`
	Currency Currency `json:"currency" canonical:"required" doc:"the currency of the amount"`
}

// UnitPrice is a price in the document's currency. Extended is
// quantity × amount ÷ per.
type UnitPrice struct {
	Amount       Amount  `json:"amount" canonical:"required" doc:"price of per units"`
	AmountAsSent string  `json:"amountAsSent,omitempty" doc:"the partner's form of the number, such as 25.00 or .5, where it is not the shortest; it holds while it means the amount"`
	Basis        string  `json:"basis,omitempty" codes:"priceBasis" doc:"what the price is based on (PO105)"`
	BasisAsSent  string  `json:"basisAsSent,omitempty" doc:"the partner's code for the basis"`
	Per          Decimal `json:"per,omitempty" doc:"for how many units; 1 where absent"`
	Unit         Unit    `json:"unit,omitempty" doc:"where it is not the line's unit"`
}

// AllowanceCharge is a discount or a surcharge: an amount, a percentage or a rate.
// Its kind says the direction.
type AllowanceCharge struct {
	Kind               string    `json:"kind" canonical:"required" codes:"allowanceKind" doc:"direction (SAC01)"`
	KindAsSent         string    `json:"kindAsSent,omitempty" doc:"the partner's code for the kind"`
	Code               string    `json:"code" canonical:"required" codes:"allowanceCode" doc:"what for (SAC02, or 04 of agency 03)"`
	CodeAsSent         string    `json:"codeAsSent,omitempty" doc:"the partner's code for what it is for"`
	Amount             *Money    `json:"amount,omitempty" doc:"SAC05, two implied decimals"`
	Percent            Decimal   `json:"percent,omitempty" doc:"2 is 2 % (SAC07)"`
	PercentBasis       string    `json:"percentBasis,omitempty" codes:"percentBasis" doc:"of what (SAC06)"`
	PercentBasisAsSent string    `json:"percentBasisAsSent,omitempty" doc:"the partner's code for the basis"`
	Rate               Decimal   `json:"rate,omitempty" doc:"money for one unit (SAC08)"`
	Quantity           *Quantity `json:"quantity,omitempty" doc:"units that the rate is for (SAC10, 09)"`
	Method             string    `json:"method,omitempty" codes:"allowanceMethod" doc:"how it is settled (SAC12)"`
	MethodAsSent       string    `json:"methodAsSent,omitempty" doc:"the partner's code for the method"`
	Description        string    `json:"description,omitempty" doc:"SAC15"`
	Reference          string    `json:"reference,omitempty" doc:"SAC13"`
	Agency             string    `json:"agency,omitempty" doc:"whose code agencyCode is (SAC03)"`
	AgencyCode         string    `json:"agencyCode,omitempty" doc:"SAC04"`
	Option             string    `json:"option,omitempty" doc:"SAC14"`
	Language           string    `json:"language,omitempty" doc:"of the description (SAC16)"`
	Taxes              []Tax     `json:"taxes,omitempty" doc:"on it (TXI)"`
}

// Tax is one tax on a document or a line.
type Tax struct {
	Type             string  `json:"type" canonical:"required" codes:"taxType" doc:"which tax (TXI01)"`
	TypeAsSent       string  `json:"typeAsSent,omitempty" doc:"the partner's code for the type"`
	Amount           *Money  `json:"amount,omitempty" doc:"TXI02"`
	Percent          Decimal `json:"percent,omitempty" doc:"8.25 is 8.25 % (TXI03)"`
	Jurisdiction     string  `json:"jurisdiction,omitempty" doc:"TXI05"`
	JurisdictionType string  `json:"jurisdictionType,omitempty" doc:"TXI04"`
	Exempt           string  `json:"exempt,omitempty" doc:"yes, no, or a reason's code (TXI06)"`
	Taxable          *Money  `json:"taxable,omitempty" doc:"what the tax is computed on (TXI08)"`
	ID               string  `json:"id,omitempty" doc:"tax number (TXI09)"`
	AssignedID       string  `json:"assignedId,omitempty" doc:"TXI10"`
}

// Terms say when a document is paid, and with which discount.
type Terms struct {
	Type            string  `json:"type,omitempty" codes:"termsType" doc:"ITD01"`
	TypeAsSent      string  `json:"typeAsSent,omitempty" doc:"the partner's code for the type"`
	Basis           string  `json:"basis,omitempty" codes:"termsBasis" doc:"day that counting starts from (ITD02)"`
	BasisAsSent     string  `json:"basisAsSent,omitempty" doc:"the partner's code for the basis"`
	DiscountPercent Decimal `json:"discountPercent,omitempty" doc:"2 is 2 % (ITD03)"`
	DiscountDueDate Date    `json:"discountDueDate,omitempty" doc:"ITD04"`
	DiscountDays    *int    `json:"discountDays,omitempty" canonical:"min=0" doc:"ITD05"`
	NetDueDate      Date    `json:"netDueDate,omitempty" doc:"ITD06"`
	NetDays         *int    `json:"netDays,omitempty" canonical:"min=0" doc:"ITD07"`
	DiscountAmount  *Money  `json:"discountAmount,omitempty" doc:"ITD08, two implied decimals"`
	Text            string  `json:"text,omitempty" doc:"ITD12"`
	PaymentMethod   string  `json:"paymentMethod,omitempty" doc:"the partner's code for how it is paid (ITD14)"`
}

// TaxExemption says that a buyer pays no tax somewhere.
type TaxExemption struct {
	ID               string `json:"id,omitempty" doc:"number of the exemption (TAX01)"`
	JurisdictionType string `json:"jurisdictionType,omitempty" doc:"the partner's code for what kind of place it is (TAX02)"`
	Jurisdiction     string `json:"jurisdiction,omitempty" doc:"where (TAX03)"`
	Reason           string `json:"reason,omitempty" doc:"the partner's code for the reason (TAX12)"`
}
