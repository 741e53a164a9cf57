package x12

import (
	"bufio"
	"errors"
	"fmt"
	"html"
	"io"
	"strings"

	"waybill/translators"
)

// ExplainHTML prints a file as a page of its own, without scripts and without
// anything from elsewhere: loops as an outline, beside each raw segment the names
// of its elements and what their codes mean, problems where they are. It is
// written set by set.
func (t *Translator) ExplainHTML(w io.Writer, title string, r io.Reader) error {
	p := &page{out: bufio.NewWriter(w), title: title, interchange: -1, group: -1}
	p.tag(pageHead, title, title)
	report, err := t.Decode(r, translators.Options{}, p.set)
	if err == nil {
		p.envelopes(report)
		p.summary(report)
	} else {
		p.tag(`<section class="summary"><h1>%s</h1><p class="problem">%s</p></section>`+"\n", title, err.Error())
	}
	p.tag("</main>\n</body>\n</html>\n")
	return errors.Join(err, p.out.Flush())
}

// page writes sets as they come.
type page struct {
	out                *bufio.Writer
	title              string
	interchange, group int
	current            *translators.Set
	shown              []bool // of the set's problems
	sets, problems     int
	warnings           int
}

// tag writes HTML; the texts put into it are escaped.
func (p *page) tag(format string, texts ...any) {
	for i, text := range texts {
		if s, ok := text.(string); ok {
			texts[i] = html.EscapeString(printable(s))
		}
	}
	fmt.Fprintf(p.out, format, texts...)
}

func (p *page) set(s *translators.Set) error {
	if s.Interchange.Index != p.interchange {
		p.interchange, p.group = s.Interchange.Index, -1
		ic := s.Interchange
		p.tag("<h2>Interchange %s</h2>\n<p class=\"envelope\">from <b>%s %s</b> to <b>%s %s</b>, %s %s, version %s, %s</p>\n", ic.Control,
			ic.SenderQualifier, ic.Sender, ic.ReceiverQualifier, ic.Receiver, ic.Date, ic.Time, ic.Version, usageWord(ic.Usage))
	}
	if s.Group.Index != p.group {
		p.group = s.Group.Index
		g := s.Group
		p.tag("<h3>Group %s %s</h3>\n<p class=\"envelope\">from <b>%s</b> to <b>%s</b>, %s %s, version %s</p>\n", g.Functional, g.Control, g.Sender, g.Receiver, g.Date, g.Time, g.Version)
	}
	p.current, p.shown = s, make([]bool, len(s.Problems))
	p.sets++
	name := "not known"
	if s.Schema != nil {
		name = s.Schema.Name
	}
	p.tag("<details open class=\"set\"><summary>%s %s <span class=\"name\">%s</span> <span class=\"count\">%d segments%s</span></summary>\n",
		s.ID, s.Control, name, len(s.Segments), problemCount(s))
	if s.Root != nil {
		p.nodes(s.Root.Children)
	} else {
		for i := range s.Segments {
			p.segment(&s.Segments[i], &translators.SegmentRule{})
		}
	}
	p.pending(len(s.Segments) + 1)
	if s.Dropped > 0 {
		p.problems += s.Dropped
		p.tag("<p class=\"problem\">%d more problems are not listed</p>\n", s.Dropped)
	}
	p.tag("</details>\n")
	return nil
}

// problemCount says how many there are, if there are.
func problemCount(s *translators.Set) string {
	problems, warnings := s.Dropped, 0
	for _, f := range s.Problems {
		if f.Warning {
			warnings++
		} else {
			problems++
		}
	}
	text := ""
	if problems > 0 {
		text += fmt.Sprintf(", %d problem(s)", problems)
	}
	if warnings > 0 {
		text += fmt.Sprintf(", %d warning(s)", warnings)
	}
	return text
}

func (p *page) nodes(nodes []*translators.Node) {
	for _, n := range nodes {
		if n.Segment != nil {
			p.pending(n.Segment.Position - 1)
			p.segment(n.Segment, n.Item.Segment)
			continue
		}
		if first := n.Trigger(); first != nil { // a loop may lack its own
			p.pending(first.Position - 1)
		}
		p.tag("<details open class=\"loop\"><summary>%s <span class=\"name\">%s</span> <span class=\"first\">%s</span></summary>\n", n.Item.ID, n.Item.Name, firstWords(n))
		p.nodes(n.Children)
		p.tag("</details>\n")
	}
}

// firstWords tell one loop from the next when they are closed: what sort it is,
// and the first values that are no codes.
func firstWords(n *translators.Node) string {
	var words []string
	trigger, rule := n.Trigger(), n.Item.Segment
	for i := range rule.Elements {
		text, codes := trigger.Element(i+1), rule.Elements[i].Codes
		switch {
		case i+1 == rule.Key && codes != nil:
			words = append([]string{or(codes.Words[text], text)}, words...)
		case text != "" && codes == nil && len(words) < 3:
			words = append(words, text)
		}
	}
	return strings.Join(words[:min(3, len(words))], " · ")
}

// segment shows what came on the left and what it means on the right, then what is wrong with it.
func (p *page) segment(s *translators.Segment, rule *translators.SegmentRule) {
	class := "segment"
	wrong := map[int]bool{}
	for i, f := range p.current.Problems {
		if f.Position == s.Position && !p.shown[i] {
			class = "segment bad"
			if f.Element > 0 {
				wrong[f.Element] = true
			}
		}
	}
	p.tag("<div class=\"%s\"><div class=\"raw\"><span class=\"position\">%d</span><code><b>%s</b>", class, s.Position, s.ID)
	d := p.current.Interchange.Delimiters
	for i := range s.Elements {
		p.tag("<span class=\"mark\">%s</span><wbr>", string([]byte{d.Element}))
		p.text(rawText(&s.Elements[i], d), wrong[i+1])
	}
	p.tag("</code></div>\n<div class=\"words\"><span class=\"title\">%s</span>", rule.Name)
	for i := range s.Elements {
		if i < len(rule.Elements) {
			p.element(fmt.Sprintf("%02d", i+1), &s.Elements[i], &rule.Elements[i], wrong[i+1])
		}
	}
	p.tag("</div></div>\n")
	p.pending(s.Position)
}

func (p *page) text(text string, wrong bool) {
	if wrong {
		p.tag("<mark>%s</mark>", or(text, "_"))
		return
	}
	p.tag("%s", text)
}

// rawText is the element as it came, without separators behind the last value.
func rawText(e *translators.Element, d translators.Delimiters) string {
	if e.Repeats == nil {
		return e.Text
	}
	repeats := make([]string, len(e.Repeats))
	for i, parts := range e.Repeats {
		repeats[i] = strings.Join(parts, string([]byte{d.Component}))
	}
	return strings.Join(repeats, string([]byte{d.Repetition}))
}

// element shows each value of an element with its name.
func (p *page) element(place string, e *translators.Element, rule *translators.ElementRule, wrong bool) {
	if e.Repeats == nil {
		p.value(place, e.Text, rule, wrong)
		return
	}
	for _, parts := range e.Repeats {
		for i, part := range parts {
			if i < len(rule.Components) {
				p.value(fmt.Sprintf("%s-%02d", place, i+1), part, &rule.Components[i], wrong)
			} else {
				p.value(place, part, rule, wrong)
			}
		}
	}
}

func (p *page) value(place, text string, rule *translators.ElementRule, wrong bool) {
	if text == "" && !wrong {
		return
	}
	class, meaning := "value", ""
	if wrong {
		class = "value wrong"
	}
	if rule.Codes != nil {
		meaning = rule.Codes.Words[text]
	}
	p.tag("<span class=\"%s\"><small>%s %s</small> %s", class, place, rule.Name, or(text, "nothing"))
	if meaning != "" {
		p.tag(" <i>%s</i>", meaning)
	}
	p.tag("</span>")
}

// pending shows the problems up to a position that were not shown yet.
func (p *page) pending(upTo int) {
	for i, f := range p.current.Problems {
		if !p.shown[i] && f.Position <= upTo {
			p.shown[i] = true
			p.problem(f, "")
		}
	}
}

func (p *page) problem(f translators.Problem, where string) {
	class := "problem"
	if f.Warning {
		class = "problem warning"
		p.warnings++
	} else {
		p.problems++
	}
	p.tag("<p class=\"%s\"><b>%s</b> %s <small>%s code %s</small></p>\n", class, strings.TrimSpace(where+" "+f.Where()), Finding{}.problem(f).sentence(), string(f.Level), or(f.Code, "-"))
}
