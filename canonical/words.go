package canonical

import (
	"cmp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// shown is how much of a found value a problem repeats.
const shown = 60

// cut shortens text that is shown to people.
func cut(s string) string {
	if len(s) <= shown {
		return s
	}
	end := shown
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + "…"
}

// suggest returns the known word nearest to what was written, or "".
func suggest(word string, known []string) string {
	if len(word) > shown {
		return ""
	}
	best, nearest := "", len(word)/3+2
	for _, k := range known {
		if d := distance(strings.ToLower(word), strings.ToLower(k)); d < nearest {
			best, nearest = k, d
		}
	}
	return best
}

// distance counts the insertions, deletions and substitutions that turn a into b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			d := diagonal
			if a[i] != b[j] {
				d = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], d
		}
	}
	return row[len(b)]
}

// comparePaths orders lines[2] before lines[10].
func comparePaths(a, b string) int {
	for {
		i := 0
		for i < len(a) && i < len(b) && a[i] == b[i] && !digit(a[i]) {
			i++
		}
		a, b = a[i:], b[i:]
		if a == "" || b == "" || !digit(a[0]) || !digit(b[0]) {
			return strings.Compare(a, b)
		}
		n, restA := leadingNumber(a)
		m, restB := leadingNumber(b)
		if c := cmp.Compare(n, m); c != 0 {
			return c
		}
		a, b = restA, restB
	}
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

func leadingNumber(s string) (n int, rest string) {
	i := 0
	for i < len(s) && digit(s[i]) {
		i++
	}
	n, _ = strconv.Atoi(s[:i])
	return n, s[i:]
}

// under joins a path and a key, or an index of a list. An embedded struct has no
// key: its fields are its holder's.
func under(path, key string) string {
	switch {
	case path == "":
		return key
	case key == "":
		return path
	case strings.HasPrefix(key, "["):
		return path + key
	}
	return path + "." + key
}
