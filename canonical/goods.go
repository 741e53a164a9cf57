package canonical

// ItemIDs are the numbers of one item, with what tells one piece from another.
type ItemIDs struct {
	SKU                    string      `json:"sku,omitempty" doc:"ours, from the cross-reference, never raw"`
	GTIN                   GTIN        `json:"gtin,omitempty" doc:"always 14 digits (UP, UA, UI, UD, EN, UK)"`
	GTINAsSent             string      `json:"gtinAsSent,omitempty" doc:"the partner's qualifier, where it is not the usual one for its length"`
	BuyerItem              string      `json:"buyerItem,omitempty" doc:"IN, else BP, CB, PI"`
	BuyerItemAsSent        string      `json:"buyerItemAsSent,omitempty" doc:"the partner's qualifier, where it is not IN"`
	VendorItem             string      `json:"vendorItem,omitempty" doc:"VN, VP, VC, VA"`
	VendorItemAsSent       string      `json:"vendorItemAsSent,omitempty" doc:"the partner's qualifier, where it is not VN"`
	ManufacturerPart       string      `json:"manufacturerPart,omitempty" doc:"MG, MF"`
	ManufacturerPartAsSent string      `json:"manufacturerPartAsSent,omitempty" doc:"the partner's qualifier, where it is not MG"`
	UPCCase                UPC         `json:"upcCase,omitempty" doc:"W0103, W1206"`
	NDC                    string      `json:"ndc,omitempty" doc:"drug code (ND, N4)"`
	NDCAsSent              string      `json:"ndcAsSent,omitempty" doc:"the partner's qualifier, where it is not ND"`
	ISBN                   string      `json:"isbn,omitempty" doc:"book number (IB)"`
	Lot                    string      `json:"lot,omitempty" doc:"LT"`
	Serials                []string    `json:"serials,omitempty" doc:"SN"`
	Expiry                 Date        `json:"expiry,omitempty" doc:"last day of use"`
	OtherIDs               []TypedID   `json:"otherIds,omitempty" doc:"numbers without a field, by the partner's qualifier"`
	Attributes             *Attributes `json:"attributes,omitempty" doc:"BO, CM, BL; IZ, SM; IT, ST"`
}

// Attributes tell variants of an item apart.
type Attributes struct {
	Color       string `json:"color,omitempty" doc:"BO, CM, BL"`
	ColorAsSent string `json:"colorAsSent,omitempty" doc:"the partner's qualifier, where it is not the first of these"`
	Size        string `json:"size,omitempty" doc:"IZ, SM"`
	SizeAsSent  string `json:"sizeAsSent,omitempty" doc:"the partner's qualifier, where it is not the first of these"`
	Style       string `json:"style,omitempty" doc:"IT, ST"`
	StyleAsSent string `json:"styleAsSent,omitempty" doc:"the partner's qualifier, where it is not the first of these"`
}

// Pack says how a line's unit is packed.
type Pack struct {
	UnitsPerPack   Decimal     `json:"unitsPerPack,omitempty" doc:"units per case (PO401)"`
	InnerPack      Decimal     `json:"innerPack,omitempty" doc:"units per inner pack (PO414)"`
	Packaging      string      `json:"packaging,omitempty" doc:"the partner's code for what it is packed in (PO404)"`
	Size           Decimal     `json:"size,omitempty" doc:"of one unit (PO402)"`
	SizeUnit       Unit        `json:"sizeUnit,omitempty" doc:"PO403"`
	SizeUnitAsSent string      `json:"sizeUnitAsSent,omitempty" doc:"the partner's code for the unit"`
	Weight         *Weight     `json:"weight,omitempty" doc:"of one pack (PO405 to 07)"`
	Volume         *Quantity   `json:"volume,omitempty" doc:"of one pack, gross (PO408, 09)"`
	Dims           *Dimensions `json:"dims,omitempty" doc:"of one pack (PO410 to 13)"`
}

// Dimensions are length, width and height in one unit.
type Dimensions struct {
	Length     Decimal `json:"length,omitempty" doc:"PO410"`
	Width      Decimal `json:"width,omitempty" doc:"PO411"`
	Height     Decimal `json:"height,omitempty" doc:"PO412"`
	Unit       Unit    `json:"unit" canonical:"required" doc:"of the lengths (PO413)"`
	UnitAsSent string  `json:"unitAsSent,omitempty" doc:"the partner's code for the unit"`
}

// Freight says who pays for transport, and from where on.
type Freight struct {
	Payment        string `json:"payment,omitempty" codes:"freightPayment" doc:"FOB01"`
	PaymentAsSent  string `json:"paymentAsSent,omitempty" doc:"the partner's code for the payment"`
	Location       string `json:"location,omitempty" codes:"freightLocation" doc:"FOB02"`
	LocationAsSent string `json:"locationAsSent,omitempty" doc:"the partner's code for the location"`
	Title          string `json:"title,omitempty" doc:"FOB03"`
}

// Carrier is who transports, and how.
type Carrier struct {
	Sequence   string      `json:"sequence,omitempty" doc:"the partner's code for the leg (TD501)"`
	SCAC       string      `json:"scac,omitempty" doc:"TD503 where TD502 is 2"`
	Code       *TypedID    `json:"code,omitempty" doc:"TD503 under another qualifier"`
	Mode       string      `json:"mode,omitempty" codes:"transportMode" doc:"TD504"`
	ModeAsSent string      `json:"modeAsSent,omitempty" doc:"the partner's code for the mode"`
	Routing    string      `json:"routing,omitempty" doc:"TD505"`
	Service    string      `json:"service,omitempty" doc:"level of service, such as ltl (TD512)"`
	Equipment  []Equipment `json:"equipment,omitempty" doc:"TD3"`
	Seals      []string    `json:"seals,omitempty" doc:"where no equipment has them (W1004, 05)"`
}

// Equipment is a trailer, container or car.
type Equipment struct {
	Type    string `json:"type,omitempty" doc:"TD301"`
	Initial string `json:"initial,omitempty" doc:"TD302"`
	Number  string `json:"number,omitempty" doc:"TD303"`
	Seal    string `json:"seal,omitempty" doc:"where no equipment has them (W1004, 05)"`
}
