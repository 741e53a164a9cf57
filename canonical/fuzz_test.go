package canonical_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/canonical"
)

// FuzzCheck: whatever stands in a body, Check ends, says at most its bound, says
// the same again, and what it accepts has a hash and a key.
func FuzzCheck(f *testing.F) {
	body := exampleBody(f)
	f.Add([]byte(body))
	f.Add(bytes.ReplaceAll(body, []byte(`"EA"`), []byte(`"CA"`)))
	f.Add(bytes.ReplaceAll(body, []byte(`2026`), []byte(`99999`)))
	f.Add(bytes.ReplaceAll(body, []byte(`{`), []byte(`[`)))
	f.Add([]byte(`{"lines":[null,{"item":null,"subLines":[{}]}],"otherParties":[{}],"extensions":{"":{"":null}}}`))
	f.Add([]byte(strings.Repeat(`{"lines":[`, 50)))
	c := checker(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		found := c.Check("order", body)
		if len(found) > 1001 {
			t.Errorf("%d problems", len(found))
		}
		for _, p := range found {
			if p.Path == "" || p.Text == "" || len(p.Path) > 4000 {
				t.Errorf("a problem without words or place: %+v", p)
			}
		}
		if diff := cmp.Diff(found, c.Check("order", body)); diff != "" {
			t.Errorf("checked again:\n%s", diff)
		}
		if found != nil {
			return
		}
		if _, err := canonical.BodyHash(body); err != nil {
			t.Errorf("accepted, but: %v", err)
		}
		if _, err := canonical.BusinessKey("order", "acme", body); err != nil {
			t.Errorf("accepted, but: %v", err)
		}
	})
}

// FuzzParse: what Parse accepts can be written and is accepted again as the same
// document.
func FuzzParse(f *testing.F) {
	f.Add(example(f))
	f.Add([]byte(`{"kind":"order","schemaVersion":"1.0","body":{}}`))
	f.Add([]byte(`{"kind":"invoice","schemaVersion":"9.0","body":null,"process":[],"source":{"sha256":1}}`))
	f.Add([]byte(`{"unmapped":[{"path":"a"}],"mapping":{"version":-1}}`))
	c := checker(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, found := c.Parse(data)
		if found != nil {
			return
		}
		out, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		again, found := c.Parse(out)
		if found != nil {
			t.Fatalf("accepted, written, then refused: %q", lines(found))
		}
		first, _ := canonical.BodyHash(doc.Body)
		second, _ := canonical.BodyHash(again.Body)
		doc.Body, again.Body, doc.Process, again.Process = nil, nil, nil, nil
		if diff := cmp.Diff(doc, again); diff != "" || first != second {
			t.Errorf("another document (-first +second), hashes %s, %s:\n%s", first, second, diff)
		}
	})
}

// FuzzScalars: a date and a number are read in one form or refused.
func FuzzScalars(f *testing.F) {
	for _, s := range []string{"2026-11-20T14:30-06:00", "2026-11-20", "-.50", "1e9", "", "Z", "T", "+"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d, err := canonical.ParseDate(s); err == nil && (string(d) != s || d.Form() == canonical.NoDate) {
			t.Errorf("ParseDate(%q) = %q of form %d", s, d, d.Form())
		}
		n, err := canonical.ParseDecimal(s)
		if err != nil {
			return
		}
		if again, err := canonical.ParseDecimal(string(n)); again != n || err != nil {
			t.Errorf("ParseDecimal(%q) = %q, then %q, %v", s, n, again, err)
		}
	})
}
