package stages_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"waybill/spool"
	"waybill/stages"
)

// reported is a 945 of the warehouse with these lines, each with a W12 and its N9.
func reported(w06 string, lines ...string) []byte {
	var b strings.Builder
	head, _, _ := strings.Cut(string(numbered("000000301")), "GS*")
	b.WriteString(head + "GS*SW*ACMERETAIL*OURCO*20261116*0900*55*X*004010~\nST*945*0001~\n" + w06 + "~\nN1*ST*A STORE*9*1234567890123~\nN1*WH*RENO*92*RNO~\nG62*11*20261116~\n")
	count := 6
	for i, l := range lines {
		fmt.Fprintf(&b, "LX*%d~\n%s~\n", i+1, l)
		count += 2
	}
	fmt.Fprintf(&b, "W03*10~\nSE*%d*0001~\nGE*1*55~\nIEA*1*000000301~\n", count+1)
	return []byte(b.String())
}

// What a warehouse ships otherwise than ordered is an event of its own, with what
// was ordered, shipped and short, line by line.
func TestPicks(t *testing.T) {
	const whole = "W06*F*WO-1*20261116*SH-1**PO-1"
	for _, c := range []struct {
		name  string
		head  string
		lines []string
		want  []string
	}{
		{"as ordered", whole, []string{"W12*CC*10*10**EA**VN*SKU-1"}, nil},
		{"a short pick", whole, []string{"W12*CC*10*10**EA**VN*SKU-1", "W12*CP*400*396*4*EA**VN*SKU-2"},
			[]string{"short pick: line 2 SKU-2: ordered 400 EA, shipped 396 EA, short 4 EA, cancelled 4 EA"}},
		{"nothing of a line", whole, []string{"W12*DS*10*0*10*EA**VN*SKU-1"},
			[]string{"short pick: line 1 SKU-1: ordered 10 EA, shipped 0 EA, short 10 EA, cancelled 10 EA"}},
		{"more follows", whole, []string{"W12*PR*10*6*4*EA**VN*SKU-1"},
			[]string{"part shipped: line 1 SKU-1: ordered 10 EA, shipped 6 EA, short 4 EA, to follow 4 EA"}},
		{"over", whole, []string{"W12*CE*10*12*2*EA**VN*SKU-1"}, []string{"over shipment: line 1 SKU-1: ordered 10 EA, shipped 12 EA, over 2 EA"}},
		{"something else", whole, []string{"W12*CP*10*7*3*EA**VN*SKU-1", "W12*IS**3**EA**VN*SKU-9*********VN*SKU-1"},
			[]string{"short pick: line 1 SKU-1: ordered 10 EA, shipped 7 EA, short 3 EA, cancelled 3 EA", "substitution: line 2 SKU-9: shipped 3 EA, in place of SKU-1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, "partners/acme-retail.yaml", "mapping: acme-850, to: [erp] }", "mapping: base/850, to: [erp] }\n  \"945\": { direction: in, role: depositor, mapping: base/945, to: [wms] }")
			m := r.sets(t, "M1", reported(c.head, c.lines...))[0]
			o := r.run(t, r.mapping(), m)
			if o.Status != "" {
				t.Fatalf("found %q %s", o.Status, o.Error)
			}
			var got []string
			for _, e := range o.Events {
				got = append(got, e.Verb+": "+e.Note)
				var lines []map[string]string
				if err := json.Unmarshal(e.Evidence, &lines); err != nil || len(lines) == 0 || lines[0]["shipped"] == "" {
					t.Errorf("the evidence of %s is %s", e.Verb, e.Evidence)
				}
			}
			if strings.Join(got, "\n") != strings.Join(c.want, "\n") {
				t.Errorf("found %q, expected %q", got, c.want)
			}
			again := r.arrive("M2", reported(c.head, c.lines...))
			r.finish(m, o)
			if o := r.run(t, r.mapping(), r.child(again, spool.Child{Key: "set", Kind: stages.KindSet, Direction: "in", Partner: m.Partner, Document: "945", Payload: m.Payload})); len(o.Events) > 0 {
				t.Errorf("the same again tells %v", o.Events)
			}
		})
	}
}
