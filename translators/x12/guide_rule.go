package x12

import (
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"waybill/translators"
)

// rule reads what is said of one place: a word, or a block.
func (r *guideReader) rule(g *guideRule, n *yaml.Node) {
	key := "rules." + g.key
	if n.Kind == yaml.ScalarNode {
		if n.Value == "drop" {
			g.drop = true
			return
		}
		g.usage = r.usage(n, key)
		return
	}
	if n.Kind != yaml.MappingNode {
		r.add(n, key, "expected a word or a block", "write mandatory, optional, not used, drop, or { usage: mandatory, max: 5 }")
		return
	}
	known := []string{"usage", "max", "notes", "widen"}
	if g.inside {
		known = []string{"usage", "min", "max", "codes", "notes", "widen"}
	}
	entries(n, func(k, v *yaml.Node) {
		switch {
		case k.Value == "notes":
			text, ok := r.text(v, key+".notes")
			g.notes = said[string]{text, r.spot(v), false, ok}
		case k.Value == "widen":
			r.widen(g, v, key+".widen", known[:len(known)-2])
		case !r.value(g, k, v, key, false):
			r.unknown(k, key, known...)
		}
	})
}

// widen reads what the partner allows beyond the standard.
func (r *guideReader) widen(g *guideRule, n *yaml.Node, key string, known []string) {
	if n.Kind != yaml.MappingNode {
		r.add(n, key, "expected a block", "write widen: { max: 30 }")
		return
	}
	entries(n, func(k, v *yaml.Node) {
		if !r.value(g, k, v, key, true) {
			r.unknown(k, key, known...)
		}
	})
}

// value reads one of the keys that may stand under widen as well.
func (r *guideReader) value(g *guideRule, k, v *yaml.Node, key string, wide bool) (known bool) {
	at := key + "." + k.Value
	twice := false
	switch {
	case k.Value == "usage":
		twice = g.usage.ok
		g.usage = r.usage(v, at)
		g.usage.wide = wide
	case k.Value == "max":
		twice = g.max.ok
		g.max = r.number(v, at, !g.inside)
		g.max.wide = wide
	case k.Value == "min" && g.inside:
		twice = g.min.ok
		g.min = r.number(v, at, false)
		g.min.wide = wide
	case k.Value == "codes" && g.inside && wide:
		g.extra = r.codes(v, at)
	case k.Value == "codes" && g.inside:
		g.codes = r.codes(v, at)
	default:
		return false
	}
	if twice {
		r.add(k, at, "is said both under widen and beside it", "keep the one that holds")
	}
	return true
}

func (r *guideReader) usage(n *yaml.Node, key string) said[translators.Usage] {
	s := said[translators.Usage]{at: r.spot(n), ok: true}
	switch n.Value {
	case "mandatory":
		s.value = translators.Mandatory
	case "optional":
		s.value = translators.Optional
	case "not used":
		s.value = translators.NotUsed
	default:
		r.add(n, key, fmt.Sprintf("found %q", n.Value), "use one of: mandatory, optional, not used")
		s.ok = false
	}
	return s
}

const largestInGuide = 1_000_000

// number reads a count from 1, or "any" where a segment may come any number of times.
func (r *guideReader) number(n *yaml.Node, key string, unlimited bool) said[int] {
	s := said[int]{at: r.spot(n), ok: true}
	if unlimited && n.Value == "any" {
		return s
	}
	var err error
	if s.value, err = strconv.Atoi(n.Value); err != nil || n.Kind != yaml.ScalarNode || s.value < 1 || s.value > largestInGuide {
		hint := "write a number from 1"
		if unlimited {
			hint += ", or any"
		}
		r.add(n, key, fmt.Sprintf("found %q", n.Value), hint)
		s.ok = false
	}
	return s
}

// codes reads a list of codes, or a block of codes with their meanings.
func (r *guideReader) codes(n *yaml.Node, key string) said[[]codeWords] {
	s := said[[]codeWords]{at: r.spot(n)}
	seen := map[string]bool{}
	add := func(k *yaml.Node, words string) {
		code, ok := r.text(k, key)
		switch {
		case !ok:
		case code == "" || strings.TrimSpace(code) != code || len(code) > 30:
			r.add(k, key, fmt.Sprintf("%q is no code", code), "")
		case seen[code]:
			r.add(k, key, fmt.Sprintf("the code %s stands here twice", code), "keep one")
		default:
			seen[code] = true
			s.value = append(s.value, codeWords{code, words, r.spot(k)})
		}
	}
	switch n.Kind {
	case yaml.SequenceNode:
		for _, c := range n.Content {
			add(c, "")
		}
	case yaml.MappingNode:
		entries(n, func(k, v *yaml.Node) {
			words, _ := r.text(v, key+"."+k.Value)
			add(k, words)
		})
	}
	if s.ok = len(s.value) > 0; !s.ok {
		r.add(n, key, "expected codes", "write [SA, NE] or { SA: stand-alone order }")
	}
	return s
}
