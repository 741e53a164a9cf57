package x12

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"waybill/translators"
)

// lines reads all segments.
func lines(s *scanner, terminator byte) []string {
	all := []string{}
	for l, ok := s.segment(terminator); ok; l, ok = s.segment(terminator) {
		text := string(l.text)
		if !l.ended {
			text += " (open)"
		}
		all = append(all, text)
	}
	return all
}

// TestScanner cuts at terminators and leaves line ends between segments out.
func TestScanner(t *testing.T) {
	for _, c := range []struct {
		name, text string
		terminator byte
		want       []string
	}{
		{"nothing", "", '~', nil},
		{"only line ends", "\r\n\n", '~', nil},
		{"one", "A*1~", '~', []string{"A*1"}},
		{"two", "A*1~B*2~", '~', []string{"A*1", "B*2"}},
		{"line ends", "A*1~\r\nB*2~\n\nC~\r", '~', []string{"A*1", "B*2", "C"}},
		{"indented", "A~\n\t B~", '~', []string{"A", "B"}},
		{"empty", "A~~B~", '~', []string{"A", "", "B"}},
		{"open", "A~B", '~', []string{"A", "B (open)"}},
		{"open with filler", "A~B \r\n\x1a\x00", '~', []string{"A", "B (open)"}},
		{"only filler left", "A~\x1a\x00 ", '~', []string{"A"}},
		{"LF", "A*1\nB*2\n", '\n', []string{"A*1", "B*2"}},
		{"LF, some lines end with CR LF", "A*1\r\nB*2\n", '\n', []string{"A*1", "B*2"}},
		{"CR", "A*1\rB*2\r", '\r', []string{"A*1", "B*2"}},
		{"CR LF", "A*1\r\nB*2\r\n", '\r', []string{"A*1", "B*2"}},
		{"a line end inside", "A*1\n2~B~", '~', []string{"A*1\n2", "B"}},
		{"high byte", "A*1\x85B*2\x85", 0x85, []string{"A*1", "B*2"}},
		{"NUL", "A*1\x00B*2\x00", 0, []string{"A*1", "B*2"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for name, r := range map[string]io.Reader{
				"whole": strings.NewReader(c.text), "bytes": iotest.OneByteReader(strings.NewReader(c.text)),
			} {
				if diff := cmp.Diff(c.want, lines(newScanner(r), c.terminator), cmpopts.EquateEmpty()); diff != "" {
					t.Error(name, diff)
				}
			}
		})
	}
}

// TestScannerWindow reads segments of every length around the sizes of the window.
func TestScannerWindow(t *testing.T) {
	for _, size := range []int{firstWindow, 2 * firstWindow, windowSize, 2 * windowSize, segmentLimit - 2} {
		for delta := -2; delta <= 2; delta++ {
			long := strings.Repeat("X", size+delta)
			s := newScanner(strings.NewReader("A~" + long + "~B~"))
			got := lines(s, '~')
			if len(got) != 3 || got[0] != "A" || got[1] != long || got[2] != "B" {
				t.Fatalf("%d: %d segments", size+delta, len(got))
			}
			if s.offset() != int64(len(long)+5) {
				t.Errorf("%d: at %d", size+delta, s.offset())
			}
		}
	}
}

// TestScannerCut: of a segment over the limit the beginning is kept, and what follows is found.
func TestScannerCut(t *testing.T) {
	s := newScanner(strings.NewReader("A~" + strings.Repeat("X", 3*segmentLimit) + "~B~"))
	s.segment('~')
	l, ok := s.segment('~')
	if !ok || !l.cut || !l.ended || len(l.text) != segmentLimit || l.offset != 2 || l.end != 3*segmentLimit+3 {
		t.Errorf("%v %v %d %d to %d", l.cut, l.ended, len(l.text), l.offset, l.end)
	}
	if next, ok := s.segment('~'); !ok || string(next.text) != "B" {
		t.Errorf("%q", next.text)
	}
}

// TestUnread returns to the beginning of a segment, also after the window has moved.
func TestUnread(t *testing.T) {
	text := strings.Repeat("SEGMENT*"+strings.Repeat("Y", 500)+"~", 400)
	s := newScanner(strings.NewReader(text))
	for n := range 400 {
		first, ok := s.segment('~')
		if !ok {
			t.Fatal(n)
		}
		want := first.offset
		s.unread(first)
		again, ok := s.segment('~')
		if !ok || again.offset != want || len(again.text) != 508 {
			t.Fatalf("segment %d at %d, again at %d", n, want, again.offset)
		}
	}
}

// TestStuckReader: a reader that gives nothing and no error is not asked for ever.
func TestStuckReader(t *testing.T) {
	s := newScanner(stuck{})
	if got := s.peek(1); len(got) != 0 || !errors.Is(s.failure(), io.ErrNoProgress) {
		t.Errorf("%q %v", got, s.failure())
	}
}

type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

// TestHeader finds delimiters by place where the ISA has its width, by counting where it has not.
func TestHeader(t *testing.T) {
	good := sample(t, "order.x12")
	for _, c := range []struct {
		name, text               string
		element, component, term byte
		length                   int
	}{
		{"of its width", good, '*', '>', '~', isaLength},
		{"narrow", strings.Replace(good, "NORTHSTORES    ", "NORTHSTORES", 1), '*', '>', '~', isaLength - 4},
		{"wide", strings.Replace(good, "NORTHSTORES    ", "NORTHSTORES        ", 1), '*', '>', '~', isaLength + 4},
		{"a terminator of two bytes begins the line end", good[:105] + "\r\n" + good[106:], '*', '>', '\r', isaLength},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScanner(strings.NewReader(c.text))
			h, fault := s.header()
			if fault != nil {
				t.Fatal(fault)
			}
			d := h.delimiters
			if d.Element != c.element || d.Component != c.component || d.Segment != c.term || h.length != c.length || s.offset() != int64(c.length) {
				t.Errorf("%q %q %q, %d bytes", d.Element, d.Component, d.Segment, h.length)
			}
			if ic := h.interchange(); ic.Sender != "NORTHSTORES" || ic.Receiver != "OURCO" || ic.Control != "000000417" || ic.Usage != "P" || ic.Standard != "U" {
				t.Errorf("%+v", ic)
			}
		})
	}
}

// TestAgainstSplit: on what has no oddities the standard library's Split gives the same.
func TestAgainstSplit(t *testing.T) {
	text := sample(t, "order.x12")
	want := strings.Split(strings.TrimSuffix(text, "~"), "~")
	if diff := cmp.Diff(want, lines(newScanner(strings.NewReader(text)), '~')); diff != "" {
		t.Error(diff)
	}
	a := assembly{}
	at := 0
	for i, s := range want[2:24] {
		l := line{text: []byte(s), offset: int64(at), end: int64(at + len(s) + 1), ended: true}
		if i == 0 {
			a.start(l, [3]string{}, translators.Rules{Limits: translators.Limits{Segments: 100, Bytes: 10_000}})
		}
		a.add(l)
		at += len(s) + 1
	}
	a.cutUp(translators.Delimiters{Element: '*'})
	for i, s := range want[2:24] {
		parts := strings.Split(s, "*")
		seg := a.segments[i]
		if seg.ID != parts[0] || len(seg.Elements) != len(parts)-1 || seg.Position != i+1 {
			t.Fatalf("%q: %+v", s, seg)
		}
		for j, p := range parts[1:] {
			if seg.Elements[j].Text != p {
				t.Errorf("%s%02d: %q, want %q", seg.ID, j+1, seg.Elements[j].Text, p)
			}
		}
	}
	if !bytes.Equal(a.text, []byte(strings.Join(want[2:24], ""))) {
		t.Error("the text of the set is another")
	}
}
