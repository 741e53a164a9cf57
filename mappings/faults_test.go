package mappings_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"waybill/mappings"
	"waybill/settings"
)

// A trouble is a document that a mapping reads or writes with something to say.
type trouble struct {
	name, head, fields string   // x stands for extensions.acme
	segments           []string // what is read
	body               string   // or written
}

// troubles are one for each thing that is said at run time.
func troubles() []trouble {
	ref := func(name, function, value string) trouble {
		return trouble{name: name, fields: "x.a: REF[AA]02 | " + function, segments: []string{"REF*AA*" + value}}
	}
	out := func(name, function, value string) trouble {
		return trouble{name: name, fields: "x.a: REF[AA]02 | " + function, body: `{"extensions":{"acme":{"a":"` + value + `"}}}`}
	}
	lines := "x.l[]:\n    at: PO1\n    a: PO101"
	return []trouble{
		ref("no date", "date", "20261301"), ref("no time", "time", "2599"), ref("no decimal", "decimal", "1.2.3"), ref("too many digits", "decimal", "0.1234567891"),
		ref("no whole number", "int", "1.5"), ref("no implied decimals", "implied(2)", "1.5"), ref("not of this length", "pad(5, 0)", "123"), ref("nothing but fill", "pad(3, 0)", "000"),
		ref("no prefix", "prefix(N)", "X1"), ref("no item number", "gtin", "12A"), ref("wrong check digit", "gtin", "614141001018"), ref("no country", "country", "USSR"),
		ref("more pieces", `split("-", 1)`, "A-B-C"),
		out("not a day", "date", "soon"), out("not in six digits", "date(YYMMDD)", "2099-01-01"), out("not a time", "time", "noon"), out("too many decimals", "implied(1)", "1.25"),
		out("begins with fill", "pad(5, 0)", "0123"), out("a number without end", "scale(3)", "1"), out("not 14 digits", "gtin", "123"), out("reads as nothing", "nullable", "N/A"),
		out("holds the separator", `split("-", 1)`, "A-B"),
		{name: "digits of a piece", fields: "x.a: REF[AA]02 | split(3, 1)", body: `{"extensions":{"acme":{"a":"12345"}}}`},
		{name: "separator within", fields: "x.a: PKG[*]05 | join(\"/\")", segments: []string{"PKG*****A/B"}},
		{name: "blanks without end", fields: "x.a: PKG[*]05 | wrap(3)", body: `{"extensions":{"acme":{"a":"     A"}}}`},
		{name: "no time code", fields: "x.a: DTM[002]02+03+04 | datetime", segments: []string{"DTM*002*20261120*1400*ZZ"}},
		{name: "no row", head: "tables: { t: { A: one } }", fields: "x.a: REF[AA]02 | table(t)", segments: []string{"REF*AA*B"}},
		{name: "no row, waits", head: "tables: { t: { A: one, missing: hold } }", fields: "x.a: REF[AA]02 | table(t)", segments: []string{"REF*AA*B"}},
		{name: "no row, left out", head: "tables: { t: { A: one, missing: warn } }", fields: "x.a: REF[AA]02 | table(t)", segments: []string{"REF*AA*B"}},
		{name: "no code", head: "tables: { t: { A: one } }", fields: "x.a: REF[AA]02 | table(t)", body: `{"extensions":{"acme":{"a":"two"}}}`},
		{name: "required on reading", fields: lines + "\n    b: PO102 | required", segments: []string{"PO1*1"}},
		{name: "required on writing", fields: lines + "\n    b: PO102 | required", body: `{"extensions":{"acme":{"l":[{"a":"1"}]}}}`},
		{name: "an expression that fails", fields: "x.a:\n    in: '= decimal(x12(\"REF[AA]02\"))'", segments: []string{"REF*AA*X"}},
		{name: "a condition that is no condition", fields: "x.a:\n    in: REF[AA]02\n    out: REF[AA]02\n    when: 'extensions.acme.a'", body: `{"extensions":{"acme":{"a":"1"}}}`},
		{name: "a check", head: "checks: { one: { expr: 'extensions.acme.a == \"1\"', severity: warn } }", fields: "x.a: REF[AA]02", segments: []string{"REF*AA*2"}},
		{name: "a check that fails", head: "checks: { one: 'decimal(extensions.acme.a) > 0' }", fields: "x.a: REF[AA]02", segments: []string{"REF*AA*B"}},
		{name: "no such field", fields: "x.a: REF[AA]02", body: `{"extensions":{"acme":{"b":"1"}}}`},
		{name: "a field twice", fields: "x.a: REF[AA]02", body: `{"extensions":{"acme":{"a":"1","a":"2"}}}`},
		{name: "text for an object", fields: "x.a.b: REF[AA]02", body: `{"extensions":{"acme":{"a":"1"}}}`},
		{name: "text for a list", fields: lines, body: `{"extensions":{"acme":{"l":"1"}}}`},
		{name: "text for an item", fields: lines, body: `{"extensions":{"acme":{"l":["1"]}}}`},
		{name: "a number for text", fields: "x.a: REF[AA]02", body: `{"extensions":{"acme":{"a":1}}}`},
		{name: "a list for text", fields: "x.a: REF[AA]02", body: `{"extensions":{"acme":{"a":[]}}}`},
		{name: "text for a number", fields: "totals.lines: { in: CTT01 }", body: `{"totals":{"lines":"2"}}`},
		{name: "an amount without currency", fields: "totals.amount: AMT[TT]02", body: `{"totals":{"amount":"2"}}`},
		{name: "an amount in another currency", fields: "currency: CUR02\n  totals.amount: AMT[TT]02", body: `{"currency":"USD","totals":{"amount":{"amount":"2","currency":"EUR"}}}`},
		{name: "too long", fields: "x.a: REF[AA]02", body: `{"extensions":{"acme":{"a":"` + strings.Repeat("1", 31) + `"}}}`},
		{name: "which code", fields: "x.l[]:\n    at: MAN[GM|AA]\n    kind: MAN01\n    mark: MAN02", body: `{"extensions":{"acme":{"l":[{"mark":"1"}]}}}`},
		{name: "a field of its own", fields: "x.a: REF[AA]02\n  x.rest[]:\n    at: REF[other]\n    k: REF01\n    v: REF02", body: `{"extensions":{"acme":{"rest":[{"k":"AA","v":"1"}]}}}`},
		{name: "half a group", head: "", fields: "x.l[]:\n    at: N1/PER\n    who: N102\n    name: PER02", body: `{"extensions":{"acme":{"l":[{"who":"A"}]}}}`},
		{name: "no room for pairs", fields: "x.a: PER(TE@03)\n  x.b: PER(FX@03)", body: `{"extensions":{"acme":{"a":"1","b":"2"}}}`},
		{name: "no qualifier fits", fields: "x.l[]:\n    at: PO1\n    a: PO1(UP:12|EN:13)", body: `{"extensions":{"acme":{"l":[{"a":"1"}]}}}`},
		{name: "time without a place", fields: "orderDate: BEG05 | datetime", body: `{"orderDate":"2026-11-20T14:00"}`},
		{name: "offset without a place", fields: "x.a: DTM[002]02+03 | datetime", body: `{"extensions":{"acme":{"a":"2026-11-20T14:00Z"}}}`},
		{name: "offset without a code", fields: "x.a: DTM[002]02+03+04 | datetime", body: `{"extensions":{"acme":{"a":"2026-11-20T14:00+05:30"}}}`},
		{name: "a time that clocks left out", head: "zone: America/New_York", fields: "x.a: DTM[002]02+03 | datetime", segments: []string{"DTM*002*20260308*0230"}},
		{name: "a time that clocks showed twice", head: "zone: America/New_York", fields: "x.a: DTM[002]02+03 | datetime", body: `{"extensions":{"acme":{"a":"2026-11-01T01:30-05:00"}}}`},
		{name: "no offset of a zone", head: "zone: America/New_York", fields: "x.a: DTM[002]02+03 | datetime", body: `{"extensions":{"acme":{"a":"2026-11-01T01-05:00"}}}`},
	}
}

func (c trouble) say(t *testing.T) []mappings.Problem {
	text := "map: s\nx12: \"850\"\ncanonical: order/v1\n" + c.head + "\nfields:\n  " + expanded(c.fields) + "\n"
	m, found := mappings.Compile(files(map[string]string{"s.yaml": text}), "s", against(t, "850", "004010"))
	if m == nil {
		t.Fatalf("%s: %s\n%s", c.name, settings.Problems(found).Error(), text)
	}
	if c.segments != nil {
		return in(t, m, order(c.segments...)).Problems
	}
	_, problems, err := m.Out(json.RawMessage(c.body))
	if err != nil {
		t.Fatal(c.name, err)
	}
	return problems
}

// TestFaults holds every message of reading and writing as a person sees it.
func TestFaults(t *testing.T) {
	var b strings.Builder
	for _, c := range troubles() {
		problems := c.say(t)
		if len(problems) == 0 {
			t.Errorf("%s: nothing is said", c.name)
		}
		for _, p := range problems {
			fmt.Fprintf(&b, "%s\n\t%s %s\n", c.name, p.Severity, p.Error())
		}
	}
	golden(t, "testdata/faults.txt", b.String())
}
