package mappings_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"waybill/mappings"
)

// headings are pieces of an order's heading in the order of the schema; each may
// come several times.
func headings() [][]string {
	return [][]string{
		{"REF*DP*031"}, {"REF*IA*70512"}, {"REF*VR*9"}, {"REF*CT*K-7"}, {"REF*CO*C7"}, {"REF*12*ACC"}, {"REF*ZZ*XYZ*WORDS"}, {"REF*6P*M9"}, {"REF*QQ*1"},
		{"PER*BD*DANA*TE*555*EM*d@acme.example"}, {"PER*ZZ*DESK"},
		{"FOB*PS*OR*DOCK"}, {"FOB*CC"},
		{"CSH*SC"}, {"CSH*P2"},
		{"SAC*A*C310****Z*2*****02***NEW"}, {"SAC*C*D240***1250"}, {"SAC*P*ZZZZ***5"},
		{"ITD*01*3*2**10**30"}, {"ITD*77*8*****45"},
		{"DTM*002*20261120"}, {"DTM*002*20261127*1430"}, {"DTM*037*20261120*1430*CT"}, {"DTM*405*20261101"}, {"DTM*094*20261102"}, {"DTM*999*20261121"},
		{"TD5**2*WBFL*LT*ROUTE"}, {"TD5**ZZ*OWN*U"}, {"TD3*TL*ABCD*1234"},
		{"TXI*ST*12.5*8.25*CC*CA*1"}, {"TXI*ZZ*3"},
		{"N9*L1*GEN", "MSG*DELIVER", "MSG*AT NIGHT"}, {"N9*L1*ODD*WORDS"},
		{"N1*ST*DC 42*92*0042", "N2*ATTENTION", "N3*LINE 1*LINE 2", "N3*LINE 3", "N4*KANSAS CITY*MO*64120*US"},
		{"N1*ST*ANOTHER*UL*0614141000012"}, {"N1*BY*BUYER", "REF*TJ*12-345", "PER*DC*DOCK*TE*555"}, {"N1*OB*ORDERED BY"}, {"N1*VN*VENDOR*1*123456789"}, {"N1*SU*SUPPLIER"},
		{"N1*SH*SHIPPER"}, {"N1*SF*FROM"}, {"N1*Z7*MARK"}, {"N1*QQ*WHO*77*1"},
	}
}

// insides are pieces of a line.
func insides() [][]string {
	return [][]string{
		{"CTP**RTL*9.99"}, {"PID*F****LED LAMP"}, {"PO4*24*12*OZ***18.5*LB*2*CF*10*8*6*IN*4"}, {"REF*ZZ*R1"}, {"REF*QQ*R2"},
		{"SAC*C*D240***100"}, {"ITD*01"}, {"SDQ*EA*92*0001*4*0002*6", "SDQ*CA*92*0003*1"}, {"DTM*002*20261201"}, {"DTM*010*20261201*0900*PT"},
		{"TD5**2*UPSN*U"}, {"TXI*VA*1"}, {"SCH*12*EA***002*20261201"}, {"SCH*8*CA***999*20261215*0800"},
		{"N9*L1*GEN", "MSG*HI"}, {"N1*ST*STORE 7*UL*0614141000012"}, {"N1*SN*LOCAL", "N4*RENO*NV"}, {"N1*QQ*WHO"},
		{"SLN*1**I*2*EA*1.5*PE**IN*C-1*VN*V-1", "PID*F****BOLT"},
	}
}

// starts are the beginnings of lines.
func starts() []string {
	return []string{
		"PO1*%d*800*EA*2.5*PE*IN*A-1*UP*614141001019*VN*S-1", "PO1**1*CA", "PO1*%d*2.50*DZ*.01875*TE*BP*B*CB*C*UP*614141001018",
		"PO1*%d*1*QQ*0**UK*10614141001016*SN*1*SN*2*ZZ*Z", "PO1*%d", "PO1*%d*1*LB*3*PP*EN*4006381333931*BO*RED*ST*S",
	}
}

// some draws pieces, each at most twice, and keeps their order.
func some(t *rapid.T, name string, pool [][]string) []string {
	var all []string
	for i, piece := range pool {
		for range rapid.SampledFrom([]int{0, 0, 1, 1, 2}).Draw(t, fmt.Sprintf("%s %d", name, i)) {
			all = append(all, piece...)
		}
	}
	return all
}

// TestAnyOrderComesBack draws orders out of all pieces: what is read is written,
// and read again as the same, with nothing left over.
func TestAnyOrderComesBack(t *testing.T) {
	m := compile(t, mappings.Base(), "base/850", "004010")
	rapid.Check(t, func(r *rapid.T) {
		segments := append([]string{"CUR*BY*" + rapid.SampledFrom([]string{"USD", "JPY", "KWD"}).Draw(r, "currency")}, some(r, "heading", headings())...)
		for i := range rapid.IntRange(1, 3).Draw(r, "lines") {
			start := rapid.SampledFrom(starts()).Draw(r, fmt.Sprint("start ", i))
			if strings.Contains(start, "%d") {
				start = fmt.Sprintf(start, i+1)
			}
			segments = append(append(segments, start), some(r, fmt.Sprint("line ", i), insides())...)
		}
		segments = append(segments, "CTT*1")
		first := in(t, m, long(segments))
		set, problems, err := m.Out(first.Body)
		if err != nil || len(problems) > 0 {
			r.Fatalf("%v %v\n%s", err, problems, strings.Join(segments, "\n"))
		}
		second, err := m.In(set)
		if err != nil {
			r.Fatal(err)
		}
		if diff := cmp.Diff(withoutTotals(t, first.Body), withoutTotals(t, second.Body)); diff != "" {
			r.Fatalf("in, out, in (-first +second):\n%s\n%s", diff, strings.Join(segments, "\n"))
		}
		if len(second.Unmapped) > 0 {
			r.Fatalf("not read again: %v", second.Unmapped)
		}
		again, _, err := m.Out(second.Body)
		if err != nil {
			r.Fatal(err)
		}
		if diff := cmp.Diff(written(set), written(again)); diff != "" {
			r.Fatalf("out, in, out (-first +second):\n%s", diff)
		}
	})
}

// long is an order of any length.
func long(segments []string) []byte {
	text := "ISA*00*          *00*          *ZZ*ACMERETAIL     *ZZ*OURCO          *261116*0830*U*00401*000000101*0*T*>~" +
		"GS*PO*ACMERETAIL*OURCO*20261116*0830*101*X*004010~ST*850*0001~BEG*00*SA*PO1**20261116~"
	for _, s := range segments {
		text += s + "~"
	}
	return []byte(text + fmt.Sprintf("SE*%d*0001~GE*1*101~IEA*1*000000101~", len(segments)+3))
}

// TestTakingAFieldAwayIsNotSilent takes each leaf of bodies away in turn, writes
// the rest and reads it: it is the same, or a problem says why not.
func TestTakingAFieldAwayIsNotSilent(t *testing.T) {
	m := compile(t, mappings.Base(), "base/850", "004010")
	bodies := [][]byte{in(t, m, read(t, "testdata/order.x12")).Body}
	for _, c := range append(constructs(), lineConstructs()...) {
		bodies = append(bodies, in(t, m, order(append([]string{"CUR*BY*USD"}, c.segments...)...)).Body)
	}
	tried, named := 0, 0
	for _, whole := range bodies {
		for _, path := range leaves(value(t, whole), nil) {
			tried++
			less := value(t, whole)
			less = without(less, path)
			text, err := json.Marshal(less)
			if err != nil {
				t.Fatal(err)
			}
			set, problems, err := m.Out(text)
			if err != nil {
				t.Fatal(err)
			}
			back, err := m.In(set)
			if err != nil {
				t.Fatal(err)
			}
			if cmp.Equal(withoutTotals(t, text), withoutTotals(t, back.Body)) {
				continue
			}
			if len(problems) == 0 && len(back.Problems) == 0 && !known(path) {
				t.Errorf("without %v:\n%s", path, cmp.Diff(withoutTotals(t, text), withoutTotals(t, back.Body)))
				continue
			}
			named++
		}
	}
	if tried < 300 {
		t.Errorf("%d fields were taken away", tried)
	}
	t.Logf("%d fields taken away in turn, of which %d made a problem", tried, named)
}

// known are the fields that reading fills in again, by design: what X12 says twice,
// and what is kept always.
func known(path []any) bool {
	last := fmt.Sprint(path[len(path)-1])
	switch last {
	case "codeAsSent", "basisAsSent", "lineNumberAssigned", "lineNumber", "per", "currency":
		return true
	}
	if len(path) < 2 {
		return false
	}
	// An N9 without its MSG is its own words.
	return path[len(path)-2] == "unitPrice" && last == "unit" || len(path) > 2 && path[len(path)-3] == "notes" && last == "text"
}

// leaves lists the paths of single values.
func leaves(v any, at []any) [][]any {
	var all [][]any
	switch v := v.(type) {
	case map[string]any:
		for name, k := range v {
			all = append(all, leaves(k, append(append([]any{}, at...), name))...)
		}
	case []any:
		for i, k := range v {
			all = append(all, leaves(k, append(append([]any{}, at...), i))...)
		}
	default:
		all = append(all, at)
	}
	return all
}

// without takes one value away, and what it leaves empty.
func without(v any, path []any) any {
	switch here := v.(type) {
	case map[string]any:
		name := path[0].(string)
		if len(path) == 1 {
			delete(here, name)
		} else if here[name] = without(here[name], path[1:]); here[name] == nil {
			delete(here, name)
		}
		if len(here) == 0 {
			return nil
		}
	case []any:
		i := path[0].(int)
		var kept any
		if len(path) > 1 {
			kept = without(here[i], path[1:])
		}
		if kept == nil {
			here = append(here[:i:i], here[i+1:]...)
		} else {
			here[i] = kept
		}
		if len(here) == 0 {
			return nil
		}
		return here
	}
	return v
}
