package mappings

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"waybill/translators"
)

// A law says of a function what drawn values must satisfy.
type law struct {
	make  func(t *rapid.T) conv
	sent  func(t *rapid.T) []string // what stands in X12: parts of a tuple or occurrences
	ours  func(t *rapid.T) string   // a value of ours
	alike func(a, b string) bool    // two texts of X12 that mean the same; nil is equality
	same  func(a, b string) bool    // two values of ours that mean the same; nil is equality
}

// from makes the conv of a call, as a mapping would.
func from(t *rapid.T, text string, e translators.ElementRule) conv {
	v, err := parseValue("BEG03 | "+text, place{})
	if err != nil {
		t.Fatal(err)
	}
	c := v.calls[0]
	k, wrong := makers()[c.name](c, e)
	if wrong != "" {
		t.Fatal(wrong)
	}
	if k.split != nil {
		k.split.of = 3
	}
	return k
}

func drawn(form string) func(*rapid.T) string {
	return func(t *rapid.T) string { return rapid.StringMatching(form).Draw(t, "value") }
}

func one(form string) func(*rapid.T) []string {
	return func(t *rapid.T) []string { return []string{rapid.StringMatching(form).Draw(t, "sent")} }
}

func always(text string) func(*rapid.T) conv {
	return func(t *rapid.T) conv { return from(t, text, translators.ElementRule{Type: "AN", Max: 80}) }
}

// equalNumbers compares as numbers: .50 and 0.5, 007 and 7 are the same.
func equalNumbers(a, b string) bool {
	x, okA := new(big.Rat).SetString(strings.TrimPrefix(a, "+"))
	y, okB := new(big.Rat).SetString(strings.TrimPrefix(b, "+"))
	return okA && okB && x.Cmp(y) == 0
}

// lawful are the functions that go both ways.
func lawful() map[string]law {
	const number = `[-+]?0{0,2}[0-9]{0,12}(\.[0-9]{1,9})?`
	sameDay := func(a, b string) bool { return a == b || len(a) == 6 && strings.HasSuffix(b, a) }
	return map[string]law{
		"date":     {make: always("date"), sent: one(`(19|20)?[0-9]{2}(0[1-9]|1[012])[0-3][0-9]`), ours: drawn(`(19|20)[0-9]{2}-(0[1-9]|1[012])-[0-3][0-9]`), alike: sameDay},
		"time":     {make: always("time"), sent: one(`[0-2][0-9][0-6][0-9]([0-6][0-9][0-9]{0,2})?`), ours: drawn(`[0-2][0-9]:[0-6][0-9](:[0-6][0-9](\.[0-9]{1,2})?)?`)},
		"datetime": {make: always("datetime"), sent: dayTimes, ours: drawn(`20[0-9]{2}-(0[1-9]|1[012])-[0-3][0-9](T[01][0-9]:[0-5][0-9](Z|[-+](0[1-9]|1[0-2]):00)?)?`), alike: sameOffset},
		"decimal":  {make: always("decimal"), sent: one(number), ours: drawn(number), alike: equalNumbers, same: equalNumbers},
		"int":      {make: always("int"), sent: one(`-?[0-9]{1,18}`), ours: drawn(`-?[0-9]{1,18}(\.0)?`), alike: equalNumbers, same: equalNumbers},
		"implied": {make: func(t *rapid.T) conv {
			return from(t, fmt.Sprintf("implied(%d)", rapid.IntRange(0, 9).Draw(t, "places")), translators.ElementRule{})
		}, sent: one(`-?[0-9]{1,15}`), ours: drawn(number), alike: equalNumbers, same: equalNumbers},
		"scale": {make: func(t *rapid.T) conv {
			return from(t, "scale("+rapid.SampledFrom([]string{"12", "0.1", "100", "2.5", "7"}).Draw(t, "factor")+")", translators.ElementRule{})
		}, sent: one(`-?[0-9]{1,6}(\.[0-9]{1,4})?`), ours: drawn(`-?[0-9]{1,6}(\.[0-9]{1,3})?`), alike: equalNumbers, same: equalNumbers},
		"gtin":     {make: always("gtin"), sent: one(`[0-9]{8,14}`), ours: drawn(`[0-9]{14}`), alike: func(a, b string) bool { return strings.TrimLeft(a, "0") == strings.TrimLeft(b, "0") }},
		"country":  {make: always("country"), sent: one(`[A-Z]{2,3}|USA|CAN|MEX`), ours: drawn(`[A-Z]{2}`), alike: func(a, b string) bool { return a == b || len(a) == 3 && len(b) == 2 }},
		"join":     {make: always(`join(" / ")`), sent: several(`[A-Z/ ]{0,6}[A-Z]`), ours: drawn(`[A-Z]{1,4}( / [A-Z]{1,4}){0,3}`)},
		"wrap":     {make: always("wrap(7)"), sent: wrapped, ours: drawn(`[A-Z ]{0,30}[A-Z]`)},
		"pad":      {make: always("pad(6, 0)"), sent: one(`[0-9A]{4,7}`), ours: drawn(`[0-9A]{1,7}`)},
		"prefix":   {make: always(`prefix("C-")`), sent: one(`(C-)?[A-Z-]{0,5}`), ours: drawn(`[A-Z-]{1,5}`)},
		"nullable": {make: always("nullable"), sent: one(`N/A|-|0|[A-Z0-9]{1,4}`), ours: drawn(`N/A|-|0|[A-Z0-9]{1,4}`)},
	}
}

func several(form string) func(*rapid.T) []string {
	return func(t *rapid.T) []string { return rapid.SliceOfN(rapid.StringMatching(form), 1, 5).Draw(t, "sent") }
}

// wrapped are pieces as wrap(7) would cut them: all full but the last, none with
// a blank at its end.
func wrapped(t *rapid.T) []string {
	n := rapid.IntRange(1, 4).Draw(t, "pieces")
	var all []string
	for range n - 1 {
		all = append(all, rapid.StringMatching(`[A-Z ]{6}[A-Z]`).Draw(t, "piece"))
	}
	return append(all, rapid.StringMatching(`[A-Z ]{0,5}[A-Z]`).Draw(t, "last"))
}

func dayTimes(t *rapid.T) []string {
	return []string{rapid.StringMatching(`20[0-9]{2}(0[1-9]|1[012])[0-3][0-9]`).Draw(t, "day"), rapid.StringMatching(`([01][0-9][0-5][0-9]([0-5][0-9])?)?`).Draw(t, "time"),
		rapid.SampledFrom([]string{"", "ES", "ED", "CT", "UT", "LT", "GM", "01", "24", "13"}).Draw(t, "code")}
}

// sameOffset says that a time code may come back as another of the same offset,
// or go where there is no time; without one a time stays local.
func sameOffset(a, b string) bool {
	x, y := strings.Split(a, "\x00"), strings.Split(b, "\x00")
	if x[0] != y[0] || x[1] != y[1] {
		return false
	}
	z := zoned{3, nil}
	v, _ := z.read(x)
	w, _ := z.read(y)
	return v == w
}

// TestFunctionsComeBack draws what stands in X12: what a function accepts, it
// writes again, and that reads as the same value.
func TestFunctionsComeBack(t *testing.T) {
	for name, l := range lawful() {
		t.Run(name, func(t *testing.T) {
			accepted := 0
			rapid.Check(t, func(r *rapid.T) {
				k, sent := l.make(r), l.sent(r)
				v, bad := k.in(slices.Clone(sent))
				if bad != nil || v == "" {
					return
				}
				accepted++
				back, bad := k.out(v)
				if bad != nil {
					r.Fatalf("%q is %q, which is not written: %s", sent, v, bad.text)
				}
				again, bad := k.in(slices.Clone(back))
				if bad != nil || again != v {
					r.Fatalf("%q is %q, is written %q, and reads as %q", sent, v, back, again)
				}
				a, b := strings.Join(sent, "\x00"), strings.Join(back, "\x00")
				if a != b && (l.alike == nil || !l.alike(a, b)) {
					r.Fatalf("%q is written %q", sent, back)
				}
			})
			if accepted < 5 {
				t.Errorf("accepted %d only", accepted)
			}
		})
	}
}

// TestFunctionsReadWhatTheyWrite draws values of ours: what a function writes, it
// reads as the same.
func TestFunctionsReadWhatTheyWrite(t *testing.T) {
	for name, l := range lawful() {
		t.Run(name, func(t *testing.T) {
			accepted := 0
			rapid.Check(t, func(r *rapid.T) {
				k, v := l.make(r), l.ours(r)
				parts, bad := k.out(v)
				if bad != nil {
					return
				}
				accepted++
				back, bad := k.in(slices.Clone(parts))
				if bad != nil || back != v && (l.same == nil || !l.same(back, v)) {
					r.Fatalf("%q is written %q, and reads as %q %v", v, parts, back, bad)
				}
			})
			if accepted < 5 {
				t.Errorf("accepted %d only", accepted)
			}
		})
	}
}

// TestPiecesComeBack draws the pieces of one element.
func TestPiecesComeBack(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		sep := rapid.SampledFrom([]string{"-", "/", ", "}).Draw(r, "separator")
		want := rapid.SliceOfN(rapid.StringMatching(`[A-Z0-9]{0,4}`), 3, 3).Draw(r, "pieces")
		text := ""
		for i, v := range want {
			if v == "" {
				continue
			}
			s := &splitting{sep: sep, at: i + 1, of: 3}
			piece, bad := s.out(v)
			if bad != nil {
				r.Fatal(bad.text)
			}
			text = s.put(text, piece)
		}
		for i, v := range want {
			got, bad := (&splitting{sep: sep, at: i + 1, of: 3}).in(text)
			if text != "" && (bad != nil || got != v) {
				r.Fatalf("piece %d of %q is %q %v, expected %q", i+1, text, got, bad, v)
			}
		}
	})
}

// TestOneWayFunctions draws for the functions that have no way back.
func TestOneWayFunctions(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		parts := rapid.SliceOfN(rapid.StringMatching(`-?[0-9]{1,9}(\.[0-9]{1,3})?`), 1, 6).Draw(r, "parts")
		first, _ := from(r, "first", translators.ElementRule{}).in(parts)
		last, _ := from(r, "last", translators.ElementRule{}).in(parts)
		if first != parts[0] || last != parts[len(parts)-1] {
			r.Fatalf("of %q the first is %q and the last %q", parts, first, last)
		}
		sum, bad := from(r, "sum", translators.ElementRule{Type: "R"}).in(parts)
		want := new(big.Rat)
		for _, p := range parts {
			n, _ := new(big.Rat).SetString(p)
			want.Add(want, n)
		}
		if got, ok := new(big.Rat).SetString(sum); bad != nil || !ok || got.Cmp(want) != 0 {
			r.Fatalf("the sum of %q is %q", parts, sum)
		}
		text := rapid.StringMatching(`[A-Za-z .-]{0,12}`).Draw(r, "text")
		left, _ := from(r, `remove("-. ")`, translators.ElementRule{}).in([]string{text})
		if strings.ContainsAny(left, "-. ") || len(left) != len(text)-strings.Count(text, "-")-strings.Count(text, ".")-strings.Count(text, " ") {
			r.Fatalf("%q is left as %q", text, left)
		}
		for _, name := range []string{"upper", "trim"} {
			k := from(r, name, translators.ElementRule{})
			once, _ := k.out(text)
			twice, _ := k.out(once[0])
			if once[0] != twice[0] || !strings.EqualFold(strings.TrimSpace(once[0]), strings.TrimSpace(text)) {
				r.Fatalf("%s of %q is %q, and then %q", name, text, once, twice)
			}
		}
	})
}

// TestEveryFunctionHasALaw fails where a function is added without one.
func TestEveryFunctionHasALaw(t *testing.T) {
	have := lawful()
	elsewhere := map[string]string{
		"split": "TestPiecesComeBack", "first": "TestOneWayFunctions", "last": "TestOneWayFunctions", "sum": "TestOneWayFunctions",
		"remove": "TestOneWayFunctions", "upper": "TestOneWayFunctions", "trim": "TestOneWayFunctions",
		"required": "TestRulesComeBack", "default": "TestRulesComeBack", "ordinal": "TestRulesComeBack", "counter": "TestRulesComeBack",
		"table": "TestTablesComeBack", "keep": "TestTablesComeBack",
	}
	shown := map[string]bool{}
	for _, e := range Examples() {
		shown[e.Function] = true
	}
	for _, name := range functions() {
		_, here := have[name]
		if _, there := elsewhere[name]; !here && !there {
			t.Errorf("%s has no law", name)
		}
		if !shown[name] {
			t.Errorf("%s has no example", name)
		}
	}
}
