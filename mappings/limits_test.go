package mappings_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"waybill/canonical"
	"waybill/mappings"
	"waybill/settings"
	"waybill/translators"
)

// TestCompileWithoutSchema says so, rather than failing.
func TestCompileWithoutSchema(t *testing.T) {
	m, found := mappings.Compile(mappings.Base(), "base/850", mappings.Against{Canonical: canonical.Schema})
	if m != nil || len(found) != 1 || !strings.Contains(found[0].String(), "there is no X12 schema to compile against") {
		t.Errorf("found %v", found)
	}
}

// TestTooManyFields refuses a part that holds others many times over.
func TestTooManyFields(t *testing.T) {
	var b strings.Builder
	b.WriteString("map: a\nx12: \"850\"\ncanonical: order/v1\nparts:\n  p0: { a: REF01 }\n")
	for i := 1; i < 8; i++ {
		fmt.Fprintf(&b, "  p%d:\n", i)
		for k := range 6 {
			fmt.Fprintf(&b, "    f%d: { as: p%d }\n", k, i-1)
		}
	}
	b.WriteString("fields:\n  extensions.acme:\n    as: p7\n")
	m, found := mappings.Compile(files(map[string]string{"a.yaml": b.String()}), "a", against(t, "850", "004010"))
	if m != nil || !strings.Contains(settings.Problems(found).Error(), "fields are too many") {
		t.Errorf("compiled: %v, %d problems", m != nil, len(found))
	}
}

// TestChains refuses more files than may extend one another.
func TestChains(t *testing.T) {
	named := map[string]string{"m0.yaml": "map: m0\nextends: base/850\n"}
	for i := 1; i < 4; i++ {
		named[fmt.Sprintf("m%d.yaml", i)] = fmt.Sprintf("map: m%d\nextends: m%d\n", i, i-1)
	}
	for name, ok := range map[string]bool{"m1": true, "m3": false} {
		m, found := mappings.Compile(files(named), name, against(t, "850", "004010"))
		if (m != nil) != ok || !ok && !strings.Contains(settings.Problems(found).Error(), "files extend one another") {
			t.Errorf("%s: %v", name, found)
		}
	}
}

// TestTooManyItems stops where items that share an outer segment would make the
// square of a document.
func TestTooManyItems(t *testing.T) {
	text := "map: a\nx12: \"945\"\ncanonical: order/v1\nfields:\n  extensions.acme.l[]:\n    at: LX/W12\n    n: W1202\n    marks[]: LX/MAN[GM]02\n"
	m, found := mappings.Compile(files(map[string]string{"a.yaml": text}), "a", against(t, "945", "004010"))
	if m == nil {
		t.Fatal(found)
	}
	segments := []string{"LX*1"}
	for range 600 {
		segments = append(segments, "MAN*GM*1")
	}
	for range 600 {
		segments = append(segments, "W12**1")
	}
	got := in(t, m, interchangeOf(t, "945", segments...))
	if len(got.Problems) != 1 || !strings.Contains(got.Problems[0].Error(), "items of lists are too many for one document") {
		t.Errorf("problems: %v", got.Problems)
	}
}

// changed is a schema of ours with one element of a segment made different.
func changed(t *testing.T, segment string, element int, change func(*translators.ElementRule)) mappings.Against {
	t.Helper()
	a := against(t, "850", "004010")
	root := *a.Schema.Root
	root.Items = append([]*translators.Item{}, root.Items...)
	for i, k := range root.Items {
		if k.ID != segment {
			continue
		}
		item, rule := *k, *k.Segment
		rule.Elements = append([]translators.ElementRule{}, rule.Elements...)
		change(&rule.Elements[element-1])
		item.Segment = &rule
		root.Items[i] = &item
	}
	a.Schema = &translators.Schema{Set: a.Schema.Set, Release: a.Schema.Release, Name: a.Schema.Name, Functional: a.Schema.Functional, Root: &root, Items: a.Schema.Items}
	return a
}

// TestCodesOfTheRelease warns of a code in brackets that the schema does not list.
func TestCodesOfTheRelease(t *testing.T) {
	a := changed(t, "REF", 1, func(e *translators.ElementRule) {
		e.Codes = &translators.Codes{Members: map[string]struct{}{"DP": {}, "IA": {}}}
	})
	text := "map: a\nx12: \"850\"\ncanonical: order/v1\nfields:\n  department: REF[DP]02\n  promotion: REF[PD]02\n"
	m, found := mappings.Compile(files(map[string]string{"a.yaml": text}), "a", a)
	if m == nil || len(found) != 1 || !found[0].Warning || found[0].Text != "REF01 has no code PD in 004010" {
		t.Errorf("compiled: %v, found %v", m != nil, found)
	}
}

// TestRepeatedElements reads the repetitions of an element as a list, and writes
// them again.
func TestRepeatedElements(t *testing.T) {
	a := changed(t, "REF", 2, func(e *translators.ElementRule) { e.Repeat = 3 })
	compiled := func(field string) (*mappings.Map, []settings.Problem) {
		text := "map: a\nx12: \"850\"\ncanonical: order/v1\nfields:\n  extensions.acme.a[]: " + field + "\n"
		return mappings.Compile(files(map[string]string{"a.yaml": text}), "a", a)
	}
	m, found := compiled("REF[AA]02")
	if m == nil {
		t.Fatal(found)
	}
	if _, found := compiled("REF[*]02"); len(found) != 1 || !strings.Contains(found[0].String(), "REF[*]02 repeats, and is a list as it is; leave [*] out") {
		t.Errorf("found %v", found)
	}
	for body, want := range map[string]string{
		`{"extensions":{"acme":{"a":["1","2","3"]}}}`:     "1^2^3",
		`{"extensions":{"acme":{"a":["1"]}}}`:             "1",
		`{"extensions":{"acme":{"a":["1","2","3","4"]}}}`: "",
	} {
		set, problems, err := m.Out(json.RawMessage(body))
		if err != nil {
			t.Fatal(err)
		}
		if want == "" {
			if len(problems) != 1 || !strings.Contains(problems[0].Text, "REF02 may repeat 3 times, not 4") {
				t.Errorf("%s: %v", body, problems)
			}
			continue
		}
		e := set.Segments[0].Elements[1]
		got := e.Text
		for i, parts := range e.Repeats {
			if i > 0 {
				got += "^"
			}
			got += parts[0]
		}
		if got != want || len(problems) > 0 {
			t.Errorf("%s is written %s %v, expected %s", body, got, problems, want)
		}
		back, err := m.In(set)
		if err != nil || string(back.Body) != body || len(back.Unmapped) > 0 {
			t.Errorf("%s is read back %s, not read %v %v", body, back.Body, back.Unmapped, err)
		}
	}
}
