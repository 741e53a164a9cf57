package mappings

import (
	"io/fs"
	"strings"

	"go.yaml.in/yaml/v3"

	"waybill/settings"
)

// A file is one mapping file as written.
type file struct {
	name      string // base/850
	extends   string
	x12       string // set, or set and version
	canonical string // order/v1
	parts     []*part
	tables    []*table
	fields    []*entry
	tests     []Test
	checks    []*check
	zone      string
	dated     string
	places    map[string]place // of the head's keys
}

// A part is a named group of pairs without a place of its own.
type part struct {
	name    string
	pos     place
	entries []*entry
}

// An entry is what a file says of one canonical path.
type entry struct {
	path  string // lines[].item.gtin
	pos   place
	in    []*value // what is read: the first that has data
	out   *value   // what is written; of a two-way pair the same value as in[0]
	drop  bool
	part  string // the part whose expansion made it
	as    string // a part that is put here without a place of its own
	fixed string // what write: puts there

	filled   bool   // fields are written below it, though some may be wrong
	computed *value // an expression that is read
	fixes    *value // an expression that write: puts there
	when     *value // an expression that must hold for anything to be written

	over []place // the pairs that it replaced
	via  []place // where the parts were named that brought it here
}

// place puts the entry's canonical path below a prefix.
func (e *entry) below(prefix string) *entry {
	c := *e
	c.path = joinPath(prefix, e.path)
	return &c
}

// binds says whether the entry gives a place to other entries, rather than a value.
func (e *entry) binds() bool {
	v := e.any()
	return v != nil && !v.path.element()
}

// bare says whether the entry only says when something is written.
func (e *entry) bare() bool {
	return e.when != nil && e.any() == nil && e.computed == nil && e.as == "" && e.fixed == ""
}

// said says whether it has been reported why nothing stands below the entry.
func (e *entry) said() bool {
	v := e.any()
	return e.filled || e.as != "" || v != nil && v.as != ""
}

// any returns a value of the entry, whichever direction it is of.
func (e *entry) any() *value {
	if len(e.in) > 0 {
		return e.in[0]
	}
	return e.out
}

// both says whether one value serves both directions.
func (e *entry) both() bool { return len(e.in) == 1 && e.in[0] == e.out }

func joinPath(prefix, path string) string {
	if prefix == "" {
		return path
	}
	return prefix + "." + path
}

// loader reads files and collects problems.
type loader struct {
	fsys  fs.FS
	found []settings.Problem
}

// loading is one file while it is read.
type loading struct {
	*loader
	path string // base/850.yaml
}

func (l *loading) at(n *yaml.Node) place {
	p := place{file: l.path, line: n.Line, column: n.Column}
	if n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
		p.column++
	}
	return p
}

func (l *loader) add(at place, key, text, hint string) {
	l.found = append(l.found, settings.Problem{File: at.file, Line: at.line, Column: at.column, Key: key, Text: text, Hint: hint})
}

// file reads one mapping file; nil where it cannot be read at all.
func (l *loader) file(name string, from place) *file {
	path := name + ".yaml"
	data, err := fs.ReadFile(l.fsys, path)
	if err != nil {
		if from.file == "" {
			from.file = path
		}
		l.add(from, "", "there is no mapping "+name, l.known(name))
		return nil
	}
	root, found := settings.Parse(path, data)
	for _, p := range found {
		if strings.Contains(p.Text, "did not find expected ',' or") {
			p.Hint = "lines[] and REF[DP]02 do not go inside [ ] or { }: give each its own line"
		}
		l.found = append(l.found, p)
	}
	if root == nil {
		return nil
	}
	reading := &loading{loader: l, path: path}
	return reading.root(name, root)
}

// known suggests a mapping of a like name.
func (l *loader) known(name string) string {
	var names []string
	_ = fs.WalkDir(l.fsys, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return fs.SkipDir
		}
		if n, ok := strings.CutSuffix(path, ".yaml"); ok {
			names = append(names, n)
		}
		return nil
	})
	if s := settings.Suggest(name, names); s != "" {
		return "did you mean " + s + "?"
	}
	return "mappings are files such as acme-850.yaml in the mappings folder"
}

func (l *loading) root(name string, root *yaml.Node) *file {
	f := &file{name: name, places: map[string]place{}}
	if root.Kind != yaml.MappingNode {
		l.add(l.at(root), "", "found no keys, expected a mapping", "")
		return f
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		k, v := root.Content[i], root.Content[i+1]
		f.places[k.Value] = l.at(v)
		switch k.Value {
		case "map":
			if s := l.scalar(v, k.Value); s != "" && s != name {
				l.add(l.at(v), "map", "the name is "+s+" but the file is "+l.path, "write map: "+name)
			}
		case "extends":
			f.extends = l.scalar(v, k.Value)
		case "x12":
			f.x12 = l.scalar(v, k.Value)
		case "canonical":
			f.canonical = l.scalar(v, k.Value)
		case "parts":
			f.parts = l.parts(v)
		case "tables":
			f.tables = l.tables(v)
		case "fields":
			f.fields = l.entries(v, "", scopeText{})
		case "tests":
			f.tests = l.tests(v)
		case "checks":
			f.checks = l.checks(v)
		case "zone":
			f.zone = l.scalar(v, k.Value)
		case "dated":
			f.dated = l.scalar(v, k.Value)
		default:
			l.add(l.at(k), k.Value, "unknown key", suggestion(k.Value, headKeys()))
		}
	}
	if _, ok := f.places["map"]; !ok {
		l.add(l.at(root), "map", "is missing", "write map: "+name)
	}
	return f
}

func headKeys() []string {
	return []string{"map", "extends", "x12", "canonical", "zone", "dated", "parts", "tables", "fields", "checks", "tests"}
}

func suggestion(word string, known []string) string {
	if s := settings.Suggest(word, known); s != "" {
		return "did you mean " + s + "?"
	}
	if len(known) == 0 || len(known) > 12 {
		return ""
	}
	return "known here: " + strings.Join(known, ", ")
}

// scalar is the source text of a single value.
func (l *loading) scalar(n *yaml.Node, key string) string {
	if n.Kind != yaml.ScalarNode {
		l.add(l.at(n), key, "expected a single value", "")
		return ""
	}
	if n.Value == "" {
		l.add(l.at(n), key, "found nothing, expected a value", "")
	}
	return n.Value
}

// pairs calls each for the keys of a mapping node.
func (l *loading) pairs(n *yaml.Node, key string, each func(k, v *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		l.add(l.at(n), key, "expected keys and values", "")
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		each(n.Content[i], n.Content[i+1])
	}
}

func (l *loading) parts(n *yaml.Node) []*part {
	var all []*part
	l.pairs(n, "parts", func(k, v *yaml.Node) {
		if !isName(k.Value) {
			l.add(l.at(k), "parts", k.Value+" is no name", "letters and digits, beginning with a letter")
			return
		}
		all = append(all, &part{name: k.Value, pos: l.at(k), entries: l.entries(v, "", scopeText{})})
	})
	return all
}

func isName(s string) bool {
	if s == "" || !letter(s[0]) {
		return false
	}
	for i := range len(s) {
		if !letter(s[i]) && !digit(s[i]) {
			return false
		}
	}
	return true
}
