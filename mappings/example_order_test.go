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
	"waybill/translators"
	"waybill/translators/x12"
)

// exampleBody is the body that the example order must become, less what the
// gateway adds to it.
func exampleBody(t testing.TB) any {
	t.Helper()
	var doc struct{ Body map[string]any }
	if err := json.Unmarshal(read(t, "testdata/order.json"), &doc); err != nil {
		t.Fatal(err)
	}
	delete(doc.Body, "revision")
	return doc.Body
}

// TestExampleOrder maps the example through the base and a partner's file: its
// body exactly, nothing unmapped, no problem, and the same again on the way back.
func TestExampleOrder(t *testing.T) {
	m := compile(t, mappings.Overlay(os.DirFS("testdata")), "acme-850", "004010")
	got := in(t, m, read(t, "testdata/order.x12"))
	if diff := cmp.Diff(exampleBody(t), value(t, got.Body)); diff != "" {
		t.Errorf("body (-want +got):\n%s", diff)
	}
	if len(got.Unmapped) > 0 || len(got.Problems) > 0 {
		t.Errorf("unmapped %v, problems %v", got.Unmapped, got.Problems)
	}
	stable(t, m, got)
}

// TestExampleIsComplete holds what the mapping writes against the canonical check,
// once the gateway has counted the revision.
func TestExampleIsComplete(t *testing.T) {
	m := compile(t, mappings.Overlay(os.DirFS("testdata")), "acme-850", "004010")
	fields := value(t, in(t, m, read(t, "testdata/order.x12")).Body).(map[string]any)
	fields["revision"] = 1
	body, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	checker, err := canonical.NewChecker()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range checker.Check("order", body) {
		t.Errorf("%s: %s", p.Path, p.Text)
	}
}

// TestExampleIsWrittenAsItCame writes the example back: the same segments.
func TestExampleIsWrittenAsItCame(t *testing.T) {
	m := compile(t, mappings.Overlay(os.DirFS("testdata")), "acme-850", "004010")
	set, problems, err := m.Out(in(t, m, read(t, "testdata/order.x12")).Body)
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	var want []string
	for line := range strings.Lines(string(read(t, "testdata/order.x12"))) {
		line = strings.TrimRight(line, "~\r\n")
		switch id, _, _ := strings.Cut(line, "*"); id {
		case "ISA", "GS", "ST", "SE", "GE", "IEA", "":
		default:
			want = append(want, line)
		}
	}
	if diff := cmp.Diff(want, written(set)); diff != "" {
		t.Errorf("written (-want +got):\n%s", diff)
	}
}

// TestWrittenOrderIsValid encodes what Out made of the example and reads it as a
// stranger would: no problem, and the same body.
func TestWrittenOrderIsValid(t *testing.T) {
	m := compile(t, mappings.Overlay(os.DirFS("testdata")), "acme-850", "004010")
	first := in(t, m, read(t, "testdata/order.x12"))
	set, _, err := m.Out(first.Body)
	if err != nil {
		t.Fatal(err)
	}
	set.Control = "0001"
	set.Group = translators.Group{Functional: "PO", Sender: "US", Receiver: "THEM", Date: "20261116", Time: "0830", Control: "1", Agency: "X", Version: "004010"}
	ic := translators.Interchange{Delimiters: translators.Delimiters{Element: '*', Component: '>', Segment: '~'}, SenderQualifier: "ZZ", Sender: "US",
		ReceiverQualifier: "ZZ", Receiver: "THEM", Date: "261116", Time: "0830", Standard: "U", Version: "00401", Control: "000000001", Usage: "T"}
	var wire bytes.Buffer
	err = x12.New(library(t)).Encode(&wire, ic, func(yield func(*translators.Set, error) bool) { yield(set, nil) })
	if err != nil {
		t.Fatal(err)
	}
	decode(t, wire.Bytes(), func(s *translators.Set) {
		for _, p := range s.Problems {
			t.Errorf("%s: %s", p.Where(), p.Text)
		}
		again, err := m.In(s)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(value(t, first.Body), value(t, again.Body)); diff != "" {
			t.Errorf("in, out, in (-first +second):\n%s", diff)
		}
	})
}

// ExampleMap_In maps the built-in way, without a partner's file.
func ExampleMap_In() {
	library, err := x12.Load()
	if err != nil {
		fmt.Println(err)
		return
	}
	schema, err := library.Schema("850", "004010VICS")
	if err != nil {
		fmt.Println(err)
		return
	}
	m, found := mappings.Compile(mappings.Base(), "base/850", mappings.Against{Schema: schema, Canonical: canonical.Schema})
	if m == nil {
		fmt.Println(found)
		return
	}
	data := interchange("004010VICS", "BEG*00*SA*4500012345**20261116", "PO1*1*800*CA")
	_, err = x12.New(library).Decode(bytes.NewReader(data), translators.Options{}, func(s *translators.Set) error {
		result, err := m.In(s)
		fmt.Println(string(result.Body))
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output: {"customerOrderNumber":"4500012345","purpose":"original","type":"standalone","orderDate":"2026-11-16","lines":[{"lineNumber":"1","quantity":{"value":"800","unit":"XCS"}}]}
}
