package workbench

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
)

// Bounds of what a starter names of a kind; the rest is counted.
const (
	mostFields = 24
	mostRows   = 10
)

// lines are the new file, a line each.
func (w *starting) lines() []string {
	lines := []string{
		fmt.Sprintf("# %s of %s: what %d sample document(s) use and %s does not cover.", w.set, w.o.Partner, w.sets, w.base),
		"# Take a # away where a line says what they mean; waybill map explain shows the rest.",
		"map:     " + w.name(),
		"extends: " + w.base,
	}
	lines = append(lines, w.notes()...)
	if rows := w.tables(); len(rows) > 0 {
		lines = append(append(lines, "tables:"), rows...)
	}
	if fields := w.pairs(); len(fields) > 0 {
		lines = append(append(lines, "fields:"), fields...)
	}
	lines = append(lines, "tests:")
	for i, name := range w.samples {
		if i > 0 || len(w.problems) == 0 {
			lines = append(lines, "  - "+name)
			continue
		}
		quoted := make([]string, len(w.problems))
		for i, p := range w.problems {
			quoted[i] = fmt.Sprintf("%q", p)
		}
		lines = append(lines, "  - { sample: "+name+", problems: ["+strings.Join(quoted, ", ")+"] }")
	}
	return lines
}

// notes say what is always the same, and what the base could not read.
func (w *starting) notes() []string {
	var lines []string
	if w.sets > 1 {
		var same []string
		for _, f := range []string{"purpose", "type", "currency", "lines[].quantity.unit", "lines[].unitPrice.basis"} {
			if v := w.fields[f]; len(v) == 1 {
				same = append(same, f+" "+v[0])
			}
		}
		if len(same) > 0 {
			lines = append(lines, "# Always so in the samples: "+strings.Join(same, ", ")+".")
		}
	}
	for _, text := range w.unknown[:min(len(w.unknown), 3)] {
		lines = append(lines, "# Look at this: "+printable(text)+".")
	}
	return lines
}

// tables are the places that goods go to, for our numbers.
func (w *starting) tables() []string {
	var lines []string
	if len(w.sites) > 0 {
		lines = append(lines, "  "+w.table("Sites")+":"+"   # our number for where it goes, by theirs (N104); put ours on the right")
		for _, s := range w.sites[:min(len(w.sites), mostRows)] {
			lines = append(lines, fmt.Sprintf("    %s: %s   # %s", plain(s.number), plain(s.number), orNone(s.name)))
		}
		lines = append(lines, "    missing: pass")
	}
	if len(w.items) > 0 && !w.sku {
		lines = append(lines, "  # "+w.table("Items")+": { "+pairs(w.items[0].values)+", missing: hold }   # our item number by theirs")
	}
	return lines
}

func (w *starting) table(kind string) string { return nickname(w.o.Partner) + kind }

func pairs(values []string) string {
	var all []string
	for _, v := range values[:min(len(values), 3)] {
		all = append(all, plain(v)+": "+plain("OUR-"+v))
	}
	return strings.Join(all, ", ")
}

func orNone(name string) string {
	if name == "" {
		return "no name"
	}
	return printable(name)
}

// plain is a value as YAML takes it for what it says.
func plain(text string) string {
	if regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._/-]*$`).MatchString(text) {
		return text
	}
	return fmt.Sprintf("%q", text)
}

// pairs are the fields of the new mapping.
func (w *starting) pairs() []string {
	own := nickname(w.o.Partner)
	var lines []string
	if len(w.fields["currency"]) == 0 && w.has("currency") {
		lines = append(lines, pair("currency", "CUR[BY]02 | default(USD)", "the samples name none; amounts need one"))
	}
	if len(w.sites) > 0 {
		lines = append(lines, "  extensions."+own+".site:", "    in: N1[ST]04 | table("+w.table("Sites")+")")
	}
	if len(w.items) > 0 && !w.sku {
		lines = append(lines, "  # lines[].item.sku: { in: "+w.items[0].path+" | table("+w.table("Items")+") | required }   # ours, from the table")
	}
	all := slices.Clone(w.all)
	slices.SortStableFunc(all, func(a, b *seen) int { return strings.Compare(a.prefix, b.prefix) })
	for _, s := range all[:min(len(all), mostFields)] {
		lines = append(lines, w.seen(own, s))
	}
	if n := len(all) - mostFields; n > 0 {
		lines = append(lines, fmt.Sprintf("  # and %d more: waybill map run %s SAMPLE --trace lists what is not used", n, w.name()))
	}
	return lines
}

// has says whether the document has the field.
func (w *starting) has(field string) bool {
	return slices.Contains(w.names, field)
}

// seen is the pair for a place, or a comment where the base keeps it, or where
// the place does not tell one occurrence from another.
func (w *starting) seen(own string, s *seen) string {
	field := s.prefix + "extensions." + own + "." + w.taken.of(s.prefix+s.path, s.words)
	about := s.about + ": " + examples(s.values)
	if s.count > 1 && len(s.values) == 1 {
		about += ", always"
	}
	switch {
	case s.home && strings.HasSuffix(s.path, "(SK)"):
		return comment(pair(s.prefix+"item.sku", s.path, about+"; if it is our number"))
	case s.home:
		return comment(pair(field, s.path, about+"; else among the others"))
	case !s.sure:
		return comment(pair(field, s.path, about+"; it repeats, or is an item of a list"))
	}
	return pair(field, s.path, about)
}

// comment puts a line of fields behind a #.
func comment(line string) string {
	line = strings.TrimSpace(line)
	if i := strings.Index(line, "   "); i > 0 { // the place keeps its column
		line = line[:i] + line[i+2:]
	}
	return "  # " + line
}

// pair is one line of fields, with what is to be known about it.
func pair(field, place, about string) string {
	return fmt.Sprintf("  %-40s  %-17s # %s", field+":", place, about)
}

// with is a file system with one file more.
type with struct {
	fs.FS
	name, text string
}

// ReadFile reads the one file, or what the others have.
func (w with) ReadFile(name string) ([]byte, error) {
	if name == w.name {
		return []byte(w.text), nil
	}
	return fs.ReadFile(w.FS, name)
}
