package partners

import (
	"fmt"
	"slices"
	"strings"

	"waybill/settings"
)

// agreements turns the entries of documents into agreements of p.
func (l *loader) agreements(p *Profile, f *file) problems {
	var found problems
	for _, set := range f.sets() {
		d, key := f.Documents[set], "documents."+set
		if d.Role == "" {
			d.Role = "seller"
		}
		if d.Version == "" {
			d.Version = f.X12.Version
		}
		if d.Direction == inbound {
			l.targets(d, key, &found)
		} else {
			p.route(d, key, &found)
		}
		p.agreements[set] = Agreement{
			Document: set, Direction: d.Direction, Role: d.Role, Via: d.Via, To: d.To,
		}
	}
	return found
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

func sorted(words []string) []string {
	slices.Sort(words)
	return words
}

// nearOf suggests the word that was meant, or lists those there are.
func nearOf(word string, known []string, none string) string {
	if near := settings.Suggest(word, known); near != "" {
		return "did you mean " + near + "?"
	}
	if len(known) == 0 {
		return none
	}
	return "there are: " + strings.Join(known, ", ")
}
