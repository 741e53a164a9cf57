package x12

import (
	"bytes"
	"errors"
	"io"
	"os"
	"testing"
	"testing/iotest"

	"waybill/translators"
)

// A reader that fails is no fault of the data: wherever it breaks off, the error
// comes back as it is, and nobody is told that the file is wrong.
func TestDecodePassesReadErrorsOn(t *testing.T) {
	broken := errors.New("input/output error")
	data, err := os.ReadFile("testdata/order.x12")
	if err != nil {
		t.Fatal(err)
	}
	for _, brief := range []bool{false, true} {
		for at := 0; at < len(data); at += 37 {
			r := io.MultiReader(bytes.NewReader(data[:at]), iotest.ErrReader(broken))
			_, err := translator(t).Decode(r, translators.Options{Brief: brief}, func(*translators.Set) error { return nil })
			if !errors.Is(err, broken) {
				t.Fatalf("brief %t, broken after %d bytes: found %v", brief, at, err)
			}
		}
	}
}
