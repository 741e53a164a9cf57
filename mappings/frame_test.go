package mappings

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func newFrame(t *template, parent *frame, index int) *frame {
	return new(arena).frame(t, parent, index)
}

// TestFramesDoNotShare fills frames of one arena beyond what was made for them.
func TestFramesDoNotShare(t *testing.T) {
	var a arena
	var all []*frame
	for i := range 100 {
		f := a.frame(&template{slots: 1 + i%90}, nil, i)
		for slot := range f.template.slots {
			f.put(slot, strings.Repeat("x", i+1))
		}
		all = append(all, f)
	}
	for i, f := range all {
		for slot := range f.template.slots {
			if got := f.get(slot); len(got) != i+1 {
				t.Fatalf("frame %d, slot %d: %q", i, slot, got)
			}
		}
	}
}

// TestFrameIsAMap holds a frame against a map that does the same.
func TestFrameIsAMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 200).Draw(t, "slots")
		f, m := newFrame(&template{slots: n}, nil, 0), map[int]string{}
		for range rapid.IntRange(0, 60).Draw(t, "steps") {
			slot := rapid.IntRange(0, n-1).Draw(t, "slot")
			v := rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "text")
			f.put(slot, v)
			if v == "" {
				delete(m, slot)
			} else {
				m[slot] = v
			}
		}
		for slot := range n {
			if f.get(slot) != m[slot] || f.has(slot) != (m[slot] != "") {
				t.Fatalf("slot %d is %q, expected %q", slot, f.get(slot), m[slot])
			}
		}
		lo := rapid.IntRange(0, n).Draw(t, "lo")
		hi := rapid.IntRange(lo, n).Draw(t, "hi")
		want, bits := false, slotSet{}
		for slot := lo; slot < hi; slot++ {
			want = want || m[slot] != ""
			bits = bits.with(slot)
		}
		if f.any(lo, hi) != want || f.meets(bits) != want {
			t.Fatalf("from %d to %d: %v and %v, expected %v", lo, hi, f.any(lo, hi), f.meets(bits), want)
		}
		if f.empty() != (len(m) == 0) {
			t.Fatalf("empty is %v with %d values", f.empty(), len(m))
		}
	})
}

func TestFrameLists(t *testing.T) {
	f := newFrame(&template{slots: 70}, nil, 0)
	if f.list(66) != nil || !f.empty() {
		t.Error("a new frame holds something")
	}
	for i := range 3 {
		f.add(66, newFrame(&template{slots: 1}, f, i))
	}
	f.add(2, newFrame(&template{slots: 1}, f, 0))
	if len(f.list(66)) != 3 || len(f.list(2)) != 1 || f.list(3) != nil || f.empty() || !f.any(60, 70) || f.any(3, 66) {
		t.Error("lists are not where they were put")
	}
}

// TestTextIsJSON holds our quoting against encoding/json.
func TestTextIsJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "text") + rapid.SampledFrom([]string{"", "\"", "\\", "\n\t\x00\x1f\x7f", "é", "\xff\xfe", "\u2028", "<&>"}).Draw(t, "end")
		got := appendText(nil, s)
		var back string
		if err := json.Unmarshal(got, &back); err != nil {
			t.Fatalf("%q is written %s: %v", s, got, err)
		}
		if want := strings.ToValidUTF8(s, "\ufffd"); back != want && len(want) == len(s) {
			t.Fatalf("%q came back as %q", s, back)
		}
	})
}

func TestFullPath(t *testing.T) {
	root := newFrame(&template{slots: 1}, nil, 0)
	line := newFrame(&template{slots: 1}, root, 2)
	sub := newFrame(&template{slots: 1}, line, 5)
	for _, c := range []struct {
		path string
		f    *frame
		want string
	}{
		{"currency", root, "currency"},
		{"lines[].item.gtin", line, "lines[2].item.gtin"},
		{"lines[].subLines[].item.gtin", sub, "lines[2].subLines[5].item.gtin"},
		{"lines[].subLines[]", line, "lines[2].subLines[]"},
		{"lines[].subLines[]", sub, "lines[2].subLines[5]"},
	} {
		if got := fullPath(c.path, c.f); got != c.want {
			t.Errorf("%s is %s, expected %s", c.path, got, c.want)
		}
	}
}

func TestProblemIsOneLine(t *testing.T) {
	for want, p := range map[string]Problem{
		"MAP-TYPE a: is wrong":                                {Code: CodeType, Field: "a", Text: "is wrong"},
		"MAP-TYPE a: is wrong (p.yaml:1:2)":                   {Code: CodeType, Field: "a", Text: "is wrong", Pair: "p.yaml:1:2"},
		"MAP-TYPE a: is wrong (segment 3, PO104; p.yaml:1:2)": {Code: CodeType, Field: "a", Text: "is wrong", Pair: "p.yaml:1:2", Position: 3, Segment: "PO1", Element: "PO104"},
		"MAP-REQUIRED a: is required (segment 3, PO1)":        {Code: CodeRequired, Field: "a", Text: "is required", Position: 3, Segment: "PO1"},
	} {
		if got := p.Error(); got != want {
			t.Errorf("got %q, expected %q", got, want)
		}
	}
	if got := quote(strings.Repeat("x", 100)); len(got) > 70 {
		t.Errorf("%s is not cut", got)
	}
}

func TestChoices(t *testing.T) {
	dp, ctDP := cond{ref: ref{element: 1}, codes: []string{"DP"}}, cond{ref: ref{element: 1}, codes: []string{"CT", "DP"}}
	empty, other := cond{ref: ref{element: 2}}, cond{ref: ref{element: 2}, codes: []string{"X"}}
	for _, c := range []struct {
		a, b choice
		want bool
	}{
		{choice{conds: []cond{dp}}, choice{conds: []cond{ctDP}}, true},
		{choice{conds: []cond{dp}}, choice{}, true},
		{choice{conds: []cond{empty}}, choice{conds: []cond{other}}, false},
		{choice{conds: []cond{empty}}, choice{conds: []cond{empty}}, true},
		{choice{conds: []cond{dp, empty}}, choice{conds: []cond{ctDP, other}}, false},
		{choice{conds: []cond{dp}}, choice{conds: []cond{other}}, true},
	} {
		if got := meet(c.a, c.b); got != c.want || meet(c.b, c.a) != c.want {
			t.Errorf("%s and %s meet: %v, expected %v", c.a, c.b, got, c.want)
		}
	}
	for want, c := range map[string]choice{"": {}, "[*]": {all: true}, "[other]": {rest: true}, "[01=DP]": {conds: []cond{dp}}, "[01=CT|DP,02=]": {conds: []cond{ctDP, empty}}} {
		if c.String() != want {
			t.Errorf("%s is written %s", want, c)
		}
	}
}

func TestOwnedByTheWriter(t *testing.T) {
	for at, want := range map[string]bool{"ST01": true, "SE01": true, "ISA13": true, "HL01": true, "HL02": true, "HL03": false, "HL04": true, "CTT01": true, "CTT02": true, "CTT03": false, "LX01": false, "BEG03": false} {
		n := number(at[len(at)-2:])
		if got := owned(at[:len(at)-2], n); got != want {
			t.Errorf("%s is owned: %v, expected %v", at, got, want)
		}
	}
}
