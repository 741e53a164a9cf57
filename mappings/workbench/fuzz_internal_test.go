package workbench

import (
	"fmt"
	"strings"
	"testing"
	"unicode"

	"waybill/canonical"
	"waybill/mappings"
	"waybill/settings"
	"waybill/translators"
	"waybill/translators/x12"
)

// FuzzStarterText: of whatever stands between ST and SE of a sample, what a starter
// says is short, printable YAML, also where a suggestion's # is taken away. The base
// is compiled and laid out once: to do it for each input leaves the fuzzer no time.
// That a starter compiles is TestStarterOfHostileSamples.
func FuzzStarterText(f *testing.F) {
	for _, body := range []string{
		"REF*19*044~FOB*CC*OR*X*01*COLLECT~MEA*PD*G*12*LB~N1*ST*BOLT DC RENO*92*0007~PO1*1*24*EA*12.5*PE*SK*SKU-1001*QQ*12~PKG*F*64***BOX~CTP**RES*19.99*2*EA~",
		"REF*ZZ*: {[~N1*ST*# \" ' : |*92*: {[#~PO1*1*1*EA***IN*- x*IN*? y~PKG*F*64***\x00\n\t~",
		"BEG*ZZ*SA*1**20261120~PO1*****~SLN*1**I*1*EA~PO1*2*1*EA~N1*ST**92*null~N1*ST**92*yes~REF*%1*!tag~",
		"N9*L1*GEN~MSG*&a *a~SDQ*EA*92*1*1*2*2~AMT*TT*1~AMT*ZZ*\xff\xfe~TXI*ST*1~",
	} {
		f.Add(body)
	}
	l, err := x12.Load()
	if err != nil {
		f.Fatal(err)
	}
	b := &Bench{Maps: mappings.Base(), Library: l, Canonical: canonical.Schema}
	r, _ := mappings.Resolve(b.Maps, "base/850")
	c, err := b.coverage(r)
	if err != nil {
		f.Fatal(err)
	}
	p := newPlacer(r, c.Fields)
	f.Fuzz(func(t *testing.T, body string) {
		w := &starting{o: StarterOptions{Partner: "bolt"}, set: "850", samples: []string{"tests/a.edi"}, taken: names{}}
		w.gathering = &gathering{Bench: b, base: "base/850", placer: p, names: c.Fields, fields: map[string][]string{}}
		if err := b.Sets(enveloped(body), func(s *translators.Set) error {
			if s.ID != "850" {
				return nil
			}
			return w.gathering.read(s)
		}); err != nil {
			return
		}
		lines := tidy(w.lines())
		readable(t, lines)
		for i := range lines {
			lines[i] = strings.Replace(lines[i], "  # lines[]", "  lines[]", 1)
		}
		readable(t, lines)
	})
}

// enveloped puts segments into an order's interchange.
func enveloped(body string) []byte {
	return []byte("ISA*00*          *00*          *ZZ*A              *ZZ*B              *261120*0915*U*00401*000000007*0*T*>~" +
		"GS*PO*A*B*20261120*0915*7*X*004010~ST*850*0001~" + body + fmt.Sprintf("SE*%d*0001~GE*1*7~IEA*1*000000007~", strings.Count(body, "~")+2))
}

// readable holds the lines of a starter against what a person can take.
func readable(t *testing.T, lines []string) {
	t.Helper()
	text := strings.Join(lines, "\n") + "\n"
	if len(lines) > 60 {
		t.Errorf("%d lines\n%s", len(lines), text)
	}
	if _, found := settings.Parse("a.yaml", []byte(text)); len(found) > 0 {
		t.Errorf("%v\n%s", found, text)
	}
	if i := strings.IndexFunc(text, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }); i >= 0 {
		t.Errorf("%q at %d is not printable\n%s", text[i], i, text)
	}
}
