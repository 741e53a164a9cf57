package spool_test

import (
	"fmt"
	"strings"
	"testing"

	"waybill/spool"
)

// After the last number comes the first, and the history says so.
func TestNumbersWrap(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		s := e.open()
		var got []int64
		for i := range 4 {
			r, err := bring(t, s, fmt.Sprint(i), fmt.Sprint(i))
			must(t, err)
			if i == 1 {
				e.exec(fmt.Sprintf(`UPDATE numbers SET last = %d`, spool.NumberLimit-1))
			}
			n, err := s.Number(t.Context(), "isa", r.ID)
			must(t, err)
			got = append(got, n)
		}
		if fmt.Sprint(got) != fmt.Sprintf("[1 %d 1 2]", spool.NumberLimit) {
			t.Errorf("numbers %v", got)
		}
		var lines int
		must(t, e.raw().QueryRow(`SELECT COUNT(*) FROM history WHERE verb = 'numbered' AND note LIKE '%sequence begins%'`).Scan(&lines))
		if lines != 2 {
			t.Errorf("the history says %d times that numbers begin", lines)
		}
	})
}

// The order of a key is found by its index, whatever else waits.
func TestOrderUsesIndex(t *testing.T) {
	dir := t.TempDir()
	e := engine{t, "sqlite:" + dir + "/spool.db", dir + "/payloads"}
	e.open()
	rows, err := e.raw().Query(`EXPLAIN QUERY PLAN SELECT id FROM messages m WHERE status = 'ready' AND run_at <= 5 AND stage IN ('a')
		AND (order_key = '' OR NOT EXISTS (` + spool.OrderBlocked + `)) ORDER BY run_at, id LIMIT 5`)
	must(t, err)
	defer rows.Close()
	var plan []string
	for rows.Next() {
		var id, parent, unused int
		var detail string
		must(t, rows.Scan(&id, &parent, &unused, &detail))
		plan = append(plan, detail)
	}
	must(t, rows.Err())
	text := strings.Join(plan, "; ")
	if !strings.Contains(text, "messages_order") || !strings.Contains(text, "messages_ready") || strings.Contains(text, "TEMP B-TREE") {
		t.Errorf("plan %s", text)
	}
}
