// Package files reads and writes directories that others read and write too: a
// partner's, a VAN client's, one of our own systems'. What is read is taken
// only when its writer is done with it; what is written appears under its name
// at once and whole, and never in the place of something else. It knows nothing
// of documents.
package files

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxName is the longest name of a file, in bytes. File systems take 255; what
// we add to a name needs room.
const MaxName = 200

// CheckName says what is wrong with the name of a file that a stranger chose.
func CheckName(name string) error {
	switch {
	case name == "" || name == "." || name == "..":
		return fmt.Errorf("%q is no name of a file", name)
	case len(name) > MaxName:
		return fmt.Errorf("the name has %d bytes, and may have %d", len(name), MaxName)
	case !utf8.ValidString(name):
		return fmt.Errorf("the name %q is not UTF-8", name)
	}
	for _, r := range name {
		if r == '/' || r == '\\' || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029' {
			return fmt.Errorf("the name %q has the character %q in it", name, r)
		}
	}
	return nil
}

// Name is a template of file names with words in braces, such as
// {document}_{control}.edi.
type Name string

// Check says what is wrong with a template whose words may be those of may; one
// of distinct must be among them, or all files of a kind would have one name.
func (n Name) Check(may, distinct []string) error {
	rest, found := string(n), false
	for rest != "" {
		shorter, word, ok := cutWord(rest)
		if !ok {
			break
		}
		if !slices.Contains(may, word) {
			return fmt.Errorf("found {%s}", word)
		}
		found = found || slices.Contains(distinct, word)
		rest = shorter
	}
	if err := CheckName(rest); err != nil {
		return err
	}
	if strings.ContainsAny(rest, "{}") {
		return errors.New("a brace stands alone")
	}
	if !found {
		return errors.New("all files of a kind would have one name")
	}
	return nil
}

// cutWord takes the first word in braces out of a template and leaves an x there.
func cutWord(s string) (rest, word string, ok bool) {
	end := strings.IndexByte(s, '}')
	if end < 0 {
		return s, "", false
	}
	begin := strings.LastIndexByte(s[:end], '{')
	if begin < 0 {
		return s, "", false
	}
	return s[:begin] + "x" + s[end+1:], s[begin+1 : end], true
}

// Fill puts the values in the places of their words, and checks that the result
// is the name of a file.
func (n Name) Fill(values map[string]string) (string, error) {
	var pairs []string
	for word, value := range values {
		pairs = append(pairs, "{"+word+"}", value)
	}
	name := strings.NewReplacer(pairs...).Replace(string(n))
	return name, CheckName(name)
}
