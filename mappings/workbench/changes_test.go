package workbench_test

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"waybill/mappings/workbench"
)

func TestChanges(t *testing.T) {
	old := `{"a":"1","b":{"c":2.50,"d":["x","y"]},"e":{},"gone":true}`
	now := `{"a":"2","b":{"c":2.5,"d":["x"]},"e":{},"new":[]}`
	all, err := workbench.Changes(json.RawMessage(old), json.RawMessage(now))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, c := range all {
		lines = append(lines, c.String())
	}
	want := `~ a: "1" → "2"|~ b.c: 2.50 → 2.5|- b.d[1]: "y"|- gone: true|+ new: []`
	if got := strings.Join(lines, "|"); got != want {
		t.Errorf("found    %s\nexpected %s", got, want)
	}
	for _, wrong := range []string{"{", "[1"} {
		if _, err := workbench.Changes(json.RawMessage(old), json.RawMessage(wrong)); err == nil {
			t.Errorf("%s: no error", wrong)
		}
		if _, err := workbench.Changes(json.RawMessage(wrong), nil); err == nil {
			t.Errorf("%s: no error", wrong)
		}
	}
}

// TestChangesOfTheSame: a document has no change from itself, and all its values
// are new beside nothing.
func TestChangesOfTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.MapOfN(rapid.StringMatching(`[a-z]{1,4}`), rapid.SliceOf(rapid.String()), 0, 6).Draw(t, "values")
		doc, err := json.Marshal(values)
		if err != nil {
			t.Fatal(err)
		}
		same, err := workbench.Changes(doc, doc)
		if err != nil || len(same) > 0 {
			t.Fatalf("%v %v", same, err)
		}
		fresh, _ := workbench.Changes(nil, doc)
		n := 0
		for _, list := range values {
			n += max(1, len(list))
		}
		if len(fresh) != max(1, n) {
			t.Fatalf("%d new, expected %d", len(fresh), n)
		}
	})
}
