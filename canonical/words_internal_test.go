package canonical

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestComparePaths(t *testing.T) {
	want := []string{"a", "a.b", "lines[2]", "lines[2].item", "lines[9].z", "lines[10].a", "lines[10].b2", "lines[10].b10", "lines[100]", "z"}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, comparePaths)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestComparePathsIsAnOrder(t *testing.T) {
	path := rapid.StringMatching(`[ab]{0,2}(\[[0-9]{1,3}\])?(\.[ab]{1,2}[0-9]{0,2})?`)
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := path.Draw(t, "a"), path.Draw(t, "b"), path.Draw(t, "c")
		if comparePaths(a, b) != -comparePaths(b, a) {
			t.Fatalf("%q and %q: %d one way, %d the other", a, b, comparePaths(a, b), comparePaths(b, a))
		}
		if comparePaths(a, b) <= 0 && comparePaths(b, c) <= 0 && comparePaths(a, c) > 0 {
			t.Fatalf("%q ≤ %q ≤ %q, but the first is after the last", a, b, c)
		}
	})
}

func TestSuggest(t *testing.T) {
	known := []string{"shipTo", "shipFrom", "billTo", "lines", "notes"}
	for word, want := range map[string]string{
		"shipto": "shipTo", "ShipFrom": "shipFrom", "shpiTo": "shipTo", "line": "lines", "linez": "lines",
		"colour": "", "x": "", strings.Repeat("lines", 1000): "",
	} {
		if got := suggest(word, known); got != want {
			t.Errorf("suggest(%.20q) = %q, expected %q", word, got, want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"abc", "abc", 0}, {"abc", "abd", 1}, {"abc", "ac", 1}, {"ab", "ba", 2}, {"kitten", "sitting", 3}} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("distance(%q, %q) = %d, expected %d", c.a, c.b, got, c.want)
		}
	}
}

func TestCutKeepsWholeCharacters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringN(0, 100, -1).Draw(t, "text")
		got := cut(s)
		if !utf8.ValidString(got) || len(got) > shown+len("…") || !strings.HasPrefix(s, strings.TrimSuffix(got, "…")) {
			t.Fatalf("cut(%q) = %q", s, got)
		}
	})
}

// Every list that a field's tag names is there, and each code stands in it once.
func TestCodeLists(t *testing.T) {
	for _, list := range strings.Fields(`unit dateMeaning kind role direction channel environment purpose orderType responseRequested
		backorderPolicy substitution reference note partyRole partyId contactFunction priceBasis allowanceKind allowanceCode
		percentBasis allowanceMethod taxType termsType termsBasis freightPayment freightLocation transportMode measurement
		respondsTo responsePurpose responseResult responseStatus responseChange responseReason changePurpose changeAction lineChange
		warehousePurpose temperatureUnit shipmentType shipmentPurpose structure unitType lineStatus shortReason milestone invoiceType
		invoicePurpose ackType ackForm ackResult errorLevel segmentError elementError transactionError groupError errorCode inventoryMode movement`) {
		values := codes(list)
		if len(values) < 2 {
			t.Errorf("%s: found %v", list, values)
		}
		if i := slices.Index(values, "other"); i >= 0 && i != len(values)-1 {
			t.Errorf("%s: other is not the last of an open list", list)
		}
		sorted := slices.Compact(slices.Sorted(slices.Values(values)))
		if len(sorted) != len(values) {
			t.Errorf("%s: a code stands in it twice", list)
		}
	}
	if got := codes("nonsense"); len(got) > 0 {
		t.Errorf("codes of a list that is not there: %v", got)
	}
}
