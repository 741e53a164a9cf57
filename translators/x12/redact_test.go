package x12

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func redacted(t testing.TB, text, key string) string {
	t.Helper()
	var out strings.Builder
	if err := translator(t).Redact(&out, strings.NewReader(text), key); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestRedact: nothing that tells who or at which price is left, the rest is.
func TestRedact(t *testing.T) {
	text := sample(t, "order.x12")
	got := redacted(t, text, "k")
	for _, secret := range []string{"NORTHSTORES", "OURCO", "77120", "LEE", "ADAMS", "5550100200", "NORTH STORE", "0012", "MAIN", "DULUTH", "*MN*", "55802", "4.15", "012345678905", "LAMP", "9.99", "DESK", "BULB", "313.2", "CALL"} {
		if strings.Contains(got, secret) {
			t.Errorf("%s is left", secret)
		}
	}
	for _, kept := range []string{"BEG*00*SA*", "**20261201~", "CUR*BY*USD~", "DTM*002*20261210~", "PO1*1*48*EA*", "~PO4*12~", "~CTT*2~", "SE*22*0001~", "*US~", "IEA*1*000000417~"} {
		if !strings.Contains(got, kept) {
			t.Errorf("%s is gone", kept)
		}
	}
	if found := codesOf(decode(t, got)); len(found) > 0 {
		t.Error(found, got)
	}
	if shape(got) != shape(text) {
		t.Error(cmp.Diff(shape(text), shape(got)))
	}
}

// shape is a text with all letters and digits alike; a leading zero matters.
func shape(text string) string {
	return regexp.MustCompile(`[A-Z]`).ReplaceAllString(regexp.MustCompile(`[0-9]`).ReplaceAllString(text, "9"), "A")
}

// TestRedactSame: the same text has the same mask wherever it stands, under the
// same key, and another under another.
func TestRedactSame(t *testing.T) {
	text := wrap("004010", "PO", order("0001", []string{"REF*DP*N-1", "N1*ST*A*92*NORTHSTORES"}, []string{"N1*BY*A*92*NORTHSTORES"})...)
	got := redacted(t, text, "k")
	isa, gs := got[35:46], strings.Split(got[strings.Index(got, "~GS*"):], "*")[2]
	if isa != gs || strings.Count(got, "*92*"+isa+"~") != 2 || isa == "NORTHSTORES" {
		t.Error(got)
	}
	if po := strings.Split(got[strings.Index(got, "~BEG*"):], "*")[3]; !strings.Contains(got, "REF*DP*"+po+"~") {
		t.Error(got)
	}
	if got != redacted(t, text, "k") || got == redacted(t, text, "l") {
		t.Error("the key makes the mask")
	}
}

// TestRedactUnknown: of segments that are not known all is masked, in components
// and repetitions too; composites are masked part by part.
func TestRedactUnknown(t *testing.T) {
	text := wrap("005010", "PO", "ST*850*0001", "BEG*00*SA*N-1**20261201", "XQ*SECRET1>SECRET2^SECRET3", "REF*DP*1**DP>SECRET4", "SE*5*0001")
	got := redacted(t, text, "k")
	if strings.Contains(got, "SECRET") || !regexp.MustCompile(`~XQ\*[A-Z]{6}\d>[A-Z]{6}\d\^[A-Z]{6}\d~REF\*DP\*\d\*\*DP>[A-Z]{6}\d~`).MatchString(got) {
		t.Error(got)
	}
}

// TestRedactMisplaced: what stands in the wrong element is masked too.
func TestRedactMisplaced(t *testing.T) {
	text := wrap("004010", "PO", "ST*850*0001", "BEG*00*SA*N-1**SECRET", "REF*SECRET*1", "PO1*1*SECRET*EA*2*PE*SECRET", "SE*5*0001")
	got := redacted(t, text, "k")
	if strings.Contains(got, "SECRET") || !strings.Contains(got, "~PO1*1*") || !strings.Contains(got, "*PE*") {
		t.Error(got)
	}
	if diff := cmp.Diff(codesOf(decode(t, text)), codesOf(decode(t, got))); diff != "" {
		t.Error(diff)
	}
}

// TestRedactCorpus: what is found in a redacted file is what was found in the file.
func TestRedactCorpus(t *testing.T) {
	root := shared(t, "x12", "corpus")
	read := 0
	for _, file := range corpusFiles(t, root) {
		text, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if translator(t).Redact(&out, bytes.NewReader(text), "") != nil {
			continue
		}
		read++
		before := without(codesOf(decode(t, string(text))), "~interchange 023@0 IEA")
		if diff := cmp.Diff(before, codesOf(decode(t, out.String()))); diff != "" {
			t.Error(file, diff)
		}
	}
	if read < 140 {
		t.Errorf("%d files", read)
	}
}

// TestMask: letters stay letters, zeros in front stay zeros.
func TestMask(t *testing.T) {
	m := masker{key: []byte("k")}
	for _, text := range []string{"", "  ", "Ab 12-x", "0012", "-1.50", "0.05", "é1", strings.Repeat("A", 300)} {
		got := m.mask(text)
		if len(got) != len(text) || shape(strings.ToUpper(got)) != shape(strings.ToUpper(text)) {
			t.Errorf("%q became %q", text, got)
		}
	}
	if got := m.mask("0012"); !strings.HasPrefix(got, "00") || got[2] == '0' {
		t.Error(got)
	}
}

// FuzzRedact: whatever can be written anew is written with as many segments.
func FuzzRedact(f *testing.F) {
	f.Add(sample(f, "order.x12"))
	f.Add(sample(f, "ship.x12"))
	f.Fuzz(func(t *testing.T, text string) {
		var out, plain strings.Builder
		err := translator(t).Redact(&out, strings.NewReader(text), "k")
		also := Format(&plain, strings.NewReader(text), Layout{Unwrap: true})
		if (err == nil) != (also == nil) {
			t.Fatal(err, also)
		}
		if err == nil && len(strings.NewReplacer("\n", "", "\r", "").Replace(out.String())) != len(strings.NewReplacer("\n", "", "\r", "").Replace(plain.String())) {
			t.Errorf("%q became %q", text, out.String())
		}
	})
}
