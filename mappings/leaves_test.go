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
// what follows from them along, with why.
func saidElsewhere(set, path string) bool {
	last := path[strings.LastIndexByte(path, '.')+1:]
	for _, f := range []struct{ sets, field, why string }{
		{"", "codeAsSent", "kept always"},
		{"", "basisAsSent", "kept always"},
		{"", "actionAsSent", "kept always"},
		{"945", "statusAsSent", "kept always"},
		{"", "lineNumber", "the ordinal where none is written"},
		{"", "lineNumberAssigned", "the ordinal where none is written"},
		{"", "per", "follows from the basis"},
		{"", "currency", "amounts have the document's"},
		{"", "text", "a note without text is its own code"},
		{"855", "respondsTo", "an 855 answers an order"},
		{"855", "reason", "follows from the code of the answer"},
		{"940 945 846", "warehouse", "the id of the party"},
		{"846", "location", "the id of the party"},
		{"945", "shipmentId", "another number of the shipment"},
		{"810", "typeAssigned", "an invoice where nothing else is said"},
		{"810", "purposeAssigned", "the original where nothing else is said"},
		{"810", "type", "an invoice where nothing else is said"},
		{"810", "purpose", "the original where nothing else is said"},
		{"846", "unit", "the unit of the quantities"},
		{"945 856", "unit", "follows from the other quantity"},
		{"945 856", "value", "its unit follows from the other quantity, and goes with it"},
		{"945", "reasonAsSent", "kept always"},
		{"846", "onHand", "the unit of the position goes with its only quantity"},
		{"846", "available", "the unit of the position goes with its only quantity"},
		{"855", "statusAsSent", "the reason follows from the code, and goes with it"},
		{"850 855 810 860", "unit", "follows from the basis of the price"},
	} {
		if f.field == last && (f.sets == "" || strings.Contains(f.sets, set)) {
			return true
		}
	}
	return false
}
