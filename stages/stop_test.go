package stages_test

import (
	"errors"
	"testing"

	"waybill/example"
	"waybill/spool"
	"waybill/stages"
)

// What a profile says of answers that went wrong decides whether the next document
// goes; acknowledgements and what a person released always do.
func TestEnvelopeStops(t *testing.T) {
	fa := spool.Expectation{Message: "M0", Kind: "fa", Key: "fa:1", State: "overdue"}
	refused, mdn, response := fa, fa, fa
	refused.State, mdn.Kind, response.Kind = "partial", "mdn", "855"
	for _, c := range []struct {
		name, expect, code string
		trouble            []spool.Expectation
		want               string
	}{
		{"nothing is said", "", "", []spool.Expectation{fa, refused}, ""},
		{"nothing went wrong", "functional: { overdue: [hold] }", "", nil, ""},
		{"overdue", "functional: { overdue: [alert, hold] }", "", []spool.Expectation{fa}, "ACK-OVERDUE"},
		{"overdue, and refusals hold", "functional: { rejected: [hold] }", "", []spool.Expectation{fa}, ""},
		{"refused", "functional: { rejected: [hold] }", "", []spool.Expectation{fa, refused}, "ACK-REJECTED"},
		{"refused, and it was released", "functional: { rejected: [hold] }", "ACK-REJECTED", []spool.Expectation{refused}, ""},
		{"no receipt", "receipt: { overdue: [hold] }", "", []spool.Expectation{fa, mdn}, "ACK-OVERDUE"},
		{"no answer to an order", "documents: { \"855\": { for: \"850\", within: 1d, overdue: [hold] } }", "", []spool.Expectation{fa, response}, "ACK-OVERDUE"},
		{"another's answer", "functional: { overdue: [hold] }", "", []spool.Expectation{response}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, buying(" }\n  \"855\": { direction: in, role: buyer, mapping: base/855, to: [erp] }\nexpect: { "+c.expect)...)
			r.troubled[example.Partner] = c.trouble
			d := r.outgoing(t, "D1", nil)
			m := r.child(d, only(t, r.run(t, r.compose(), d), stages.KindSet))
			m.Code = c.code
			o := r.run(t, stages.Envelope{Translator: r.translator}, m)
			if c.want == "" && (o.Status != "" || len(o.Emit) != 1) {
				t.Errorf("found %q %s, expected it to go", o.Status, o.Error)
			}
			if c.want != "" {
				wantHeld(t, o, c.want, "M0", example.Partner)
			}
		})
	}
}

func TestEnvelopeStopsForAcknowledgements(t *testing.T) {
	r := newRig(t, append(buying(""), "partners/acme-retail.yaml", "priority: 1", "priority: 1\nexpect: { functional: { overdue: [hold] } }")...)
	r.troubled[example.Partner] = []spool.Expectation{{Message: "M0", Kind: "fa", State: "overdue"}}
	ack := acknowledgement(t, r, "M1", order())
	if o := r.run(t, stages.Envelope{Translator: r.translator}, ack); o.Status != "" || len(o.Emit) != 1 {
		t.Errorf("the 997 is %q %s", o.Status, o.Error)
	}
	r.broken = errors.New("the disk is gone")
	if _, err := r.try(stages.Envelope{Translator: r.translator}, ack); !errors.Is(err, r.broken) {
		t.Errorf("found %v", err)
	}
}
