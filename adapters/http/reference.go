package http

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
)

const (
	maxAnswer    = 64 << 10 // bytes of an answer that are read
	maxDocument  = 4 << 20  // the same where it may hold a document
	maxReference = 200      // bytes of a reference that are kept
	maxSteps     = 16       // of a path
)

// checkPath holds a reference path against what reference can follow.
func checkPath(path string) error {
	steps := strings.Split(path, ".")
	if len(steps) > maxSteps {
		return fmt.Errorf("a path has at most %d steps", maxSteps)
	}
	for _, s := range steps {
		if s == "" || strings.TrimSpace(s) != s {
			return fmt.Errorf("found %q", path)
		}
	}
	return nil
}

// parse reads the answer as one JSON value and nothing else. A byte order mark
// is passed over, because some servers write one.
func parse(body []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))))
	d.UseNumber() // a reference of 19 digits stays what it is
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, errors.New("it is not JSON")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is more behind the JSON")
	}
	return v, nil
}

// find follows a path of field names and list indexes and returns the text or
// number it leads to, cleaned; "" when it leads to nothing, or to anything else.
func find(v any, path string) string {
	for step := range strings.SplitSeq(path, ".") {
		switch at := v.(type) {
		case map[string]any:
			v = at[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(at) {
				return ""
			}
			v = at[i]
		default:
			return ""
		}
	}
	switch found := v.(type) {
	case string:
		return clean(found, maxReference)
	case json.Number:
		return clean(found.String(), maxReference)
	}
	return ""
}

// clean makes a stranger's text fit for one line of a log: printable, single
// spaces, at most limit bytes.
func clean(text string, limit int) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r) || r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, text)
	text = strings.Join(strings.Fields(text), " ")
	if len(text) <= limit {
		return text
	}
	cut := 0
	for i := range text {
		if i > limit-len("…") {
			break
		}
		cut = i
	}
	return text[:cut] + "…"
}
