package canonical

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/text/currency"
	"golang.org/x/text/language"
)

// rules collects what a schema cannot say. A value that its pattern refuses is
// the schema's to report.
type rules struct {
	currency Currency // of the document, for prices
	found    []Problem
}

func (r *rules) say(path, format string, args ...any) {
	r.found = append(r.found, Problem{Path: path, Text: fmt.Sprintf(format, args...)})
}

// walk applies to every value that is there the rules of its type.
func (r *rules) walk(v reflect.Value, path string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			r.walk(v.Elem(), path)
		}
	case reflect.Slice:
		for i := range v.Len() {
			r.walk(v.Index(i), fmt.Sprintf("%s[%d]", path, i))
		}
	case reflect.String:
		r.scalar(v, path)
	case reflect.Map:
		r.names(v, path)
	case reflect.Struct:
		r.structure(v, path)
		for i := range v.NumField() {
			if v.Field(i).IsZero() {
				continue
			}
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			r.walk(v.Field(i), under(path, name))
		}
	}
}

func (r *rules) scalar(v reflect.Value, path string) {
	switch s := v.Addr().Interface().(type) {
	case *Date:
		if s.Form() == NoDate {
			r.say(path, "found %q; expected a day that is in the calendar and a time that is on the clock", cut(string(*s)))
		}
	case *Currency:
		if _, err := currency.ParseISO(string(*s)); err != nil {
			r.say(path, "found %q; expected an ISO 4217 code such as USD", cut(string(*s)))
		}
	case *Country:
		if c, err := language.ParseRegion(string(*s)); err != nil || !c.IsCountry() || c.String() != string(*s) {
			r.say(path, "found %q; expected an ISO 3166-1 alpha-2 code such as US", cut(string(*s)))
		}
	case *GTIN:
		r.checkDigit(path, string(*s))
	case *SSCC:
		r.checkDigit(path, string(*s))
	case *UPC:
		r.checkDigit(path, string(*s))
	}
}

// structure applies the rules about several fields of one struct.
func (r *rules) structure(v reflect.Value, path string) {
	switch s := v.Addr().Interface().(type) {
	case *Money:
		r.amount(under(path, "amount"), s.Amount, s.Currency)
	case *UnitPrice:
		r.amount(under(path, "amount"), s.Amount, r.currency)
		if s.Per != "" && (s.Per == "0" || s.Per.Negative()) {
			r.say(under(path, "per"), "found %q; expected more than 0 units", s.Per)
		}
	case *Party:
		if s.Name == "" && s.Name2 == "" && len(s.IDs) == 0 {
			r.say(path, "names nobody; expected a name or one of ids")
		}
	case *ItemIDs:
		r.item(path, s)
	case *Part:
		if s.Number != nil && s.Of != nil && *s.Number > *s.Of {
			r.say(under(path, "number"), "found %d; expected at most %d, which there are", *s.Number, *s.Of)
		}
	case *Reference:
		if s.Value == "" && s.Description == "" {
			r.say(path, "refers to nothing; expected a value or a description")
		}
	case *AllowanceCharge:
		if s.Kind != "none" && s.Amount == nil && s.Percent == "" && s.Rate == "" {
			r.say(path, "says no sum; expected one of amount, percent, rate")
		}
	}
}

// names holds the names of extensions against what a name may be.
func (r *rules) names(v reflect.Value, path string) {
	extensions, _ := v.Interface().(map[string]Private)
	for _, partner := range slices.Sorted(maps.Keys(extensions)) {
		at := under(path, cut(partner))
		if !named(partner, "0123456789", "-") {
			r.say(at, "is no name of a partner; expected a small letter or digit first, then letters, digits and hyphens")
		}
		for _, name := range slices.Sorted(maps.Keys(extensions[partner])) {
			if !named(name, "", "") {
				r.say(under(at, cut(name)), "is no name; expected a small letter first, then letters and digits")
			}
		}
	}
}

// named says whether s is a small letter and then letters and digits, or has one
// of the other characters first or later.
func named(s, first, later string) bool {
	const small, digits = "abcdefghijklmnopqrstuvwxyz", "0123456789"
	return s != "" && strings.Contains(small+first, s[:1]) && strings.Trim(s, small+strings.ToUpper(small)+digits+later) == ""
}

// amount holds an amount against the digits of its currency.
func (r *rules) amount(path string, a Amount, c Currency) {
	if a == "" || c == "" {
		return
	}
	if want, err := ParseAmount(string(a), string(c)); err == nil && want != a {
		r.say(path, "found %q; expected %q, with at least the %d digits after the point that %s has, and no zeros more",
			a, want, MinorDigits(string(c)), cut(string(c)))
	}
}

// checkDigit verifies the last digit of a GS1 number: all digits from the right,
// weighted 1, 3, 1, 3 …, add up to a multiple of ten (GS1 General Specifications §7.9).
func (r *rules) checkDigit(path, s string) {
	if !isDigits(s) {
		return
	}
	sum := 0
	for i := range len(s) {
		weight := 1 + 2*(i%2)
		sum += weight * int(s[len(s)-1-i]-'0')
	}
	if sum%10 != 0 {
		last := int(s[len(s)-1] - '0')
		r.say(path, "found %q; expected %d as last digit, by the others", cut(s), ((last-sum)%10+10)%10)
	}
}
