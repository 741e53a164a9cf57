package mappings

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"waybill/translators"
)

// Result is what reading one set gave.
type Result struct {
	Body     json.RawMessage
	Unmapped []Unmapped // every element that no pair read
	Problems []Problem
}

// Unmapped is one element that no pair read.
type Unmapped struct {
	Path  string `json:"path"` // 850/PO1[3]/CTP[1]/CTP05-01
	Value string `json:"value"`
}

// In turns a set into the body of a canonical document. What is wrong with the
// data is in the Result; the error is for a set that the mapping is not for.
func (m *Map) In(set *translators.Set) (Result, error) {
	r, err := m.reader(set)
	if err != nil {
		return Result{}, err
	}
	return r.read(), nil
}

// reader reads one set.
type reader struct {
	*coverage
	m        *Map
	set      *translators.Set
	problems []Problem
	nodes    []candidate // of the groups that are being claimed, as a stack
	parts    []string
	tracing  bool
	trace    []TraceLine
}

// A candidate is an occurrence that claims compete for.
type candidate struct {
	node  *translators.Node
	taken bool
}

func (m *Map) reader(set *translators.Set) (*reader, error) {
	switch {
	case set.Root == nil:
		return nil, fmt.Errorf("mapping %s: set %s was read without a schema", m.name, set.ID)
	case set.Schema != m.schema && (set.Schema == nil || set.Schema.Set != m.schema.Set || set.Schema.Release != m.schema.Release || set.Schema.Items != m.schema.Items):
		return nil, fmt.Errorf("mapping %s is for %s in %s, not for set %s as it was read", m.name, m.schema.Set, m.schema.Release, set.ID)
	}
	return &reader{m: m, set: set, coverage: newCoverage(set)}, nil
}

func (r *reader) read() Result {
	f := newFrame(r.m.root, nil, 0)
	f.segment = r.set.Root.Trigger()
	r.scope(r.m.in, r.set.Root, f, 0)
	r.finish(f)
	e := emitter{digits: minorDigits("")}
	if r.m.currency >= 0 {
		e.currency = f.values[r.m.currency]
		e.digits = minorDigits(e.currency)
	}
	body := e.object(make([]byte, 0, 2048), r.m.root.fields, f)
	return Result{Body: body, Unmapped: r.unmapped(r.set), Problems: r.problems}
}

// scope reads one occurrence: its own elements, then what is below it, then what
// only counts where nothing else was found.
func (r *reader) scope(s *scope, n *translators.Node, f *frame, shift int) {
	seg := n.Trigger()
	for _, a := range s.reads {
		if a.rank == 0 {
			r.access(a, seg, f, shift, s)
		}
	}
	if len(s.pairs) > 0 {
		r.pairs(s, seg, f)
	}
	for _, k := range s.consts {
		if v := textOf(seg, k.ref, 0); v != "" && v == k.of(f) {
			r.use(seg, k.ref, 0)
		}
	}
	if n.Segment == nil {
		for _, g := range s.groups {
			r.group(g, n.Children, f)
		}
	}
	for _, a := range s.reads {
		if a.rank > 0 && f.values[a.slot] == "" {
			r.access(a, seg, f, shift, s)
		}
	}
}

// group gives the occurrences of one child to the claims on it.
func (r *reader) group(g *group, children []*translators.Node, f *frame) {
	base := len(r.nodes)
	for _, n := range children {
		if n.Item.Index == g.item.Index {
			r.nodes = append(r.nodes, candidate{node: n})
		}
	}
	found := r.nodes[base:len(r.nodes):len(r.nodes)]
	if len(found) > 0 {
		for _, k := range g.claims {
			r.claim(k, found, f)
		}
	}
	r.nodes = r.nodes[:base]
}

func (r *reader) claim(k *claim, found []candidate, f *frame) {
	switch {
	case k.late && k.filled(f):
	case k.all:
		r.gather(k, found, f)
	case k.many:
		for i := range found {
			if c := &found[i]; k.may(c) && r.matches(k.choice, c.node, "") {
				c.taken = c.taken || !k.peek
				r.items(k, c.node, f)
			}
		}
	default:
		if c := r.first(k, found); c != nil {
			c.taken = c.taken || !k.peek && c.node.Item.Max != 1
			r.scope(k.scope, c.node, f, 0)
		}
	}
}

// may says whether the claim may take the candidate at all.
func (k *claim) may(c *candidate) bool { return !c.taken || k.peek }

// filled says whether an earlier place of the claim's fields had data.
func (k *claim) filled(f *frame) bool {
	for _, a := range k.scope.reads {
		if f.values[a.slot] == "" {
			return false
		}
	}
	return len(k.scope.reads) > 0
}

// first finds the occurrence of a single claim. Of several codes the one that is
// written first is preferred, wherever it stands.
func (r *reader) first(k *claim, found []candidate) *candidate {
	codes := k.choice.preference()
	for n := range max(1, len(codes)) {
		code := ""
		if len(codes) > 0 {
			code = codes[n]
		}
		for i := range found {
			if c := &found[i]; k.may(c) && r.matches(k.choice, c.node, code) {
				return c
			}
		}
	}
	return nil
}

// preference lists the codes in the order in which a single claim wants them;
// nil where the choice names no more than one.
func (c choice) preference() []string {
	for _, k := range c.conds {
		if len(k.codes) > 1 {
			return k.codes
		}
	}
	return nil
}

// matches tests an occurrence against a choice; a preferred code narrows the
// condition that has several.
func (r *reader) matches(c choice, n *translators.Node, preferred string) bool {
	if len(c.conds) == 0 {
		return true
	}
	seg := n.Trigger()
	for _, k := range c.conds {
		if !k.holds(textOf(seg, k.ref, 0), preferred) {
			return false
		}
	}
	for _, k := range c.conds {
		r.use(seg, k.ref, 0)
	}
	return true
}

func (k cond) holds(v, preferred string) bool {
	if len(k.codes) == 0 {
		return v == ""
	}
	if preferred != "" && len(k.codes) > 1 {
		return v == preferred
	}
	for _, code := range k.codes {
		if v == code {
			return true
		}
	}
	return false
}

// items makes one item of an occurrence, or one of each group of elements in it.
func (r *reader) items(k *claim, n *translators.Node, f *frame) {
	if len(k.refs) == 0 {
		r.item(k, n, f, 0)
		return
	}
	seg := n.Trigger()
	for at := k.refs[0]; at <= len(seg.Elements); at += len(k.refs) {
		r.item(k, n, f, at-k.refs[0])
	}
}

func (r *reader) item(k *claim, n *translators.Node, f *frame, shift int) {
	item := newFrame(k.item, f, len(f.lists[k.list]))
	item.segment = n.Trigger()
	if len(k.refs) > 0 {
		shift += k.refs[0] << shiftBits
	}
	r.scope(k.scope, n, item, shift)
	if item.empty() {
		return
	}
	r.finish(item)
	f.lists[k.list] = append(f.lists[k.list], item)
}

// gather makes one value of all occurrences.
func (r *reader) gather(k *claim, found []candidate, f *frame) {
	for _, a := range k.scope.reads {
		if f.values[a.slot] != "" {
			continue
		}
		var parts []string
		var last *translators.Segment
		for i := range found {
			c := &found[i]
			if !k.may(c) || !r.matches(k.choice, c.node, "") {
				continue
			}
			seg := c.node.Trigger()
			if v := textOf(seg, a.refs[0], 0); v != "" {
				parts, last = append(parts, v), seg
				r.use(seg, a.refs[0], 0)
			}
			c.taken = c.taken || !k.peek
		}
		if len(parts) > 0 {
			r.store(a, parts, last, a.refs[0], f)
		}
	}
}

// access reads one value.
func (r *reader) access(a *access, seg *translators.Segment, f *frame, shift int, s *scope) {
	parts := r.parts[:0]
	for _, ref := range a.refs {
		parts = append(parts, textOf(seg, ref, shift))
	}
	r.parts = parts
	if parts[0] == "" || !r.store(a, parts, seg, a.refs[0], f) {
		return
	}
	for _, ref := range a.refs {
		r.use(seg, ref, shift)
	}
}

// store converts parts and puts the value into its slot; false where there is
// none to put.
func (r *reader) store(a *access, parts []string, seg *translators.Segment, at ref, f *frame) bool {
	v, kept, bad := a.read(parts)
	if bad != nil {
		r.report(a, bad, seg, at, f)
		return false
	}
	if v == "" {
		return a.codes != nil && a.codes.missing == missingAbsent
	}
	f.values[a.slot] = v
	if kept != "" {
		f.values[a.keep] = kept
	}
	if r.tracing {
		r.note(a, v, strings.Join(parts, " "), seg, at, f)
	}
	return true
}

// read converts what stands in X12 into our form, and says which code to keep
// beside it.
func (a *access) read(parts []string) (v, kept string, bad *fault) {
	v = parts[0]
	for i, c := range a.convs {
		if i > 0 {
			parts = []string{v}
		}
		if v, bad = c.in(parts); bad != nil {
			return "", "", bad
		}
	}
	v = strings.TrimRight(v, " ")
	if a.codes == nil || v == "" {
		return v, "", nil
	}
	word, bad := a.codes.word(v)
	if a.keep >= 0 && bad == nil && word != "" && (a.always || a.codes.back[word] != v) {
		kept = v
	}
	return word, kept, bad
}

// word looks a code up.
func (c *codes) word(code string) (string, *fault) {
	if word, ok := c.words[code]; ok {
		return word, nil
	}
	text := fmt.Sprintf("table %s has no row for %s", c.name, quote(code))
	switch c.missing {
	case missingPass:
		return code, nil
	case missingOther:
		return missingOther, nil
	case missingAbsent:
		return "", nil
	}
	return "", &fault{severity: c.missing, code: CodeLookup, text: text}
}

func (r *reader) report(a *access, bad *fault, seg *translators.Segment, at ref, f *frame) {
	p := Problem{Severity: bad.severity, Code: bad.code, Field: fullPath(a.field.path, f), Text: bad.text, Pair: a.field.pos.String()}
	if seg != nil {
		p.Segment, p.Position, p.Element = seg.ID, seg.Position, at.of(seg.ID)
	}
	r.problems = append(r.problems, p)
}

// of names the element of a segment as guides do: PO104, MEA04-01.
func (r ref) of(segment string) string {
	name := fmt.Sprintf("%s%02d", segment, r.element)
	if r.component > 0 {
		name += fmt.Sprintf("-%02d", r.component)
	}
	return name
}

// finish applies what holds for a frame once it is read.
func (r *reader) finish(f *frame) {
	for _, rule := range f.template.rules {
		if f.values[rule.slot] != "" || !rule.applies(f) {
			continue
		}
		switch {
		case rule.fill != "":
			f.values[rule.slot] = rule.fill
		case rule.ordinal >= 0:
			f.values[rule.slot], f.values[rule.ordinal] = strconv.Itoa(f.index+1), "true"
		}
		if rule.required && f.values[rule.slot] == "" {
			p := Problem{Severity: missingError, Code: CodeRequired, Field: fullPath(rule.field.path, f),
				Text: "is required; " + rule.from + " has no value", Pair: rule.field.pos.String()}
			if f.segment != nil {
				p.Segment, p.Position = f.segment.ID, f.segment.Position
			}
			r.problems = append(r.problems, p)
		}
	}
}

// applies says whether the parent of the rule's field exists.
func (r *rule) applies(f *frame) bool {
	if r.always {
		return true
	}
	for _, slot := range r.peers {
		if f.values[slot] != "" {
			return true
		}
	}
	for _, list := range r.lists {
		if len(f.lists[list]) > 0 {
			return true
		}
	}
	return false
}
