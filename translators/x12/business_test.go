package x12

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/translators"
)

// businessCodes lists the warnings about sums and levels, as place and expectation.
func businessCodes(t testing.TB, text string) []string {
	t.Helper()
	tr := translator(t)
	rep, err := tr.Decode(strings.NewReader(text), translators.Options{Rules: func(_ translators.Interchange, g translators.Group, set string) translators.Rules {
		schema, err := tr.library.Schema(set, g.Version)
		if err != nil {
			t.Fatal(err)
		}
		return translators.Rules{Schema: schema, Business: true}
	}}, func(*translators.Set) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	all := []string{}
	for _, p := range problemsOf(rep) {
		all = append(all, fmt.Sprintf("%v %s@%d %s", p.Warning, p.Where(), p.Position, p.Expected))
	}
	return all
}

// body makes a set of an id and what it holds.
func body(set string, segments ...string) []string {
	all := append([]string{"ST*" + set + "*0001"}, segments...)
	return append(all, fmt.Sprintf("SE*%d*0001", len(all)+1))
}

// TestBusinessTotals: counts, hash totals and the total of an invoice.
func TestBusinessTotals(t *testing.T) {
	order := func(ctt string) string {
		return wrap("004010", "PO", body("850", "BEG*00*SA*N-1**20261201", "PO1**1.5*EA*2", "PO1**2*EA*2", ctt)...)
	}
	invoice := func(tds string, more ...string) string {
		return wrap("004010", "IN", body("810", slices.Concat([]string{"BIG*20261201*I-1", "IT1**3*EA*1.25", "IT1**1*EA*0.333"}, []string{"TDS*" + tds}, more)...)...)
	}
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"right", order("CTT*2*3.5"), nil},
		{"no hash", order("CTT*2"), nil},
		{"lines", order("CTT*3"), []string{"true CTT01@5 2"}},
		{"hash", order("CTT*2*4"), []string{"true CTT02@5 3.5"}},
		{"total", invoice("408"), nil},
		{"a cent for each line", invoice("410"), nil},
		{"wrong total", invoice("508"), []string{"true TDS01@5 408"}},
		{"per hundred", strings.Replace(invoice("508"), "EA*1.25", "EA*1.25*HP", 1), nil},
		{"an allowance", wrap("004010", "IN", body("810", "BIG*20261201*I-1", "IT1**3*EA*1.25", "TDS*275", "SAC*A*C310***100")...), nil},
		{"an allowance without an amount", wrap("004010", "IN", body("810", "BIG*20261201*I-1", "IT1**3*EA*1.25", "TDS*508", "SAC*A*C310****Z*5")...), nil},
	} {
		if diff := cmp.Diff(append([]string{}, c.want...), businessCodes(t, c.text)); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

// TestBusinessLevels: the tree against BSN05, and HL04 against the tree.
func TestBusinessLevels(t *testing.T) {
	ship := func(structure string, levels ...string) string {
		return wrap("004010", "SH", body("856", append([]string{"BSN*00*S1*20261201*0915*" + structure}, levels...)...)...)
	}
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"as agreed", ship("0001", "HL*1**S*1", "HL*2*1*O*1", "HL*3*2*T*1", "HL*4*3*P*1", "HL*5*4*I*0"), nil},
		{"pack above order", ship("0003", "HL*1**S", "HL*2*1*P", "HL*3*2*O", "HL*4*3*I"), nil},
		{"order below pack", ship("0001", "HL*1**S", "HL*2*1*P", "HL*3*2*O"), []string{"true HL03@5 the order SOPI"}},
		{"no packs", ship("0004", "HL*1**S", "HL*2*1*O", "HL*3*2*P"), []string{"true HL03@5 one of SOI"}},
		{"children", ship("0004", "HL*1**S*0", "HL*2*1*O*1"), []string{"true HL04@3 1", "true HL04@4 0"}},
		{"nothing said", ship("ZZZZ", "HL*1**S", "HL*2*1*I", "HL*3*2*O"), nil},
	} {
		if diff := cmp.Diff(append([]string{}, c.want...), businessCodes(t, c.text)); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

// TestBusinessOfSamples: our own samples add up.
func TestBusinessOfSamples(t *testing.T) {
	for _, set := range []string{"810", "850", "855", "856"} {
		if got := businessCodes(t, sampleText(t, set)); len(got) > 0 {
			t.Error(set, got)
		}
	}
}

func sampleText(t testing.TB, set string) string {
	t.Helper()
	var out strings.Builder
	if err := translator(t).Sample(&out, SampleOptions{Set: set, Version: "004010", Lines: 3}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
