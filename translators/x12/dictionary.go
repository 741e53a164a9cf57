package x12

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"waybill/translators"
)

// dictionary is what all sets of a release share: segments with their elements,
// composites and code lists.
type dictionary struct {
	segments map[string]*translators.SegmentRule
}

type segmentsFile struct {
	Segments   map[string]segmentEntry `yaml:"segments"`
	Composites map[string]segmentEntry `yaml:"composites"`
	Elements   map[string]elementEntry `yaml:"elements"`
}

// segmentEntry lists elements as usage, dictionary number and, after a slash,
// how often the element may repeat: M128, OC040, OC056/10.
type segmentEntry struct {
	Name     string   `yaml:"name"`
	Key      int      `yaml:"key"`
	Elements []string `yaml:"elements"`
	Notes    []string `yaml:"notes"`
}

type elementEntry struct {
	Name string `yaml:"name"`
	Type string `yaml:"type"`
	Min  int    `yaml:"min"`
	Max  int    `yaml:"max"`
}

// codesEntry is a code list; without codes only some meanings are known.
type codesEntry struct {
	Codes string            `yaml:"codes"`
	Words map[string]string `yaml:"words"`
}

func readDictionary(root fs.FS, version string) (*dictionary, error) {
	var f segmentsFile
	var lists map[string]codesEntry
	err := errors.Join(readYAML(root, version+"/segments.yaml", &f), readYAML(root, version+"/codes.yaml", &lists))
	if err != nil {
		return nil, err
	}
	codes := make(map[string]*translators.Codes, len(lists))
	for number, e := range lists {
		codes[number] = codeList(number, e)
	}
	d := &dictionary{segments: make(map[string]*translators.SegmentRule, len(f.Segments))}
	var problems []error
	for id, e := range f.Segments {
		rule, err := f.segment(id, e, codes)
		problems = append(problems, err)
		d.segments[id] = rule
	}
	if err := errors.Join(problems...); err != nil {
		return nil, fmt.Errorf("schemas of %s: %w", version, err)
	}
	return d, nil
}

func readYAML(root fs.FS, name string, into any) error {
	text, err := fs.ReadFile(root, name)
	if err != nil {
		return fmt.Errorf("reading schemas: %w", err)
	}
	if err := yaml.Unmarshal(text, into); err != nil {
		return fmt.Errorf("schema file %s: %w", name, err)
	}
	return nil
}

func codeList(number string, e codesEntry) *translators.Codes {
	c := &translators.Codes{Number: number, Words: e.Words, Partial: e.Codes == ""}
	if e.Codes != "" {
		c.Members = map[string]struct{}{}
		for code := range strings.FieldsSeq(e.Codes) {
			c.Members[code] = struct{}{}
		}
	}
	return c
}

func (f *segmentsFile) segment(id string, e segmentEntry, codes map[string]*translators.Codes) (*translators.SegmentRule, error) {
	elements, err := f.elements(id, e.Elements, codes, false)
	if err != nil {
		return nil, err
	}
	notes, err := readNotes(id, e.Notes, len(elements))
	if err != nil {
		return nil, err
	}
	return &translators.SegmentRule{
		ID: id, Name: e.Name, Key: max(e.Key, 1), Elements: elements, Notes: notes, Pairs: pairs(elements),
	}, nil
}

func (f *segmentsFile) elements(id string, words []string, codes map[string]*translators.Codes, inside bool) ([]translators.ElementRule, error) {
	rules := make([]translators.ElementRule, len(words))
	for i, word := range words {
		if len(word) < 2 || !strings.Contains("MO", word[:1]) {
			return nil, fmt.Errorf("%s: element %q is not a usage and a number, such as M128", id, word)
		}
		number, repeat, repeats := strings.Cut(word[1:], "/")
		rule := translators.ElementRule{Number: number, Usage: translators.Usage(word[0]), Repeat: 1, Codes: codes[number]}
		if repeats {
			n, err := strconv.Atoi(repeat)
			if err != nil || n < 0 {
				return nil, fmt.Errorf("%s: element %s: %q is not how often it may repeat", id, word, repeat)
			}
			rule.Repeat = n
		}
		if err := f.describe(&rule, codes, inside); err != nil {
			return nil, fmt.Errorf("%s: %w", id, err)
		}
		rules[i] = rule
	}
	return rules, nil
}

// describe completes a rule from the element's or, where it is not inside one
// already, the composite's entry.
func (f *segmentsFile) describe(rule *translators.ElementRule, codes map[string]*translators.Codes, inside bool) error {
	if e, ok := f.Elements[rule.Number]; ok {
		if !knownType(e.Type) || e.Min < 0 || e.Max < 0 {
			return fmt.Errorf("element %s: type %q of %d to %d characters is none of X12", rule.Number, e.Type, e.Min, e.Max)
		}
		rule.Name, rule.Type, rule.Min, rule.Max = e.Name, e.Type, e.Min, e.Max
		return nil
	}
	c, ok := f.Composites[rule.Number]
	if !ok || inside {
		return fmt.Errorf("element %s is not described", rule.Number)
	}
	var err error
	rule.Name = c.Name
	if rule.Components, err = f.elements(rule.Number, c.Elements, codes, true); err != nil {
		return err
	}
	rule.Notes, err = readNotes(rule.Number, c.Notes, len(rule.Components))
	return err
}

// knownType says whether a data element type is one of X12: AN ID DT TM R B N0…N9,
// or N where the places after the point are left open.
func knownType(name string) bool {
	return slices.Contains([]string{"AN", "ID", "DT", "TM", "R", "B", "N"}, name) || len(name) == 2 && name[0] == 'N' && digits(name[1:])
}

// readNotes reads syntax notes such as P0304: a letter and positions of two digits.
func readNotes(id string, words []string, elements int) ([]translators.Note, error) {
	notes := make([]translators.Note, 0, len(words))
	for _, word := range words {
		if len(word) < 5 || len(word)%2 == 0 || !strings.Contains("PRECL", word[:1]) {
			return nil, fmt.Errorf("%s: note %q is not a letter and two or more positions", id, word)
		}
		note := translators.Note{Kind: word[0]}
		for i := 1; i < len(word); i += 2 {
			n, err := strconv.Atoi(word[i : i+2])
			if err != nil || n < 1 || n > elements {
				return nil, fmt.Errorf("%s: note %q names an element that is not there", id, word)
			}
			note.Elements = append(note.Elements, n)
		}
		notes = append(notes, note)
	}
	return notes, nil
}

// pairs finds neighbours that describe each other: a kind of item id and the
// id (235, 234), a kind of number and the number (365, 364).
func pairs(elements []translators.ElementRule) []translators.Pair {
	var found []translators.Pair
	for i := 0; i+1 < len(elements); i++ {
		switch [2]string{elements[i].Number, elements[i+1].Number} {
		case [2]string{"235", "234"}, [2]string{"365", "364"}:
			found = append(found, translators.Pair{Qualifier: i + 1, Value: i + 2})
		}
	}
	return found
}
