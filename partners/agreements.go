package partners

import (
	"fmt"
	"slices"
	"strings"

	"waybill/settings"
)

// agreements turns the entries of documents into agreements of p, those aside
// that are known to be wrong.
func (l *loader) agreements(p *Profile, f *file, known []settings.Problem) problems {
	var found problems
	for _, set := range f.sets() {
		d, key := f.Documents[set], "documents."+set
		if slices.ContainsFunc(known, func(k settings.Problem) bool { return k.Key == "documents" || strings.HasPrefix(k.Key+".", key+".") }) {
			continue
		}
		if d.Role == "" {
			d.Role = "seller"
		}
		if d.Direction == inbound {
			l.targets(d, key, &found)
		} else {
			p.route(d, key, &found)
		}
		if d.Version == "" {
			d.Version = f.X12.Version
		}
		if !covered("x12.version", known) {
			l.mapping(d, set, key, &found)
		}
		p.agreements[set] = Agreement{
			Document: set, Direction: d.Direction, Role: d.Role, Via: d.Via, To: d.To, mapping: d.Mapping, maps: l.maps,
		}
	}
	return found
}

// mapping compiles the mapping of a document for the version that was agreed.
// Its problems are told once, and with them one profile that needs it.
func (l *loader) mapping(d documentFile, set, key string, found *problems) {
	if !slices.Contains(l.maps.names, d.Mapping) {
		found.add(key+".mapping", nearOf(d.Mapping, l.maps.names, "mappings are files such as mappings/acme-850.yaml"), "there is no mapping %q", d.Mapping)
		return
	}
	c, first, err := l.maps.compile(d.Mapping, set, d.Version)
	switch {
	case err != nil:
		found.add(key, "agree on a set and version that this version of Waybill reads", "%v", err)
	case first:
		l.found = append(l.found, c.found...)
		if c.mapping == nil {
			found.add(key+".mapping", "mend what is said of it", "%s cannot be used for %s in version %s", d.Mapping, set, d.Version)
		}
	}
}

// targets checks that each system a document goes to has an adapter, once.
func (l *loader) targets(d documentFile, key string, found *problems) {
	for i, to := range d.To {
		at := fmt.Sprintf("%s.to[%d]", key, i)
		if !slices.Contains(l.o.Targets, to) {
			found.add(at, nearOf(to, l.o.Targets, "waybill.yaml has no adapters"), "there is no adapter %q", to)
		}
		if slices.Index(d.To, to) < i {
			found.add(at, "name each adapter once", "%q stands here twice", to)
		}
	}
}

// route checks the way out of a document.
func (p *Profile) route(d documentFile, key string, found *problems) {
	if _, ok := p.blocks[d.Via]; !ok {
		found.add(key+".via", "use one of: "+strings.Join(transportBlocks(), ", ")+", and give the profile its block", "the profile has no block %q", d.Via)
	}
	*found = append(*found, settings.Problem{Key: key, Warning: true,
		Text: "is checked, but nothing is sent yet", Hint: "outbound documents are not composed by this version"})
}

// nearOf suggests the word that was meant, or lists the first of those there are.
func nearOf(word string, known []string, none string) string {
	const shown = 8
	if near := settings.Suggest(word, known); near != "" {
		return "did you mean " + near + "?"
	}
	switch {
	case len(known) == 0:
		return none
	case len(known) > shown:
		return fmt.Sprintf("there are %d: %s …", len(known), strings.Join(known[:shown], ", "))
	}
	return "there are: " + strings.Join(known, ", ")
}
