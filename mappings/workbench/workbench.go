// Package workbench is what a person does with mappings besides running them: to
// explain one, hold it against golden files, see what a change does to documents,
// and begin a new one from samples. The commands of waybill map print what it finds.
package workbench

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"

	"waybill/mappings"
	"waybill/settings"
	"waybill/translators"
	"waybill/translators/x12"
)

// Bench compiles the mappings of one file system against our schemas. It is for
// one goroutine.
type Bench struct {
	Maps      fs.FS
	Library   *x12.Library
	Canonical func(kind string) (json.RawMessage, error)
	// Document, where it is there, is what a mapping that writes a kind reads of a
	// document, and what is wrong with the document. Without it documents are taken
	// as they are.
	Document func(kind string, doc json.RawMessage) (body json.RawMessage, wrong []mappings.Problem, err error)
	made     map[string]made
	sets     map[string]string // that mappings are for
}

type made struct {
	mapping *mappings.Map
	found   []settings.Problem
}

// Compile compiles a mapping once for each schema.
func (b *Bench) Compile(name string, schema *translators.Schema) (*mappings.Map, []settings.Problem) {
	key := name + " " + schema.Set + " " + schema.Release
	if have, ok := b.made[key]; ok {
		return have.mapping, have.found
	}
	m, found := mappings.Compile(b.Maps, name, mappings.Against{Schema: schema, Canonical: b.Canonical})
	if b.made == nil {
		b.made = map[string]made{}
	}
	b.made[key] = made{m, found}
	return m, found
}

// compiled compiles a mapping against a schema, or says why it cannot.
func (b *Bench) compiled(r *mappings.Resolved, schema *translators.Schema) (*mappings.Map, error) {
	m, found := b.Compile(r.Name, schema)
	if m == nil {
		return nil, fmt.Errorf("mapping %s for %s %s:\n%w", r.Name, schema.Set, schema.Release, settings.Problems(found))
	}
	return m, nil
}

// set is the set that a mapping is for.
func (b *Bench) set(name string) (string, error) {
	if set, ok := b.sets[name]; ok {
		return set, nil
	}
	r, found := mappings.Resolve(b.Maps, name)
	if r == nil {
		return "", settings.Problems(found)
	}
	set, _, _ := strings.Cut(r.X12, " ")
	if b.sets == nil {
		b.sets = map[string]string{}
	}
	b.sets[name] = set
	return set, nil
}

// Schema is what a mapping is compiled against where no sample says the release:
// its own, else the first that it fits.
func (b *Bench) Schema(r *mappings.Resolved) (*translators.Schema, error) {
	set, version, _ := strings.Cut(r.X12, " ")
	switch {
	case set == "":
		return nil, fmt.Errorf("mapping %s has no x12: and cannot be run", r.Name)
	case version != "":
		return b.Library.Schema(set, version)
	}
	if later, err := b.Library.Schema(set, "005010"); err == nil {
		if m, _ := b.Compile(r.Name, later); m != nil && b.fits(r.Name, set) == nil {
			return later, nil
		}
	}
	return b.Library.Schema(set, "004010")
}

// fits is the mapping for the set in 004010; nil where it does not fit.
func (b *Bench) fits(name, set string) *mappings.Map {
	schema, err := b.Library.Schema(set, "004010")
	if err != nil {
		return nil
	}
	m, _ := b.Compile(name, schema)
	return m
}

// Sets hands the sets of an X12 file to each. A set must not be kept.
func (b *Bench) Sets(data []byte, each func(*translators.Set) error) error {
	n := 0
	_, err := x12.New(b.Library).Decode(bytes.NewReader(data), translators.Options{}, func(s *translators.Set) error {
		n++
		if s.Schema == nil {
			return fmt.Errorf("set %s %s in %s: there is no schema for it", s.ID, s.Control, s.Group.Version)
		}
		return each(s)
	})
	if err == nil && n == 0 {
		err = fmt.Errorf("there is no transaction set in it")
	}
	return err
}

// mapped compiles the mapping for a set of a sample, or says why it cannot.
func (b *Bench) mapped(name string, s *translators.Set) (*mappings.Map, error) {
	m, found := b.Compile(name, s.Schema)
	if m == nil {
		return nil, fmt.Errorf("mapping %s for %s %s:\n%w", name, s.Schema.Set, s.Schema.Release, settings.Problems(found))
	}
	return m, nil
}

// encoded writes sets as one readable interchange.
func (b *Bench) encoded(ic translators.Interchange, sets []*translators.Set) ([]byte, error) {
	ic.Delimiters.LineEnd = "\n"
	var out bytes.Buffer
	err := x12.New(b.Library).Encode(&out, ic, func(yield func(*translators.Set, error) bool) {
		for _, s := range sets {
			if !yield(s, nil) {
				return
			}
		}
	})
	return out.Bytes(), err
}
