package spool_test

import (
	"fmt"
	"strings"
	"testing"

	"waybill/spool"
)

// awaits has one message wait for that many answers, each of a group of its own, as
// a partner's acknowledgements of many groups are awaited.
func awaits(t testing.TB, s *spool.Spool, many int) {
	t.Helper()
	r, err := bring(t, s, "waits", "waits")
	must(t, err)
	l := leaseOne(t, s, "decode")
	o := spool.Outcome{Note: "sent"}
	for n := range many {
		o.Expect = append(o.Expect, spool.Expectation{Message: r.ID, Kind: "fa", Key: fmt.Sprintf("fa:ZZ:OURCO:ZZ:ACME:PO:%d:0001", n)})
	}
	must(t, s.Finish(t.Context(), l, o))
}

func leaseOne(t testing.TB, s *spool.Spool, stage spool.Stage) spool.Lease {
	t.Helper()
	l, err := s.Lease(t.Context(), spool.LeaseQuery{Stages: []spool.Stage{stage}, Limit: 1, For: 1e9 * 60, Worker: "test"})
	must(t, err)
	if len(l) != 1 {
		t.Fatalf("found %d leases, expected 1", len(l))
	}
	return l[0]
}

// An answer to a group finds what waits by a range of an index, however much waits,
// and settles what begins so and nothing else.
func TestAnswerToAGroup(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		s := e.open()
		awaits(t, s, 300)
		any, err := s.AwaitingAny(t.Context(), "fa:ZZ:OURCO:ZZ:ACME:PO:12:")
		must(t, err)
		none, err := s.AwaitingAny(t.Context(), "fa:ZZ:OURCO:ZZ:ACME:PO:300:")
		must(t, err)
		if !any || none {
			t.Errorf("something waits for group 12: %v; for group 300: %v", any, none)
		}
		_, err = bring(t, s, "answers", "answers")
		must(t, err)
		must(t, s.Finish(t.Context(), leaseOne(t, s, "decode"), spool.Outcome{Answers: []spool.Answer{{Key: "fa:ZZ:OURCO:ZZ:ACME:PO:12:", Prefix: true, State: "accepted"}}}))
		var settled string
		must(t, e.raw().QueryRow(`SELECT MAX(key) || ' ' || COUNT(*) FROM expectations WHERE state = 'accepted'`).Scan(&settled))
		if settled != "fa:ZZ:OURCO:ZZ:ACME:PO:12:0001 1" {
			t.Errorf("settled is %s, expected the one of group 12", settled)
		}
		if plan := planOf(t, e, strings.NewReplacer("?", "'fa:'").Replace(spool.Prefixed(e.store))); !strings.Contains(plan, "expectations_") || strings.Contains(plan, "SCAN expectations") || strings.Contains(plan, "Seq Scan") {
			t.Errorf("the plan is %s", plan)
		}
	})
}

// planOf is how the database goes about a condition on expectations.
func planOf(t *testing.T, e engine, where string) string {
	t.Helper()
	db := e.raw()
	explain := "EXPLAIN QUERY PLAN "
	if strings.HasPrefix(e.store, "postgres") {
		explain = "EXPLAIN "
		db.SetMaxOpenConns(1) // what is set holds for a connection
		_, err := db.Exec(`SET enable_seqscan = off`)
		must(t, err)
	}
	rows, err := db.Query(explain + `SELECT message FROM expectations WHERE ` + where)
	must(t, err)
	defer rows.Close()
	columns, err := rows.Columns()
	must(t, err)
	var plan []string
	for rows.Next() {
		fields := make([]any, len(columns))
		for i := range fields {
			fields[i] = new(any)
		}
		must(t, rows.Scan(fields...))
		plan = append(plan, fmt.Sprint(*fields[len(fields)-1].(*any)))
	}
	must(t, rows.Err())
	return strings.Join(plan, "; ")
}

// A business key of any length is stored and found again.
func TestLongLabels(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		s := e.open()
		for _, value := range []string{strings.Repeat("0123456789", 300), strings.Repeat("é", 3000), "x" + strings.Repeat("é", 3000), strings.Repeat("\xff", 4000), "short"} {
			r, err := s.Take(t.Context(), arrival(), strings.NewReader(value), func(spool.Ref) spool.Verdict {
				return spool.Verdict{Labels: []spool.Label{{Name: "po", Value: value}}}
			})
			must(t, err)
			m := r.ID
			found, err := s.List(t.Context(), spool.Filter{Label: value})
			must(t, err)
			first, ok, err := s.First(t.Context(), "po", value)
			must(t, err)
			if len(found) != 1 || found[0].ID != m || !ok || first.ID != m {
				t.Errorf("a key of %d bytes: found %d messages and %v, expected %s", len(value), len(found), first.ID, m)
			}
		}
	})
}

// BenchmarkAnswerToAGroup settles an answer to one group while 10,000 others wait.
func BenchmarkAnswerToAGroup(b *testing.B) {
	engines(b, func(b *testing.B, s *spool.Spool) {
		awaits(b, s, 10_000)
		b.ResetTimer()
		for n := range b.N {
			any, err := s.AwaitingAny(b.Context(), fmt.Sprintf("fa:ZZ:OURCO:ZZ:ACME:PO:%d:", n%10_000))
			if err != nil || !any {
				b.Fatal(any, err)
			}
		}
	})
}
