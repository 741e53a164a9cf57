package canonical

// Parties are the companies and places of a document, by role.
type Parties struct {
	Buyer        *Party `json:"buyer,omitempty" doc:"BY"`
	Seller       *Party `json:"seller,omitempty" doc:"SE, else SU, else VN"`
	ShipTo       *Party `json:"shipTo,omitempty" doc:"ST"`
	ShipFrom     *Party `json:"shipFrom,omitempty" doc:"SF, SH"`
	BillTo       *Party `json:"billTo,omitempty" doc:"BT"`
	RemitTo      *Party `json:"remitTo,omitempty" doc:"RE, RI"`
	Payer        *Party `json:"payer,omitempty" doc:"PR"`
	MarkFor      *Party `json:"markFor,omitempty" doc:"Z7, MA"`
	Store        *Party `json:"store,omitempty" doc:"SN"`
	EndUser      *Party `json:"endUser,omitempty" doc:"EN"`
	Consignee    *Party `json:"consignee,omitempty" doc:"CN"`
	Warehouse    *Party `json:"warehouse,omitempty" doc:"WH"`
	Depositor    *Party `json:"depositor,omitempty" doc:"DE"`
	Issuer       *Party `json:"issuer,omitempty" doc:"II"`
	Manufacturer *Party `json:"manufacturer,omitempty" doc:"MF"`
	Carrier      *Party `json:"carrier,omitempty" doc:"CA"`
}

// Party is a company or a place. It has a name or at least one id.
type Party struct {
	RoleAsSent string      `json:"roleAsSent,omitempty" doc:"the partner's code for the role, where it is not the usual one (N101)"`
	Name       string      `json:"name,omitempty" doc:"N102"`
	Name2      string      `json:"name2,omitempty" doc:"N201"`
	IDs        []PartyID   `json:"ids,omitempty" doc:"its numbers (N103, 04)"`
	Address    *Address    `json:"address,omitempty" doc:"N3, N4"`
	Contacts   []Contact   `json:"contacts,omitempty" doc:"PER"`
	TaxIDs     []TypedID   `json:"taxIds,omitempty" doc:"REF TJ, GT, VX"`
	References []Reference `json:"references,omitempty" doc:"other numbers of it (REF)"`
}

// OtherParty is a party that has no field of its own in Parties.
type OtherParty struct {
	Role string `json:"role" canonical:"required" codes:"partyRole" doc:"what it does in this document (N101)"`
	Party
}

// PartyID is one number of a party, with whose number it is.
type PartyID struct {
	Type       string `json:"type" canonical:"required" codes:"partyId" doc:"whose number it is (N103)"`
	TypeAsSent string `json:"typeAsSent,omitempty" doc:"the partner's code for the type"`
	Value      string `json:"value" canonical:"required" doc:"the number, zeros kept (N104)"`
}

// TypedID is a number with a type that has no list.
type TypedID struct {
	Type  string `json:"type" canonical:"required" doc:"what number it is"`
	Value string `json:"value" canonical:"required" doc:"the number"`
}

// Address is where a party is.
type Address struct {
	Lines         []string      `json:"lines,omitempty" canonical:"max=4" doc:"street lines (N3)"`
	City          string        `json:"city,omitempty" doc:"N401"`
	Region        string        `json:"region,omitempty" doc:"state or province (N402, N407)"`
	PostalCode    string        `json:"postalCode,omitempty" doc:"N403"`
	Country       Country       `json:"country,omitempty" doc:"N404"`
	CountryAsSent string        `json:"countryAsSent,omitempty" doc:"what the partner wrote, where it is not the code of two letters"`
	LocationCode  *LocationCode `json:"locationCode,omitempty" doc:"N405, 06"`
}

// LocationCode names a place by a code instead of an address.
type LocationCode struct {
	Qualifier string `json:"qualifier" canonical:"required" doc:"what kind of code (N405)"`
	Value     string `json:"value,omitempty" doc:"N406, which X12 lets be absent"`
}

// Contact is somebody to ask.
type Contact struct {
	Function       string `json:"function,omitempty" codes:"contactFunction" doc:"what for (PER01, G6101)"`
	FunctionAsSent string `json:"functionAsSent,omitempty" doc:"the partner's code for the function"`
	Name           string `json:"name,omitempty" doc:"PER02"`
	Phone          string `json:"phone,omitempty" canonical:"max=256" doc:"TE"`
	Fax            string `json:"fax,omitempty" canonical:"max=256" doc:"FX"`
	Email          string `json:"email,omitempty" canonical:"max=256" doc:"EM"`
	URL            string `json:"url,omitempty" canonical:"max=256" doc:"UR"`
}
