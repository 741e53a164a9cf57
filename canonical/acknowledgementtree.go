package canonical

import (
	"fmt"
	"slices"
	"strings"
)

// AcknowledgementTree is what an X12 997 or 999 says of a group and its sets, in the
// sender's codes. A mapping writes and reads it; no adapter sees it.
// FromAcknowledgementTree makes an Acknowledgement of each set in it.
type AcknowledgementTree struct {
	Form      string      `json:"form" canonical:"required" codes:"ackForm" doc:"in which form it came (ST01)"`
	GroupType string      `json:"groupType,omitempty" doc:"AK101"`
	Group     string      `json:"group" canonical:"required" doc:"number of the answered group (AK102)"`
	Release   string      `json:"release,omitempty" doc:"AK103"`
	Sets      []TreeSet   `json:"sets,omitempty" doc:"AK2"`
	Verdict   TreeVerdict `json:"verdict" canonical:"required" doc:"on the group (AK9)"`
}

// TreeVerdict is what became of a group.
type TreeVerdict struct {
	ResultAsSent string   `json:"resultAsSent" canonical:"required" doc:"AK901"`
	Included     *int     `json:"included,omitempty" canonical:"min=0" doc:"sets that its trailer counts (AK902)"`
	Received     *int     `json:"received,omitempty" canonical:"min=0" doc:"AK903"`
	Accepted     *int     `json:"accepted,omitempty" canonical:"min=0" doc:"AK904"`
	Codes        []string `json:"codes,omitempty" doc:"what is wrong with the group (AK905 to 09)"`
}

// TreeSet is what became of one set.
type TreeSet struct {
	Document     string        `json:"document,omitempty" doc:"which set (AK201)"`
	Transaction  string        `json:"transaction,omitempty" doc:"its number (AK202)"`
	Release      string        `json:"release,omitempty" doc:"AK203"`
	Segments     []TreeSegment `json:"segments,omitempty" doc:"segments at fault (AK3, IK3)"`
	ResultAsSent string        `json:"resultAsSent" canonical:"required" doc:"AK501, IK501"`
	Codes        []string      `json:"codes,omitempty" doc:"what is wrong with the set (AK502 to 06)"`
}

// TreeSegment is one segment at fault, with its elements.
type TreeSegment struct {
	Segment    string        `json:"segment,omitempty" doc:"its name (AK301)"`
	Position   *int          `json:"position,omitempty" canonical:"min=0" doc:"its number in the set (AK302)"`
	Loop       string        `json:"loop,omitempty" doc:"AK303"`
	CodeAsSent string        `json:"codeAsSent,omitempty" doc:"what is wrong with it (AK304)"`
	Contexts   []TreeContext `json:"contexts,omitempty" doc:"why it is at fault (CTX)"`
	Elements   []TreeElement `json:"elements,omitempty" doc:"elements at fault (AK4, IK4)"`
}

// TreeElement is one element at fault.
type TreeElement struct {
	Element    *int          `json:"element,omitempty" canonical:"min=0" doc:"its number in the segment (AK401-01)"`
	Component  *int          `json:"component,omitempty" canonical:"min=0" doc:"AK401-02"`
	Repetition *int          `json:"repetition,omitempty" canonical:"min=0" doc:"AK401-03"`
	ElementID  string        `json:"elementId,omitempty" doc:"number in the data dictionary (AK402)"`
	CodeAsSent string        `json:"codeAsSent,omitempty" doc:"what is wrong with it (AK403)"`
	Value      string        `json:"value,omitempty" doc:"what stood there (AK404)"`
	Contexts   []TreeContext `json:"contexts,omitempty" doc:"why it is at fault (CTX)"`
}

// TreeContext is the place that makes a rule of a guide hold, or its name.
type TreeContext struct {
	Name       string `json:"name,omitempty" doc:"CTX01-01"`
	Value      string `json:"value,omitempty" doc:"CTX01-02"`
	Segment    string `json:"segment,omitempty" doc:"CTX02"`
	Position   string `json:"position,omitempty" doc:"CTX03"`
	Loop       string `json:"loop,omitempty" doc:"CTX04"`
	Element    string `json:"element,omitempty" doc:"CTX05-01"`
	Component  string `json:"component,omitempty" doc:"CTX05-02"`
	Repetition string `json:"repetition,omitempty" doc:"CTX05-03"`
}

// FromAcknowledgementTree makes an acknowledgement of each set that a tree names; of
// one that names none, one of the group. A set of a group that is refused is refused,
// whatever is said of the set.
func FromAcknowledgementTree(t *AcknowledgementTree) []Acknowledgement {
	group := t.group()
	if len(t.Sets) == 0 {
		of := &Answered{Group: t.Group, GroupType: t.GroupType, Release: t.Release}
		return []Acknowledgement{{Type: "functional", Form: t.Form, Of: of, Result: group.Result, ResultAsSent: group.ResultAsSent, Group: group, Errors: t.groupErrors()}}
	}
	var all []Acknowledgement
	for i := range t.Sets {
		s := &t.Sets[i]
		a := Acknowledgement{Type: "functional", Form: t.Form, Result: ackResult(s.ResultAsSent), ResultAsSent: s.ResultAsSent, Group: group,
			Of: &Answered{Document: s.Document, Group: t.Group, Transaction: s.Transaction, Release: s.Release}}
		if group.Result == "rejected" {
			a.Result = group.Result
		}
		for j := range s.Segments {
			a.Errors = append(a.Errors, s.Segments[j].errors()...)
		}
		for _, code := range s.Codes {
			a.Errors = append(a.Errors, AckError{Level: "transaction", Code: errorWord("transaction", code), CodeAsSent: code})
		}
		a.Errors = append(a.Errors, t.groupErrors()...)
		all = append(all, a)
	}
	return all
}

// group is what became of the group.
func (t *AcknowledgementTree) group() *AnsweredGroup {
	g := &AnsweredGroup{Result: ackResult(t.Verdict.ResultAsSent), ResultAsSent: t.Verdict.ResultAsSent,
		Included: t.Verdict.Included, Received: t.Verdict.Received, Accepted: t.Verdict.Accepted}
	for _, code := range t.Verdict.Codes {
		if word := errorWord("group", code); word != "" {
			g.Codes = append(g.Codes, word)
		}
	}
	return g
}

// groupErrors are the codes of a group that have no word of ours.
func (t *AcknowledgementTree) groupErrors() []AckError {
	var all []AckError
	for _, code := range t.Verdict.Codes {
		if errorWord("group", code) == "" {
			all = append(all, AckError{Level: "group", CodeAsSent: code})
		}
	}
	return all
}

// errors are those of the elements, and then what is said of the segment itself.
func (s *TreeSegment) errors() []AckError {
	var all []AckError
	for _, e := range s.Elements {
		all = append(all, AckError{Level: "element", Segment: s.Segment, Position: s.Position, Loop: s.Loop,
			Element: e.Element, Component: e.Component, Repetition: e.Repetition, ElementID: e.ElementID,
			Code: errorWord("element", e.CodeAsSent), CodeAsSent: e.CodeAsSent, Value: e.Value, Message: inWords(e.Contexts)})
	}
	if own := (AckError{Level: "segment", Segment: s.Segment, Position: s.Position, Loop: s.Loop,
		Code: errorWord("segment", s.CodeAsSent), CodeAsSent: s.CodeAsSent, Message: inWords(s.Contexts)}); own.CodeAsSent+own.Message != "" {
		all = append(all, own)
	}
	return all
}

// inWords is what contexts say, as one text.
func inWords(contexts []TreeContext) string {
	var all []string
	for _, c := range contexts {
		words := slices.DeleteFunc([]string{c.Name, c.Value, c.Segment, c.Position, c.Loop, c.Element, c.Component, c.Repetition}, func(s string) bool { return s == "" })
		all = append(all, strings.Join(words, " "))
	}
	return strings.Join(all, "; ")
}

// ackResult is the word for a verdict (X12 715, 717). M, W and X refuse for what
// security found; what we do not know is no yes.
func ackResult(code string) string {
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

// errorWord is our word for a code of a level; "" where there is none, as for what
// security found.
func errorWord(level, code string) string {
	codes, words := errorCodeOrder(level), errorCodesOf(level)
	for i, c := range strings.Fields(codes) {
		if c == code {
			return words[i]
		}
	}
	return ""
}

// errorCodeOrder are the codes of X12 for the words of errorCodesOf, in their order:
// those of a 997 and, behind an I, those that only a 999 has.
func errorCodeOrder(level string) string {
	switch level {
	case "segment": // X12 720 and 620
		return "1 2 3 4 5 6 7 8 I4 I6 I7 I8 I9"
	case "element": // X12 723 and 621
		return "1 2 3 4 5 6 7 8 9 10 12 13 I6 I9 I10 I11 I12 I13"
	case "transaction": // X12 718 and 618
		return "1 2 3 4 5 6 7 19 23"
	case "group": // X12 716
		return "1 2 3 4 5 6 19"
	}
	return ""
}

// only is the acknowledgement of a tree that makes one; several are several documents.
func (t *AcknowledgementTree) only() (*Acknowledgement, error) {
	all := FromAcknowledgementTree(t)
	if len(all) > 1 {
		return nil, fmt.Errorf("a %s that answers %d sets makes %d acknowledgements, not one document", t.Form, len(all), len(all))
	}
	return &all[0], nil
}
