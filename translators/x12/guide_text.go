package x12

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"waybill/translators"
)

// GuideText prints a partner's guide in words: what is demanded, what differs
// from the standard (marked with *), and an example that it has nothing against.
func (t *Translator) GuideText(w io.Writer, schema *translators.Schema, o GuideOptions) error {
	v, err := t.view(schema, o)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	g := schema.Guide
	fmt.Fprintf(out, "%s\nguide %s: X12 %s %s in release %s; * differs from the standard\n", printable(or(g.Title, g.Name)), g.Name, schema.Set, schema.Name, schema.Release)
	wrapped(out, "", g.Notes)
	for i := range v.blocks {
		v.blocks[i].text(out)
	}
	fmt.Fprintf(out, "\nExample\n")
	for line := range strings.Lines(v.example) {
		fmt.Fprintf(out, "  %s", line)
	}
	return out.Flush()
}

// wrapped prints a note in lines that fit.
func wrapped(out io.Writer, indent, text string) {
	if text = printable(strings.Join(strings.Fields(text), " ")); text == "" {
		return
	}
	var b strings.Builder
	writeWrapped(&b, indent, text)
	io.WriteString(out, b.String())
}

func (b *guideBlock) text(out io.Writer) {
	indent := strings.Repeat("  ", b.Depth)
	kind := ""
	if b.Loop {
		kind = ", a loop"
	}
	fmt.Fprintf(out, "\n%s%s  %s%s: %s\n", indent, b.Path, b.Name, kind, strings.Join(b.terms(), ", "))
	wrapped(out, indent+"    ", b.Notes)
	for _, e := range b.Elements {
		e.text(out, indent+"    ")
	}
	if len(b.More) > 0 {
		wrapped(out, indent+"    ", "may come as well: "+strings.Join(b.More, " "))
	}
	for _, line := range b.Examples {
		fmt.Fprintf(out, "%s    e.g. %s\n", indent, printable(line))
	}
}

// standard is what holds without the guide.
func standard(was string) string {
	if was == asAny {
		return ""
	}
	return " (standard: " + was + ")"
}

// terms are usage and repeats, marked where they are the guide's.
func (b *guideBlock) terms() []string {
	var terms []string
	add := func(now, was string) {
		if now != "" && was != "" {
			now = "*" + now + standard(was)
		}
		if now != "" {
			terms = append(terms, now)
		}
	}
	add(b.Usage, b.WasUsage)
	if !b.Unused {
		add(b.Max, b.WasMax)
	}
	if len(terms) == 0 {
		terms = append(terms, "for these occurrences")
	}
	return terms
}

func (e *guideEntry) text(out io.Writer, indent string) {
	mark := " "
	if e.WasUsage+e.WasForm+e.WasCodes != "" {
		mark = "*"
	}
	fmt.Fprintf(out, "%s%s%-8s %-28.28s %-9s %s\n", indent, mark, e.Place, e.Name, e.Usage, e.form())
	for _, c := range e.Codes {
		fmt.Fprintf(out, "%s             %-4s %s\n", indent, c.code, printable(c.words))
	}
	wrapped(out, indent+"          ", e.Notes)
}

// form is type and length, and what they are in the standard.
func (e *guideEntry) form() string {
	text := e.Form
	if e.WasForm != "" {
		text += " (standard: " + e.WasForm + ")"
	}
	if e.AllCodes > 0 {
		text += fmt.Sprintf(", %d codes", e.AllCodes)
	}
	return text
}
