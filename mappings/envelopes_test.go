package mappings_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/canonical"
	"waybill/translators"
	"waybill/translators/x12"
)

// TestExamplesAreWrittenByteForByte writes whole interchanges, with the envelope of
// the example: the same bytes but for the ends of lines.
func TestExamplesAreWrittenByteForByte(t *testing.T) {
	for _, e := range outboundExamples() {
		t.Run(e.name, func(t *testing.T) {
			m, file := e.compile(t), read(t, "testdata/examples/"+e.name+".x12")
			tree, err := canonical.ToMapped(m.Canonical(), e.body(t))
			if err != nil {
				t.Fatal(err)
			}
			set, _, err := m.Out(tree)
			if err != nil {
				t.Fatal(err)
			}
			var ic translators.Interchange
			decode(t, file, func(s *translators.Set) {
				set.Group, set.Control, set.Convention, ic = s.Group, s.Control, s.Convention, s.Interchange
			})
			var wire bytes.Buffer
			if err := x12.New(library(t)).Encode(&wire, ic, func(yield func(*translators.Set, error) bool) { yield(set, nil) }); err != nil {
				t.Fatal(err)
			}
			lines := func(b []byte) string { return strings.NewReplacer("\r", "", "\n", "").Replace(string(b)) }
			if diff := cmp.Diff(lines(file), lines(wire.Bytes())); diff != "" {
				t.Errorf("interchange (-want +got):\n%s", diff)
			}
		})
	}
}
