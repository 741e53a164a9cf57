package mappings

import (
	"fmt"
	"slices"
	"strings"

	"waybill/translators"
)

// keepSent compiles keep behind a choice or a pair of several codes: which of
// them the partner used is kept in a field …AsSent, unless it is the one that
// would be written anyway.
func (p *pairing) keepSent(a *access, v *value, last *claim) bool {
	i := slices.IndexFunc(v.calls, func(c call) bool { return c.name == "keep" })
	if i < 0 {
		return true
	}
	at := v.calls[i].pos
	switch {
	case v.path.pair() && len(v.path.alts) < 2, !v.path.pair() && (last == nil || !last.choice.several()) && (len(a.convs) == 0 || len(a.refs) != 1):
		p.add(at, p.field.path, "keep is for several codes, and for functions that change the text: REF[IA|VR]02 | keep, PO1(IN|BP) | keep, N404 | country | keep", "leave it out; a table keeps codes by table(name, keep)")
		return false
	case a.keep >= 0:
		p.add(at, p.field.path, "the table keeps its code in "+p.keeper.name+"AsSent already", "leave one of the two out")
		return false
	}
	slot, ok := p.keeper.at()
	if !ok {
		p.add(at, p.field.path, "keep needs a field "+p.keeper.name+"AsSent, and "+p.merged.canonical+" has none", "write in: and out: with one code each")
		return false
	}
	a.sent = slot
	if a.raw = !v.path.pair() && (last == nil || !last.choice.several()); a.raw {
		return true
	}
	if !v.path.pair() {
		for _, k := range last.choice.conds {
			if len(k.codes) > 1 {
				a.choice = k
			}
		}
	}
	return true
}

// sentText is the code that stood in a choice, "" where it is the first one; or
// the text itself, where the value would be written as another.
func (r *reader) sentText(a *access, seg *translators.Segment, shift int) string {
	if a.raw {
		text := textOf(seg, a.refs[0], shift)
		if v, kept, bad := a.read(text, nil, ""); bad == nil {
			if back, _, bad := a.write(v, kept, ""); bad == nil && back == text {
				return ""
			}
		}
		return text
	}
	if code := textOf(seg, a.choice.ref, shift); code != a.choice.codes[0] {
		return code
	}
	return ""
}

// sentCode is the qualifier that stood before a value, "" where writing would
// choose it anyway.
func (r *reader) sentCode(rule *pairRule, word, kept string, used alt) string {
	if back, _, bad := rule.access.write(word, kept, r.day); bad == nil {
		if code, _ := rule.choose(back); code == used.code {
			return ""
		}
	}
	return used.code
}

// putSent writes the code that the document kept, if it is one of the choice's.
func (w *writer) putSent(a *access, seg *translators.Segment, f *frame) {
	code := f.get(a.sent)
	switch {
	case code == "":
	case a.raw:
		v, _, bad := a.read(code, nil, "")
		if a.number() && (bad != nil || v != normally(f.get(a.slot))) {
			return // a new number; its old form is of no use
		}
		if bad != nil || v != f.get(a.slot) && !a.number() {
			w.fault(a, &fault{missingError, CodeWrite, fmt.Sprintf("%s is kept as what was sent, and does not mean %s", quote(code), quote(f.get(a.slot)))}, f)
			return
		}
		set(seg, a.refs[0], code)
	case slices.Contains(a.choice.codes, code):
		set(seg, a.choice.ref, code)
	default:
		w.fault(a, &fault{missingError, CodeWrite, fmt.Sprintf("%s is kept for %s, which is one of %s", quote(code), a.choice.of(seg.ID), strings.Join(a.choice.codes, ", "))}, f)
	}
}

// number says whether the text is a decimal, of which only the form was kept.
func (a *access) number() bool { return len(a.convs) > 0 && a.convs[0].name == "decimal" }

// normally is a number in normal form; other text stays.
func normally(s string) string {
	if v, bad := normal(s); bad == nil {
		return v
	}
	return s
}

// chosen finds the qualifier of a value: the one that the document kept, if it
// fits, else the first that does.
func (w *writer) chosen(rule *pairRule, v string, f *frame) (text, code string, slot int) {
	a, kept := rule.access, ""
	if a.sent >= 0 {
		kept = f.get(a.sent)
	}
	if kept == "" {
		code, slot = rule.choose(v)
		return v, code, slot
	}
	for _, alt := range rule.alts {
		if fitted := a.fitted(v, alt.length); alt.code == kept && (alt.length == 0 || len(fitted) == alt.length) {
			return fitted, alt.code, alt.slot
		}
	}
	w.fault(a, &fault{missingError, CodeWrite, fmt.Sprintf("%s is kept as its qualifier, and does not fit %s", quote(kept), quote(v))}, f)
	return v, "", 0
}

// fitted is a value as long as its qualifier wants it: a GTIN has zeros in front.
func (a *access) fitted(v string, length int) string {
	if len(v) < length && slices.ContainsFunc(a.convs, func(c conv) bool { return c.name == "gtin" }) {
		return strings.Repeat("0", length-len(v)) + v
	}
	return v
}

// An unsure claim is written and has several codes; something in it must be able
// to say which.
type unsure struct {
	claim *claim
	entry *entry
}

// sure reports written choices of which nothing can say which code it was.
func (c *compiler) sure() {
	for _, u := range c.unsure {
		for _, k := range u.claim.choice.conds {
			says := func(a *access) bool { return slices.Contains(a.refs, k.ref) || a.sent >= 0 && a.choice.ref == k.ref }
			if len(k.codes) > 1 && !slices.ContainsFunc(u.claim.scope.reads, says) {
				c.severalCodes(u.entry.out, u.entry.path)
				break
			}
		}
	}
}

// may says whether a pair whose qualifier is fixed at an element, or not (0), may
// stand in a slot. Slots that only @ names are for those that name them.
func (s *scope) may(at, slot int) bool {
	if at > 0 {
		return s.slots[slot].Qualifier == at
	}
	return slot < len(s.item.Segment.Pairs)
}

// plainIn converts the value of a pair of (other): its table is for the type.
func (a *access) plainIn(v string) (string, *fault) {
	if a.codes != nil {
		return v, nil
	}
	if len(a.convs) == 0 {
		return strings.TrimRight(v, " "), nil
	}
	plain := access{convs: a.convs}
	v, _, bad := plain.read(v, nil, "")
	return v, bad
}

// plainOut is the way back of plainIn.
func (a *access) plainOut(v string) (string, *fault) {
	if a.codes != nil {
		return v, nil
	}
	plain := access{convs: a.convs}
	v, _, bad := plain.write(v, "", "")
	return v, bad
}

// nullable says whether the value may leave its element to a constant.
func (v *value) nullable() bool {
	return slices.ContainsFunc(v.calls, func(c call) bool { return c.name == "nullable" })
}
