package partners

import (
	"fmt"
	"path"
	"slices"
	"sort"
	"strings"

	"go.yaml.in/yaml/v3"

	"waybill/settings"
	"waybill/translators"
)

const (
	defaultsPath = "partners/defaults.yaml"
	maxPartners  = 10000
)

// load makes a Book of a tree. The Book is whole only where no problem is fatal.
func load(dir string, t tree, o Options) (*Book, []settings.Problem) {
	l := loader{
		o: o, tree: t, maps: newMaps(t.folder("mappings"), o), guides: newGuides(t.folder("guides"), o),
		book: &Book{
			Revision: t.revision, dir: dir, made: o.Now(), certs: t.below("certs/"),
			byName: map[string]*Profile{}, byPair: map[pair]*Profile{},
		},
	}
	names := l.names()
	l.calendars()
	defaults := l.defaults()
	for _, name := range names {
		l.profile(name, defaults)
	}
	l.unused()
	if o.Attach != nil {
		attached, found := o.Attach(l.book)
		l.book.Attached = attached
		l.found = append(l.found, found...)
	}
	return l.book, ordered(restore(l.found))
}

// loader is one reading of a tree.
type loader struct {
	o      Options
	tree   tree
	maps   *maps
	guides *guides
	book   *Book
	found  []settings.Problem
}

func (l *loader) add(file, text, hint string) {
	l.found = append(l.found, settings.Problem{File: file, Text: text, Hint: hint})
}

// names are the partners that have a file, in order.
func (l *loader) names() []string {
	var names []string
	allowed := partnerName()
	for name := range l.tree.files {
		stem, isYAML := strings.CutSuffix(path.Base(name), ".yaml")
		switch {
		case !strings.HasPrefix(name, "partners/") || name == defaultsPath:
		case path.Ext(name) == ".yml":
			l.add(name, "is not read", "name it "+strings.TrimSuffix(path.Base(name), ".yml")+".yaml")
		case isYAML && path.Dir(name) != "partners":
			l.add(name, "is not read", "profiles stand in partners/ itself, not in a directory below it")
		case isYAML && !allowed.MatchString(stem):
			l.add(name, fmt.Sprintf("%q cannot be a partner's name", stem), "use small letters, digits, - and _, at most 63, such as acme-retail")
		case isYAML:
			names = append(names, stem)
		}
	}
	slices.Sort(names)
	if len(names) > maxPartners {
		l.add("partners", fmt.Sprintf("there are %d profiles, more than %d", len(names), maxPartners), "")
		names = names[:maxPartners]
	}
	return names
}

// defaults reads partners/defaults.yaml, nil where there is none.
func (l *loader) defaults() *yaml.Node {
	data, ok := l.tree.files[defaultsPath]
	if !ok {
		return nil
	}
	node, found := settings.Parse(defaultsPath, data)
	l.found = append(l.found, found...)
	if node == nil {
		return nil
	}
	f := unsaid()
	l.found = append(l.found, settings.Decode(defaultsPath, node, &f)...)
	l.found = append(l.found, settings.Place(defaultsPath, node, "", append(f.only(), f.values()...))...)
	return node
}

// profile reads one partner's file and puts it into the book.
func (l *loader) profile(name string, defaults *yaml.Node) {
	file := "partners/" + name + ".yaml"
	own, found := settings.Parse(file, l.tree.files[file])
	l.found = append(l.found, found...)
	if own == nil {
		return
	}
	node := merge(own, defaults)
	f := unsaid()
	found = settings.Decode(file, node, &f)
	f.directions()
	found = append(found, settings.Place(file, own, "", uncovered(f.missing(l.o.Routed), found))...)
	found = append(found, settings.Place(file, node, "", uncovered(append(f.values(), f.named(name)...), found))...)
	p := f.profile(name, file)
	found = append(found, settings.Place(file, node, "", append(l.agreements(p, &f, found), uncovered(l.terms(p, &f), found)...))...)
	l.found = append(l.found, found...)
	l.enter(p, node)
}

// uncovered leaves out what is said of a key, or of one below it, whose value
// is known to be wrong already.
func uncovered(said problems, known []settings.Problem) problems {
	return slices.DeleteFunc(said, func(p settings.Problem) bool { return covered(p.Key, known) })
}

func covered(key string, known []settings.Problem) bool {
	return slices.ContainsFunc(known, func(p settings.Problem) bool {
		return p.Key != "" && (p.Key == key || strings.HasPrefix(key, p.Key+"."))
	})
}

// enter puts the profile into the book, unless another has the same pair.
func (l *loader) enter(p *Profile, node *yaml.Node) {
	l.book.profiles = append(l.book.profiles, p)
	l.book.byName[p.name] = p
	for i, them := range p.identities() {
		key, at := pair{them, p.us()}, "x12.them"
		if i > 0 {
			at = fmt.Sprintf("x12.also[%d]", i-1)
		}
		if key.them.id == "" || key.us.id == "" {
			continue
		}
		if other, twice := l.book.byPair[key]; twice {
			l.found = append(l.found, settings.Place(p.file, node, "", []settings.Problem{{Key: at,
				Text: fmt.Sprintf("%s to %s is the pair of %s already", key.them, key.us, other.name),
				Hint: "an envelope must lead to one partner: mend one of the two, or remove it"}})...)
			continue
		}
		l.book.byPair[key] = p
	}
}

// profile turns a checked file into a Profile.
func (f *file) profile(name, path string) *Profile {
	p := &Profile{
		name: name, file: path, Title: f.Name, Group: f.Group, Priority: f.Priority, Contacts: f.Contacts,
		Them: f.X12.Them, Also: f.X12.Also, Us: f.X12.Us, status: f.Status,
		UsageMismatch: f.X12.UsageMismatch, OtherRelease: f.X12.OtherRelease, Duplicate: f.X12.Duplicate.policy(),
		delimiters: f.X12.delimiters(), Outbound: f.X12.outbound(), blocks: f.blocks(), agreements: map[agreed]Agreement{},
		acks: f.Acknowledge.policy(), AckBatch: f.Acknowledge.Functional.Batch.batch(), AckVia: f.Acknowledge.Via,
		Limits:    Limits{int64(f.Limits.Size), f.Limits.Segments, f.Limits.PerMinute},
		Retention: Retention{f.Retention.Raw, f.Retention.Canonical},
	}
	if transports := f.transports(); p.AckVia == "" && len(transports) > 0 {
		p.AckVia = transports[0]
	}
	if p.Title == "" {
		p.Title = name
	}
	parties := []*Party{&p.Them, &p.Us}
	for i := range p.Also {
		parties = append(parties, &p.Also[i])
	}
	for _, party := range parties {
		if party.Group == "" {
			party.Group = party.ID
		}
	}
	return p
}

// policy is what the acknowledge block means to a translator.
func (a acknowledgeFile) policy() translators.AckPolicy {
	p := translators.AckPolicy{
		Functional: a.Functional.Send, Detail: a.Functional.Detail, Accepted: a.Functional.List == "all", Per: a.Functional.Per,
		Mode: "reject", Interchange: a.Interchange.Send,
	}
	if p.Functional == "none" {
		p.Functional = ""
	}
	switch a.Functional.Accept {
	case "with-errors":
		p.Mode = "with-errors"
	case "all":
		p.Mode = "accept"
	}
	return p
}

// repetition is the separator of repeated elements where the profile names none.
const repetition = "^"

// later says that ISA11 is a repetition separator: from release 00402 on (X12
// element I65). Before, it names a standards body.
func (x x12File) later() bool { return x.Version >= "00402" }

// delimiters are those of outbound interchanges.
func (x x12File) delimiters() translators.Delimiters {
	first := func(s string) byte {
		if s == "" {
			return 0
		}
		return s[0]
	}
	d := translators.Delimiters{
		Element: first(x.Delimiters.Element), Component: first(x.Delimiters.Component), Segment: first(x.Delimiters.Segment),
		LineEnd: map[string]string{"lf": "\n", "crlf": "\r\n"}[x.Delimiters.LineEnd],
	}
	if x.InData == "replace" {
		d.InData = ' '
	}
	switch {
	case x.later() && x.Delimiters.Repetition == "":
		d.Repetition = repetition[0]
	case x.later():
		d.Repetition = first(x.Delimiters.Repetition)
	}
	return d
}

// ordered sorts problems by place and drops repetitions: what is wrong in
// defaults.yaml is wrong for every partner.
func ordered(found []settings.Problem) []settings.Problem {
	sort.SliceStable(found, func(i, j int) bool {
		a, b := found[i], found[j]
		if a.File != b.File {
			return a.File < b.File
		}
		if a.Line != b.Line {
			return a.Line < b.Line
		}
		return a.Column < b.Column
	})
	seen := map[settings.Problem]bool{}
	return slices.DeleteFunc(found, func(p settings.Problem) bool {
		twice := seen[p]
		seen[p] = true
		return twice
	})
}
