package settings

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Bounds of a configuration file.
const (
	maxBytes = 1 << 20
	maxDepth = 32
)

// Parse reads one YAML document into nodes that keep their places. Aliases and
// anchors, duplicate keys, a second document and excessive size or depth are problems.
func Parse(file string, data []byte) (*yaml.Node, []Problem) {
	if len(data) > maxBytes {
		return nil, []Problem{{File: file, Text: fmt.Sprintf("%d bytes are too many; at most %d", len(data), maxBytes)}}
	}
	d := yaml.NewDecoder(strings.NewReader(string(data)))
	var doc yaml.Node
	err := d.Decode(&doc)
	switch {
	case errors.Is(err, io.EOF):
		return &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Line: 1, Column: 1}, nil
	case err != nil:
		return nil, []Problem{syntaxProblem(file, data, err)}
	}
	root := &doc
	if doc.Kind == yaml.DocumentNode && len(doc.Content) == 1 {
		root = doc.Content[0]
	}
	found := structure(file, root, "", 0)
	switch err := d.Decode(&yaml.Node{}); {
	case err == nil:
		found = append(found, Problem{File: file, Text: "found a second document", Hint: "keep one document to a file"})
	case !errors.Is(err, io.EOF):
		found = append(found, syntaxProblem(file, data, err))
	}
	if len(found) > 0 {
		return nil, found
	}
	return root, nil
}

// syntaxProblem takes the line out of the parser's words, or finds the one behind
// which the block that they name breaks.
func syntaxProblem(file string, data []byte, err error) Problem {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	p := Problem{File: file, Text: text}
	if m := regexp.MustCompile(`^line (\d+): (.*)`).FindStringSubmatch(text); m != nil {
		p.Line, _ = strconv.Atoi(m[1])
		p.Column, p.Text = 1, m[2]
		if strings.HasPrefix(p.Text, "did not find expected") {
			p.Line = max(p.Line, breaking(data))
		}
	}
	p.Hint = syntaxHint(p.Text)
	p.Text = "not YAML: " + p.Text
	return p
}

// breaking is the first line with which a text is no YAML any more, whatever
// follows; 0 where that would take long. The parser names the line where the block
// began, which may be far above.
func breaking(data []byte) int {
	const most = 400 // lines, each of which is one reading of what stands above it
	lines := strings.SplitAfter(string(data), "\n")
	if len(lines) > most {
		return 0
	}
	good := len(lines) // the most that are read
	for good > 0 && yaml.Unmarshal([]byte(strings.Join(lines[:good], "")), &yaml.Node{}) != nil {
		good--
	}
	if good == len(lines) { // it is a second document that is not
		return 0
	}
	return good + 1
}

// syntaxHint says what is mostly behind the parser's words, whose line may be
// below the mistake itself.
func syntaxHint(text string) string {
	switch {
	case strings.Contains(text, "mapping values are not allowed"):
		return `put a value that holds ": " in quotes, and begin the keys of a block in one column`
	case strings.Contains(text, "cannot start any token"):
		return "indent with blanks, not with tabs; put a value that begins with @, % or ` in quotes"
	case strings.Contains(text, "end of stream"):
		return "look for a quote that is not closed"
	case strings.Contains(text, "did not find expected"), strings.Contains(text, "could not find expected"):
		return "look near this line for a key in a column of its own, a colon without a blank behind it, or an open quote or bracket"
	}
	return ""
}

// structure looks for what no configuration may have.
func structure(file string, n *yaml.Node, key string, depth int) []Problem {
	at := Problem{File: file, Line: n.Line, Column: n.Column, Key: key}
	if depth > maxDepth {
		at.Text = fmt.Sprintf("nested deeper than %d levels", maxDepth)
		return []Problem{at}
	}
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		at.Text, at.Hint = "anchors and aliases are not allowed", "write the value out"
		return []Problem{at}
	}
	if n.Style&yaml.TaggedStyle != 0 {
		at.Text, at.Hint = "found the tag "+n.Tag+"; tags are not allowed", "leave it out: the kind of a value follows from its key"
		return []Problem{at}
	}
	var found []Problem
	if n.Kind != yaml.MappingNode {
		for _, c := range n.Content {
			found = append(found, structure(file, c, key, depth+1)...)
		}
		return found
	}
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if k.Kind == yaml.MappingNode || k.Kind == yaml.SequenceNode {
			found = append(found, Problem{File: file, Line: k.Line, Column: k.Column, Key: key,
				Text: "found " + describe(k) + " as a key, expected a word"})
			continue
		}
		path := join(key, k.Value)
		if line, twice := seen[k.Value]; twice {
			found = append(found, Problem{File: file, Line: k.Line, Column: k.Column, Key: path,
				Text: fmt.Sprintf("stands here twice, first in line %d", line), Hint: "keep one"})
		}
		seen[k.Value] = k.Line
		found = append(found, structure(file, k, path, depth+1)...)
		found = append(found, structure(file, v, path, depth+1)...)
	}
	return found
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
