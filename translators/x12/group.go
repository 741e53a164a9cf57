package x12

import (
	"slices"
	"strconv"
	"strings"

	"waybill/translators"
)

// startGroup reads a GS.
func (d *decoder) startGroup(l line) error {
	if err := d.closeGroup(); err != nil {
		return err
	}
	if err := d.part(l.offset); err != nil {
		return err
	}
	d.stray = false
	e := split(l.text, d.open.Delimiters.Element)
	d.group = &translators.GroupReport{Claimed: -1, Group: translators.Group{
		Index: d.inOpen, Offset: l.offset, End: l.end,
		Functional: e[0], Sender: e[1], Receiver: e[2], Date: e[3], Time: e[4], Control: e[5], Agency: e[6], Version: e[7],
	}}
	d.controls, d.sets = numbers{}, 0
	d.checkGroup(e, l)
	return nil
}

// checkGroup judges a GS. X12 716 has a code for the control number only; what
// else is wrong is noted.
func (d *decoder) checkGroup(e []string, l line) {
	for i, ok := range [8]bool{
		len(e[0]) == 2, between(e[1], 2, 15), between(e[2], 2, 15), validDate(e[3]), validTime(e[4]),
		digits(e[5]) && len(e[5]) <= 9, between(e[6], 1, 2), between(e[7], 1, 12),
	} {
		if ok && !dirty(e[i], d.open.Delimiters) {
			continue
		}
		p := translators.Problem{
			Level: translators.AtGroup, Segment: "GS", Element: i + 1, Offset: l.offset, Warning: true,
			Text: "the element is missing or not of its form", Found: clip(e[i]),
			Expected: [8]string{"2 letters", "2 to 15 characters", "2 to 15 characters", "a date CCYYMMDD", "a time HHMM", "a number of at most 9 digits", "X or T", "a version such as 004010"}[i],
		}
		if i == 5 {
			p.Code, p.Warning = "6", false
		}
		d.groupProblem(p)
	}
	key := e[0] + " " + e[5]
	if _, twice := d.groups[key]; twice {
		d.groupProblem(translators.Problem{
			Level: translators.AtGroup, Code: "19", Segment: "GS", Element: 6, Offset: l.offset, Warning: true,
			Text: "the control number was that of an earlier group of the interchange", Found: clip(e[5]), Expected: "a number of its own",
		})
	}
	d.groups[key] = struct{}{}
}

// unsupported notes, once for a group, that its version (X12 716 = 2) or its kind
// (716 = 1) is none that we have a schema for. Its sets are refused one by one.
func (d *decoder) unsupported() {
	g := d.group
	p := translators.Problem{Level: translators.AtGroup, Segment: "GS", Offset: g.Offset}
	switch {
	case g.Functional == "" && g.Version == "": // there was no GS
		return
	case d.library.release(g.Version) == nil:
		p.Code, p.Element, p.Text = "2", 8, "the version of the group is not supported"
		p.Found, p.Expected = clip(g.Version), strings.Join(d.library.versions(), ", ")
	case !d.library.hasFunctional(g.Version, g.Functional):
		p.Code, p.Element, p.Text = "1", 1, "the kind of group is not supported"
		p.Found, p.Expected = clip(g.Functional), "the kind of a set that is"
	default:
		return
	}
	if !slices.ContainsFunc(g.Problems, func(o translators.Problem) bool { return o.Code == p.Code && o.Element == p.Element }) {
		d.groupProblem(p)
	}
}

func between(s string, least, most int) bool { return len(s) >= least && len(s) <= most }

func (d *decoder) groupProblem(p translators.Problem) {
	if len(d.group.Problems) < problemsInHeaders {
		d.group.Problems = append(d.group.Problems, p)
	}
}

// endGroup reads a GE.
func (d *decoder) endGroup(l line) error {
	if d.group == nil {
		d.passOver(l, []byte("GE"))
		return nil
	}
	if err := d.finishSet(); err != nil {
		return err
	}
	g := d.group
	e := split(l.text, d.open.Delimiters.Element)
	n, err := strconv.Atoi(e[0])
	if err == nil && n >= 0 {
		g.Claimed = n
	}
	if err != nil || n != d.sets {
		d.groupProblem(d.trailer("GE", 1, "5", "the number of sets is wrong", e[0], strconv.Itoa(d.sets), l))
	}
	if !sameNumber(e[1], g.Control) {
		d.groupProblem(d.trailer("GE", 2, "4", "the control number is not that of the GS", e[1], g.Control, l))
	}
	d.leaveGroup(l.end)
	return nil
}

// sameNumber compares control numbers as numbers: GS06 needs no leading zeros.
func sameNumber(a, b string) bool {
	if a == b {
		return true
	}
	x, errX := strconv.ParseUint(a, 10, 64)
	y, errY := strconv.ParseUint(b, 10, 64)
	return errX == nil && errY == nil && x == y
}

// closeGroup closes a group whose GE did not come.
func (d *decoder) closeGroup() error {
	if err := d.finishSet(); err != nil {
		return err
	}
	if d.group == nil {
		return nil
	}
	if !d.options.Inside {
		d.groupProblem(translators.Problem{
			Level: translators.AtGroup, Code: "3", Segment: "GE", Offset: d.in.offset(), Text: "the group has no trailer", Expected: "GE",
		})
	}
	d.leaveGroup(d.in.offset())
	return nil
}

func (d *decoder) leaveGroup(end int64) {
	d.group.End = end
	if d.inOpen++; !d.options.Brief || len(d.group.Problems)+len(d.group.Sets) > 0 {
		d.open.Groups = append(d.open.Groups, *d.group)
	}
	d.group, d.controls, d.stray = nil, numbers{}, false
}
