package mappings_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/mappings"
	"waybill/settings"
	"waybill/translators"
)

// expressionSentences are fields that an expression makes, or that come from the
// root of the set.
func expressionSentences() []sentence {
	return []sentence{
		{name: "an expression over what was read", fields: "x.a: REF[AA]02\n  x.b: REF[BB]02\n  x.c:\n    in: '= extensions.acme.a + \"-\" + extensions.acme.b'",
			segments: []string{"REF*AA*1", "REF*BB*2"}, want: `{"a":"1","b":"2","c":"1-2"}`},
		{name: "what no field has", fields: "x.c:\n    in: '= concat(x12(\"REF[AA]02\"), \"/\", x12(\"N1[ST]/N401\"))'", segments: []string{"REF*AA*1", "N1*ST", "N4*RENO"}, want: `{"c":"1/RENO"}`, out: []string{}},
		{name: "x12 begins where the block stands", fields: "x.l[]:\n    at: PO1\n    n: PO101\n    v: { in: '= x12(\"PO1(VN)\") ?? x12(\"PID[F]05\")' }",
			segments: []string{"PO1*1*****VN*A", "PO1*2", "PID*F****B"}, want: `{"l":[{"n":"1","v":"A"},{"n":"2","v":"B"}]}`, out: []string{"PO1*1", "PO1*2"}},
		{name: "an expression counts where no place has data", fields: "x.a: REF[AA]02\n  x.b:\n    in:\n      - REF[BB]02\n      - '= extensions.acme.a'", segments: []string{"REF*AA*1"}, want: `{"a":"1","b":"1"}`},
		{name: "an expression without a value", fields: "x.a: REF[AA]02\n  x.b: { in: '= extensions.acme.none' }", segments: []string{"REF*AA*1"}, want: `{"a":"1"}`},
		{name: "a table in an expression", head: "tables: { t: { A: one } }", fields: "x.a: REF[AA]02\n  x.b: { in: '= lookup(\"t\", extensions.acme.a)' }\n  x.c: { in: '= lookup(\"t\", \"B\") ?? \"none\"' }",
			segments: []string{"REF*AA*A"}, want: `{"a":"A","b":"one","c":"none"}`},
		{name: "decimals and counts", fields: "x.a: { in: '= decimal(x12(\"REF[AA]02\")) * 2 + decimal(\"0.10\")' }\n  x.b: { in: '= days(\"2026-11-20\", \"2026-12-04\")' }\n  x.c: REF[AA]02",
			segments: []string{"REF*AA*1.5"}, want: `{"a":"3.1","b":"14","c":"1.5"}`},
		{name: "from the root", fields: "x.l[]:\n    at: PO1\n    n: PO101\n    order:\n      in: /REF[AA]02\n    day:\n      in:\n        - DTM[002]02\n        - /DTM[002]02",
			segments: []string{"REF*AA*7", "DTM*002*20261120", "PO1*1", "PO1*2", "DTM*002*20261204"},
			want:     `{"l":[{"n":"1","order":"7","day":"2026-11-20"},{"n":"2","order":"7","day":"2026-12-04"}]}`, out: []string{"PO1*1", "PO1*2"}},
		{name: "from the root, at the root", fields: "x.a: REF[AA]02\n  under N1[ST]:\n    x.b:\n      in: /REF[AA]02 | prefix(P)", segments: []string{"REF*AA*P7"}, want: `{"a":"P7","b":"7"}`},
		{name: "an element that an expression writes", fields: "x.l[]:\n    at: PO1\n    n: PO101\n    p: PO104\n    write: { PO105: '= p == nil ? nil : \"PE\"' }",
			segments: []string{"PO1*1***2", "PO1*2"}, want: `{"l":[{"n":"1","p":"2"},{"n":"2"}]}`, out: []string{"PO1*1***2*PE", "PO1*2"}},
		{name: "a segment that an expression writes", fields: "x.a: REF[AA]02\n  write: { \"REF[BB]02\": '= \"B\" + extensions.acme.a', \"REF[CC]02\": '= extensions.acme.none' }",
			segments: []string{"REF*AA*1"}, want: `{"a":"1"}`, out: []string{"REF*AA*1", "REF*BB*B1"}},
		{name: "an expression sees the document", fields: "x.a: REF[AA]02\n  x.l[]:\n    at: PO1\n    n: PO101\n    write: { PO103: '= doc.extensions.acme.a' }",
			segments: []string{"REF*AA*EA", "PO1*1"}, want: `{"a":"EA","l":[{"n":"1"}]}`, out: []string{"REF*AA*EA", "PO1*1**EA"}},
		{name: "a block that is written under a condition", fields: "x.a: REF[AA]02\n  x.b:\n    at: N1[ST]\n    when: '= extensions.acme.a == \"1\"'\n    name: N102",
			segments: []string{"REF*AA*1", "N1*ST*DC"}, want: `{"a":"1","b":{"name":"DC"}}`},
		{name: "a block that is left out", fields: "x.a: REF[AA]02\n  x.b:\n    at: N1[ST]\n    when: '= extensions.acme.a == \"1\"'\n    name: N102 | required",
			segments: []string{"REF*AA*2", "N1*ST*DC"}, want: `{"a":"2","b":{"name":"DC"}}`, out: []string{"REF*AA*2"}},
		{name: "items that are left out", fields: "x.l[]:\n    at: PO1\n    when: '= n != \"2\"'\n    n: PO101", segments: []string{"PO1*1", "PO1*2", "PO1*3"},
			want: `{"l":[{"n":"1"},{"n":"2"},{"n":"3"}]}`, out: []string{"PO1*1", "PO1*3"}},
		{name: "a value that is left out", fields: "x.a: REF[AA]02\n  x.b:\n    in: REF[BB]02\n    out: REF[BB]02\n    when: '= extensions.acme.a == \"1\"'", segments: []string{"REF*AA*2", "REF*BB*3"},
			want: `{"a":"2","b":"3"}`, out: []string{"REF*AA*2"}},
	}
}

func TestExpressions(t *testing.T) {
	for _, c := range expressionSentences() {
		t.Run(c.name, func(t *testing.T) { c.run(t) })
	}
}

// checking compiles an order's mapping with checks.
func checking(t *testing.T, named map[string]string, name string) *mappings.Map {
	t.Helper()
	m, found := mappings.Compile(files(named), name, against(t, "850", "004010"))
	if m == nil {
		t.Fatal(settings.Problems(found).Error())
	}
	return m
}

const checkedOrder = `map: a
extends: base/850
checks:
  positive: 'all(lines, decimal(.quantity.value ?? "0") > 0)'
  hash: { expr: 'x12("CTT02") == nil or decimal(x12("CTT02")) == sum(lines, decimal(.quantity.value ?? "0"))', severity: warn, say: the sum of CTT02 is not that of the lines }
  early: { expr: 'dates.requestedDelivery == nil or days(orderDate, dates.requestedDelivery) >= 2', severity: hold }
`

func TestChecks(t *testing.T) {
	m := checking(t, map[string]string{"a.yaml": checkedOrder}, "a")
	for name, c := range map[string]struct {
		segments []string
		want     []string
	}{
		"all hold": {[]string{"CUR*BY*USD", "DTM*002*20261120", "PO1*1*5*EA", "PO1*2*2.5*EA", "CTT*2*7.5"}, nil},
		"no sum":   {[]string{"CUR*BY*USD", "PO1*1*5*EA", "CTT*1"}, nil},
		"none hold": {[]string{"CUR*BY*USD", "DTM*002*20261117", "PO1*1*5*EA", "PO1*2*0*EA", "CTT*2*9"}, []string{
			`error MAP-CHECK checks.positive: does not hold: all(lines, decimal(.quantity.value ?? "0") > 0) (a.yaml:4:3)`,
			"warn MAP-CHECK checks.hash: the sum of CTT02 is not that of the lines (a.yaml:5:3)",
			"hold MAP-CHECK checks.early: does not hold: dates.requestedDelivery == nil or days(orderDate, dates.requestedDelivery) >= 2 (a.yaml:6:3)",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			got := in(t, m, order(c.segments...))
			same(t, c.want, got.Problems)
			_, problems, err := m.Out(got.Body)
			if err != nil {
				t.Fatal(err)
			}
			var want []string
			for _, p := range c.want { // there is no CTT02 to look at
				if !strings.Contains(p, "checks.hash") {
					want = append(want, p)
				}
			}
			same(t, want, problems)
		})
	}
}

// TestChecksMerge lays a partner's checks over those of the base.
func TestChecksMerge(t *testing.T) {
	m := checking(t, map[string]string{"a.yaml": checkedOrder, "b.yaml": "map: b\nextends: a\nchecks:\n  positive: { severity: warn }\n  early: drop\n  hash: { say: other words }\n"}, "b")
	got := in(t, m, order("CUR*BY*USD", "DTM*002*20261117", "PO1*1*0*EA", "CTT*1*9"))
	same(t, []string{"warn MAP-CHECK checks.positive", "warn MAP-CHECK checks.hash: other words (b.yaml:6:3)"}, got.Problems)
}

// TestChecksCannotRunAway refuses what would cost the square of a large document.
func TestChecksCannotRunAway(t *testing.T) {
	m := checking(t, map[string]string{"a.yaml": "map: a\nextends: base/850\nchecks:\n  twice: 'all(lines, count(doc.lines, .lineNumber == \"1\") >= 0)'\n"}, "a")
	lines := []any{}
	for range 4001 {
		lines = append(lines, map[string]any{"lineNumber": "1"})
	}
	body, err := json.Marshal(map[string]any{"lines": lines})
	if err != nil {
		t.Fatal(err)
	}
	_, problems, err := m.Out(body)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range problems {
		if p.Code == mappings.CodeCheck {
			got = append(got, p.Error())
		}
	}
	if len(got) != 1 || !strings.Contains(got[0], ": goes through lists in lists, and the document has 4001 items") {
		t.Errorf("%d lines gave %q", len(lines), got)
	}
}

// TestExpressionsAreBounded stops an expression that would fill the memory.
func TestExpressionsAreBounded(t *testing.T) {
	m := checking(t, map[string]string{"a.yaml": "map: a\nextends: base/850\nchecks:\n  large: 'len(map(lines, map(doc.lines, .lineNumber))) > 0'\n"}, "a")
	body := `{"lines":[{"lineNumber":"1"}` + strings.Repeat(`,{"lineNumber":"1"}`, 1500) + `]}`
	_, problems, err := m.Out(json.RawMessage(body))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		if p.Code == mappings.CodeCheck && strings.Contains(p.Text, "memory budget exceeded") {
			return
		}
	}
	t.Error("nothing stopped it")
}

// TestExpressionFaults reads values that an expression cannot work with.
func TestExpressionFaults(t *testing.T) {
	for expression, want := range map[string]string{
		`decimal(x12("REF[AA]02"))`: `error MAP-TYPE extensions.acme.a: decimal(x12("REF[AA]02")): "X" is no decimal number`,
		`decimal(x12("REF[BB]02"))`: `error MAP-TYPE extensions.acme.a: decimal(x12("REF[BB]02")): decimal of a field without a value`,
		`decimal("1") / 0`:          `error MAP-TYPE extensions.acme.a: decimal("1") / 0: 1 is divided by 0`,
		`7 / 2`:                     `error MAP-TYPE extensions.acme.a: 7 / 2: a number with a point is no text`,
		`[1, 2]`:                    `error MAP-TYPE extensions.acme.a: [1, 2]: a list or an object is no single value`,
		`date(x12("REF[AA]02"))`:    `error MAP-TYPE extensions.acme.a: date(x12("REF[AA]02")): "X" is no day such as 2026-11-20`,
		`days(nil, "2026-11-20")`:   `error MAP-TYPE extensions.acme.a: days(nil, "2026-11-20"): date takes a day or a time, and found none`,
		`decimal("9999999999") * decimal("9999999999")`: `error MAP-TYPE extensions.acme.a: decimal("9999999999") * decimal("9999999999"): 99999999980000000001 has more digits`,
	} {
		t.Run(expression, func(t *testing.T) {
			text := "map: a\nx12: \"850\"\ncanonical: order/v1\nfields:\n  extensions.acme.b: REF[AA]02\n  extensions.acme.a:\n    in: '= " + expression + "'\n"
			got := in(t, checking(t, map[string]string{"a.yaml": text}, "a"), order("REF*AA*X"))
			same(t, []string{want}, got.Problems)
		})
	}
}

// TestExpressionsAreTraced says of a computed field that no element had it.
func TestExpressionsAreTraced(t *testing.T) {
	text := "map: a\nx12: \"850\"\ncanonical: order/v1\nfields:\n  extensions.acme.a:\n    in: '= x12(\"REF[AA]02\") + \"!\"'\n"
	m := checking(t, map[string]string{"a.yaml": text}, "a")
	decode(t, order("REF*AA*X"), func(s *translators.Set) {
		_, lines, err := m.Trace(s)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, l := range lines {
			got = append(got, l.Field+"="+l.Value+" "+l.Element+" "+l.Pair)
		}
		if diff := cmp.Diff([]string{"extensions.acme.a=X!  a.yaml:5:3", `extensions.acme.a x12("REF[AA]02")=X REF02 a.yaml:5:3`}, got); diff != "" {
			t.Errorf("trace (-want +got):\n%s", diff)
		}
	})
}
