package mappings_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"waybill/mappings"
)

// editor is a JSON Schema as an editor has it.
func editor(t testing.TB, schema json.RawMessage) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	if err := c.AddResource("s.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("s.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// asYAML is a file as an editor decodes it.
func asYAML(data []byte) (any, error) {
	var v any
	if err := yaml.Unmarshal(data, &v); err != nil {
		return nil, err
	}
	text, err := json.Marshal(withTextKeys(v))
	if err != nil {
		return nil, err
	}
	return jsonschema.UnmarshalJSON(bytes.NewReader(text))
}

// withTextKeys makes keys that YAML takes for numbers texts.
func withTextKeys(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			v[k] = withTextKeys(v[k])
		}
		return v
	case map[any]any:
		m := map[string]any{}
		for k, of := range v {
			text, _ := yaml.Marshal(k)
			m[strings.TrimSpace(string(text))] = withTextKeys(of)
		}
		return m
	case []any:
		for i := range v {
			v[i] = withTextKeys(v[i])
		}
	}
	return v
}

// TestFileSchemaTakesTheBase holds every built-in mapping, and those of the
// samples, against the schema of editors.
func TestFileSchemaTakesTheBase(t *testing.T) {
	s := editor(t, mappings.FileSchema())
	for _, name := range mappings.Names(mappings.Base()) {
		data, err := fs.ReadFile(mappings.Base(), name+".yaml")
		if err != nil {
			t.Fatal(err)
		}
		valid(t, s, name, data)
	}
	valid(t, s, "acme-850", read(t, "testdata/acme-850.yaml"))
	valid(t, s, "checks", []byte(checkedOrder))
}

func valid(t *testing.T, s *jsonschema.Schema, name string, data []byte) {
	t.Helper()
	v, err := asYAML(data)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if err := s.Validate(v); err != nil {
		t.Errorf("%s: %v", name, err)
	}
}

// TestFileSchemaTakesSentences holds every construct of the language against it.
func TestFileSchemaTakesSentences(t *testing.T) {
	s := editor(t, mappings.FileSchema())
	for _, c := range slices.Concat(sentences(), foldSentences(), levelSentences(), pieceSentences(), expressionSentences()) {
		if c.fields != "" {
			valid(t, s, c.name, []byte("map: s\nx12: \"850\"\ncanonical: order/v1\n"+c.head+"\nfields:\n  "+expanded(c.fields)+"\n"))
		}
	}
}

// TestFileSchemaRefuses lists which of the refused mappings an editor marks
// without knowing X12 or the canonical model.
func TestFileSchemaRefuses(t *testing.T) {
	s := editor(t, mappings.FileSchema())
	all, err := filepath.Glob("testdata/bad-*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var marked []string
	for _, file := range all {
		v, err := asYAML(read(t, file))
		if err == nil {
			err = s.Validate(v)
		}
		if err != nil {
			marked = append(marked, strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "bad-"), ".yaml"))
		}
	}
	golden(t, "testdata/marked.txt", strings.Join(marked, "\n")+"\n")
	if len(marked) < 35 {
		t.Errorf("an editor marks %d of %d", len(marked), len(all))
	}
}

func TestTableSchema(t *testing.T) {
	s := editor(t, mappings.TableSchema())
	for text, want := range map[string]bool{
		"A: one\n0711: 1\nNO: true\n":     true,
		"in: { A: one }\nmissing: hold\n": true,
		"A: { one: two }\n":               false,
		"missing: maybe\n":                false,
		"in: one\n":                       false,
		"- A\n":                           false,
	} {
		v, err := asYAML([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(v); (err == nil) != want {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// TestSchemasName holds the keys of the schema against those that the loader knows.
func TestSchemasName(t *testing.T) {
	var s struct {
		Properties map[string]any
		Defs       map[string]struct{ Properties map[string]any } `json:"$defs"`
	}
	if err := json.Unmarshal(mappings.FileSchema(), &s); err != nil {
		t.Fatal(err)
	}
	var keys []string
	for k := range s.Properties {
		text := "map: a\nextends: base/850\n" + k + ": [x]\n"
		if k == "map" || k == "extends" {
			text = strings.Replace(text, k+": [x]\n", "", 1)
		}
		_, found := mappings.Compile(files(map[string]string{"a.yaml": text}), "a", against(t, "850", "004010"))
		for _, p := range found {
			if p.Text == "unknown key" {
				t.Errorf("the loader does not know %s", k)
			}
		}
		keys = append(keys, k)
	}
	slices.Sort(keys)
	if diff := cmp.Diff([]string{"canonical", "checks", "dated", "extends", "fields", "map", "parts", "tables", "tests", "x12", "zone"}, keys); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}
	if _, err := os.Stat("testdata/marked.txt"); err != nil {
		t.Error(err)
	}
}
