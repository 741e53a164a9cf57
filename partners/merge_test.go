package partners

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"waybill/settings"
)

func parse(t testing.TB, file, body string) *yaml.Node {
	t.Helper()
	n, found := settings.Parse(file, []byte(body))
	if len(found) > 0 {
		t.Fatal(text(found))
	}
	return n
}

func TestMerge(t *testing.T) {
	for _, tt := range []struct{ name, defaults, profile, want string }{
		{"nothing below", "", "status: testing\n", "status: testing\n"},
		{"what the profile says stays", "status: draft\npriority: 3\n", "status: testing\n", "status: testing\npriority: 3\n"},
		{"blocks key by key", "x12: { us: { qualifier: ZZ, id: OURCO }, version: \"004010\" }\n", "x12: { them: { id: A }, us: { id: US } }\n",
			"x12: { them: { id: A }, us: { id: US, qualifier: ZZ }, version: \"004010\" }\n"},
		{"a list replaces a list", "as2: { require: [signed, encrypted] }\n", "as2: { require: [signed] }\n", "as2: { require: [signed] }\n"},
		{"a transport is the partner's own choice", "as2: { sign: sha256 }\n", "status: testing\n", "status: testing\n"},
		{"and filled where it has one", "as2: { sign: sha256, mdn: { request: signed, timeout: 2m } }\n", "as2: { them: A, mdn: { timeout: 5m } }\n",
			"as2: { them: A, mdn: { timeout: 5m, request: signed }, sign: sha256 }\n"},
		{"an empty block is a choice too", "as2: { sign: sha256 }\n", "as2: {}\n", "as2: { sign: sha256 }\n"},
		{"so is a document", "documents: { \"850\": { direction: in, to: [erp] }, \"860\": { direction: in } }\n", "documents: { \"850\": { mapping: acme-850 } }\n",
			"documents: { \"850\": { mapping: acme-850, direction: in, to: [erp] } }\n"},
		{"no documents at all", "documents: { \"850\": { direction: in } }\n", "status: testing\n", "status: testing\ndocuments: {}\n"},
		{"a value over a block", "x12: { version: \"004010\" }\n", "x12: none\n", "x12: none\n"},
		{"a block over a value", "x12: none\n", "x12: { version: \"004010\" }\n", "x12: { version: \"004010\" }\n"},
		{"defaults that are a list", "[status]\n", "status: testing\n", "status: testing\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var below *yaml.Node
			if tt.defaults != "" {
				below = parse(t, defaultsPath, tt.defaults)
			}
			own := parse(t, "acme.yaml", tt.profile)
			before, err := yaml.Marshal(own)
			if err != nil {
				t.Fatal(err)
			}
			var got, want any
			decode(t, merge(own, below), &got)
			decode(t, parse(t, "want", tt.want), &want)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			if after, _ := yaml.Marshal(own); string(after) != string(before) {
				t.Errorf("the profile's own tree changed to %s", after)
			}
		})
	}
}

func decode(t testing.TB, n *yaml.Node, into any) {
	t.Helper()
	if err := n.Decode(into); err != nil {
		t.Fatal(err)
	}
}

// laid is what merge must do, on plain maps.
func laid(upper, lower any) any {
	u, ok := upper.(map[string]any)
	l, below := lower.(map[string]any)
	if !ok || !below {
		return upper
	}
	out := map[string]any{}
	for k, v := range l {
		out[k] = v
	}
	for k, v := range u {
		out[k] = v
		if under, ok := l[k]; ok {
			out[k] = laid(v, under)
		}
	}
	return out
}

// block generates nested keys and values with few names, so that they meet.
func block(depth int) *rapid.Generator[any] {
	value := rapid.Map(rapid.SampledFrom([]string{"a", "b", "c d", "1"}), func(s string) any { return s })
	if depth == 0 {
		return value
	}
	list := rapid.Map(rapid.SliceOfN(rapid.SampledFrom([]string{"x", "y"}), 1, 3), func(l []string) any {
		out := make([]any, len(l))
		for i, s := range l {
			out[i] = s
		}
		return out
	})
	keys := rapid.Map(rapid.MapOfN(rapid.SampledFrom([]string{"k1", "k2", "k3", "k4"}), block(depth-1), 1, 4), func(m map[string]any) any { return m })
	return rapid.OneOf(value, list, keys, keys)
}

func TestMergeIsKeyByKey(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		own := map[string]any{"x12": block(3).Draw(t, "own")}
		below := map[string]any{"x12": block(3).Draw(t, "below")}
		if rapid.Bool().Draw(t, "more") {
			below["acknowledge"] = block(2).Draw(t, "acknowledge")
		}
		var upper, lower yaml.Node
		if err := upper.Encode(own); err != nil {
			t.Fatal(err)
		}
		if err := lower.Encode(below); err != nil {
			t.Fatal(err)
		}
		var got any
		if err := merge(&upper, &lower).Decode(&got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(laid(own, below), got); diff != "" {
			t.Error(diff)
		}
	})
}

// The three levels: defaults.yaml, the partner's file, and there the document.
func TestThreeLevels(t *testing.T) {
	defaults := "status: testing\npriority: 3\nx12:\n  us: { qualifier: \"12\", id: OURCO }\n  version: \"004010\"\n  usage_mismatch: accept\n" +
		"documents:\n  \"850\": { direction: in, role: buyer, to: [erp], version: \"004010\" }\n"
	own := "partner: acme\npriority: 1\nx12:\n  them: { qualifier: ZZ, id: ACMERETAIL }\n  us: { id: OURCO2 }\n  version: \"005010\"\n" +
		"documents:\n  \"850\": { mapping: base/850, to: [wms, erp] }\n"
	s := open(t, options(), defaultsPath, defaults, "partners/acme.yaml", own)
	p, _ := s.Current().Partner("acme")
	if p.Priority != 1 || p.Status() != Testing || p.Us != (Party{"12", "OURCO2", "OURCO2"}) || p.UsageStop("P") != "" {
		t.Errorf("found %+v", p)
	}
	a, ok := p.Agreement("850", "in")
	if !ok || a.Role != "buyer" || !cmp.Equal(a.To, []string{"wms", "erp"}) {
		t.Errorf("found %+v, %v", a, ok)
	}
	a.To[0] = "changed"
	if again, _ := p.Agreement("850", "in"); again.To[0] != "wms" {
		t.Error("a caller changed the profile")
	}
	if _, ok := p.Agreement("850", "out"); ok {
		t.Error("found an agreement in the other direction")
	}
	if _, ok := p.Agreement("860", "in"); ok {
		t.Error("found an agreement that the partner's file does not name")
	}
}

// Whatever of a block is wrong is reported where it was written.
func TestBlockPlaces(t *testing.T) {
	o := options()
	o.Attach = func(b *Book) (any, []settings.Problem) {
		var found []settings.Problem
		for _, p := range b.Partners() {
			node, file, ok := p.Block("as2")
			if !ok {
				continue
			}
			var block struct {
				Sign string `yaml:"sign"`
				Them string `yaml:"them"`
				MDN  struct {
					Mode string `yaml:"mode"`
				} `yaml:"mdn"`
			}
			found = append(found, settings.Decode(file, node, &block)...)
			if block.MDN.Mode != "sync" {
				found = append(found, settings.Place(file, node, "as2", []settings.Problem{{Key: "mdn.mode", Text: "found " + block.MDN.Mode}})...)
			}
			if block.Them == "" {
				found = append(found, settings.Place(file, node, "as2", []settings.Problem{{Key: "them", Text: "is missing"}})...)
			}
		}
		return nil, found
	}
	_, found := Open(configDir(t,
		defaultsPath, "status: testing\nas2:\n  sgin: sha256\n  mdn:\n    mode: async\n",
		"partners/acme.yaml", profileOf("acme", "A1", "B1")+"as2: {}\n",
		"partners/bolt.yaml", profileOf("bolt", "B1", "B1")+"as2: { them: BOLT, mdn: { mode: post } }\n",
		"partners/coil.yaml", profileOf("coil", "C1", "B1"),
	), o)
	want := `partners/acme.yaml:7:6: as2.them: is missing
partners/bolt.yaml:7:33: as2.mdn.mode: found post
partners/defaults.yaml:3:3: sgin: unknown key; did you mean sign?
partners/defaults.yaml:5:11: as2.mdn.mode: found async`
	if diff := cmp.Diff(want, text(found)); diff != "" {
		t.Error(diff)
	}
}
