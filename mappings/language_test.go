package mappings_test

import (
	stdcmp "cmp"
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/mappings"
	"waybill/settings"
)

// sentence is one construct of the language in a map of its own: what it reads of
// the segments, what it leaves, and what it writes again.
type sentence struct {
	name     string
	set      string // 850 where nothing is said
	fields   string // below "fields:"; x stands for extensions.acme
	head     string // tables and parts
	segments []string
	want     string // extensions.acme
	unmapped []string
	out      []string // nil: as it came
}

func sentences() []sentence {
	return []sentence{
		{name: "an element", fields: "x.a: BEG04", segments: []string{"BEG***PO1*R7"}, want: `{"a":"R7"}`},
		{name: "blanks at the end are no text", fields: "x.a: BEG04", segments: []string{"BEG***PO1*R7  "}, want: `{"a":"R7"}`, out: []string{"BEG***PO1*R7"}},
		{name: "a component", fields: "x.list[]:\n    at: MEA\n    unit: MEA04-01\n    value: MEA03\n    exponent: MEA04-02",
			segments: []string{"MEA***3*LB>2"}, want: `{"list":[{"unit":"LB","exponent":"2","value":"3"}]}`},
		{name: "a component that nobody reads", fields: "x.list[]:\n    at: MEA\n    unit: MEA04-01", segments: []string{"MEA****LB>2"},
			want: `{"list":[{"unit":"LB"}]}`, unmapped: []string{"850/MEA[1]/MEA04-02"}, out: []string{"MEA****LB"}},
		{name: "the key element", fields: "x.a: TD5[2]03", segments: []string{"TD5**2*UPSN"}, want: `{"a":"UPSN"}`},
		{name: "another element decides", fields: "x.a: CTP[02=RTL]03\n  x.b: CTP[02=MSR]03", segments: []string{"CTP**RTL*1", "CTP**MSR*2"}, want: `{"a":"1","b":"2"}`},
		{name: "where an element is empty", fields: "x.a: PID[F,02=]05\n  x.b: PID[F,02=08]05", segments: []string{"PID*F*08***NAME", "PID*F****WORDS"},
			want: `{"a":"WORDS","b":"NAME"}`, out: []string{"PID*F****WORDS", "PID*F*08***NAME"}},
		{name: "more conditions claim first", fields: "x.a: PID[F]05\n  x.b: PID[F,02=08]05", segments: []string{"PID*F*08***NAME", "PID*F****WORDS"},
			want: `{"a":"WORDS","b":"NAME"}`, out: []string{"PID*F****WORDS", "PID*F*08***NAME"}},
		{name: "what nobody else claims", fields: "x.a: REF[AA]02\n  x.rest[]:\n    at: REF[other]\n    k: REF01\n    v: REF02", segments: []string{"REF*BB*1", "REF*AA*2", "REF*AA*3"},
			want: `{"a":"2","rest":[{"k":"BB","v":"1"},{"k":"AA","v":"3"}]}`, out: []string{"REF*AA*2", "REF*BB*1", "REF*AA*3"}},
		{name: "a second match is left", fields: "x.a: REF[AA]02", segments: []string{"REF*AA*2", "REF*AA*3"}, want: `{"a":"2"}`,
			unmapped: []string{"850/REF[2]/REF01", "850/REF[2]/REF02"}, out: []string{"REF*AA*2"}},
		{name: "all occurrences joined", fields: "x.a: PKG[*]05 | join(\"; \")", segments: []string{"PKG*****A", "PKG*****B"}, want: `{"a":"A; B"}`},
		{name: "all occurrences wrapped", fields: "x.a: PKG[*]05 | wrap(5)", segments: []string{"PKG*****ABCDE", "PKG*****FG"}, want: `{"a":"ABCDEFG"}`},
		{name: "a list of values", fields: "x.a[]: MAN[GM]02", segments: []string{"MAN*GM*1", "MAN*GM*2"}, want: `{"a":["1","2"]}`},
		{name: "a list whose items say which code", fields: "x.a[]:\n    at: MAN[GM|AA]\n    kind: MAN01\n    mark: MAN02", segments: []string{"MAN*AA*1", "MAN*GM*2"},
			want: `{"a":[{"kind":"AA","mark":"1"},{"kind":"GM","mark":"2"}]}`},
		{name: "a loop in a loop", fields: "x.a:\n    at: N1[ST]\n    city: N401\n    people[]:\n      at: PER\n      name: PER02", segments: []string{"N1*ST", "N4*RENO", "PER*IC*A", "PER*IC*B"},
			want: `{"a":{"city":"RENO","people":[{"name":"A"},{"name":"B"}]}}`, unmapped: []string{"850/N1[1]/PER[1]/PER01", "850/N1[1]/PER[2]/PER01"},
			out: []string{"N1*ST", "N4*RENO", "PER**A", "PER**B"}},
		{name: "a path through a loop", fields: "x.a: N1[ST]/N401", segments: []string{"N1*ST", "N4*RENO"}, want: `{"a":"RENO"}`},
		{name: "under saves writing", fields: "under N1[ST]:\n    x.a: N401\n    x.b: N402", segments: []string{"N1*ST", "N4*RENO*NV"}, want: `{"a":"RENO","b":"NV"}`},
		{name: "the first place that has data", fields: "x.a:\n    in:\n      - BEG06\n      - REF[CT]02\n      - REF[ZZ]02\n    out: BEG06", segments: []string{"BEG***PO1", "REF*ZZ*2", "REF*CT*1"},
			want: `{"a":"1"}`, unmapped: []string{"850/REF[1]/REF01", "850/REF[1]/REF02"}, out: []string{"BEG***PO1***1"}},
		{name: "reading what another pair has", fields: "x.a: REF[AA]02\n  x.b:\n    in: REF[AA]02 | prefix(P)", segments: []string{"REF*AA*P7"}, want: `{"a":"P7","b":"7"}`},
		{name: "writing only", fields: "x.a: REF[AA]02\n  x.b:\n    out: REF[BB]02", segments: []string{"REF*AA*7", "REF*BB*8"}, want: `{"a":"7"}`,
			unmapped: []string{"850/REF[2]/REF01", "850/REF[2]/REF02"}, out: []string{"REF*AA*7"}},
		{name: "a pair in whatever position", fields: "x.l[]:\n    at: PO1\n    a: PO1(VN)\n    b: PO1(IN)", segments: []string{"PO1******IN*1*VN*2"},
			want: `{"l":[{"a":"2","b":"1"}]}`, out: []string{"PO1******VN*2*IN*1"}},
		{name: "a pair that is always at one place", fields: "x.l[]:\n    at: PO1\n    a: PO1(VN)\n    b: PO1(SK@08)", segments: []string{"PO1******VN*1*SK*2"}, want: `{"l":[{"a":"1","b":"2"}]}`},
		{name: "pairs that the schema does not list", fields: "x.a: TD5(2@02)\n  x.b.k: REF[AA]02", segments: []string{"REF*AA*1", "TD5**2*UPSN"}, want: `{"a":"UPSN","b":{"k":"1"}}`},
		{name: "alternatives by length", fields: "x.l[]:\n    at: PO1\n    a: PO1(UP:12|EN:13)", segments: []string{"PO1******EN*1234567890123", "PO1******UP*123456789012", "PO1******UP*1"},
			want: `{"l":[{"a":"1234567890123"},{"a":"123456789012"}]}`, unmapped: []string{"850/PO1[3]/PO106", "850/PO1[3]/PO107"},
			out: []string{"PO1******EN*1234567890123", "PO1******UP*123456789012"}},
		{name: "groups in a segment", fields: "x.l[]:\n    at: PO1\n    n: PO101\n    s[]:\n      at: SDQ03+04...\n      u: SDQ01\n      id: SDQ03\n      q: SDQ04", segments: []string{"PO1*1", "SDQ*EA**1*2*3*4", "SDQ*CA**5*6"},
			want: `{"l":[{"n":"1","s":[{"u":"EA","id":"1","q":"2"},{"u":"EA","id":"3","q":"4"},{"u":"CA","id":"5","q":"6"}]}]}`},
		{name: "a constant is checked off", fields: "x.a:\n    at: N1[ST]\n    name: N102\n    write: { N103: 92 }", segments: []string{"N1*ST*A*92"}, want: `{"a":{"name":"A"}}`},
		{name: "another value where a constant belongs", fields: "x.a:\n    at: N1[ST]\n    name: N102\n    write: { N103: 92 }", segments: []string{"N1*ST*A*91"}, want: `{"a":{"name":"A"}}`,
			unmapped: []string{"850/N1[1]/N103"}, out: []string{"N1*ST*A*92"}},
		{name: "a constant alone writes nothing", fields: "x.a:\n    at: N1[ST]\n    name: N102\n    write: { N103: 92 }\n  x.b: REF[AA]02", segments: []string{"REF*AA*1"}, want: `{"b":"1"}`},
		{name: "the item's number", fields: "x.l[]:\n    at: PKG\n    text: PKG05\n    write: { PKG04: = ordinal }", segments: []string{"PKG****1*A", "PKG****2*B"}, want: `{"l":[{"text":"A"},{"text":"B"}]}`},
		{name: "a default", fields: "x.a: REF[AA]02\n  x.b: REF[BB]02 | default(none)", segments: []string{"REF*AA*1"}, want: `{"a":"1","b":"none"}`, out: []string{"REF*AA*1", "REF*BB*none"}},
		{name: "a table", head: "tables: { t: { A: one, in: { B: one }, out: { two: C }, missing: warn } }", fields: "x.a: REF[AA]02 | table(t)\n  x.b: REF[BB]02 | table(t)",
			segments: []string{"REF*AA*A", "REF*BB*B"}, want: `{"a":"one","b":"one"}`, out: []string{"REF*AA*A", "REF*BB*A"}},
		{name: "a function before a table", head: "tables: { t: { 7: one } }", fields: "x.a: REF[AA]02 | pad(3, 0) | table(t)", segments: []string{"REF*AA*007"}, want: `{"a":"one"}`},
		{name: "functions in a row", fields: "x.a: REF[AA]02 | prefix(N) | pad(3, 0)", segments: []string{"REF*AA*N007"}, want: `{"a":"7"}`},
		{name: "scaled", fields: "x.a: CTP[02=RTL]03 | scale(12)", segments: []string{"CTP**RTL*2.5"}, want: `{"a":"30"}`},
		{name: "upper case on the way out", fields: "x.a:\n    in: REF[AA]02\n    out: REF[AA]02 | upper", segments: []string{"REF*AA*abc"}, want: `{"a":"abc"}`, out: []string{"REF*AA*ABC"}},
		{name: "implied decimals by the type", fields: "x.l[]:\n    at: SAC\n    a: SAC05", segments: []string{"SAC*****1250"}, want: `{"l":[{"a":"12.5"}]}`},
		{name: "a day and a time", fields: "x.a: DTM[002]02+03 | datetime", segments: []string{"DTM*002*20261120*1430"}, want: `{"a":"2026-11-20T14:30"}`},
		{name: "only the day", fields: "x.a: DTM[002]02", segments: []string{"DTM*002*20261120*1430"}, want: `{"a":"2026-11-20"}`, unmapped: []string{"850/DTM[1]/DTM03"}, out: []string{"DTM*002*20261120"}},
		{name: "a part in two places", head: "parts: { who: { name: N102 } }", fields: "x.a: N1[ST] as who\n  x.b: N1[BT] as who", segments: []string{"N1*ST*A", "N1*BT*B"}, want: `{"a":{"name":"A"},"b":{"name":"B"}}`},
		{name: "a part without a place", head: "parts:\n  refs:\n    one: REF[AA]02", fields: "x.a:\n    as: refs", segments: []string{"REF*AA*1"}, want: `{"a":{"one":"1"}}`},
		{name: "letters that JSON escapes", fields: "x.a: REF[AA]02", segments: []string{`REF*AA*say "no\yes" <&>`}, want: `{"a":"say \"no\\yes\" <&>"}`},
	}
}

func TestSentences(t *testing.T) {
	for _, c := range slices.Concat(sentences(), foldSentences(), levelSentences(), pieceSentences(), sentSentences()) {
		if c.segments == nil {
			continue
		}
		t.Run(c.name, func(t *testing.T) { c.run(t) })
	}
}

func (c sentence) run(t *testing.T) {
	set := stdcmp.Or(c.set, "850")
	text := "map: s\nx12: \"" + set + "\"\ncanonical: order/v1\n" + c.head + "\nfields:\n  " + expanded(c.fields) + "\n"
	m, found := mappings.Compile(files(map[string]string{"s.yaml": text}), "s", against(t, set, "004010"))
	if m == nil {
		t.Fatalf("%s\n%s", settings.Problems(found).Error(), text)
	}
	got := in(t, m, interchangeOf(t, set, c.segments...))
	var body struct {
		Extensions struct{ Acme json.RawMessage }
	}
	if err := json.Unmarshal(got.Body, &body); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(value(t, []byte(c.want)), value(t, body.Extensions.Acme)); diff != "" {
		t.Errorf("read (-want +got):\n%s", diff)
	}
	same(t, nil, got.Problems)
	begins := len(c.segments[0]) > 3 && c.segments[0][:3] == "BEG"
	var unmapped []string
	for _, u := range got.Unmapped {
		if begins && u.Path == "850/BEG[1]/BEG03" {
			continue // it only makes the segment a right one
		}
		unmapped = append(unmapped, u.Path)
	}
	if diff := cmp.Diff(c.unmapped, unmapped); diff != "" {
		t.Errorf("unmapped (-want +got):\n%s", diff)
	}
	back, problems, err := m.Out(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	same(t, nil, problems)
	want := c.out
	if want == nil {
		want = c.segments
	}
	if diff := cmp.Diff(append([]string{}, want...), append([]string{}, withNumber(written(back))...)); diff != "" {
		t.Errorf("written (-want +got):\n%s", diff)
	}
}

// withNumber puts the order's number into a BEG, which no sentence maps.
func withNumber(lines []string) []string {
	for i, l := range lines {
		if len(l) > 6 && l[:6] == "BEG***" {
			lines[i] = "BEG***PO1" + l[6:]
		}
	}
	return lines
}

// expanded writes x out.
func expanded(fields string) string {
	out := ""
	for i := 0; i < len(fields); i++ {
		if fields[i] == 'x' && i+1 < len(fields) && fields[i+1] == '.' && (i == 0 || fields[i-1] == ' ') {
			out += "extensions.acme"
			continue
		}
		out += string(fields[i])
	}
	return out
}
