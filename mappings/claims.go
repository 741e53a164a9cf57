package mappings

import "waybill/translators"

// A candidate is an occurrence that claims compete for.
type candidate struct {
	node  *translators.Node
	taken bool
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
	for _, k := range g.claims {
		r.claim(k, found, f)
	}
	r.nodes = r.nodes[:base]
}

func (r *reader) claim(k *claim, found []candidate, f *frame) {
	switch {
	case k.folded:
		for i := range found {
			found[i].taken = found[i].taken || r.matches(k.choice, found[i].node, "")
		}
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
			c.taken = c.taken || !k.peek
			r.scope(k.scope, c.node, f, 0)
		}
	}
}

// may says whether the claim may take the candidate at all.
func (k *claim) may(c *candidate) bool {
	once := c.node.Item.Max == 1 && !k.many && !k.choice.rest // all may read the one that there is
	return !c.taken || k.peek || once
}

// filled says whether an earlier place of the claim's fields had data.
func (k *claim) filled(f *frame) bool {
	for _, a := range k.scope.reads {
		if f.get(a.slot) == "" {
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
	if k.inner != nil {
		r.descend(k, n, f, nil)
		return
	}
	if len(k.refs) == 0 {
		r.item(k, n, f, 0)
		return
	}
	seg := n.Trigger()
	if seg == nil {
		return
	}
	for at := k.refs[0]; at <= len(seg.Elements) && (k.until == 0 || at <= k.until); at += len(k.refs) {
		r.item(k, n, f, at-k.refs[0])
	}
}

func (r *reader) item(k *claim, n *translators.Node, f *frame, shift int) {
	if r.full(k, n, f) {
		return
	}
	item := r.arena.frame(k.item, f, len(f.list(k.list)))
	item.segment = n.Trigger()
	if len(k.refs) > 0 {
		shift += k.refs[0] << shiftBits
	}
	r.scope(k.scope, n, item, shift)
	if item.empty() {
		return
	}
	r.finish(item)
	f.add(k.list, item)
}

// gather makes one value of all occurrences.
func (r *reader) gather(k *claim, found []candidate, f *frame) {
	for _, a := range k.scope.reads {
		if f.get(a.slot) != "" {
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
			r.store(a, parts[0], parts, last, a.refs[0], f)
		}
	}
}
