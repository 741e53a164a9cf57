package canonical

// Invoice asks for money, or gives some back: X12 810 and 880. A credit memo holds
// positive numbers; its type says the direction.
type Invoice struct {
	InvoiceNumber           string             `json:"invoiceNumber" canonical:"required" doc:"the seller's number, zeros kept (BIG02)"`
	Type                    string             `json:"type" canonical:"required" codes:"invoiceType" doc:"what kind of invoice it is (BIG07)"`
	TypeAssigned            bool               `json:"typeAssigned,omitempty" doc:"the sender gave no type"`
	PurposeAssigned         bool               `json:"purposeAssigned,omitempty" doc:"the sender gave no purpose"`
	TypeAsSent              string             `json:"typeAsSent,omitempty" doc:"the partner's code for the type"`
	Purpose                 string             `json:"purpose" canonical:"required" codes:"invoicePurpose" doc:"what to do with it (BIG08)"`
	PurposeAsSent           string             `json:"purposeAsSent,omitempty" doc:"the partner's code for the purpose"`
	InvoiceDate             Date               `json:"invoiceDate" canonical:"required" doc:"the day of the invoice (BIG01)"`
	Currency                Currency           `json:"currency" canonical:"required" doc:"the currency of every amount (CUR02)"`
	CurrencyAsSent          string             `json:"currencyAsSent,omitempty" doc:"the partner's code, where it is not the first of these"`
	ExchangeRate            Decimal            `json:"exchangeRate,omitempty" doc:"CUR03"`
	CustomerOrderNumber     string             `json:"customerOrderNumber,omitempty" canonical:"max=35" doc:"the buyer's order number, zeros kept (BIG04)"`
	ReleaseNumber           string             `json:"releaseNumber,omitempty" doc:"call-off number (BIG05)"`
	ChangeNumber            string             `json:"changeNumber,omitempty" doc:"of the order's last change (BIG06)"`
	OrderDate               Date               `json:"orderDate,omitempty" doc:"when the buyer ordered (BIG03)"`
	OriginalInvoiceNumber   string             `json:"originalInvoiceNumber,omitempty" doc:"what is credited or corrected (REF OI, IV, BIG10)"`
	ReturnNumber            string             `json:"returnNumber,omitempty" doc:"the return that is credited (REF RZ)"`
	ContractNumber          string             `json:"contractNumber,omitempty" doc:"agreed terms that hold for it (REF CT)"`
	BOL                     string             `json:"bol,omitempty" doc:"bill of lading (REF BM, CAD08)"`
	Pro                     string             `json:"pro,omitempty" doc:"the carrier's number (REF CN, CAD08)"`
	ShipmentID              string             `json:"shipmentId,omitempty" doc:"the shipment that is invoiced (REF SI)"`
	Department              string             `json:"department,omitempty" doc:"of the buyer (REF DP)"`
	VendorNumber            string             `json:"vendorNumber,omitempty" doc:"the buyer's number for the seller (REF IA, VR)"`
	VendorNumberAsSent      string             `json:"vendorNumberAsSent,omitempty" doc:"the partner's code, where it is not the first of these"`
	AccountNumber           string             `json:"accountNumber,omitempty" doc:"REF 11, 12"`
	AccountNumberAsSent     string             `json:"accountNumberAsSent,omitempty" doc:"the partner's code, where it is not the first of these"`
	CustomerReference       string             `json:"customerReference,omitempty" doc:"REF CR, CO"`
	CustomerReferenceAsSent string             `json:"customerReferenceAsSent,omitempty" doc:"the partner's code, where it is not the first of these"`
	Dates                   *Dates             `json:"dates,omitempty" doc:"days by meaning (DTM)"`
	Parties                 *Parties           `json:"parties,omitempty" doc:"who takes part, by role (N1)"`
	OtherParties            []OtherParty       `json:"otherParties,omitempty" doc:"second parties of a role, and roles without a field (N1)"`
	Contacts                []Contact          `json:"contacts,omitempty" doc:"people to ask (PER)"`
	Terms                   []Terms            `json:"terms,omitempty" doc:"payment terms (ITD)"`
	Freight                 *Freight           `json:"freight,omitempty" doc:"who pays for transport (FOB)"`
	Carrier                 *Carrier           `json:"carrier,omitempty" doc:"who transported it, and how (CAD)"`
	Lines                   []InvoiceLine      `json:"lines,omitempty" doc:"what is invoiced (IT1)"`
	AllowancesCharges       []AllowanceCharge  `json:"allowancesCharges,omitempty" doc:"discounts and surcharges (SAC)"`
	Taxes                   []Tax              `json:"taxes,omitempty" doc:"TXI"`
	Totals                  *InvoiceTotals     `json:"totals" canonical:"required" doc:"sums over all (TDS, CTT, ISS)"`
	OtherAmounts            []OtherAmount      `json:"otherAmounts,omitempty" doc:"sums of another meaning (AMT)"`
	References              []Reference        `json:"references,omitempty" doc:"numbers that have no field of their own (REF)"`
	Notes                   []Note             `json:"notes,omitempty" doc:"NTE"`
	Extensions              map[string]Private `json:"extensions,omitempty" doc:"partner data without a field, by partner and name; free JSON"`
}

// InvoiceLine is one invoiced item.
type InvoiceLine struct {
	LineNumber         string             `json:"lineNumber" canonical:"required" doc:"the invoice's line; most partners put the order's line here (IT101)"`
	LineNumberAssigned bool               `json:"lineNumberAssigned,omitempty" doc:"the sender gave no number; it is the ordinal"`
	OrderLine          string             `json:"orderLine,omitempty" doc:"the buyer's order line (REF LI, PL)"`
	OrderLineAsSent    string             `json:"orderLineAsSent,omitempty" doc:"the partner's code, where it is not LI"`
	Item               *ItemIDs           `json:"item" canonical:"required" doc:"what is invoiced, by at least one number (IT106 to 25)"`
	Description        string             `json:"description,omitempty" doc:"PID05"`
	Descriptions       []Description      `json:"descriptions,omitempty" doc:"other things said about it (PID)"`
	Quantity           *Quantity          `json:"quantity" canonical:"required" doc:"what is invoiced (IT102, 03)"`
	UnitPrice          *UnitPrice         `json:"unitPrice" canonical:"required" doc:"zero is a price (IT104, 05)"`
	OtherPrices        []OtherPrice       `json:"otherPrices,omitempty" doc:"prices of another meaning (CTP)"`
	Extended           *Money             `json:"extended,omitempty" doc:"quantity × price ÷ per; computed where it is not sent"`
	Shipped            *Quantity          `json:"shipped,omitempty" doc:"what was shipped (IT301, 02)"`
	Status             string             `json:"status,omitempty" codes:"lineStatus" doc:"how the line was shipped (IT303)"`
	StatusAsSent       string             `json:"statusAsSent,omitempty" doc:"the partner's code for the status"`
	Pack               *Pack              `json:"pack,omitempty" doc:"how it is packed (PO4)"`
	OtherQuantities    []OtherQuantity    `json:"otherQuantities,omitempty" doc:"quantities of another meaning (QTY)"`
	Dates              *Dates             `json:"dates,omitempty" doc:"days of the line (DTM)"`
	AllowancesCharges  []AllowanceCharge  `json:"allowancesCharges,omitempty" doc:"discounts and surcharges (SAC)"`
	Taxes              []Tax              `json:"taxes,omitempty" doc:"TXI"`
	Terms              []Terms            `json:"terms,omitempty" doc:"payment terms (ITD)"`
	Destinations       []Destination      `json:"destinations,omitempty" doc:"split of the line by store (SDQ)"`
	Parties            *Parties           `json:"parties,omitempty" doc:"by role (N1)"`
	OtherParties       []OtherParty       `json:"otherParties,omitempty" doc:"parties without a field (N1)"`
	References         []Reference        `json:"references,omitempty" doc:"REF"`
	Notes              []Note             `json:"notes,omitempty" doc:"MSG, NTE"`
	Extensions         map[string]Private `json:"extensions,omitempty" doc:"partner data without a field, by partner and name; free JSON"`
}

// InvoiceTotals are the sums of an invoice: due is goods less allowances, with
// charges and tax.
type InvoiceTotals struct {
	Goods             *Money  `json:"goods,omitempty" doc:"sum of the lines"`
	Allowances        *Money  `json:"allowances,omitempty" doc:"sum of what is taken off"`
	Charges           *Money  `json:"charges,omitempty" doc:"sum of what is put on"`
	Tax               *Money  `json:"tax,omitempty" doc:"sum of the taxes"`
	Due               *Money  `json:"due" canonical:"required" doc:"what is to be paid (TDS01)"`
	Discountable      *Money  `json:"discountable,omitempty" doc:"what the terms' discount is computed on (TDS02)"`
	DueIfDiscounted   *Money  `json:"dueIfDiscounted,omitempty" doc:"what is to be paid in the discount's time (TDS03)"`
	Discount          *Money  `json:"discount,omitempty" doc:"the terms' discount, where no terms say it (TDS04)"`
	Lines             *int    `json:"lines,omitempty" canonical:"min=0" doc:"number of lines (CTT01)"`
	QuantityHash      Decimal `json:"quantityHash,omitempty" doc:"sum of all quantities, whatever their units (CTT02)"`
	Weight            *Weight `json:"weight,omitempty" doc:"ISS03, 04"`
	Volume            *Weight `json:"volume,omitempty" doc:"ISS05, 06"`
	Packages          *int    `json:"packages,omitempty" canonical:"min=0" doc:"number of packages (ISS01)"`
	PackageTypeAsSent string  `json:"packageTypeAsSent,omitempty" doc:"the partner's code for the packages (ISS02)"`
}
