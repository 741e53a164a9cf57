package mappings_test

import (
	"slices"
	"testing"
)

func TestCause(t *testing.T) {
	corpus(t)
	maps := baseMaps(t)
	for _, f := range []func(document){func(d document) {
		first, err := d.m.In(d.set)
		if err != nil {
			t.Fatal(err)
		}
		w, _, _ := d.m.Out(first.Body)
		a, b := show(d.set.Root, nil, d.set.ID, false), show(w.Root, nil, d.set.ID, false)
		want, got := a.lines(), b.lines()
		if slices.Equal(want, got) {
			return
		}
		t.Logf("== %s %d unmapped", d.name, len(first.Unmapped))
		n := 0
		for i := 0; i < len(want) || i < len(got); i++ {
			x, y := "", ""
			if i < len(want) {
				x = want[i]
			}
			if i < len(got) {
				y = got[i]
			}
			if x != y {
				if n++; n > 6 {
					break
				}
				t.Logf("   - %s\n       + %s", x, y)
			}
		}
	}} {
		cleanDocuments(t, maps, f)
		t.Log("SAMPLES")
		samples(t, maps, f)
	}
}
