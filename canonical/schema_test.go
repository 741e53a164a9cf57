package canonical_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/canonical"
)

var update = flag.Bool("update", false, "write schemas/ anew from the Go types")

// The published schema is a contract with our own systems: it changes only when
// somebody looks at the difference.
func TestTheSchemaFilesAreThoseOfTheTypes(t *testing.T) {
	for _, kind := range slices.Concat(canonical.Kinds(), canonical.Trees()) {
		got, err := canonical.Schema(kind)
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join("schemas", kind+"-v1.json")
		if *update {
			if err := os.WriteFile(file, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s is not what the types say; run go test ./canonical -update and review (-file +types):\n%s", file, diff)
		}
	}
}

func TestSchemaOfAKindThatIsNotThereYet(t *testing.T) {
	_, err := canonical.Schema("telegram")
	if err == nil || !strings.Contains(err.Error(), `"telegram"`) || !strings.Contains(err.Error(), "order") {
		t.Errorf("found %v, expected words that name the kind and those that there are", err)
	}
}

// visit calls see with every schema within v and its place.
func visit(v any, at string, see func(at string, schema map[string]any)) {
	switch v := v.(type) {
	case map[string]any:
		see(at, v)
		for key, child := range v {
			visit(child, at+"/"+key, see)
		}
	case []any:
		for i, child := range v {
			visit(child, fmt.Sprintf("%s/%d", at, i), see)
		}
	}
}

func orderSchema(t testing.TB) map[string]any { return schemaOf(t, "order") }

func schemaOf(t testing.TB, kind string) map[string]any {
	t.Helper()
	data, err := canonical.Schema(kind)
	if err != nil {
		t.Fatal(err)
	}
	var schema map[string]any
	if err := json.Unmarshal(data, &schema); err != nil {
		t.Fatal(err)
	}
	return schema
}

// These are the words of the mapping language and the rules of section 3 of the
// model, held against the schema itself.
func TestEverySchemaKeepsTheRulesOfNames(t *testing.T) {
	reserved := strings.Fields("at as write when in out")
	name := regexp.MustCompile(`^[a-z][A-Za-z0-9]*$`)
	for _, kind := range append(canonical.Kinds(), canonical.Trees()...) {
		seen := 0
		visit(schemaOf(t, kind), kind, func(at string, s map[string]any) {
			for _, word := range []string{"if", "then", "else"} {
				if _, there := s[word]; there && !strings.HasSuffix(at, "/properties") {
					t.Errorf("%s has %s; other readers of JSON Schema fail at it", at, word)
				}
			}
			properties, _ := s["properties"].(map[string]any)
			for property, child := range properties {
				seen++
				if slices.Contains(reserved, property) {
					t.Errorf("%s: %s is a word of the mapping language", at, property)
				}
				if !name.MatchString(property) {
					t.Errorf("%s: %s is no name", at, property)
				}
				if _, list := child.(map[string]any)["items"]; list && !plural(property) {
					t.Errorf("%s: %s is a list; its name is not plural", at, property)
				}
				if child.(map[string]any)["description"] == nil {
					t.Errorf("%s: %s has no description", at, property)
				}
			}
			if properties != nil && s["additionalProperties"] != false {
				t.Errorf("%s takes unknown fields", at)
			}
		})
		if seen < 30 {
			t.Errorf("%s: only %d properties were looked at", kind, seen)
		}
	}
}

// plural says whether a name is that of a list.
func plural(name string) bool {
	return strings.HasSuffix(name, "s") || slices.Contains([]string{"schedule", "equipment", "other", "remove", "packaging", "expected"}, name)
}

func TestSchemaSaysWhichListsAreOpen(t *testing.T) {
	order := orderSchema(t)
	line := order["$defs"].(map[string]any)["AllowanceCharge"].(map[string]any)["properties"].(map[string]any)
	for field, open := range map[string]bool{"kind": false, "code": true, "method": true, "percentBasis": true} {
		list := line[field].(map[string]any)["enum"].([]any)
		if got := list[len(list)-1] == "other"; got != open {
			t.Errorf("%s: open is %t, expected %t: %v", field, got, open, list)
		}
	}
	purpose := order["properties"].(map[string]any)["purpose"].(map[string]any)["enum"]
	want := []any{"original", "cancel", "replace", "confirm", "duplicate", "information"}
	if diff := cmp.Diff(want, purpose); diff != "" {
		t.Errorf("purposes (-want +got):\n%s", diff)
	}
}
