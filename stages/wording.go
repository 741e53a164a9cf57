package stages

import (
	"context"
	"fmt"
	"strings"

	"waybill/spool"
	"waybill/translators"
)

// shownRefused is how many places of a set are told in one line.
const shownRefused = 3

// sentWas is what we sent in a message, as far as an answer names places in it.
func sentWas(ctx context.Context, w Work, m spool.Message, a translators.Answer) (draft, error) {
	var d draft
	if len(a.Problems) == 0 {
		return d, nil
	}
	err := readJSON(ctx, w.Store, m.Payload, &d)
	return d, err
}

// inWords puts an answer into words: each code with its meaning, and beside it the
// segment of ours that it is about.
func inWords(acknowledgement string, a translators.Answer, ours draft) string {
	set, note := "AK502", "AK"
	if acknowledgement == "999" {
		set, note = "IK502", "IK"
	}
	if a.SetID == "" {
		set = "AK905"
	}
	text := "group " + a.Functional + " " + a.Group
	if a.SetID != "" {
		text = "set " + a.SetID + " " + a.Control + " of " + text
	}
	text += " " + a.Result + codesInWords(set, a)
	words := make([]string, 0, len(a.Problems))
	for i, p := range a.Problems {
		at := note + "304"
		if p.Level == translators.AtElement {
			at = note + "403"
		}
		word := fmt.Sprintf("%s at segment %d: %s", p.Where(), p.Position, meaning(at, p.Code, p.Text))
		if i < shownRefused {
			word += beside(p, ours)
		}
		words = append(words, word)
	}
	if len(words) == 0 {
		return text
	}
	return text + "; " + firstOf(words, shownRefused, 0)
}

// beside is the segment that we sent at the place of a problem.
func beside(p translators.Problem, ours draft) string {
	text := ""
	if p.Found != "" {
		text = fmt.Sprintf(", they found %.40q", p.Found)
	}
	if at := p.Position - 2; at >= 0 && at < len(ours.Segments) { // ST is 1 and stands in no draft
		text += fmt.Sprintf(", we sent %q", inOneLine(ours.Segments[at]))
	}
	return text
}

// codesInWords are the codes of a verdict, in parentheses.
func codesInWords(element string, a translators.Answer) string {
	var words []string
	for i, code := range a.Codes {
		if a.Result == "accepted" {
			break
		}
		word := ""
		if i < len(a.Words) {
			word = a.Words[i]
		}
		words = append(words, meaning(element, code, word))
	}
	if len(words) == 0 {
		return ""
	}
	return " (" + strings.Join(words, "; ") + ")"
}

// meaning is a code with its place and, where we have them, words for it.
func meaning(element, code, words string) string {
	text := element + " " + code
	if words != "" && words != "code "+code {
		text += ", " + words
	}
	return text
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
