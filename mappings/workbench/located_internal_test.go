package workbench

import (
	"bytes"
	"testing"

	"waybill/canonical"
	"waybill/mappings"
	"waybill/translators"
	"waybill/translators/x12"
)

// placed is an order with an element at each kind of place.
const placedOrder = `ISA*00*          *00*          *ZZ*A              *ZZ*B              *261120*0915*U*00401*000000007*0*T*>~
GS*PO*A*B*20261120*0915*7*X*004010~
ST*850*0001~
BEG*00*SA*1**20261120~
FOB*CC*OR*X*01~
N1*ST*X*92*7~
PER*DC*JOE~
PO1*1*1*EA****SK*1~
PKG*F*64***BOX~
CTP*WH*RES*1~
SCH*1*EA***002*20261201~
N1*ST*Y*92*8~
CTT*1~
SE*12*0001~
GE*1*7~
IEA*1*000000007~
`

// TestPlace: the place of an element as a mapping writes it, from the list that
// can hold an extension.
func TestPlace(t *testing.T) {
	l, err := x12.Load()
	if err != nil {
		t.Fatal(err)
	}
	b := &Bench{Maps: mappings.Base(), Library: l, Canonical: canonical.Schema}
	r, _ := mappings.Resolve(b.Maps, "base/850")
	c, err := b.coverage(r)
	if err != nil {
		t.Fatal(err)
	}
	p := newPlacer(r, c.Fields)
	places := map[string]struct {
		prefix, path string
		sure         bool
	}{
		"850/BEG[1]/BEG03":             {"", "BEG03", true},
		"850/FOB[1]/FOB04":             {"", "FOB04", true},
		"850/N1[1]/N104":               {"", "N1[ST]04", true},
		"850/PO1[1]/PO107":             {"lines[].", "PO107", true},
		"850/PO1[1]/PKG[1]/PKG05":      {"lines[].", "PKG[F]05", true},
		"850/PO1[1]/CTP[1]/CTP05-01":   {"lines[].", "CTP[02=RES]05-01", false},
		"850/PO1[1]/CTP[1]/CTP05-01^2": {"lines[].", "CTP[02=RES]05-01", false},
		"850/PO1[1]/SCH[1]/SCH01":      {"lines[].", "SCH01", false},
		"850/PO1[1]/N1[1]/N102":        {"lines[].", "N1[ST]02", true},
	}
	_, err = x12.New(l).Decode(bytes.NewReader([]byte(placedOrder)), translators.Options{}, func(s *translators.Set) error {
		for path, want := range places {
			at, ok := locate(s.Root, path)
			if !ok {
				t.Errorf("%s is not found", path)
				continue
			}
			prefix, place, sure := p.place(at)
			if prefix != want.prefix || place != want.path || sure != want.sure {
				t.Errorf("%s: found %q %q %v, expected %v", path, prefix, place, sure, want)
			}
		}
		for _, path := range []string{"850", "850/BEG[2]/BEG03", "850/XX[1]/XX01", "850/BEG/BEG03", "850/BEG[1]/DTM03", "850/BEG[1]/BEG", "850/SE@3/SE01"} {
			if _, ok := locate(s.Root, path); ok {
				t.Errorf("%s is found", path)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestStepsOf(t *testing.T) {
	for place, want := range map[string]int{"PO1": 1, "HL[S]/HL[O]": 2, "N1[other]": 1, "SLN[03=I]": 1, "CTT/AMT[TT]": 2} {
		if got := stepsOf(place); len(got) != want {
			t.Errorf("%s: found %v", place, got)
		}
	}
	if s := stepsOf("SLN[03=I|A]")[0]; len(s.conds) != 1 || s.conds[0].element != 3 || len(s.conds[0].codes) != 2 {
		t.Errorf("found %+v", s)
	}
	if s := stepsOf("N1[other]")[0]; !s.rest || len(s.conds) != 0 {
		t.Errorf("found %+v", s)
	}
	for field, want := range map[string]string{"lines[]": "", "lines[].notes[]": "lines[].", "lines[].dates.other[]": "lines[].", "a.b[]": ""} {
		if got := listOf(field); got != want {
			t.Errorf("%s: found %q, expected %q", field, got, want)
		}
	}
}

func TestNames(t *testing.T) {
	for words, want := range map[string]string{
		"Event code": "eventCode", "the price of a unit": "priceUnit", "": "field", "14 days": "field14Days", "Ünit & more": "nitMore",
		"one two three four": "oneTwoThree",
	} {
		if got := fieldName(words); got != want {
			t.Errorf("%q: found %s, expected %s", words, got, want)
		}
	}
	n := names{}
	if a, b, c := n.of("REF[A]02", "x y"), n.of("REF[B]02", "x y"), n.of("REF[A]02", "x y"); a != "xY" || b != "xY2" || c != "xY" {
		t.Errorf("found %s, %s, %s", a, b, c)
	}
	if got := examples([]string{"a", "b\n", "c", "d", "e"}); got != "a, b·, c and 2 more" {
		t.Errorf("found %s", got)
	}
	for text, want := range map[string]string{"0007": "0007", "A-1": "A-1", "a b": `"a b"`, "": `""`, "- x": `"- x"`, "yes: no": `"yes: no"`} {
		if got := plain(text); got != want {
			t.Errorf("%q: found %s", text, got)
		}
	}
}

// TestWhole: a block's own segment is named once.
func TestWhole(t *testing.T) {
	for _, c := range [][3]string{
		{"", "BEG03", "BEG03"}, {"PO1/", "PO102", "PO102"}, {"PO1/", "PID[F]05", "PO1/PID[F]05"}, {"N1[ST]/", "N102", "N1[ST]02"},
		{"N1[ST]/", "N401", "N1[ST]/N401"}, {"PO1/SLN[03=I]/", "SLN(VN)", "PO1/SLN[03=I](VN)"}, {"PO1/SDQ/", "SDQ03", "PO1/SDQ03"}, {"LX/W12/", "N9[LT]02", "LX/W12/N9[LT]02"},
	} {
		if got := whole(c[0], c[1]); got != c[2] {
			t.Errorf("%s and %s: found %s, expected %s", c[0], c[1], got, c[2])
		}
	}
	for place, want := range map[string]string{"SDQ03+04...": "SDQ", "PO1": "PO1", "N1[ST]": "N1[ST]", "N301...": "N3", "HL[S]/HL[O]": "HL[S]/HL[O]", "W2705+06+07..07": "W27"} {
		if got := bare(place); got != want {
			t.Errorf("%s: found %s, expected %s", place, got, want)
		}
	}
}
