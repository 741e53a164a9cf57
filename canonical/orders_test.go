package canonical_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/canonical"
)

// orders are the files of testdata/orders: each shows what others do not.
func orders(t testing.TB) map[string]json.RawMessage {
	t.Helper()
	files, err := filepath.Glob("testdata/orders/*.json")
	if err != nil || len(files) < 4 {
		t.Fatalf("found %d orders, %v", len(files), err)
	}
	out := map[string]json.RawMessage{}
	for _, f := range files {
		if out[strings.TrimSuffix(filepath.Base(f), ".json")], err = os.ReadFile(f); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func TestOrdersOfEveryShapeAreRight(t *testing.T) {
	c := checker(t)
	for name, body := range orders(t) {
		if found := c.Check("order", body); found != nil {
			t.Errorf("%s:\n%s", name, strings.Join(lines(found), "\n"))
		}
	}
}

// Go's types hold all that a body says: what they read and write is the same
// document.
func TestOrdersPassThroughTheirTypes(t *testing.T) {
	for name, body := range orders(t) {
		var order canonical.Order
		if err := json.Unmarshal(body, &order); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		out, err := json.Marshal(order)
		if err != nil {
			t.Fatal(err)
		}
		var got, want any
		if err := json.Unmarshal(out, &got); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(body, &want); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-read +written):\n%s", name, diff)
		}
		if hash(t, out) != hash(t, body) {
			t.Errorf("%s: the hash changes on the way", name)
		}
	}
}

func TestOrdersHaveKeysOfTheirOwn(t *testing.T) {
	got := map[string]string{}
	for name, body := range orders(t) {
		key, err := canonical.BusinessKey("order", "acme", body)
		if err != nil {
			t.Fatal(err)
		}
		got[name] = key
	}
	want := map[string]string{
		"least": "order:acme:WEB-1:", "blanket": "order:acme:BK-77:", "release": "order:acme:BK-77:0003", "stores-and-kits": "order:acme:4500099:",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What decides between again, changed and new (section 9 of the model): the key
// says which order, the hash says what it holds.
func TestAgainChangedOrNew(t *testing.T) {
	first := exampleBody(t)
	same := func(a, b json.RawMessage) (key, content bool) {
		ka, errA := canonical.BusinessKey("order", "acme", a)
		kb, errB := canonical.BusinessKey("order", "acme", b)
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		return ka == kb, hash(t, a) == hash(t, b)
	}
	for _, c := range []struct {
		name         string
		body         json.RawMessage
		key, content bool
	}{
		{"the same file again", first, true, true},
		{"sent again after it became a revision", edit(t, [2]string{"revision", `4`}), true, true},
		{"a quantity changed in silence", edit(t, [2]string{"lines[0].quantity.value", `"900"`}), true, false},
		{"a replacement", edit(t, [2]string{"purpose", `"replace"`}), true, false},
		{"another order", edit(t, [2]string{"customerOrderNumber", `"4500012346"`}), false, false},
		{"the number with a zero in front", edit(t, [2]string{"customerOrderNumber", `"04500012345"`}), false, false},
		{"a call-off", edit(t, [2]string{"releaseNumber", `"1"`}), false, false},
	} {
		if key, content := same(first, c.body); key != c.key || content != c.content {
			t.Errorf("%s: same key %t, same content %t; expected %t, %t", c.name, key, content, c.key, c.content)
		}
	}
}

// Each line of a large order is looked at: the last one too.
func TestTheLastOfManyLinesIsLookedAt(t *testing.T) {
	body := longOrder(t, 3000)
	c := checker(t)
	if found := c.Check("order", body); found != nil {
		t.Fatalf("found %q", lines(found[:1]))
	}
	at := strings.LastIndex(string(body), `"unit":"EA"`)
	broken := string(body[:at]) + `"unit":"EE"` + string(body[at+len(`"unit":"EA"`):])
	found := c.Check("order", json.RawMessage(broken))
	if len(found) != 1 || found[0].Path != "lines[2999].quantity.unit" {
		t.Errorf("found %q", lines(found))
	}
}
