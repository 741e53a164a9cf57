package x12

import (
	"strconv"
	"strings"

	"waybill/translators"
)

// segmentNotes writes an AK3 for each segment and error code, and below those
// with code 8 an AK4 for each element.
func (w *ackWriter) segmentNotes(problems []translators.Problem) {
	type key struct {
		position int
		segment  string
		code     string
	}
	var last key
	elements := 0
	for _, p := range problems {
		if !inSegment(p) {
			continue
		}
		p.Code = w.refined(p)
		k := key{p.Position, segmentInNote(p.Segment), p.Code}
		if p.Level == translators.AtElement {
			k.code = "8" // X12 720: the segment has element errors
		}
		if k.segment == "" || p.Position > 999999 {
			continue
		}
		if k != last {
			w.add(w.prefix+"3", k.segment, strconv.Itoa(k.position), "", k.code)
			last, elements = k, 0
		}
		if elements++; p.Level == translators.AtElement && elements <= elementNotes {
			w.elementNote(p)
		}
	}
}

// refined is the code of X12 620 and 621, which a 999 has for what breaks an
// implementation's guide and not the standard; a 997 has the standard's only.
func (w *ackWriter) refined(p translators.Problem) string {
	switch {
	case w.prefix != "IK" || p.Guide == "":
	case p.Level == translators.AtSegment && p.Code == "2":
		return "I4" // a segment that the guide has no use for
	case p.Level == translators.AtElement && p.Code == "7":
		return "I6" // a code that the guide does not list
	case p.Level == translators.AtElement && p.Code == "10":
		return "I10" // an element that the guide has no use for
	}
	return p.Code
}

// segmentInNote is an id as AK301 can carry it: two or three characters.
func segmentInNote(id string) string {
	id = id[:min(len(id), 3)]
	if len(id) < 2 || !plain(id) {
		return ""
	}
	return id
}

// elementNote writes the place, the dictionary number, the code and, where it
// is safe, the value.
func (w *ackWriter) elementNote(p translators.Problem) {
	at := []string{strconv.Itoa(min(p.Element, 99))}
	if p.Component > 0 || w.later && p.Repetition > 0 {
		component := ""
		if p.Component > 0 {
			component = strconv.Itoa(min(p.Component, 99))
		}
		at = append(at, component)
	}
	if w.later && p.Repetition > 0 {
		at = append(at, strconv.Itoa(min(p.Repetition, 9999)))
	}
	number := p.Number
	if !digits(number) {
		number = ""
	}
	found := strings.TrimRight(p.Found, " ")
	if p.Code == "6" || !plain(found) {
		found = ""
	}
	w.add(w.prefix+"4", "", number, p.Code, found)
	w.segments[len(w.segments)-1].Elements[0] = translators.Element{Repeats: [][]string{at}}
}

// plain says that a value holds nothing that could be a delimiter in anybody's
// interchange. A copy of a bad value is a courtesy: in doubt it is left out.
func plain(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !isWord(c) && c != '.' && c != '-' && c != '/' || c >= 0x80 {
			return false
		}
	}
	return true
}
