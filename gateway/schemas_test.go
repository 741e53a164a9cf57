package gateway

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

// validators are the schemas of the files, compiled by a library that shares
// nothing with what wrote them.
func validators(t testing.TB) map[string]*jsonschema.Schema {
	t.Helper()
	out := map[string]*jsonschema.Schema{}
	for _, s := range FileSchemas() {
		data, err := s.JSON()
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		c := jsonschema.NewCompiler()
		if err = c.AddResource(s.Name+".json", doc); err == nil {
			out[s.Name], err = c.Compile(s.Name + ".json")
		}
		if err != nil {
			t.Fatal(s.Name, err)
		}
	}
	return out
}

// kindOf is the schema for a file of a config directory.
func kindOf(name string) string {
	switch dir, file := filepath.Split(name); {
	case name == ConfigFile:
		return "waybill"
	case name == "partners/defaults.yaml":
		return "defaults"
	case dir == "partners/" && filepath.Ext(file) == ".yaml":
		return "profile"
	case dir == "calendars/" && filepath.Ext(file) == ".yaml":
		return "calendar"
	}
	return ""
}

// wrong is what a schema says of a file; the loader reads texts as they are
// written, and so does this.
func wrong(t testing.TB, s *jsonschema.Schema, data []byte) error {
	t.Helper()
	var v any
	if err := yaml.Unmarshal(data, &v); err != nil {
		return err
	}
	if v == nil {
		v = map[string]any{}
	}
	return s.Validate(undated(v))
}

// undated turns what YAML 1.1 takes for a time back into the day that is meant;
// editors read YAML 1.2, which has no times.
func undated(v any) any {
	switch v := v.(type) {
	case time.Time:
		return v.Format(time.DateOnly)
	case map[string]any:
		for key, value := range v {
			v[key] = undated(value)
		}
	case []any:
		for i, value := range v {
			v[i] = undated(value)
		}
	}
	return v
}

func TestExampleFilesAreGoodBySchema(t *testing.T) {
	dir, all := exampleTree(t), validators(t)
	seen := map[string]bool{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		rel, _ := filepath.Rel(dir, path)
		kind := kindOf(filepath.ToSlash(rel))
		if err != nil || d.IsDir() || kind == "" {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		seen[kind] = true
		if err := wrong(t, all[kind], data); err != nil {
			t.Errorf("%s: %v", rel, err)
		}
		if line, _, _ := strings.Cut(string(data), "\n"); !strings.HasPrefix(line, "# yaml-language-server: $schema=") || !strings.HasSuffix(line, SchemaDir+"/"+kind+".json") {
			t.Errorf("%s begins with %q", rel, line)
		}
		return nil
	})
	if err != nil || len(seen) < 3 {
		t.Errorf("found %v, %v", seen, err)
	}
}

// The files that partners refuses for an unknown key or word are refused by the
// schemas as well, and those that it takes are taken.
func TestSchemasAgreeWithTheLoader(t *testing.T) {
	all := validators(t)
	names, err := filepath.Glob("../partners/testdata/*.txtar")
	if err != nil || len(names) < 50 {
		t.Fatal(len(names), err)
	}
	refused := 0
	for _, name := range names {
		a, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		said := string(a.Files[len(a.Files)-1].Data)
		for _, f := range a.Files[:len(a.Files)-1] {
			kind := kindOf(f.Name)
			if kind == "" {
				continue
			}
			err := wrong(t, all[kind], f.Data)
			switch must := blames(said, f.Name); {
			case must:
				refused++
				if err == nil {
					t.Errorf("%s: %s is good by its schema", filepath.Base(name), f.Name)
				}
			case strings.HasPrefix(filepath.Base(name), "good-"):
				if err != nil {
					t.Errorf("%s: %s: %v", filepath.Base(name), f.Name, err)
				}
			}
		}
	}
	if refused < 10 {
		t.Errorf("only %d files have an unknown key or word", refused)
	}
}

// blames says that the loader finds an unknown key or word in a file.
func blames(said, file string) bool {
	for line := range strings.Lines(said) {
		if strings.HasPrefix(line, file+":") && (strings.Contains(line, "unknown key") || strings.Contains(line, "use one of: ") && !strings.Contains(line, "is missing") && !strings.Contains(line, "no block")) {
			return true
		}
	}
	return false
}

func TestWriteSchemas(t *testing.T) {
	dir := t.TempDir()
	for range 2 { // the second time over the first
		if err := WriteSchemas(dir); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range FileSchemas() {
		data, err := os.ReadFile(filepath.Join(dir, SchemaDir, s.Name+".json"))
		if err != nil || !bytes.Contains(data, []byte("2020-12")) {
			t.Errorf("%s: %v", s.Name, err)
		}
	}
	if err := WriteSchemas(filepath.Join(dir, SchemaDir, "waybill.json")); err == nil {
		t.Error("schemas were written into a file")
	}
}
