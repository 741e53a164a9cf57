package canonical

import (
	"encoding/json"
	"regexp"
)

// Parse reads a document that one of our own systems hands in. It is strict: a
// field that the model does not have is a problem, with the field that was
// probably meant. The problems of the body have paths that begin with body.
func (c *Checker) Parse(data []byte) (Document, []Problem) {
	const whole = "document"
	v, err := tree(data)
	if err != nil {
		return Document{}, []Problem{{Path: whole, Text: err.Error()}}
	}
	found := violations(c.envelope, v, whole)
	var doc Document
	if err := json.Unmarshal(data, &doc); err != nil && len(found) == 0 {
		return Document{}, []Problem{{Path: whole, Text: err.Error()}}
	}
	if version := doc.SchemaVersion; version != "" && !regexp.MustCompile(`^1\.\d{1,4}$`).MatchString(version) {
		found = append(found, Problem{Path: "schemaVersion", Text: "found " + describe(version) + "; expected 1.x, such as " + SchemaVersion})
	}
	var inside []Problem
	if doc.Kind != "" && doc.Body != nil {
		for _, p := range c.Check(doc.Kind, doc.Body) {
			inside = append(inside, Problem{Path: inBody(p.Path, doc.Kind), Text: p.Text})
		}
	}
	if found = merge(found, inside); len(found) > 0 {
		return Document{}, found
	}
	return doc, nil
}

// inBody is where in the document a problem of its body stands.
func inBody(path, kind string) string {
	if path == kind {
		return "body"
	}
	return under("body", path)
}
