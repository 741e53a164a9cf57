package transports

import (
	"errors"
	"io"
	"testing"
)

// TestFailure: what is wrapped is told after the words, and is found by errors.Is.
func TestFailure(t *testing.T) {
	tests := []struct {
		failure   *Failure
		words     string
		temporary bool
	}{
		{Permanent("TRN-X", "call them", nil, "found %q", "a"), `found "a"`, false},
		{Temporary("TRN-X", "call them", io.EOF, "the partner hung up"), "the partner hung up: EOF", true},
	}
	for _, c := range tests {
		f := c.failure
		if f.Error() != c.words || f.Temporary() != c.temporary || f.Code() != "TRN-X" || f.Hint() != "call them" {
			t.Errorf("found %q, %t, %s, %s", f, f.Temporary(), f.Code(), f.Hint())
		}
		if errors.Is(f, io.EOF) != c.temporary {
			t.Errorf("%q: the error below is %v", f, f.Unwrap())
		}
	}
}
