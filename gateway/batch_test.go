package gateway

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"testing"

	"waybill/spool"
	"waybill/stages"
)

// owing is the profile of a partner that owes an 855 for each 850.
func owing() []string {
	return []string{
		"partners/acme-retail.yaml", "priority: 1", "priority: 1\nexpect:\n  documents:\n    \"855\": { for: \"850\", within: 24h }",
		"partners/acme-retail.yaml", "via: as2 }\n", "via: as2 }\n  \"855\": { direction: in, role: buyer, mapping: base/855, to: [erp] }\n",
	}
}

// An order that takes the place of another is owed the same answer: both go out.
func TestARevisionIsOwedTheSameAnswer(t *testing.T) {
	t.Parallel()
	r, erp := selling(t, owing()...)
	for _, purpose := range []string{"original", "replace"} {
		status, said := erp.call(t, "POST", "/v1/documents", purpose, purchase(t, func(_, body map[string]any) { body["purpose"] = purpose }))
		if status != http.StatusAccepted {
			t.Fatalf("found %d %v", status, said)
		}
		until(t, "the set is made", func() bool { return len(r.messages(t, spool.Filter{Kind: stages.KindSet})) > 0 })
	}
	until(t, "the partner has both", func() bool { return len(r.partner.Received()) == 2 })
}

// One message of a batch that cannot be written, or that nobody can read, stops
// none of the others: they go out without it.
func TestABadMemberHoldsUpNoBatch(t *testing.T) {
	t.Parallel()
	for name, bad := range map[string]func() (spool.Outcome, error){
		"held": func() (spool.Outcome, error) { return spool.Outcome{Status: spool.Held, Code: "SYN-OWN"}, nil },
		"a lost payload": func() (spool.Outcome, error) {
			return spool.Outcome{}, fmt.Errorf("reading payload: %w", fs.ErrNotExist)
		},
		"a panic": func() (spool.Outcome, error) { panic("no such element") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sizes := make(chan int, 100)
			r, erp := sellingWith(t, func(g *Gateway) {
				inner := g.parts.stages[stages.ToEnvelope]
				g.parts.stages[stages.ToEnvelope] = stageFunc(func(ctx context.Context, w stages.Work) (spool.Outcome, error) {
					sizes <- len(w.Messages)
					for i := range w.Messages {
						text, err := payload(ctx, w, i)
						if err != nil || bytes.Contains(text, []byte("PO-2")) {
							return bad()
						}
					}
					return inner.Run(ctx, w)
				})
			}, "partners/acme-retail.yaml", "mapping: base/850, via: as2 }", "mapping: base/850, via: as2, batch: { window: 1s, max: 50 } }")
			for n := range 4 {
				po := fmt.Sprintf("PO-%d", n)
				if status, said := erp.call(t, "POST", "/v1/documents", po, purchase(t, func(_, body map[string]any) { body["customerOrderNumber"] = po })); status != http.StatusAccepted {
					t.Fatalf("found %d %v", status, said)
				}
			}
			until(t, "the others are out", func() bool {
				return len(r.messages(t, spool.Filter{Kind: stages.KindSet, Status: string(spool.Done)})) == 3
			})
			if n := <-sizes; n < 2 {
				t.Errorf("the first step had %d message(s), expected a batch", n)
			}
		})
	}
}

// payload is the content of the n-th message of a step.
func payload(ctx context.Context, w stages.Work, n int) ([]byte, error) {
	f, err := w.Store.Open(ctx, w.Messages[n].Payload)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}
