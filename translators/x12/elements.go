package x12

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"waybill/translators"
)

// place is where in a segment a value stands.
type place struct {
	seg                            *translators.Segment
	loop                           string
	element, component, repetition int
}

// check holds a segment's elements against its rule.
func (w *walker) check(seg *translators.Segment, rule *translators.SegmentRule, loop string) {
	n := len(seg.Elements)
	at := place{seg: seg, loop: loop}
	first := 0
	if rule.ID == "ST" || rule.ID == "SE" {
		first = min(2, len(rule.Elements)) // judged with the envelope
	}
	for i := first; i < len(rule.Elements); i++ {
		e := &rule.Elements[i]
		if i < n && seg.Elements[i].Text != "" {
			at.element = i + 1
			w.element(&seg.Elements[i], e, at)
		} else if e.Usage == translators.Mandatory {
			at.element = i + 1
			w.fault(at, e, "1", "a mandatory element is missing", "", form(e))
		}
	}
	for i := len(rule.Elements); i < n; i++ {
		if text := seg.Elements[i].Text; text != "" {
			at.element = i + 1
			w.fault(at, nil, "3", "the segment has too many elements", text, atMost(len(rule.Elements))+" elements")
			break
		}
	}
	if len(rule.Notes) > 0 {
		w.notes(rule.Notes, rule.Elements, at, func(i int) bool {
			return i <= n && (seg.Elements[i-1].Text != "" || seg.Elements[i-1].Repeats != nil)
		})
	}
}

// element judges one element, cut into repetitions and components where its rule has them.
func (w *walker) element(e *translators.Element, rule *translators.ElementRule, at place) {
	if rule.Components == nil && rule.Repeat == 1 {
		w.value(e.Text, rule, at)
		return
	}
	texts := []string{e.Text}
	if w.seps.Repetition != 0 {
		texts = strings.Split(e.Text, string([]byte{w.seps.Repetition}))
	}
	if rule.Repeat > 0 && len(texts) > rule.Repeat {
		code := "12"
		if !w.many {
			code = "3"
		}
		w.fault(at, rule, code, "the element has too many repetitions", e.Text, atMost(rule.Repeat))
	}
	e.Repeats = make([][]string, len(texts))
	for i, text := range texts {
		if rule.Repeat != 1 {
			at.repetition = i + 1
		}
		e.Repeats[i] = w.repeat(text, rule, at)
	}
	e.Text = ""
}

func (w *walker) repeat(text string, rule *translators.ElementRule, at place) []string {
	if rule.Components == nil {
		if text != "" {
			w.value(text, rule, at)
		}
		return []string{text}
	}
	parts := strings.Split(text, string([]byte{w.seps.Component}))
	for i := range rule.Components {
		c := &rule.Components[i]
		at.component = i + 1
		if i < len(parts) && parts[i] != "" {
			w.value(parts[i], c, at)
		} else if c.Usage == translators.Mandatory {
			w.fault(at, c, "1", "a mandatory component is missing", "", form(c))
		}
	}
	if n := len(rule.Components); len(parts) > n && strings.Join(parts[n:], "") != "" {
		at.component = n + 1
		code := "13"
		if !w.many {
			code = "3"
		}
		w.fault(at, nil, code, "the element has too many components", parts[n], atMost(n)+" components")
	}
	w.notes(rule.Notes, rule.Components, at, func(i int) bool { return i <= len(parts) && parts[i-1] != "" })
	return parts
}

// value judges one text that is not empty. What is wrong first is reported, one problem for one value.
func (w *walker) value(text string, rule *translators.ElementRule, at place) {
	length, code := w.measure(text, rule)
	if cut := w.separates(text); cut != "" {
		code = cut
	} else if w.characters(text, rule, at) {
		return
	}
	code, expected := judged(text, rule, length, code)
	if code == "" {
		return
	}
	w.fault(at, rule, code, faultText(code), text, expected)
}

// separates finds a delimiter in a value that is not cut up any further: a
// repetition or component where there can be none, or a character not allowed.
func (w *walker) separates(text string) (code string) {
	for i := range len(text) {
		switch c := text[i]; {
		case c == w.seps.Component && w.many:
			return "13"
		case c == w.seps.Repetition && c != 0 && w.many:
			return "12"
		case c == w.seps.Component, c == w.seps.Repetition && c != 0:
			return "6"
		}
	}
	return ""
}

// measure counts characters as they were agreed to be written.
func (w *walker) measure(text string, rule *translators.ElementRule) (length int, code string) {
	length, code = measure(text, rule)
	if kind := rule.Type[0]; w.chars != nil && w.chars.latin && (kind == 'A' || kind == 'I') {
		length = len(text)
	}
	return length, code
}

// measure counts what counts to the length, and finds characters that the type does not have.
func measure(text string, rule *translators.ElementRule) (length int, code string) {
	var ok bool
	switch rule.Type[0] {
	case 'N':
		length, ok = whole(text)
	case 'R':
		length, ok = decimal(text)
	case 'D', 'T':
		return len(text), ""
	case 'B':
		return len(text), ""
	default:
		return textLength(text)
	}
	if !ok {
		return 0, "6"
	}
	return length, ""
}

// textLength counts characters; trailing blanks are no part of a value, but may fill it to its least length.
func textLength(text string) (length int, code string) {
	ascii := true
	for i := range len(text) {
		if c := text[i]; c < ' ' || c == 0x7f {
			return 0, "6"
		} else if c >= 0x80 {
			ascii = false
		}
	}
	if ascii {
		return len(text), ""
	}
	if utf8.ValidString(text) {
		return utf8.RuneCountInString(text), ""
	}
	return len(text), ""
}

// meaning judges what a value of the right length says.
func meaning(text string, rule *translators.ElementRule) (code string) {
	switch rule.Type[0] {
	case 'D':
		if !validDate(text) {
			return "8"
		}
	case 'T':
		if !validTime(text) {
			return "9"
		}
	case 'I':
		if c := rule.Codes; c != nil && !c.Partial && !c.Has(strings.TrimRight(text, " ")) {
			return "7"
		}
	}
	return ""
}

// fault reports a problem of an element. rule is nil for an element too many.
func (w *walker) fault(at place, rule *translators.ElementRule, code, text, found, expected string) {
	w.found.add(elementProblem(at, rule, code, text, found, expected))
}

func elementProblem(at place, rule *translators.ElementRule, code, text, found, expected string) translators.Problem {
	p := translators.Problem{
		Level: translators.AtElement, Code: code, Text: text, Expected: expected, Found: clip(found),
		Segment: at.seg.ID, Position: at.seg.Position, Loop: at.loop,
		Element: at.element, Component: at.component, Repetition: at.repetition, Offset: offsetOf(at),
	}
	p.Segment = strings.Clone(p.Segment)
	if rule != nil {
		p.Number = rule.Number
		p.Text += ": " + rule.Name
	}
	p.Guide = demanded(rule, code)
	return p
}

// offsetOf is where in the file the element begins, or would.
func offsetOf(at place) int64 {
	n := len(at.seg.ID) + 1
	for i := range min(at.element-1, len(at.seg.Elements)) {
		n += lengthOf(&at.seg.Elements[i]) + 1
	}
	if at.element > len(at.seg.Elements) {
		n-- // at the terminator
	}
	return at.seg.Offset + int64(n)
}

func lengthOf(e *translators.Element) int {
	if e.Repeats == nil {
		return len(e.Text)
	}
	n := len(e.Repeats) - 1
	for _, parts := range e.Repeats {
		n += len(parts) - 1
		for _, p := range parts {
			n += len(p)
		}
	}
	return n
}

// form says what a value must look like: ID 2 to 3 characters.
func form(rule *translators.ElementRule) string {
	unit := "characters"
	switch {
	case rule.Components != nil:
		return "a composite " + rule.Number
	case rule.Type[0] == 'N', rule.Type[0] == 'R':
		unit = "digits"
	case rule.Type == "DT":
		return map[bool]string{true: "a date CCYYMMDD", false: "a date YYMMDD"}[rule.Max == 8]
	case rule.Type == "TM":
		return "a time HHMM, HHMMSS or HHMMSSDD"
	}
	if rule.Max == 0 {
		return rule.Type
	}
	if rule.Min == rule.Max {
		return fmt.Sprintf("%s of %d %s", rule.Type, rule.Max, unit)
	}
	return fmt.Sprintf("%s of %d to %d %s", rule.Type, rule.Min, rule.Max, unit)
}

const shortList = 12

func fromList(c *translators.Codes) string {
	if len(c.Members) > shortList {
		return "a code of list " + c.Number
	}
	return "one of " + strings.Join(slices.Sorted(maps.Keys(c.Members)), ", ")
}

func atMost(n int) string { return "at most " + strconv.Itoa(n) }

// faultText puts an element fault (X12 element 723) in words.
func faultText(code string) string {
	switch code {
	case "4":
		return "the value is too short"
	case "5":
		return "the value is too long"
	case "6":
		return "the value has a character that its type does not have"
	case "7":
		return "the code is not in the list"
	case "12", "13":
		return "the element is neither repeated nor a composite, but has the delimiter of one"
	case "8":
		return "the date does not exist or is not of its form"
	}
	return "the time does not exist or is not of its form"
}

// judged is the code (X12 723) of what is wrong with a text whose length and form
// were measured, and what was expected; "" for nothing.
func judged(text string, rule *translators.ElementRule, length int, code string) (string, string) {
	switch {
	case code != "":
	case length < rule.Min:
		code = "4"
	case length > rule.Max && rule.Max > 0:
		code = "5"
	default:
		code = meaning(text, rule)
	}
	switch code {
	case "":
		return "", ""
	case "7":
		return code, fromList(rule.Codes)
	}
	return code, form(rule)
}
