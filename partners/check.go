package partners

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"waybill/settings"
)

// problems collects mistakes; their keys are relative to the file.
type problems []settings.Problem

func (l *problems) add(key, hint, format string, args ...any) {
	*l = append(*l, settings.Problem{Key: key, Text: fmt.Sprintf(format, args...), Hint: hint})
}

// word checks a value against the words that are allowed; "" is a matter of missing.
func (l *problems) word(key, value string, allowed ...string) {
	if value == "" || slices.Contains(allowed, value) {
		return
	}
	hint := "use one of: " + strings.Join(allowed, ", ")
	if len(allowed) == 1 {
		hint = "use " + allowed[0] + "; nothing else is offered yet"
	}
	l.add(key, hint, "found %q", value)
}

// pattern checks a value against what it must look like.
func (l *problems) pattern(key, value, must, hint string) {
	if value != "" && !regexp.MustCompile("^(?:"+must+")$").MatchString(value) {
		l.add(key, hint, "found %q", value)
	}
}

// absent reports a value that neither file gives.
func (l *problems) absent(key, value, hint string) {
	if value == "" {
		l.add(key, hint, "is missing")
	}
}

// values looks for words and numbers that cannot be, wherever they stand.
func (f *file) values() problems {
	var l problems
	l.word("status", string(f.Status), string(Draft), string(Testing), string(Production), string(Suspended))
	if f.Priority < 1 || f.Priority > 9 {
		l.add("priority", "use a number from 1, looked at first, to 9", "found %d", f.Priority)
	}
	f.X12.Them.values("x12.them", &l)
	f.X12.Us.values("x12.us", &l)
	l.pattern("x12.version", f.X12.Version, versionPattern, versionHint)
	l.word("x12.usage_mismatch", f.X12.UsageMismatch, "hold", "accept")
	f.X12.Delimiters.values(f.X12.later(), &l)
	for _, set := range f.sets() {
		f.Documents[set].values("documents."+set, set, &l)
	}
	a := f.Acknowledge
	l.word("acknowledge.functional.send", a.Functional.Send, "997", "none")
	l.word("acknowledge.functional.detail", a.Functional.Detail, "errors", "none")
	l.word("acknowledge.functional.accept", a.Functional.Accept, "strict", "with-errors")
	l.word("acknowledge.functional.per", a.Functional.Per, "set", "group")
	l.word("acknowledge.interchange.send", a.Interchange.Send, "never")
	return l
}

// What GS08 may be: six digits of release, then an industry's suffix (X12 element 480).
const (
	versionPattern = `\d{6}[A-Z0-9]{0,6}`
	versionHint    = "write GS08 as the partner sends it, such as 004010 or 004010VICS"
)

// values checks one end of an envelope: ISA05/06 or ISA07/08, and GS02 or GS03.
func (p Party) values(key string, l *problems) {
	l.pattern(key+".qualifier", p.Qualifier, `[A-Z0-9]{2}`, "write the two characters of ISA05 or ISA07, such as ZZ or 01")
	l.pattern(key+".id", p.ID, `[!-~]([ -~]{0,13}[!-~])?`, "write 1 to 15 ASCII characters, without the blanks that fill up the ISA")
	l.pattern(key+".group", p.Group, `[!-~][ -~]{0,13}[!-~]`, "write 2 to 15 ASCII characters, as in GS02 or GS03")
}

// values checks that each delimiter is one byte that data can do without, and
// no two are the same; repeats says that the release has a repetition separator.
func (d delimitersFile) values(repeats bool, l *problems) {
	if repeats && d.Repetition == "" {
		d.Repetition = repetition
	}
	seen := map[string]string{}
	for _, x := range [][2]string{{"element", d.Element}, {"component", d.Component}, {"segment", d.Segment}, {"repetition", d.Repetition}} {
		key, value := "x12.delimiters."+x[0], x[1]
		if value == "" {
			continue
		}
		if len(value) != 1 || value[0] == 0 || value[0] > '~' || regexp.MustCompile(`[A-Za-z0-9 ]`).MatchString(value) {
			l.add(key, "use one ASCII character that is no letter, digit or blank", "found %q", value)
		}
		if other, twice := seen[value]; twice {
			l.add(key, "give each its own", "found %q, which is the %s delimiter already", value, other)
		}
		seen[value] = x[0]
	}
	l.word("x12.delimiters.line_end", d.LineEnd, "none", "lf", "crlf")
}

// values checks one entry of documents.
func (d documentFile) values(key, set string, l *problems) {
	if set == "997" || set == "999" {
		l.add(key, "leave it out: acknowledgements are read from every partner, and sent as acknowledge says", "there is nothing to agree about it")
		return
	}
	l.pattern(key, set, `\d{3}`, "name the transaction set by its three digits, such as 850")
	l.word(key+".direction", d.Direction, inbound, outbound)
	l.word(key+".role", d.Role, "seller", "buyer", "depositor", "warehouse")
	l.pattern(key+".version", d.Version, versionPattern, versionHint)
	switch {
	case d.Direction == inbound && d.Via != "":
		l.add(key+".via", "leave it out", "is for what we send, and the direction is in")
	case d.Direction == outbound && len(d.To) > 0:
		l.add(key+".to", "leave it out", "is for what we receive, and the direction is out")
	}
}

// missing looks for what a partner's file must say where defaults.yaml does not.
func (f *file) missing() problems {
	var l problems
	l.absent("partner", f.Partner, "write the partner's short name, which is also the file's")
	l.absent("status", string(f.Status), "use one of: draft, testing, production, suspended")
	l.absent("x12.them.qualifier", f.X12.Them.Qualifier, "write the partner's ISA qualifier, such as ZZ")
	l.absent("x12.them.id", f.X12.Them.ID, "write the id that the partner sends in ISA06")
	l.absent("x12.us.qualifier", f.X12.Us.Qualifier, "write our ISA qualifier here or in defaults.yaml")
	l.absent("x12.us.id", f.X12.Us.ID, "write our ISA id here or in defaults.yaml")
	l.absent("x12.version", f.X12.Version, versionHint)
	for _, set := range f.sets() {
		key, d := "documents."+set, f.Documents[set]
		if set == "997" || set == "999" {
			continue
		}
		l.absent(key+".direction", d.Direction, "use one of: in, out")
		l.absent(key+".mapping", d.Mapping, "name a mapping, such as base/"+set)
		if d.Direction == inbound && len(d.To) == 0 {
			l.add(key+".to", "name the adapters that get the document, such as [erp]", "is missing")
		}
		if d.Direction == outbound {
			l.absent(key+".via", d.Via, "name the transport that takes the document, such as as2")
		}
	}
	return l
}

// sets are the keys of documents, in order.
func (f *file) sets() []string {
	out := make([]string, 0, len(f.Documents))
	for set := range f.Documents {
		out = append(out, set)
	}
	slices.Sort(out)
	return out
}

// named compares the partner's name with its file's.
func (f *file) named(name string) problems {
	var l problems
	if f.Partner != "" && f.Partner != name {
		l.add("partner", "the two must be the same", "found %q, but the file is %s.yaml", f.Partner, name)
	}
	return l
}

// only looks for what must not stand in defaults.yaml.
func (f *file) only() problems {
	var l problems
	for _, x := range [][2]string{{"partner", f.Partner}, {"name", f.Name}, {"x12.them", f.X12.Them.Qualifier + f.X12.Them.ID + f.X12.Them.Group}} {
		if x[1] != "" {
			l.add(x[0], "write it in the partner's file", "cannot be the same for all partners")
		}
	}
	if len(f.Contacts) > 0 {
		l.add("contacts", "write them in the partner's file", "cannot be the same for all partners")
	}
	return l
}
