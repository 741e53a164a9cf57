package canonical_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"waybill/canonical"
)

// sizes are the example order of two lines, and one of a thousand.
func sizes(b *testing.B) map[string]json.RawMessage {
	return map[string]json.RawMessage{"lines=2": exampleBody(b), "lines=1000": longOrder(b, 1000)}
}

func longOrder(t testing.TB, n int) json.RawMessage {
	t.Helper()
	var order map[string]any
	if err := json.Unmarshal(exampleBody(t), &order); err != nil {
		t.Fatal(err)
	}
	first := order["lines"].([]any)[0].(map[string]any)
	lines := make([]any, n)
	for i := range lines {
		line := map[string]any{}
		for k, v := range first {
			line[k] = v
		}
		line["lineNumber"] = fmt.Sprint(i + 1)
		lines[i] = line
	}
	order["lines"] = lines
	body, err := json.Marshal(order)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func BenchmarkCheck(b *testing.B) {
	c := checker(b)
	for name, body := range sizes(b) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				if found := c.Check("order", body); found != nil {
					b.Fatal(found)
				}
			}
		})
	}
}

func BenchmarkBodyHash(b *testing.B) {
	for name, body := range sizes(b) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := canonical.BodyHash(body); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkNewChecker(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := canonical.NewChecker(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCheckKinds checks one document of the story of each kind.
func BenchmarkCheckKinds(b *testing.B) {
	c := checker(b)
	for name, doc := range goldens(b) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(doc.Body)))
			b.ReportAllocs()
			for b.Loop() {
				if found := c.Check(doc.Kind, doc.Body); found != nil {
					b.Fatal(found)
				}
			}
		})
	}
}

// BenchmarkTrees turns the story's ship notice, one pallet of six cartons, into
// its tree and back.
func BenchmarkTrees(b *testing.B) {
	s := typed(b, "shipment", goldens(b)["shipment-rno"].Body).(*canonical.Shipment)
	tree, err := canonical.ToTree(s)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("to", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := canonical.ToTree(s); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("from", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			canonical.FromTree(tree)
		}
	})
}
