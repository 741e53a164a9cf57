package canonical_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/canonical"
)

// TestPlacesOfPositions holds what is gathered of the positions' warehouses, and
// that it is spread over them again.
func TestPlacesOfPositions(t *testing.T) {
	dal, reno := `{"name":"DALLAS","ids":[{"type":"assignedBySeller","value":"DAL"}]}`, `{"name":"RENO","ids":[{"type":"assignedBySeller","value":"DAL"}]}`
	at := func(party string) string { return `{"location":"DAL","parties":{"warehouse":` + party + `}}` }
	for _, c := range []struct{ name, mapped, want string }{
		{"one place", `{"positions":[` + at(dal) + `,` + at(dal) + `]}`, `{"locations":[{"id":"DAL","party":` + dal + `}],"positions":[{"location":"DAL"},{"location":"DAL"}]}`},
		{"what else is there stays", `{"positions":[{"location":"DAL","parties":{"warehouse":` + dal + `,"buyer":{"name":"B"}}}]}`,
			`{"locations":[{"id":"DAL","party":` + dal + `}],"positions":[{"location":"DAL","parties":{"buyer":{"name":"B"}}}]}`},
		{"two names of one place stay where they are", `{"positions":[` + at(dal) + `,` + at(reno) + `]}`,
			`{"locations":[{"id":"DAL","party":` + dal + `}],"positions":[` + at(dal) + `,` + at(reno) + `]}`},
		{"only a number", `{"locations":[{"id":"DAL"}],"positions":[{"location":"DAL","parties":{"warehouse":{"ids":[{"type":"warehouse","value":"DAL"}]}}}]}`,
			`{"locations":[{"id":"DAL"}],"positions":[{"location":"DAL"}]}`},
		{"no place", `{"positions":[{"lineNumber":"1"}]}`, `{"positions":[{"lineNumber":"1"}]}`},
	} {
		_, body, err := canonical.FromMapped("inventory", []byte(c.mapped))
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		got := anything(t, body)
		if diff := cmp.Diff(anything(t, []byte(c.want)), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
		mapped, err := canonical.ToMapped("inventory", body)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		_, again, err := canonical.FromMapped("inventory", mapped)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if diff := cmp.Diff(got, anything(t, again)); diff != "" {
			t.Errorf("%s, there and back (-first +second):\n%s", c.name, diff)
		}
	}
}

// TestCreditsAreTurned holds whose signs are turned: a credit memo's of which every
// value is negative; prices never.
func TestCreditsAreTurned(t *testing.T) {
	doc := func(kind, quantity, due string) []byte {
		return []byte(`{"type":"` + kind + `","currency":"USD","lines":[{"quantity":{"value":"` + quantity + `"},"unitPrice":{"amount":"2.00"}}],"totals":{"due":{"amount":"` + due + `","currency":"USD"}}}`)
	}
	for _, c := range []struct{ kind, quantity, due, wantQuantity, wantDue string }{
		{"creditMemo", "-24", "-88.20", "24", "88.20"},
		{"creditMemo", "24", "88.20", "24", "88.20"},
		{"creditMemo", "24", "-88.20", "24", "-88.20"},
		{"creditMemo", "0", "-88.20", "0", "88.20"},
		{"invoice", "-24", "-88.20", "-24", "-88.20"},
	} {
		_, body, err := canonical.FromMapped("invoice", doc(c.kind, c.quantity, c.due))
		if err != nil {
			t.Fatal(err)
		}
		v := anything(t, body).(map[string]any)
		line := v["lines"].([]any)[0].(map[string]any)
		quantity := line["quantity"].(map[string]any)["value"]
		due := v["totals"].(map[string]any)["due"].(map[string]any)["amount"]
		if quantity != c.wantQuantity || due != c.wantDue {
			t.Errorf("%s of %s for %s: %v for %v, expected %s for %s", c.kind, c.quantity, c.due, quantity, due, c.wantQuantity, c.wantDue)
		}
		if price := line["unitPrice"].(map[string]any)["amount"]; price != "2.00" {
			t.Errorf("the price is %v", price)
		}
	}
}
