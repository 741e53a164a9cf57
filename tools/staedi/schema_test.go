package staedi

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"waybill/translators/x12"
)

// TestSchema: each set's schema is well-formed, names every segment once and uses
// no type that it does not describe.
func TestSchema(t *testing.T) {
	l, err := x12.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, version := range []string{"004010", "005010"} {
		for _, set := range l.Samples() {
			s, err := l.Schema(set, version)
			if err != nil {
				continue // 999 is in 005010 only
			}
			described, used := parts(t, Schema(s))
			for name := range used {
				if described[name] != 1 {
					t.Errorf("%s %s: %s is described %d times", version, set, name, described[name])
				}
			}
			if used["BEG"] == 0 && set == "850" {
				t.Error("an order without a BEG")
			}
		}
	}
}

// parts are the types that a schema describes, and those that it uses.
func parts(t *testing.T, text string) (described, used map[string]int) {
	t.Helper()
	described, used = map[string]int{}, map[string]int{}
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return described, used
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := token.(xml.StartElement); ok {
			for _, a := range e.Attr {
				switch {
				case a.Name.Local == "name":
					described[a.Value]++
				case a.Name.Local == "type" && e.Name.Local != "syntax":
					used[a.Value]++
				}
			}
		}
	}
}

// TestLimits: no limit is a large one.
func TestLimits(t *testing.T) {
	l, err := x12.Load()
	if err != nil {
		t.Fatal(err)
	}
	s, err := l.Schema("850", "004010")
	if err != nil {
		t.Fatal(err)
	}
	text := Schema(s)
	for _, want := range []string{
		`<segment type="BEG" minOccurs="1" maxOccurs="1"/>`, `<segment type="REF" minOccurs="0" maxOccurs="999999"/>`,
		`<enumeration><value>`, `<syntax type="paired"><position>`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s", want)
		}
	}
}
