package canonical

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Checker holds bodies against their schema and against the rules that a schema
// cannot say. It may be used by many at once.
type Checker struct {
	envelope *jsonschema.Schema
	bodies   map[string]func() (*jsonschema.Schema, error) // compiled when first asked for
}

// NewChecker compiles the schema of the envelope; those of the bodies follow when
// they are first needed.
func NewChecker() (*Checker, error) {
	data, err := documentSchema()
	if err != nil {
		return nil, err
	}
	c := &Checker{bodies: map[string]func() (*jsonschema.Schema, error){}}
	if c.envelope, err = compile("document", data); err != nil {
		return nil, err
	}
	for _, kind := range slices.Concat(Kinds(), Trees()) {
		c.bodies[kind] = sync.OnceValues(func() (*jsonschema.Schema, error) {
			data, err := Schema(kind)
			if err != nil {
				return nil, err
			}
			return compile(kind, data)
		})
	}
	return c, nil
}

func compile(name string, data json.RawMessage) (*jsonschema.Schema, error) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("schema %s: %w", name, err)
	}
	at := "urn:waybill:schema:" + name + ":v1"
	c := jsonschema.NewCompiler()
	if err := c.AddResource(at, doc); err != nil {
		return nil, fmt.Errorf("schema %s: %w", name, err)
	}
	s, err := c.Compile(at)
	if err != nil {
		return nil, fmt.Errorf("schema %s: %w", name, err)
	}
	return s, nil
}

// Check returns everything that is wrong with a body, in the order of its paths;
// nothing where it is right.
func (c *Checker) Check(kind string, body json.RawMessage) []Problem {
	compiled, known := c.bodies[kind]
	if !known {
		return []Problem{{Path: kind, Text: "there is no schema of this kind; there is one of: " + kindWords()}}
	}
	schema, err := compiled()
	if err != nil {
		return []Problem{{Path: kind, Text: err.Error()}}
	}
	v, err := tree(body)
	if err != nil {
		return []Problem{{Path: kind, Text: err.Error()}}
	}
	found := violations(schema, v, kind)
	_, t := bodyOf(kind)
	typed := reflect.New(t)
	// What the schema refused keeps its zero value; the rules see the rest.
	_ = json.Unmarshal(body, typed.Interface())
	var r rules
	r.document(typed)
	return merge(found, r.found)
}

// merge adds to the schema's problems those of the rules about places that the
// schema found nothing wrong with, and sorts them.
func merge(found, more []Problem) []Problem {
	refused := map[string]bool{}
	for _, p := range found {
		refused[p.Path] = true
	}
	for _, p := range more {
		if !within(p.Path, refused) {
			found = append(found, p)
		}
	}
	slices.SortFunc(found, func(a, b Problem) int { return cmp.Or(comparePaths(a.Path, b.Path), strings.Compare(a.Text, b.Text)) })
	if n := len(found); n > maxProblems {
		found = append(found[:maxProblems:maxProblems], Problem{Path: found[maxProblems].Path, Text: fmt.Sprintf("this and %d more problem(s) are not listed", n-maxProblems-1)})
	}
	return found
}

// within says whether path or a part of the document that it is in was refused.
func within(path string, refused map[string]bool) bool {
	for path != "" {
		if refused[path] {
			return true
		}
		path = path[:max(strings.LastIndexByte(path, '.'), strings.LastIndexByte(path, '['), 0)]
	}
	return false
}
