package x12

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"strings"

	"waybill/translators"
)

const (
	partsInFile       = 100_000 // sets, groups and interchanges in a report
	numbersInGroup    = 1 << 20 // that are not one after another
	problemsInReport  = 50_000  // kept in one report; after that a set keeps few
	problemsWhenFull  = 3
	problemsInHeaders = 100
)

// Decode reads every interchange in r, see translators.Translator. A set that
// each receives is gone when each returns, but its texts may be kept.
func (t *Translator) Decode(r io.Reader, o translators.Options, each func(*translators.Set) error) (*translators.Report, error) {
	if o.Rules == nil {
		o.Rules = t.rules()
	}
	d := &decoder{library: t.library, options: o, each: each, in: newScanner(r), report: &translators.Report{}}
	d.set.reuse = o.Reuse
	err := d.file()
	d.report.Bytes = d.in.offset()
	return d.report, err
}

// decoder walks one file: interchanges, groups, sets. What is open is a pointer.
type decoder struct {
	library      *Library
	options      translators.Options
	each         func(*translators.Set) error
	in           *scanner
	report       *translators.Report
	open         *translators.InterchangeReport
	group        *translators.GroupReport
	controls     numbers             // ST02 seen in the group
	groups       map[string]struct{} // GS01 and GS06 seen in the interchange
	set          assembly
	stray        bool // segments outside a set are passed over, and were reported
	plain        bool // by items and rules alone, which the plans must agree with
	parts        int  // what the report keeps, and what is kept beside it
	before       int  // parts when the open interchange began
	sets         int  // in the group
	inOpen       int  // groups in the interchange
	interchanges int
	problems     int
}

// file reads interchange after interchange.
func (d *decoder) file() error {
	if string(d.in.peek(3)) == "\ufeff" {
		d.in.start += 3
	}
	d.in.skip(isFiller)
	for {
		if err := d.interchange(); err != nil {
			return errors.Join(d.in.failure(), err)
		}
		if !d.in.skip(isFiller) {
			return d.in.failure()
		}
		if !d.resume() {
			return d.in.failure()
		}
	}
}

// resume passes over text between interchanges, segment by segment.
func (d *decoder) resume() bool {
	if d.atISA() {
		return true
	}
	last := &d.report.Interchanges[len(d.report.Interchanges)-1]
	last.Problems = append(last.Problems, translators.Problem{
		Level: translators.AtInterchange, Code: "022", Warning: true, Offset: d.in.offset(),
		Text: "text that is no interchange follows the IEA", Found: clip(string(d.in.peek(16))), Expected: "ISA or the end of the data",
	})
	for {
		if _, ok := d.in.segment(last.Delimiters.Segment); !ok || !d.in.skip(isFiller) {
			return false
		}
		if d.atISA() {
			return true
		}
	}
}

func (d *decoder) atISA() bool {
	next := d.in.peek(4)
	return len(next) == 4 && string(next[:3]) == "ISA" && !isWord(next[3])
}

// interchange reads one ISA…IEA.
func (d *decoder) interchange() error {
	h, fault := d.in.header()
	if fault != nil {
		if d.interchanges == 0 {
			return fault
		}
		return d.unreadable(fault)
	}
	d.forget()
	d.before = d.parts
	if err := d.part(h.offset); err != nil {
		return err
	}
	d.begin(h)
	separator, terminator := h.delimiters.Element, h.delimiters.Segment
	for {
		l, ok := d.in.segment(terminator)
		if !ok {
			if err := d.in.failure(); err != nil {
				return err
			}
			return d.premature("023", "the data ends before the IEA")
		}
		id := segmentID(l.text, separator)
		if string(id) == "ISA" {
			d.in.unread(l)
			return d.premature("022", "the next ISA stands before the IEA")
		}
		done, err := d.segment(l, id)
		if done || err != nil {
			return err
		}
	}
}

// segmentID is what stands before the first separator.
func segmentID(text []byte, separator byte) []byte {
	for i, c := range text {
		if c == separator {
			return text[:i]
		}
	}
	return text
}

// unreadable notes an ISA that cannot be read after others that could.
func (d *decoder) unreadable(fault *translators.SyntaxError) error {
	ic := translators.InterchangeReport{Interchange: translators.Interchange{Index: d.interchanges, Offset: fault.Offset}}
	ic.Problems = []translators.Problem{{
		Level: translators.AtInterchange, Code: "022", Segment: "ISA", Offset: fault.Offset,
		Text: fault.Text, Found: clip(fault.Found), Expected: fault.Expected,
	}}
	d.in.skip(func(byte) bool { return true })
	ic.End = d.in.offset()
	d.report.Interchanges = append(d.report.Interchanges, ic)
	return d.in.failure()
}

// segment deals with one segment; done means that it was the IEA.
func (d *decoder) segment(l line, id []byte) (done bool, err error) {
	switch string(id) {
	case "ST":
		return false, d.startSet(l)
	case "SE":
		return false, d.endSet(l)
	case "GS":
		return false, d.startGroup(l)
	case "GE":
		return false, d.endGroup(l)
	case "IEA":
		return true, d.endInterchange(l)
	}
	switch {
	case d.set.open:
		d.set.add(l)
	case len(id) == 0 && len(l.text) == 0:
		d.empty(l)
	case string(id) == "TA1":
		d.answer(l)
	case d.group == nil && (string(id) == "ISB" || string(id) == "ISE"):
	default:
		d.passOver(l, id)
	}
	return false, nil
}

// passOver reports the first of a run of segments that stand outside a set.
func (d *decoder) passOver(l line, id []byte) {
	if d.stray {
		return
	}
	d.stray = true
	p := translators.Problem{Segment: clip(string(id)), Offset: l.offset, Found: clip(string(l.text)), Expected: "ST or GE"}
	if d.group != nil {
		p.Level, p.Code, p.Text = translators.AtGroup, "5", "a segment stands outside a transaction set; what follows it up to the next ST was passed over"
		d.groupProblem(p)
		return
	}
	p.Level, p.Code, p.Text, p.Expected = translators.AtInterchange, "024", "a segment stands outside a functional group; what follows it up to the next GS was passed over", "GS or IEA"
	d.problem(p)
}

// empty notes a terminator with nothing before it.
func (d *decoder) empty(l line) {
	p := translators.Problem{Level: translators.AtInterchange, Warning: true, Offset: l.offset, Text: "a segment is empty"}
	if d.group == nil {
		d.problem(p)
		return
	}
	p.Level = translators.AtGroup
	d.groupProblem(p)
}

func (d *decoder) startSet(l line) error {
	if err := d.finishSet(); err != nil {
		return err
	}
	if err := d.part(l.offset); err != nil {
		return err
	}
	if d.group == nil {
		d.group = &translators.GroupReport{Group: translators.Group{Index: d.inOpen, Offset: l.offset}, Claimed: -1}
		d.controls, d.sets = numbers{}, 0
		d.problem(translators.Problem{
			Level: translators.AtInterchange, Code: "024", Segment: "ST", Offset: l.offset,
			Text: "a transaction set stands outside a functional group", Found: "ST", Expected: "GS",
		})
	}
	d.stray = false
	e := split(l.text, d.open.Delimiters.Element)
	fields := [3]string(e[:3])
	d.set.start(l, fields, d.rules(fields[0]))
	if !d.plain {
		if d.gather(l) {
			return d.finishSet()
		}
		l, _ = d.in.segment(d.open.Delimiters.Segment) // the ST again
	}
	d.set.add(l)
	return nil
}

// part counts what leaves a line in the report.
func (d *decoder) part(offset int64) error {
	if d.parts++; d.parts <= partsInFile && d.controls.size() <= numbersInGroup {
		return nil
	}
	return &translators.SyntaxError{
		Offset: offset, Text: "the file holds too much", Found: "one more",
		Expected: fmt.Sprintf("at most %d sets, groups and interchanges in a file", partsInFile), Limit: true,
	}
}

// rules are the caller's; what they leave open is the translator's own.
func (d *decoder) rules(set string) translators.Rules {
	var r translators.Rules
	if d.options.Rules != nil {
		r = d.options.Rules(d.open.Interchange, d.group.Group, set)
	}
	if r.Schema == nil && r.Refuse == "" && !r.Bare {
		schema, err := d.library.Schema(set, d.group.Version)
		if err != nil {
			r.Refuse = err.Error()
		}
		r.Schema = schema
	}
	if r.Schema == nil {
		d.unsupported()
	}
	r.Limits.Problems = cmp.Or(r.Limits.Problems, problemsInSet)
	r.Limits.Segments = cmp.Or(r.Limits.Segments, segmentsInSet)
	r.Limits.Bytes = cmp.Or(r.Limits.Bytes, bytesInSet)
	if d.problems > problemsInReport {
		r.Limits.Problems = min(r.Limits.Problems, problemsWhenFull)
	}
	return r
}

func (d *decoder) endSet(l line) error {
	if !d.set.open {
		d.passOver(l, []byte("SE"))
		return nil
	}
	d.set.add(l)
	d.set.trailer = true
	return d.finishSet()
}

// clip bounds what is quoted of strangers' data, and lets go of the set it came from.
func clip(s string) string {
	if len(s) > 99 {
		s = s[:99]
	}
	return strings.Clone(strings.ToValidUTF8(s, "?"))
}
