package workbench

import (
	"fmt"
	"slices"
	"strings"

	"waybill/mappings"
	"waybill/settings"
	"waybill/translators"
)

// StarterOptions say what a new mapping is made from.
type StarterOptions struct {
	Name    string // of the mapping; PARTNER-SET unless said
	Extends string // base/SET, for the release of the samples, unless said
	Partner string // whose extensions they are
	Samples []Sample
}

// Sample is an X12 file, with the path that the mapping's tests name it by.
type Sample struct {
	Name string
	Data []byte
}

// Starter is a new mapping for one set.
type Starter struct {
	Name  string
	Set   string
	Text  string
	Found int // places that the base has no pair for
}

// Starters makes a mapping for each set that the samples have: what they use and
// the base does not cover, with what was seen. Each compiles.
func (b *Bench) Starters(o StarterOptions) ([]Starter, error) {
	sets, err := b.kinds(o)
	if err != nil {
		return nil, err
	}
	if len(sets) > 1 && o.Name != "" {
		return nil, fmt.Errorf("the samples have %s: one mapping is for one set; leave the name out", strings.Join(sets, ", "))
	}
	var all []Starter
	for _, set := range sets {
		s, err := b.starter(o, set)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

// kinds are the sets that the samples have.
func (b *Bench) kinds(o StarterOptions) ([]string, error) {
	var sets []string
	for _, sample := range o.Samples {
		err := b.Sets(sample.Data, func(s *translators.Set) error {
			if !slices.Contains(sets, s.ID) {
				sets = append(sets, s.ID)
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", sample.Name, err)
		}
	}
	slices.Sort(sets)
	return sets, nil
}

// starter makes the mapping for one set.
func (b *Bench) starter(o StarterOptions, set string) (Starter, error) {
	w := &starting{o: o, set: set, taken: names{}, schemas: map[string]*translators.Schema{}}
	w.gathering = &gathering{Bench: b, base: o.Extends, fields: map[string][]string{}}
	for _, sample := range o.Samples {
		has := false
		err := b.Sets(sample.Data, func(s *translators.Set) error {
			if s.ID != set {
				return nil
			}
			has = true
			w.schemas[s.Schema.Release] = s.Schema
			if err := w.begin(s.Schema); err != nil {
				return err
			}
			return w.gathering.read(s)
		})
		if err != nil {
			return Starter{}, fmt.Errorf("%s: %w", sample.Name, err)
		}
		if has {
			w.samples = append(w.samples, sample.Name)
		}
	}
	return w.settle()
}

// starting is one mapping while it is made.
type starting struct {
	*gathering
	o       StarterOptions
	set     string
	samples []string
	taken   names
	schemas map[string]*translators.Schema
}

// begin finds what the new mapping extends, at the first set.
func (w *starting) begin(schema *translators.Schema) error {
	if w.placer != nil {
		return nil
	}
	if w.base == "" {
		for _, name := range []string{"base/" + w.set + "-" + schema.Release, "base/" + w.set} {
			if m, _ := w.Compile(name, schema); m != nil && slices.Contains(mappings.Names(w.Maps), name) {
				w.base = name
				break
			}
		}
	}
	if w.base == "" {
		return fmt.Errorf("there is no base mapping for %s in %s; say which one with --extends", w.set, schema.Release)
	}
	r, found := mappings.Resolve(w.Maps, w.base)
	if r == nil {
		return settings.Problems(found)
	}
	c, err := w.coverage(r)
	if err != nil {
		return err
	}
	w.placer, w.names = newPlacer(r, c.Fields), c.Fields
	return nil
}

func (w *starting) name() string {
	if w.o.Name != "" {
		return w.o.Name
	}
	return w.o.Partner + "-" + w.set
}

// settle writes the file, compiles it, and makes comments of the lines that do
// not fit, until it compiles.
func (w *starting) settle() (Starter, error) {
	lines := w.lines()
	for range lines {
		text := strings.Join(tidy(lines), "\n") + "\n"
		wrong := w.wrong(text)
		if len(wrong) == 0 {
			return Starter{Name: w.name(), Set: w.set, Text: text, Found: w.without()}, nil
		}
		lines = tidy(lines)
		for _, p := range wrong {
			if p.Line < 1 || p.Line > len(lines) || !commented(lines, p.Line-1) {
				return Starter{}, fmt.Errorf("the starter does not compile: %s", p)
			}
		}
	}
	return Starter{}, fmt.Errorf("the starter for %s does not compile", w.set)
}

// without counts the places that the base has no pair for.
func (w *starting) without() int {
	n := 0
	for _, s := range w.all {
		if !s.home {
			n++
		}
	}
	return n
}

// commented makes a comment of a field's line; false where it is none.
func commented(lines []string, i int) bool {
	if !strings.HasPrefix(lines[i], "  ") || strings.HasPrefix(lines[i], "  #") {
		return false
	}
	lines[i] = "  # " + strings.TrimPrefix(lines[i], "  ")
	return true
}

// tidy leaves out a head that has only comments below it, and keeps those.
func tidy(lines []string) []string {
	var all []string
	for i, line := range lines {
		if line == "fields:" || line == "tables:" {
			empty := true
			for _, below := range lines[i+1:] {
				if !strings.HasPrefix(below, "  ") {
					break
				}
				empty = empty && strings.HasPrefix(strings.TrimSpace(below), "#")
			}
			if empty {
				line = "# " + line
			}
		}
		all = append(all, line)
	}
	return all
}

// wrong are the problems of a text as the new mapping, against each release.
func (w *starting) wrong(text string) []settings.Problem {
	fsys := with{w.Maps, w.name() + ".yaml", text}
	var all []settings.Problem
	for _, schema := range w.schemas {
		_, found := mappings.Compile(fsys, w.name(), mappings.Against{Schema: schema, Canonical: w.Canonical})
		all = append(all, found...)
	}
	return all
}
