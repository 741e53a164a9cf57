package mappings

// repeats says whether a path ends in an element that the schema lets repeat.
func (c *compiler) repeats(from *scope, p *path) bool {
	if from == nil || len(p.refs) != 1 || p.group {
		return false
	}
	item := from.item
	for i, st := range p.steps {
		own := false
		for s := from; i == 0 && s != nil && !own; s = s.outer {
			if own = s.item.Parent != nil && s.item.ID == st.segment && st.choice.none(); own {
				item = s.item
			}
		}
		if !own {
			item = below(item, st.segment)
		}
		if item == nil || item.Segment == nil {
			return false
		}
	}
	rule, wrong := elementOf(item.Segment, p.refs[0])
	return wrong == "" && rule.Repeat != 1
}

// repetitions compiles a list whose items are the repetitions of one element.
func (l *listing) repetitions() {
	e, t := l.branch.entry, l.node.item
	n := &node{}
	t.scalar = true
	p := &pairing{compiler: l.compiler, field: e.field(), node: n,
		context: context{template: t, fields: &t.fields, shape: l.shape, parent: l.shape},
		keeper:  &keeper{template: t, parent: &shape{}, name: "value", slot: -1}, oneWay: e.out == nil, both: e.both()}
	if !p.place() {
		return
	}
	t.fields = []*node{n}
	at := func(v *value, from *scope, oneWay bool, fits func(*value, *access) bool) {
		s, last := l.walk(from, v.path, p.entry(v, oneWay))
		if s == nil {
			return
		}
		if last != nil && last.all {
			p.fail(v, "leave [*] out", "%s repeats, and is a list as it is", v.path)
			return
		}
		if a := p.access(v, s, last); a != nil && fits(v, a) {
			s.repeats = append(s.repeats, &repeat{access: a, list: l.node.slot, item: t})
			if !oneWay && from == l.outer.out {
				p.take(s, a.refs[0], v)
			}
		}
	}
	before := len(l.found)
	if len(e.in) == 1 && l.outer.in != nil {
		at(e.in[0], l.outer.in, e.out == nil, p.reads)
	}
	found := len(l.found)
	if e.out != nil && l.outer.out != nil {
		at(e.out, l.outer.out, false, p.writes)
	}
	if e.both() && found > before {
		l.found = l.found[:found] // reading has said so
	}
}
