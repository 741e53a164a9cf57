package partners

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"waybill/settings"
)

// merge puts what defaults says under what the profile says, key by key, and
// returns a tree of its own. A transport block and an entry of documents are
// filled only where the profile has one: what a partner's file does not name,
// the partner does not have. Nodes from defaults get a negative line, by which
// restore knows them.
func merge(profile, defaults *yaml.Node) *yaml.Node {
	fromDefaults := &yaml.Node{Kind: yaml.MappingNode}
	if defaults != nil && defaults.Kind == yaml.MappingNode {
		fromDefaults = negative(defaults)
	}
	for _, key := range transportBlocks() {
		if valueOf(profile, key) == nil {
			remove(fromDefaults, key)
		}
	}
	if documents := valueOf(fromDefaults, "documents"); documents != nil {
		keep(documents, valueOf(profile, "documents"))
	}
	return under(profile, fromDefaults)
}

// under lays upper over lower.
func under(upper, lower *yaml.Node) *yaml.Node {
	if upper.Kind != yaml.MappingNode || lower.Kind != yaml.MappingNode {
		return upper
	}
	out := *upper
	out.Content = nil
	for i := 0; i+1 < len(upper.Content); i += 2 {
		k, v := upper.Content[i], upper.Content[i+1]
		if below := valueOf(lower, k.Value); below != nil {
			v = under(v, below)
		}
		out.Content = append(out.Content, k, v)
	}
	for i := 0; i+1 < len(lower.Content); i += 2 {
		if valueOf(upper, lower.Content[i].Value) == nil {
			out.Content = append(out.Content, lower.Content[i], lower.Content[i+1])
		}
	}
	return &out
}

// keep removes from a mapping the keys that the other does not have.
func keep(n, other *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(n.Content); {
		if other == nil || valueOf(other, n.Content[i].Value) == nil {
			n.Content = slices.Delete(n.Content, i, i+2)
			continue
		}
		i += 2
	}
}

func remove(n *yaml.Node, key string) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			n.Content = slices.Delete(n.Content, i, i+2)
			return
		}
	}
}

// valueOf is the value of a key, nil where there is none.
func valueOf(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// negative copies a tree with its lines negated.
func negative(n *yaml.Node) *yaml.Node {
	out := *n
	out.Line = -n.Line
	out.Content = make([]*yaml.Node, len(n.Content))
	for i, c := range n.Content {
		out.Content[i] = negative(c)
	}
	return &out
}

// restore gives a problem about what came from defaults.yaml its place there.
func restore(found []settings.Problem) []settings.Problem {
	for i, p := range found {
		if p.Line < 0 {
			found[i].File, found[i].Line = defaultsPath, -p.Line
		}
	}
	return found
}
