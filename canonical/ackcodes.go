package canonical

import (
	"fmt"
	"slices"
)

// ackCodes are the lists of acknowledgements and inventories.
func ackCodes(list string) string {
	switch list {
	case "ackType":
		return `transport interchange functional business application`
	case "ackForm":
		return `MDN TA1 997 999 855 865 824 http`
	case "ackResult":
		return `accepted acceptedWithErrors partiallyAccepted rejected failed`
	case "errorLevel":
		return `interchange group transaction segment element application`
	case "segmentError": // X12 720 and 620
		return `unknownSegment unexpectedSegment missingSegment loopTooOften segmentTooOften segmentNotInSet wrongOrder
			elementErrors notUsed situationalMissing loopTooFew segmentTooFew dependentNotUsed`
	case "elementError": // X12 723 and 621
		return `missing conditionalMissing tooManyElements tooShort tooLong invalidCharacter invalidCodeValue invalidDate
			invalidTime excluded tooManyRepetitions tooManyComponents codeNotUsed dependentMissing elementNotUsed
			tooFewRepetitions pattern dependentElementNotUsed`
	case "transactionError": // X12 718
		return `setNotSupported trailerMissing controlNumberMismatch segmentCountWrong segmentErrors badSetId
			badControlNumber badConvention controlNumberNotUnique`
	case "groupError": // X12 716
		return `groupNotSupported versionNotSupported trailerMissing controlNumberMismatch setCountWrong badControlNumber
			controlNumberNotUnique`
	case "inventoryMode":
		return `snapshot delta`
	case "movement":
		return `receipt shipment adjustment count transfer return scrap other`
	}
	return ""
}

// errorCodes are the words for errors of every level.
func errorCodes() []string {
	var all []string
	for _, level := range codes("errorLevel") {
		for _, code := range errorCodesOf(level) {
			if !slices.Contains(all, code) {
				all = append(all, code)
			}
		}
	}
	return all
}

// errorCodesOf are the words for the errors of one level. An application's errors
// have the sender's own code, and no word of ours.
func errorCodesOf(level string) []string {
	if level == "application" {
		return nil
	}
	if level != "interchange" {
		return codes(level + "Error")
	}
	ta1 := make([]string, 32) // X12 I18: 000 to 031
	for i := range ta1 {
		ta1[i] = fmt.Sprintf("ta1-%03d", i)
	}
	return ta1
}
