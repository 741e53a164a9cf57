package mappings_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"waybill/canonical"
	"waybill/mappings"
	"waybill/settings"
)

func system(t testing.TB, name string) *mappings.System {
	t.Helper()
	s, found := mappings.CompileSystem(os.DirFS("testdata/systems"), name, canonical.Schema)
	if s == nil || len(found) > 0 {
		t.Fatalf("%s does not compile:\n%s", name, settings.Problems(found).Error())
	}
	return s
}

const smallOrder = `{"kind":"order","schemaVersion":"1.0","partner":"acme","idempotencyKey":"order:acme:1::1","body":{
	"customerOrderNumber":"1","orderDate":"2026-11-16","currency":"USD",
	"parties":{"shipTo":{"name":"ACME <DC>","ids":[{"type":"gln","value":"x"},{"type":"assignedByBuyer","value":"0042"}]}},
	"lines":[
		{"lineNumber":"1","item":{"vendorItem":"V1"},"quantity":{"value":"10","unit":"EA"},"unitPrice":{"amount":"24.90"}},
		{"lineNumber":"2","item":{"buyerItem":"B2"},"quantity":{"value":"0.5","unit":"XCS"}}]}}`

func TestSystemWrites(t *testing.T) {
	for name, want := range map[string]string{
		"north-order": `{"header":{"customer":"acme","externalId":"order:acme:1::1","poNumber":"1","poDate":"11/16/2026","currency":"USD","type":"SALES"},"delivery":{"name":"ACME <DC>","code":"0042"},"items":[{"position":"1","part":"V1","ordered":10,"unit":"PCE","price":24.90},{"position":"2","customerPart":"B2","ordered":0.5,"unit":"CTN"}]}`,
		"south-order": `{"rows":[{"POS":"1","MATNR":"V1","MENGE":"10","MEINS":"EA","NETPR":"24.90","PONO":"1","PODAT":"20261116","CUR":"USD","SHIPNAM":"ACME <DC>","SHIPNO":"0042","CUSTNO":"acme","KEY":"order:acme:1::1"},{"POS":"2","CUSTMAT":"B2","MENGE":"0.5","MEINS":"XCS","PONO":"1","PODAT":"20261116","CUR":"USD","SHIPNAM":"ACME <DC>","SHIPNO":"0042","CUSTNO":"acme","KEY":"order:acme:1::1"}]}`,
	} {
		got, found, err := system(t, name).Write(json.RawMessage(smallOrder))
		if err != nil || len(found) > 0 {
			t.Fatalf("%s: %v, %v", name, found, err)
		}
		if diff := cmp.Diff(want, string(got)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// What both systems are given is read back as one and the same document, byte for byte.
func TestSystemsReadTheSame(t *testing.T) {
	var bodies []string
	for _, name := range []string{"north-order", "south-order"} {
		s := system(t, name)
		theirs, _, err := s.Write(json.RawMessage(smallOrder))
		if err != nil {
			t.Fatal(err)
		}
		r, err := s.Read(theirs)
		if err != nil || len(r.Problems) > 0 || len(r.Unmapped) > 0 {
			t.Fatalf("%s: %+v, %v, of %s", name, r, err, theirs)
		}
		if r.Envelope["partner"] != "acme" || r.Envelope["idempotencyKey"] != "order:acme:1::1" {
			t.Errorf("%s: the envelope is %v", name, r.Envelope)
		}
		bodies = append(bodies, string(r.Body))
	}
	if diff := cmp.Diff(bodies[0], bodies[1]); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(bodies[0], `{"type":"assignedByBuyer","value":"0042"}`) {
		t.Errorf("found %s", bodies[0])
	}
}

// What is wrong with a document says where, and which pair found it.
func TestSystemProblems(t *testing.T) {
	north := system(t, "north-order")
	for name, c := range map[string]struct{ old, with, code, want string }{
		"no row":   {`"EA"`, `"BOX"`, mappings.CodeLookup, "lines[0].quantity.unit"},
		"required": {`"customerOrderNumber":"1",`, ``, mappings.CodeRequired, "customerOrderNumber"},
		"no day":   {`2026-11-16`, `2026-13-16`, mappings.CodeType, "orderDate"},
		"number":   {`"0.5"`, `"half"`, mappings.CodeType, "lines[1].quantity.value"},
	} {
		got, found, err := north.Write(json.RawMessage(strings.ReplaceAll(smallOrder, c.old, c.with)))
		if err != nil || got != nil || len(found) != 1 || found[0].Code != c.code || found[0].Field != c.want || !strings.HasPrefix(found[0].Pair, "north-order.yaml:") {
			t.Errorf("%s: found %s, %+v, %v", name, got, found, err)
		}
	}
	for name, c := range map[string]struct{ theirs, code, field, text string }{
		"a number":  {`{"header":{"poNumber":1}}`, mappings.CodeType, "customerOrderNumber", "found the number 1, expected a text; if they write numbers there, add | number"},
		"an object": {`{"header":{"poNumber":{"a":"b"}}}`, mappings.CodeType, "customerOrderNumber", "found a list or an object, expected a single value"},
		"a bool":    {`{"header":{"poNumber":true}}`, mappings.CodeType, "customerOrderNumber", "found true, expected a text"},
		"no list":   {`{"header":{"poNumber":"1"},"items":"one"}`, mappings.CodeType, "lines[]", "items is no list"},
		"no item":   {`{"header":{"poNumber":"1"},"items":["1"]}`, mappings.CodeType, "lines[]", "item 1 of items is no object"},
		"no code":   {`{"header":{"poNumber":"1"},"items":[{},{"unit":"X"}]}`, mappings.CodeLookup, "lines[1].quantity.unit", `table units has no row for "X"`},
		"missing":   {`{}`, mappings.CodeRequired, "customerOrderNumber", "is missing: there is nothing at header.poNumber"},
		"no day":    {`{"header":{"poNumber":"1","poDate":"2026-01-01"}}`, mappings.CodeType, "orderDate", `"2026-01-01" is no day as MM/DD/YYYY`},
	} {
		r, err := north.Read([]byte(c.theirs))
		if err != nil || r.Body != nil || len(r.Problems) != 1 || r.Problems[0].Code != c.code || r.Problems[0].Field != c.field || r.Problems[0].Text != c.text {
			t.Errorf("%s: found %+v, %v", name, r, err)
		}
	}
	for _, text := range []string{``, `[]`, `{} {}`, `{"a":`, `null x`, `{"a":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`} {
		if _, err := north.Read([]byte(text)); err == nil {
			t.Errorf("%q was read", text)
		}
	}
	for _, text := range []string{`{}`, `{"kind":"invoice","body":{}}`, `{"kind":"order"}`, `x`} {
		if _, _, err := north.Write(json.RawMessage(text)); err == nil {
			t.Errorf("%q was written", text)
		}
	}
	if _, err := system(t, "south-order").Read([]byte(`{"rows":[{"PONO":"1"},{"PONO":"2"}]}`)); err != nil {
		t.Error(err)
	}
	r, _ := system(t, "south-order").Read([]byte(`{"rows":[{"PONO":"1"},{"PONO":"2"}]}`))
	if r.Body != nil || !strings.Contains(r.Problems[0].Text, "the items of the list have different values at rows[].PONO") {
		t.Errorf("found %+v", r)
	}
}

// What no pair reads is listed with its place, and nothing is made of it.
func TestSystemUnmapped(t *testing.T) {
	r, err := system(t, "north-response").Read([]byte(`{"header":{"poNumber":"1","printed":"yes","clerk":"Dana","empty":"","none":null},"items":[{"position":"1"},{"position":"2","bin":7}],"notes":["a"]}`))
	if err != nil {
		t.Fatal(err)
	}
	want := []mappings.Unmapped{{Path: "header.clerk", Value: "Dana"}, {Path: "items[1].bin", Value: "7"}, {Path: "notes[0]", Value: "a"}}
	if diff := cmp.Diff(want, r.Unmapped); diff != "" {
		t.Error(diff)
	}
	if string(r.Body) != `{"customerOrderNumber":"1","lines":[{"lineNumber":"1"},{"lineNumber":"2"}]}` {
		t.Errorf("found %s", r.Body)
	}
}

// An object in the place of a list is a list of one item.
func TestSystemListOfOne(t *testing.T) {
	r, err := system(t, "north-response").Read([]byte(`{"header":{"poNumber":"1"},"items":{"position":"1","confirmations":{"quantity":"2"}}}`))
	if err != nil || len(r.Unmapped) > 0 || string(r.Body) != `{"customerOrderNumber":"1","lines":[{"lineNumber":"1","results":[{"quantity":{"value":"2"}}]}]}` {
		t.Errorf("found %+v, %s, %v", r, r.Body, err)
	}
}

func TestSystemMistakes(t *testing.T) {
	const head = "map: x\ncanonical: order/v1\nfields:\n  customerOrderNumber: po\n"
	for name, c := range map[string]struct{ text, want string }{
		"no head":       {"fields: { currency: c }\n", "is missing, or is not the file's name"},
		"no kind":       {"map: x\nfields: { currency: c }\n", "canonical: is missing"},
		"another kind":  {"map: x\ncanonical: odor/v1\nfields: { currency: c }\n", "canonical: "},
		"no fields":     {"map: x\ncanonical: order/v1\n", "fields: is missing"},
		"unknown key":   {head + "field: {}\n", "did you mean fields?"},
		"no such field": {head + "  curency: c\n", "did you mean currency?"},
		"a list":        {head + "  lines: c\n", "did you mean lines[]?"},
		"a bare list":   {head + "  lines[]: c\n", "a list needs at:, and its fields below"},
		"list inside":   {head + "  lines[].lineNumber: c\n", "the fields of a list stand below it"},
		"no at":         {head + "  lines[]:\n    lineNumber: n\n", "at: is missing"},
		"an object":     {head + "  parties: c\n", ", and no single value"},
		"twice":         {head + "  currency: po\n", "po is also written by customerOrderNumber"},
		"inside":        {head + "  currency: po.currency\n", "po.currency is inside po"},
		"no function":   {head + "  currency: c | uper\n", " is no function here"},
		"no way back":   {head + "  currency: c | upper\n", "has no way back"},
		"no table":      {head + "  currency: c | table(x)\n", `there is no table "x"`},
		"no layout":     {head + "  orderDate: d | date(MMYY)\n", "date takes YYYY or YY, MM and DD"},
		"bad place":     {head + "  currency: c c\n", " is no place"},
		"ends in list":  {head + "  currency: rows[]\n", " ends in a list"},
		"after":         {head + "  currency: c | trim trim\n", "expected |"},
		"no type":       {head + "  lines[x].lineNumber: n\n", "have no type"},
		"wrong type":    {head + "  parties.shipTo.ids[byBuyer].value: n\n", "no item of ids has the type"},
		"root written":  {head + "  currency: /c\n", "a place from the root can only be read"},
		"empty":         {"", "x.yaml:1:1: fields: is missing"},
	} {
		s, found := mappings.CompileSystem(fstest.MapFS{"x.yaml": {Data: []byte(c.text)}}, "x", canonical.Schema)
		if text := settings.Problems(found).Error(); s != nil || !strings.Contains(text, c.want) {
			t.Errorf("%s: found %s", name, text)
		}
	}
	if _, found := mappings.CompileSystem(fstest.MapFS{}, "x", canonical.Schema); len(found) != 1 {
		t.Errorf("found %v", found)
	}
}

// One direction, defaults and words of ours.
func TestSystemOneWay(t *testing.T) {
	const text = `map: x
canonical: order/v1
fields:
  customerOrderNumber: po
  currency: cur | default(USD)
  department: { in: dep | nullable("-") }
  vendorNumber: { out: vendor | upper }
  lines[]:
    at: lines
    lineNumber: n
    lineNumberAssigned: ours
    item.buyerItem: { in: /part }
`
	s, found := mappings.CompileSystem(fstest.MapFS{"x.yaml": {Data: []byte(text)}}, "x", canonical.Schema)
	if s == nil {
		t.Fatal(found)
	}
	r, err := s.Read([]byte(`{"po":"1","dep":"-","vendor":"V","part":"P","lines":[{"n":"1"}]}`))
	if err != nil || string(r.Body) != `{"currency":"USD","customerOrderNumber":"1","lines":[{"item":{"buyerItem":"P"},"lineNumber":"1"}]}` || len(r.Unmapped) != 0 {
		t.Errorf("found %+v, %s, %v", r, r.Body, err)
	}
	for text, want := range map[string]string{`true`: "", `"false"`: "", `"yes"`: `"yes" is neither true nor false`} {
		r, err := s.Read([]byte(`{"lines":[{"ours":` + text + `}]}`))
		if err != nil || len(r.Problems) != min(len(want), 1) || want != "" && r.Problems[0].Text != want {
			t.Errorf("%s: found %+v, %v", text, r, err)
		}
	}
	out, _, err := s.Write(json.RawMessage(`{"kind":"order","body":{"customerOrderNumber":"1","department":"d","vendorNumber":"v"}}`))
	if err != nil || string(out) != `{"po":"1","vendor":"V"}` {
		t.Errorf("found %s, %v", out, err)
	}
}

// FuzzSystemRead feeds JSON of strangers: what is read is written and read again
// as the same.
func FuzzSystemRead(f *testing.F) {
	systems := []*mappings.System{system(f, "north-order"), system(f, "south-order"), system(f, "north-response")}
	f.Add([]byte(`{"header":{"poNumber":"1"},"items":[{"position":"1","ordered":1.50,"unit":"PCE"}]}`))
	f.Add([]byte(`{"rows":[{"PONO":"1","POS":"1"},{"PONO":"1","SCHED":[{"ST":"x"}]}]}`))
	f.Add([]byte(`{"rows":[[{}],{"a":{}},null,1]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, s := range systems {
			r, err := s.Read(data)
			if err != nil || r.Body == nil {
				continue
			}
			whole, err := json.Marshal(map[string]any{"kind": s.Canonical(), "body": r.Body, "partner": r.Envelope["partner"]})
			if err != nil {
				t.Fatal(err)
			}
			theirs, found, err := s.Write(whole)
			if err != nil || theirs == nil {
				continue // such as a value that a table only reads
			}
			again, err := s.Read(theirs)
			if err != nil || len(found) > 0 || !bytes.Equal(again.Body, r.Body) && len(r.Unmapped) == 0 && s.Name() == "north-order" {
				t.Errorf("%s: %s became %s, by %s; %v, %v", s.Name(), r.Body, again.Body, theirs, found, err)
			}
		}
	})
}

func TestFieldValues(t *testing.T) {
	schema, err := canonical.Schema("order")
	if err != nil {
		t.Fatal(err)
	}
	var doc canonical.Document
	if err := json.Unmarshal([]byte(smallOrder), &doc); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"currency": "USD", "lines[].quantity.unit": "EA XCS", "parties.shipTo.ids[assignedByBuyer].value": "0042", "department": "", "lines[].item.buyerItem": "B2",
	} {
		if err := mappings.CheckField(schema, path); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		if got, err := mappings.FieldValues(doc.Body, path); err != nil || strings.Join(got, " ") != want {
			t.Errorf("%s: found %q, %v", path, got, err)
		}
	}
	for path, want := range map[string]string{
		"curency": "did you mean currency?", "lines.item": "did you mean lines[]?", "parties": "no single value", "lines[]": "no single value", "currency[x]": "no list", "parties.shipTo.ids[x].value": "no item of ids",
	} {
		if err := mappings.CheckField(schema, path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: found %v", path, err)
		}
	}
	if _, err := mappings.FieldValues([]byte("{"), "currency"); err == nil {
		t.Error("no JSON was read")
	}
}
