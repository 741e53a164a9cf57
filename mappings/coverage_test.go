package mappings_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/mappings"
	"waybill/translators"
)

// TestUnmappedPaths reads an order of which little is mapped: every element with
// data that nothing used is named, with its place in the tree.
func TestUnmappedPaths(t *testing.T) {
	fsys := files(map[string]string{"bare.yaml": `map: bare
x12: "850"
canonical: order/v1
fields:
  customerOrderNumber: BEG03
  department: REF[DP]02
  lines[]:
    at: PO1
    lineNumber: PO101
    subLines[]:
      at: SLN
      quantityPer.unit: SLN05-01
`})
	m := compile(t, fsys, "bare", "004010")
	got := in(t, m, order("REF*DP*1*X", "REF*ZZ*2", "N1*ST*DC*92*7", "N3*A", "PO1*1*2*EA", "PO1*2", "MEA***3*LB", "SLN*1**I*2*EA>2>3", "CTT*2*2*9*LB"))
	want := []string{
		"850/BEG[1]/BEG01 00", "850/BEG[1]/BEG02 SA", "850/BEG[1]/BEG05 20261116",
		"850/REF[1]/REF03 X", "850/REF[2]/REF01 ZZ", "850/REF[2]/REF02 2",
		"850/N1[1]/N101 ST", "850/N1[1]/N102 DC", "850/N1[1]/N103 92", "850/N1[1]/N104 7", "850/N1[1]/N3[1]/N301 A",
		"850/PO1[1]/PO102 2", "850/PO1[1]/PO103 EA",
		"850/PO1[2]/MEA[1]/MEA03 3", "850/PO1[2]/MEA[1]/MEA04-01 LB",
		"850/PO1[2]/SLN[1]/SLN01 1", "850/PO1[2]/SLN[1]/SLN03 I", "850/PO1[2]/SLN[1]/SLN04 2",
		"850/PO1[2]/SLN[1]/SLN05-02 2", "850/PO1[2]/SLN[1]/SLN05-03 3",
		"850/CTT[1]/CTT03 9", "850/CTT[1]/CTT04 LB", // CTT01 and 02 are the writer's own
	}
	var lines []string
	for _, u := range got.Unmapped {
		lines = append(lines, u.Path+" "+u.Value)
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("unmapped (-want +got):\n%s", diff)
	}
}

// TestUnplacedSegments names what the walker found no place for.
func TestUnplacedSegments(t *testing.T) {
	m := compile(t, mappings.Base(), "base/850", "004010")
	decode(t, order("PO1*1*1*EA", "BIG*20261116*7"), func(s *translators.Set) {
		got, err := m.In(s)
		if err != nil {
			t.Fatal(err)
		}
		text := ""
		for _, u := range got.Unmapped {
			text += u.Path + " " + u.Value + "\n"
		}
		if !strings.Contains(text, "850/BIG@4/BIG01 20261116") || !strings.Contains(text, "BIG02 7") {
			t.Errorf("unmapped: %s", text)
		}
	})
}

// TestNothingIsLostSilently writes each construct and reads it again: the body is
// the same, and all that was written is read.
func TestNothingIsLostSilently(t *testing.T) {
	m := compile(t, mappings.Base(), "base/850", "004010")
	for _, c := range append(constructs(), lineConstructs()...) {
		t.Run(c.name, func(t *testing.T) {
			first := in(t, m, order(c.segments...))
			set, _, err := m.Out(first.Body)
			if err != nil {
				t.Fatal(err)
			}
			second, err := m.In(set)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(withoutTotals(t, first.Body), withoutTotals(t, second.Body)); diff != "" {
				t.Errorf("in, out, in (-first +second):\n%s", diff)
			}
			if len(second.Unmapped) > 0 {
				t.Errorf("what was written is not all read: %v", second.Unmapped)
			}
		})
	}
}

// TestTakingAnElementAwayShows takes every element of the example away in turn:
// the body changes, or the element was named as unmapped.
func TestTakingAnElementAwayShows(t *testing.T) {
	m := compile(t, mappings.Base(), "base/850", "004010")
	decode(t, read(t, "testdata/order.x12"), func(s *translators.Set) {
		whole, err := m.In(s)
		if err != nil {
			t.Fatal(err)
		}
		for i := range s.Segments {
			seg := &s.Segments[i]
			if seg.ID == "ST" || seg.ID == "SE" {
				continue
			}
			for e := range seg.Elements {
				kept := seg.Elements[e]
				if kept.Text == "" || seg.ID == "CUR" && e == 0 { // an empty CUR01 is the buyer's
					continue
				}
				for _, other := range segmentsOf(s.Root, seg.Position) {
					other.Elements[e] = translators.Element{}
				}
				less, err := m.In(s)
				if err != nil {
					t.Fatal(err)
				}
				if string(less.Body) == string(whole.Body) && len(less.Problems) == len(whole.Problems) {
					t.Errorf("%s%02d %q is read by nothing", seg.ID, e+1, kept.Text)
				}
				for _, other := range segmentsOf(s.Root, seg.Position) {
					other.Elements[e] = kept
				}
			}
		}
	})
}

// segmentsOf finds the segment of a position in the tree.
func segmentsOf(n *translators.Node, position int) []*translators.Segment {
	if n.Segment != nil && n.Segment.Position == position {
		return []*translators.Segment{n.Segment}
	}
	var all []*translators.Segment
	for _, k := range n.Children {
		all = append(all, segmentsOf(k, position)...)
	}
	return all
}

func TestTrace(t *testing.T) {
	m := partner(t, "fields:\n  department: REF[DP]02 | default(NONE)\n")
	decode(t, order("REF*DP*034", "REF*ZZ*1", "N9*L1*GEN", "MSG*A", "MSG*B", "PO1*1*2*CA***IN*A-1*QQ*7", "PKG*F****BOX"), func(s *translators.Set) {
		result, lines, err := m.Trace(s)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, l := range lines {
			where, _, _ := strings.Cut(l.Pair, ":")
			got = append(got, strings.Join([]string{l.Field, l.Value, l.Element, l.Raw, where}, " | "))
		}
		want := []string{
			"customerOrderNumber | PO1 | BEG03 | PO1 | base/850.yaml",
			"purpose | original | BEG01 | 00 | base/850.yaml",
			"type | standalone | BEG02 | SA | base/850.yaml",
			"orderDate | 2026-11-16 | BEG05 | 20261116 | base/850.yaml",
			"department | 034 | REF02 | 034 | p.yaml",
			"references[0].type | mutual | REF01 | ZZ | base/common.yaml",
			"references[0].value | 1 | REF02 | 1 | base/common.yaml",
			"notes[0].code | general | N902 | GEN | base/common.yaml",
			"notes[0].text | A\nB | MSG01 | A B | base/common.yaml",
			"lines[0].lineNumber | 1 | PO101 | 1 | base/850.yaml",
			"lines[0].quantity.value | 2 | PO102 | 2 | base/850.yaml",
			"lines[0].quantity.unit | XCS | PO103 | CA | base/850.yaml",
			"lines[0].item.buyerItem | A-1 | PO107 | A-1 | base/common.yaml",
			"lines[0].item.otherIds[0] | QQ | PO108 | QQ | base/common.yaml",
			"lines[0].item.otherIds[0] | 7 | PO109 | 7 | base/common.yaml",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("trace (-want +got):\n%s", diff)
		}
		_, filled, err := partner(t, "fields:\n  promotion: REF[PD]02 | default(NONE)\n").Trace(s)
		if err != nil || len(filled) == 0 || filled[0].Field != "promotion" || filled[0].Element != "" || filled[0].Value != "NONE" {
			t.Errorf("a default is traced as %v (%v)", filled[0], err)
		}
		var b strings.Builder
		if err := mappings.WriteTrace(&b, append(filled[:1:1], lines...), result.Unmapped); err != nil {
			t.Fatal(err)
		}
		for _, part := range []string{"customerOrderNumber ", "segment 2 BEG03", "filled in", "not used:", "850/PO1[1]/PKG[1]/PKG05", `"BOX"`} {
			if !strings.Contains(b.String(), part) {
				t.Errorf("%q is not in the trace:\n%s", part, b.String())
			}
		}
	})
	var b strings.Builder
	if err := mappings.WriteTrace(&b, nil, nil); err != nil || !strings.Contains(b.String(), "everything was used") {
		t.Errorf("%v %s", err, b.String())
	}
}
