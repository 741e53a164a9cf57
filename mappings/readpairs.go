package mappings

import (
	"waybill/translators"
)

// pairs gives the qualifier pairs of a segment to the rules that claim them.
func (r *reader) pairs(s *scope, seg *translators.Segment, f *frame) {
	var taken uint64
	there, mine := 0, marks(0) // slots that the segment reaches, and rules for what stands there
	for i, pair := range s.slots {
		if code := seg.Element(pair.Qualifier); code != "" {
			there = i + 1
			mine |= s.ruleOf[code]
		}
	}
	for i, rule := range s.pairs {
		switch {
		case rule.rest:
			r.restPairs(s, there, rule, seg, f, &taken)
		case mine.has(i):
			r.namedPairs(s, there, rule, seg, f, &taken)
		}
	}
}

// namedPairs reads the pairs with the rule's qualifiers: the first that converts,
// or, for a list, all. What does not convert is left to (other).
func (r *reader) namedPairs(s *scope, there int, rule *pairRule, seg *translators.Segment, f *frame, taken *uint64) {
	for _, alt := range rule.alts {
		for i, pair := range s.slots[:there] {
			if *taken&(1<<i) != 0 && !rule.peek || !s.may(alt.slot, i) || seg.Element(pair.Qualifier) != alt.code {
				continue
			}
			v := seg.Element(pair.Value)
			if v == "" || alt.length > 0 && len(v) != alt.length {
				continue
			}
			if !r.pair(rule, alt, seg, pair, v, f) {
				continue
			}
			if !rule.peek {
				*taken |= 1 << i
			}
			if rule.list < 0 {
				return
			}
		}
	}
}

// pair reads one pair into the frame, or into an item of the rule's list.
func (r *reader) pair(rule *pairRule, alt alt, seg *translators.Segment, pair translators.Pair, v string, f *frame) bool {
	into := f
	if rule.list >= 0 {
		into = r.arena.frame(rule.item, f, len(f.list(rule.list)))
		into.segment = seg
	}
	at := ref{element: pair.Value}
	word, kept, bad := rule.access.read(v, nil, r.day)
	if bad != nil {
		soft := *bad
		if bad.code == CodeType { // it stays with the others
			soft.severity = missingWarn
		}
		r.report(rule.access, &soft, seg, at, into)
		return false
	}
	if word == "" {
		if rule.access.silent() {
			r.use(seg, ref{element: pair.Qualifier}, 0)
			r.use(seg, at, 0)
			return true
		}
		return false
	}
	r.keep(rule.access, word, kept, v, nil, seg, at, into)
	if a := rule.access; a.sent >= 0 {
		into.put(a.sent, r.sentCode(rule, word, kept, alt))
	}
	if rule.list >= 0 {
		r.finish(into)
		f.add(rule.list, into)
	}
	r.use(seg, ref{element: pair.Qualifier}, 0)
	r.use(seg, at, 0)
	return true
}

// restPairs reads what nobody claimed, with its qualifier as type.
func (r *reader) restPairs(s *scope, there int, rule *pairRule, seg *translators.Segment, f *frame, taken *uint64) {
	for i, pair := range s.slots[:there] {
		code, v := seg.Element(pair.Qualifier), seg.Element(pair.Value)
		if *taken&(1<<i) != 0 || code == "" || v == "" || !s.may(rule.access.value.path.slot, i) {
			continue
		}
		into := f
		if rule.list >= 0 {
			into = r.arena.frame(rule.item, f, len(f.list(rule.list)))
			into.segment = seg
		}
		if !r.typed(rule, seg, pair, code, v, into) {
			continue
		}
		*taken |= 1 << i
		if rule.list < 0 {
			return
		}
		f.add(rule.list, into)
	}
}

// typed reads the type through the rule's table and the value as it is.
func (r *reader) typed(rule *pairRule, seg *translators.Segment, pair translators.Pair, code, v string, f *frame) bool {
	a := *rule.access
	a.slot, a.convs = rule.kind, nil
	if !r.store(&a, code, nil, seg, ref{element: pair.Qualifier}, f) {
		return false
	}
	v, bad := rule.access.plainIn(v)
	if bad != nil {
		r.report(rule.access, bad, seg, ref{element: pair.Value}, f)
		return false
	}
	f.put(rule.access.slot, v)
	if r.tracing {
		plain := *rule.access
		plain.codes, plain.convs = nil, nil // those are for the type
		r.note(&plain, v, "", []string{v}, seg, ref{element: pair.Value}, f)
	}
	r.use(seg, ref{element: pair.Qualifier}, 0)
	r.use(seg, ref{element: pair.Value}, 0)
	return true
}
