package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The mappings room's own sample and partner file.
const (
	mapFolder = "../../mappings/testdata"
	mapOrder  = "../../mappings/testdata/order.x12"
)

// mapRunWith runs waybill map run with the arguments.
func mapRunWith(args ...string) (code int, stdout, stderr string) {
	var out, err strings.Builder
	code = run(context.Background(), append([]string{"map", "run"}, args...), &out, &err)
	return code, out.String(), err.String()
}

// mapBroken is the sample with a change, as a file.
func mapBroken(t *testing.T, from, to string) string {
	t.Helper()
	text, err := os.ReadFile(mapOrder)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(text), from, to, 1)
	if changed == string(text) {
		t.Fatalf("%q is not in the sample", from)
	}
	file := filepath.Join(t.TempDir(), "broken.x12")
	if err := os.WriteFile(file, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestMapExitCodes: 0 mapped, 1 problems, 2 the command line was wrong.
func TestMapExitCodes(t *testing.T) {
	held := mapBroken(t, "IN*A-10001", "IN*A-99999")
	none := filepath.Join(t.TempDir(), "a.txt")
	if err := os.WriteFile(none, []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name           string
		args           []string
		code           int
		stdout, stderr string
	}{
		{"built in", []string{"base/850", mapOrder}, 0, `"customerOrderNumber": "4500012345"`, ""},
		{"a partner's", []string{"acme-850", mapOrder, "--mappings", mapFolder}, 0, `"sku": "SKU-1001"`, ""},
		{"trace", []string{"acme-850", mapOrder, "--mappings", mapFolder, "--trace"}, 0, "everything was used", ""},
		{"a row is missing", []string{"acme-850", held, "--mappings", mapFolder}, 1, "", `hold: MAP-LOOKUP lines[0].item.sku: table acmeItems has no row for "A-99999"`},
		{"a bad mapping", []string{"bad/places", mapOrder, "--mappings", mapFolder}, 1, "", "no element 31 in PO1; PO1 has 25"},
		{"no such mapping", []string{"base/580", mapOrder}, 1, "", "there is no mapping base/580; did you mean base/850?"},
		{"another set", []string{"base/850", "../../translators/x12/testdata/none.x12"}, 2, "", "none.x12"},
		{"no X12", []string{"base/850", none}, 1, "", "a.txt"},
		{"no such folder", []string{"base/850", mapOrder, "--mappings", "nowhere"}, 2, "", "nowhere"},
		{"no file named", []string{"base/850"}, 2, "", "map run --help"},
		{"another output", []string{"base/850", mapOrder, "-o", "xml"}, 2, "", `-o is text or json, found "xml"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, stdout, stderr := mapRunWith(c.args...)
			if code != c.code || !strings.Contains(stdout, c.stdout) || !strings.Contains(stderr, c.stderr) {
				t.Errorf("exit %d, expected %d\nstdout: %s\nstderr: %s", code, c.code, stdout, stderr)
			}
		})
	}
}

func TestMapJSON(t *testing.T) {
	code, stdout, stderr := mapRunWith("base/850", mapOrder, "-o", "json")
	var body struct{ CustomerOrderNumber string }
	if err := json.Unmarshal([]byte(stdout), &body); code != 0 || err != nil || body.CustomerOrderNumber != "4500012345" {
		t.Errorf("exit %d, %v\n%s%s", code, err, stdout, stderr)
	}
	changed := mapBroken(t, "PO4*100~", "PKG*F****BOX~")
	code, stdout, stderr = mapRunWith("base/850", changed, "-o", "json", "--trace")
	var traced struct {
		Body     json.RawMessage
		Trace    []struct{ Field, Pair, Element string }
		Unmapped []struct{ Path, Value string }
	}
	if err := json.Unmarshal([]byte(stdout), &traced); code != 0 || err != nil {
		t.Fatalf("exit %d, %v\n%s%s", code, err, stdout, stderr)
	}
	if len(traced.Trace) < 40 || traced.Trace[0].Field == "" || traced.Trace[0].Element == "" || !strings.HasPrefix(traced.Trace[0].Pair, "base/") {
		t.Errorf("trace: %v", traced.Trace)
	}
	if len(traced.Unmapped) != 2 || traced.Unmapped[1].Path != "850/PO1[1]/PKG[1]/PKG05" || traced.Unmapped[1].Value != "BOX" {
		t.Errorf("unmapped: %v", traced.Unmapped)
	}
}

func TestMapReadsStandardInput(t *testing.T) {
	data, err := os.Open(mapOrder)
	if err != nil {
		t.Fatal(err)
	}
	defer data.Close()
	c := root()
	var out strings.Builder
	c.SetArgs([]string{"map", "run", "base/850", "-", "-o", "json"})
	c.SetIn(data)
	c.SetOut(&out)
	if err := c.Execute(); err != nil || !strings.HasPrefix(out.String(), `{"customerOrderNumber"`) {
		t.Errorf("%v: %s", err, out.String())
	}
}
