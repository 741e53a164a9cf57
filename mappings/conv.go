package mappings

import (
	"fmt"
	"sort"
	"strconv"
	"strings"

	"waybill/translators"
)

// A conv turns what stands in X12 into our form, and back. The parts are the
// elements of a tuple, or the occurrences of [*]; mostly there is one.
type conv struct {
	name  string
	in    func(parts []string) (string, *fault)
	text  func(v string) (string, *fault) // in, of one text
	out   func(v string) ([]string, *fault)
	one   func(v string) (string, *fault) // out, where it gives one text
	split *splitting
	typed bool // what it gives is still as it stands in X12
	parts int  // how many elements it takes; 0 is one, -1 any number of occurrences
}

// single makes a conv of one value out of functions of one value; nil is a way
// that the conv does not have.
func single(name string, in, out func(string) (string, *fault)) conv {
	c := conv{name: name}
	if in != nil {
		c.text = in
		c.in = func(parts []string) (string, *fault) { return in(parts[0]) }
	}
	if out != nil {
		c.one = out
		c.out = func(v string) ([]string, *fault) {
			t, f := out(v)
			return []string{t}, f
		}
	}
	return c
}

func keepText(v string) (string, *fault) { return v, nil }

// functions are the words that may follow a bar, without those that the
// compiler itself knows.
func functions() []string {
	names := []string{"required", "default", "table", "ordinal", "counter", "keep"}
	for name := range makers() {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// makers build the conv of each function from its arguments.
func makers() map[string]func(c call, e translators.ElementRule) (conv, string) {
	return map[string]func(c call, e translators.ElementRule) (conv, string){
		"date":     makeDate,
		"time":     func(call, translators.ElementRule) (conv, string) { return timeConv(), "" },
		"datetime": func(call, translators.ElementRule) (conv, string) { return dateTimeConv(3, nil), "" },
		"decimal":  func(call, translators.ElementRule) (conv, string) { return decimalConv(), "" },
		"int":      func(call, translators.ElementRule) (conv, string) { return integerConv(), "" },
		"implied":  makeImplied,
		"gtin":     func(call, translators.ElementRule) (conv, string) { return gtinConv(), "" },
		"country":  func(call, translators.ElementRule) (conv, string) { return countryConv(), "" },
		"join":     makeJoin,
		"wrap":     makeWrap,
		"pad":      makePad,
		"prefix":   makePrefix,
		"scale":    makeScale,
		"split":    makeSplit,
		"nullable": makeNullable,
		"first":    func(call, translators.ElementRule) (conv, string) { return pickConv("first"), "" },
		"last":     func(call, translators.ElementRule) (conv, string) { return pickConv("last"), "" },
		"sum":      makeSum,
		"remove":   makeRemove,
		"upper":    func(call, translators.ElementRule) (conv, string) { return upperConv(), "" },
		"trim":     func(call, translators.ElementRule) (conv, string) { return trimConv(), "" },
	}
}

// byType is the conversion that follows from the element's type and the field's.
func byType(e translators.ElementRule, s *shape) (conv, string) {
	number := strings.HasPrefix(e.Type, "N") || e.Type == "R"
	switch {
	case e.Type == "DT":
		return dateConv(e.Max), wantText(s, e)
	case e.Type == "TM":
		return timeConv(), wantText(s, e)
	case number && s.kind == "integer":
		return integerConv(), ""
	case e.Type == "R":
		return decimalConv(), wantNumber(s, e)
	case number && e.Type != "N0":
		n, _ := strconv.Atoi(e.Type[1:])
		return impliedConv(n), wantNumber(s, e)
	case number:
		return decimalConv(), wantNumber(s, e)
	}
	if s.kind == "string" || s.kind == "" {
		if s.def == "Decimal" || s.def == "Amount" || s.def == "Date" {
			return conv{}, fmt.Sprintf("the element is %s and the field is %s", typeWord(e), kindWord(s))
		}
		return conv{}, ""
	}
	return conv{}, fmt.Sprintf("the element is %s and the field is %s", typeWord(e), kindWord(s))
}

func wantText(s *shape, e translators.ElementRule) string {
	if s.kind == "string" && s.def != "Decimal" && s.def != "Amount" || s.kind == "" {
		return ""
	}
	return fmt.Sprintf("the element is %s and the field is %s", typeWord(e), kindWord(s))
}

func wantNumber(s *shape, e translators.ElementRule) string {
	if s.money() || s.kind == "string" && s.def != "Date" || s.kind == "" {
		return ""
	}
	return fmt.Sprintf("the element is %s and the field is %s", typeWord(e), kindWord(s))
}

func typeWord(e translators.ElementRule) string {
	switch {
	case e.Type == "DT":
		return "a date (DT)"
	case e.Type == "TM":
		return "a time (TM)"
	case e.Type == "R" || strings.HasPrefix(e.Type, "N"):
		return "a number (" + e.Type + ")"
	case e.Type == "":
		return "a composite"
	}
	return "text (" + e.Type + ")"
}

func kindWord(s *shape) string {
	switch {
	case s.def != "":
		return s.def
	case s.kind == "object":
		return "an object"
	case s.kind == "integer":
		return "a whole number"
	}
	return "a " + s.kind
}
