package stages

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"waybill/spool"
	"waybill/translators"
)

const mendRefused = "correct what the partner refused and have it sent again: under its number, with other content, it goes in place of the first"

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
	for _, a := range withGroups(answers) {
		key := answerKey(set, a)
		m, ok, err := w.Store.Awaiting(ctx, key)
		if err != nil {
			return o, err
		}
		var ours draft
		if ok {
			known = true
			if ours, err = sentWas(ctx, w, m, a); err != nil {
				return o, err
			}
		}
		text := inWords(set.ID, a, ours)
		if a.SetID != "" || !complete(a, len(answers)-1) {
			o.Answers = append(o.Answers, spool.Answer{Key: key, Prefix: a.SetID == "", State: stateOf(a, len(answers)), Text: text})
		}
		words = append(words, text)
		if a.Result == "rejected" || a.Result == "partiallyAccepted" {
			refused = append(refused, text)
		}
	}
	o.Note = firstOf(words, shownProblems, 0)
	if len(refused) > 0 {
		o.Code, o.Error = codeRejected, firstOf(refused, shownProblems, 0)
		o.Hint = mendRefused
	}
	return s.unmatched(ctx, w, set, answers, o, known)
}

// withGroups has the sets of a group that is refused whole refused, too: what
// stands in it is not taken, also where it was found good (X12 997 AK901 = R, M, W, X).
func withGroups(answers []translators.Answer) []translators.Answer {
	gone := map[string]bool{}
	for _, a := range answers {
		if a.SetID == "" && a.Result == "rejected" {
			gone[a.Functional+":"+a.Group] = true
		}
	}
	out := slices.Clone(answers)
	for i, a := range out {
		if a.SetID != "" && gone[a.Functional+":"+a.Group] {
			out[i].Result = "rejected"
		}
	}
	return out
}

// unmatched holds an acknowledgement for a group that we did not send.
func (s Settle) unmatched(ctx context.Context, w Work, set *translators.Set, answers []translators.Answer, o spool.Outcome, known bool) (spool.Outcome, error) {
	asked := map[string]bool{} // thousands of sets are of few groups
	for _, a := range answers {
		key := groupKey(set, a)
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

// settledTA1 addresses the interchange acknowledgements that stood in an
// interchange: their receiver sent what they answer.
func settledTA1(ic *translators.InterchangeReport) []spool.Answer {
	var out []spool.Answer
	for _, a := range ic.TA1 {
		text := "interchange " + a.Interchange + " " + a.Result + codesInWords("TA105", a)
		out = append(out, spool.Answer{Key: ta1Key(ofTheirs(ic.Interchange), a.Interchange), State: state(a.Result), Text: text, Whole: state(a.Result) == "rejected"})
	}
	return out
}

// ta1Key is the expectation of a TA1 about an interchange that went over a pair.
// It settles every set of it; of an interchange that is refused nothing else will
// be answered.
func ta1Key(pair, isa13 string) string { return "ta1:" + pair + ":" + isa13 }

// complete says that the sets of an acknowledgement that are named are all that it
// counts (X12 997 AK902): it says nothing of any other, also where the group had
// more. Some partners write an acknowledgement for each set.
func complete(a translators.Answer, named int) bool {
	return named > 0 && named >= a.Included && a.Included > 0 && a.Result != "partiallyAccepted"
}

// answerKey is the expectation that an answer of theirs settles, or begins those.
func answerKey(set *translators.Set, a translators.Answer) string {
	return groupKey(set, a) + plain(a.Control, setDigits)
}

func groupKey(set *translators.Set, a translators.Answer) string {
	return functionalKey(ofTheirs(set.Interchange), a.Functional, plain(a.Group, 1))
}

// plain is a control number with as many zeros before it as ours have in the keys
// of expectations: partners leave them out, or fill them up (X12 28, 329).
func plain(control string, digits int) string {
	if control == "" || strings.Trim(control, "0123456789") != "" {
		return control
	}
	control = strings.TrimLeft(control, "0")
	return strings.Repeat("0", max(digits-len(control), 0)) + control
}

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
