package x12

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"waybill/translators"
)

// Answers reads a 997 or 999: an answer for each set that it names, and a last
// one for the group.
func (t *Translator) Answers(set *translators.Set) ([]translators.Answer, error) {
	if set.ID != "997" && set.ID != "999" {
		return nil, fmt.Errorf("reading answers: a %s is no acknowledgement", set.ID)
	}
	r := answerReader{component: string([]byte{set.Interchange.Delimiters.Component})}
	for i := range set.Segments {
		r.segment(&set.Segments[i])
	}
	if r.functional == "" || r.group == "" {
		return nil, errors.New("reading answers: no AK1 says which group is answered")
	}
	r.close()
	return r.answers, nil
}

// answerReader goes over the segments; the answer being read is the last one.
type answerReader struct {
	component         string
	functional, group string
	open              bool
	at                translators.Problem // of the AK3 that AK4s belong to
	answers           []translators.Answer
}

func (r *answerReader) segment(s *translators.Segment) {
	switch s.ID {
	case "AK1":
		r.functional, r.group = s.Element(1), s.Element(2)
	case "AK2":
		r.close()
		r.begin(translators.Answer{Level: translators.AtSet, SetID: s.Element(1), Control: s.Element(2)})
	case "AK3", "IK3":
		r.segmentNote(s)
	case "AK4", "IK4":
		r.elementNote(s)
	case "AK5", "IK5":
		r.verdict(s, 2)
		r.close()
	case "AK9":
		r.close()
		r.begin(translators.Answer{Level: translators.AtGroup})
		if !r.open {
			return
		}
		r.verdict(s, 5)
		a := &r.answers[len(r.answers)-1]
		a.Included, a.Received, a.Accepted = count(s.Element(2)), count(s.Element(3)), count(s.Element(4))
	}
}

// begin opens an answer. What stands before the AK1 answers nothing.
func (r *answerReader) begin(a translators.Answer) {
	if r.functional == "" || r.group == "" {
		return
	}
	a.Functional, a.Group = r.functional, r.group
	a.Included, a.Received, a.Accepted = -1, -1, -1
	r.answers = append(r.answers, a)
	r.open = true
}

// close ends the answer. One without a verdict says nothing and is dropped.
func (r *answerReader) close() {
	if r.open && r.answers[len(r.answers)-1].Code == "" {
		r.answers = r.answers[:len(r.answers)-1]
	}
	r.open = false
}

func (r *answerReader) verdict(s *translators.Segment, firstCode int) {
	if !r.open {
		return
	}
	a := &r.answers[len(r.answers)-1]
	a.Code = s.Element(1)
	a.Result = result(a.Code)
	for n := firstCode; n < firstCode+codesInAK; n++ {
		if code := s.Element(n); code != "" {
			a.Codes = append(a.Codes, code)
			a.Words = append(a.Words, note(a.Level, code))
		}
	}
}

func (r *answerReader) segmentNote(s *translators.Segment) {
	r.at = translators.Problem{
		Level: translators.AtSegment, Segment: s.Element(1), Position: max(count(s.Element(2)), 0), Loop: s.Element(3), Code: s.Element(4),
	}
	if r.open && r.at.Code != "8" {
		r.keep(r.at)
	}
}

func (r *answerReader) elementNote(s *translators.Segment) {
	if !r.open {
		return
	}
	p := r.at
	p.Level, p.Number, p.Code, p.Found = translators.AtElement, s.Element(2), s.Element(3), s.Element(4)
	place := strings.Split(s.Element(1), r.component) // one text where the set was read without a schema
	for i, into := range []*int{&p.Element, &p.Component, &p.Repetition} {
		text := s.Component(1, i+1)
		if len(place) > 1 {
			text = place[min(i, len(place)-1)]
			if i >= len(place) {
				text = ""
			}
		}
		*into = max(count(text), 0)
	}
	r.keep(p)
}

func (r *answerReader) keep(p translators.Problem) {
	a := &r.answers[len(r.answers)-1]
	p.Text = fault(p.Level, p.Code)
	a.Problems = append(a.Problems, p)
}

// count reads a number; -1 is none.
func count(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return -1
	}
	return n
}

// result puts a verdict code (X12 715, 717, I17) into the words that answers use.
func result(code string) string {
	switch code {
	case "A":
		return "accepted"
	case "E":
		return "acceptedWithErrors"
	case "P":
		return "partiallyAccepted"
	}
	return "rejected"
}

// fault puts a code of X12 720 or 620, or 723 or 621, in words.
func fault(level translators.Level, code string) string {
	words := map[string]string{
		"1": "the segment id is not known", "2": "the segment is not expected there", "3": "a mandatory segment is missing",
		"4": "the loop occurs too often", "5": "the segment occurs too often", "6": "the segment is not part of the set",
		"7": "the segment is out of sequence", "8": "the segment has element errors",
		"I4": "the guide does not use the segment", "I6": "the guide demands the segment here", "I7": "the guide demands more of the loop",
		"I8": "the guide demands more of the segment", "I9": "the guide does not use the segment here",
	}
	if level == translators.AtElement {
		words = map[string]string{
			"1": "a mandatory element is missing", "2": "an element that others need is missing", "3": "there are too many elements",
			"4": "the value is too short", "5": "the value is too long", "6": "the value has an invalid character",
			"7": "the code is not valid", "8": "the date is not valid", "9": "the time is not valid",
			"10": "an element excludes another", "12": "there are too many repetitions", "13": "there are too many components",
			"I6": "the guide does not use the code", "I9": "the guide demands the element here", "I10": "the guide does not use the element",
			"I11": "the guide demands more repetitions", "I12": "the value does not fit the guide's pattern", "I13": "the guide does not use the element here",
		}
	}
	if text, ok := words[code]; ok {
		return text
	}
	return "code " + code
}
