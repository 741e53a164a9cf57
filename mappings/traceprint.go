package mappings

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// widest is how many characters a column of a trace takes before it is let run on.
const widest = 36

// WriteTrace prints a trace as a table, with what the functions of a pair made of
// the value and how the pair came there below the lines where there is more to
// say, and after it what was not used.
func WriteTrace(w io.Writer, lines []TraceLine, unmapped []Unmapped) error {
	var b strings.Builder
	rows := [][]string{{"field", "value", "from", "as sent", "pair"}}
	for _, l := range lines {
		from, raw := fmt.Sprintf("segment %d %s, byte %d", l.Position, l.Element, l.Offset), quote(l.Raw)
		if l.Element == "" {
			from, raw = "filled in", ""
		}
		rows = append(rows, []string{l.Field, quote(l.Value), from, raw, l.Pair})
	}
	widths := widths(rows)
	for i, row := range rows {
		b.WriteString(padded(row, widths) + "\n")
		if i > 0 {
			lines[i-1].more(&b)
		}
	}
	if len(unmapped) == 0 {
		b.WriteString("everything was used\n")
	} else {
		b.WriteString("not used:\n")
	}
	for _, u := range unmapped {
		b.WriteString("  " + u.Path + "  " + quote(u.Value) + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// more is what does not fit into the columns.
func (l TraceLine) more(b *strings.Builder) {
	var steps []string
	for _, s := range l.Steps {
		steps = append(steps, s.Function+" "+quote(s.Value))
	}
	if len(l.Steps) > 1 || len(l.Steps) == 1 && l.Value != l.Raw {
		b.WriteString("    by " + strings.Join(steps, ", then ") + "\n")
	}
	if len(l.Through) > 0 {
		b.WriteString("    through " + strings.Join(l.Through, ", ") + "\n")
	}
	if len(l.Over) > 0 {
		b.WriteString("    instead of " + strings.Join(l.Over, ", ") + "\n")
	}
}

// widths are how wide each column but the last must be.
func widths(rows [][]string) []int {
	all := make([]int, len(rows[0])-1)
	for _, row := range rows {
		for i := range all {
			if n := utf8.RuneCountInString(row[i]); n <= widest {
				all[i] = max(all[i], n)
			}
		}
	}
	return all
}

func padded(row []string, widths []int) string {
	var b strings.Builder
	for i, text := range row {
		b.WriteString(text)
		if i < len(widths) {
			b.WriteString(strings.Repeat(" ", max(0, widths[i]-utf8.RuneCountInString(text))+2))
		}
	}
	return b.String()
}
