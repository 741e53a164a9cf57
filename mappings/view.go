package mappings

import (
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"waybill/settings"
)

// Way says which direction a pair serves.
type Way string

// The ways of a pair.
const (
	Both Way = "both" // read and written
	In   Way = "in"   // read only
	Out  Way = "out"  // written only
)

// Resolved is a mapping with all that it extends, merged: what compiling starts from.
type Resolved struct {
	Name      string
	X12       string   // set, or set and version
	Canonical string   // order/v1
	Chain     []string // the mappings that make it up, the root first
	Pairs     []Pair
	Tables    []Table
	Checks    []Check
	Tests     []Test // of the mapping itself
}

// Pair is one line of a merged mapping. A field that is read and written in
// different places has a Pair for each.
type Pair struct {
	Field     string // lines[].item.gtin; of a constant the block that it is in
	Place     string // PO1(UP:12|EN:13|UK:14); of a bare part ""
	Way       Way
	Block     bool   // gives a place to other fields, rather than a value
	Part      string // the part that is put there
	Fixed     string // what write: puts there
	When      string // what must hold for it to be written
	Functions []Function
	At        string   // file:line:column
	Over      []string // places of the pairs that it replaced, the first one first
	Through   []string // places where the parts were named that brought it here
}

// Function is one function behind a bar.
type Function struct {
	Name string
	Args []string // keep, missing:warn
}

// String is the function as it is written.
func (f Function) String() string {
	if len(f.Args) == 0 {
		return f.Name
	}
	return f.Name + "(" + strings.Join(f.Args, ", ") + ")"
}

// Check is one merged check of the whole document.
type Check struct {
	Name     string
	Text     string // the expression
	Severity string
	Say      string // what a person reads where it does not hold
	At       string
}

// Table is one merged code table.
type Table struct {
	Name    string
	Missing string
	Rows    []Row
}

// Row is one row of a Table.
type Row struct {
	Code, Word string
	Way        Way
	From, To   string // days that it holds on; "" is without end
	At         string
}

// Text is the right side of the pair as it is written.
func (p Pair) Text() string {
	var b strings.Builder
	b.WriteString(p.Place)
	if p.Part != "" {
		b.WriteString(" as " + p.Part)
	}
	for _, f := range p.Functions {
		b.WriteString(" | " + f.String())
	}
	if p.Fixed != "" {
		b.WriteString(" = " + p.Fixed)
	}
	if p.When != "" {
		b.WriteString(" when " + p.When)
	}
	return strings.TrimSpace(b.String())
}

// Resolve merges the named mapping with what it extends. All problems are
// returned; the mapping is nil if a file of it cannot be read.
func Resolve(fsys fs.FS, name string) (*Resolved, []settings.Problem) {
	l := &loader{fsys: fsys}
	files := l.chain(name)
	if files == nil {
		return nil, sorted(l.found)
	}
	m := l.merge(files)
	r := &Resolved{Name: m.name, X12: m.x12, Canonical: m.canonical, Tests: files[len(files)-1].tests}
	for _, f := range files {
		r.Chain = append(r.Chain, f.name)
	}
	for _, e := range m.entries {
		r.Pairs = append(r.Pairs, e.pairs()...)
	}
	for _, c := range m.checks {
		v := Check{Name: c.name, Severity: orWord(c.severity, missingError), Say: c.say, At: c.pos.String()}
		if c.expr != nil {
			v.Text = c.expr.text
		}
		r.Checks = append(r.Checks, v)
	}
	for _, name := range m.order {
		r.Tables = append(r.Tables, m.tables[name].view())
	}
	return r, sorted(l.found)
}

// IsTable says whether a file of a mappings folder is a table rather than a mapping:
// one below tables/.
func IsTable(path string) bool { return strings.HasPrefix(path, "tables/") }

// Names lists the mappings of a file system, in order.
func Names(fsys fs.FS) []string {
	var names []string
	_ = fs.WalkDir(fsys, ".", func(path string, d fs.DirEntry, err error) error {
		switch n, ok := strings.CutSuffix(path, ".yaml"); {
		case err != nil:
			return nil // what cannot be read is no mapping
		case ok && !d.IsDir() && !IsTable(path):
			names = append(names, n)
		}
		return nil
	})
	slices.Sort(names)
	return names
}

// pairs is the entry as a person sees it.
func (e *entry) pairs() []Pair {
	at := Pair{Field: e.path, Way: Both, At: e.pos.String(), Fixed: e.fixed, Over: texts(e.over), Through: texts(e.via)}
	if i := strings.LastIndex(e.path, constantMark); i >= 0 && e.fixed != "" {
		at.Field = strings.TrimSuffix(e.path[:i], ".")
	}
	if e.when != nil {
		at.When = trimmed(e.when.expr)
	}
	if e.bare() {
		at.Way, at.Block = Out, true
		return []Pair{at}
	}
	if e.as != "" {
		at.Part, at.Block = e.as, true
		return []Pair{at}
	}
	if e.both() {
		return []Pair{at.of(e.out, Both)}
	}
	var all []Pair
	for _, v := range e.in {
		all = append(all, at.of(v, In))
	}
	if e.computed != nil {
		made := at
		made.Way, made.Place = In, "= "+trimmed(e.computed.expr)
		all = append(all, made)
	}
	if e.out != nil {
		all = append(all, at.of(e.out, Out))
	}
	return all
}

func texts(places []place) []string {
	var all []string
	for _, p := range places {
		all = append(all, p.String())
	}
	return all
}

// of is the pair with what one value says.
func (p Pair) of(v *value, way Way) Pair {
	p.Way, p.Part = way, v.as
	if v.path != nil {
		p.Place, p.Block = v.place(), !v.path.element() || v.path.group && len(v.path.refs) > 1
	}
	for _, c := range v.calls {
		f := Function{Name: c.name}
		for _, a := range c.args {
			f.Args = append(f.Args, a.String())
		}
		p.Functions = append(p.Functions, f)
	}
	return p
}

// place is the path as it is written, with the steps that under: put before it.
func (v *value) place() string {
	text := v.text
	depth, steps := 0, 1
	for i := range len(text) {
		switch c := text[i]; {
		case c == '[' || c == '(':
			depth++
		case c == ']' || c == ')':
			depth--
		case c == '/' && depth == 0:
			steps++
		case (c == '|' || c == ' ') && depth == 0:
			text = text[:i]
		}
		if len(text) <= i {
			break
		}
	}
	var b strings.Builder
	for _, s := range v.path.steps[:max(0, len(v.path.steps)-steps)] {
		b.WriteString(s.segment + s.choice.String() + "/")
	}
	return b.String() + text
}

// String is the argument as it is written.
func (a argument) String() string {
	text := a.text
	if strings.IndexFunc(text, func(r rune) bool { return r > 127 || !plain(byte(r)) }) >= 0 || text == "" {
		text = strconv.Quote(text)
	}
	if a.name != "" {
		return a.name + ":" + text
	}
	return text
}

func (t *table) view() Table {
	v := Table{Name: t.name, Missing: orWord(t.missing, missingError)}
	for _, side := range []struct {
		way  Way
		rows []row
	}{{Both, t.rows}, {In, t.in}, {Out, t.out}} {
		for _, r := range side.rows {
			code, word := r.from, r.to
			if side.way == Out {
				code, word = word, code
			}
			v.Rows = append(v.Rows, Row{Code: code, Word: word, Way: side.way, At: r.pos.String()})
		}
	}
	for _, r := range t.file {
		way := Both
		if r.way != "" {
			way = Way(r.way)
		}
		v.Rows = append(v.Rows, Row{Code: r.from, Word: r.to, Way: way, From: r.since, To: r.until, At: r.pos.String()})
	}
	return v
}
