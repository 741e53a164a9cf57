package mappings

import (
	"strings"
)

// parseValue reads the right side of a pair.
func parseValue(text string, at place) (*value, *syntaxError) {
	s := &scanner{text: text, base: at}
	v := &value{text: text, pos: at}
	if strings.TrimSpace(text) == "drop" {
		v.drop = true
		return v, nil
	}
	if rest, ok := strings.CutPrefix(text, "="); ok {
		v.expr = strings.TrimSpace(rest)
		v.pos = at.right(len(text) - len(strings.TrimLeft(rest, " ")))
		if v.expr == "" {
			return nil, s.fail("", "an expression without text")
		}
		return v, nil
	}
	var err *syntaxError
	if v.path, err = s.path(); err != nil {
		return nil, err
	}
	s.blanks()
	if strings.HasPrefix(s.text[s.at:], "as ") {
		s.at += len("as ")
		s.blanks()
		if v.as = s.word(func(c byte) bool { return letter(c) || digit(c) }); v.as == "" {
			return nil, s.fail("", "found %s, expected the name of a part after as", s.found())
		}
		s.blanks()
	}
	for s.take('|') {
		c, err := s.call()
		if err != nil {
			return nil, err
		}
		v.calls = append(v.calls, c)
		s.blanks()
	}
	if !s.end() {
		return nil, s.fail("", "found %s, expected | or the end", s.found())
	}
	return v, nil
}

// path reads steps and what they end in.
func (s *scanner) path() (*path, *syntaxError) {
	p := &path{pos: s.pos()}
	p.root = s.take('/')
	for {
		more, err := s.step(p)
		if err != nil {
			return nil, err
		}
		if !more {
			return p, nil
		}
	}
}

// step reads one step; more says that a slash followed it.
func (s *scanner) step(p *path) (more bool, err *syntaxError) {
	pos := s.pos()
	id := s.word(segment)
	st := step{segment: id, pos: pos}
	switch {
	case len(id) == 4 || len(id) == 5:
		st.segment = id[:len(id)-2]
		n := number(id[len(id)-2:])
		if n == 0 || !upper(id[0]) {
			return false, &syntaxError{pos: pos, text: id + " is no segment with an element", hint: "write it as guides do: BEG03, PO104"}
		}
		p.refs = []ref{{element: n}}
	case len(id) == 2 || len(id) == 3:
		if !upper(id[0]) {
			return false, &syntaxError{pos: pos, text: id + " is no segment"}
		}
	default:
		s.at -= len(id)
		return false, s.fail("write it as guides do: BEG03, REF[DP]02, PO1(VN)", "found %s, expected a segment or an element of one", s.found())
	}
	if len(p.refs) == 0 && s.peek() == '[' {
		if st.choice, err = s.choice(); err != nil {
			return false, err
		}
	}
	p.steps = append(p.steps, st)
	return s.last(p)
}

// last reads what may follow a step: elements, a pair, or a slash.
func (s *scanner) last(p *path) (more bool, err *syntaxError) {
	if len(p.refs) == 0 {
		switch {
		case s.take('/'):
			return true, nil
		case s.peek() == '(':
			return false, s.pair(p)
		case !digit(s.peek()):
			return false, nil
		}
		n := number(s.word(digit))
		if n == 0 {
			return false, s.fail("", "expected two digits for an element")
		}
		p.refs = []ref{{element: n}}
	}
	return false, s.elements(p)
}

// elements reads -CC, +EE and ... behind the first element.
func (s *scanner) elements(p *path) *syntaxError {
	for {
		if s.take('-') {
			c := number(s.word(digit))
			if c == 0 {
				return s.fail("", "expected two digits for a component")
			}
			p.refs[len(p.refs)-1].component = c
		}
		if !s.take('+') {
			break
		}
		n := number(s.word(digit))
		if n == 0 {
			return s.fail("", "expected two digits for an element after +")
		}
		p.refs = append(p.refs, ref{element: n})
	}
	if strings.HasPrefix(s.text[s.at:], "...") {
		s.at += 3
		p.group = true
	} else if strings.HasPrefix(s.text[s.at:], "..") {
		s.at += 2
		if p.until = number(s.word(digit)); p.until == 0 {
			return s.fail("", "expected two digits for the last element behind ..")
		}
		p.group = true
	}
	if s.peek() == '/' {
		return s.fail("", "nothing may follow an element")
	}
	return nil
}

// pair reads (UP:12|EN:13), (SK@06), (other), (other@03).
func (s *scanner) pair(p *path) *syntaxError {
	s.at++
	for {
		a := alt{code: s.word(func(c byte) bool { return segment(c) || c >= 'a' && c <= 'z' })}
		if a.code == "" {
			return s.fail("", "found %s, expected a qualifier", s.found())
		}
		if s.take(':') {
			for _, c := range s.word(digit) {
				a.length = min(a.length*10+int(c-'0'), 1000)
			}
			if a.length == 0 {
				return s.fail("", "expected a length after :")
			}
		}
		if s.take('@') {
			if a.slot = number(s.word(digit)); a.slot == 0 {
				return s.fail("", "expected two digits for the qualifier's element after @")
			}
		}
		if a.code == "other" {
			p.rest, p.slot = true, a.slot
		} else {
			p.alts = append(p.alts, a)
		}
		if s.take('|') {
			continue
		}
		if !s.take(')') {
			return s.fail("", "found %s, expected | or )", s.found())
		}
		if p.rest && len(p.alts) > 0 {
			return s.fail("make two pairs of it", "other stands alone in parentheses")
		}
		return nil
	}
}

// choice reads [ST], [02=7|UK,05=], [other], [*].
func (s *scanner) choice() (choice, *syntaxError) {
	s.at++
	var c choice
	switch {
	case s.take('*'):
		c.all = true
	case strings.HasPrefix(s.text[s.at:], "other]"):
		s.at += len("other")
		c.rest = true
	default:
		for {
			k, err := s.cond()
			if err != nil {
				return c, err
			}
			c.conds = append(c.conds, k)
			if !s.take(',') {
				break
			}
		}
	}
	if !s.take(']') {
		return c, s.fail("", "found %s, expected ]", s.found())
	}
	return c, nil
}

// cond reads one condition of a choice.
func (s *scanner) cond() (cond, *syntaxError) {
	var k cond
	first := s.word(segment)
	if s.peek() == '=' || s.peek() == '-' {
		if k.element = number(first); k.element == 0 {
			return k, s.fail("", "%q is no element number", first)
		}
		if s.take('-') {
			if k.component = number(s.word(digit)); k.component == 0 {
				return k, s.fail("", "expected two digits for a component")
			}
		}
		if !s.take('=') {
			return k, s.fail("", "found %s, expected =", s.found())
		}
		if first = s.word(segment); first == "" {
			return k, nil
		}
	}
	for {
		if first == "" {
			return k, s.fail("", "found %s, expected a code", s.found())
		}
		k.codes = append(k.codes, first)
		if !s.take('|') {
			return k, nil
		}
		first = s.word(segment)
	}
}

// call reads a function and its arguments.
func (s *scanner) call() (call, *syntaxError) {
	s.blanks()
	c := call{pos: s.pos()}
	if c.name = s.word(letter); c.name == "" {
		return c, s.fail("", "found %s, expected the name of a function", s.found())
	}
	if !s.take('(') {
		return c, nil
	}
	for {
		a, err := s.argument()
		if err != nil {
			return c, err
		}
		c.args = append(c.args, a)
		s.blanks()
		if s.take(',') {
			continue
		}
		if !s.take(')') {
			return c, s.fail("", "found %s, expected , or )", s.found())
		}
		return c, nil
	}
}

func (s *scanner) argument() (argument, *syntaxError) {
	s.blanks()
	a := argument{pos: s.pos()}
	if s.peek() == '"' {
		text, err := s.quoted()
		a.text = text
		return a, err
	}
	a.text = s.word(plain)
	if a.text != "" && s.take(':') {
		a.name = a.text
		s.blanks()
		if s.peek() == '"' {
			text, err := s.quoted()
			a.text = text
			return a, err
		}
		a.text = s.word(plain)
	}
	if a.text == "" {
		return a, s.fail("", "found %s, expected an argument", s.found())
	}
	return a, nil
}
