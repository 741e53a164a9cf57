package canonical

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// violations puts what the schema refuses into words; whole names the document
// where a problem is about all of it.
func violations(schema *jsonschema.Schema, v any, whole string) []Problem {
	var failed *jsonschema.ValidationError
	if err := schema.Validate(v); !errors.As(err, &failed) {
		return nil
	}
	w := writer{schema: schema, whole: whole, root: v}
	w.add(failed)
	return w.found
}

type writer struct {
	schema *jsonschema.Schema
	whole  string
	root   any
	found  []Problem
}

// add takes the leaves of the tree of errors: only they are about the document.
func (w *writer) add(e *jsonschema.ValidationError) {
	if len(e.Causes) > 0 {
		for _, cause := range e.Causes {
			w.add(cause)
		}
		return
	}
	here, at := w.at(e.InstanceLocation)
	switch k := e.ErrorKind.(type) {
	case *kind.Required:
		for _, name := range k.Missing {
			w.say(under(here, name), "is missing; expected "+expected(property(at, name)))
		}
	case *kind.AdditionalProperties:
		for i, name := range slices.Sorted(slices.Values(k.Properties)) {
			text := "unknown field"
			if i < maxProblems { // the rest is counted, not listed
				text += "; " + nearest(name, at)
			}
			w.say(under(here, cut(name)), text)
		}
	default:
		w.say(here, "found "+describe(w.value(e.InstanceLocation))+"; expected "+expectedBy(e.ErrorKind, at))
	}
}

func (w *writer) say(path, text string) {
	if path == "" {
		path = w.whole
	}
	w.found = append(w.found, Problem{Path: path, Text: text})
}

// at walks to a place of the document: its path in words, and its schema.
func (w *writer) at(location []string) (path string, s *jsonschema.Schema) {
	s = w.schema
	for _, step := range location {
		if t := target(s); t != nil && t.Items2020 != nil {
			path, s = under(path, "["+step+"]"), t.Items2020
			continue
		}
		path, s = under(path, cut(step)), property(s, step)
	}
	return path, s
}

// value is what stands at a place of the document.
func (w *writer) value(location []string) any {
	v := w.root
	for _, step := range location {
		switch parent := v.(type) {
		case map[string]any:
			v = parent[step]
		case []any:
			i, _ := strconv.Atoi(step)
			v = parent[i]
		}
	}
	return v
}

func property(s *jsonschema.Schema, name string) *jsonschema.Schema {
	if s = target(s); s == nil {
		return nil
	}
	if p, known := s.Properties[name]; known {
		return p
	}
	more, _ := s.AdditionalProperties.(*jsonschema.Schema)
	return more
}

// target follows references to what they stand for.
func target(s *jsonschema.Schema) *jsonschema.Schema {
	for s != nil && s.Ref != nil {
		s = s.Ref
	}
	return s
}

// expected is what may stand at a place, in words.
func expected(s *jsonschema.Schema) string {
	about := ""
	if s != nil {
		about = s.Description
	}
	s = target(s)
	switch {
	case s == nil:
		return "something else"
	case s.Enum != nil && about == "":
		return "one of: " + words(s.Enum.Values)
	case s.Enum != nil:
		return about + ", one of: " + words(s.Enum.Values)
	case s.Title != "" && about != "":
		return about + ", " + s.Title
	case s.Title != "":
		return s.Title
	case about != "":
		return about
	}
	return strings.Join(s.Types.ToStrings(), " or ")
}

// expectedBy is what one rule of the schema asks for, in words.
func expectedBy(rule jsonschema.ErrorKind, s *jsonschema.Schema) string {
	title := ""
	if t := target(s); t != nil {
		title = t.Title
	}
	switch k := rule.(type) {
	case *kind.Type:
		if slices.Contains(k.Want, "string") && title != "" {
			return title
		}
		return typeWords(k.Want)
	case *kind.Enum:
		return "one of: " + words(k.Want)
	case *kind.Pattern:
		if title != "" {
			return title
		}
		return patternWords(k.Want)
	case *kind.MaxLength:
		return fmt.Sprintf("at most %d characters, not %d", k.Want, k.Got)
	case *kind.MaxItems:
		return fmt.Sprintf("at most %d, not %d", k.Want, k.Got)
	case *kind.MinItems, *kind.MinProperties:
		return "no key at all where there is nothing to say"
	case *kind.Minimum:
		return "at least " + k.Want.RatString()
	}
	return "what the schema says: " + strings.Join(rule.KeywordPath(), "/")
}

func patternWords(pattern string) string {
	if pattern == textPattern {
		return "text that is not empty, without control characters and without blanks at its end"
	}
	return "a name that matches " + pattern
}

func typeWords(want []string) string {
	names := map[string]string{
		"object": "keys and values", "array": "a list", "string": "text", "integer": "a whole number", "boolean": "true or false",
	}
	for i, w := range want {
		if n := names[w]; n != "" {
			want[i] = n
		}
	}
	return strings.Join(want, " or ")
}

func words(values []any) string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = fmt.Sprint(v)
	}
	return strings.Join(out, ", ")
}

// describe is a found value, short enough for a line.
func describe(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case map[string]any:
		if len(v) == 0 {
			return "an empty object"
		}
		return "keys and values"
	case []any:
		if len(v) == 0 {
			return "an empty list"
		}
		return "a list"
	case string:
		return strconv.Quote(cut(v))
	}
	return fmt.Sprint(v)
}

// nearest says which known field was probably meant.
func nearest(name string, s *jsonschema.Schema) string {
	if s = target(s); s == nil {
		return "it has no place here"
	}
	known := make([]string, 0, len(s.Properties))
	for k := range s.Properties {
		known = append(known, k)
	}
	slices.Sort(known)
	if near := suggest(name, known); near != "" {
		return "did you mean " + near + "?"
	}
	return "known here: " + strings.Join(known, ", ")
}
