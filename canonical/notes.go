package canonical

import "encoding/json"

// Private is what one partner sends beyond the model, by name. Passed on, never
// read by our own rules, no part of the hash.
type Private map[string]json.RawMessage

// Reference is a number that has no field of its own.
type Reference struct {
	Type        string `json:"type" canonical:"required" codes:"reference" doc:"what number it is (REF01)"`
	TypeAsSent  string `json:"typeAsSent,omitempty" doc:"the partner's code for the type"`
	Value       string `json:"value,omitempty" doc:"the number (REF02)"`
	Description string `json:"description,omitempty" doc:"REF03"`
	Date        Date   `json:"date,omitempty" doc:"N904"`
}

// Note is text for people. A run of MSG under one N9 is one note, its parts
// joined by newlines.
type Note struct {
	Code       string `json:"code,omitempty" codes:"note" doc:"what it is about (NTE01)"`
	CodeAsSent string `json:"codeAsSent,omitempty" doc:"the partner's code for what it is about"`
	KindAsSent string `json:"kindAsSent,omitempty" doc:"the partner's code, where it is another number than a letter or note (N901)"`
	Text       string `json:"text" canonical:"required" doc:"what it says (NTE02, MSG01, MTX02)"`
}

// Dates are days and times by what they say (DTM01, G6201).
type Dates struct {
	RequestedDelivery    Date        `json:"requestedDelivery,omitempty" doc:"002"`
	RequestedShip        Date        `json:"requestedShip,omitempty" doc:"010"`
	Shipped              Date        `json:"shipped,omitempty" doc:"011"`
	EstimatedDelivery    Date        `json:"estimatedDelivery,omitempty" doc:"017"`
	EstimatedArrival     Date        `json:"estimatedArrival,omitempty" doc:"371"`
	ShipNotBefore        Date        `json:"shipNotBefore,omitempty" doc:"037"`
	ShipNotAfter         Date        `json:"shipNotAfter,omitempty" doc:"038"`
	CancelAfter          Date        `json:"cancelAfter,omitempty" doc:"001"`
	CancelIfNotDelivered Date        `json:"cancelIfNotDelivered,omitempty" doc:"061"`
	DeliverNotAfter      Date        `json:"deliverNotAfter,omitempty" doc:"063"`
	DeliverNotBefore     Date        `json:"deliverNotBefore,omitempty" doc:"064"`
	ScheduledDelivery    Date        `json:"scheduledDelivery,omitempty" doc:"067"`
	ScheduledShip        Date        `json:"scheduledShip,omitempty" doc:"068"`
	PromisedDelivery     Date        `json:"promisedDelivery,omitempty" doc:"069"`
	PromisedShip         Date        `json:"promisedShip,omitempty" doc:"079"`
	RequiredBy           Date        `json:"requiredBy,omitempty" doc:"106"`
	Pickup               Date        `json:"pickup,omitempty" doc:"118"`
	Delivered            Date        `json:"delivered,omitempty" doc:"035"`
	Received             Date        `json:"received,omitempty" doc:"050"`
	Invoice              Date        `json:"invoice,omitempty" doc:"003"`
	Order                Date        `json:"order,omitempty" doc:"004"`
	Effective            Date        `json:"effective,omitempty" doc:"007"`
	Expires              Date        `json:"expires,omitempty" doc:"036"`
	DiscountDue          Date        `json:"discountDue,omitempty" doc:"012"`
	NetDue               Date        `json:"netDue,omitempty" doc:"013"`
	PromotionStart       Date        `json:"promotionStart,omitempty" doc:"015"`
	Produced             Date        `json:"produced,omitempty" doc:"094, 405"`
	LotExpires           Date        `json:"lotExpires,omitempty" doc:"208"`
	ServiceFrom          Date        `json:"serviceFrom,omitempty" doc:"150"`
	ServiceTo            Date        `json:"serviceTo,omitempty" doc:"151"`
	Created              Date        `json:"created,omitempty" doc:"097"`
	Start                Date        `json:"start,omitempty" doc:"196"`
	End                  Date        `json:"end,omitempty" doc:"197"`
	Other                []OtherDate `json:"other,omitempty" doc:"meanings without a field"`
}

// OtherDate is a date whose meaning has no field in Dates.
type OtherDate struct {
	CodeAsSent string `json:"codeAsSent" canonical:"required" doc:"the partner's code for the meaning"`
	Date       Date   `json:"date" canonical:"required" doc:"the day"`
}

// Measurement is one weight, volume or length.
type Measurement struct {
	ClassAsSent string  `json:"classAsSent,omitempty" doc:"the partner's code for the class of measure (MEA01)"`
	Kind        string  `json:"kind" canonical:"required" codes:"measurement" doc:"what is measured (MEA02)"`
	KindAsSent  string  `json:"kindAsSent,omitempty" doc:"the partner's code for the kind"`
	Value       Decimal `json:"value" canonical:"required" doc:"how much (MEA03)"`
	Unit        Unit    `json:"unit" canonical:"required" doc:"of what (MEA04)"`
	UnitAsSent  string  `json:"unitAsSent,omitempty" doc:"the partner's code for the unit"`
}
