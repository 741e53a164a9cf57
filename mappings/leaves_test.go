package mappings_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/mappings"
)

// mostLeaves is how many fields of one document are taken away.
const mostLeaves = 150

// TestTakingALeafOfASampleAwayIsNotSilent takes each field of our samples away in
// turn: what is written and read again is the same, or writing names a problem, or
// the field is one that X12 says elsewhere too.
func TestTakingALeafOfASampleAwayIsNotSilent(t *testing.T) { takeLeaves(t, samples, 1000) }

// TestTakingALeafOfADocumentAwayIsNotSilent does the same with every clean
// document of the corpus.
func TestTakingALeafOfADocumentAwayIsNotSilent(t *testing.T) {
	corpus(t)
	takeLeaves(t, cleanDocuments, 3000)
}

func takeLeaves(t *testing.T, documents func(testing.TB, map[string]*mappings.Map, func(document)), atLeast int) {
	same, named, again, tried := 0, 0, 0, 0
	documents(t, baseMaps(t), func(d document) {
		first, err := d.m.In(d.set)
		if err != nil {
			t.Fatal(err)
		}
		paths := leaves(value(t, first.Body), nil)
		for i, path := range paths {
			if i == mostLeaves {
				break
			}
			tried++
			less := without(value(t, first.Body), path)
			if less == nil {
				continue
			}
			text, err := json.Marshal(less)
			if err != nil {
				t.Fatal(err)
			}
			set, problems, err := d.m.Out(text)
			if err != nil {
				t.Fatal(err)
			}
			back, err := d.m.In(set)
			if err != nil {
				t.Fatal(err)
			}
			diff := cmp.Diff(withoutTotals(t, text), withoutTotals(t, back.Body))
			switch {
			case diff == "":
				same++
			case len(problems)+len(back.Problems) > 0:
				named++
			case saidElsewhere(d.set.ID, dotted(path)):
				again++
			default:
				t.Errorf("%s without %s (-asked +came back):\n%s", d.name, dotted(path), diff)
			}
		}
	})
	t.Logf("%d fields taken away in turn: %d documents came back the same, %d were refused, in %d the field was read from another place", tried, same, named, again)
	if tried < atLeast {
		t.Errorf("%d fields were taken away, expected %d or more", tried, atLeast)
	}
}

// dotted is a path as mappings write it, without indices.
func dotted(path []any) string {
	var words []string
	for _, p := range path {
		if _, ok := p.(int); ok {
			words[len(words)-1] += "[]"
			continue
		}
		words = append(words, fmt.Sprint(p))
	}
	return strings.Join(words, ".")
}

// saidElsewhere are the fields that reading fills in again by design, or that take
// what follows from them along, with why: whole paths, or whole ends of them.
func saidElsewhere(set, path string) bool {
	for _, f := range []struct{ sets, ends, why string }{
		{"", "allowancesCharges[].codeAsSent notes[].codeAsSent unitPrice.basisAsSent", "kept always"},
		{"860", "lines[].actionAsSent", "kept always"},
		{"945", "groups[].lines[].statusAsSent groups[].lines[].reasonAsSent", "kept always"},
		{"810 850 855 860 940", "lines[].lineNumber lines[].lineNumberAssigned", "the ordinal where none is written"},
		{"810 850 855 860", "unitPrice.per unitPrice.unit", "follows from the basis of the price"},
		{"", ".currency", "amounts have the document's"},
		{"", "notes[].text", "a note without text is its own code"},
		{"855", "respondsTo", "an 855 answers an order"},
		{"855", "lines[].results[].reason", "follows from the code of the answer"},
		{"855", "lines[].results[].statusAsSent", "the reason follows from the code, and goes with it"},
		{"940 945", "warehouse", "the id of the party"},
		{"846", "positions[].location", "the id of the party"},
		{"945", "shipmentId", "another number of the shipment"},
		{"810", "type typeAssigned", "an invoice where nothing else is said"},
		{"810", "purpose purposeAssigned", "the original where nothing else is said"},
		{"846", "positions[].unit", "the unit of the quantities"},
		{"846", "positions[].onHand positions[].available", "the unit of the position goes with its only quantity"},
		{"945", "lines[].ordered.unit lines[].shipped.unit totals.shipped.unit", "follows from the other quantity"},
		{"945", "lines[].ordered.value lines[].shipped.value totals.shipped.value", "its unit follows from the other quantity, and goes with it"},
		{"856", "items[].shipped.unit items[].shippedToDate.unit", "follows from the other quantity"},
		{"856", "items[].shippedToDate.value items[].shipped.value", "its unit follows from the other quantity, and goes with it"},
	} {
		if f.sets != "" && !strings.Contains(f.sets, set) {
			continue
		}
		for _, end := range strings.Fields(f.ends) {
			before, found := strings.CutSuffix(path, end)
			whole := before == "" || strings.HasSuffix(before, ".") && strings.Contains(end, ".")
			if found && (whole || end == ".currency") {
				return true
			}
		}
	}
	return false
}
