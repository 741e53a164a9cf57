package mappings_test

import (
	"bytes"
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/mappings"
	"waybill/translators"
)

// TestOneMapManyGoroutines reads and writes with one Map from several goroutines.
func TestOneMapManyGoroutines(t *testing.T) {
	m := compile(t, mappings.Overlay(os.DirFS("testdata")), "acme-850", "004010")
	want := in(t, m, read(t, "testdata/order.x12")).Body
	var wait sync.WaitGroup
	bad := make(chan string, 8)
	for range 8 {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for range 20 {
				set, problems, err := m.Out(want)
				if err != nil || len(problems) > 0 {
					bad <- fmt.Sprint(err, problems)
					return
				}
				if again, err := m.In(set); err != nil || !bytes.Equal(again.Body, want) {
					bad <- fmt.Sprint(err, string(again.Body))
					return
				}
			}
		}()
	}
	wait.Wait()
	close(bad)
	for text := range bad {
		t.Error(text)
	}
}

// TestResultOutlivesTheSet: what In returns does not change with the set.
func TestResultOutlivesTheSet(t *testing.T) {
	m := compile(t, mappings.Base(), "base/850", "004010")
	var kept mappings.Result
	decode(t, order("PO1*1*1*EA", "PKG*F****BOX"), func(s *translators.Set) {
		var err error
		if kept, err = m.In(s); err != nil {
			t.Fatal(err)
		}
		for i := range s.Segments {
			s.Segments[i] = translators.Segment{}
		}
	})
	if !bytes.Contains(kept.Body, []byte(`"lineNumber":"1"`)) || len(kept.Unmapped) != 2 || kept.Unmapped[1].Value != "BOX" {
		t.Errorf("%s %v", kept.Body, kept.Unmapped)
	}
}

// TestManyLines reads an order of many lines and many references.
func TestManyLines(t *testing.T) {
	m := compile(t, mappings.Base(), "base/850", "004010")
	var segments []string
	for i := range 2000 {
		segments = append(segments, fmt.Sprintf("REF*ZZ*%d", i))
	}
	for i := range 3000 {
		segments = append(segments, fmt.Sprintf("PO1*%d*1*EA***IN*A-%d", i+1, i), "PID*F****LAMP")
	}
	got := value(t, in(t, m, long(segments)).Body)
	if n := len(at(got, "lines").([]any)); n != 3000 {
		t.Errorf("%d lines", n)
	}
	if n := len(at(got, "references").([]any)); n != 2000 {
		t.Errorf("%d references", n)
	}
}

// TestReadersForget: what a document leaves behind is not seen in the next, which
// is read in the same room, whether it is larger or smaller.
func TestReadersForget(t *testing.T) {
	documents := [][]byte{
		fourteenLines(), order("PO1*1*1*EA"), order("PO1*1*1*EA", "PKG*F****BOX", "PO1*2*3*CA*4**UP*614141001019"),
		read(t, "testdata/order.x12"), order("CUR*SE*CAD", "REF*DP*031", "PO1*A1*1*EA*1.5*PE*IN*A-1"), order("PO1*1*X*EA"),
	}
	used := compile(t, mappings.Base(), "base/850", "004010")
	for round := range 3 {
		for i := range documents {
			data := documents[(i*(round+1)+round)%len(documents)]
			got, want := in(t, used, data), in(t, compile(t, mappings.Base(), "base/850", "004010"), data)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("round %d, document %d:\n%s", round, i, diff)
			}
		}
	}
}

// TestUnmappedPlaces: each element that is left names its place, in loops and levels.
func TestUnmappedPlaces(t *testing.T) {
	m := compile(t, mappings.Base(), "base/850", "004010")
	got := in(t, m, order("PO1*1*1*EA", "PID*F*08*VI*X*LAMP", "PKG*F****BOX", "PO1*2*1*EA", "PKG*F****BOX", "PKG*F****BAG")).Unmapped
	var paths []string
	for _, u := range got {
		paths = append(paths, u.Path+"="+u.Value)
	}
	want := []string{
		"850/PO1[1]/PKG[1]/PKG01=F", "850/PO1[1]/PKG[1]/PKG05=BOX",
		"850/PO1[2]/PKG[1]/PKG01=F", "850/PO1[2]/PKG[1]/PKG05=BOX", "850/PO1[2]/PKG[2]/PKG01=F", "850/PO1[2]/PKG[2]/PKG05=BAG",
	}
	if diff := cmp.Diff(want, paths); diff != "" {
		t.Error(diff)
	}
}
