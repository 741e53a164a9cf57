package gateway

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"waybill/canonical"
	"waybill/mappings"
	"waybill/partners"
	"waybill/settings"
)

// Route is one rule of the route block of waybill.yaml: which of our own systems
// get a document whose profile does not say. The first rule that fits counts; a
// condition that is not there holds for all.
type Route struct {
	Kinds    []string            `yaml:"kinds"`    // of documents, such as order
	Partners []string            `yaml:"partners"` // by the names of their profiles
	Groups   []string            `yaml:"groups"`   // of partners
	Where    map[string][]string `yaml:"where"`    // a field of the document and the values that it may have; * at the end of one stands for any rest
	To       []string            `yaml:"to"`       // adapters
}

// checkRoutes looks for mistakes in the rules.
func (c *Config) checkRoutes(add func(key, text, hint string)) {
	adapters := slices.Sorted(maps.Keys(c.Adapters))
	for i, r := range c.Route {
		at := fmt.Sprintf("route[%d]", i)
		for k, kind := range r.Kinds {
			if !slices.Contains(canonical.Kinds(), kind) {
				add(fmt.Sprintf("%s.kinds[%d]", at, k), fmt.Sprintf("there are no documents of kind %q", kind), near(kind, canonical.Kinds()))
			}
		}
		for k, to := range r.To {
			if !slices.Contains(adapters, to) {
				add(fmt.Sprintf("%s.to[%d]", at, k), fmt.Sprintf("there is no adapter %q", to), near(to, adapters))
			}
		}
		if len(r.To) == 0 {
			add(at+".to", "is missing", "name the adapters that get the document, such as [erp]")
		}
		r.checkWhere(at, add)
		for k, earlier := range c.Route[:i] {
			if earlier.covers(r) {
				add(at, fmt.Sprintf("is never reached: rule %d takes all that it would take", k+1), "put it before that rule, or remove it")
				break
			}
		}
	}
}

func near(word string, known []string) string {
	if s := settings.Suggest(word, known); s != "" {
		return "did you mean " + s + "?"
	}
	return "there are: " + strings.Join(known, ", ")
}

// checkWhere holds the fields against the schemas of the kinds that the rule is for.
func (r Route) checkWhere(at string, add func(key, text, hint string)) {
	kinds := r.Kinds
	if len(r.Where) > 0 && len(kinds) == 0 {
		add(at+".where", "the rule is for documents of all kinds, which have no fields in common", "name the kinds that have the field")
	}
	for _, path := range slices.Sorted(maps.Keys(r.Where)) {
		if len(r.Where[path]) == 0 {
			add(at+".where", "no values stand at "+path, "write a list, such as ["+`"0042"`+"]")
		}
		for _, kind := range kinds {
			schema, err := canonical.Schema(kind)
			if err != nil {
				continue // said of the kind
			}
			if err := mappings.CheckField(schema, path); err != nil {
				add(at+".where", kind+" has no such field: "+err.Error(), "")
			}
		}
	}
}

// covers says whether a rule takes everything that another would take, as far as
// that can be seen.
func (r Route) covers(other Route) bool {
	within := func(all, some []string) bool {
		return len(all) == 0 || len(some) > 0 && !slices.ContainsFunc(some, func(s string) bool { return !slices.Contains(all, s) })
	}
	return len(r.Where) == 0 && within(r.Kinds, other.Kinds) && within(r.Partners, other.Partners) && within(r.Groups, other.Groups)
}

// misses says why a rule does not fit a document; "" is that it does.
func (r Route) misses(doc canonical.Document, group string) string {
	for _, x := range []struct {
		what, is string
		among    []string
	}{{"kind", doc.Kind, r.Kinds}, {"partner", doc.Partner, r.Partners}, {"group", group, r.Groups}} {
		if len(x.among) > 0 && !slices.Contains(x.among, x.is) {
			return fmt.Sprintf("%s is %q, and not %s", x.what, x.is, strings.Join(x.among, " or "))
		}
	}
	for _, path := range slices.Sorted(maps.Keys(r.Where)) {
		values, err := mappings.FieldValues(doc.Body, path)
		if err != nil {
			return err.Error()
		}
		if !slices.ContainsFunc(values, func(v string) bool { return fits(v, r.Where[path]) }) {
			found := "is missing"
			if len(values) > 0 {
				found = "is " + strings.Join(values[:min(len(values), 5)], ", ")
			}
			return fmt.Sprintf("%s %s, and not %s", path, found, strings.Join(r.Where[path], " or "))
		}
	}
	return ""
}

// fits says whether a value is one of those, or begins as one that ends in *.
func fits(v string, among []string) bool {
	return slices.ContainsFunc(among, func(want string) bool {
		if begin, open := strings.CutSuffix(want, "*"); open {
			return strings.HasPrefix(v, begin)
		}
		return v == want
	})
}

// route names the systems that get a document: those of its agreement, or those
// of the first rule that fits. Nothing is named where none does.
func (c *Config) route(doc canonical.Document, p *partners.Profile, a partners.Agreement) []string {
	if len(a.To) > 0 {
		return a.To
	}
	for _, r := range c.Route {
		if r.misses(doc, p.Group) == "" {
			return r.To
		}
	}
	return nil
}

// RouteStep is one rule on a document's way to our own systems.
type RouteStep struct {
	Rule  string   `json:"rule"` // "profile", or the number of the rule
	Takes bool     `json:"takes"`
	Text  string   `json:"text"`
	To    []string `json:"to,omitempty"`
}

// ExplainRoute says of each rule, up to the one that takes the document, whether
// it fits. data is a canonical document as JSON, with its envelope.
func ExplainRoute(dir string, data []byte, set string, o Options) ([]RouteStep, []settings.Problem, error) {
	g, problems := read(dir, o.Now)
	if g == nil {
		return nil, problems, nil
	}
	var doc canonical.Document
	if err := json.Unmarshal(data, &doc); err != nil {
		return nil, problems, fmt.Errorf("the document is no JSON: %w", err)
	}
	if doc.Kind == "" || doc.Partner == "" || len(doc.Body) == 0 {
		return nil, problems, fmt.Errorf("the document has no kind, partner or body: it is the envelope, too, that decides")
	}
	p, ok := g.shelf.Current().Partner(doc.Partner)
	if !ok {
		return nil, problems, fmt.Errorf("there is no partner %q", doc.Partner)
	}
	if doc.Source != nil && set == "" {
		set = doc.Source.Document
	}
	if a, ok := p.Agreement(set, "inbound"); ok && len(a.To) > 0 {
		return []RouteStep{{"profile", true, fmt.Sprintf("documents.%s.to of %s names them", set, doc.Partner), a.To}}, problems, nil
	}
	var steps []RouteStep
	for i, r := range g.config.Route {
		why := r.misses(doc, p.Group)
		s := RouteStep{Rule: fmt.Sprint(i + 1), Takes: why == "", Text: why}
		if s.Takes {
			s.To, s.Text = r.To, "takes it"
			return append(steps, s), problems, nil
		}
		steps = append(steps, s)
	}
	return steps, problems, nil
}
