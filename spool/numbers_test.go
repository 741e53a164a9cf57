package spool_test

import (
	"fmt"
	"strings"
	"sync"
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
			n, err := s.Number(t.Context(), "isa", 1, r.ID)
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

// Two nodes that number at once never give a number twice, leave none out, and
// agree on that of a message that both ask about.
func TestNumbersAtTwoNodes(t *testing.T) {
	e := onPostgres(t)
	nodes := []*spool.Spool{e.open(), e.open(func(c *spool.Config) { c.Node = "other" })}
	const messages = 60
	got := make([][2]int64, messages)
	var wait sync.WaitGroup
	for i := range messages {
		r, err := bring(t, nodes[0], fmt.Sprint(i), fmt.Sprint(i))
		must(t, err)
		for n, node := range nodes {
			wait.Go(func() {
				var err error
				if got[i][n], err = node.Number(t.Context(), "isa", 1, r.ID); err != nil {
					t.Error(err)
				}
			})
		}
	}
	wait.Wait()
	holder := map[int64]int{}
	for i, g := range got {
		if g[0] != g[1] {
			t.Errorf("message %d has the numbers %d and %d", i, g[0], g[1])
		}
		if other, taken := holder[g[0]]; taken {
			t.Errorf("messages %d and %d have the number %d", other, i, g[0])
		}
		holder[g[0]] = i
	}
	for n := range int64(messages) {
		if _, given := holder[n+1]; !given {
			t.Errorf("number %d is missing", n+1)
		}
	}
}

// A batch may have thousands of members, more than a statement has parameters prepared.
func TestNumberOfAThousand(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		s := e.open()
		var ids []string
		for i := range 1200 {
			ids = append(ids, fmt.Sprintf("M%04d", i))
		}
		first, err := s.Number(t.Context(), "isa", 1, ids...)
		must(t, err)
		again, err := s.Number(t.Context(), "isa", 1, ids...)
		must(t, err)
		if first != 1 || again != 1 {
			t.Errorf("numbers %d and %d, expected 1 twice", first, again)
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
