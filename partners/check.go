package partners

import (
	"fmt"
	"regexp"

	"waybill/settings"
)

// problems collects mistakes; their keys are relative to the file.
type problems []settings.Problem

func (l *problems) add(key, hint, format string, args ...any) {
	*l = append(*l, settings.Problem{Key: key, Text: fmt.Sprintf(format, args...), Hint: hint})
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

// values looks for texts and numbers that cannot be, wherever they stand. The
// words and the bounds that stand in the tags are looked at before.
func (f *file) values() problems {
	var l problems
	l.pattern("group", f.Group, `[a-z0-9][a-z0-9_-]{0,62}`, "use small letters, digits, - and _, such as retailers")
	f.X12.Them.values("x12.them", &l)
	for i, also := range f.X12.Also {
		also.values(fmt.Sprintf("x12.also[%d]", i), &l)
	}
	f.X12.Us.values("x12.us", &l)
	l.pattern("x12.version", f.X12.Version, versionPattern, versionHint)
	f.X12.Delimiters.values(f.X12.later(), &l)
	for _, name := range f.sets() {
		f.Documents[name].values("documents."+name, name, &l)
	}
	f.X12.Control.values(&l)
	f.Acknowledge.Functional.Batch.values("acknowledge.functional.batch", &l)
	if len(f.Acknowledge.Functional.Batch.By) > 0 {
		l.add("acknowledge.functional.batch.by", "leave it out", "an acknowledgement has no fields")
	}
	f.silences(&l)
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
}

// values checks one entry of documents.
func (d documentFile) values(key, name string, l *problems) {
	set, direction := splitSet(name)
	if set == "997" || set == "999" {
		l.add(key, "leave it out: acknowledgements are read from every partner, and sent as acknowledge says", "there is nothing to agree about it")
		return
	}
	l.pattern(key, name, `\d{3}( in| out)?`, "name the transaction set by its three digits, such as 850; where both directions are agreed on, 850 in and 850 out")
	if direction != "" && d.Direction != "" && direction != d.Direction {
		l.add(key+".direction", "leave it out, the name says it", "found %q", d.Direction)
	}
	l.pattern(key+".version", d.Version, versionPattern, versionHint)
	switch {
	case d.Direction == inbound && d.Via != "":
		l.add(key+".via", "leave it out", "is for what we send, and the direction is in")
	case d.Direction == outbound && len(d.To) > 0:
		l.add(key+".to", "leave it out", "is for what we receive, and the direction is out")
	}
	d.timing(key, l)
}

// timing checks when a document leaves, which is a matter of what we send, and
// what came before, which is one of what we receive.
func (d documentFile) timing(key string, l *problems) {
	d.Batch.values(key+".batch", l)
	if _, err := ParseDue(d.Due); d.Due != "" && err != nil {
		l.add(key+".due", "write a time such as 4h or 2d, alone or with after or before receipt, shipment or delivery; or before delivery", "found %q", d.Due)
	}
	if d.Direction == inbound {
		for _, x := range [][2]string{{"due", d.Due}, {"calendar", d.Calendar}} {
			l.present(key+"."+x[0], x[1] != "", "is for what we send, and the direction is in")
		}
		l.present(key+".batch", d.Batch.Max != 0 || d.Batch.Window != 0 || len(d.Batch.By) > 0, "is for what we send, and the direction is in")
	}
	l.present(key+".duplicate", d.Direction == outbound && d.Duplicate != nil, "is for what we receive, and the direction is out")
}

// present reports what must not be there.
func (l *problems) present(key string, there bool, text string) {
	if there {
		l.add(key, "leave it out", "%s", text)
	}
}

// silences checks the times after which a partner has been silent too long.
func (f *file) silences(l *problems) {
	for _, set := range sortedKeys(f.Silence) {
		if set == calendarKey {
			continue
		}
		l.pattern("silence."+set, set, `\d{3}`, "name the transaction set by its three digits, such as 850")
		if _, err := ParseSpan(f.Silence[set]); err != nil {
			l.add("silence."+set, spanHint, "found %q", f.Silence[set])
		}
	}
}

// calendarKey stands among the sets of silence.
const calendarKey = "calendar"

// missing looks for what a partner's file must say where defaults.yaml does not.
func (f *file) missing(routed bool) problems {
	var l problems
	l.absent("partner", f.Partner, "write the partner's short name, which is also the file's")
	l.absent("status", string(f.Status), "use one of: draft, testing, production, suspended")
	l.absent("x12.them.qualifier", f.X12.Them.Qualifier, "write the partner's ISA qualifier, such as ZZ")
	l.absent("x12.them.id", f.X12.Them.ID, "write the id that the partner sends in ISA06")
	for i, also := range f.X12.Also {
		key := fmt.Sprintf("x12.also[%d]", i)
		l.absent(key+".qualifier", also.Qualifier, "write their ISA qualifier, such as ZZ")
		l.absent(key+".id", also.ID, "write the id that they send in ISA06")
	}
	l.absent("x12.us.qualifier", f.X12.Us.Qualifier, "write our ISA qualifier here or in defaults.yaml")
	l.absent("x12.us.id", f.X12.Us.ID, "write our ISA id here or in defaults.yaml")
	l.absent("x12.version", f.X12.Version, versionHint)
	for _, set := range f.sets() {
		key, d := "documents."+set, f.Documents[set]
		number, _ := splitSet(set)
		if number == "997" || number == "999" {
			continue
		}
		l.absent(key+".direction", d.Direction, "use one of: in, out")
		l.absent(key+".mapping", d.Mapping, "name a mapping, such as base/"+number)
		if d.Direction == inbound && len(d.To) == 0 && !routed {
			l.add(key+".to", "name the adapters that get the document, such as [erp]", "is missing")
		}
		if d.Direction == outbound && len(f.transports()) != 1 {
			l.absent(key+".via", d.Via, "name the transport that takes the document, such as as2")
		}
	}
	return l
}

// sets are the keys of documents, in order.
func (f *file) sets() []string {
	return sortedKeys(f.Documents)
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
	if len(f.X12.Also) > 0 {
		l.add("x12.also", "write it in the partner's file", "cannot be the same for all partners")
	}
	if len(f.Contacts) > 0 {
		l.add("contacts", "write them in the partner's file", "cannot be the same for all partners")
	}
	return l
}
