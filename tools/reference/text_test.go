package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	adapter "waybill/adapters/http"
)

func TestEveryFunctionHasWords(t *testing.T) {
	names, err := known(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, must := range []string{"required", "table", "gtin", "wrap"} {
		if !strings.Contains(strings.Join(names, " "), must) {
			t.Errorf("the mappings room is said to have no %s: %v", must, names)
		}
	}
	for _, f := range described() {
		if f.reads == "" || f.writes == "" || !strings.Contains(f.example, f.name) || !strings.Contains(f.write, f.name) {
			t.Errorf("%s: say how it is written, what it does both ways, and show it", f.name)
		}
	}
}

func TestOutcomesOfTheAdapter(t *testing.T) {
	for _, c := range []struct {
		a    answer
		want [2]string
	}{
		{answer{status: 201, body: `{"reference":"A"}`}, [2]string{"accepted", ""}},
		{answer{status: 500}, [2]string{"sent again, same key", "ERP-FAILED"}},
		{answer{status: 400}, [2]string{"**held** for a person", "ERP-REJECTED"}},
	} {
		what, errorCode, err := c.a.outcome()
		if err != nil || [2]string{what, errorCode} != c.want {
			t.Errorf("%d: found %q %q %v, expected %q", c.a.status, what, errorCode, err, c.want)
		}
	}
	wrong := answer{config: func(c *adapter.Config) { c.Limits.Concurrency = 0 }}
	if _, _, err := wrong.outcome(); err == nil {
		t.Error("an adapter that cannot be made has an outcome")
	}
}

func TestKinds(t *testing.T) {
	one := func() *schema { return &schema{Type: "string", MaxLength: 3} }
	long := make([]string, 41)
	for _, c := range []struct {
		s    *schema
		want string
	}{
		{one(), "text, at most 3"}, {&schema{Type: "string"}, "text"}, {&schema{Type: "boolean"}, "boolean"},
		{&schema{Ref: "#/$defs/UnitPrice"}, "[UnitPrice](#unitprice)"}, {&schema{Type: "array", Items: one()}, "list of text, at most 3"},
		{&schema{Type: "string", Enum: []string{"a", "b"}}, "`a`, `b`"}, {&schema{Type: "string", Enum: long}, "one of 41 codes"},
	} {
		if got := c.s.kind(); got != c.want {
			t.Errorf("found %q, expected %q", got, c.want)
		}
	}
}

func TestDefinitionsInTheOrderOfReading(t *testing.T) {
	ref := func(name string) *schema { return &schema{Ref: "#/$defs/" + name} }
	s := &schema{
		Properties: map[string]*schema{"a": ref("B"), "b": {Items: ref("C")}, "c": ref("B")},
		Defs: map[string]*schema{
			"B": {Properties: map[string]*schema{"x": ref("D"), "y": ref("B")}}, "C": {}, "D": {}, "Unused": {},
		},
	}
	if diff := cmp.Diff([]string{"B", "C", "D"}, reached(s)); diff != "" {
		t.Error(diff)
	}
}

func TestText(t *testing.T) {
	for _, c := range [][2]string{
		{cell("a |\n b"), `a \| b`}, {code(""), ""}, {code("a|b"), "`a\\|b`"}, {sentence(""), ""}, {sentence("so it is"), "So it is."}, {sentence("Done."), "Done."},
		{paragraphs("Package http hands\nthings. See Config for its block in waybill.yaml.\n\nmore\n"), "The adapter hands things.\n\nMore.\n"},
	} {
		if c[0] != c[1] {
			t.Errorf("found %q, expected %q", c[0], c[1])
		}
	}
}
