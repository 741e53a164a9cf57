package mappings_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/mappings"
	"waybill/settings"
)

// exampleBody is the body that the example order must become, less what the
// gateway adds to it.
func exampleBody(t testing.TB) any {
	t.Helper()
	var doc struct{ Body map[string]any }
	if err := json.Unmarshal(read(t, "testdata/order.json"), &doc); err != nil {
		t.Fatal(err)
	}
	delete(doc.Body, "revision")
	return doc.Body
}

func TestExampleOrder(t *testing.T) {
	m, found := mappings.Compile(mappings.Overlay(os.DirFS("testdata")), "acme-850", against(t, "850", "004010"))
	if m == nil {
		t.Fatal(settings.Problems(found).Error())
	}
	for _, p := range found {
		t.Log(p)
	}
	got := in(t, m, read(t, "testdata/order.x12"))
	if diff := cmp.Diff(exampleBody(t), value(t, got.Body)); diff != "" {
		t.Errorf("body (-want +got):\n%s", diff)
	}
	t.Log(got.Unmapped, got.Problems)
	set, problems, err := m.Out(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	t.Log(problems)
	for _, s := range set.Segments {
		line := s.ID
		for _, e := range s.Elements {
			line += "*" + e.Text
		}
		t.Log(line)
	}
	again, err := m.In(set)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(value(t, got.Body), value(t, again.Body)); diff != "" {
		t.Errorf("in, out, in (-first +second):\n%s", diff)
	}
}
