package stages

import (
	"context"
	"fmt"

	"waybill/spool"
	"waybill/translators"
)

const mendRefused = "correct what the partner refused and have it sent again, with a purpose that says that it replaces the first"

// Settle reads an inbound acknowledgement and settles the expectations of what
// it answers.
type Settle struct {
	Translator translators.Translator
	Schemas    func(set, version string) (*translators.Schema, error)
}

// Run settles what one 997 or 999 answers.
func (s Settle) Run(ctx context.Context, w Work) (spool.Outcome, error) {
	var o spool.Outcome
	reader := Map{Translator: s.Translator, Schemas: s.Schemas}
	err := reader.read(ctx, w, func(set, version string) translators.Rules { return rules(s.Schemas(set, version)) }, func(set *translators.Set) error {
		answers, err := s.Translator.Answers(set)
		if err != nil {
			return err
		}
		o, err = s.settle(ctx, w, set, answers)
		return err
	})
	return o, err
}

// settle addresses the answers of one acknowledgement. What nothing of ours waits
// for, or ever waited for, is for a person: a control number was lost on one side.
func (s Settle) settle(ctx context.Context, w Work, set *translators.Set, answers []translators.Answer) (spool.Outcome, error) {
	var o spool.Outcome
	var words, refused []string
	known := false
	gone := refusedGroups(answers)
	for _, a := range answers {
		if a.SetID != "" && gone[a.Functional+":"+a.Group] {
			a.Result = "rejected"
		}
		key := functionalKey(ofTheirs(set.Interchange), a.Functional, a.Group) + a.Control
		m, ok, err := w.Store.Awaiting(ctx, key)
		if err != nil {
			return o, err
		}
		text := inWords(a)
		if ok {
			known = true
			if text, err = besideOurs(ctx, w, m, a); err != nil {
				return o, err
			}
		}
		o.Answers = append(o.Answers, spool.Answer{Key: key, Prefix: a.SetID == "", State: stateOf(a, len(answers)), Text: text})
		words = append(words, text)
		if a.Result == "rejected" || a.Result == "partiallyAccepted" {
			refused = append(refused, text)
		}
	}
	o.Note = firstOf(words, shownProblems, 0)
	if len(refused) > 0 {
		o.Code, o.Error = "ACK-REJECTED", firstOf(refused, shownProblems, 0)
		o.Hint = mendRefused
	}
	return s.unmatched(ctx, w, set, answers, o, known)
}

// refusedGroups are the groups that are refused whole: what stands in them is not
// taken, also where it was found good (X12 997 AK901 = R, M, W, X).
func refusedGroups(answers []translators.Answer) map[string]bool {
	out := map[string]bool{}
	for _, a := range answers {
		if a.SetID == "" && a.Result == "rejected" {
			out[a.Functional+":"+a.Group] = true
		}
	}
	return out
}

// unmatched holds an acknowledgement for a group that we did not send.
func (s Settle) unmatched(ctx context.Context, w Work, set *translators.Set, answers []translators.Answer, o spool.Outcome, known bool) (spool.Outcome, error) {
	asked := map[string]bool{} // thousands of sets are of few groups
	for _, a := range answers {
		key := functionalKey(ofTheirs(set.Interchange), a.Functional, a.Group)
		if known || asked[key] {
			continue
		}
		asked[key] = true
		var err error
		if known, err = w.Store.AwaitingAny(ctx, key); err != nil {
			return o, err
		}
	}
	if known || len(answers) == 0 {
		return o, nil
	}
	a := answers[0]
	return held("ACK-UNMATCHED", fmt.Sprintf("the %s answers group %s %s, and no group with that number went from %s to %s", set.ID, a.Functional, a.Group, set.Interchange.Receiver, set.Interchange.Sender),
		"compare the control numbers with the partner; then drop this one"), nil
}

// besideOurs puts an answer into words, with what we sent at the places it names.
func besideOurs(ctx context.Context, w Work, m spool.Message, a translators.Answer) (string, error) {
	text := inWords(a)
	if len(a.Problems) == 0 {
		return text, nil
	}
	var d draft
	if err := readJSON(ctx, w.Store, m.Payload, &d); err != nil {
		return text, err
	}
	const shown = 3
	seen := map[int]bool{}
	for _, p := range a.Problems {
		if at := p.Position - 2; at >= 0 && at < len(d.Segments) && !seen[at] && len(seen) < shown { // ST is 1 and stands in no draft
			seen[at] = true
			text += fmt.Sprintf("; we sent %q at segment %d", inOneLine(d.Segments[at]), p.Position)
		}
	}
	return text, nil
}

// inOneLine is a segment as people write it, cut where it is long.
func inOneLine(s translators.Segment) string {
	const longest = 80
	line := s.ID
	for n := range s.Elements {
		line += "*" + s.Element(n+1)
	}
	if len(line) > longest {
		line = line[:longest] + "…"
	}
	return line
}

// settledTA1 addresses the interchange acknowledgements that stood in an
// interchange: their receiver sent what they answer.
func settledTA1(ic *translators.InterchangeReport) []spool.Answer {
	var out []spool.Answer
	for _, a := range ic.TA1 {
		text := "interchange " + a.Interchange + " " + a.Result
		if len(a.Codes) > 0 && a.Result != "accepted" {
			text += ": TA105 " + a.Codes[0]
		}
		out = append(out, spool.Answer{Key: ta1Key(ofTheirs(ic.Interchange), a.Interchange), State: state(a.Result), Text: text, Whole: state(a.Result) == "rejected"})
	}
	return out
}

// ta1Key is the expectation of a TA1 about an interchange that went over a pair.
// It settles every set of it; of an interchange that is refused nothing else will
// be answered.
func ta1Key(pair, isa13 string) string { return "ta1:" + pair + ":" + isa13 }

// stateOf is what an answer makes of what waits for it. A group that is accepted
// in part, with its refused sets named, accepts those that it does not name
// (X12 997 AK901 = P); without a name nobody knows which.
func stateOf(a translators.Answer, answers int) string {
	if a.SetID == "" && a.Result == "partiallyAccepted" && answers > 1 {
		return "accepted"
	}
	return state(a.Result)
}

func state(result string) string {
	switch result {
	case "accepted":
		return "accepted"
	case "acceptedWithErrors":
		return "errors"
	case "partiallyAccepted":
		return "partial"
	}
	return "rejected"
}

func inWords(a translators.Answer) string {
	what := "group " + a.Functional + " " + a.Group
	if a.SetID != "" {
		what = "set " + a.SetID + " " + a.Control + " of " + what
	}
	words := make([]string, 0, len(a.Problems))
	for _, p := range a.Problems {
		words = append(words, fmt.Sprintf("%s at segment %d: code %s", p.Where(), p.Position, p.Code))
	}
	if len(words) == 0 {
		return what + " " + a.Result
	}
	return what + " " + a.Result + "; " + firstOf(words, 3, 0)
}
