package x12

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"waybill/translators"
)

func manySampled(t testing.TB, set, version string, documents, lines int) []byte {
	t.Helper()
	var out bytes.Buffer
	o := SampleOptions{Set: set, Version: version, Lines: lines, Documents: documents, At: time.Date(2026, 12, 1, 9, 15, 0, 0, time.UTC)}
	if err := translator(t).SampleMany(&out, o); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestSampleMany: of every set a file without a finding, with as many documents
// as asked for, in interchanges of twenty, and the same when it is made again.
func TestSampleMany(t *testing.T) {
	eachSchema(t, func(t *testing.T, _ *maker, s *translators.Schema) {
		text := manySampled(t, s.Set, s.Release, 45, 3)
		rep := decode(t, string(text))
		if found := codesOf(rep); len(found) > 0 {
			t.Fatalf("%v\n%s", found, text[:3000])
		}
		var sizes []int
		for _, ic := range rep.Interchanges {
			sizes = append(sizes, len(ic.Groups[0].Sets))
		}
		if fmt.Sprint(sizes) != "[20 20 5]" {
			t.Error(sizes)
		}
		if !bytes.Equal(text, manySampled(t, s.Set, s.Release, 45, 3)) {
			t.Error("made again, it is another file")
		}
	})
}

// TestSampleManyOrder: an order of 14 lines has 51 segments and about 2,150
// bytes, so that 46,500 of them are 100 MB; no two are the same.
func TestSampleManyOrder(t *testing.T) {
	text := manySampled(t, "850", "004010", 400, 14)
	if size := len(text) / 400; size < 2100 || size > 2250 {
		t.Errorf("%d bytes an order", size)
	}
	seen := map[string]bool{}
	eachSet(t, string(text), func(s *translators.Set) {
		if len(s.Segments) != 51 {
			t.Fatalf("%d segments", len(s.Segments))
		}
		seen[s.Segments[1].Element(3)] = true
	})
	if len(seen) != 400 {
		t.Errorf("%d order numbers", len(seen))
	}
	if !strings.Contains(string(text[:3000]), "~PO1*2*36*EA*5.85**UP*614141000029*VN*SKU-1002*BP*B0015838*SK*000000000002~PID*F*08***LED LAMP BR30 11W, ") {
		t.Errorf("%s", text[:3000])
	}
}

// TestSampleManyProgress tells what is written, and stops where writing fails.
func TestSampleManyProgress(t *testing.T) {
	var told []int
	o := SampleOptions{Set: "850", Version: "004010", Lines: 14, Documents: 50, Progress: func(n int) { told = append(told, n) }}
	if err := translator(t).SampleMany(io.Discard, o); err != nil || fmt.Sprint(told) != "[20 40 50]" {
		t.Error(err, told)
	}
	o.Documents = 1 << 40
	full := errors.New("the disk is full")
	if err := translator(t).SampleMany(fullWriter{full}, o); !errors.Is(err, full) {
		t.Error(err)
	}
	if err := translator(t).SampleMany(io.Discard, SampleOptions{Set: "851", Version: "004010", Lines: 1, Documents: 1}); err == nil {
		t.Error("a set that is not known")
	}
}

type fullWriter struct{ err error }

func (w fullWriter) Write([]byte) (int, error) { return 0, w.err }

// TestAppend writes numbers as they stand in a sample.
func TestAppend(t *testing.T) {
	for want, got := range map[string][]byte{
		"0001": appendDigits(nil, 1, 4), "1000": appendDigits(nil, 1000, 4), "12345": appendDigits(nil, 12345, 4),
		"0": appendDigits(nil, 0, 1), "000000010": appendDigits(nil, 10, 9),
		"5": appendMoney(nil, 500), "5.85": appendMoney(nil, 585), "6.7": appendMoney(nil, 670), "0.05": appendMoney(nil, 5),
	} {
		if string(got) != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
