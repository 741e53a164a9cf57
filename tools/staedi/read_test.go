package staedi

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestParted: each document has the lines behind its number, and an output of
// other documents than were asked about is an error.
func TestParted(t *testing.T) {
	for _, c := range []struct {
		name, out string
		documents int
		want      [][]string // nil: an error
	}{
		{"nothing is wrong", "= 0\n= 1\n", 2, [][]string{nil, nil}},
		{"the second", "= 0\n= 1\nINVALID_DATE\t3\tBEG\t5\t0\nEXCEPTION\t0\tx\t0\t0\n", 2, [][]string{nil, {"INVALID_DATE\t3\tBEG\t5\t0", "EXCEPTION\t0\tx\t0\t0"}}},
		{"it ended early", "= 0\n", 2, nil},
		{"of no document", "EXCEPTION\t0\tx\t0\t0\n", 1, nil},
		{"of one too many", "= 0\n= 1\nEXCEPTION\t0\tx\t0\t0\n", 1, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := parted(c.out, c.documents)
			if (err != nil) != (c.want == nil) {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); err == nil && diff != "" {
				t.Error(diff)
			}
		})
	}
}
