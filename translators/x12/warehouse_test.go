package x12

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/translators"
)

// TestWarehouse: documents of the sets that the corpus has no clean file of have
// no finding, and are written again byte for byte.
func TestWarehouse(t *testing.T) {
	text, err := os.ReadFile("testdata/warehouse.txt")
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, part := range strings.Split(string(text), "\n== ")[1:] {
		title, body, _ := strings.Cut(part, "\n")
		t.Run(title, func(t *testing.T) {
			count[title[:3]]++
			s, err := translator(t).library.Schema(title[:3], "004010")
			if err != nil {
				t.Fatal(err)
			}
			var segments []translators.Segment
			for row := range strings.Lines(strings.TrimSpace(body)) {
				segments = append(segments, sampleSegment(strings.TrimSpace(row), sampleAt{o: &SampleOptions{}}))
			}
			file := plainText(s, segments)
			if found := codesOf(decode(t, file)); len(found) > 0 {
				t.Fatal(found)
			}
			if got := written(t, []byte(file)); got != file {
				t.Error(cmp.Diff(file, got))
			}
		})
	}
	if diff := cmp.Diff(map[string]int{"943": 3, "944": 3, "945": 3}, count); diff != "" {
		t.Error(diff)
	}
}
