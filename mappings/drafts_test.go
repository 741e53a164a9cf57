package mappings_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/mappings"
	"waybill/translators"
)

// TestPointers says where in a body a field is that nobody reads, or reads twice.
func TestPointers(t *testing.T) {
	m := compile(t, mappings.Base(), "base/850", "004010")
	for _, c := range []struct{ more, want string }{
		{`"colour":"red"`, "warn MAP-WRITE /colour: no pair writes it"},
		{`"a/b~c":1`, "warn MAP-WRITE /a~1b~0c: no pair writes it"},
		{`"col\u006fur":"red"`, "warn MAP-WRITE /colour: no pair writes it"},
		{`"colour":"red","colour":"blue"`, "warn MAP-WRITE /colour: no pair writes it\nerror MAP-WRITE /colour: is there more than once"},
		{`"department":"1","department":"1"`, "error MAP-WRITE /department: is there more than once"},
		{`"department":"1","dep\u0061rtment":"1"`, "error MAP-WRITE /department: is there more than once"},
		{`"department":null,"department":"1"`, "error MAP-WRITE /department: is there more than once"},
		{`"revision":2`, "error MAP-WRITE /revision: is there more than once"},
		{`"lines":[{"lineNumber":"1"},{"lineNumber":"2","colour":1}]`, "warn MAP-WRITE /lines/1/colour: no pair writes it"},
		{`"lines":[{"lineNumber":"1"},{"lineNumber":"2","revision":1}]`, "warn MAP-WRITE /lines/1/revision: no pair writes it"},
		{`"lines":[{"quantity":{"value":"1","unit":"EA","value":"2"}}]`, "error MAP-WRITE /lines/0/quantity/value: is there more than once"},
		{`"lines":[],"lines":[{"lineNumber":"1"}]`, "error MAP-WRITE /lines: is there more than once"},
		{`"parties":{"shipTo":{"name":"DC","ids":[{"type":"gln","value":"1","x":[{"y":{}}]}]}}`, "warn MAP-WRITE /parties/shipTo/ids/0/x: no pair writes it"},
		{`"totals":{"amount":{"amount":"1.00","currency":"USD","tax":"1"}}`, "warn MAP-WRITE /totals/amount/tax: no pair writes it"},
		{`"totals":{"amount":{"amount":"1.00","currency":"USD","amount":"2.00"}}`, "error MAP-WRITE /totals/amount/amount: is there more than once"},
	} {
		_, problems, err := m.Out(body(c.more))
		if err != nil {
			t.Fatal(err)
		}
		same(t, strings.Split(c.want, "\n"), problems)
	}
}

// TestNamesInAnyOrder writes one segment list from names in the order of the
// template and in another, the currency last.
func TestNamesInAnyOrder(t *testing.T) {
	m := compile(t, mappings.Base(), "base/850", "004010")
	fields := []string{`"customerOrderNumber":"PO1"`, `"purpose":"original"`, `"type":"standalone"`, `"orderDate":"2026-11-16"`,
		`"lines":[{"lineNumber":"1","quantity":{"unit":"EA","value":"1"}}]`, `"totals":{"amount":{"currency":"USD","amount":"1.00"}}`, `"currency":"USD"`}
	var first []string
	for i := range fields {
		turned := append(append([]string{}, fields[i:]...), fields[:i]...)
		set, problems, err := m.Out(json.RawMessage("{" + strings.Join(turned, ",") + "}"))
		if err != nil || len(problems) > 0 {
			t.Fatal(err, problems)
		}
		if got := written(set); first == nil {
			first = got
		} else if diff := cmp.Diff(first, got); diff != "" {
			t.Errorf("turned by %d (-first +got):\n%s", i, diff)
		}
	}
}

// ordersOf are bodies of growing size, with texts of their own.
func ordersOf(n int) []json.RawMessage {
	bodies := make([]json.RawMessage, n)
	for i := range bodies {
		lines := make([]string, 1+i*3)
		for k := range lines {
			lines[k] = fmt.Sprintf(`{"lineNumber":"%d","quantity":{"value":"%d","unit":"EA"},"item":{"buyerItemNumber":"A-%d-%d"}}`, k+1, i+1, i, k)
		}
		bodies[i] = body(fmt.Sprintf(`"department":"%d","lines":[%s]`, i, strings.Join(lines, ",")))
	}
	return bodies
}

// TestSetsAreTheCallers: what one call returned stays as it is while others write,
// change what they got, and change the body that they gave.
func TestSetsAreTheCallers(t *testing.T) {
	m := compile(t, mappings.Base(), "base/850", "004010")
	bodies := ordersOf(12)
	want := make([][]string, len(bodies))
	kept := make([]*translators.Set, len(bodies))
	for i, b := range bodies {
		given := append(json.RawMessage{}, b...)
		set, _, err := m.Out(given)
		if err != nil {
			t.Fatal(err)
		}
		clear(given)
		kept[i], want[i] = set, written(set)
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for _, b := range bodies {
				set, _, err := m.Out(b)
				if err != nil {
					t.Error(err)
					return
				}
				for i := range set.Segments {
					set.Segments[i].Elements = append(set.Segments[i].Elements, translators.Element{Text: "X"})
					set.Segments[i].Elements[0].Text = "Y"
				}
			}
		})
	}
	all.Wait()
	for i, set := range kept {
		if diff := cmp.Diff(want[i], written(set)); diff != "" {
			t.Errorf("order %d has changed (-before +after):\n%s", i, diff)
		}
		if diff := cmp.Diff(want[i], inTree(set.Root)); diff != "" {
			t.Errorf("order %d: the tree holds other segments (-list +tree):\n%s", i, diff)
		}
	}
}

// inTree are the segments of a tree as written names those of a set.
func inTree(root *translators.Node) []string {
	var set translators.Set
	var below func(n *translators.Node)
	below = func(n *translators.Node) {
		if n.Segment != nil && n.Segment.ID != "ST" {
			set.Segments = append(set.Segments, *n.Segment)
		}
		for _, k := range n.Children {
			below(k)
		}
	}
	below(root)
	return written(&set)
}
