package mappings_test

import (
	"testing"

	"waybill/mappings"
	"waybill/settings"
)

// everything is a mapping of ship notices with all that reads several places:
// levels, shared segments, expressions, checks, tables by day.
const everything = `map: e
x12: "856"
canonical: order/v1
zone: America/New_York
dated: orderDate
tables: { t: { table: tables/t.csv, missing: warn } }
parts:
  pack:
    mark: MAN[GM]02 | nullable
    other[]: MAN[other] as mark
    items[]: HL[I] as item
  mark: { type: MAN01, value: MAN02 }
  item:
    line: LIN01 | counter
    v: LIN(VN)
    n: SN102
    day: { in: '/DTM[011]02' }
    text: PID[*]05 | join("/")
fields:
  orderDate: BSN03
  extensions.acme.id: BSN02 | split("-", 1)
  extensions.acme.part: BSN02 | split("-", 2)
  extensions.acme.shipped: DTM[011]02+03 | datetime
  extensions.acme.all:
    in: '= concat(x12("BSN02"), "+", extensions.acme.shipped)'
  extensions.acme.sold:
    in: 'HL[S]/REF[IN]02 | table(t)'
  under HL[S]:
    extensions.acme.weight: { in: 'TD1[*]07 | sum' }
    extensions.acme.orders[]:
      at: HL[O]
      when: '= po != "0"'
      po: PRF01
      packs[]: HL[P] as pack
      items[]: HL[I] as item
  write: { CTT01: = counted, CTT02: = counted }
checks:
  some: { expr: 'all(extensions.acme.orders ?? [], .po != nil)', severity: warn }
`

// FuzzLevels reads ship notices with a mapping that uses all of the language, and
// writes what it read.
func FuzzLevels(f *testing.F) {
	for _, s := range levelSentences() {
		f.Add(interchangeOf(f, "856", s.segments...))
	}
	f.Add(interchangeOf(f, "856", "BSN*00*A-B*20260101", "DTM*011*20260308*0230", "HL*1**S", "TD1******G*5*LB", "TD1******G*6.5*LB", "REF*IN*A", "HL*2*1*O", "PRF*P", "HL*3*2*I", "LIN**VN*1", "SN1**5", "PID*F****X", "CTT*1"))
	m, found := mappings.Compile(files(map[string]string{"e.yaml": everything, "tables/t.csv": "x12,ours,from\nA,one,2026-01-01\n"}), "e", against(f, "856", "004010"))
	if m == nil {
		f.Fatal(settings.Problems(found).Error())
	}
	f.Fuzz(func(t *testing.T, data []byte) { mapAndBack(t, m, data) })
}

// FuzzShared reads shipping advices whose items share outer segments.
func FuzzShared(f *testing.F) {
	text := "map: s\nx12: \"945\"\ncanonical: order/v1\nfields:\n  extensions.acme.l[]:\n    at: LX/W12\n    group: LX01 | counter\n    marks[]: LX/MAN[GM]02\n    n: W1202 | decimal\n    ids[]: W12(VN)\n    ref: N9[LI]02\n"
	m, found := mappings.Compile(files(map[string]string{"s.yaml": text}), "s", against(f, "945", "004010"))
	if m == nil {
		f.Fatal(settings.Problems(found).Error())
	}
	f.Add(interchangeOf(f, "945", "LX*1", "MAN*GM*A", "W12**4", "N9*LI*1", "W12**5", "LX*2", "W12**6"))
	f.Add(interchangeOf(f, "945", "LX*", "W12**4", "LX*", "W12**5", "LX*9", "LX*9", "W12**1"))
	f.Fuzz(func(t *testing.T, data []byte) { mapAndBack(t, m, data) })
}

// FuzzTable loads tables in files of their own.
func FuzzTable(f *testing.F) {
	for _, s := range []string{skus, "x12,ours\nA,B\n", "x12,ours,from,to,way\nA,B,2026-01-01,,in\n", "x12\n", "\xef\xbb\xbfx12,ours\n\"A\nB\",C\n", "ours,x12\r\nA,B\r\n"} {
		f.Add(s)
	}
	a := against(f, "850", "004010")
	f.Fuzz(func(t *testing.T, csv string) {
		text := "map: a\nx12: \"850\"\ncanonical: order/v1\ntables: { t: { table: tables/t.csv } }\nfields:\n  orderDate: BEG05\n  extensions.acme.a: REF[AA]02 | table(t)\n"
		m, found := mappings.Compile(files(map[string]string{"a.yaml": text, "tables/t.csv": csv}), "a", a)
		if m == nil && len(found) == 0 {
			t.Error("no map and no problem")
		}
	})
}

// FuzzExpression compiles expressions that nobody would write, and runs those that
// are right.
func FuzzExpression(f *testing.F) {
	for _, s := range []string{`customerOrderNumber`, `all(lines, decimal(.quantity.value ?? "0") > 0)`, `x12("REF[AA]02") + "!"`, `sum(lines, len(.lineNumber))`, `lookup("t", "A")`,
		`days(orderDate, "2026-01-01") > 2 ? "a" : nil`, `doc.parties.shipTo?.name ?? concat(1, true, nil)`, `map(lines, #)`, `let x = 1; x`, `{"a": 1}.a`} {
		f.Add(s)
	}
	a := against(f, "850", "004010")
	example := order("REF*AA*1", "PO1*1*5*EA")
	f.Fuzz(func(t *testing.T, expression string) {
		text := "map: a\nextends: base/850\ntables: { t: { A: one } }\nfields:\n  extensions.acme.a:\n    in: " + quoted("= "+expression) + "\nchecks: { c: " + quoted(expression) + " }\n"
		m, found := mappings.Compile(files(map[string]string{"a.yaml": text}), "a", a)
		if m == nil {
			if len(found) == 0 {
				t.Error("no map and no problem")
			}
			return
		}
		in(t, m, example)
	})
}

// quoted is a text as YAML quotes it.
func quoted(s string) string {
	out := []rune{'\''}
	for _, c := range s {
		if c == '\'' {
			out = append(out, c)
		}
		if c < ' ' {
			c = ' '
		}
		out = append(out, c)
	}
	return string(append(out, '\''))
}
