package workbench_test

import (
	"strings"
	"testing"

	"waybill/mappings"
	"waybill/mappings/workbench"
)

// FuzzStarters: of whatever a partner sends as a sample there comes an error, or a
// short mapping that can be read.
func FuzzStarters(f *testing.F) {
	f.Add(bolt)
	f.Add(strings.Replace(bolt, "REF*ZZ*XX~", "REF*ZZ*: {[~", 1))
	f.Add(strings.Replace(bolt, "BOLT DC RENO", "# \" ' : |", 1))
	f.Add(strings.Replace(bolt, "*92*0007~", "*92*: {[#~", 1))
	f.Add(strings.Replace(bolt, "PKG*F*64***BOX~", "PKG*F*64***\x00\n\t~", 1))
	b := bench(f, nil)
	f.Fuzz(func(t *testing.T, data string) {
		all, err := b.Starters(workbench.StarterOptions{Partner: "bolt", Samples: []workbench.Sample{{Name: "tests/a.edi", Data: []byte(data)}}})
		if err != nil {
			return
		}
		for _, s := range all {
			own := bench(t, map[string]string{s.Name: s.Text})
			if r, found := mappings.Resolve(own.Maps, s.Name); r == nil || len(r.Tests) != 1 {
				t.Errorf("%v\n%s", found, s.Text)
			}
			if n := strings.Count(s.Text, "\n"); n > 60 {
				t.Errorf("%d lines\n%s", n, s.Text)
			}
		}
	})
}
