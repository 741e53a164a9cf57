package x12

import (
	"slices"
	"strconv"

	"waybill/translators"
)

const (
	elementNotes = 99 // AK4 below one AK3
	codesInAK    = 5  // AK502…06, AK905…09
)

// Acknowledge builds a TA1 for each interchange and a 997 or 999 for each group
// that the policy asks for. A refused interchange gets no 997, a group of
// acknowledgements never gets one.
func (t *Translator) Acknowledge(rep *translators.Report, p translators.AckPolicy) (translators.Acks, error) {
	var acks translators.Acks
	for i := range rep.Interchanges {
		ic := &rep.Interchanges[i]
		if ta1, ok := interchangeAnswer(ic, p.Interchange); ok {
			acks.TA1 = append(acks.TA1, ta1)
		}
		if ic.Refused() || p.Functional == "" {
			continue
		}
		for j := range ic.Groups {
			g := &ic.Groups[j]
			if set := t.answerGroup(ic, g, p); set != nil {
				acks.Sets = append(acks.Sets, translators.Acknowledgement{Set: set, Interchange: ic.Interchange, Group: g.Group})
			}
		}
	}
	return acks, nil
}

// answersOnly says that a sound interchange has nothing in it but acknowledgements.
func answersOnly(ic *translators.InterchangeReport) bool {
	for _, g := range ic.Groups {
		if g.Functional != "FA" {
			return false
		}
	}
	return len(ic.Problems) == 0 && len(ic.Groups) > 0
}

// interchangeAnswer is the TA1 for an interchange. TA1s are not answered, nor are
// acknowledgements, where nothing is wrong and nobody asks.
func interchangeAnswer(ic *translators.InterchangeReport, when string) (translators.Answer, bool) {
	wanted := when == "always" && !answersOnly(ic) || when == "on-error" && len(ic.Problems) > 0 || when == "on-request" && ic.AcknowledgementRequested
	if !wanted || len(ic.Groups) == 0 && len(ic.TA1) > 0 {
		return translators.Answer{}, false
	}
	a := translators.Answer{
		Level: translators.AtInterchange, Interchange: ic.Control, Date: ic.Date, Time: ic.Time,
		Code: "A", Codes: []string{"000"}, Included: -1, Received: -1, Accepted: -1, Problems: ic.Problems,
	}
	for _, p := range ic.Problems {
		if p.Code != "" && (a.Code == "A" || a.Code == "E" && !p.Warning) {
			a.Code, a.Codes = "E", []string{p.Code}
			if !p.Warning {
				a.Code = "R"
			}
		}
	}
	a.Result = result(a.Code)
	return a, true
}

// ackWriter gathers the segments of one acknowledgement.
type ackWriter struct {
	segments []translators.Segment
	library  *Library
	version  string
	prefix   string // AK or IK, for the segments that differ between 997 and 999
	later    bool   // the release is 005010 or later and has a few elements more
	detail   bool
}

// answerVersion is the acknowledgement's set and version: that of the group
// where we know it, else the oldest we know. A version that no GS08 can carry is
// cut to its release.
func (t *Translator) answerVersion(g *translators.GroupReport, functional string) (set, version string) {
	version = g.Version
	if !between(version, 1, 12) || !plain(version) {
		version = version[:min(len(version), len("004010"))]
	}
	if _, err := t.library.Schema("999", version); err == nil && functional == "999" {
		return "999", version
	}
	if _, err := t.library.Schema("997", version); err == nil {
		return "997", version
	}
	return "997", t.library.versions()[0]
}

// answerGroup builds the acknowledgement of one group; nil where the group is
// one of acknowledgements, or has no id and number that an AK1 can carry.
func (t *Translator) answerGroup(ic *translators.InterchangeReport, g *translators.GroupReport, p translators.AckPolicy) *translators.Set {
	id, version := t.answerVersion(g, p.Functional)
	if g.Functional == "FA" || !digits(g.Control) || len(g.Control) > 9 ||
		len(g.Functional) != 2 || !t.library.hasCode(version, "AK1", 1, g.Functional) {
		return nil
	}
	w := ackWriter{library: t.library, version: version, prefix: "AK", later: version >= "005", detail: p.Detail != "none"}
	if id == "999" {
		w.prefix = "IK"
	}
	ak1 := []string{g.Functional, g.Control}
	if w.later && between(g.Version, 1, 12) && plain(g.Version) {
		ak1 = append(ak1, g.Version)
	}
	w.add("AK1", ak1...)
	accepts := p.Judge(ic)
	accepted, noted := 0, len(codes(g.Problems, translators.AtGroup)) > 0
	for i := range g.Sets {
		s := &g.Sets[i]
		verdict := "R"
		if accepts(g, s) {
			accepted++
			verdict = "A"
			if !s.Accepted && p.Mode != "accept" {
				verdict, noted = "E", true
			}
		}
		if verdict != "A" || p.Accepted {
			w.set(s, verdict)
		}
	}
	w.group(g, accepted, noted)
	return &translators.Set{
		ID: id, Segments: w.segments,
		Group: translators.Group{Functional: "FA", Sender: g.Receiver, Receiver: g.Sender, Agency: "X", Version: version},
	}
}

func (w *ackWriter) add(id string, values ...string) {
	elements := make([]translators.Element, len(values))
	for i, v := range values {
		elements[i].Text = v
	}
	w.segments = append(w.segments, translators.Segment{ID: id, Elements: elements})
}

// set answers one set. A set whose id or control number no AK2 can carry is
// told by the counts of the AK9 alone.
func (w *ackWriter) set(s *translators.SetReport, verdict string) {
	if len(s.ID) != 3 || !between(s.Control, 4, 9) || !plain(s.ID) || !plain(s.Control) || !w.library.hasCode(w.version, "AK2", 1, s.ID) {
		return
	}
	ak2 := []string{s.ID, s.Control}
	if w.later && between(s.Convention, 1, 35) && plain(s.Convention) {
		ak2 = append(ak2, s.Convention)
	}
	w.add("AK2", ak2...)
	if verdict == "A" {
		w.add(w.prefix+"5", verdict)
		return
	}
	if w.detail {
		w.segmentNotes(s.Problems)
	}
	found := codes(s.Problems, translators.AtSet)
	if slices.ContainsFunc(s.Problems, inSegment) || s.Dropped > 0 {
		if !slices.Contains(found, "5") {
			found = append(found, "5")
		}
	}
	w.add(w.prefix+"5", append([]string{verdict}, found[:min(len(found), codesInAK)]...)...)
}

func inSegment(p translators.Problem) bool {
	return !p.Warning && (p.Level == translators.AtSegment || p.Level == translators.AtElement)
}

// codes lists the codes of a level, each once.
func codes(problems []translators.Problem, level translators.Level) []string {
	var found []string
	for _, p := range problems {
		if p.Level == level && !p.Warning && p.Code != "" && !slices.Contains(found, p.Code) {
			found = append(found, p.Code)
		}
	}
	return found
}

// group writes the AK9: A all accepted, E accepted with something noted, P some, R none.
func (w *ackWriter) group(g *translators.GroupReport, accepted int, noted bool) {
	received, included := len(g.Sets), g.Claimed
	if included < 0 || included > 999999 {
		included = received
	}
	verdict := "A"
	switch {
	case accepted == 0 && (received > 0 || noted):
		verdict = "R"
	case accepted < received:
		verdict = "P"
	case noted:
		verdict = "E"
	}
	found := codes(g.Problems, translators.AtGroup)
	w.add("AK9", append([]string{
		verdict, strconv.Itoa(included), strconv.Itoa(received), strconv.Itoa(accepted),
	}, found[:min(len(found), codesInAK)]...)...)
}
