package settings

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Place gives problems that were found in a block after it was decoded their
// file and line: each Key is a path relative to node, and is put behind prefix.
// A key that the file does not spell out gets the place of the nearest one that
// it does.
func Place(file string, node *yaml.Node, prefix string, found []Problem) []Problem {
	placed := make([]Problem, len(found))
	for i, p := range found {
		p.File = file
		if at := nearest(node, p.Key); at != nil {
			p.Line, p.Column = at.Line, at.Column
		}
		p.Key = strings.TrimSuffix(join(prefix, p.Key), ".")
		placed[i] = p
	}
	return placed
}

// nearest follows a path such as certificates[1].use as far as the nodes go.
func nearest(node *yaml.Node, path string) *yaml.Node {
	for _, step := range strings.Split(path, ".") {
		name, indexes, _ := strings.Cut(step, "[")
		next := child(node, name)
		if next == nil {
			return node
		}
		node = next
		n, err := strconv.Atoi(strings.TrimSuffix(indexes, "]"))
		if err == nil && node.Kind == yaml.SequenceNode && n >= 0 && n < len(node.Content) {
			node = node.Content[n]
		}
	}
	return node
}

func child(node *yaml.Node, name string) *yaml.Node {
	if node == nil || node.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == name {
			return node.Content[i+1]
		}
	}
	return nil
}
