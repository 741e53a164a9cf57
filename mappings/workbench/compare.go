package workbench

import (
	"errors"
	"fmt"
	"slices"

	"waybill/mappings"
	"waybill/settings"
	"waybill/translators"
)

// A Side is one of two mappings that are compared, with where it comes from.
type Side struct {
	Bench *Bench
	Name  string // of the mapping
}

// PairChange is a pair, or a row of a table, that two mappings do not share.
type PairChange struct {
	Sign  string `json:"sign"` // - gone, + new, ~ changed
	Field string `json:"field"`
	Old   string `json:"old,omitempty"` // as written, with its place
	New   string `json:"new,omitempty"`
}

// String is the change on one line.
func (c PairChange) String() string {
	switch c.Sign {
	case "-":
		return "- " + c.Field + ": " + c.Old
	case "+":
		return "+ " + c.Field + ": " + c.New
	}
	return "~ " + c.Field + ": " + c.Old + " → " + c.New
}

// DocumentChange is a document that the two make something different of.
type DocumentChange struct {
	File     string   `json:"file"`
	Set      string   `json:"set"`
	Control  string   `json:"control"`
	Changes  []Change `json:"changes"`
	Unmapped []string `json:"unmapped,omitempty"` // + no longer used, - used now
	Problems []string `json:"problems,omitempty"` // + new, - gone
}

// Pairs compares two mappings as merged: pairs and rows of tables.
func Pairs(old, now *mappings.Resolved) []PairChange {
	a, b := said(old), said(now)
	var all []PairChange
	for _, s := range a {
		i := slices.IndexFunc(b, func(o saying) bool { return o.key == s.key })
		switch {
		case i < 0:
			all = append(all, PairChange{Sign: "-", Field: s.key, Old: s.text + " (" + s.at + ")"})
		case b[i].text != s.text:
			all = append(all, PairChange{Sign: "~", Field: s.key, Old: s.text + " (" + s.at + ")", New: b[i].text + " (" + b[i].at + ")"})
		}
	}
	for _, s := range b {
		if !slices.ContainsFunc(a, func(o saying) bool { return o.key == s.key }) {
			all = append(all, PairChange{Sign: "+", Field: s.key, New: s.text + " (" + s.at + ")"})
		}
	}
	return all
}

// A saying is one thing that a mapping says, under a name that another can share.
type saying struct{ key, text, at string }

func said(r *mappings.Resolved) []saying {
	var all []saying
	add := func(key, text, at string) {
		if i := slices.IndexFunc(all, func(s saying) bool { return s.key == key }); i >= 0 {
			all[i].text += ", " + text
			return
		}
		all = append(all, saying{key, text, at})
	}
	for _, p := range r.Pairs {
		key, text := p.Field, p.Text()
		if p.Fixed != "" {
			key += " write " + p.Place
		}
		if p.Way != mappings.Both {
			text = string(p.Way) + ": " + text
		}
		add(key, text, p.At)
	}
	for _, c := range r.Checks {
		add("check "+c.Name, c.Severity+": "+c.Text, c.At)
	}
	for _, t := range r.Tables {
		for _, row := range t.Rows {
			key := "table " + t.Name + " " + row.Code
			if row.Way == mappings.Out {
				key = "table " + t.Name + " out " + row.Word
			}
			add(key, row.Code+" = "+row.Word, row.At)
		}
	}
	return all
}

// Compare reads a file with both mappings and returns the documents of which they
// make something different, and how many they both read.
func Compare(old, now Side, file string, data []byte) (changed []DocumentChange, read int, err error) {
	err = now.Bench.Sets(data, func(s *translators.Set) error {
		a, was, err := old.result(s)
		if err != nil {
			return err
		}
		b, is, err := now.result(s)
		if err != nil || !was && !is {
			return err
		}
		read++
		d := DocumentChange{File: file, Set: s.ID, Control: s.Control}
		if d.Changes, err = Changes(a.Body, b.Body); err != nil {
			return err
		}
		d.Unmapped = signed(places(a.Unmapped), places(b.Unmapped))
		d.Problems = signed(problems(a.Problems), problems(b.Problems))
		if len(d.Changes)+len(d.Unmapped)+len(d.Problems) > 0 {
			changed = append(changed, d)
		}
		return nil
	})
	return changed, read, err
}

// result reads a set with one side; false where its mapping is for another set.
func (s Side) result(set *translators.Set) (mappings.Result, bool, error) {
	of, err := s.Bench.set(s.Name)
	if err != nil || of != set.ID {
		return mappings.Result{}, false, err
	}
	m, err := s.Bench.mapped(s.Name, set)
	if err != nil {
		return mappings.Result{}, false, err
	}
	result, err := m.In(set)
	return result, err == nil, err
}

func places(all []mappings.Unmapped) []string {
	var texts []string
	for _, u := range all {
		texts = append(texts, u.Path+" "+u.Value)
	}
	return texts
}

func problems(all []mappings.Problem) []string {
	var texts []string
	for _, p := range all {
		texts = append(texts, p.Severity+": "+p.Code+" "+p.Field+": "+p.Text)
	}
	return texts
}

// signed are the texts that only one of the two has.
func signed(old, now []string) []string {
	var all []string
	for _, t := range old {
		if !slices.Contains(now, t) {
			all = append(all, "- "+t)
		}
	}
	for _, t := range now {
		if !slices.Contains(old, t) {
			all = append(all, "+ "+t)
		}
	}
	return all
}

// Common are the mappings that two file systems both have, and those of their
// own that only one has.
func Common(old, now *Bench) (both, only []string) {
	a, b := mappings.Names(old.Maps), mappings.Names(now.Maps)
	for _, name := range a {
		if slices.Contains(b, name) {
			both = append(both, name)
		} else {
			only = append(only, "- "+name)
		}
	}
	for _, name := range b {
		if !slices.Contains(a, name) {
			only = append(only, "+ "+name)
		}
	}
	return both, only
}

// Resolve merges a mapping or returns what is wrong as an error.
func (s Side) Resolve() (*mappings.Resolved, error) {
	r, found := mappings.Resolve(s.Bench.Maps, s.Name)
	if r == nil {
		return nil, errors.Join(fmt.Errorf("mapping %s", s.Name), settings.Problems(found))
	}
	return r, nil
}
