package mappings

import (
	"slices"
	"strings"
	"time"

	"waybill/translators"

	"go.yaml.in/yaml/v3"
)

// other adds a function that all mappings have.
func (c *nameCompiler) other(p *namePair, f call) {
	maker := makers()[f.name]
	if maker == nil || !slices.Contains(systemFunctions(), f.name) {
		c.add(f.pos, p.field, f.name+" is no function here", suggestion(f.name, systemFunctions()))
		return
	}
	k, wrong := maker(f, translators.ElementRule{})
	switch {
	case wrong != "":
		c.add(f.pos, p.field, wrong, "")
	case p.in && k.text == nil:
		c.add(f.pos, p.field, f.name+" has no way back", "write it under out:")
	case p.out && k.one == nil:
		c.add(f.pos, p.field, f.name+" has no way back", "write it under in:")
	}
	p.convs = append(p.convs, k)
}

// dayIn is the conversion of a day in another layout, such as MM/DD/YYYY.
func dayIn(layout string) (conv, string) {
	of := strings.NewReplacer("CCYY", "2006", "YYYY", "2006", "YY", "06", "MM", "01", "DD", "02").Replace(layout)
	for _, part := range []string{"06", "01", "02"} {
		if strings.Count(of, part) != 1 {
			return conv{}, "date takes YYYY or YY, MM and DD"
		}
	}
	turn := func(from, to string) func(string) (string, *fault) {
		return func(s string) (string, *fault) {
			day, err := time.Parse(from, s)
			if err != nil {
				return "", wrongType("%s is no day as %s", quote(s), layout)
			}
			return day.Format(to), nil
		}
	}
	return single("date", turn(of, time.DateOnly), turn(time.DateOnly, of)), ""
}

// steps reads a place of theirs: names and dots, rows[] where all items have the rest.
func (c *nameCompiler) steps(text string, at place, field string) []nameStep {
	var out []nameStep
	for name := range strings.SplitSeq(strings.TrimSpace(text), ".") {
		name, all := strings.CutSuffix(name, "[]")
		if name == "" || strings.ContainsFunc(name, func(r rune) bool { return !nameRune(r) }) {
			c.add(at, field, quote(text)+" is no place", "write their names with dots between, such as header.poNumber")
			return nil
		}
		out = append(out, nameStep{name, all})
	}
	if len(out) > 0 && out[len(out)-1].all {
		c.add(at, field, quote(text)+" ends in a list", "name a field of its items, or bind the list with at:")
	}
	return out
}

// nameRune says what names of theirs are made of.
func nameRune(r rune) bool {
	return r < 0x80 && (letter(byte(r)) || digit(byte(r))) || strings.ContainsRune("_-$@#", r) || r >= 0x80
}

func (c *nameCompiler) at(n *yaml.Node) place { return c.loading.at(n) }

// overlaps finds places that two would write, or that one would write into.
func (c *nameCompiler) overlaps(s *System) {
	all := map[string]*namePair{}
	add := func(p *namePair, prefix string) {
		if !p.out && p.text == "" {
			return
		}
		at := prefix + spelt(p.theirs)
		if other := all[at]; other != nil {
			c.add(p.pos, p.field, at+" is also written by "+other.field, "keep one")
		}
		all[at] = p
	}
	for _, p := range s.envelope {
		add(p, "")
	}
	c.scopeOverlaps(s.root, "", add)
	for at, p := range all {
		for i := range len(at) {
			if other := all[at[:i]]; at[i] == '.' && other != nil {
				c.add(p.pos, p.field, at+" is inside "+at[:i]+", which "+other.field+" writes", "keep one")
			}
		}
	}
}

func (c *nameCompiler) scopeOverlaps(s *nameScope, prefix string, add func(*namePair, string)) {
	for _, p := range append(slices.Clone(s.pairs), s.fixed...) {
		add(p, prefix)
	}
	for _, l := range s.lists {
		c.scopeOverlaps(l.items, prefix+spelt(l.theirs)+"[].", add)
	}
}

// spelt is a place as it is written.
func spelt(steps []nameStep) string {
	var words []string
	for _, s := range steps {
		if s.all {
			s.name += "[]"
		}
		words = append(words, s.name)
	}
	return strings.Join(words, ".")
}
