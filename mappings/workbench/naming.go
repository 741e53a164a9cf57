package workbench

import (
	"strconv"
	"strings"
	"unicode"
)

// longestName is how many words a made-up name has at most.
const longestName = 3

// fieldName makes a name of words: "Event code" is eventCode.
func fieldName(words string) string {
	pieces := strings.FieldsFunc(words, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	var b strings.Builder
	n := 0
	for _, w := range pieces {
		if n == longestName {
			break
		}
		switch lower := strings.ToLower(w); lower {
		case "of", "the", "a", "an", "or", "and", "by", "in", "to", "for", "s", "x12":
			continue
		default:
			if n > 0 {
				lower = strings.ToUpper(lower[:1]) + lower[1:]
			}
			b.WriteString(lower)
			n++
		}
	}
	name := b.String()
	if name == "" || name[0] < 'a' {
		return "field" + name
	}
	return name
}

// nickname is a partner's name as the first name of its extensions.
func nickname(partner string) string {
	first, _, _ := strings.Cut(partner, "-")
	return fieldName(first)
}

// names gives each place a name of its own.
type names map[string]string

func (n names) of(place, words string) string {
	name := fieldName(words)
	for i := 2; n[name] != "" && n[name] != place; i++ {
		name = strings.TrimRight(name, "0123456789") + strconv.Itoa(i)
	}
	n[name] = place
	return name
}

// examples are some of the values that were seen.
func examples(values []string) string {
	const most, longest = 3, 28
	var shown []string
	for _, v := range values[:min(most, len(values))] {
		if r := []rune(v); len(r) > longest {
			v = string(r[:longest-1]) + "…"
		}
		shown = append(shown, printable(v))
	}
	text := strings.Join(shown, ", ")
	if len(values) > most {
		text += " and " + strconv.Itoa(len(values)-most) + " more"
	}
	return text
}

// printable is a text of a stranger's as a comment can hold it.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '·'
		}
		return r
	}, text)
}
