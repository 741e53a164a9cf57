package x12

import (
	"bufio"
	"io"
	"strings"

	"waybill/translators"
)

// GuideHTML prints a partner's guide as a page of its own, without scripts and
// without anything from elsewhere, to read, print or send to somebody: from the
// same file that documents are held against.
func (t *Translator) GuideHTML(w io.Writer, schema *translators.Schema, o GuideOptions) error {
	v, err := t.view(schema, o)
	if err != nil {
		return err
	}
	p := &page{out: bufio.NewWriter(w)}
	g := schema.Guide
	title := or(g.Title, g.Name)
	p.tag(guideHead, title)
	p.tag("<header><h1>%s</h1>\n<p class=\"about\">X12 <b>%s</b> %s, release <b>%s</b> · guide <code>%s</code></p>\n", title, schema.Set, schema.Name, schema.Release, g.Name)
	if g.Notes != "" {
		p.tag("<p class=\"notes\">%s</p>\n", strings.Join(strings.Fields(g.Notes), " "))
	}
	p.tag("<p class=\"legend\"><span class=\"delta\">differs from the standard</span> <span class=\"unused\">not used</span> <span class=\"wide\">more than the standard allows</span></p></header>\n")
	p.outline(v.blocks)
	for i := range v.blocks {
		p.block(&v.blocks[i], i)
	}
	p.tag("<section class=\"block\"><h2>A whole example</h2><p class=\"notes\">Made up; this guide has nothing against it.</p><pre>%s</pre></section>\n", exampleText(v.example))
	p.tag("</main>\n</body>\n</html>\n")
	return p.out.Flush()
}

// exampleText keeps the line ends that printable would mask.
func exampleText(text string) preformatted {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	for i, line := range lines {
		lines[i] = escaped(line)
	}
	return preformatted(strings.Join(lines, "\n"))
}

// outline lists all places with links, as a table of contents.
func (p *page) outline(blocks []guideBlock) {
	p.tag("<nav aria-label=\"Segments\"><table><thead><tr><th>Segment</th><th></th><th>Usage</th><th>Times</th></tr></thead><tbody>\n")
	for i, b := range blocks {
		if b.Some && b.Usage == "" {
			continue
		}
		class := ""
		if b.Unused {
			class = "off"
		}
		p.tag("<tr class=\"%s\"><td style=\"padding-left:%d.%drem\"><a href=\"#b%d\">%s</a></td><td>%s</td>", class, b.Depth, 4, i, b.Path, b.Name)
		p.term("td", b.Usage, b.WasUsage)
		if b.Unused {
			b.Max, b.WasMax = "", ""
		}
		p.term("td", b.Max, b.WasMax)
		p.tag("</tr>\n")
	}
	p.tag("</tbody></table></nav>\n")
}

// term writes what holds, marked where the standard has it otherwise.
func (p *page) term(element, now, was string) {
	switch {
	case element == "span" && now == "":
	case was == "" || now == "":
		p.tag("<"+element+">%s</"+element+">", now)
	default:
		p.tag("<"+element+"><span class=\"delta\" title=\"otherwise: %s\">%s</span></"+element+">", was, now)
	}
}

func (p *page) block(b *guideBlock, i int) {
	class := "block"
	if b.Some {
		class += " some"
	}
	if b.Unused {
		class += " off"
	}
	kind := "segment"
	if b.Loop {
		kind = "loop"
	}
	p.tag("<section class=\"%s\" id=\"b%d\" style=\"margin-left:%d.%drem\">\n<h2><span class=\"path\">%s</span> %s <small>%s</small></h2>\n<p class=\"terms\">", class, i, b.Depth, 2, b.Path, b.Name, kind)
	if b.Usage == "" && b.Max == "" {
		p.tag("<span>for these occurrences</span>")
	}
	p.term("span", b.Usage, b.WasUsage)
	if !b.Unused {
		p.term("span", b.Max, b.WasMax)
	}
	if was := standardWas(b); was != "" {
		p.tag("<span class=\"was\">%s</span>", was)
	}
	p.tag("</p>\n")
	if b.Notes != "" {
		p.tag("<p class=\"notes\">%s</p>\n", strings.Join(strings.Fields(b.Notes), " "))
	}
	p.elements(b)
	for _, line := range b.Examples {
		p.tag("<p class=\"example\"><code>%s</code></p>\n", line)
	}
	p.tag("</section>\n")
}

func standardWas(b *guideBlock) string {
	var words []string
	for _, was := range []string{b.WasUsage, b.WasMax} {
		if was != "" && was != asAny {
			words = append(words, was)
		}
	}
	if len(words) == 0 {
		return ""
	}
	return "standard: " + strings.Join(words, ", ")
}

func (p *page) elements(b *guideBlock) {
	if len(b.Elements) == 0 {
		return
	}
	p.tag("<table class=\"elements\"><thead><tr><th>Element</th><th>Name</th><th>Usage</th><th>Type</th><th>Codes and notes</th></tr></thead><tbody>\n")
	for i := range b.Elements {
		p.entry(&b.Elements[i])
	}
	p.tag("</tbody></table>\n")
	if len(b.More) > 0 {
		p.tag("<p class=\"more\">May come as well: %s</p>\n", strings.Join(b.More, ", "))
	}
}

func (p *page) entry(e *guideEntry) {
	class := ""
	if e.Unused {
		class = "off"
	}
	p.tag("<tr class=\"%s\"><td><code>%s</code></td><td>%s</td>", class, e.Place, e.Name)
	p.term("td", e.Usage, e.WasUsage)
	p.term("td", e.Form, e.WasForm)
	p.tag("<td>")
	if e.Widened {
		p.tag("<span class=\"wide\">more than the standard allows</span> ")
	}
	if e.WasForm != "" {
		p.tag("<span class=\"was\">standard: %s</span> ", e.WasForm)
	}
	if len(e.Codes) > 0 {
		p.tag("<dl>")
		for _, c := range e.Codes {
			mark := ""
			if e.WasCodes != "" {
				mark = "delta"
			}
			p.tag("<div><dt><span class=\"%s\">%s</span></dt><dd>%s</dd></div>", mark, c.code, c.words)
		}
		p.tag("</dl>")
	}
	if e.AllCodes > len(e.Codes) {
		p.tag("<span class=\"was\">any of %d codes</span>", e.AllCodes)
	}
	if e.Notes != "" {
		p.tag("<p class=\"notes\">%s</p>", strings.Join(strings.Fields(e.Notes), " "))
	}
	p.tag("</td></tr>\n")
}
