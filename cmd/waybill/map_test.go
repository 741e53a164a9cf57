package main

import (
	"encoding/json"
	"os"
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
	return command(append([]string{"map", "run"}, args...)...)
}

// TestMapExitCodes: 0 mapped, 1 problems, 2 the command line was wrong.
func TestMapExitCodes(t *testing.T) {
	dir := shop(t)
	held := changedFile(t, mapOrder, "IN*A-10001", "IN*A-99999")
	none := tempFile(t, "a.txt", "hello")
	body := tempFile(t, "order.json", `{"customerOrderNumber":"7","purpose":"original","type":"standalone","orderDate":"2026-11-16","currency":"USD","parties":{"shipTo":{"name":"ACME"}},"lines":[{"lineNumber":"1","extensions":{"acme":{"colour":"red"}},"item":{"buyerItem":"9"},"quantity":{"value":"1","unit":"EA"}}]}`)
	commandCases(t, "map", []commandCase{
		{"built in", []string{"run", "base/850", mapOrder}, 0, `"customerOrderNumber": "4500012345"`, ""},
		{"a partner's", []string{"run", "acme-850", mapOrder, "--mappings", mapFolder}, 0, `"sku": "SKU-1001"`, ""},
		{"of a configuration", []string{"run", "acme-850", mapOrder, "--config", dir}, 0, `"sku": "SKU-1001"`, ""},
		{"trace", []string{"run", "acme-850", mapOrder, "--config", dir, "--trace"}, 0, "everything was used", ""},
		{"trace of a function", []string{"run", "acme-850", mapOrder, "--config", dir, "--trace"}, 0, `by table orderTypes "standalone"`, ""},
		{"proof", []string{"run", "acme-850", mapOrder, "--config", dir, "--prove"}, 0, "written as X12, what differs from the file: none", ""},
		{"proof of what is not used", []string{"run", "base/850", changedFile(t, mapOrder, "PO4*100~", "PKG*F****BOX~"), "--prove"}, 0, "differs from the file: 1\n", ""},
		{"a row is missing", []string{"run", "acme-850", held, "--mappings", mapFolder}, 1, "", `hold: MAP-LOOKUP lines[0].item.sku: table acmeItems has no row for "A-99999"`},
		{"a bad mapping", []string{"run", "bad/places", mapOrder, "--mappings", mapFolder}, 1, "", "no element 31 in PO1; PO1 has 25"},
		{"no such mapping", []string{"run", "base/580", mapOrder}, 1, "", "there is no mapping base/580; did you mean base/850?"},
		{"a partner's without its folder", []string{"run", "acme-850", mapOrder}, 1, "", "there is no folder mappings; name the config directory"},
		{"another set", []string{"run", "base/850", "../../translators/x12/testdata/none.x12"}, 2, "", "none.x12"},
		{"no X12", []string{"run", "base/850", none}, 1, "", "a.txt"},
		{"no such folder", []string{"run", "base/850", mapOrder, "--mappings", "nowhere"}, 2, "", "nowhere"},
		{"no file named", []string{"run", "base/850"}, 2, "", "map run --help"},
		{"another output", []string{"run", "base/850", mapOrder, "-o", "xml"}, 2, "", `-o is text or json, found "xml"`},
		{"written", []string{"run", "base/850", body, "--out"}, 0, "BEG*00*SA*7**20261116~\nCUR*BY*USD~\nN1*ST*ACME~\nPO1*1*1*EA***IN*9~\nSE", "no pair writes it"},
		{"written as JSON", []string{"run", "base/850", body, "--out", "-o", "json"}, 0, `"problems":[{"severity":"warn"`, ""},
		{"written without what is required", []string{"run", "base/850", tempFile(t, "a.json", "{}"), "--out"}, 1, "", "MAP-REQUIRED"},
		{"written of nothing", []string{"run", "base/850", none, "--out"}, 1, "", "document 1"},
		{"written and traced", []string{"run", "base/850", body, "--out", "--trace"}, 2, "", "--trace and --prove are for what is read"},
		{"help", nil, 0, "map test", ""},
	})
}

func TestMapJSON(t *testing.T) {
	code, stdout, stderr := mapRunWith("base/850", mapOrder, "-o", "json")
	var body struct{ CustomerOrderNumber string }
	if err := json.Unmarshal([]byte(stdout), &body); code != 0 || err != nil || body.CustomerOrderNumber != "4500012345" {
		t.Errorf("exit %d, %v\n%s%s", code, err, stdout, stderr)
	}
	changed := changedFile(t, mapOrder, "PO4*100~", "PKG*F****BOX~")
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

func TestMapShowAndList(t *testing.T) {
	dir := shop(t)
	commandCases(t, "map", []commandCase{
		{"show", []string{"show", "acme-850", "--config", dir}, 0, "acme-850.yaml:11:3 instead of base/850.yaml:", ""},
		{"show the whole", []string{"show", "acme-850", "--resolved", "--config", dir}, 0, "parties.shipTo.name", ""},
		{"show as JSON", []string{"show", "base/850", "-o", "json"}, 0, `"Chain":["base/common","base/850"]`, ""},
		{"show none", []string{"show", "acme-851", "--config", dir}, 1, "", "did you mean acme-850?"},
		{"explain", []string{"explain", "acme-850", "--config", dir, "--own"}, 0, "lines[].item.sku       ←  PO1(IN)    by table acmeItems; must be there\n", ""},
		{"explain a sample", []string{"explain", "acme-850", "--config", dir, "--sample", mapOrder, "--used"}, 0, "SKU-1001, SKU-1002", ""},
		{"explain as JSON", []string{"explain", "base/850", "-o", "json"}, 0, `"field":"customerOrderNumber","arrow":"⇄","place":"BEG03"`, ""},
		{"explain what is used of nothing", []string{"explain", "base/850", "--used"}, 2, "", "--used needs a --sample"},
		{"explain with a file that is none", []string{"explain", "base/850", "--sample", "nowhere"}, 2, "", "nowhere"},
		{"explain with no X12", []string{"explain", "base/850", "--sample", tempFile(t, "a.txt", "x")}, 1, "", "a.txt"},
		{"list", []string{"list", "--config", dir}, 0, "acme-850         850  order/v1                  base/850     0      acme-retail\n", ""},
		{"list as JSON", []string{"list", "--mappings", mapFolder + "/bad", "-o", "json"}, 1, `"name":"base/850"`, "problems"},
	})
}
