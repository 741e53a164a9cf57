package canonical

// answerCodes are the lists of order responses and changes.
func answerCodes(list string) string {
	switch list {
	case "respondsTo":
		return `order orderChange`
	case "responsePurpose":
		return `original cancel replace confirm duplicate information change other`
	case "responseResult":
		return `accepted acceptedWithChanges rejected onHold received`
	case "responseStatus":
		return `accepted backordered rejected deleted held pending`
	case "responseChange":
		return `quantity price date item other`
	case "responseReason":
		return `notContracted invalidItem invalidUnit notAvailable reorderOtherwise other`
	case "changePurpose":
		return `change cancel replace confirm information`
	case "changeAction":
		return `add change delete none`
	case "lineChange":
		return `quantity price date item mode all`
	case "warehousePurpose":
		return `original replace cancel`
	case "temperatureUnit":
		return `celsius fahrenheit other`
	}
	return ""
}

// shipmentCodes are the lists of shipments.
func shipmentCodes(list string) string {
	switch list {
	case "shipmentType":
		return `shipNotice warehouseShipment`
	case "shipmentPurpose":
		return `original replace cancel correction`
	case "structure":
		return `shipmentOrderTarePackItem shipmentOrderPackItem shipmentOrderItemPack shipmentPackOrderItem
			shipmentTareOrderPackItem shipmentOrderItem shipmentItem other`
	case "unitType":
		return `pallet carton innerPack container bag envelope other`
	case "lineStatus":
		return `complete short partial split backordered substitution over cancelled outOfStock discontinued held`
	case "shortReason":
		return `outOfStock inventoryDiscrepancy materialShortage equipmentSpace onHold orderDiscrepancy locationRequest
			substitution diverted loadingError inboundLate allocationExceeded badOrderSize wrongEquipment discontinued
			leadTime notStocked customerAddition quality other`
	case "milestone":
		return `wave pick pack manifest pickup inTransit delivered exception other`
	}
	return ""
}

// invoiceCodes are the lists of invoices.
func invoiceCodes(list string) string {
	switch list {
	case "invoiceType":
		return `invoice creditMemo debitMemo prepaid consolidated memo other`
	case "invoicePurpose":
		return `original cancel replace duplicate information`
	}
	return ""
}
