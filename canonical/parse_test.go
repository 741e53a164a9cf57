package canonical_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/canonical"
)

func TestParseReadsTheExample(t *testing.T) {
	doc, found := checker(t).Parse(example(t))
	if found != nil {
		t.Fatalf("found:\n%s", strings.Join(lines(found), "\n"))
	}
	if doc.Kind != "order" || doc.Partner != "acme-retail" || doc.Source.Interchange != "000000101" || doc.Mapping.Version != 1 {
		t.Errorf("found %s of %s, source %+v, mapping %+v", doc.Kind, doc.Partner, doc.Source, doc.Mapping)
	}
}

// What is read and written again is the same document, the body to the byte but
// for its blanks.
func TestDocumentSurvivesItsJSON(t *testing.T) {
	doc, found := checker(t).Parse(example(t))
	if found != nil {
		t.Fatal(found)
	}
	out, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	var got, want any
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(example(t), &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("document (-want +got):\n%s", diff)
	}
}

func TestParseTakesTheLeastThatIntakeNeeds(t *testing.T) {
	data := `{"kind":"order","schemaVersion":"1.3","body":` + string(exampleBody(t)) + `}`
	if _, found := checker(t).Parse([]byte(data)); found != nil {
		t.Errorf("found:\n%s", strings.Join(lines(found), "\n"))
	}
}

func TestParseRefuses(t *testing.T) {
	c := checker(t)
	body := string(exampleBody(t))
	with := func(field string) string {
		return `{"kind":"order","schemaVersion":"1.0",` + field + `"body":` + body + `}`
	}
	for _, r := range []struct {
		name, data string
		want       []string // beginnings of the problems
	}{
		{"nothing", ``, []string{"document: not JSON: it ends at byte 0; expected a value"}},
		{"a list", `[]`, []string{"document: found an empty list; expected keys and values"}},
		{"an empty object", `{}`, []string{"body: is missing; expected the document itself", "kind: is missing; expected what the body is, one of: order, orderChange", "schemaVersion: is missing; expected major.minor"}},
		{"a misspelt field", with(`"corelationId":"x",`), []string{"corelationId: unknown field; did you mean correlationId?"}},
		{"a field in another case", with(`"Tenant":"x",`), []string{"Tenant: unknown field; did you mean tenant?"}},
		{"a role that is none", with(`"role":"vendor",`), []string{`role: found "vendor"; expected one of: seller, buyer, depositor, warehouse`}},
		{"a source with more", with(`"source":{"isa":"1"},`), []string{"source.isa: unknown field; known here: document, format"}},
		{"another major version", strings.Replace(with(""), `"1.0"`, `"2.0"`, 1), []string{`schemaVersion: found "2.0"; expected 1.x`}},
		{"a kind that nobody knows", strings.Replace(with(""), `"order"`, `"ordre"`, 1), []string{`body: there is no schema of this kind`, `kind: found "ordre"; expected one of`}},
		{"a kind without a schema yet", strings.Replace(with(""), `"order"`, `"customer"`, 1), []string{`body: there is no schema of this kind`}},
		{"a body that is text", `{"kind":"order","schemaVersion":"1.0","body":"x"}`, []string{`body: found "x"; expected keys and values`}},
		{"no body but null", `{"kind":"order","schemaVersion":"1.0","body":null}`, []string{`body: found null; expected keys and values`}},
		{"a fault in the body", with(``)[:len(with(``))-2] + `,"linez":1}}`, []string{"body.linez: unknown field; did you mean lines?"}},
	} {
		t.Run(r.name, func(t *testing.T) {
			doc, found := c.Parse([]byte(r.data))
			got := lines(found)
			if len(got) != len(r.want) {
				t.Fatalf("found %q\nexpected %q", got, r.want)
			}
			for i := range got {
				if !strings.HasPrefix(got[i], r.want[i]) {
					t.Errorf("found %q\nexpected %q…", got[i], r.want[i])
				}
			}
			if diff := cmp.Diff(canonical.Document{}, doc); diff != "" {
				t.Errorf("a refused document is handed out:\n%s", diff)
			}
		})
	}
}
