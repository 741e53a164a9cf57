package mappings

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// described is a value as the tests write it down.
type described struct {
	Steps []string
	Refs  []ref
	Alts  []alt
	Rest  bool
	Slot  int
	Group bool
	As    string
	Calls []string
	Drop  bool
}

func describeValue(v *value) described {
	d := described{As: v.as, Drop: v.drop}
	if v.path != nil {
		d.Refs, d.Alts, d.Rest, d.Slot, d.Group = v.path.refs, v.path.alts, v.path.rest, v.path.slot, v.path.group
		for _, s := range v.path.steps {
			d.Steps = append(d.Steps, s.segment+s.choice.String())
		}
	}
	for _, c := range v.calls {
		words := make([]string, len(c.args))
		for i, a := range c.args {
			words[i] = a.text
			if a.name != "" {
				words[i] = a.name + ":" + a.text
			}
		}
		d.Calls = append(d.Calls, c.name+"("+strings.Join(words, ",")+")")
	}
	return d
}

func TestGrammar(t *testing.T) {
	for text, want := range map[string]described{
		"BEG03":                              {Steps: []string{"BEG"}, Refs: []ref{{element: 3}}},
		"N104":                               {Steps: []string{"N1"}, Refs: []ref{{element: 4}}},
		"W0503":                              {Steps: []string{"W05"}, Refs: []ref{{element: 3}}},
		"N1":                                 {Steps: []string{"N1"}},
		"MEA04-01":                           {Steps: []string{"MEA"}, Refs: []ref{{4, 1}}},
		"REF[DP]02":                          {Steps: []string{"REF[DP]"}, Refs: []ref{{element: 2}}},
		"N1[ST]/N401":                        {Steps: []string{"N1[ST]", "N4"}, Refs: []ref{{element: 1}}},
		"CTT/AMT[TT]02":                      {Steps: []string{"CTT", "AMT[TT]"}, Refs: []ref{{element: 2}}},
		"REF[IA|VR]02":                       {Steps: []string{"REF[IA|VR]"}, Refs: []ref{{element: 2}}},
		"PID[F,02=]05":                       {Steps: []string{"PID[F,02=]"}, Refs: []ref{{element: 5}}},
		"CTP[02=RTL|MSR]03":                  {Steps: []string{"CTP[02=RTL|MSR]"}, Refs: []ref{{element: 3}}},
		"N9[other]":                          {Steps: []string{"N9[other]"}},
		"MSG[*]01":                           {Steps: []string{"MSG[*]"}, Refs: []ref{{element: 1}}},
		"DTM[002]02+03+04":                   {Steps: []string{"DTM[002]"}, Refs: []ref{{element: 2}, {element: 3}, {element: 4}}},
		"SDQ03+04...":                        {Steps: []string{"SDQ"}, Refs: []ref{{element: 3}, {element: 4}}, Group: true},
		"N301...":                            {Steps: []string{"N3"}, Refs: []ref{{element: 1}}, Group: true},
		"PO1(VN)":                            {Steps: []string{"PO1"}, Alts: []alt{{code: "VN"}}},
		"PO1(UP:12|EN:13)":                   {Steps: []string{"PO1"}, Alts: []alt{{code: "UP", length: 12}, {code: "EN", length: 13}}},
		"PO1(SK@06)":                         {Steps: []string{"PO1"}, Alts: []alt{{code: "SK", slot: 6}}},
		"PO1(other)":                         {Steps: []string{"PO1"}, Rest: true},
		"N1(other@03)":                       {Steps: []string{"N1"}, Rest: true, Slot: 3},
		"N1[ST] as party":                    {Steps: []string{"N1[ST]"}, As: "party"},
		"drop":                               {Drop: true},
		"BEG01 | table(purposes) | required": {Steps: []string{"BEG"}, Refs: []ref{{element: 1}}, Calls: []string{"table(purposes)", "required()"}},
		"PO103|table(units, keep)":           {Steps: []string{"PO1"}, Refs: []ref{{element: 3}}, Calls: []string{"table(units,keep)"}},
		"PO105 | table(x, keep:always, missing: warn)": {Steps: []string{"PO1"}, Refs: []ref{{element: 5}}, Calls: []string{"table(x,keep:always,missing:warn)"}},
		`MSG[*]01 | join("\n")`:                        {Steps: []string{"MSG[*]"}, Refs: []ref{{element: 1}}, Calls: []string{"join(\n)"}},
		`BEG03 | prefix("P O|")`:                       {Steps: []string{"BEG"}, Refs: []ref{{element: 3}}, Calls: []string{"prefix(P O|)"}},
	} {
		v, err := parseValue(text, place{"a.yaml", 1, 1})
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if diff := cmp.Diff(want, describeValue(v), cmp.AllowUnexported(ref{}, alt{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

func TestGrammarErrors(t *testing.T) {
	for _, c := range []struct {
		text   string
		column int
		want   string
	}{
		{"", 1, "found the end, expected a segment"},
		{"beg03", 1, `found "beg03", expected a segment`},
		{"BEG/03", 5, "03 is no segment"},
		{"BEG-03", 4, `found "-03", expected | or the end`},
		{"BEG3", 1, "BEG3 is no segment with an element"},
		{"BEGIN03", 1, "expected a segment"},
		{"B", 1, "expected a segment"},
		{"1N1", 1, "1N1 is no segment"},
		{"//BEG03", 2, "found \"/BEG03\", expected a segment"},
		{"REF[DP02", 9, "found the end, expected ]"},
		{"REF[]02", 5, `found "]02", expected a code`},
		{"REF[DP|]02", 8, "expected a code"},
		{"REF[2=DP]02", 6, `"2" is no element number`},
		{"REF[02-DP]02", 8, "expected two digits for a component"},
		{"REF[02-01DP]02", 10, "expected ="},
		{"REF[*]2", 8, "expected two digits"},
		{"MEA04-", 7, "expected two digits for a component"},
		{"DTM02+", 7, "expected two digits for an element after +"},
		{"DTM02/03", 6, "nothing may follow an element"},
		{"PO1()", 5, "expected a qualifier"},
		{"PO1(VN", 7, "expected | or )"},
		{"PO1(VN:)", 8, "expected a length"},
		{"PO1(VN@6)", 9, "expected two digits"},
		{"PO1(VN|other)", 14, "other stands alone"},
		{"N1[ST] as", 8, "expected | or the end"},
		{"N1[ST] as |", 11, "expected the name of a part"},
		{"BEG03 |", 8, "expected the name of a function"},
		{"BEG03 | table(", 15, "expected an argument"},
		{"BEG03 | table(a", 16, "expected , or )"},
		{"BEG03 | table(a,)", 17, "expected an argument"},
		{`BEG03 | join("a`, 14, "a quote that nothing closes"},
		{`BEG03 | join("\q")`, 14, "is no quoted text"},
		{"BEG03 required", 7, "expected | or the end"},
		{"dropped", 1, "expected a segment"},
	} {
		_, err := parseValue(c.text, place{"a.yaml", 3, 1})
		if err == nil {
			t.Errorf("%q is read, expected %q", c.text, c.want)
			continue
		}
		if !strings.Contains(err.text, c.want) || err.pos.column != c.column {
			t.Errorf("%q: column %d: %s; expected column %d: %s", c.text, err.pos.column, err.text, c.column, c.want)
		}
	}
}

func TestPathIsWrittenAsRead(t *testing.T) {
	for _, text := range []string{"BEG03", "MEA04-01", "REF[DP]02", "N1[ST]/N401", "REF[IA|VR]02", "DTM[002]02+03+04", "PO1(VN|VP)", "PO1(other)", "MSG[*]01", "N9[other]"} {
		v, err := parseValue(text, place{})
		if err != nil {
			t.Fatal(err)
		}
		if got := v.path.String(); got != text {
			t.Errorf("%s is written %s", text, got)
		}
	}
}

func TestSegmentAndElementAreToldApartByLength(t *testing.T) {
	for text, element := range map[string]int{"N1": 0, "N104": 4, "PO1": 0, "PO107": 7, "W05": 0, "W0503": 3, "G62": 0, "G6201": 1} {
		v, err := parseValue(text, place{})
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		got := 0
		if len(v.path.refs) > 0 {
			got = v.path.refs[0].element
		}
		if got != element {
			t.Errorf("%s has element %d, expected %d", text, got, element)
		}
	}
}

// FuzzValue feeds the grammar: it never panics, and what it reads it writes and
// reads again as the same.
func FuzzValue(f *testing.F) {
	for _, seed := range []string{"BEG03 | required", "N1[ST]/N401", "PO1(UP:12|EN:13|UK:14) | gtin", "SDQ03+04...", `MSG[*]01 | join("\n")`, "PID[F,02=]05", "drop", "N1[ST] as party", "REF[02-01=A|B]02"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := parseValue(text, place{"f.yaml", 1, 1})
		if err != nil {
			if err.pos.column < 1 || err.pos.column > len(text)+2 {
				t.Errorf("%q: column %d is outside", text, err.pos.column)
			}
			return
		}
		if v.path == nil || v.path.group || len(v.path.alts) > 0 || v.path.slot > 0 {
			return
		}
		again, err := parseValue(v.path.String(), place{})
		if err != nil {
			t.Fatalf("%q is written %q: %v", text, v.path, err)
		}
		if again.path.String() != v.path.String() {
			t.Errorf("%q, then %q", v.path, again.path)
		}
	})
}
