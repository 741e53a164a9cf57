package canonical

// OtherAmount is a sum whose meaning has no field.
type OtherAmount struct {
	CodeAsSent string `json:"codeAsSent" canonical:"required" doc:"the partner's code for the meaning (AMT01)"`
	Amount     *Money `json:"amount" canonical:"required" doc:"AMT02"`
	Flag       string `json:"flag,omitempty" doc:"the partner's code for credit or debit (AMT03)"`
}

// OtherQuantity is a quantity whose meaning has no field.
type OtherQuantity struct {
	CodeAsSent string    `json:"codeAsSent" canonical:"required" doc:"the partner's code for the meaning (QTY01)"`
	Quantity   *Quantity `json:"quantity" canonical:"required" doc:"QTY02, 03"`
	Text       string    `json:"text,omitempty" doc:"QTY04"`
}

// OtherPrice is a price whose meaning has no field.
type OtherPrice struct {
	CodeAsSent string     `json:"codeAsSent" canonical:"required" doc:"the partner's code for the meaning (CTP02)"`
	Price      *UnitPrice `json:"price" canonical:"required" doc:"CTP03"`
	Quantity   *Quantity  `json:"quantity,omitempty" doc:"from which quantity on (CTP04, 05)"`
	Amount     *Money     `json:"amount,omitempty" doc:"CTP08"`
}

// Description says one thing about a line beyond its text.
type Description struct {
	FormAsSent           string `json:"formAsSent,omitempty" doc:"free text, coded or both (PID01)"`
	CharacteristicAsSent string `json:"characteristicAsSent,omitempty" doc:"the partner's code for what is described (PID02)"`
	Agency               string `json:"agency,omitempty" doc:"whose code it is (PID03)"`
	Code                 string `json:"code,omitempty" doc:"PID04"`
	Text                 string `json:"text,omitempty" doc:"PID05"`
	Language             string `json:"language,omitempty" doc:"PID09"`
}

// Weight is a weight or a volume, with its kind where the sender says it.
type Weight struct {
	Kind       string  `json:"kind,omitempty" codes:"measurement" doc:"gross, net and so on"`
	KindAsSent string  `json:"kindAsSent,omitempty" doc:"the partner's code for the kind"`
	Value      Decimal `json:"value" canonical:"required" doc:"how much"`
	Unit       Unit    `json:"unit" canonical:"required" doc:"of what"`
	UnitAsSent string  `json:"unitAsSent,omitempty" doc:"the partner's code for the unit"`
}

// Part says which of several linked documents this is.
type Part struct {
	Number *int `json:"number" canonical:"required,min=1" doc:"which one"`
	Of     *int `json:"of,omitempty" canonical:"min=1" doc:"of how many"`
}
