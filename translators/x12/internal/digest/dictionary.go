package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// dictionary gathers what all sets of a release share. X12 defines a segment
// and an element once for a release; a digest that does not is a problem.
type dictionary struct {
	names                nameTable
	segments, composites map[string]string
	elements             map[string]string
	problems             []error
}

func newDictionary(names nameTable) *dictionary {
	return &dictionary{names: names, segments: map[string]string{}, composites: map[string]string{}, elements: map[string]string{}}
}

func (d *dictionary) add(f digestFile) {
	for id, s := range f.Segments {
		d.put(d.segments, id, d.entry(id, s.Elements, s.Syntax))
	}
	for id, s := range f.Composites {
		d.put(d.composites, id, d.entry(id, s.Components, s.Syntax))
	}
}

// entry is the line of a segment or composite, and notes its elements.
func (d *dictionary) entry(id string, elements []digestElement, notes []string) string {
	words := make([]string, len(elements))
	for i, e := range elements {
		if e.Position != i+1 {
			d.problems = append(d.problems, fmt.Errorf("%s: element %d stands at %d", id, e.Position, i+1))
		}
		words[i] = e.Usage + e.Number
		if e.Repeat > 0 {
			words[i] += "/" + strconv.Itoa(e.Repeat)
		}
		if e.Type != "composite" {
			d.put(d.elements, e.Number, fmt.Sprintf("{name: %s, type: %s, min: %d, max: %d}",
				quoted(d.name(d.names.Elements, e.Number)), e.Type, e.Min, e.Max))
		}
	}
	line := fmt.Sprintf("{name: %s, ", quoted(d.name(d.names.Segments, id)))
	if key := keyElement(id); key > 1 {
		line += fmt.Sprintf("key: %d, ", key)
	}
	line += fmt.Sprintf("elements: [%s]", strings.Join(words, ", "))
	if len(notes) > 0 {
		line += fmt.Sprintf(", notes: [%s]", strings.Join(notes, ", "))
	}
	return line + "}"
}

// keyElement is the element that tells occurrences apart; nearly always the first.
func keyElement(segment string) int {
	switch segment {
	case "HL":
		return 3
	case "TD5":
		return 2
	}
	return 1
}

func (d *dictionary) name(among map[string]string, id string) string {
	name, ok := among[id]
	if !ok {
		d.problems = append(d.problems, fmt.Errorf("%s has no name", id))
	}
	return name
}

func (d *dictionary) put(into map[string]string, id, line string) {
	if old, ok := into[id]; ok && old != line {
		d.problems = append(d.problems, fmt.Errorf("%s differs between sets: %s and %s", id, old, line))
	}
	into[id] = line
}

func (d *dictionary) segmentsFile() string {
	var b strings.Builder
	section(&b, "segments", d.segments)
	section(&b, "composites", d.composites)
	section(&b, "elements", d.elements)
	return b.String()
}

func section(b *strings.Builder, title string, lines map[string]string) {
	b.WriteString(title + ":\n")
	for _, id := range sortedKeys(lines) {
		fmt.Fprintf(b, "  %s: %s\n", quoted(id), lines[id])
	}
}

// codesFile keeps the lists of the elements that the release uses.
func (d *dictionary) codesFile(lists map[string]digestCodes) string {
	var b strings.Builder
	for _, number := range sortedKeys(lists) {
		if _, used := d.elements[number]; !used {
			continue
		}
		list := lists[number]
		fmt.Fprintf(&b, "%s:\n", quoted(number))
		if len(list.Values) > 0 {
			fmt.Fprintf(&b, "  codes: %s\n", quoted(strings.Join(list.Values, " ")))
		}
		if len(list.Meanings) == 0 {
			continue
		}
		b.WriteString("  words:\n")
		for _, code := range sortedKeys(list.Meanings) {
			fmt.Fprintf(&b, "    %s: %s\n", quoted(code), quoted(list.Meanings[code]))
		}
	}
	return b.String()
}

// sortedKeys sorts numbers as numbers and before words.
func sortedKeys[V any](m map[string]V) []string {
	return slices.SortedFunc(maps.Keys(m), func(a, b string) int {
		x, errX := strconv.Atoi(a)
		y, errY := strconv.Atoi(b)
		if errX == nil && errY == nil {
			return cmp.Or(cmp.Compare(x, y), cmp.Compare(a, b))
		}
		return cmp.Compare(a, b)
	})
}

func quoted(s string) string { return strconv.Quote(s) }
