package stages

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"waybill/example"
	"waybill/spool"
)

// TestISAEnd: the terminator follows ISA16, wherever the elements' widths put it.
func TestISAEnd(t *testing.T) {
	isa, _, _ := strings.Cut(string(example.Order()), "\n")
	for _, c := range []struct {
		name, text string
		end        int
		terminator byte
	}{
		{"as it should be", isa + "\nGS*", 106, '~'},
		{"another terminator", strings.Replace(isa, ">~", ">\n", 1), 106, '\n'},
		{"the terminator is the component separator's neighbour", strings.Replace(isa, ">~", "~>", 1), 106, '>'},
		{"padding is odd", strings.Replace(isa, "ACMERETAIL     ", "ACMERETAIL", 1), 101, '~'},
		{"other separators", strings.ReplaceAll(isa, "*", "|"), 106, '~'},
		{"it ends before its terminator", strings.TrimSuffix(isa, "~"), 0, 0},
		{"it ends before ISA16", isa[:100], 0, 0},
		{"no ISA", "GS*PO*A*B", 0, 0},
		{"nothing", "", 0, 0},
		{"three letters", "ISA", 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			end, terminator := isaEnd([]byte(c.text))
			if end != c.end || terminator != c.terminator {
				t.Errorf("found %d and %q, expected %d and %q", end, terminator, c.end, c.terminator)
			}
		})
	}
}

// FuzzCutOut: whatever a payload holds and a range says, cutting ends in an error
// or in ISA, GS and exactly the range.
func FuzzCutOut(f *testing.F) {
	text := example.Order()
	st, se := bytes.Index(text, []byte("ST*")), bytes.Index(text, []byte("GE*"))
	f.Add(text, int64(0), int64(bytes.Index(text, []byte("GS*"))), int64(st), int64(se-st))
	f.Add(text, int64(5), int64(0), int64(st), int64(se-st))
	f.Add([]byte("ISA"), int64(0), int64(1), int64(2), int64(100))
	f.Fuzz(func(t *testing.T, data []byte, isa, gs, offset, length int64) {
		if isa < 0 || gs < 0 || offset < 0 || length < 0 || offset > int64(len(data)) {
			t.Skip("the spool has no such range")
		}
		cut, err := cutOut(bytes.NewReader(data), spool.Ref{Offset: offset, Length: length, ISA: isa, GS: gs})
		if err != nil {
			return
		}
		got, err := io.ReadAll(cut)
		if err != nil {
			t.Fatal(err)
		}
		want := data[offset:min(offset+min(length, int64(len(data))), int64(len(data)))]
		if !bytes.HasPrefix(got, []byte("ISA")) || !bytes.HasSuffix(got, want) || len(got) > len(want)+2*headerLimit {
			t.Errorf("found %q for the range %q", got, want)
		}
	})
}
