package x12

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/translators"
)

// levelMutations breaks the tree of levels of a ship notice, and the bounded
// loop of an order, where no rule of a single place says what is right.
func levelMutations(t *testing.T, seen *tally) {
	ship := func(rows ...string) string {
		set := append([]string{"ST*856*0001", "BSN*00*S-1*20261201*0900*0001"}, rows...)
		return wrap("004010", "SH", append(set, fmt.Sprintf("SE*%d*0001", len(set)+1))...)
	}
	bounded := func(rows ...string) string {
		return wrap("004010", "PO", order("0001", nil, rows)...)
	}
	for _, c := range []struct {
		what, text string
		want       []string
	}{
		{"levels as they should be", ship("HL*1**S", "HL*2*1*O", "HL*3*2*I"), nil},
		{"HL02 of no level", ship("HL*1**S", "HL*2*7*O", "HL*3*2*I"), []string{"~element 7@4 HL02"}},
		{"HL02 of a level that comes later", ship("HL*1**S", "HL*2*3*O", "HL*3*1*I"), []string{"~element 7@4 HL02"}},
		{"HL02 of itself", ship("HL*1**S", "HL*2*2*O"), []string{"~element 7@4 HL02"}},
		{"HL01 twice", ship("HL*1**S", "HL*1*1*O"), []string{"~element 7@4 HL01"}},
		{"HL01 missing", ship("HL*1**S", "HL**1*O"), []string{"element 1@4 HL01"}},
		{"HL03 missing", ship("HL*1**S", "HL*2*1"), []string{"element 1@4 HL03"}},
		{"HL01 too long", ship("HL*1234567890123**S"), []string{"element 5@3 HL01"}},
		{"HL02 too long", ship("HL*1**S", "HL*2*1234567890123*O"), []string{"~element 7@4 HL02", "element 5@4 HL02"}},
		{"HL missing", ship(), []string{"segment 3@3 HL"}},
		{"bounded loop as it should be", bounded("LS*LDT", "LDT*AF*3*DA", "LE*LDT"), nil},
		{"LE missing", bounded("LS*LDT", "LDT*AF*3*DA"), []string{"segment 3@6 LE"}},
		{"LS missing", bounded("LDT*AF*3*DA", "LE*LDT"), []string{"segment 2@4 LDT"}},
		{"LE without anything", bounded("LE*LDT"), []string{"segment 2@4 LE"}},
		{"LS twice", bounded("LS*LDT", "LS*LDT", "LDT*AF*3*DA", "LE*LDT"), []string{"segment 3@5 LE", "segment 4@5 LS"}},
	} {
		found := codesOf(decode(t, c.text))
		if diff := cmp.Diff(c.want, orNil(withoutNotes(found))); diff != "" {
			t.Errorf("%s: %s", c.what, diff)
		}
		for _, f := range found {
			words := strings.Fields(strings.TrimPrefix(f, "~"))
			code, _, _ := strings.Cut(words[1], "@")
			seen.provoked(map[string]string{"segment": "720", "element": "723"}[words[0]], code, c.what)
		}
		seen.count++
	}
}

// modeMutations answers one and the same fault as the partner's profile says: the
// set is refused, or accepted with what is wrong in it noted.
func modeMutations(t *testing.T, seen *tally) {
	sampledSchemas(t, func(t *testing.T, _ *maker, s *translators.Schema) {
		if s.Functional == "FA" {
			return
		}
		p := paperOf(t, s)
		p.set = slices.Insert(p.set, 1, []string{"ZZZ", "1"})
		p.se()[1] = fmt.Sprint(len(p.set))
		for mode, want := range map[string]string{"reject": "5*R*5 AK9*R*1*1*0", "with-errors": "5*E*5 AK9*E*1*1*1"} {
			for _, functional := range []string{"997", "999"} {
				got := reply(t, p.String(), translators.AckPolicy{Functional: functional, Mode: mode})
				if !strings.HasSuffix(got, want) || !strings.Contains(got, "3*ZZZ*2**1 ") {
					t.Errorf("%s, %s: %s", mode, functional, got)
				}
			}
			seen.provoked("717", want[2:3], "a fault where the mode is "+mode)
			seen.provoked("715", want[2:3], "a fault where the mode is "+mode)
			seen.provoked("718", "5", "a fault in a segment")
			seen.count++
		}
	})
}

// withoutNotes drops what is noted without a code.
func withoutNotes(found []string) []string {
	var kept []string
	for _, f := range found {
		if words := strings.Fields(f); !strings.HasPrefix(words[1], "@") {
			kept = append(kept, f)
		}
	}
	return kept
}
