package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"waybill/gateway"
)

func TestSchemaCommand(t *testing.T) {
	for _, s := range gateway.FileSchemas() {
		code, stdout, stderr := command("schema", s.Name)
		var read struct {
			Dialect    string         `json:"$schema"`
			Properties map[string]any `json:"properties"`
		}
		if err := json.Unmarshal([]byte(stdout), &read); err != nil || code != exitOK || read.Dialect == "" {
			t.Errorf("%s: found exit code %d, %v: %s", s.Name, code, err, stderr)
		}
	}
	for args, want := range map[string]string{
		"schema": "name a schema", "schema profil": "did you mean profile?", "schema bank": "there are: waybill, profile", "schema profile --config x": "leave out",
	} {
		if code, _, stderr := command(strings.Fields(args)...); code != exitUsage || !strings.Contains(stderr, want) {
			t.Errorf("%s: found exit code %d: %s", args, code, stderr)
		}
	}
}

// Every file that is written names a schema that is written as well.
func TestFilesNameTheirSchema(t *testing.T) {
	dir := mailed(t)
	if err := os.RemoveAll(filepath.Join(dir, gateway.SchemaDir)); err != nil { // as a tree of an older version has none
		t.Fatal(err)
	}
	if code, _, stderr := command(newPartner(dir)...); code != exitOK {
		t.Fatalf("found exit code %d: %s", code, stderr)
	}
	for name, want := range map[string]bool{"waybill.yaml": true, "partners/defaults.yaml": true, "partners/acme-retail.yaml": true, "partners/bolt-stores.yaml": true} {
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		line, _, _ := strings.Cut(string(data), "\n")
		to, named := strings.CutPrefix(line, "# yaml-language-server: $schema=")
		if _, err := os.Stat(filepath.Join(dir, filepath.FromSlash(filepath.Dir(name)), filepath.FromSlash(to))); named != want || err != nil {
			t.Errorf("%s names %q: %v", name, to, err)
		}
	}
	if code, stdout, _ := command("schema", "--config", dir); code != exitOK || !strings.Contains(stdout, "schemas to "+filepath.Join(dir, gateway.SchemaDir)) {
		t.Errorf("found exit code %d: %s", code, stdout)
	}
}
