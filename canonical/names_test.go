package canonical_test

import (
	"strings"
	"testing"
)

// The names of sections 5.3 to 5.11 of the model. Renaming one is a new major
// version; more of them may come.
func TestTheNamesOfEveryKindStay(t *testing.T) {
	const shared = ` dates terms freight carrier contacts parties otherParties references notes totals lines extensions`
	const goods = ` lineNumber shipLineNumber warehouseLine warehouseLineAssigned item description descriptions ordered shippedToDate backordered
		cancelled status statusAsSent reason reasonAsSent substitutedFor unitPrice pack weight loads destinations dates parties otherParties
		references notes extensions shipped`
	const header = ` shipmentId purpose purposeAsSent structure structureAsSent issuedAt warehouseOrderNumber part masterReference final warehouse
		bol masterBol pro trackingNumbers loadNumber appointment packingList dates carrier otherCarriers freight parties otherParties contacts
		unitLoad milestones totals packaging allowancesCharges references notes extensions`
	for at, names := range map[string]string{
		"orderChange": `customerOrderNumber releaseNumber purpose purposeAsSent type typeAsSent changeNumber orderDate changeDate header lines totals extensions`,
		"orderChange ChangeLine": `lineNumber action actionAsSent changes item description quantity unitPrice retailPrice pack dates schedule destinations
			subLines allowancesCharges taxes terms carrier parties otherParties references notes extensions`,
		"orderChange ChangeQuantity": `newTotal previous leftToReceive delta unit unitAsSent`,
		"orderResponse": `customerOrderNumber releaseNumber orderNumber respondsTo changeNumber purpose purposeAsSent result resultAsSent orderDate
			responseDate contractNumber customerReference currency exchangeRate department vendorNumber allowancesCharges` + shared,
		"orderResponse ResponseLine": `lineNumber lineNumberAssigned item description descriptions ordered unitPrice pack dates schedule results
			allowancesCharges carrier parties otherParties references notes extensions`,
		"orderResponse ResponseResult": `status statusAsSent changes quantity dates item reason reasonAsSent reference`,
		"warehouseOrder": `warehouseOrderNumber purpose purposeAsSent customerOrderNumber orderNumber leg part masterReference type typeAsSent warehouse
			department vendorNumber dates parties otherParties contacts carrier freight palletExchange unitLoad temperature allowPartial
			allowSubstitution labels allowancesCharges references notes lines totals extensions`,
		"warehouseOrder WarehouseLine": `lineNumber lineNumberAssigned orderLine item description quantity otherQuantities condition pack weight parties
			otherParties dates references notes extensions`,
		"shipment":              `type structureAssigned orders lines units` + header,
		"shipment ShipmentLine": `lineId order group groupReferences short over` + goods,
		"shipment ShipmentOrder": `customerOrderNumber orderNumber releaseNumber changeNumber orderDate contractNumber invoiceNumber department vendorNumber
			customerReference dates carrier parties otherParties packaging descriptions references notes extensions`,
		"shipment HandlingUnit": `unitId parent order belowItem linePlate type contents sscc tracking barcodes packaging packages pack tiers blocks
			measurements markFor dates references descriptions otherQuantities`,
		"shipment Content":            `lineId quantity lot serials expiry`,
		"shipment ShipmentTotals":     `packages packageType packageTypeAsSent pallets weight volume shipped quantityHash lines`,
		"shipment Milestone":          `type occurredAt location code`,
		"shipmentTree":                header + ` containers tares packs innerPacks orders items`,
		"shipmentTree TreeItem":       goods + ` packs`,
		"warehouseShipmentTree":       header + ` customerOrderNumber orderNumber groups`,
		"warehouseShipmentTree Plate": `number quantity`,
		"invoice": `invoiceNumber type typeAsSent purpose purposeAsSent invoiceDate currency exchangeRate customerOrderNumber releaseNumber changeNumber
			orderDate originalInvoiceNumber returnNumber contractNumber bol pro shipmentId department vendorNumber accountNumber customerReference
			allowancesCharges taxes otherAmounts` + shared,
		"invoice InvoiceLine": `lineNumber lineNumberAssigned orderLine item description descriptions quantity unitPrice otherPrices extended shipped
			status statusAsSent pack otherQuantities dates allowancesCharges taxes terms destinations parties otherParties references notes extensions`,
		"invoice InvoiceTotals":    `goods allowances charges tax due discountable dueIfDiscounted discount lines quantityHash packages packageTypeAsSent weight volume`,
		"acknowledgement":          `type form of result resultAsSent group errors mdn receivedAt references notes extensions`,
		"acknowledgement Answered": `document interchange group groupType transaction release messageId documentId businessKey`,
		"acknowledgement AckError": `level segment position loop element component repetition elementId code codeAsSent value path message`,
		"acknowledgement Receipt":  `disposition modifier mic micAlgorithm micMatches signed signer`,
		"inventory": `reportNumber mode modeAsSent reportTypeAsSent asOf sequence dates locations parties otherParties contacts references notes positions
			movements totals extensions`,
		"inventory Position": `lineNumber item description location parties otherParties unit unitAsSent onHand allocated backordered inTransit available
			onOrder projected damaged hold otherQuantities expected status availableFrom discontinued price currency dates references extensions`,
		"inventory Movement": `type typeAsSent item location lot quantity unit unitAsSent reason reasonAsSent reference occurredAt`,
	} {
		kind, def, _ := strings.Cut(at, " ")
		of := schemaOf(t, kind)
		if def != "" {
			of = of["$defs"].(map[string]any)[def].(map[string]any)
		}
		properties := of["properties"].(map[string]any)
		for _, name := range strings.Fields(names) {
			if properties[name] == nil {
				t.Errorf("%s has no %s any more", at, name)
			}
		}
	}
}
