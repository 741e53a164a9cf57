package canonical_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/canonical"
)

// goldens are the documents of one story, from an order to a credit memo.
func goldens(t testing.TB) map[string]canonical.Document {
	t.Helper()
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) < 11 {
		t.Fatalf("found %d examples, %v", len(files), err)
	}
	out := map[string]canonical.Document{}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var doc canonical.Document
		if err := json.Unmarshal(data, &doc); err != nil {
			t.Fatal(err)
		}
		out[strings.TrimSuffix(filepath.Base(f), ".json")] = doc
	}
	return out
}

func TestGoldensAreRight(t *testing.T) {
	c := checker(t)
	for name, doc := range goldens(t) {
		data, err := os.ReadFile(filepath.Join("testdata", name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		if _, found := c.Parse(data); found != nil {
			t.Errorf("%s:\n%s", name, strings.Join(lines(found), "\n"))
		}
		if found := c.Check(doc.Kind, doc.Body); found != nil {
			t.Errorf("%s, its body:\n%s", name, strings.Join(lines(found), "\n"))
		}
	}
}

// typed is a body in its Go type.
func typed(t testing.TB, kind string, body json.RawMessage) any {
	t.Helper()
	v := map[string]any{
		"order": new(canonical.Order), "orderChange": new(canonical.OrderChange), "orderResponse": new(canonical.OrderResponse),
		"warehouseOrder": new(canonical.WarehouseOrder), "shipment": new(canonical.Shipment), "invoice": new(canonical.Invoice),
		"acknowledgement": new(canonical.Acknowledgement), "inventory": new(canonical.Inventory),
		"shipmentTree": new(canonical.ShipmentTree), "warehouseShipmentTree": new(canonical.WarehouseShipmentTree),
		"acknowledgementTree": new(canonical.AcknowledgementTree),
	}[kind]
	if v == nil {
		t.Fatalf("no type of kind %s", kind)
	}
	if err := json.Unmarshal(body, v); err != nil {
		t.Fatal(err)
	}
	return v
}

// What the types read and write is the same document: nothing of it is lost.
func TestGoldensPassThroughTheirTypes(t *testing.T) {
	for name, doc := range goldens(t) {
		out, err := json.Marshal(typed(t, doc.Kind, doc.Body))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(anything(t, doc.Body), anything(t, out)); diff != "" {
			t.Errorf("%s (-read +written):\n%s", name, diff)
		}
		if hash(t, out) != hash(t, doc.Body) {
			t.Errorf("%s: the hash changes on the way", name)
		}
	}
}

func anything(t testing.TB, data []byte) (v any) {
	t.Helper()
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// Types and schemas say the same: a document with every field that its type has
// passes the schema, but for rules between fields, and comes back.
func TestDocumentsWithEveryField(t *testing.T) {
	for _, kind := range append(canonical.Kinds(), canonical.Trees()...) {
		schema, err := canonical.Schema(kind)
		if err != nil {
			t.Fatal(err)
		}
		root := anything(t, schema).(map[string]any)
		v := reflect.ValueOf(typed(t, kind, json.RawMessage(`{}`)))
		full(t, v.Elem(), root, root["$defs"].(map[string]any))
		body, err := json.Marshal(v.Interface())
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range checker(t).Check(kind, body) {
			if strings.Contains(p.Text, "unknown field") || strings.Contains(p.Text, "is missing") {
				t.Errorf("%s: %s: %s", kind, p.Path, p.Text)
			}
		}
		if diff := cmp.Diff(v.Interface(), typed(t, kind, body)); diff != "" {
			t.Errorf("%s (-written +read):\n%s", kind, diff)
		}
	}
}

// The hash of a document is that of its content: not of the sequence of its keys,
// of the partner's codes, of extensions; of everything else it is.
func TestHashesOfEveryKind(t *testing.T) {
	seen := map[string]string{}
	for name, doc := range goldens(t) {
		want := hash(t, doc.Body)
		if twin := seen[want]; twin != "" {
			t.Errorf("%s and %s have one hash", name, twin)
		}
		seen[want] = name
		m := anything(t, doc.Body).(map[string]any)
		m["extensions"], m["purposeAsSent"], m["revision"] = map[string]any{"acme": map[string]any{"event": 1}}, "XX", 9
		body, err := json.Marshal(m) // keys in the sequence of the alphabet
		if err != nil {
			t.Fatal(err)
		}
		if got := hash(t, body); got != want {
			t.Errorf("%s: the hash changes with what is no content", name)
		}
		for key := range m {
			_, less := changed(t, name, [2]string{key, ""})
			if same := hash(t, less) == want; same != (key == "extensions" || key == "revision" || strings.HasSuffix(key, "AsSent")) {
				t.Errorf("%s without %s: the same hash is %t", name, key, same)
			}
		}
	}
}

// Two checks at once compile a schema once.
func TestCheckerServesManyAtOnce(t *testing.T) {
	c := checker(t)
	var wait sync.WaitGroup
	for _, doc := range goldens(t) {
		for range 3 {
			wait.Go(func() {
				if found := c.Check(doc.Kind, doc.Body); found != nil {
					t.Errorf("%s: %q", doc.Kind, lines(found))
				}
			})
		}
	}
	wait.Wait()
}
