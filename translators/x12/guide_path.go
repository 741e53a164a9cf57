package x12

import (
	"fmt"
	"strconv"
	"strings"

	"waybill/translators"
)

// guidePath is a place of a set as guides write it: PO1/PID, N1[ST]/N104,
// BEG03, SLN05-01. It is the grammar of mappings, without what only these need.
type guidePath struct {
	steps              []guideStep
	element, component int
}

// guideStep is a segment or loop, and which of its occurrences.
type guideStep struct {
	id     string
	choice []translators.Condition // element 0 is the segment's key
	at     int                     // of the step in the text
}

// pathError is what the grammar does not allow, and where in the text.
type pathError struct {
	at         int
	text, hint string
}

// guideSteps is how deep a path may go; no set nests deeper.
const guideSteps = 12

// String writes the path in one spelling.
func (p guidePath) String() string {
	parts := make([]string, len(p.steps))
	for i, s := range p.steps {
		parts[i] = s.String()
	}
	text := strings.Join(parts, "/")
	if p.element > 0 {
		text += fmt.Sprintf("%02d", p.element)
	}
	if p.component > 0 {
		text += fmt.Sprintf("-%02d", p.component)
	}
	return text
}

// String writes the step with its choice.
func (s guideStep) String() string {
	if len(s.choice) == 0 {
		return s.id
	}
	conds := make([]string, len(s.choice))
	for i, c := range s.choice {
		codes := strings.Join(c.Codes, "|")
		switch {
		case c.Element > 0 && c.Component > 0:
			conds[i] = fmt.Sprintf("%02d-%02d=%s", c.Element, c.Component, codes)
		case c.Element > 0:
			conds[i] = fmt.Sprintf("%02d=%s", c.Element, codes)
		default:
			conds[i] = codes
		}
	}
	return s.id + "[" + strings.Join(conds, ",") + "]"
}

// conditional says whether the path is of some occurrences only.
func (p guidePath) conditional() bool {
	for _, s := range p.steps {
		if len(s.choice) > 0 {
			return true
		}
	}
	return false
}

// pathReader walks the text of a path.
type pathReader struct {
	text string
	at   int
}

func parseGuidePath(text string) (guidePath, *pathError) {
	r := &pathReader{text: text}
	var p guidePath
	for {
		if len(p.steps) == guideSteps {
			return p, r.fail("the path has too many steps", "")
		}
		if err := r.step(&p); err != nil {
			return p, err
		}
		if p.element > 0 || !r.take('/') {
			break
		}
	}
	if r.at < len(r.text) {
		return p, r.fail(fmt.Sprintf("found %q after the place", r.text[r.at:]), "write it as guides do: BEG03, PO1/PID, N1[ST]/N104, SLN05-01")
	}
	return p, nil
}

func (r *pathReader) fail(text, hint string) *pathError { return &pathError{r.at, text, hint} }

func (r *pathReader) take(c byte) bool {
	if r.at < len(r.text) && r.text[r.at] == c {
		r.at++
		return true
	}
	return false
}

// word consumes capital letters and digits.
func (r *pathReader) word() string {
	from := r.at
	for r.at < len(r.text) && isCapital(r.text[r.at]) {
		r.at++
	}
	return r.text[from:r.at]
}

func isCapital(c byte) bool { return c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' }

// step reads a segment, its choice, and the element behind it.
func (r *pathReader) step(p *guidePath) *pathError {
	s := guideStep{at: r.at}
	s.id = r.word()
	if n := len(s.id); (n == 4 || n == 5) && digits(s.id[n-2:]) {
		p.element, s.id = number(s.id[n-2:]), s.id[:n-2]
	}
	if n := len(s.id); n < 2 || n > 3 || s.id[0] < 'A' {
		r.at = s.at
		return r.fail("expected a segment such as N1, or an element such as BEG03", "segments have two or three capital letters and digits, elements two digits behind them")
	}
	if p.element == 0 && r.take('[') {
		if err := r.choice(&s); err != nil {
			return err
		}
		if r.at < len(r.text) && r.text[r.at] != '/' {
			at := r.at
			if p.element = twoDigits(r.word()); p.element == 0 {
				r.at = at
				return r.fail("expected two digits for an element", "write REF[DP]02")
			}
		}
	}
	p.steps = append(p.steps, s)
	if p.element > 0 && r.take('-') {
		at := r.at
		if p.component = twoDigits(r.word()); p.component == 0 {
			r.at = at
			return r.fail("expected two digits for a component", "write SLN05-01")
		}
	}
	return nil
}

func twoDigits(s string) int {
	if len(s) != 2 || !digits(s) {
		return 0
	}
	return number(s)
}

// choice reads [ST], [ST|BT] or [02=UP,03=].
func (r *pathReader) choice(s *guideStep) *pathError {
	for {
		var c translators.Condition
		at := r.at
		word := r.word()
		if r.at < len(r.text) && (r.text[r.at] == '=' || r.text[r.at] == '-') {
			if c.Element = twoDigits(word); c.Element == 0 {
				r.at = at
				return r.fail(strconv.Quote(word)+" is no element number", "write two digits: [02=UP]")
			}
			if r.take('-') {
				if c.Component = twoDigits(r.word()); c.Component == 0 {
					return r.fail("expected two digits for a component", "")
				}
			}
			if !r.take('=') {
				return r.fail("expected =", "write [02=UP]")
			}
			word = r.word()
		}
		for word != "" {
			c.Codes = append(c.Codes, word)
			if !r.take('|') {
				break
			}
			word = r.word()
		}
		if len(c.Codes) == 0 && c.Element == 0 || r.at > 0 && r.text[r.at-1] == '|' {
			return r.fail("expected a code", "write the qualifier that picks the occurrence: N1[ST]")
		}
		s.choice = append(s.choice, c)
		if r.take(']') {
			return nil
		}
		if !r.take(',') {
			return r.fail("expected ] behind the choice", "")
		}
	}
}
