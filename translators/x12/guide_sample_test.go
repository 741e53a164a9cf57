package x12

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"waybill/settings"
	"waybill/translators"
)

func sampleBy(t testing.TB, schema *translators.Schema, lines int) (string, error) {
	t.Helper()
	var out bytes.Buffer
	at := time.Date(2026, 12, 1, 9, 15, 0, 0, time.UTC)
	err := translator(t).By(schema).Sample(&out, SampleOptions{Set: schema.Set, Version: schema.Release, Lines: lines, At: at})
	return out.String(), err
}

// TestSampleObeysItsGuide: whatever one rule of a guide demands, the document
// made up by it breaks nothing and has as many lines as asked for.
func TestSampleObeysItsGuide(t *testing.T) {
	for _, rule := range []string{
		"CUR: mandatory", "CUR: not used", "N1: not used", "REF: { max: 1 }", "N1: { max: 1 }", "BEG06: mandatory", "CUR03: not used", "BEG03: { max: 2 }",
		"BEG03: { min: 20 }", "BEG02: { codes: [NE] }", "PO1/PID: mandatory", "PO1/PID: not used", "REF[DP]: mandatory", "REF[DP]: not used", "N1[ST]: mandatory",
		"N1[ST]/N3: mandatory", "N1[ST]04: { usage: mandatory, min: 4, max: 4 }", "N1[ST]03: { usage: mandatory, codes: [92] }", "N1[SF]/REF[DP]: mandatory",
		"REF[IA]03: mandatory", "PO1/SLN: mandatory", "PO1/SLN05-01: { codes: [CA] }", "PO1/PID[F]: { usage: mandatory, max: 1 }", "PO1/SDQ: mandatory", "PO1/N1[ST]/N4: mandatory",
		"PO106: { usage: mandatory, codes: [IN] }", "PO1/CTP[02=RES]: mandatory", "DTM[001]: mandatory", "CTT: not used",
	} {
		schema, found := guideFrom(t, rule)
		if len(found) > 0 {
			t.Fatal(rule, found)
		}
		text, err := sampleBy(t, schema, 5)
		if err != nil {
			t.Errorf("%s: %v", rule, err)
			continue
		}
		if got := guidedCodes(under(t, schema, text)); len(got) > 0 {
			t.Errorf("%s: %v\n%s", rule, got, text)
		}
		if n := strings.Count(text, "\nPO1*"); n != 5 {
			t.Errorf("%s: %d lines\n%s", rule, n, text)
		}
	}
}

// TestExampleGuides: each guide of the example has no problem, and a document can be made up by it.
func TestExampleGuides(t *testing.T) {
	l, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	dir := "../../example/tree/guides"
	files, err := os.ReadDir(dir)
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		schema, found := l.Guide(os.DirFS(dir), "guides/", strings.TrimSuffix(f.Name(), ".yaml"))
		if schema == nil {
			t.Fatal(settings.Problems(found))
		}
		text, err := sampleBy(t, schema, 3)
		if err != nil {
			t.Fatal(err)
		}
		if got := guidedCodes(under(t, schema, text)); len(got) > 0 {
			t.Error(got, text)
		}
		t.Log(text)
	}
}

// TestSampleOfAnImpossibleGuide: what contradicts itself is told, not written.
func TestSampleOfAnImpossibleGuide(t *testing.T) {
	schema, found := guideFrom(t, "REF[DP]: mandatory", "REF: not used")
	if len(found) > 0 {
		t.Fatal(found)
	}
	if _, err := sampleBy(t, schema, 1); err == nil || !strings.Contains(err.Error(), "guide g: no document could be made up that it has nothing against") {
		t.Error(err)
	}
	if err := translator(t).By(schema).Sample(io.Discard, SampleOptions{Set: "855", Version: "004010", Lines: 1}); err == nil || !strings.Contains(err.Error(), "guide g is for 850 in 004010, not for 855") {
		t.Error(err)
	}
}
