package mappings_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/canonical"
	"waybill/mappings"
	"waybill/settings"
	"waybill/translators"
	"waybill/translators/x12"
)

// An example is one document of a story, as JSON and as X12.
type example struct{ name, set, release, mapping string }

func outboundExamples() []example {
	return []example{
		{"order-response", "855", "004010", "examples/acme-855"},
		{"shipment-dal", "856", "004010", "examples/acme-856"},
		{"shipment-rno", "856", "004010", "examples/acme-856"},
		{"warehouse-order", "940", "004010", "examples/sierra-940"},
		{"invoice", "810", "004010", "examples/acme-810"},
		{"credit-memo", "810", "004010", "examples/acme-810"},
		{"inventory", "846", "005010", "examples/bazaar-846"},
	}
}

func inboundExamples() []example {
	return []example{
		{"order-change", "860", "004010", "examples/acme-860"},
		{"warehouse-shipment", "945", "004010", "examples/sierra-945"},
	}
}

func (e example) compile(t testing.TB) *mappings.Map {
	t.Helper()
	m, found := mappings.Compile(mappings.Overlay(os.DirFS("testdata")), e.mapping, against(t, e.set, e.release))
	if m == nil {
		t.Fatal(settings.Problems(found).Error())
	}
	return m
}

func (e example) body(t testing.TB) json.RawMessage {
	t.Helper()
	var doc struct{ Body json.RawMessage }
	if err := json.Unmarshal(read(t, "testdata/examples/"+e.name+".json"), &doc); err != nil {
		t.Fatal(err)
	}
	return doc.Body
}

// TestOutboundExamples writes what we send: the segments are those of the example,
// byte for byte.
func TestOutboundExamples(t *testing.T) {
	for _, e := range outboundExamples() {
		t.Run(e.name, func(t *testing.T) {
			m := e.compile(t)
			tree, err := canonical.ToMapped(m.Canonical(), e.body(t))
			if err != nil {
				t.Fatal(err)
			}
			set, problems, err := m.Out(tree)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range problems {
				if p.Severity != "warn" {
					t.Error(p.Error())
				}
			}
			var want []string
			for line := range strings.Lines(string(read(t, "testdata/examples/"+e.name+".x12"))) {
				line = strings.TrimSuffix(strings.TrimSpace(line), "~")
				if id, _, _ := strings.Cut(line, "*"); id != "" && !strings.Contains("ISA GS ST SE GE IEA", id) {
					want = append(want, line)
				}
			}
			if diff := cmp.Diff(want, segmentTexts(set)); diff != "" {
				t.Errorf("segments (-want +got):\n%s", diff)
			}
		})
	}
}

// TestInboundExamples reads what we receive: the body is that of the example.
func TestInboundExamples(t *testing.T) {
	for _, e := range inboundExamples() {
		t.Run(e.name, func(t *testing.T) {
			m := e.compile(t)
			_, err := x12.New(library(t)).Decode(bytes.NewReader(read(t, "testdata/examples/"+e.name+".x12")), translators.Options{}, func(s *translators.Set) error {
				got, err := m.In(s)
				if err != nil {
					return err
				}
				_, body, err := canonical.FromMapped(m.Canonical(), got.Body)
				if err != nil {
					return err
				}
				if diff := cmp.Diff(value(t, e.body(t)), value(t, body)); diff != "" {
					t.Errorf("body (-want +got):\n%s", diff)
				}
				for _, p := range got.Problems {
					t.Error(p.Error())
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}
