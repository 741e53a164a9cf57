package partners

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"waybill/mappings"
)

// Template is a kind of partner that a Start can be of.
type Template struct {
	Name      string
	Words     string // who such a partner is
	Transport string // the block that its profile has
	Documents []StartDocument
}

// StartDocument is one document of a template.
type StartDocument struct {
	Set, Direction, Role string
	Title                string // what the set is
	Usual                bool   // taken where nobody names documents
}

// Out says that the document is ours.
func (d StartDocument) Out() bool { return d.Direction == outbound }

// Templates are the kinds of partners, the one that is taken where none is named first.
func Templates() []Template {
	sold := []StartDocument{
		{"850", inbound, "seller", "purchase order", true}, {"855", outbound, "seller", "purchase order acknowledgment", false},
		{"856", outbound, "seller", "ship notice", false}, {"810", outbound, "seller", "invoice", false},
	}
	bought := []StartDocument{
		{"850", outbound, "buyer", "purchase order", true}, {"855", inbound, "buyer", "purchase order acknowledgment", true},
		{"856", inbound, "buyer", "ship notice", true}, {"810", inbound, "buyer", "invoice", true},
	}
	return []Template{
		{"retailer-as2", "a big-box retailer who buys from us, by AS2", "as2", sold},
		{"supplier-sftp", "a supplier whom we buy from, by its SFTP server", "sftp", bought},
		{"warehouse-as2", "a warehouse (3PL) that ships for us, by AS2", "as2", []StartDocument{
			{"940", outbound, "depositor", "warehouse shipping order", true}, {"945", inbound, "depositor", "warehouse shipping advice", true},
		}},
		{"supplier-mail", "a small supplier whom we buy from, by mail", "mailbox", []StartDocument{bought[0], bought[3]}},
	}
}

// TemplateNames are the names of the templates.
func TemplateNames() []string {
	var out []string
	for _, t := range Templates() {
		out = append(out, t.Name)
	}
	return out
}

// FindTemplate finds a template by its name.
func FindTemplate(name string) (Template, error) {
	all := Templates()
	i := slices.IndexFunc(all, func(t Template) bool { return t.Name == name })
	if i < 0 {
		return Template{}, fmt.Errorf("there is no template %q; there are: %s", name, strings.Join(TemplateNames(), ", "))
	}
	return all[i], nil
}

// choose are the documents that a start is about: those it names, else the usual
// ones that there is a base map for.
func (t Template) choose(named []string, version string) ([]StartDocument, error) {
	var out []StartDocument
	if named == nil {
		for _, d := range t.Documents {
			if _, err := baseFor(d.Set, version); err == nil && d.Usual {
				out = append(out, d)
			}
		}
		if len(out) == 0 {
			return nil, fmt.Errorf("there is no base map yet for a document of %s", t.Name)
		}
		return out, nil
	}
	if len(named) == 0 {
		return nil, errors.New("a partner without documents has nothing to say: name a set, such as 850")
	}
	var known []string
	for _, d := range t.Documents {
		known = append(known, d.Set)
		if slices.Contains(named, d.Set) {
			out = append(out, d)
		}
	}
	for _, set := range named {
		if !slices.Contains(known, set) {
			return nil, fmt.Errorf("%s has no document %q; it has %s", t.Name, set, strings.Join(known, ", "))
		}
	}
	return out, nil
}

// baseFor is the base map for a set, the one for the release where there is one.
func baseFor(set, version string) (string, error) {
	release := version[:min(len(version), len("004010"))]
	for _, name := range []string{"base/" + set + "-" + release, "base/" + set} {
		if _, err := fs.Stat(mappings.Base(), name+".yaml"); err == nil {
			return name, nil
		}
	}
	return "", fmt.Errorf("there is no base map for the document %q", set)
}
