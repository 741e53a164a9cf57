package x12

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"waybill/translators"
)

// setFile is the file of one set: its items by area, in position order.
type setFile struct {
	Set        string      `yaml:"set"`
	Name       string      `yaml:"name"`
	Functional string      `yaml:"functional"`
	Heading    []itemEntry `yaml:"heading"`
	Detail     []itemEntry `yaml:"detail"`
	Summary    []itemEntry `yaml:"summary"`
}

// itemEntry is "REF O 12", or the same after loop: with the items inside.
type itemEntry struct {
	Words string
	Items []itemEntry
}

// UnmarshalYAML takes either form.
func (e *itemEntry) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		e.Words = n.Value
		return nil
	}
	var loop struct {
		Loop  string      `yaml:"loop"`
		Items []itemEntry `yaml:"items"`
	}
	if err := n.Decode(&loop); err != nil {
		return err
	}
	if len(loop.Items) == 0 {
		return fmt.Errorf("line %d: loop %q has no items", n.Line, loop.Loop)
	}
	e.Words, e.Items = loop.Loop, loop.Items
	return nil
}

func (r *release) compile(root fs.FS, file string) (*translators.Schema, error) {
	d, err := r.dictionary()
	if err != nil {
		return nil, err
	}
	var f setFile
	if err := readYAML(root, file, &f); err != nil {
		return nil, err
	}
	c := compiler{dictionary: d}
	top := &translators.Item{ID: "ST", Name: f.Name, Loop: true, Usage: translators.Mandatory, Max: 1}
	c.number(top)
	c.items(top, "heading", f.Heading)
	c.items(top, "detail", f.Detail)
	c.items(top, "summary", f.Summary)
	if len(top.Items) < 2 || top.Items[0].ID != "ST" || top.Items[len(top.Items)-1].ID != "SE" {
		c.problems = append(c.problems, errors.New("a set begins with ST and ends with SE"))
	} else {
		top.Segment = top.Items[0].Segment
	}
	if err := errors.Join(c.problems...); err != nil {
		return nil, fmt.Errorf("schema file %s: %w", file, err)
	}
	return &translators.Schema{
		Set: f.Set, Release: r.version, Name: f.Name, Functional: f.Functional, Root: top, Items: c.next,
	}, nil
}

type compiler struct {
	dictionary *dictionary
	next       int
	problems   []error
}

func (c *compiler) number(item *translators.Item) {
	item.Index = c.next
	c.next++
}

func (c *compiler) items(parent *translators.Item, area string, entries []itemEntry) {
	for _, e := range entries {
		item, err := c.item(e)
		if err != nil {
			c.problems = append(c.problems, err)
			continue
		}
		item.Parent, item.Area = parent, area
		parent.Items = append(parent.Items, item)
		if item.Loop {
			c.items(item, area, e.Items)
			if len(item.Items) == 0 || item.Items[0].ID != item.ID {
				c.problems = append(c.problems, fmt.Errorf("loop %s does not begin with its own segment", item.ID))
			}
		}
	}
}

func (c *compiler) item(e itemEntry) (*translators.Item, error) {
	words := strings.Fields(e.Words)
	if len(words) != 3 || words[1] != "M" && words[1] != "O" {
		return nil, fmt.Errorf("item %q is not an id, a usage M or O, and a limit", e.Words)
	}
	rule, ok := c.dictionary.segments[words[0]]
	if !ok {
		return nil, fmt.Errorf("segment %s is not described", words[0])
	}
	limit := 0
	if words[2] != "*" {
		n, err := strconv.Atoi(words[2])
		if err != nil || n < 1 {
			return nil, fmt.Errorf("item %q: the limit is neither a number nor *", e.Words)
		}
		limit = n
	}
	item := &translators.Item{
		ID: words[0], Name: rule.Name, Loop: len(e.Items) > 0, Usage: translators.Usage(words[1][0]), Max: limit, Segment: rule,
	}
	c.number(item)
	return item, nil
}
