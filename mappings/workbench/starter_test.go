package workbench_test

import (
	"strings"
	"testing"

	"waybill/mappings/workbench"
	"waybill/translators/x12"
)

// bolt is an order with places that the base map has no pair for.
const bolt = `ISA*00*          *00*          *12*5550104477     *ZZ*OURCO          *261120*0915*U*00401*000000007*0*T*>~
GS*PO*5550104477*OURCO*20261120*0915*7*X*004010VICS~
ST*850*0001~
BEG*00*SA*B-7001**20261120~
REF*19*044~
REF*ZZ*XX~
FOB*CC*OR*X*01*COLLECT~
MEA*PD*G*12*LB~
N1*ST*BOLT DC RENO*92*0007~
PO1*1*24*EA*12.5*PE*SK*SKU-1001*IN*778*QQ*12~
PKG*F*64***BOX~
CTP**RES*19.99*2*EA~
PO1*2*24*EA*12.5*PE*SK*SKU-1002*IN*779~
PKG*F*64***BAG~
CTT*2~
SE*14*0001~
GE*1*7~
IEA*1*000000007~
`

func starters(t testing.TB, b *workbench.Bench, o workbench.StarterOptions) []workbench.Starter {
	t.Helper()
	all, err := b.Starters(o)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// squeezed is a text with one blank between words.
func squeezed(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		lines = append(lines, strings.Join(strings.Fields(line), " "))
	}
	return strings.Join(lines, "\n")
}

// TestStarter: what the base does not cover is a pair, what it keeps among others a
// suggestion, each with what was seen; the result compiles and leaves nothing unused.
func TestStarter(t *testing.T) {
	b := bench(t, nil)
	s := starters(t, b, workbench.StarterOptions{Partner: "bolt-stores", Samples: []workbench.Sample{{Name: "tests/bolt.edi", Data: []byte(bolt)}}})[0]
	if s.Name != "bolt-stores-850" || s.Set != "850" || s.Found < 7 || strings.Count(s.Text, "\n") > 60 {
		t.Errorf("%s %s %d\n%s", s.Name, s.Set, s.Found, s.Text)
	}
	text := squeezed(s.Text)
	for _, line := range []string{
		"map: bolt-stores-850", "extends: base/850", "0007: 0007 # BOLT DC RENO", "in: N1[ST]04 | table(boltSites)",
		"currency: CUR[BY]02 | default(USD) # the samples name none; amounts need one",
		"extensions.bolt.measurementValue: MEA[PD]03 # Measurement, Value: 12",
		"extensions.bolt.measurementUnit: MEA[PD]04-01 # Measurement, Unit: LB (pound)",
		"# extensions.bolt.divisionIdentifier: REF[19]02 # division identifier: 044; else among the others",
		"lines[].extensions.bolt.packagingMarkingDescription: PKG[F]05 # free form, Description: BOX, BAG",
		"lines[].extensions.bolt.packagingMarkingPackaging: PKG[F]02 # free form, Packaging characteristic: 64, always",
		"# lines[].item.sku: PO1(SK) # stock keeping unit: SKU-1001, SKU-1002; if it is our number",
		"# lines[].item.sku: { in: PO1(IN) | table(boltItems) | required } # ours, from the table",
		"# boltItems: { 778: OUR-778, 779: OUR-779, missing: hold } # our item number by theirs",
		"- tests/bolt.edi",
	} {
		if !strings.Contains(text, line) {
			t.Errorf("not there: %s", line)
		}
	}
	if t.Failed() {
		t.Log(s.Text)
	}
	covers(t, s, bolt)
}

// covers runs the tests of a starter, which must use everything.
func covers(t *testing.T, s workbench.Starter, data string) {
	t.Helper()
	b := bench(t, map[string]string{s.Name: s.Text})
	files := memory{"tests/bolt.edi": data}
	all, c, err := b.Test(resolve(t, b, s.Name), files, true)
	if err != nil || len(all) != 1 || !all[0].Good() {
		t.Fatalf("%+v %v\n%s", all, err, s.Text)
	}
	if c.Sum(); len(c.Unused) > 0 {
		t.Errorf("not used: %v\n%s", c.Unused, s.Text)
	}
}

// TestStarterOfProblems: what the base reports about a sample is expected by the test.
func TestStarterOfProblems(t *testing.T) {
	data := strings.Replace(bolt, "BEG*00*", "BEG*ZZ*", 1)
	s := starters(t, bench(t, nil), workbench.StarterOptions{Name: "b", Partner: "bolt", Extends: "base/850", Samples: []workbench.Sample{{Name: "tests/bolt.edi", Data: []byte(data)}}})[0]
	if !strings.Contains(s.Text, `  - { sample: tests/bolt.edi, problems: ["MAP-LOOKUP purpose"] }`) || !strings.Contains(s.Text, `# Look at this: MAP-LOOKUP purpose: table purposes has no row for "ZZ".`) {
		t.Error(s.Text)
	}
	b := bench(t, map[string]string{"b": s.Text})
	all, _, err := b.Test(resolve(t, b, "b"), memory{"tests/bolt.edi": data}, true)
	if err != nil || !all[0].Good() {
		t.Errorf("%+v %v", all, err)
	}
}

// TestStarterLeavesLists: an element of a segment that is an item of a list is only
// suggested, or the list would lose its item.
func TestStarterLeavesLists(t *testing.T) {
	data := strings.Replace(bolt, "CTP**RES", "CTP*WH*RES", 1)
	s := starters(t, bench(t, nil), workbench.StarterOptions{Partner: "bolt", Samples: []workbench.Sample{{Name: "tests/bolt.edi", Data: []byte(data)}}})[0]
	if !strings.Contains(squeezed(s.Text), "# lines[].extensions.bolt.pricingTradeClass: CTP[02=RES]01 # resale, Trade class: WH; it repeats, or is an item of a list") {
		t.Error(s.Text)
	}
	b := bench(t, map[string]string{s.Name: s.Text})
	_, c, err := b.Test(resolve(t, b, s.Name), memory{"tests/bolt.edi": data}, true)
	if c.Sum(); err != nil || len(c.Unused) != 1 {
		t.Errorf("not used: %v %v", c.Unused, err)
	}
}

func TestStarterOfALaterRelease(t *testing.T) {
	data := strings.ReplaceAll(strings.Replace(bolt, "*U*00401*", "*^*00501*", 1), "004010VICS", "005010")
	s := starters(t, bench(t, nil), workbench.StarterOptions{Partner: "bolt", Samples: []workbench.Sample{{Name: "tests/bolt.edi", Data: []byte(data)}}})[0]
	if !strings.Contains(s.Text, "extends: base/850-005010\n") {
		t.Error(s.Text)
	}
	covers(t, s, data)
}

// TestStarterSuggestions: what stands in comments is right when its # is taken away.
func TestStarterSuggestions(t *testing.T) {
	s := starters(t, bench(t, nil), workbench.StarterOptions{Partner: "bolt", Samples: []workbench.Sample{{Name: "tests/bolt.edi", Data: []byte(bolt)}}})[0]
	sku := strings.Index(s.Text, "  # lines[].item.sku:                       PO1(SK)")
	if sku < 0 {
		t.Fatal(s.Text)
	}
	text := strings.ReplaceAll(s.Text[:sku]+strings.Replace(s.Text[sku:], "  # lines", "  #- lines", 1), "\n  # ", "\n  ")
	covers(t, workbench.Starter{Name: s.Name, Text: text}, bolt)
}

func TestStarterRefusals(t *testing.T) {
	b := bench(t, nil)
	good := workbench.Sample{Name: "a", Data: []byte(bolt)}
	for name, c := range map[string]struct {
		o    workbench.StarterOptions
		want string
	}{
		"no X12":        {workbench.StarterOptions{Partner: "b", Samples: []workbench.Sample{{Name: "a", Data: []byte("x")}}}, "a: "},
		"no such base":  {workbench.StarterOptions{Partner: "b", Extends: "base/851", Samples: []workbench.Sample{good}}, "there is no mapping base/851"},
		"bad name":      {workbench.StarterOptions{Name: "b: c", Partner: "b", Samples: []workbench.Sample{good}}, "does not compile"},
		"a made-up set": {workbench.StarterOptions{Partner: "b", Samples: []workbench.Sample{{Name: "a", Data: []byte(strings.ReplaceAll(bolt, "ST*850", "ST*851"))}}}, "there is no schema"},
	} {
		if _, err := b.Starters(c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: found %v, expected %s", name, err, c.want)
		}
	}
}

// TestStarterOfEverySet: a mapping of our made-up documents compiles, passes its own
// test, uses everything and stays short.
func TestStarterOfEverySet(t *testing.T) {
	b := bench(t, nil)
	for _, set := range []string{"810", "846", "850", "855", "856", "860", "940", "945"} {
		for _, version := range []string{"004010", "005010"} {
			t.Run(set+" "+version, func(t *testing.T) {
				var data strings.Builder
				if err := x12.New(b.Library).Sample(&data, x12.SampleOptions{Set: set, Version: version, Lines: 9}); err != nil {
					t.Fatal(err)
				}
				s := starters(t, b, workbench.StarterOptions{Partner: "bolt", Samples: []workbench.Sample{{Name: "tests/bolt.edi", Data: []byte(data.String())}}})[0]
				if strings.Count(s.Text, "\n") > 60 {
					t.Error(s.Text)
				}
				covers(t, s, data.String())
			})
		}
	}
}
