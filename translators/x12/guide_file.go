package x12

import (
	"fmt"
	"io/fs"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"waybill/settings"
	"waybill/translators"
)

// A guide file names a set and a release, and what the partner changes of them,
// by place: guide, set, release, extends, title, notes, rules.
type guideFile struct {
	name, file             string
	title, set, release    string
	extends, notes         string
	extendsAt, setAt, base guideSpot
	rules                  []*guideRule
}

// guideSpot is a place in a guide file.
type guideSpot struct {
	file         string
	line, column int
}

// String is the place as problems of documents name it: file:line.
func (s guideSpot) String() string { return s.file + ":" + strconv.Itoa(s.line) }

// said is one value with its place; wide says that it stands under widen.
type said[T any] struct {
	value T
	at    guideSpot
	wide  bool
	ok    bool
}

// guideRule is what a guide says of one place.
type guideRule struct {
	key    string // the path in one spelling
	path   guidePath
	at     guideSpot
	drop   bool
	usage  said[translators.Usage]
	min    said[int]
	max    said[int] // of a segment: occurrences, 0 for any number
	codes  said[[]codeWords]
	extra  said[[]codeWords] // codes beyond the standard's
	notes  said[string]
	inside bool // the path leads to an element
}

// codeWords is a code with what it means, if that is said.
type codeWords struct {
	code, words string
	at          guideSpot
}

// guideReader reads one file and notes what is wrong with it.
type guideReader struct {
	file  string
	found []settings.Problem
}

const (
	guideChain = 8    // files that extend one another
	guideRules = 5000 // in one file
)

// readGuideFile reads guides/NAME.yaml; nil where it is no guide at all.
func readGuideFile(fsys fs.FS, dir, name string) (*guideFile, []settings.Problem) {
	g := &guideFile{name: name, file: dir + name + ".yaml"}
	data, err := fs.ReadFile(fsys, name+".yaml")
	if err != nil {
		return nil, []settings.Problem{{File: g.file, Text: "cannot be read: " + err.Error(), Hint: "guides are files such as guides/acme-850.yaml"}}
	}
	root, found := settings.Parse(g.file, data)
	if root == nil {
		return nil, found
	}
	r := &guideReader{file: g.file, found: found}
	g.base = r.spot(root)
	if root.Kind != yaml.MappingNode {
		r.add(root, "", "a guide is a block of keys", "begin with guide: "+name)
		return nil, r.found
	}
	r.head(g, root)
	return g, r.found
}

func (r *guideReader) spot(n *yaml.Node) guideSpot { return guideSpot{r.file, n.Line, n.Column} }

func (r *guideReader) add(n *yaml.Node, key, text, hint string) {
	r.found = append(r.found, settings.Problem{File: r.file, Line: n.Line, Column: n.Column, Key: key, Text: text, Hint: hint})
}

// entries goes over the keys of a block.
func entries(n *yaml.Node, each func(key, value *yaml.Node)) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		each(n.Content[i], n.Content[i+1])
	}
}

func (r *guideReader) head(g *guideFile, root *yaml.Node) {
	entries(root, func(key, value *yaml.Node) {
		switch key.Value {
		case "guide":
			if text, ok := r.text(value, "guide"); ok && text != g.name {
				r.add(value, "guide", fmt.Sprintf("found %q, but the file is %s.yaml", text, g.name), "the two must be the same")
			}
		case "title":
			g.title, _ = r.text(value, "title")
		case "notes":
			g.notes, _ = r.text(value, "notes")
		case "set":
			g.set = r.pattern(value, "set", `\d{3}`, `write the three digits in quotes, such as "850"`)
			g.setAt = r.spot(value)
		case "release":
			g.release = r.pattern(value, "release", `\d{6}[A-Z0-9]{0,6}`, `write GS08 in quotes, such as "004010" or "004010VICS"`)
			g.setAt = r.spot(value)
		case "extends":
			g.extends = r.pattern(value, "extends", guideName, "name another guide, without .yaml")
			g.extendsAt = r.spot(value)
		case "rules":
			r.rules(g, value)
		default:
			r.unknown(key, "", "guide", "title", "notes", "set", "release", "extends", "rules")
		}
	})
}

const guideName = `[a-z0-9][a-z0-9_-]{0,62}`

func (r *guideReader) unknown(key *yaml.Node, path string, known ...string) {
	hint := "known are: " + strings.Join(known, ", ")
	if near := settings.Suggest(key.Value, known); near != "" {
		hint = "did you mean " + near + "?"
	}
	r.add(key, path, fmt.Sprintf("the key %q is not known", key.Value), hint)
}

// text reads a scalar as it is written: 0711 stays 0711.
func (r *guideReader) text(n *yaml.Node, key string) (string, bool) {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		r.add(n, key, "expected a text", "")
		return "", false
	}
	return n.Value, true
}

func (r *guideReader) pattern(n *yaml.Node, key, must, hint string) string {
	text, ok := r.text(n, key)
	if ok && !regexp.MustCompile("^(?:"+must+")$").MatchString(text) {
		r.add(n, key, fmt.Sprintf("found %q", text), hint)
		return ""
	}
	return text
}

func (r *guideReader) rules(g *guideFile, n *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		r.add(n, "rules", "expected a place of the set on each line", "write them as BEG03: { max: 15 } or CUR: not used")
		return
	}
	if len(n.Content)/2 > guideRules {
		r.add(n, "rules", fmt.Sprintf("there are more than %d", guideRules), "")
		return
	}
	seen := map[string]int{}
	entries(n, func(key, value *yaml.Node) {
		path, err := parseGuidePath(key.Value)
		if err != nil {
			r.found = append(r.found, settings.Problem{File: r.file, Line: key.Line, Column: key.Column + err.at, Key: "rules." + key.Value, Text: err.text, Hint: err.hint})
			return
		}
		rule := &guideRule{path: path, key: path.String(), at: r.spot(key), inside: path.element > 0}
		if line, twice := seen[rule.key]; twice {
			r.add(key, "rules."+key.Value, fmt.Sprintf("is the place of line %d in another spelling", line), "keep one")
			return
		}
		seen[rule.key] = key.Line
		r.rule(rule, value)
		g.rules = append(g.rules, rule)
	})
}
