package mappings_test

import (
	"bytes"
	"fmt"
	"os"
	"sync"
	"testing"

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
