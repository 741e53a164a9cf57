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
	for _, name := range f.sets() {
		d, key := f.Documents[name], "documents."+name
		set, _ := splitSet(name)
		if slices.ContainsFunc(known, func(k settings.Problem) bool { return k.Key == "documents" || strings.HasPrefix(k.Key+".", key+".") }) {
			continue
		}
		if d.Role == "" {
			d.Role = "seller"
		}
		if d.Direction == inbound {
			l.targets(d, key, &found)
		} else {
			p.route(&d, key, &found)
		}
		if d.Version == "" {
			d.Version = f.X12.Version
		}
		var t reading
		if !covered("x12.version", known) {
			t = l.reading(d, set, key, f.X12, &found)
			l.mapping(d, t, key, &found)
		}
		agreement := l.agreement(p, f, d, set, key, &found)
		agreement.reading = t
		p.agree(agreement, key, &found)
	}
	return found
}

// agree notes an agreement; the same set in the same direction is agreed on once.
func (p *Profile) agree(a Agreement, key string, found *problems) {
	at := agreed{a.Document, a.Direction}
	if _, twice := p.agreements[at]; twice {
		found.add(key, "keep one of the two", "%s %s is agreed on already", a.Document, a.Direction)
	}
	p.agreements[at] = a
}

// agreement is what an entry comes to.
func (l *loader) agreement(p *Profile, f *file, d documentFile, set, key string, found *problems) Agreement {
	a := Agreement{
		Document: set, Direction: d.Direction, Role: d.Role, Version: d.Version, Via: d.Via, To: d.To,
		Priority: d.Priority, KeepOrder: d.KeepOrder, mapping: d.Mapping, maps: l.maps,
	}
	if a.Priority == 0 {
		a.Priority = p.Priority
	}
	if d.Direction == outbound {
		a.Batch, a.GroupBy = d.Batch.batch(), d.Batch.By
		a.Calendar = l.calendarOf(f, d.Calendar, key+".calendar", found)
		if d.Due != "" {
			a.Due, _ = ParseDue(d.Due) // checked before
		}
	} else if d.Duplicate != nil {
		a.Duplicate = d.Duplicate.policy()
	}
	return a
}

// mapping compiles the mapping of a document for the version that was agreed.
// Its problems are told once, and with them one profile that needs it.
func (l *loader) mapping(d documentFile, t reading, key string, found *problems) {
	if !slices.Contains(l.maps.names, d.Mapping) {
		found.add(key+".mapping", nearOf(d.Mapping, l.maps.names, "mappings are files such as mappings/acme-850.yaml"), "there is no mapping %q", d.Mapping)
		return
	}
	c, first, err := l.maps.compile(d.Mapping, t, d.Version)
	switch {
	case err != nil:
		found.add(key, "agree on a set and version that this version of Waybill reads", "%v", err)
	case first:
		l.found = append(l.found, c.found...)
		if c.mapping == nil {
			found.add(key+".mapping", "mend what is said of it", "%s cannot be used for %s in version %s", d.Mapping, t.set, d.Version)
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

// route finds the way out of a document: the one it names, else the only one.
func (p *Profile) route(d *documentFile, key string, found *problems) {
	if d.Via == "" && len(p.blocks) == 1 {
		d.Via = sortedKeys(p.blocks)[0]
	}
	if _, ok := p.blocks[d.Via]; !ok {
		found.add(key+".via", "use one of: "+strings.Join(transportBlocks(), ", ")+", and give the profile its block", "the profile has no block %q", d.Via)
	}
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
