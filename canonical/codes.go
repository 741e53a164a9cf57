package canonical

import "strings"

// Unit is a UNECE Recommendation 20 unit, or a Recommendation 21 package with X in
// front: EA, LBR, XCS. X12's own CA and CS are not spoken here.
type Unit string

// Currency is an ISO 4217 code.
type Currency string

// Country is an ISO 3166-1 alpha-2 code.
type Country string

// SSCC is a serial shipping container code, always 18 digits.
type SSCC string

// GTIN is a trade item number, always 14 digits.
type GTIN string

// UPC is a 12-digit item number of a case.
type UPC string

// codes returns a list of section 6 of the model by its name. A list that ends in
// other is open: a minor version may add to it. The rest are closed.
func codes(list string) []string {
	switch list {
	case "unit":
		return units()
	case "dateMeaning":
		return append(strings.Fields(dateMeanings), "other")
	case "errorCode":
		return errorCodes()
	}
	return strings.Fields(documentCodes(list) + orderCodes(list) + answerCodes(list) + shipmentCodes(list) + invoiceCodes(list) + ackCodes(list) + partyCodes(list) + moneyCodes(list) + goodsCodes(list))
}

func units() []string {
	return strings.Fields(`EA XCS H87 LBR XBX XPK XCT DZN C62 GLL FOT FTK YRD INH CMT MTR KGM GRM ONZ
		STN LTR MLT QTL PTL FTQ INQ MTQ PR SET KT DPR CEN MIL GRO XPX XRO XBG XCA XDR XEN HUR DAY MON other`)
}

const dateMeanings = `requestedDelivery requestedShip shipped estimatedDelivery estimatedArrival shipNotBefore
	shipNotAfter cancelAfter cancelIfNotDelivered deliverNotAfter deliverNotBefore scheduledDelivery
	scheduledShip promisedDelivery promisedShip requiredBy pickup delivered received invoice order
	effective expires discountDue netDue promotionStart produced lotExpires serviceFrom serviceTo
	created start end`

func documentCodes(list string) string {
	switch list {
	case "kind":
		return `order orderChange orderResponse shipment warehouseOrder invoice acknowledgement item customer inventory return`
	case "role":
		return `seller buyer depositor warehouse`
	case "direction":
		return `inbound outbound`
	case "channel":
		return `edi api portal shop file queue`
	case "environment":
		return `production test`
	}
	return ""
}

func orderCodes(list string) string {
	switch list {
	case "purpose":
		return `original cancel replace confirm duplicate information`
	case "orderType":
		return `standalone release blanket contract dropShip rush sample reorder special confirmation information transfer other`
	case "responseRequested":
		return `none yes detail`
	case "backorderPolicy":
		return `shipPartial shipComplete noBackorder other`
	case "substitution":
		return `allowed notAllowed`
	case "reference":
		return `purchaseOrder endUserOrder division clientNumber masterReference deliveryReference schedule
			original transaction attachment mutual other`
	case "note":
		return `general shipping warehouse billOfLading label packing other`
	}
	return ""
}

func partyCodes(list string) string {
	switch list {
	case "partyRole":
		return `buyer seller shipTo shipFrom billTo remitTo payer markFor store endUser consignee warehouse
			depositor issuer manufacturer carrier other`
	case "partyId":
		return `assignedByBuyer assignedBySeller dunsPlus4 duns gln assignedByOriginator assignedByRecipient
			scac phone san taxId warehouse plant mutual other`
	case "contactFunction":
		return `buyer order information delivery receiving general accountsPayable accountsReceivable other`
	}
	return ""
}

func moneyCodes(list string) string {
	switch list {
	case "priceBasis":
		return `each contract catalogue net hundred thousand pound unitOfMeasure quoted retail free unitCost other`
	case "allowanceKind":
		return `allowance charge none`
	case "allowanceCode":
		return `discount tradeDiscount quantityDiscount defective promotion advertising unsaleable pickup
			freight delivery handling service smallOrder special insurance other`
	case "percentBasis":
		return `list net discountGross discountNet agreed other`
	case "allowanceMethod":
		return `offInvoice chargeToCustomer billBack credit vendorPays vendorCheck optional other`
	case "taxType":
		return `stateSales stateAndLocal stateProvincial county federal federalExcise gst vat all other`
	case "termsType":
		return `basic endOfMonth fixedDate deferred noDiscount basicDiscount proximo previouslyAgreed other`
	case "termsBasis":
		return `shipDate deliveryDate invoiceDate specified receiptOfInvoice effective receiptOfGoods other`
	}
	return ""
}

func goodsCodes(list string) string {
	switch list {
	case "freightPayment":
		return `collect prepaidBySeller prepaidCharged thirdParty pickup agreed free mixed prepaid other`
	case "freightLocation":
		return `origin destination warehouse other`
	case "transportMode":
		return `road air rail ocean parcel intermodal consolidation customerPickup other`
	case "measurement":
		return `gross net billed weight volume length width height other`
	}
	return ""
}
