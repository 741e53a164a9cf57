package canonical_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"waybill/canonical"
)

// A document that was cut off anywhere is refused as a whole: no half of an order.
func TestParseRefusesEveryTruncation(t *testing.T) {
	c := checker(t)
	data := bytes.TrimSpace(example(t))
	for n := range data {
		doc, found := c.Parse(data[:n])
		if len(found) != 1 || !strings.Contains(found[0].Text, "not JSON") || doc.Kind != "" {
			t.Fatalf("the first %d bytes: found %q, document of kind %q", n, lines(found), doc.Kind)
		}
	}
}

// One byte changed somewhere is refused, or is another document; it is never the
// same one with the same hash, but where the byte is in a blank, in the envelope
// or in the partner's own codes.
func TestOneByteChanged(t *testing.T) {
	c := checker(t)
	var compact bytes.Buffer
	if err := json.Compact(&compact, []byte(`{"customerOrderNumber":"45","purpose":"original","type":"standalone","revision":1,"orderDate":"2026-11-16","currency":"USD",`+
		`"parties":{"shipTo":{"name":"DC"}},"lines":[{"lineNumber":"1","item":{"sku":"S"},"quantity":{"value":"1","unit":"EA"}}]}`)); err != nil {
		t.Fatal(err)
	}
	body := compact.Bytes()
	want := hash(t, body)
	revision := bytes.Index(body, []byte(`"revision":1`)) + len(`"revision":`)
	rapid.Check(t, func(r *rapid.T) {
		at := rapid.IntRange(0, len(body)-1).Draw(r, "place")
		with := rapid.Byte().Draw(r, "byte")
		if with == body[at] || at == revision {
			return
		}
		changed := bytes.Clone(body)
		changed[at] = with
		if c.Check("order", changed) != nil {
			return
		}
		if got := hash(t, changed); got == want {
			r.Fatalf("%q at byte %d instead of %q is accepted with the same hash", with, at, body[at])
		}
	})
}

// What costs us to read is bounded by what it costs to send.
func TestHostileShapes(t *testing.T) {
	c := checker(t)
	for name, body := range map[string]string{
		"many keys":                 `{` + manyKeys(20000) + `}`,
		"long keys":                 `{"` + strings.Repeat("k", 1<<20) + `":1}`,
		"a long number":             `{"revision":` + strings.Repeat("9", 1<<20) + `}`,
		"a number with an exponent": `{"revision":1e999999999}`,
		"a long text":               `{"orderDate":"` + strings.Repeat("2", 1<<20) + `"}`,
		"many empty lines":          `{"lines":[` + strings.TrimSuffix(strings.Repeat(`{},`, 20000), ",") + `]}`,
		"many values":               `[` + strings.TrimSuffix(strings.Repeat(`0,`, 600000), ",") + `]`,
		"many lists":                `{"lines":` + strings.Repeat(`[`, 60) + strings.Repeat(`]`, 60) + `}`,
		"escapes only":              `{"department":"` + strings.Repeat(`\u0041`, 100000) + `\u0000"}`,
	} {
		found := c.Check("order", json.RawMessage(body))
		if len(found) == 0 || len(found) > 1001 {
			t.Errorf("%s: %d problems", name, len(found))
		}
		for _, p := range found {
			if len(p.Path) > 500 || len(p.Text) > 2000 {
				t.Fatalf("%s: a problem of %d and %d bytes", name, len(p.Path), len(p.Text))
			}
		}
	}
}

func manyKeys(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `"key%d":{},`, i)
	}
	return strings.TrimSuffix(b.String(), ",")
}

// FuzzKeys: from any bytes, hash, keys and labels come or an error; the keys of a
// kind have one number of parts, and nothing a header cannot carry.
func FuzzKeys(f *testing.F) {
	for _, kind := range strings.Fields("order orderChange warehouseOrder shipment invoice item customer inventory return orderResponse nonsense") {
		f.Add(kind, "acme", []byte(`{"customerOrderNumber":"4:5%","type":"warehouseShipment","shipmentId":"é","version":3,"sku":"s"}`))
	}
	f.Add("order", "a:b", []byte(exampleBody(f)))
	f.Add("order", "", []byte(`{"customerOrderNumber":1e5,"releaseNumber":null}`))
	f.Fuzz(func(t *testing.T, kind, partner string, body []byte) {
		_, _ = canonical.BodyHash(body)
		for _, l := range canonical.Labels(kind, body) {
			if l[0] == "" || l[1] == "" {
				t.Errorf("label %q", l)
			}
		}
		business, err := canonical.BusinessKey(kind, partner, body)
		if err != nil {
			return
		}
		parts := strings.Split(business, ":")
		if want := partsOf(parts[0], body); parts[0] != kind || len(parts) != want {
			t.Errorf("%q of kind %q has %d parts, expected %d", business, kind, len(parts), want)
		}
		delivery, err := canonical.IdempotencyKey(kind, partner, body, 1)
		if err == nil && (!strings.HasPrefix(delivery, business) || len(delivery) > 200) {
			t.Errorf("%q delivers %q", delivery, business)
		}
		for _, c := range []byte(business) {
			if c < ' ' || c > '~' {
				t.Errorf("%q cannot stand in a header", business)
			}
		}
	})
}

// partsOf is how many parts a business key has by its kind.
func partsOf(kind string, body []byte) int {
	var fields map[string]any
	_ = json.Unmarshal(body, &fields)
	switch kind {
	case "orderChange":
		return 5
	case "order", "return":
		return 4
	case "shipment":
		if fields["type"] == "warehouseShipment" {
			return 4
		}
	}
	return 3
}
