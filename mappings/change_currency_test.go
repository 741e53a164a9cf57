package mappings_test

import (
	"slices"
	"strings"
	"testing"
)

// TestCurrencyOfAChange: an order change says its currency in its header, and it
// holds for all its amounts, read and written.
func TestCurrencyOfAChange(t *testing.T) {
	m := baseMaps(t)["860 004010"]
	for name, c := range map[string]struct{ segment, want string }{
		"two digits": {"CUR*BY*USD", `"amount":{"amount":"400.00","currency":"USD"}`},
		"no digits":  {"CUR*BY*JPY", `"amount":{"amount":"400","currency":"JPY"}`},
		"none":       {"REF*DP*042", `"amount":{"amount":"400.00"}`},
	} {
		t.Run(name, func(t *testing.T) {
			result := in(t, m, interchangeOf(t, "860", "BCH*04*SA*PO-1***20261102", c.segment, "POC*1*QD*20*20*CA*18.5*PE*IN*70011", "CTT*1", "AMT*TT*400"))
			if !strings.Contains(string(result.Body), c.want) {
				t.Errorf("found %s", result.Body)
			}
			set, problems, err := m.Out(result.Body)
			if err != nil || len(problems) > 0 {
				t.Fatal(problems, err)
			}
			if texts := segmentTexts(set); !slices.Contains(texts, "AMT*TT*400") {
				t.Errorf("written %v", texts)
			}
		})
	}
	other := []byte(`{"purpose":"change","type":"standalone","customerOrderNumber":"1","orderDate":"2026-11-02","header":{"currency":"USD"},"totals":{"amount":{"amount":"2","currency":"EUR"}}}`)
	_, problems, err := m.Out(other)
	if err != nil || len(problems) != 1 || !strings.Contains(problems[0].Error(), "is EUR in a document in USD") {
		t.Error(problems, err)
	}
}
