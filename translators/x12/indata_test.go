package x12

import (
	"strings"
	"testing"

	"waybill/translators"
)

// TestDelimiterInData: a delimiter inside a value is refused, or replaced where
// the profile says so; one in an envelope is always refused.
func TestDelimiterInData(t *testing.T) {
	var set *translators.Set
	eachSet(t, wrap("004010", "PO", order("0001", []string{"N1*ST*ACME"}, nil)...), func(s *translators.Set) { set = keep(s) })
	for i := range set.Segments {
		if set.Segments[i].ID == "N1" {
			set.Segments[i].Elements[1].Text = "A*B>C~D"
		}
	}
	ic := set.Interchange
	if _, err := encode(t, ic, set); err == nil || !strings.Contains(err.Error(), "the value has the delimiter") {
		t.Errorf("found %v", err)
	}
	ic.Delimiters.InData = ' '
	text, err := encode(t, ic, set)
	if err != nil || !strings.Contains(text, "~N1*ST*A B C D~") {
		t.Errorf("found %v in %s", err, text)
	}
	ic.Sender = "NORTH*STORES"
	if _, err := encode(t, ic, set); err == nil {
		t.Error("a sender with a delimiter was written")
	}
}
