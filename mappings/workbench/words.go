package workbench

import (
	"strings"

	"waybill/mappings"
)

// Words say what a pair's functions do, for somebody who does not know them.
func Words(all []mappings.Function) string {
	var words []string
	for _, f := range all {
		words = append(words, word(f))
	}
	return strings.Join(words, "; ")
}

func word(f mappings.Function) string {
	text, ok := functionWords()[f.Name]
	if !ok {
		return f.String()
	}
	for i, place := range []string{"$1", "$2"} {
		arg := ""
		if i < len(f.Args) {
			arg = f.Args[i]
		}
		text = strings.ReplaceAll(text, place, arg)
	}
	if f.Name != "table" {
		return text
	}
	for _, a := range f.Args[min(1, len(f.Args)):] {
		switch name, value, _ := strings.Cut(a, ":"); {
		case name == "keep":
			text += ", their code kept beside it"
		case name == "missing":
			text += ", a code it lacks: " + value
		}
	}
	return text
}

// functionWords are a sentence for each function; $1 and $2 are its arguments.
func functionWords() map[string]string {
	return map[string]string{
		"required": "must be there",
		"default":  "$1 where they say nothing",
		"table":    "by table $1",
		"ordinal":  "its number in the list where they give none",
		"counter":  "the next number where there is none",
		"date":     "a day written as $1",
		"time":     "a time of day",
		"datetime": "a day, with its time where they say it",
		"decimal":  "a number",
		"int":      "a whole number",
		"implied":  "a number with $1 places and no point",
		"gtin":     "a trade item number of 14 digits, check digit held",
		"country":  "a country of two letters",
		"join":     "all of them, joined by $1",
		"wrap":     "all of them as one text, cut every $1",
		"split":    "piece $2 between $1",
		"pad":      "without the $2 that fill it to $1 on the left",
		"prefix":   "without $1 in front",
		"scale":    "times $1",
		"keep":     "their code kept beside it",
		"remove":   "without $1",
		"nullable": "nothing where it says $1",
		"upper":    "in capitals",
		"trim":     "without blanks around it",
		"first":    "the first of them",
		"last":     "the last of them",
		"sum":      "their sum",
	}
}
