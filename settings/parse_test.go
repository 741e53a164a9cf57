package settings_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"waybill/settings"
)

func said(found []settings.Problem) []string {
	var out []string
	for _, p := range found {
		out = append(out, p.String())
	}
	return out
}

func nested(depth int) string {
	return "a: " + strings.Repeat("[", depth) + strings.Repeat("]", depth)
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string // beginnings
	}{
		{"an anchor", "a: &x 1\n", []string{"f.yaml:1:4: a: anchors and aliases are not allowed; write the value out"}},
		{"an anchor and its alias", "a: &x 1\nb:\n  c: *x\n", []string{"f.yaml:1:4: a: anchors", "f.yaml:3:6: b.c: anchors"}},
		{"an alias as key", "a: &x 1\n*x : 2\n", []string{"f.yaml:1:4: a: anchors", "f.yaml:2:1: x: anchors"}},
		{"an anchor on a key", "&x a: 1\n", []string{"f.yaml:1:1: a: anchors"}},
		{"an anchor in a list", "a:\n  - 1\n  - &x 2\n", []string{"f.yaml:3:5: a: anchors"}},
		{"an alias of nothing", "a: *x\n", []string{"f.yaml: not YAML: unknown anchor"}},
		{"a tag", "a: !!binary aGk=\nb: !secret x\n", []string{"f.yaml:1:4: a: found the tag !!binary; tags are not allowed", "f.yaml:2:4: b: found the tag !secret"}},
		{"a key twice", "a: 1\nb: 2\na: 3\n", []string{"f.yaml:3:1: a: stands here twice, first in line 1; keep one"}},
		{"a key twice, once in quotes", "7: 1\n\"7\": 3\n", []string{"f.yaml:2:1: 7: stands here twice"}},
		{"keys twice in two places", "as2:\n  us: A\n  us: B\nlist:\n  - { x: 1, x: 2 }\n", []string{"f.yaml:3:3: as2.us: stands here twice, first in line 2", "f.yaml:5:13: list.x: stands here twice"}},
		{"a list as key", "[a, b]: 1\n", []string{"f.yaml:1:1: found a list as a key, expected a word"}},
		{"keys and values as key", "? {a: 1}\n: 1\n", []string{"f.yaml:1:3: found keys and values as a key"}},
		{"a second document", "a: 1\n---\nb: 2\n", []string{"f.yaml: found a second document; keep one document to a file"}},
		{"rubbish behind the end", "a: 1\n---\n[\n", []string{"f.yaml:3:1: not YAML: "}},
		{"a value with a colon", "a: b: c\n", []string{"f.yaml: not YAML: mapping values are not allowed in this context; put a value that holds \": \" in quotes, and begin the keys of a block in one column"}},
		{"a tab", "a:\n\tb: 1\n", []string{"f.yaml:2:1: not YAML: found character that cannot start any token; indent with blanks, not with tabs"}},
		{"a key in a column of its own", "a:\n  b: 1\n    c: 2\n", []string{"f.yaml:3:1: not YAML: mapping values are not allowed"}},
		{"a key too far left", "a:\n  b: 1\n c: 2\n", []string{"f.yaml:3:1: not YAML: did not find expected key; look near this line for a key in a column of its own"}},
		{"a key too far right, far below", "a: 1\nb:\n  c: 1\nd: 2\n    e: 1\nf: 3\n", []string{"f.yaml:5:1: not YAML: "}},
		{"a key too far left, far below", "a:\n    b: 1\n    c: 2\n    d: 3\n  e: 1\nf: 3\n", []string{"f.yaml:5:1: not YAML: did not find expected key"}},
		{"a bracket that is open", "a: 1\nb: [1, 2\nc: 1\n", []string{"f.yaml:2:1: not YAML: did not find expected "}},
		{"no colon", "a: 1\nb\nc: 2\n", []string{"f.yaml:2:1: not YAML: could not find expected ':'; look near this line"}},
		{"an open quote", "a: \"1\nb: 2\n", []string{"f.yaml:3:1: not YAML: found unexpected end of stream; look for a quote that is not closed"}},
		{"too deep", nested(33), []string{"f.yaml:1:36: a: nested deeper than 32 levels"}},
		{"far too deep", nested(20000), []string{"f.yaml: not YAML: exceeded max depth"}},
		{"too long", strings.Repeat("#", 1<<20+1), []string{"f.yaml: 1048577 bytes are too many; at most 1048576"}},
		{"no text", "a: \xff\xfe\n", []string{"f.yaml: not YAML: "}},
	} {
		t.Run(c.name, func(t *testing.T) {
			node, found := settings.Parse("f.yaml", []byte(c.text))
			got := said(found)
			if node != nil || len(got) != len(c.want) {
				t.Fatalf("found %v, node %v; expected %q", got, node, c.want)
			}
			for i := range got {
				if !strings.HasPrefix(got[i], c.want[i]) {
					t.Errorf("found    %s\nexpected %s…", got[i], c.want[i])
				}
			}
		})
	}
}

func TestParseAccepts(t *testing.T) {
	for name, text := range map[string]string{
		"nothing":            "",
		"a comment":          "# nothing yet\n",
		"a marked document":  "---\na: 1\n...\n",
		"a mark before":      "\ufeffa: 1\n",
		"depth at the bound": nested(31),
		"size at the bound":  "a: 1 #" + strings.Repeat("x", 1<<20-6),
		"one key in two":     "a: { x: 1 }\nb: { x: 1 }\n",
		"windows lines":      "a: 1\r\nb:\r\n  c: 2\r\n",
	} {
		node, found := settings.Parse("f.yaml", []byte(text))
		if len(found) > 0 || node == nil || node.Kind != yaml.MappingNode {
			t.Errorf("%s: found %v, node %v", name, said(found), node)
		}
	}
}

// What Parse returns keeps the places of its values.
func TestParseKeepsPlaces(t *testing.T) {
	node, found := settings.Parse("f.yaml", []byte("a: 1\nb:\n  - x\n  - yy: 2\n"))
	if len(found) > 0 {
		t.Fatal(said(found))
	}
	var got []string
	var walk func(n *yaml.Node)
	walk = func(n *yaml.Node) {
		if n.Kind == yaml.ScalarNode {
			got = append(got, fmt.Sprintf("%s %d:%d", n.Value, n.Line, n.Column))
		}
		for _, c := range n.Content {
			walk(c)
		}
	}
	walk(node)
	want := []string{"a 1:1", "1 1:4", "b 2:1", "x 3:5", "yy 4:5", "2 4:9"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
