package canonical_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"waybill/canonical"
)

func hash(t testing.TB, body json.RawMessage) string {
	t.Helper()
	h, err := canonical.BodyHash(body)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// The hash rule is part of the schema's major version: the value of the example
// changes only with a new one.
func TestTheHashOfTheExampleStays(t *testing.T) {
	const want = "e0d513f191fc2950b951a01a9d3693b05fd701505f35446dc9fe3f386da6898d"
	if got := hash(t, exampleBody(t)); got != want {
		t.Errorf("found %s, expected %s", got, want)
	}
}

func TestBodyHashIsSHA256OfTheRFC8785Form(t *testing.T) {
	sum := sha256.Sum256([]byte(`{"a":"é","b":[{"c":1}]}`))
	want := hex.EncodeToString(sum[:])
	body := `{ "b":[ {"c":1, "cAsSent":"x"} ], "revision":7, "a":"\u00e9", "extensions":{"acme":{"x":1.5}} }`
	if got := hash(t, json.RawMessage(body)); got != want {
		t.Errorf("found %s, expected %s", got, want)
	}
}

func TestBodyHashStaysWhen(t *testing.T) {
	want := hash(t, exampleBody(t))
	for name, change := range map[string][2]string{
		"the gateway counts a revision":           {"revision", `2`},
		"a partner's code is kept":                {"lines[0].quantity.unitAsSent", `"EA"`},
		"a partner's code is no longer kept":      {"allowancesCharges[0].codeAsSent", ""},
		"a partner's data is passed on":           {"extensions", `{"acme":{"rate":1.5}}`},
		"a partner's data is passed on in a line": {"lines[1].extensions", `{"acme":{"rate":1.5}}`},
	} {
		if got := hash(t, edit(t, change)); got != want {
			t.Errorf("%s: the hash changes", name)
		}
	}
}

func TestBodyHashChangesWith(t *testing.T) {
	seen := map[string]string{hash(t, exampleBody(t)): "the example"}
	for _, change := range [][2]string{
		{"purpose", `"replace"`},
		{"lines[0].quantity.value", `"801"`},
		{"lines[0].quantity.unit", `"XCS"`},
		{"lines[1].description", ""},
		{"department", `"31"`},
		{"lines[0].lineNumberAssigned", `true`},
		{"terms[0].netDays", `31`},
	} {
		h := hash(t, edit(t, change))
		if other := seen[h]; other != "" {
			t.Errorf("%s has the hash of %s", change[0], other)
		}
		seen[h] = change[0]
	}
}

func TestBodyHashRefuses(t *testing.T) {
	for body, says := range map[string]string{
		``: "not JSON", `[]`: "found an empty list", `null`: "found null", `{"a":1.5}`: "no whole number", `{"a":1,"a":2}`: "twice",
	} {
		if got, err := canonical.BodyHash(json.RawMessage(body)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("BodyHash(%s) = %q, %v; expected …%s…", body, got, err, says)
		}
	}
}

// However a body is indented and ordered, it is the same document: encoding/json
// writes maps in another order than the file has.
func TestBodyHashDoesNotDependOnBlanks(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var v any
		if err := json.Unmarshal(exampleBody(t), &v); err != nil {
			r.Fatal(err)
		}
		indent := rapid.StringMatching(`[ \t]{0,3}`)
		out, err := json.MarshalIndent(v, indent.Draw(r, "prefix"), indent.Draw(r, "indent"))
		if err != nil {
			r.Fatal(err)
		}
		if got, want := hash(t, out), hash(t, exampleBody(t)); got != want {
			r.Fatalf("found %s, expected %s", got, want)
		}
	})
}
