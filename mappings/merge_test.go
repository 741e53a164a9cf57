package mappings_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"waybill/mappings"
	"waybill/settings"
	"waybill/translators"
)

// partner compiles a partner's file over base/850.
func partner(t testing.TB, body string) *mappings.Map {
	t.Helper()
	text := "map: p\nextends: base/850\n" + body
	m, found := mappings.Compile(files(map[string]string{"p.yaml": text}), "p", against(t, "850", "004010"))
	if m == nil {
		t.Fatalf("%s\n%s", settings.Problems(found).Error(), text)
	}
	return m
}

// TestPartnerFile changes one thing at a time against the same order.
func TestPartnerFile(t *testing.T) {
	segments := []string{"CUR*SE*EUR", "REF*DP*031", "REF*YD*SPRING26", "REF*EV*BACKTOSCHOOL", "PER*BD*DANA", "N1*ST*DC*92*0711", "PER*DC*DOCK", "PO1*1*10*EA***SK*S-1*UP*12345", "CTT*1"}
	for _, c := range []struct {
		name, body string
		path       string // dotted, into the body
		want       any
	}{
		{"nothing", "", "references", []any{
			map[string]any{"type": "other", "typeAsSent": "YD", "value": "SPRING26"}, map[string]any{"type": "other", "typeAsSent": "EV", "value": "BACKTOSCHOOL"}}},
		{"another place", "fields:\n  promotion: REF[YD]02\n", "promotion", "SPRING26"},
		{"what a named pair takes is no reference any more", "fields:\n  promotion: REF[YD]02\n", "references", []any{map[string]any{"type": "other", "typeAsSent": "EV", "value": "BACKTOSCHOOL"}}},
		{"an extension", "fields:\n  extensions.acme.event: REF[EV]02\n", "extensions", map[string]any{"acme": map[string]any{"event": "BACKTOSCHOOL"}}},
		{"a list is dropped", "fields:\n  contacts[]: drop\n", "contacts", nil},
		{"a list is dropped in every party that has it", "fields:\n  parties.shipTo.contacts[]: drop\n", "parties.shipTo.contacts", nil},
		{"an object is dropped", "fields:\n  parties.shipTo: drop\n", "parties", nil},
		{"what is dropped may come to the others", "fields:\n  parties.shipTo: drop\n", "otherParties.0.role", "shipTo"},
		{"a default", "fields:\n  promotion: REF[PD]02 | default(NONE)\n", "promotion", "NONE"},
		{"a default where there is something", "fields:\n  department: REF[DP]02 | default(NONE)\n", "department", "031"},
		{"a field of a part in one place", "tables: { stores: { 0711: DC-EAST, missing: hold } }\nfields:\n  parties.shipTo.name2: N104 | table(stores)\n  parties.shipTo.ids[]: drop\n", "parties.shipTo.name2", "DC-EAST"},
		{"a party at another code", "fields:\n  parties.markFor: N1[ST] as party\n  parties.shipTo: drop\n", "parties.markFor.name", "DC"},
		{"a place for the number", "fields:\n  lines[].item.sku: PO1(SK@06)\n", "lines.0.item.sku", "S-1"},
		{"whatever its length", "fields:\n  lines[].item.vendorItem: PO1(UP)\n", "lines.0.item.vendorItem", "12345"},
		{"a table row", "tables:\n  units: { EA: C62, UN: EA }\n", "lines.0.quantity.unit", "C62"},
		{"a read-only row becomes another word", "tables:\n  units: { in: { EA: H87 } , EA: H87, PC: EA }\n", "lines.0.quantity.unit", nil},
		{"a currency in another place", "fields:\n  currency: CUR[SE]02\n", "currency", "EUR"},
		{"a part changes everywhere", "parts:\n  party:\n    name2: N102\n    name: N201\n", "parties.shipTo.name2", "DC"},
		{"under only saves writing", "fields:\n  under N1[ST]:\n    extensions.acme.place: N103\n", "extensions.acme.place", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := "map: p\nextends: base/850\n" + c.body
			m, found := mappings.Compile(files(map[string]string{"p.yaml": text}), "p", against(t, "850", "004010"))
			if m == nil {
				if c.want != nil {
					t.Fatal(settings.Problems(found).Error())
				}
				return
			}
			got := in(t, m, order(segments...))
			if diff := cmp.Diff(c.want, at(value(t, got.Body), c.path)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.path, diff)
			}
			set, _, err := m.Out(got.Body)
			if err != nil {
				t.Fatal(err)
			}
			again, err := m.In(set)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(withoutTotals(t, got.Body), withoutTotals(t, again.Body)); diff != "" {
				t.Errorf("in, out, in (-first +second):\n%s", diff)
			}
		})
	}
}

// at walks a dotted path; nil where it ends.
func at(v any, path string) any {
	for _, name := range strings.Split(path, ".") {
		switch here := v.(type) {
		case map[string]any:
			v = here[name]
		case []any:
			if int(name[0]-'0') >= len(here) {
				return nil
			}
			v = here[name[0]-'0']
		default:
			return nil
		}
	}
	return v
}

func TestChain(t *testing.T) {
	fsys := files(map[string]string{
		"a.yaml": "map: a\nextends: base/850\nfields:\n  promotion: REF[AA]02\n  merchandiseType: drop\n",
		"b.yaml": "map: b\nextends: a\nfields:\n  promotion: REF[BB]02\n  merchandiseType: REF[MM]02\n",
		"c.yaml": "map: c\nextends: b\n",
	})
	m, found := mappings.Compile(fsys, "b", against(t, "850", "004010"))
	if m == nil {
		t.Fatal(settings.Problems(found).Error())
	}
	got := value(t, in(t, m, order("REF*AA*1", "REF*BB*2", "REF*MM*3", "REF*MR*4")).Body)
	for path, want := range map[string]any{"promotion": "2", "merchandiseType": "3", "references.0.value": "1", "references.1.value": "4"} {
		if at(got, path) != want {
			t.Errorf("%s is %v, expected %v", path, at(got, path), want)
		}
	}
	if m.Name() != "b" || m.Canonical() != "order" {
		t.Errorf("the map is %s for %s", m.Name(), m.Canonical())
	}
	_, found = mappings.Compile(fsys, "c", against(t, "850", "004010"))
	if len(found) != 1 || !strings.Contains(found[0].Text, "more than 4 files") {
		t.Errorf("five files: %v", found)
	}
}

func TestSayingTheSameIsAWarning(t *testing.T) {
	m, found := mappings.Compile(files(map[string]string{"p.yaml": "map: p\nextends: base/850\nfields:\n  department: REF[DP]02\n"}), "p", against(t, "850", "004010"))
	if m == nil || len(found) != 1 || !found[0].Warning || found[0].Line != 4 || !strings.Contains(found[0].Text, "base/850.yaml:") {
		t.Errorf("found %v", found)
	}
}

func TestRelease005010(t *testing.T) {
	m := compile(t, mappings.Base(), "base/850-005010", "005010")
	data := interchange("005010", "BEG*00*SA*PO1**20261116", "N9*L1*GEN", "MTX**DELIVER", "MTX**AT NIGHT", "PO1*1*1*EA")
	got := in(t, m, data)
	if text := at(value(t, got.Body), "notes.0.text"); text != "DELIVER\nAT NIGHT" {
		t.Errorf("the note is %v", text)
	}
	set, problems, err := m.Out(got.Body)
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	if diff := cmp.Diff([]string{"BEG*00*SA*PO1**20261116", "N9*L1*GEN", "MTX**DELIVER", "MTX**AT NIGHT", "PO1*1*1*EA"}, written(set)); diff != "" {
		t.Errorf("written (-want +got):\n%s", diff)
	}
	m850, found := mappings.Compile(mappings.Base(), "base/850", against(t, "850", "005010"))
	if m850 != nil || len(found) == 0 || !strings.Contains(found[0].Text, "no segment MSG in N9") {
		t.Errorf("base/850 against 005010: %v", found)
	}
}

func TestMapIsForItsSet(t *testing.T) {
	m := compile(t, mappings.Base(), "base/850", "004010")
	decode(t, interchange("005010", "BEG*00*SA*PO1**20261116"), func(s *translators.Set) {
		if _, err := m.In(s); err == nil || !strings.Contains(err.Error(), "base/850 is for 850 in 004010") {
			t.Errorf("another release: %v", err)
		}
	})
	if _, err := m.In(&translators.Set{ID: "850"}); err == nil {
		t.Error("a set without a tree is read")
	}
	if _, _, err := m.Trace(&translators.Set{ID: "850"}); err == nil {
		t.Error("a set without a tree is traced")
	}
}

func TestOverlay(t *testing.T) {
	user := fstest.MapFS{"acme.yaml": {Data: []byte("map: acme\n")}, "base/850.yaml": {Data: []byte("mine")}}
	fsys := mappings.Overlay(user)
	for name, want := range map[string]string{"acme.yaml": "map: acme\n", "base/850.yaml": "mine"} {
		f, err := fsys.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		data := make([]byte, 100)
		n, _ := f.Read(data)
		if string(data[:n]) != want {
			t.Errorf("%s is %q", name, data[:n])
		}
		f.Close()
	}
	if _, err := fsys.Open("base/common.yaml"); err != nil {
		t.Error(err)
	}
	if _, err := fsys.Open("nothing.yaml"); err == nil {
		t.Error("nothing.yaml opens")
	}
	if err := fstest.TestFS(mappings.Base(), "base/850.yaml", "base/common.yaml"); err != nil {
		t.Error(err)
	}
}

// TestPartsThatGrow stops parts that hold one another many times over.
func TestPartsThatGrow(t *testing.T) {
	var b strings.Builder
	b.WriteString("map: p\nextends: base/850\nparts:\n  a0: { x: BEG03 }\n")
	for i := range 20 {
		fmt.Fprintf(&b, "  a%d:\n    l: { as: a%d }\n    r: { as: a%d }\n", i+1, i, i)
	}
	b.WriteString("fields:\n  extensions.acme: { as: a20 }\n")
	m, found := mappings.Compile(files(map[string]string{"p.yaml": b.String()}), "p", against(t, "850", "004010"))
	if m != nil || !strings.Contains(settings.Problems(found).Error(), "more than 5000 fields") {
		t.Errorf("%d problems", len(found))
	}
}
