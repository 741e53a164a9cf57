package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"waybill/canonical"
)

const wholeOrder = `{"customerOrderNumber":"7","revision":1,"purpose":"original","type":"standalone","orderDate":"2026-11-16","currency":"USD",` +
	`"parties":{"shipTo":{"name":"ACME"}},"lines":[{"lineNumber":"1","item":{"buyerItem":"9"},"quantity":{"value":"1","unit":"EA"}}]}`

// TestDocumentsBeforeAMapping: a document is held against its schema as the API does
// it, and comes in the form that the mapping reads.
func TestDocumentsBeforeAMapping(t *testing.T) {
	shipment, err := os.ReadFile("../../canonical/testdata/shipment-dal.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ kind, doc, body, wrong, err string }{
		"a body":                     {"order", wholeOrder, `"customerOrderNumber":"7"`, "", ""},
		"a body without a revision":  {"order", strings.Replace(wholeOrder, `"revision":1,`, "", 1), `"customerOrderNumber":"7"`, "", ""},
		"an envelope":                {"order", `{"schemaVersion":"1.0","kind":"order","body":` + wholeOrder + `}`, `"customerOrderNumber":"7"`, "", ""},
		"an envelope, no revision":   {"order", `{"schemaVersion":"1.0","kind":"order","body":` + strings.Replace(wholeOrder, `"revision":1,`, "", 1) + `}`, `"7"`, "revision: is missing", ""},
		"something that is unknown":  {"order", strings.Replace(wholeOrder, `"item"`, `"colour":"red","item"`, 1), `"red"`, "lines[0].colour: unknown field", ""},
		"a kind of another mapping":  {"invoice", `{"schemaVersion":"1.0","kind":"order","body":` + wholeOrder + `}`, "", "", `is of kind "order", and the mapping writes one of kind invoice`},
		"a shipment for an 856":      {"shipmentTree", string(shipment), `"items":[`, "", ""},
		"a shipment that is none":    {"shipmentTree", `{"schemaVersion":"1.0","kind":"shipment","body":{}}`, `{}`, "dates.shipped: is missing", ""},
		"no object":                  {"order", `[]`, "", "", "cannot unmarshal array"},
		"an acknowledgement to send": {"acknowledgementTree", `{"schemaVersion":"1.0","kind":"acknowledgement","body":{"type":"functional","form":"997","of":{"group":"1"},"result":"accepted"}}`, "", "", "writes acknowledgements itself"},
	} {
		t.Run(name, func(t *testing.T) {
			body, found, err := documents()(c.kind, json.RawMessage(c.doc))
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) {
					t.Fatalf("%v, expected %s", err, c.err)
				}
				return
			}
			if err != nil || !strings.Contains(string(body), c.body) {
				t.Fatalf("%v\n%s", err, body)
			}
			if c.wrong == "" && len(found) > 0 || c.wrong != "" && (len(found) == 0 || !strings.Contains(found[0].Field+": "+found[0].Text, c.wrong)) {
				t.Errorf("%v, expected %q", found, c.wrong)
			}
		})
	}
}

// TestMapRunOutGoesToThePartner: what is written has the names of the partner whose
// mapping it is; where several have it, of the one that is named.
func TestMapRunOutGoesToThePartner(t *testing.T) {
	dir := shop(t)
	order := tempFile(t, "order.json", wholeOrder)
	profile := func(name, id string) {
		code, _, stderr := command("partner", "new", name, "--config", dir, "--template", "supplier-sftp", "--title", name, "--isa", "01:"+id, "--host", "sftp.example:22", "--user", "us", "--x12", "004010", "--document", "850")
		if code != 0 {
			t.Fatal(stderr)
		}
	}
	profile("north", "NORTHWIRE")
	out := func(want string, args ...string) {
		t.Helper()
		_, stdout, stderr := command(append([]string{"map", "run", args[0], order, "--out", "--config", dir}, args[1:]...)...)
		if !strings.Contains(stdout, want) {
			t.Errorf("%q: expected %s\n%s%s", args, want, stdout, stderr)
		}
	}
	out("*ZZ*OURCO          *01*NORTHWIRE      *", "north-850")
	out("*ZZ*PARTNER        *", "base/850")
	profile("south", "SOUTHWIRE")
	change(t, filepath.Join(dir, "partners", "south.yaml"), "mapping: south-850", "mapping: north-850")
	out("*ZZ*PARTNER        *", "north-850")
	out("*01*SOUTHWIRE      *", "north-850", "--partner", "south")
	commandCases(t, "map", []commandCase{
		{"nobody", []string{"run", "north-850", order, "--out", "--config", dir, "--partner", "west"}, 2, "", "there is no partner west"},
	})
}

// TestMapNewNamesItsSchema: editors find the schema of a new mapping, whatever folder
// it is in.
func TestMapNewNamesItsSchema(t *testing.T) {
	dir := shop(t)
	for name, line := range map[string]string{"bolt-850": "../.schemas/mapping.json", "retail/bolt-850": "../../.schemas/mapping.json"} {
		code, _, stderr := command("map", "new", name, "--partner", "bolt", "--from", filepath.Join(dir, "samples", "850.edi"), "--config", dir)
		text, err := os.ReadFile(filepath.Join(dir, "mappings", filepath.FromSlash(name)+".yaml"))
		if code != 0 || err != nil || !strings.HasPrefix(string(text), "# yaml-language-server: $schema="+line+"\n") {
			t.Errorf("%s: exit %d %v\n%s%s", name, code, err, stderr, text)
		}
		at := filepath.Join(dir, "mappings", filepath.Dir(filepath.FromSlash(name)), filepath.FromSlash(line))
		if _, err := os.Stat(at); err != nil {
			t.Errorf("%s names a schema that is not there: %v", name, err)
		}
	}
}

// Every kind that a mapping may write is of a document that has a schema.
func TestKindsOfMappings(t *testing.T) {
	for _, kind := range append(canonical.Kinds(), canonical.Trees()...) {
		if _, found, err := documents()(kind, json.RawMessage(`{}`)); err != nil || len(found) == 0 {
			t.Errorf("%s: an empty document is right: %v", kind, err)
		}
	}
}
