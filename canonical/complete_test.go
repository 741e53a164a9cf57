package canonical_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/canonical"
)

// What the goldens say and the model computes is the same: taken away, it comes
// back.
func TestCompleteBringsBackWhatIsComputed(t *testing.T) {
	for golden, gone := range map[string]string{
		"warehouse-shipment": "final lines[1].short lines[1].cancelled",
		"invoice":            "lines[0].extended lines[1].extended totals.goods totals.allowances totals.charges totals.tax totals.due totals.lines",
		"credit-memo":        "lines[0].extended totals.goods totals.allowances totals.charges totals.tax totals.due totals.lines",
		"order-response":     "result",
		"shipment-rno":       "", "order": "", "inventory": "",
	} {
		var changes [][2]string
		for _, path := range strings.Fields(gone) {
			changes = append(changes, [2]string{path, ""})
		}
		kind, body := changed(t, golden, changes...)
		got, err := canonical.Complete(kind, body)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(anything(t, goldens(t)[golden].Body), anything(t, got)); diff != "" {
			t.Errorf("%s (-golden +completed):\n%s", golden, diff)
		}
	}
}

func TestCompleteOfLines(t *testing.T) {
	line := func(status, ordered, shipped string) string {
		return `{"lineId":"1","status":"` + status + `","ordered":{"value":"` + ordered + `","unit":"EA"},"shipped":{"value":"` + shipped + `","unit":"EA"}}`
	}
	for _, c := range []struct{ line, want string }{
		{line("complete", "10", "10"), "final"},
		{line("short", "10", "9.5"), "short 0.5 cancelled 0.5 final"},
		{line("backordered", "10", "0"), "short 10 backordered 10"},
		{line("partial", "10", "4"), "short 6 backordered 6"},
		{line("substitution", "10", "4"), "short 6 final"},
		{line("over", "10", "12"), "over 2 final"},
		{strings.Replace(line("short", "1", "9"), "EA", "XCS", 1), "final"},
	} {
		s := typed(t, "shipment", json.RawMessage(`{"type":"warehouseShipment","lines":[`+c.line+`]}`)).(*canonical.Shipment)
		s.Complete()
		var got []string
		for _, q := range []struct {
			name string
			is   *canonical.Quantity
		}{{"short", s.Lines[0].Short}, {"over", s.Lines[0].Over}, {"cancelled", s.Lines[0].Cancelled}, {"backordered", s.Lines[0].Backordered}} {
			if q.is != nil {
				got = append(got, q.name+" "+string(q.is.Value))
			}
		}
		if *s.Final {
			got = append(got, "final")
		}
		if text := strings.Join(got, " "); text != c.want {
			t.Errorf("%s\nfound %s; expected %s", c.line, text, c.want)
		}
	}
}

func TestExtendedAmounts(t *testing.T) {
	for _, c := range []struct{ quantity, price, currency, want string }{
		{"200", `"amount":"2.50"`, "USD", "500.00"},
		{"3", `"amount":"0.335"`, "USD", "1.01"}, // 1.005 away from zero
		{"-3", `"amount":"0.335"`, "USD", "-1.01"},
		{"1", `"amount":"0.004"`, "USD", "0.00"},
		{"1250", `"amount":"7.00","per":"1000"`, "USD", "8.75"},
		{"7", `"amount":"1.00","per":"3"`, "USD", "2.33"},
		{"2.5", `"amount":"3"`, "JPY", "8"},
		{"2.5", `"amount":"3.001"`, "KWD", "7.503"},
		{"999999999999999999", `"amount":"1.00"`, "USD", "999999999999999999.00"},
		{"1", `"amount":"1.00","per":"0"`, "USD", ""},
		{"1", `"amount":"1.00","unit":"LBR"`, "USD", ""},
		{"x", `"amount":"1.00"`, "USD", ""},
	} {
		body := json.RawMessage(`{"currency":"` + c.currency + `","lines":[{"quantity":{"value":"` + c.quantity + `","unit":"EA"},"unitPrice":{` + c.price + `}}]}`)
		v := typed(t, "invoice", body).(*canonical.Invoice)
		v.Complete()
		got := ""
		if m := v.Lines[0].Extended; m != nil {
			got = string(m.Amount)
		}
		if got != c.want {
			t.Errorf("%s × %s: found %q; expected %q", c.quantity, c.price, got, c.want)
		}
		if (v.Totals.Due != nil) != (c.want != "") {
			t.Errorf("%s × %s: due is %v", c.quantity, c.price, v.Totals.Due)
		}
	}
}

// A percentage without its amount is not a sum: nothing is due that nobody said.
func TestCompleteDoesNotGuess(t *testing.T) {
	kind, body := changed(t, "invoice", [2]string{"allowancesCharges[0].amount", ""}, [2]string{"totals", "{}"})
	got, err := canonical.Complete(kind, body)
	if err != nil {
		t.Fatal(err)
	}
	totals := anything(t, got).(map[string]any)["totals"].(map[string]any)
	if totals["due"] != nil || totals["allowances"] != nil || totals["goods"] == nil {
		t.Errorf("found %v; expected goods only", totals)
	}
	if _, err := canonical.Complete("invoice", json.RawMessage(`{`)); err == nil || !strings.HasPrefix(err.Error(), "complete invoice: ") {
		t.Errorf("half of it: %v", err)
	}
}

func TestResultOfAnAnswerFollowsItsLines(t *testing.T) {
	for statuses, want := range map[string]string{
		"accepted accepted": "accepted", "accepted accepted+": "acceptedWithChanges", "accepted rejected": "acceptedWithChanges",
		"rejected deleted": "rejected", "accepted backordered": "acceptedWithChanges", "held accepted": "onHold", "": "received",
	} {
		o := canonical.OrderResponse{Lines: []canonical.ResponseLine{{}}}
		for _, s := range strings.Fields(statuses) {
			status, plus := strings.CutSuffix(s, "+")
			result := canonical.ResponseResult{Status: status}
			if plus {
				result.Changes = []string{"date"}
			}
			o.Lines[0].Results = append(o.Lines[0].Results, result)
		}
		if o.Complete(); o.Result != want {
			t.Errorf("%s: found %s; expected %s", statuses, o.Result, want)
		}
	}
}
