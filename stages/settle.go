package stages

import (
	"context"
	"fmt"

	"waybill/spool"
	"waybill/translators"
)

// Settle reads an inbound acknowledgement and settles the expectations of what
// it answers.
type Settle struct {
	Translator translators.Translator
	Schemas    func(set, version string) (*translators.Schema, error)
}

// Run settles what one 997 or 999 answers.
func (s Settle) Run(ctx context.Context, w Work) (spool.Outcome, error) {
	var o spool.Outcome
	var words []string
	reader := Map{Translator: s.Translator, Schemas: s.Schemas}
	err := reader.read(ctx, w, func(set, version string) translators.Rules { return rules(s.Schemas(set, version)) }, func(set *translators.Set) error {
		answers, err := s.Translator.Answers(set)
		if err != nil {
			return err
		}
		// The acknowledgement comes from them, so its receiver is who sent what it answers.
		pair := set.Interchange.Receiver + ":" + set.Interchange.Sender
		for _, a := range answers {
			o.Answers = append(o.Answers, settlement(pair, a))
			words = append(words, inWords(a))
		}
		return nil
	})
	o.Note = firstOf(words, shownProblems, 0)
	return o, err
}

// settlement addresses an answer; one about a whole group settles every open member.
func settlement(pair string, a translators.Answer) spool.Answer {
	key := "fa:" + pair + ":" + a.Functional + ":" + a.Group + ":"
	return spool.Answer{Key: key + a.Control, Prefix: a.SetID == "", State: state(a.Result), Text: inWords(a)}
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
		out = append(out, spool.Answer{Key: ta1Key(ic.Receiver, ic.Sender, a.Interchange), State: state(a.Result), Text: text})
	}
	return out
}

// ta1Key is the expectation of a TA1 about an interchange that us sent to them.
func ta1Key(us, them, isa13 string) string { return "ta1:" + us + ":" + them + ":" + isa13 }

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
