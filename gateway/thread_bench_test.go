package gateway

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"waybill/spool"
	"waybill/spool/spooltest"
	"waybill/stages"
)

// crowd fills a spool with n orders in interchanges of 100: of each a set that came
// with its document for the ERP, and a set of ours that left in an interchange with
// its MDN and 997. po names the order of each.
func crowd(tb testing.TB, s *spool.Spool, n int, po func(i int) string) {
	tb.Helper()
	const inOne = 100
	ctx := context.Background()
	step := func(o spool.Outcome, from spool.Stage) {
		tb.Helper()
		l, err := s.Lease(ctx, spool.LeaseQuery{Stages: []spool.Stage{from}, Limit: 1, For: time.Minute, Worker: "w"})
		if err != nil || len(l) != 1 {
			tb.Fatal(len(l), err)
		}
		for i, c := range o.Emit {
			if c.Kind == stages.KindInterchange { // it carries what the step before made
				made, err := s.Offspring(ctx, l[0].Messages[0].ID, stages.KindSet)
				if err != nil {
					tb.Fatal(err)
				}
				for k, m := range made {
					if m.Direction != stages.Outbound {
						continue
					}
					o.Emit[i].Carries = append(o.Emit[i].Carries, m.ID)
					o.Expect = append(o.Expect, spool.Expectation{Message: m.ID, Kind: "fa", Key: fmt.Sprintf("fa:%s:%d", l[0].Messages[0].ID, k)})
				}
			}
		}
		if err := s.Finish(ctx, l[0], o); err != nil {
			tb.Fatal(err)
		}
	}
	for at := 0; at < n; at += inOne {
		if _, err := s.Take(ctx, spool.Arrival{Door: "test", Kind: stages.KindTransmission}, strings.NewReader(po(at)), func(spool.Ref) spool.Verdict {
			return spool.Verdict{Children: []spool.Child{{Key: "ic", Kind: stages.KindInterchange, Direction: "in", Stage: "decode"}}}
		}); err != nil {
			tb.Fatal(err)
		}
		o := spool.Outcome{Next: "envelope", Emit: []spool.Child{{Key: "ack", Kind: stages.KindAcknowledgement, Direction: "out", Document: "997"}}}
		for i := at; i < min(at+inOne, n); i++ {
			label := []spool.Label{{Name: "po", Value: po(i)}}
			o.Emit = append(o.Emit,
				spool.Child{Key: fmt.Sprint("in", i), Kind: stages.KindSet, Direction: "in", Document: "850", Correlation: "self", Labels: label},
				spool.Child{Key: fmt.Sprint("out", i), Kind: stages.KindSet, Direction: "out", Document: "855", Correlation: "self", Labels: label})
		}
		step(o, "decode")
		step(spool.Outcome{Emit: []spool.Child{{Key: "interchange", Kind: stages.KindInterchange, Direction: "out", Document: "855"}}}, "envelope")
	}
}

// The thread of an order stays fast among thousands of others, and where one order
// has thousands of documents.
func BenchmarkThread(b *testing.B) {
	const orders = 2500 // two documents each
	for _, engine := range []struct {
		name string
		open func(testing.TB, func() time.Time) *spool.Spool
	}{{"sqlite", spooltest.OpenSQLite}, {"postgres", spooltest.OpenPostgres}} {
		b.Run(engine.name, func(b *testing.B) {
			s := engine.open(b, nil)
			crowd(b, s, orders, func(i int) string { return fmt.Sprintf("PO-%d", i) })
			crowd(b, s, orders, func(int) string { return "BLANKET" })
			for _, c := range []struct {
				name, key string
				want      int
			}{{"one of 5000 orders", "PO-17", 2}, {"5000 documents of one order", "BLANKET", 2 * orders}} {
				b.Run(c.name, func(b *testing.B) {
					for b.Loop() {
						t, err := ReadThread(context.Background(), s, c.key)
						if err != nil || len(t.Documents) != c.want {
							b.Fatalf("found %d documents, %v", len(t.Documents), err)
						}
					}
				})
			}
		})
	}
}
