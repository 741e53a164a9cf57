// Package staedi writes our X12 schemas in the form that StAEDI, an independent
// reader, takes: what it judges with is its own, what it judges by are our facts.
package staedi

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"waybill/translators"
)

// Schema writes one set's schema.
func Schema(s *translators.Schema) string {
	x := writer{done: map[string]bool{}}
	x.line(`<?xml version="1.0" encoding="UTF-8"?>`)
	x.line(`<schema xmlns="http://xlate.io/EDISchema/v4">`)
	x.line(`<transaction><sequence>`)
	for _, i := range s.Root.Items {
		if i.ID != "ST" && i.ID != "SE" {
			x.item(i)
		}
	}
	x.line(`</sequence></transaction>`)
	x.body.WriteString(x.elements.String() + x.composites.String() + x.segments.String())
	x.line(`</schema>`)
	return x.body.String()
}

const unlimited = 999_999

type writer struct {
	body, elements, composites, segments strings.Builder
	done                                 map[string]bool
}

func (x *writer) line(text string) { x.body.WriteString(text + "\n") }

func (x *writer) item(i *translators.Item) {
	if !i.Loop {
		x.segment(i.Segment)
		x.line(fmt.Sprintf(`<segment type="%s" %s/>`, i.ID, occurs(i.Usage, i.Max)))
		return
	}
	x.line(fmt.Sprintf(`<loop code="L%d" %s><sequence>`, i.Index, occurs(i.Usage, i.Max)))
	for _, c := range i.Items {
		x.item(c)
	}
	x.line(`</sequence></loop>`)
}

func occurs(u translators.Usage, most int) string {
	least := 0
	if u == translators.Mandatory {
		least = 1
	}
	return fmt.Sprintf(`minOccurs="%d" maxOccurs="%d"`, least, limit(most))
}

// limit is a limit, which is a large number where there is none.
func limit(most int) int {
	if most == 0 {
		return unlimited
	}
	return most
}

func (x *writer) segment(r *translators.SegmentRule) {
	if x.done["segment "+r.ID] {
		return
	}
	x.done["segment "+r.ID] = true
	fmt.Fprintf(&x.segments, "<segmentType name=%q><sequence>\n", r.ID)
	x.parts(&x.segments, r.Elements, r.Notes)
	x.segments.WriteString("</segmentType>\n")
}

// parts writes elements and the notes about them.
func (x *writer) parts(b *strings.Builder, rules []translators.ElementRule, notes []translators.Note) {
	for i := range rules {
		e := &rules[i]
		kind, name := "element", ""
		if e.Components != nil {
			kind, name = "composite", x.composite(e)
		} else {
			name = x.element(e)
		}
		fmt.Fprintf(b, "<%s type=%q %s/>\n", kind, name, occurs(e.Usage, e.Repeat))
	}
	b.WriteString("</sequence>\n")
	for _, n := range notes {
		kind := map[byte]string{'P': "paired", 'R': "required", 'E': "exclusion", 'C': "conditional", 'L': "list"}[n.Kind]
		fmt.Fprintf(b, "<syntax type=%q>", kind)
		for _, e := range n.Elements {
			fmt.Fprintf(b, "<position>%d</position>", e)
		}
		b.WriteString("</syntax>\n")
	}
}

func (x *writer) composite(e *translators.ElementRule) string {
	if !x.done["composite "+e.Number] {
		x.done["composite "+e.Number] = true
		var own strings.Builder
		fmt.Fprintf(&own, "<compositeType name=%q><sequence>\n", e.Number)
		x.parts(&own, e.Components, e.Notes)
		own.WriteString("</compositeType>\n")
		x.composites.WriteString(own.String())
	}
	return e.Number
}

// element writes an element's type; one of other lengths in another segment is another.
func (x *writer) element(e *translators.ElementRule) string {
	name := fmt.Sprintf("E%sX%dX%d", e.Number, e.Min, e.Max)
	if x.done[name] {
		return name
	}
	x.done[name] = true
	base := map[byte]string{'A': "string", 'I': "identifier", 'N': "numeric", 'R': "decimal", 'D': "date", 'T': "time", 'B': "binary"}[e.Type[0]]
	fmt.Fprintf(&x.elements, "<elementType name=%q base=%q minLength=\"%d\" maxLength=\"%d\">", name, base, max(e.Min, 1), limit(e.Max))
	if c := e.Codes; c != nil && !c.Partial && e.Type == "ID" {
		x.elements.WriteString("<enumeration>")
		for _, code := range slices.Sorted(maps.Keys(c.Members)) {
			fmt.Fprintf(&x.elements, "<value>%s</value>", code)
		}
		x.elements.WriteString("</enumeration>")
	}
	x.elements.WriteString("</elementType>\n")
	return name
}
