package mappings_test

import (
	"fmt"
	"os"
	"testing"

	"waybill/mappings"
	"waybill/translators"
)

// fourteenLines is an order of usual size: 48 segments between ST and SE.
func fourteenLines() []byte {
	lines := []string{"CUR*BY*USD", "REF*DP*031", "REF*IA*70512", "PER*BD*DANA REYES*TE*5550100123*EM*dana.reyes@acme.example",
		"FOB*CC*OR", "ITD*01*3*2**10**30", "DTM*037*20261118", "DTM*038*20261123", "DTM*001*20261204", "TD5**2*WBFL*M*LTL COLLECT",
		"N1*ST*ACME DC 042*92*0042", "N3*1200 DEPOT ROAD", "N4*KANSAS CITY*MO*64120*US"}
	for i := range 14 {
		lines = append(lines, fmt.Sprintf("PO1*%d*800*EA*2.5*PE*IN*A-%d*UP*614141001019*VN*SKU-%d", i+1, 10001+i, 1001+i),
			"PID*F****LED LAMP A19 9W")
		if i < 4 {
			lines = append(lines, "PO4*100")
		}
	}
	return order(append(lines, "CTT*14*11200", "AMT*TT*28000")...)
}

func BenchmarkIn(b *testing.B) {
	m := compile(b, mappings.Base(), "base/850", "004010")
	decode(b, fourteenLines(), func(s *translators.Set) {
		b.ReportAllocs()
		for b.Loop() {
			if r, err := m.In(s); err != nil || len(r.Problems) > 0 || len(r.Unmapped) > 0 {
				b.Fatal(err, r.Problems, r.Unmapped)
			}
		}
	})
}

func BenchmarkOut(b *testing.B) {
	m := compile(b, mappings.Base(), "base/850", "004010")
	body := in(b, m, fourteenLines()).Body
	b.ReportAllocs()
	for b.Loop() {
		if _, problems, err := m.Out(body); err != nil || len(problems) > 0 {
			b.Fatal(err, problems)
		}
	}
}

func BenchmarkCompile(b *testing.B) {
	a := against(b, "850", "004010")
	user := mappings.Overlay(os.DirFS("testdata"))
	b.ReportAllocs()
	for b.Loop() {
		if m, found := mappings.Compile(user, "acme-850", a); m == nil {
			b.Fatal(found)
		}
	}
}
