package canonical

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Bounds of a document, whoever sent it.
const (
	maxBytes    = 32 << 20
	maxDepth    = 64
	maxProblems = 1000
	maxValues   = 500_000 // of every kind: an order of 20,000 lines
	maxNumber   = 32      // characters
	maxExponent = 3       // digits
)

// tree reads one JSON value (RFC 8259) into maps, slices, strings, bools and
// json.Numbers. Unlike encoding/json it refuses a second key of the same name and
// text that is not UTF-8, because two readers must never see different documents,
// and what is excessively deep or long.
func tree(data []byte) (any, error) {
	if len(data) > maxBytes {
		return nil, fmt.Errorf("%d bytes are too many; at most %d", len(data), maxBytes)
	}
	if !utf8.Valid(data) {
		return nil, fmt.Errorf("not UTF-8")
	}
	r := reader{data: data}
	v, err := r.value(0)
	if err == nil && r.next() != 0 {
		err = r.unexpected("the end")
	}
	return v, err
}

type reader struct {
	data   []byte
	at     int
	values int
}

// next skips blanks and is the byte that follows, 0 at the end.
func (r *reader) next() byte {
	for ; r.at < len(r.data); r.at++ {
		switch c := r.data[r.at]; c {
		case ' ', '\t', '\n', '\r':
		case 0:
			return 1 // no JSON either
		default:
			return c
		}
	}
	return 0
}

func (r *reader) unexpected(want string) error {
	if r.at >= len(r.data) {
		return fmt.Errorf("not JSON: it ends at byte %d; expected %s", r.at, want)
	}
	c, _ := utf8.DecodeRune(r.data[r.at:])
	return fmt.Errorf("not JSON: found %q at byte %d; expected %s", c, r.at, want)
}

func (r *reader) value(depth int) (any, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("nested deeper than %d levels at byte %d", maxDepth, r.at)
	}
	if r.values++; r.values > maxValues {
		return nil, fmt.Errorf("more than %d values, too many, at byte %d", maxValues, r.at)
	}
	switch c := r.next(); {
	case c == '{':
		return r.object(depth)
	case c == '[':
		return r.list(depth)
	case c == '"':
		return r.text()
	case c == '-' || digit(c):
		return r.number()
	}
	for word, v := range map[string]any{"true": true, "false": false, "null": nil} {
		if strings.HasPrefix(string(r.data[r.at:min(r.at+len(word), len(r.data))]), word) {
			r.at += len(word)
			return v, nil
		}
	}
	return nil, r.unexpected("a value")
}

func (r *reader) object(depth int) (any, error) {
	m := map[string]any{}
	r.at++
	if r.next() == '}' {
		r.at++
		return m, nil
	}
	for {
		if r.next() != '"' {
			return nil, r.unexpected("a key in quotes")
		}
		start := r.at
		key, err := r.text()
		if err != nil {
			return nil, err
		}
		if _, twice := m[key]; twice {
			return nil, fmt.Errorf("key %q stands twice in its object, again at byte %d", cut(key), start)
		}
		if r.next() != ':' {
			return nil, r.unexpected("a colon")
		}
		r.at++
		if m[key], err = r.value(depth + 1); err != nil {
			return nil, err
		}
		if more, err := r.more('}'); !more {
			return m, err
		}
	}
}

func (r *reader) list(depth int) (any, error) {
	l := []any{}
	r.at++
	if r.next() == ']' {
		r.at++
		return l, nil
	}
	for {
		v, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		l = append(l, v)
		if more, err := r.more(']'); !more {
			return l, err
		}
	}
}

// more reads what stands between two values: a comma, or the end of the whole.
func (r *reader) more(end byte) (bool, error) {
	c := r.next()
	if c != ',' && c != end {
		return false, r.unexpected("a comma or " + string(end))
	}
	r.at++
	return c == ',', nil
}

// text reads a string. One with escapes is left to encoding/json.
func (r *reader) text() (string, error) {
	start, escaped := r.at, false
	for r.at++; r.at < len(r.data); r.at++ {
		switch c := r.data[r.at]; {
		case c == '"' && !escaped:
			r.at++
			return string(r.data[start+1 : r.at-1]), nil
		case c == '"':
			r.at++
			var s string
			if err := json.Unmarshal(r.data[start:r.at], &s); err != nil {
				return "", fmt.Errorf("not JSON: %w in the text at byte %d", err, start)
			}
			return s, nil
		case c == '\\':
			escaped = true
			r.at++
		case c < ' ':
			return "", r.unexpected("no control character in a text")
		}
	}
	return "", r.unexpected("a quote at the end of the text that begins at byte " + fmt.Sprint(start))
}

// number reads -?int.frac?exp? and keeps its text (RFC 8259 §6). Longer ones are
// refused: who computes with them takes time that grows faster than they do.
func (r *reader) number() (json.Number, error) {
	start := r.at
	r.skip("-")
	whole := r.digits()
	if whole == 0 || whole > 1 && r.data[r.at-whole] == '0' {
		return "", r.unexpected("a number without zeros in front")
	}
	if r.skip(".") && r.digits() == 0 {
		return "", r.unexpected("digits after the point")
	}
	if r.skip("eE") {
		r.skip("+-")
		switch n := r.digits(); {
		case n == 0:
			return "", r.unexpected("digits of the exponent")
		case n > maxExponent:
			return "", fmt.Errorf("the exponent of the number at byte %d is too large", start)
		}
	}
	if r.at-start > maxNumber {
		return "", fmt.Errorf("the number at byte %d has more than %d characters", start, maxNumber)
	}
	return json.Number(r.data[start:r.at]), nil
}

// skip passes one byte if it is one of those.
func (r *reader) skip(oneOf string) bool {
	if r.at < len(r.data) && strings.IndexByte(oneOf, r.data[r.at]) >= 0 {
		r.at++
		return true
	}
	return false
}

func (r *reader) digits() int {
	start := r.at
	for r.at < len(r.data) && digit(r.data[r.at]) {
		r.at++
	}
	return r.at - start
}
