package mappings

import (
	"strings"
)

// A branch is one name of a canonical path, with what stands below it.
type branch struct {
	name     string
	list     bool
	path     string
	entry    *entry // nil where a path only passes
	children []*branch
}

// grow makes a tree of the flat entries.
func (c *compiler) grow() *branch {
	root := &branch{}
	for _, e := range c.merged.entries {
		at := root
		for _, name := range strings.Split(e.path, ".") {
			at = at.child(name)
		}
		at.entry = e
	}
	return root
}

func (b *branch) child(name string) *branch {
	bare, list := strings.CutSuffix(name, "[]")
	for _, k := range b.children {
		if k.name == bare && k.list == list {
			return k
		}
	}
	k := &branch{name: bare, list: list, path: joinPath(b.path, name)}
	b.children = append(b.children, k)
	return k
}

// pos is where the branch is first written.
func (b *branch) pos() place {
	if b.entry != nil {
		return b.entry.pos
	}
	for _, k := range b.children {
		if p := k.pos(); p.file != "" {
			return p
		}
	}
	return place{}
}
