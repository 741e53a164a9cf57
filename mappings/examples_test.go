package mappings_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/mappings"
	"waybill/settings"
)

// TestExamples runs the example of every function of the reference.
func TestExamples(t *testing.T) {
	for _, e := range mappings.Examples() {
		t.Run(e.Function, func(t *testing.T) {
			if !strings.Contains(e.Fields, e.Function) {
				t.Errorf("it does not show %s", e.Function)
			}
			text := "map: s\nx12: \"850\"\ncanonical: order/v1\n"
			if e.Tables != "" {
				text += "tables:\n  " + e.Tables + "\n"
			}
			text += "fields:\n  " + strings.ReplaceAll(e.Fields, "\n", "\n  ") + "\n"
			m, found := mappings.Compile(files(map[string]string{"s.yaml": text}), "s", against(t, "850", "004010"))
			if m == nil {
				t.Fatalf("%s\n%s", settings.Problems(found).Error(), text)
			}
			got := in(t, m, interchangeOf(t, "850", e.Read...))
			same(t, nil, got.Problems)
			if diff := cmp.Diff(value(t, []byte(e.Body)), value(t, got.Body)); diff != "" {
				t.Errorf("read (-want +got):\n%s", diff)
			}
			set, problems, err := m.Out(got.Body)
			if err != nil {
				t.Fatal(err)
			}
			same(t, nil, problems)
			want := e.Written
			if want == nil {
				want = e.Read
			}
			if diff := cmp.Diff(append([]string{}, want...), append([]string{}, written(set)...)); diff != "" {
				t.Errorf("written (-want +got):\n%s", diff)
			}
		})
	}
}
