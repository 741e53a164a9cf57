package mappings_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"waybill/mappings"
	"waybill/translators"
	"waybill/translators/x12"
)

// FuzzCompile feeds whole mapping files: none panics, each problem has a file,
// and what compiles maps the example.
func FuzzCompile(f *testing.F) {
	for _, pattern := range []string{"base/*.yaml", "testdata/*.yaml", "testdata/bad/*.yaml"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, name := range names {
			f.Add(string(read(f, name)))
		}
	}
	f.Add("map: p\nextends: base/850\nfields:\n  promotion: REF[YD]02\n")
	a := against(f, "850", "004010")
	var example []byte
	if data, err := os.ReadFile("testdata/order.x12"); err == nil {
		example = data
	}
	f.Fuzz(func(t *testing.T, text string) {
		m, found := mappings.Compile(files(map[string]string{"p.yaml": text}), "p", a)
		for _, p := range found {
			if p.File == "" || p.Text == "" {
				t.Errorf("a problem without a file or a text: %#v", p)
			}
		}
		if m == nil {
			if len(found) == 0 {
				t.Error("no map and no problem")
			}
			return
		}
		mapAndBack(t, m, example)
	})
}

// mapAndBack reads the 850s of data that have a tree, and writes them: neither
// panics, and the body is JSON.
func mapAndBack(t *testing.T, m *mappings.Map, data []byte) {
	_, _ = x12.New(library(t)).Decode(bytes.NewReader(data), translators.Options{}, func(s *translators.Set) error {
		got, err := m.In(s)
		if err != nil {
			return nil
		}
		if !json.Valid(got.Body) {
			t.Fatalf("the body is no JSON: %s", got.Body)
		}
		set, _, err := m.Out(got.Body)
		if err != nil {
			t.Fatalf("%v: %s", err, got.Body)
		}
		if _, err := m.In(set); err != nil {
			t.Fatal(err)
		}
		return nil
	})
}

// FuzzIn feeds orders that went wrong on the way.
func FuzzIn(f *testing.F) {
	f.Add(read(f, "testdata/order.x12"))
	for _, c := range append(constructs(), lineConstructs()...) {
		f.Add(order(c.segments...))
	}
	m := compile(f, mappings.Base(), "base/850", "004010")
	f.Fuzz(func(t *testing.T, data []byte) { mapAndBack(t, m, data) })
}

// FuzzOut feeds bodies that no mapping made.
func FuzzOut(f *testing.F) {
	m := compile(f, mappings.Base(), "base/850", "004010")
	f.Add([]byte(in(f, m, read(f, "testdata/order.x12")).Body))
	f.Add([]byte(body(`"lines":[{"lineNumber":"1","item":{"gtin":"00614141001019"}}]`)))
	f.Add([]byte(`{"totals":{"lines":1},"parties":{"shipTo":{"ids":[{"type":"gln","value":"1"}]}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		set, _, err := m.Out(data)
		if err != nil {
			return
		}
		for _, s := range set.Segments {
			if s.ID == "ST" || s.ID == "SE" {
				t.Errorf("%s is the envelope's", s.ID)
			}
		}
		if _, err := m.In(set); err != nil {
			t.Fatal(err)
		}
	})
}
