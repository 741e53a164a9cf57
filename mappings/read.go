package mappings

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
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
	result := r.read()
	r.leave()
	m.readers.Put(r)
	return result, nil
}

// reader reads one set.
type reader struct {
	*coverage
	m        *Map
	set      *translators.Set
	arena    arena
	problems []Problem
	day      string      // that decides which rows of tables hold
	made     int         // items of lists
	nodes    []candidate // of the groups that are being claimed, as a stack
	parts    []string
	text     []byte // of the body, while it is made
	tracing  bool
	trace    []TraceLine
}

func (m *Map) reader(set *translators.Set) (*reader, error) {
	switch {
	case set.Root == nil:
		return nil, fmt.Errorf("mapping %s: set %s was read without a schema", m.name, set.ID)
	case set.Schema != m.schema && (set.Schema == nil || set.Schema.Set != m.schema.Set || set.Schema.Release != m.schema.Release || set.Schema.Items != m.schema.Items):
		return nil, fmt.Errorf("mapping %s is for %s in %s, not for set %s as it was read", m.name, m.schema.Set, m.schema.Release, set.ID)
	}
	if r, ok := m.readers.Get().(*reader); ok {
		r.set = set
		r.coverage.begin(set)
		return r, nil
	}
	return &reader{m: m, set: set, coverage: newCoverage(set)}, nil
}

// leave forgets the set and what was read of it, but keeps the room.
func (r *reader) leave() {
	r.arena.reset()
	*r = reader{m: r.m, coverage: r.coverage, arena: r.arena, nodes: r.nodes[:0], parts: r.parts[:0], text: r.text[:0]}
}

func (r *reader) read() Result {
	f := r.arena.frame(r.m.root, nil, 0)
	f.segment = r.set.Root.Trigger()
	r.readDay()
	r.scope(r.m.in, r.set.Root, f, 0)
	if r.m.late {
		r.compute(f)
	} else {
		r.rules(f)
	}
	body := r.body(f)
	r.check(body, f)
	return Result{Body: body, Unmapped: r.unmapped(r.set), Problems: r.problems}
}

// body is what the frames hold as JSON.
func (r *reader) body(f *frame) json.RawMessage {
	e := emitter{digits: minorDigits("")}
	if r.m.currency >= 0 {
		e.currency = f.get(r.m.currency)
		e.digits = minorDigits(e.currency)
	}
	r.text = e.object(r.text[:0], r.m.root.object, f)
	return bytes.Clone(r.text)
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
	for _, rep := range s.repeats {
		r.repetitions(rep, seg, f)
	}
	for _, k := range s.inside {
		r.items(k, n, f)
	}
	for _, k := range s.consts {
		if v := textOf(seg, k.ref, 0); v != "" && v == k.of(f) {
			r.use(seg, k.ref, 0)
		}
	}
	if n.Segment == nil {
		there := s.there(n.Children)
		for i, g := range s.groups {
			if there.has(i) {
				r.group(g, n.Children, f)
			}
		}
	}
	for _, a := range s.reads {
		switch {
		case a.rank == 0:
		case f.get(a.slot) == "":
			r.access(a, seg, f, shift, s)
		default:
			r.again(a, seg, f, shift)
		}
	}
}

// access reads one value.
func (r *reader) access(a *access, seg *translators.Segment, f *frame, shift int, s *scope) {
	v := textOf(seg, a.refs[0], shift)
	if v == "" {
		return
	}
	var parts []string
	if len(a.refs) > 1 {
		parts = append(r.parts[:0], v)
		for _, ref := range a.refs[1:] {
			parts = append(parts, textOf(seg, ref, shift))
		}
		r.parts = parts
	}
	if !r.store(a, v, parts, seg, a.refs[0], f) {
		return
	}
	if a.sent >= 0 {
		f.put(a.sent, r.sentText(a, seg, shift))
	}
	for _, ref := range a.refs {
		r.use(seg, ref, shift)
	}
}

// store converts a text, or of several all parts, and puts the value into its
// slot; false where there is none to put.
func (r *reader) store(a *access, text string, parts []string, seg *translators.Segment, at ref, f *frame) bool {
	v, kept, bad := a.read(text, parts, r.day)
	if bad != nil {
		r.report(a, bad, seg, at, f)
		return false
	}
	if v == "" {
		return a.silent()
	}
	r.keep(a, v, kept, text, parts, seg, at, f)
	return true
}

// keep puts a value into its slot, and the partner's own code beside it.
func (r *reader) keep(a *access, v, kept, text string, parts []string, seg *translators.Segment, at ref, f *frame) {
	if a.with >= 0 {
		v = r.split(a, v, f)
	}
	f.put(a.slot, v)
	if kept != "" {
		f.put(a.keep, kept)
	}
	if r.tracing {
		r.note(a, v, kept, partsOf(text, parts), seg, at, f)
	}
}

// partsOf is the parts of a value; without any it has one, the text.
func partsOf(text string, parts []string) []string {
	if len(parts) == 0 {
		return []string{text}
	}
	return parts
}

// read converts what stands in X12, a text or of several all parts, into our form,
// and says which code to keep beside it.
func (a *access) read(text string, parts []string, day string) (v, kept string, bad *fault) {
	v = text
	for i := range a.convs {
		c := &a.convs[i]
		if c.text != nil {
			v, bad = c.text(v)
		} else {
			v, bad = c.in(partsOf(v, parts))
		}
		if parts = nil; bad != nil || v == "" {
			return "", "", bad
		}
	}
	v = strings.TrimRight(v, " ")
	if a.codes == nil || v == "" {
		return v, "", nil
	}
	word, bad := a.codes.word(v, day)
	if a.keep >= 0 && bad == nil && word != "" {
		if back, _ := a.codes.find(a.codes.back, a.codes.backOn, word, day); a.always || back != v {
			kept = v
		}
	}
	return word, kept, bad
}

// silent says whether a text that gives no value is a used one: its table or
// nullable says that it means nothing.
func (a *access) silent() bool {
	if a.codes != nil && a.codes.missing == missingAbsent {
		return true
	}
	return len(a.convs) > 0 && a.convs[0].name == "nullable"
}

// word looks a code up.
func (c *codes) word(code, day string) (string, *fault) {
	word, ok := c.find(c.words, c.wordsOn, code, day)
	if ok {
		return word, nil
	}
	switch c.missing {
	case missingPass:
		return code, nil
	case missingOther:
		return missingOther, nil
	case missingAbsent:
		return "", nil
	}
	text := fmt.Sprintf("table %s has no row for %s", c.name, quote(code)) + c.when(c.wordsOn[code], day)
	return "", &fault{severity: c.missing, code: CodeLookup, text: text}
}

func (r *reader) report(a *access, bad *fault, seg *translators.Segment, at ref, f *frame) {
	p := Problem{Severity: bad.severity, Code: bad.code, Field: fullPath(a.field.path, f), Text: bad.text, Pair: a.field.pos.String()}
	if seg != nil {
		p.Segment, p.Position = seg.ID, seg.Position
		if at.element > 0 {
			p.Element = at.of(seg.ID)
		}
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

// finish applies what holds for a frame once it is read; where something is known
// only later, then.
func (r *reader) finish(f *frame) {
	if !r.m.late {
		r.rules(f)
	}
}

// rules applies the rules of a frame.
func (r *reader) rules(f *frame) {
	for _, rule := range f.template.rules {
		if f.has(rule.slot) || !rule.applies(f) {
			continue
		}
		switch {
		case rule.fill != "":
			if rule.ordinal >= 0 {
				f.put(rule.ordinal, "true")
			}
			r.fill(rule.field, rule.slot, rule.fill, f)
		case rule.ordinal >= 0:
			f.put(rule.ordinal, "true")
			r.fill(rule.field, rule.slot, strconv.Itoa(f.index+1), f)
		case rule.required && rule.reads:
			r.require(rule, f)
		}
	}
}

// fill puts what nobody sent.
func (r *reader) fill(of *field, slot int, v string, f *frame) {
	f.put(slot, v)
	if r.tracing && f.segment != nil {
		r.trace = append(r.trace, TraceLine{Field: fullPath(of.path, f), Value: v, Pair: of.pos.String(), Over: texts(of.over), Through: texts(of.via), Position: f.segment.Position})
	}
}

// require reports that a field has no value, unless it is known why.
func (r *reader) require(rule *rule, f *frame) {
	p := Problem{Severity: missingError, Code: CodeRequired, Field: fullPath(rule.field.path, f),
		Text: "is required; " + rule.from + " has no value", Pair: rule.field.pos.String()}
	if r.told(p.Field) {
		return
	}
	if f.segment != nil {
		p.Segment, p.Position = f.segment.ID, f.segment.Position
	}
	r.problems = append(r.problems, p)
}

// told says whether a problem of the field in this frame has been reported.
func (r *reader) told(field string) bool {
	return slices.ContainsFunc(r.problems, func(p Problem) bool { return p.Field == field })
}

// applies says whether the parent of the rule's field exists.
func (r *rule) applies(f *frame) bool { return r.always || f.any(r.lo, r.hi) }

// again marks as used what says the same as an earlier place of the field.
func (r *reader) again(a *access, seg *translators.Segment, f *frame, shift int) {
	parts := make([]string, len(a.refs))
	for i, ref := range a.refs {
		parts[i] = textOf(seg, ref, shift)
	}
	if v, _, bad := a.read(parts[0], parts, r.day); parts[0] == "" || bad != nil || v != f.get(a.slot) {
		return
	}
	for _, ref := range a.refs {
		r.use(seg, ref, shift)
	}
}
