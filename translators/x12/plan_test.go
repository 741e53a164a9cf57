package x12

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"waybill/translators"
)

// readings are the report and the sets of a file as text, so that two ways to
// read can be compared.
func readings(t testing.TB, r io.Reader, o translators.Options, plain bool) string {
	t.Helper()
	var out strings.Builder
	d := &decoder{library: translator(t).library, options: o, in: newScanner(r), report: &translators.Report{}, plain: plain}
	d.set.reuse = o.Reuse
	d.each = func(s *translators.Set) error {
		fmt.Fprintf(&out, "%d %s %s %d-%d %d\n", s.Index, s.ID, s.Control, s.Offset, s.End, s.Dropped)
		for _, seg := range s.Segments {
			fmt.Fprintf(&out, " %s %d @%d %q\n", seg.ID, seg.Position, seg.Offset, seg.Elements)
		}
		if s.Root != nil {
			writeTree(&out, s.Root, " ")
		}
		return nil
	}
	err := d.file()
	fmt.Fprintf(&out, "%v\n", err)
	for _, f := range Findings("", d.report) {
		fmt.Fprintf(&out, "%+v\n", f)
	}
	return out.String()
}

func writeTree(out *strings.Builder, n *translators.Node, indent string) {
	fmt.Fprintf(out, "%s%s %d\n", indent, n.Item.ID, n.Item.Index)
	if n.Segment != nil {
		fmt.Fprintf(out, "%s= %d\n", indent, n.Segment.Position)
	}
	for _, c := range n.Children {
		writeTree(out, c, indent+" ")
	}
}

// sameReading reads a text the plain way and in all others.
func sameReading(t testing.TB, text []byte) {
	t.Helper()
	want := readings(t, bytes.NewReader(text), translators.Options{}, true)
	for name, r := range map[string]io.Reader{
		"whole": bytes.NewReader(text), "bytes": iotest.OneByteReader(bytes.NewReader(text)), "halves": iotest.HalfReader(bytes.NewReader(text)),
	} {
		if got := readings(t, r, translators.Options{Reuse: name != "halves"}, false); got != want {
			t.Fatalf("%s\n%s\n%.2000s", name, cmp.Diff(want, got), text)
		}
	}
}

// sameFindings reads a text with a brief report, which says the same.
func sameFindings(t testing.TB, text []byte) {
	t.Helper()
	each := func(*translators.Set) error { return nil }
	full, err := translator(t).Decode(bytes.NewReader(text), translators.Options{}, each)
	brief, briefErr := translator(t).Decode(bytes.NewReader(text), translators.Options{Brief: true, Reuse: true}, each)
	if fmt.Sprint(err) != fmt.Sprint(briefErr) {
		t.Fatal(err, briefErr)
	}
	if diff := cmp.Diff(Findings("", full), Findings("", brief)); diff != "" {
		t.Fatalf("%s\n%.2000s", diff, text)
	}
}

// TestPlan: by tables and in place, a file is read as by items and rules: every
// set in every release, in odd delimiters, and broken at random.
func TestPlan(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5))
	sampledSchemas(t, func(t *testing.T, _ *maker, s *translators.Schema) {
		good := manySampled(t, s.Set, s.Release, 3, 3)
		sameReading(t, good)
		for _, ends := range []string{"~\r\n", "\n", "\r\n", "\x1c \t\n", "~~"} {
			sameReading(t, bytes.ReplaceAll(good, []byte("~"), []byte(ends)))
		}
		sameReading(t, bytes.ReplaceAll(good, []byte("*"), []byte("\t")))
		for range 150 {
			bad := brokenText(r, good)
			sameReading(t, bad)
			sameFindings(t, bad)
		}
	})
}

// brokenText changes a text in one to three places: a byte becomes another, a
// piece goes, comes twice or moves.
func brokenText(r *rand.Rand, text []byte) []byte {
	b := bytes.Clone(text)
	for range 1 + r.IntN(3) {
		at := isaLength + r.IntN(len(b)-isaLength-40)
		n := 1 + r.IntN(40)
		switch r.IntN(5) {
		case 0, 1:
			b[at] = "*~>^\r\n\x00\x7f\x80 A9-.:"[r.IntN(15)]
		case 2:
			b = append(b[:at:at], b[at+n:]...)
		case 3:
			b = append(b[:at+n:at+n], b[at:]...)
		default: // a whole segment goes elsewhere
			parts := bytes.SplitAfter(b[isaLength:], []byte("~"))
			i, j := r.IntN(len(parts)), r.IntN(len(parts))
			parts[i], parts[j] = parts[j], parts[i]
			b = append(b[:isaLength:isaLength], bytes.Join(parts, nil)...)
		}
	}
	return b
}

// FuzzPlan looks for a text that is read otherwise by tables than by rules.
func FuzzPlan(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte, release string) {
		if len(data) > 1<<16 {
			return
		}
		sameReading(t, envelope(data, release))
		sameFindings(t, envelope(data, release))
	})
}

// TestPlanLarge: sets larger than the window, cut across its edge, and larger than
// what is cut up where it lies.
func TestPlanLarge(t *testing.T) {
	large(t)
	for _, lines := range []int{400, 900, 3000} {
		text := manySampled(t, "850", "004010", 5, lines)
		want := readings(t, bytes.NewReader(text), translators.Options{}, true)
		if got := readings(t, bytes.NewReader(text), translators.Options{Reuse: true}, false); got != want {
			t.Error(lines, cmp.Diff(want, got))
		}
	}
}

// TestPlanIsUsed: a good file is read without asking the rules, so that the other
// tests of this file compare two ways and not one.
func TestPlanIsUsed(t *testing.T) {
	eachSchema(t, func(t *testing.T, _ *maker, s *translators.Schema) {
		p := planOf(s)
		if p == nil {
			t.Fatal("no plan")
		}
		d := &decoder{library: translator(t).library, in: newScanner(bytes.NewReader(manySampled(t, s.Set, s.Release, 2, 3))), report: &translators.Report{}}
		d.each = func(set *translators.Set) error {
			if d.set.whole == nil {
				t.Error("the set was gathered")
			}
			for i, seg := range set.Segments {
				if _, known := p.symbol(d.set.seen[i].id); !known || d.set.seen[i].odd {
					t.Errorf("%s is not seen", seg.ID)
				}
			}
			return nil
		}
		if err := d.file(); err != nil {
			t.Fatal(err)
		}
	})
}
