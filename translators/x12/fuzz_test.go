package x12

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"waybill/translators"
)

func seeds(f *testing.F) {
	f.Helper()
	for _, text := range []string{
		sample(f, "order.x12"), sample(f, "ship.x12"), strings.ReplaceAll(sample(f, "order.x12"), "~", "\r\n"),
		wrap("005010", "FA", "ST*997*0001", "AK1*PO*1*005010", "AK2*850*0001", "AK3*REF*3**8", "AK4*2>1>3*127*5", "AK5*R*5", "AK9*R*1*1*0", "SE*8*0001"),
		wrap("005010", "IN", "ST*810*0001", "BIG*20261201*I-1", "N1*ST*X", "DMG*****>RET>A^>RET>B", "IT1**1*EA*2", "TDS*200", "SE*7*0001"),
		wrap("004010", "PO", order("0002", []string{"REF*DP", "ZZZ*1", "DTM*002*20261301*2500", "N3*X"}, []string{"CUR*BY*USD", "FA2*01*1"})...),
		"ISA*00*          *00*          *ZZ*A*ZZ*B*261201*0915*U*00401*1*0*P*>~TA1*1*2*3*4*5~IEA*1*1~junk~ISA",
	} {
		f.Add([]byte(text), "")
		body, _, _ := strings.Cut(text, "GE*")
		if _, body, ok := strings.Cut(body, "ST*"); ok {
			f.Add([]byte("ST*"+body), "004010")
			f.Add([]byte("ST*"+body), "005010")
		}
	}
	for _, text := range referenceTexts(f) {
		f.Add(text, "")
	}
}

// referenceTexts are the interchanges of the reference corpus, where it is: seeds
// that grow what is found here, and are not kept.
func referenceTexts(f *testing.F) [][]byte {
	f.Helper()
	root := os.Getenv("WAYBILL_SHARED")
	if root == "" {
		return nil
	}
	files, err := filepath.Glob(filepath.Join(root, "x12", "corpus", "*", "*.edi"))
	if err != nil || len(files) == 0 {
		f.Fatal(root, len(files), err)
	}
	texts := make([][]byte, len(files))
	for i, file := range files {
		if texts[i], err = os.ReadFile(file); err != nil {
			f.Fatal(err)
		}
	}
	return texts
}

// envelope puts data that is only sets between the envelopes of a release.
func envelope(data []byte, release string) []byte {
	if release != "004010" && release != "005010" {
		return data
	}
	return []byte(strings.Replace(wrap(release, "PO"), "~~", "~"+string(data), 1))
}

// FuzzDecode reads whatever a stranger may send: no panic, every finding in
// place and in words, and what is without a finding is written again as it was.
func FuzzDecode(f *testing.F) {
	seeds(f)
	t0 := translator(f)
	f.Fuzz(func(t *testing.T, data []byte, release string) {
		data = envelope(data, release)
		var sets []*translators.Set
		rep, err := t0.Decode(bytes.NewReader(data), translators.Options{}, func(s *translators.Set) error {
			if s.Root != nil {
				inOrder(t, s)
			}
			sets = append(sets, keep(s))
			return nil
		})
		var syntax *translators.SyntaxError
		if err != nil && !errors.As(err, &syntax) {
			t.Fatal(err)
		}
		if rep.Bytes > int64(len(data)) {
			t.Fatalf("%d bytes of %d", rep.Bytes, len(data))
		}
		found := Findings("", rep)
		for _, x := range found {
			if x.Text == "" || x.Offset < 0 || x.Offset > int64(len(data)) || x.Element < 0 {
				t.Fatalf("%+v", x)
			}
		}
		if err := t0.Explain(&bytes.Buffer{}, bytes.NewReader(data)); err != nil && !errors.As(err, &syntax) {
			t.Fatal(err)
		}
		if len(found) > 0 || err != nil || len(rep.Interchanges) != 1 || len(rep.Interchanges[0].Groups) == 0 {
			return
		}
		for _, g := range rep.Interchanges[0].Groups {
			if len(g.Sets) == 0 {
				return // a group without sets is not written
			}
		}
		got, err := encode(t, rep.Interchanges[0].Interchange, sets...)
		if err != nil {
			t.Fatal(err)
		}
		if want := normal(data); normal([]byte(got)) != want {
			t.Fatalf("\n got %q\nwant %q", normal([]byte(got)), want)
		}
	})
}

// inOrder checks that each segment of the tree is one of the set and none is there twice.
func inOrder(t *testing.T, s *translators.Set) {
	t.Helper()
	seen := map[int]bool{}
	var walk func(n *translators.Node)
	walk = func(n *translators.Node) {
		if n.Segment != nil {
			if seen[n.Segment.Position] || n.Segment.ID != n.Item.ID {
				t.Fatalf("segment %d %s stands twice or as %s", n.Segment.Position, n.Segment.ID, n.Item.ID)
			}
			seen[n.Segment.Position] = true
		}
		for _, c := range n.Children {
			walk(c)
		}
	}
	walk(s.Root)
}

// FuzzAcknowledge answers whatever was read: what we write is itself clean,
// and says of every group what was counted.
func FuzzAcknowledge(f *testing.F) {
	seeds(f)
	t0 := translator(f)
	now := time.Date(2026, 12, 1, 10, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, data []byte, release string) {
		data = envelope(data, release)
		rep, err := t0.Decode(bytes.NewReader(data), translators.Options{}, func(*translators.Set) error { return nil })
		if err != nil {
			return
		}
		for _, p := range []translators.AckPolicy{
			{Functional: "997"}, {Functional: "999", Accepted: true}, {Functional: "997", Mode: "with-errors", Accepted: true},
		} {
			for i := range rep.Interchanges {
				one := &translators.Report{Interchanges: rep.Interchanges[i : i+1]}
				acks, err := t0.Acknowledge(one, p)
				if err != nil {
					t.Fatal(err)
				}
				answer(t, t0, acks, now)
			}
		}
	})
}

// answer writes acknowledgements in an envelope of our own and reads them back.
func answer(t *testing.T, t0 *Translator, acks translators.Acks, now time.Time) {
	t.Helper()
	for _, a := range acks.Sets {
		ic := translators.Interchange{
			SenderQualifier: "ZZ", Sender: "OURCO", ReceiverQualifier: "ZZ", Receiver: "NORTHSTORES",
			Date: "261201", Time: "1000", Version: "00501", Control: "000000001", Usage: "P",
		}
		a.Set.Group.Sender, a.Set.Group.Receiver = "OURCO", "NORTHSTORES"
		if a.Set.Group.Version != "004010" && a.Set.Group.Version != "005010" {
			a.Set.Group.Version = a.Set.Group.Version[:6]
		}
		var out bytes.Buffer
		if err := t0.Encode(&out, ic, numbered([]translators.Acknowledgement{a}, now)); err != nil {
			t.Fatal(err)
		}
		eachSet(t, out.String(), func(s *translators.Set) {
			got, err := t0.Answers(s)
			if err != nil || len(got) == 0 || got[len(got)-1].Group != a.Group.Control {
				t.Fatalf("%v %+v", err, got)
			}
		})
	}
}

// FuzzScanner cuts bytes into segments: nothing is lost but line ends and what follows the last terminator.
func FuzzScanner(f *testing.F) {
	f.Add([]byte("A*1~B~\r\n~C~ "), byte('~'))
	f.Add([]byte("A\nB\r\nC"), byte('\n'))
	f.Fuzz(func(t *testing.T, data []byte, terminator byte) {
		s := newScanner(bytes.NewReader(data))
		last := int64(0)
		for l, ok := s.segment(terminator); ok; l, ok = s.segment(terminator) {
			if l.offset < last || l.end > int64(len(data)) {
				t.Fatalf("%d to %d after %d of %d", l.offset, l.end, last, len(data))
			}
			if !bytes.HasPrefix(data[l.offset:], l.text) || l.ended && data[l.end-1] != terminator {
				t.Fatalf("%q at %d", l.text, l.offset)
			}
			for _, c := range data[last:l.offset] {
				if !isGap(c) {
					t.Fatalf("%q was lost before %d", c, l.offset)
				}
			}
			last = l.end
		}
	})
}
