package x12

import (
	"math"
	"math/bits"

	"waybill/translators"
)

// rulePlan is a segment rule made ready: a check for each element, and masks of
// elements for what must be there and for the notes.
type rulePlan struct {
	checks    []valueCheck
	mandatory uint64
	notes     []notePlan
	never     bool // too large for masks
}

// valueCheck says what a plain value must be.
type valueCheck struct {
	kind     byte
	min, max int
	codes    *codeTable
}

// Kinds of check.
const (
	checkOther byte = iota // judged by its rule
	checkNone
	checkText
	checkCode
	checkWhole
	checkDecimal
	checkDate
	checkTime
)

// notePlan is a syntax note as masks: of its elements, and of the first.
type notePlan struct {
	kind       byte
	all, first uint64
}

func newRulePlan(rule *translators.SegmentRule) *rulePlan {
	if rule == nil || len(rule.Elements) > 64 {
		return &rulePlan{never: true}
	}
	p := &rulePlan{checks: make([]valueCheck, len(rule.Elements))}
	for i := range rule.Elements {
		p.checks[i] = newValueCheck(&rule.Elements[i])
		envelope := i < 2 && (rule.ID == "ST" || rule.ID == "SE") // judged with the envelope
		if envelope {
			p.checks[i].kind = checkNone
		}
		if rule.Elements[i].Usage == translators.Mandatory && !envelope {
			p.mandatory |= 1 << i
		}
	}
	for _, n := range rule.Notes {
		note := notePlan{kind: n.Kind, first: 1 << (n.Elements[0] - 1)}
		for _, e := range n.Elements {
			note.all |= 1 << (e - 1)
		}
		p.notes = append(p.notes, note)
	}
	return p
}

func newValueCheck(rule *translators.ElementRule) valueCheck {
	c := valueCheck{min: rule.Min, max: rule.Max}
	if c.max == 0 {
		c.max = math.MaxInt
	}
	if rule.Components != nil || rule.Repeat != 1 || rule.Usage == translators.NotUsed || rule.Type == "" {
		return c
	}
	switch rule.Type[0] {
	case 'A':
		c.kind = checkText
	case 'I':
		c.kind = checkText
		if l := rule.Codes; l != nil && !l.Partial && len(l.Members) > 0 {
			c.kind, c.codes = checkCode, newCodeTable(l)
		}
	case 'N':
		c.kind = checkWhole
	case 'R':
		c.kind = checkDecimal
	case 'D':
		c.kind = checkDate
	case 'T':
		c.kind = checkTime
	}
	return c
}

// fits says that there is nothing wrong with the elements of a segment, of which
// no character is odd. What it does not say may be right or wrong.
func (p *rulePlan) fits(elements []translators.Element) bool {
	if len(elements) > len(p.checks) || p.never {
		return false
	}
	there := uint64(0)
	for i := range elements {
		text := elements[i].Text
		if text == "" {
			continue
		}
		there |= 1 << i
		if !p.checks[i].fits(text) {
			return false
		}
	}
	if there&p.mandatory != p.mandatory {
		return false
	}
	for i := range p.notes {
		if !p.notes[i].holds(there) {
			return false
		}
	}
	return true
}

func (c *valueCheck) fits(text string) bool {
	n := len(text)
	switch c.kind {
	case checkNone:
		return true
	case checkText:
	case checkCode:
		return n >= c.min && n <= c.max && c.codes.has(text)
	case checkWhole:
		for i := range len(text) {
			if text[i]-'0' > 9 {
				return false
			}
		}
	case checkDecimal:
		var ok bool
		if n, ok = decimal(text); !ok {
			return false
		}
	case checkDate:
		return n >= c.min && n <= c.max && validDate(text)
	case checkTime:
		return n >= c.min && n <= c.max && validTime(text)
	default:
		return false
	}
	return n >= c.min && n <= c.max
}

// holds says whether a note holds for the elements that are there.
func (n *notePlan) holds(there uint64) bool {
	some := there & n.all
	switch n.kind {
	case 'P':
		return some == 0 || some == n.all
	case 'R':
		return some != 0
	case 'C':
		return there&n.first == 0 || some == n.all
	case 'L':
		return there&n.first == 0 || some != n.first
	case 'E':
		return bits.OnesCount64(some) <= 1
	}
	return false
}
