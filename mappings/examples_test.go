package mappings_test

import (
	"bytes"
	"encoding/json"
	"fmt"
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
			if diff := cmp.Diff(value(t, e.body(t)), value(t, e.reads(t))); diff != "" {
				t.Errorf("body (-want +got):\n%s", diff)
			}
		})
	}
}

// sets decodes the example's file.
func (e example) sets(t testing.TB, each func(*translators.Set) error) {
	t.Helper()
	if _, err := x12.New(library(t)).Decode(bytes.NewReader(read(t, "testdata/examples/"+e.name+".x12")), translators.Options{}, each); err != nil {
		t.Fatal(err)
	}
}

// reads is the body that the example's set becomes.
func (e example) reads(t testing.TB) (body json.RawMessage) {
	t.Helper()
	m := e.compile(t)
	e.sets(t, func(s *translators.Set) error {
		got, err := m.In(s)
		if err != nil {
			return err
		}
		for _, p := range got.Problems {
			t.Error(p.Error())
		}
		_, body, err = canonical.FromMapped(m.Canonical(), got.Body)
		return err
	})
	return body
}

// TestAcknowledgementExample reads the 997 of the story: the body is that of the
// example, with what we know of our own invoice: its id, its key, and which field
// we wrote where the partner found something.
func TestAcknowledgementExample(t *testing.T) {
	got := example{"acknowledgement", "997", "004010", "base/997"}.reads(t)
	ack := value(t, got).(map[string]any)
	var invoice canonical.Document
	if err := json.Unmarshal(read(t, "testdata/examples/invoice.json"), &invoice); err != nil {
		t.Fatal(err)
	}
	of := ack["of"].(map[string]any)
	of["documentId"] = invoice.ID
	of["businessKey"] = value(t, invoice.Body).(map[string]any)["invoiceNumber"]
	fields := map[string]string{} // by segment and element
	e := example{"invoice", "810", "004010", "examples/acme-810"}
	e.sets(t, func(s *translators.Set) error {
		_, trace, err := e.compile(t).Trace(s)
		for _, line := range trace {
			fields[fmt.Sprintf("%d %s", line.Position, line.Element)] = line.Field
		}
		return err
	})
	for _, e := range ack["errors"].([]any) {
		e := e.(map[string]any)
		if path := fields[fmt.Sprintf("%v %v%02v", e["position"], e["segment"], e["element"])]; path != "" {
			e["path"] = path
		}
	}
	if diff := cmp.Diff(value(t, example{name: "acknowledgement"}.body(t)), any(ack)); diff != "" {
		t.Errorf("body (-want +got):\n%s", diff)
	}
}

// TestA999ComesBack reads a 999 with all that it can say and writes it again.
func TestA999ComesBack(t *testing.T) {
	m, found := mappings.Compile(mappings.Base(), "base/999", against(t, "999", "005010"))
	if m == nil || len(found) > 0 {
		t.Fatal(settings.Problems(found).Error())
	}
	decode(t, read(t, "testdata/999/errors.x12"), func(s *translators.Set) {
		got, err := m.In(s)
		if err != nil || len(got.Problems)+len(got.Unmapped) > 0 {
			t.Fatal(err, got.Problems, got.Unmapped)
		}
		back, problems, err := m.Out(got.Body)
		if err != nil || len(problems) > 0 {
			t.Fatal(err, problems)
		}
		if diff := cmp.Diff(segmentTexts(s), segmentTexts(back)); diff != "" {
			t.Errorf("(-read +written):\n%s", diff)
		}
		var tree canonical.AcknowledgementTree
		if err := json.Unmarshal(got.Body, &tree); err != nil {
			t.Fatal(err)
		}
		var words []string
		for _, a := range canonical.FromAcknowledgementTree(&tree) {
			for _, e := range a.Errors {
				words = append(words, fmt.Sprint(a.Of.Transaction, " ", e.Level, " ", e.Segment, " ", e.Code, ": ", e.Message))
			}
		}
		wantWords := []string{"0001 segment REF dependentNotUsed: SITUATIONAL TRIGGER IT1 8 7 1 2", "0001 element SAC codeNotUsed: SITUATIONAL TRIGGER SAC 21 IT1 1",
			"0001 element SAC pattern: ", "0001 segment SAC elementErrors: INVOICE INV-90017", "0001 transaction  segmentErrors: ", "0001 transaction  : "}
		if diff := cmp.Diff(wantWords, words); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}
