package x12

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"waybill/translators"
)

// loaded is the library that all tests share; it never changes.
var loaded = sync.OnceValues(Load)

func translator(t testing.TB) *Translator {
	t.Helper()
	l, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return New(l)
}

// sample reads a file of testdata without its line ends.
func sample(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), "\n", "")
}

// shared is a file or directory of the reference texts, where they are.
func shared(t testing.TB, parts ...string) string {
	t.Helper()
	root := os.Getenv("WAYBILL_SHARED")
	if root == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("WAYBILL_SHARED is not set")
		}
		t.Skip("left out: set WAYBILL_SHARED to the directory that holds x12/corpus and x12/digest")
	}
	path := filepath.Join(append([]string{root}, parts...)...)
	if _, err := os.Stat(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// decode reads text and returns the report; sets are dropped.
func decode(t testing.TB, text string) *translators.Report {
	t.Helper()
	rep, err := translator(t).Decode(strings.NewReader(text), translators.Options{}, func(*translators.Set) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

// eachSet reads text and shows every set while it is there.
func eachSet(t testing.TB, text string, see func(*translators.Set)) *translators.Report {
	t.Helper()
	rep, err := translator(t).Decode(strings.NewReader(text), translators.Options{}, func(s *translators.Set) error {
		see(s)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

// wrap puts segments between an ISA, a GS and their trailers.
func wrap(release, functional string, body ...string) string {
	isa11, isa12 := "U", "00401"
	if release >= "005" {
		isa11, isa12 = "^", "00501"
	}
	sets := 0
	for _, s := range body {
		if strings.HasPrefix(s, "ST*") {
			sets++
		}
	}
	return fmt.Sprintf("ISA*00*          *00*          *ZZ*NORTHSTORES    *ZZ*OURCO          *261201*0915*%s*%s*000000417*0*P*>~GS*%s*NORTHSTORES*OURCO*20261201*0915*417*X*%s~%s~GE*%d*417~IEA*1*000000417~",
		isa11, isa12, functional, release, strings.Join(body, "~"), sets)
}

// order is the smallest good 850 with segments added before and after its line.
func order(control string, heading, lines []string) []string {
	set := append([]string{"ST*850*" + control, "BEG*00*SA*N-1**20261201"}, heading...)
	set = append(append(set, "PO1**1*EA*2"), lines...)
	return append(set, fmt.Sprintf("SE*%d*%s", len(set)+1, control))
}

// codesOf lists the problems of a report as level code@position where, warnings with a leading tilde.
func codesOf(rep *translators.Report) []string {
	all := []string{}
	for _, f := range Findings("", rep) {
		p := translators.Problem{Segment: f.Segment, Element: f.Element, Component: f.Component}
		line := fmt.Sprintf("%s %s@%d %s", f.Level, f.Code, f.Position, p.Where())
		if f.Repetition > 0 {
			line += fmt.Sprintf(" repetition %d", f.Repetition)
		}
		if f.Warning {
			line = "~" + line
		}
		all = append(all, strings.TrimSpace(line))
	}
	return all
}

// outline shows a tree: loops with their children in parentheses.
func outline(n *translators.Node) string {
	if n.Segment != nil {
		return n.Segment.ID
	}
	parts := make([]string, len(n.Children))
	for i, c := range n.Children {
		parts[i] = outline(c)
	}
	return n.Item.ID + "(" + strings.Join(parts, " ") + ")"
}

// keep copies the segments of a set, which go when each returns.
func keep(s *translators.Set) *translators.Set {
	c := *s
	c.Root = nil
	c.Segments = slices.Clone(s.Segments)
	for i := range c.Segments {
		c.Segments[i].Elements = slices.Clone(c.Segments[i].Elements)
	}
	return &c
}

// encode writes sets as one interchange.
func encode(t testing.TB, ic translators.Interchange, sets ...*translators.Set) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := translator(t).Encode(&out, ic, func(yield func(*translators.Set, error) bool) {
		for _, s := range sets {
			if !yield(s, nil) {
				return
			}
		}
	})
	return out.String(), err
}
