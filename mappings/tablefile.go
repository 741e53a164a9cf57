package mappings

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"waybill/settings"
)

// maxRows bounds a table in a file of its own.
const maxRows = 1 << 20

// fromFile reads the rows of a table that is a file of its own: CSV with the
// columns x12, ours and, if wanted, from, to and way; or YAML with what stands
// below a table's name.
func (l *loading) fromFile(t *table, name string, at place, key string) {
	data, err := fs.ReadFile(l.fsys, name)
	switch {
	case err != nil:
		l.add(at, key, "there is no file "+name, "it is looked for in the folder of mappings, such as tables/skus.csv")
	case strings.HasSuffix(name, ".csv"):
		own := &loading{loader: l.loader, path: name}
		t.file = own.csv(data, key)
	case strings.HasSuffix(name, ".yaml"):
		root, found := settings.Parse(name, data)
		l.found = append(l.found, found...)
		if root != nil {
			own := &loading{loader: l.loader, path: name}
			own.tableBody(t, root, key, true)
		}
	default:
		l.add(at, key, name+" is neither CSV nor YAML", "name it .csv or .yaml")
	}
}

// columns are where a CSV file has what; -1 for nowhere.
type columns struct{ x12, ours, from, to, way int }

func (l *loading) csv(data []byte, key string) []row {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))))
	r.FieldsPerRecord = -1
	r.TrimLeadingSpace = true
	head, err := r.Read()
	if err != nil {
		l.add(place{file: l.path, line: 1, column: 1}, key, "has no line with the names of the columns", "write x12,ours")
		return nil
	}
	cols, ok := l.columns(head, key)
	if !ok {
		return nil
	}
	var all []row
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return all
		}
		var wrong *csv.ParseError
		if errors.As(err, &wrong) {
			l.add(place{file: l.path, line: wrong.Line, column: wrong.Column}, key, wrong.Err.Error(), "")
			return all
		}
		if len(all) == maxRows {
			l.add(place{file: l.path, line: 1, column: 1}, key, fmt.Sprintf("more than %d rows are too many", maxRows), "")
			return all
		}
		if one, ok := l.csvRow(r, cells, cols, key); ok {
			all = append(all, one)
		}
	}
}

func (l *loading) columns(head []string, key string) (columns, bool) {
	known := []string{"x12", "ours", "from", "to", "way"}
	at := map[string]int{"x12": -1, "ours": -1, "from": -1, "to": -1, "way": -1}
	ok := true
	for i, name := range head {
		name = strings.TrimSpace(name)
		if have, is := at[name]; !is || have >= 0 {
			l.add(place{file: l.path, line: 1, column: 1}, key, "column "+quote(name)+" is unknown, or there twice", suggestion(name, known))
			ok = false
			continue
		}
		at[name] = i
	}
	for _, name := range known[:2] {
		if at[name] < 0 && ok {
			l.add(place{file: l.path, line: 1, column: 1}, key, "there is no column "+name, "the first line is x12,ours and, if wanted, from, to, way")
			ok = false
		}
	}
	return columns{at["x12"], at["ours"], at["from"], at["to"], at["way"]}, ok
}

func (l *loading) csvRow(r *csv.Reader, cells []string, cols columns, key string) (row, bool) {
	cell := func(i int) string {
		if i < 0 || i >= len(cells) {
			return ""
		}
		return strings.TrimSpace(cells[i])
	}
	line, column := r.FieldPos(0)
	one := row{from: cell(cols.x12), to: cell(cols.ours), pos: place{file: l.path, line: line, column: column}, way: cell(cols.way), since: cell(cols.from), until: cell(cols.to)}
	switch {
	case one.from == "" || one.to == "":
		l.add(one.pos, key, "a row without its code or its word", "")
		return one, false
	case !slices.Contains([]string{"", "in", "out"}, one.way):
		l.add(one.pos, key, "way is "+quote(one.way), "write in, out, or nothing for both")
		return one, false
	}
	for _, day := range []string{one.since, one.until} {
		if day == "" {
			continue
		}
		if _, bad := writeDay(day, 8); bad != nil {
			l.add(one.pos, key, quote(day)+" is no day such as 2026-11-20", "")
			return one, false
		}
	}
	if one.since != "" && one.until != "" && one.until < one.since {
		l.add(one.pos, key, "ends on "+one.until+", before it begins on "+one.since, "")
		return one, false
	}
	return one, true
}

// A spell is what a code or a word becomes on some days, the last one included.
type spell struct {
	since, until string // "" is without end
	text         string
	pos          place
}

func (s spell) on(day string) bool {
	return (s.since == "" || s.since <= day) && (s.until == "" || day <= s.until)
}

func (s spell) meets(o spell) bool {
	return (s.until == "" || o.since == "" || o.since <= s.until) && (o.until == "" || s.since == "" || s.since <= o.until)
}

// dated says whether some rows hold on some days only.
func (c *codes) dated() bool { return len(c.wordsOn)+len(c.backOn) > 0 }

// index puts the rows of a file beside those that are written in the mapping,
// which win.
func (t *table) index(c *codes, l *loader) {
	own := map[string]bool{}
	for _, r := range t.all() {
		own[r.from] = true
	}
	put := func(plain map[string]string, on map[string][]spell, from, to string, r row, written bool) {
		s := spell{r.since, r.until, to, r.pos}
		if old, ok := plain[from]; ok && old != to {
			l.add(r.pos, "table "+t.name, fmt.Sprintf("%s becomes %s and %s", from, old, to), t.oneWay(written))
			return
		}
		for _, o := range on[from] {
			if o.text != to && o.meets(s) {
				l.add(r.pos, "table "+t.name, fmt.Sprintf("%s becomes %s and %s on the same day (%s)", from, o.text, to, o.pos), t.oneWay(written))
				return
			}
		}
		if r.since == "" && r.until == "" {
			plain[from] = to
			return
		}
		on[from] = append(on[from], s)
	}
	for _, r := range t.file {
		if own[r.from] {
			continue
		}
		if r.way != "out" {
			put(c.words, c.wordsOn, r.from, r.to, r, false)
		}
		if r.way != "in" {
			put(c.back, c.backOn, r.to, r.from, r, true)
		}
	}
}

func (t *table) oneWay(written bool) string {
	if written {
		return "give one of them the way in: it is read, never written"
	}
	return "keep one"
}
