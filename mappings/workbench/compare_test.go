package workbench_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/mappings/workbench"
)

// TestPairs: what came, went and changed, in pairs, constants, tables and checks.
func TestPairs(t *testing.T) {
	const head = "map: a\nextends: base/850\n"
	for name, c := range map[string]struct {
		old, now string
		want     []string
	}{
		"nothing": {"", "", nil},
		"a pair": {"fields:\n  promotion: REF[YD]02\n", "fields:\n  promotion: REF[YE]02\n",
			[]string{"~ promotion: REF[YD]02 (a.yaml:4:3) → REF[YE]02 (a.yaml:4:3)"}},
		"a new pair": {"", "fields:\n  extensions.a.b: REF[YE]02\n", []string{"+ extensions.a.b: REF[YE]02 (a.yaml:4:3)"}},
		"one way": {"fields:\n  extensions.a.b: REF[YE]02\n", "fields:\n  extensions.a.b:\n    in: REF[YE]02\n",
			[]string{"~ extensions.a.b: REF[YE]02 (a.yaml:4:3) → in: REF[YE]02 (a.yaml:4:3)"}},
		"a row": {"tables:\n  t: { A: x }\n", "tables:\n  t: { A: y, B: z }\n",
			[]string{"~ table t A: A = x (a.yaml:4:8) → A = y (a.yaml:4:8)", "+ table t B: B = z (a.yaml:4:14)"}},
		"a row that is written": {"", "tables:\n  t: { out: { x: A } }\n", []string{"+ table t out x: A = x (a.yaml:4:15)"}},
		"a check": {"checks:\n  c: orderDate != nil\n", "checks:\n  c: { expr: orderDate != nil, severity: warn }\n",
			[]string{"~ check c: error: orderDate != nil (a.yaml:4:3) → warn: orderDate != nil (a.yaml:4:3)"}},
		"a constant": {"fields:\n  notes[]:\n    write: { N907-01: A }\n", "fields:\n  notes[]:\n    write: { N907-01: B }\n",
			[]string{"~ notes[] write N907-01: N907-01 = A (a.yaml:5:14) → N907-01 = B (a.yaml:5:14)"}},
	} {
		t.Run(name, func(t *testing.T) {
			old, now := bench(t, map[string]string{"a": head + c.old}), bench(t, map[string]string{"a": head + c.now})
			var got []string
			for _, p := range workbench.Pairs(resolve(t, old, "a"), resolve(t, now, "a")) {
				got = append(got, p.String())
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestCompare: values by path, what is no longer used, and problems, of the
// documents that differ only.
func TestCompare(t *testing.T) {
	old := workbench.Side{Bench: bench(t, nil), Name: "base/850"}
	now := workbench.Side{Bench: bench(t, map[string]string{"a": "map: a\nextends: base/850\nfields:\n  freight.location: drop\n  promotion: REF[DP]02\n  department: REF[ZZ]02\n  lines[].item.sku: { in: PO1(SK) | required }\n"}), Name: "a"}
	changed, read, err := workbench.Compare(old, now, "order.x12", sample(t))
	if err != nil || read != 1 || len(changed) != 1 {
		t.Fatalf("%v %d %v", changed, read, err)
	}
	var got []string
	for _, c := range changed[0].Changes {
		got = append(got, c.String())
	}
	want := []string{`- department: "031"`, `- freight.location: "origin"`, `+ promotion: "031"`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"+ 850/FOB[1]/FOB02 OR"}, changed[0].Unmapped); diff != "" {
		t.Error(diff)
	}
	if len(changed[0].Problems) != 2 || !strings.HasPrefix(changed[0].Problems[0], "+ error: MAP-REQUIRED lines[0].item.sku") {
		t.Error(changed[0].Problems)
	}
	if changed, read, err = workbench.Compare(old, old, "order.x12", sample(t)); err != nil || read != 1 || len(changed) != 0 {
		t.Errorf("with itself: %v %d %v", changed, read, err)
	}
	other := workbench.Side{Bench: old.Bench, Name: "base/810"}
	if changed, read, err = workbench.Compare(other, other, "order.x12", sample(t)); err != nil || read != 0 || len(changed) != 0 {
		t.Errorf("of another set: %v %d %v", changed, read, err)
	}
	none := workbench.Side{Bench: old.Bench, Name: "base/851"}
	if _, _, err = workbench.Compare(old, none, "order.x12", sample(t)); err == nil {
		t.Error("no such mapping: no error")
	}
	if _, err := none.Resolve(); err == nil || !strings.Contains(err.Error(), "there is no mapping base/851") {
		t.Error(err)
	}
}

func TestCommon(t *testing.T) {
	a, b := bench(t, map[string]string{"one": "map: one\n", "two": "map: two\n"}), bench(t, map[string]string{"two": "map: two\n", "three": "map: three\n"})
	both, only := workbench.Common(a, b)
	if !strings.Contains(strings.Join(both, " "), "base/common") || both[len(both)-1] != "two" {
		t.Error(both)
	}
	if diff := cmp.Diff([]string{"- one", "+ three"}, only); diff != "" {
		t.Error(diff)
	}
}
