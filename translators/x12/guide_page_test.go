package x12

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"waybill/settings"
)

func guideShown(t testing.TB, page bool, all bool, rules ...string) string {
	t.Helper()
	schema, found := guideFrom(t, rules...)
	if schema == nil {
		t.Fatal(settings.Problems(found))
	}
	var out bytes.Buffer
	show := translator(t).GuideText
	if page {
		show = translator(t).GuideHTML
	}
	if err := show(&out, schema, GuideOptions{All: all, At: time.Date(2026, 12, 1, 9, 15, 0, 0, time.UTC)}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestGuideText: what is demanded, changed, widened and not used, each with what
// the standard has instead.
func TestGuideText(t *testing.T) {
	text := guideShown(t, false, false,
		"BEG03: { max: 10, notes: on every label }", "BEG02: { codes: { SA: one order } }", "CUR: mandatory", "TC2: not used",
		"REF02: { widen: { max: 40 } }", "N1[ST]: { usage: mandatory, max: 1 }", "N1[ST]/N3: mandatory", "PO1/SLN05-01: { codes: [EA] }")
	for _, want := range []string{
		"BEG  Order header: mandatory, once\n", "*BEG03    Order number                 mandatory AN 1–10 (standard: AN 1–22)\n", "on every label",
		"SA   one order", "CUR  Currency: *mandatory (standard: optional), once\n", "TC2  Commodity: *not used (standard: optional)\n",
		"REF02    Reference                    optional  AN 1–40 (standard: AN 1–30)", "N1[ST]  Party, a loop: *mandatory, *once\n", "N1[ST]/N3  Street: *mandatory\n",
		"SLN05-01", "e.g. N1*ST*NORTH STORE 12*92*0012~", "\nExample\n  ISA*00*", "may come as well: 04",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if strings.Contains(text, "TXI") || !strings.Contains(guideShown(t, false, true, "CUR: mandatory"), "TXI  ") {
		t.Error("what nobody speaks of is shown without --all, or not with it")
	}
}

// TestGuideHTML: a page without anything from elsewhere, with texts escaped and
// differences marked.
func TestGuideHTML(t *testing.T) {
	page := guideShown(t, true, false, `BEG03: { max: 10, notes: "<script>alert(1)</script>" }`, "CUR: mandatory", "TC2: not used", "N1[ST]: { max: 1 }")
	for _, want := range []string{
		"<!DOCTYPE html>", `<span class="delta" title="otherwise: AN 1–22">AN 1–10</span>`, "&lt;script&gt;alert(1)&lt;/script&gt;",
		`<span class="delta" title="otherwise: optional">mandatory</span>`, `<section class="block off"`, `<section class="block some"`, "@media print", "<pre>ISA*00*",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q", want)
		}
	}
	for _, never := range []string{"<script", "http://", "https://", "src=", "%!"} {
		if strings.Contains(page, never) {
			t.Errorf("found %q", never)
		}
	}
	if open, closed := strings.Count(page, "<section"), strings.Count(page, "</section>"); open != closed {
		t.Errorf("%d sections open and %d close", open, closed)
	}
}

// TestGuideSchema: our guides are good by the schema, and what the loader
// refuses for its form, the schema refuses.
func TestGuideSchema(t *testing.T) {
	own, err := json.Marshal(GuideSchema())
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(own))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("guide.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("guide.json")
	if err != nil {
		t.Fatal(err)
	}
	valid := func(text string) error {
		var doc yaml.Node
		if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
			t.Fatal(err)
		}
		data, err := json.Marshal(plainValue(t, doc.Content[0]))
		if err != nil {
			t.Fatal(err)
		}
		instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		return schema.Validate(instance)
	}
	dir := "../../example/tree/guides/"
	files, err := os.ReadDir(dir)
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		text, err := os.ReadFile(dir + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		if err := valid(string(text)); err != nil {
			t.Error(f.Name(), err)
		}
	}
	head := "guide: g\nset: \"850\"\nrelease: \"004010\"\n"
	for _, rule := range []string{"N1[ST]03: { codes: [92] }", "PO1/SLN05-01: { min: 1, widen: { max: 30 } }", "REF[DP|IA,02=]: { max: any }", "CUR: drop"} {
		if err := valid(head + "rules:\n  " + rule); err != nil {
			t.Error(rule, err)
		}
	}
	for _, bad := range []string{"rule: {}", "rules:\n  beg03: mandatory", "rules:\n  CUR: forbidden", "rules:\n  CUR: { min: 1 }", "rules:\n  BEG03: { max: any }", "rules:\n  BEG02: { codes: [] }", "rules:\n  CUR: { widen: { notes: x } }"} {
		if valid(head+bad) == nil {
			t.Errorf("%s is good by the schema", bad)
		}
	}
}

// plainValue is a node as editors see it: keys are texts.
func plainValue(t testing.TB, n *yaml.Node) any {
	t.Helper()
	switch n.Kind {
	case yaml.MappingNode:
		out := map[string]any{}
		entries(n, func(k, v *yaml.Node) { out[k.Value] = plainValue(t, v) })
		return out
	case yaml.SequenceNode:
		out := []any{}
		for _, c := range n.Content {
			out = append(out, plainValue(t, c))
		}
		return out
	}
	var v any
	if err := n.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}
