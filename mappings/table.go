package mappings

import (
	"fmt"

	"go.yaml.in/yaml/v3"
)

// What a table does with a code it does not have.
const (
	missingError  = "error"  // the document fails
	missingWarn   = "warn"   // the value is left out and reported
	missingHold   = "hold"   // the document waits for a person who adds the row
	missingPass   = "pass"   // the value goes through unchanged
	missingOther  = "other"  // the word other; the code is kept beside it
	missingAbsent = "absent" // no value and no report
)

func missingModes() []string {
	return []string{missingError, missingWarn, missingHold, missingPass, missingOther, missingAbsent}
}

// A table holds X12 codes and our words.
type table struct {
	name    string
	pos     place
	rows    []row // one to one
	in, out []row // read only, written only
	file    []row // of a file of its own
	missing string
	mode    place // of missing
}

type row struct {
	from, to     string
	pos          place
	way          string // of a file: "", in or out
	since, until string // days that it holds on; "" is without end
}

func (l *loading) tables(n *yaml.Node) []*table {
	var all []*table
	l.pairs(n, "tables", func(k, v *yaml.Node) {
		all = append(all, l.table(k, v))
	})
	return all
}

func (l *loading) table(k, v *yaml.Node) *table {
	t := &table{name: k.Value, pos: l.at(k)}
	if !isName(k.Value) {
		l.add(l.at(k), "tables", k.Value+" is no name", "letters and digits, beginning with a letter")
	}
	key := "table " + t.name
	l.tableBody(t, v, key, false)
	return t
}

// tableBody reads rows and what a table does with codes that it does not have;
// own says that it is a file of its own.
func (l *loading) tableBody(t *table, n *yaml.Node, key string, own bool) {
	l.pairs(n, key, func(k, v *yaml.Node) {
		switch k.Value {
		case "missing":
			t.missing, t.mode = l.mode(v, key), l.at(v)
		case "in":
			t.in = append(t.in, l.rows(v, key)...)
		case "out":
			t.out = append(t.out, l.rows(v, key)...)
		case "table":
			if own {
				l.add(l.at(k), key, "a table in a file of its own names no other", "write the rows here")
				return
			}
			l.fromFile(t, l.scalar(v, key), l.at(v), key)
		default:
			t.rows = append(t.rows, row{from: k.Value, to: l.scalar(v, key), pos: l.at(k)})
		}
	})
}

func (l *loading) mode(v *yaml.Node, key string) string {
	mode := l.scalar(v, key)
	for _, known := range missingModes() {
		if mode == known {
			return mode
		}
	}
	l.add(l.at(v), key, fmt.Sprintf("missing: %s is unknown", mode), suggestion(mode, missingModes()))
	return ""
}

func (l *loading) rows(n *yaml.Node, key string) []row {
	var all []row
	l.pairs(n, key, func(k, v *yaml.Node) {
		all = append(all, row{from: k.Value, to: l.scalar(v, key), pos: l.at(k)})
	})
	return all
}

// merge lays a later file's table over this one, row by row.
func (t *table) merge(over *table) {
	t.rows = mergeRows(t.rows, over.rows)
	t.in = mergeRows(without(t.in, over.rows), over.in)
	t.out = mergeRows(t.out, over.out)
	if over.file != nil {
		t.file = over.file
	}
	if over.missing != "" {
		t.missing, t.mode = over.missing, over.mode
	}
}

func mergeRows(base, over []row) []row {
	all := append([]row{}, base...)
next:
	for _, r := range over {
		for i := range all {
			if all[i].from == r.from {
				all[i] = r
				continue next
			}
		}
		all = append(all, r)
	}
	return all
}

// without leaves out the rows whose code the others have.
func without(rows, others []row) []row {
	var all []row
next:
	for _, r := range rows {
		for _, o := range others {
			if o.from == r.from {
				continue next
			}
		}
		all = append(all, r)
	}
	return all
}

// codes is a table ready to look up in both directions.
type codes struct {
	name    string
	words   map[string]string // code → word
	back    map[string]string // word → code
	missing string

	wordsOn map[string][]spell // rows that hold on some days only
	backOn  map[string][]spell
}

// compile indexes the table; a word with two codes, or a code with two words, is a problem.
func (t *table) compile(l *loader) *codes {
	c := &codes{name: t.name, words: map[string]string{}, back: map[string]string{}, missing: t.missing,
		wordsOn: map[string][]spell{}, backOn: map[string][]spell{}}
	if c.missing == "" {
		c.missing = missingError
	}
	key := "table " + t.name
	first := map[string]row{}
	for _, r := range t.rows {
		if before, twice := first[r.to]; twice {
			l.add(r.pos, key, fmt.Sprintf("%s and %s both become %s", before.from, r.from, r.to), "put one of them under in:")
			continue
		}
		first[r.to] = r
		c.words[r.from], c.back[r.to] = r.to, r.from
	}
	for _, r := range t.in {
		if word, twice := c.words[r.from]; twice {
			l.add(r.pos, key, fmt.Sprintf("%s becomes %s and %s", r.from, word, r.to), "keep one")
			continue
		}
		c.words[r.from] = r.to
	}
	for _, r := range t.out {
		c.back[r.from] = r.to
	}
	t.index(c, l)
	return c
}
