// Package settings reads configuration files strictly: a key that nobody knows,
// a value of the wrong kind, an alias or a second key of the same name is a
// problem with file, line, column and, where one is near, the word that was
// probably meant. All problems are reported, not the first.
package settings

import (
	"fmt"
	"strings"
)

// Problem is one finding in a configuration file.
type Problem struct {
	File         string
	Line, Column int    // 1-based; 0 where the problem has no line
	Key          string // dotted path of the key, such as as2.encrypt
	Text         string // what is wrong
	Hint         string // what to do
	Warning      bool   // worth knowing, no reason to refuse the file
}

// String is the problem on one line: file:line:column: key: text; hint.
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", p.Line, p.Column)
	}
	b.WriteString(": ")
	if p.Warning {
		b.WriteString("warning: ")
	}
	if p.Key != "" {
		b.WriteString(p.Key + ": ")
	}
	b.WriteString(p.Text)
	if p.Hint != "" {
		b.WriteString("; " + p.Hint)
	}
	return b.String()
}

// Problems are all findings of one reading. They are an error where one is needed.
type Problems []Problem

// Error joins the problems, one on a line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Add notes a problem at a key, with what was found and what to do.
func (ps *Problems) Add(key, hint, format string, args ...any) {
	*ps = append(*ps, Problem{Key: key, Text: fmt.Sprintf(format, args...), Hint: hint})
}

// Fatal says whether one of the problems is more than a warning.
func Fatal(ps []Problem) bool {
	for _, p := range ps {
		if !p.Warning {
			return true
		}
	}
	return false
}

// Suggest returns the word among the known ones that is nearest to what was
// written, or "" where none is near.
func Suggest(word string, among []string) string {
	if len(word) > longest {
		return ""
	}
	best, bestDistance := "", len(word)/3+2
	for _, known := range among {
		if d := distance(strings.ToLower(word), strings.ToLower(known)); d < bestDistance {
			best, bestDistance = known, d
		}
	}
	return best
}

// longest is the length of words that are compared at all: the effort grows with it.
const longest = 64

// distance counts the insertions, deletions, substitutions and swaps of
// neighbours that turn a into b.
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
