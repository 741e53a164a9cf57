package mappings

import (
	"fmt"
	"strings"
	"time"

	"github.com/expr-lang/expr"
	"github.com/shopspring/decimal"
)

// A quantity is a decimal in an expression; there are no floats.
type quantity struct{ decimal.Decimal }

// numberOf reads a decimal of a document, or a count.
func numberOf(v any) (quantity, error) {
	switch v := v.(type) {
	case quantity:
		return v, nil
	case int:
		return quantity{decimal.NewFromInt(int64(v))}, nil
	case string:
		if text, bad := normal(v); bad == nil {
			return quantity{decimal.RequireFromString(text)}, nil
		}
		return quantity{}, fmt.Errorf("%s is no decimal number", quote(v))
	case nil:
		return quantity{}, fmt.Errorf(`decimal of a field without a value; write decimal(field ?? "0")`)
	}
	return quantity{}, fmt.Errorf("%v is no decimal number", v)
}

// both reads the operands of an operator.
func operands(params []any) (a, b quantity, err error) {
	if a, err = numberOf(params[0]); err == nil {
		b, err = numberOf(params[1])
	}
	return a, b, err
}

// operator makes an operator of decimals, of which one side may be a count.
func operator(sign string, of func(a, b decimal.Decimal) (any, error), types ...any) []expr.Option {
	name := "decimal " + sign
	return []expr.Option{
		expr.Function(name, func(params ...any) (any, error) {
			a, b, err := operands(params)
			if err != nil {
				return nil, err
			}
			return of(a.Decimal, b.Decimal)
		}, types...),
		expr.Operator(sign, name),
	}
}

// operators are the signs that decimals know.
func operators() []expr.Option {
	number3 := []any{new(func(quantity, quantity) quantity), new(func(quantity, int) quantity), new(func(int, quantity) quantity)}
	truth := []any{new(func(quantity, quantity) bool), new(func(quantity, int) bool), new(func(int, quantity) bool)}
	var all []expr.Option
	for sign, of := range map[string]func(a, b decimal.Decimal) decimal.Decimal{
		"+": decimal.Decimal.Add, "-": decimal.Decimal.Sub, "*": decimal.Decimal.Mul,
	} {
		all = append(all, operator(sign, func(a, b decimal.Decimal) (any, error) { return quantity{of(a, b)}, nil }, number3...)...)
	}
	all = append(all, operator("/", func(a, b decimal.Decimal) (any, error) {
		if b.IsZero() {
			return nil, fmt.Errorf("%s is divided by 0", a)
		}
		return quantity{a.DivRound(b, maxFraction)}, nil
	}, number3...)...)
	for sign, of := range map[string]func(order int) bool{
		"<": func(n int) bool { return n < 0 }, "<=": func(n int) bool { return n <= 0 }, ">": func(n int) bool { return n > 0 },
		">=": func(n int) bool { return n >= 0 }, "==": func(n int) bool { return n == 0 }, "!=": func(n int) bool { return n != 0 },
	} {
		all = append(all, operator(sign, func(a, b decimal.Decimal) (any, error) { return of(a.Cmp(b)), nil }, truth...)...)
	}
	return all
}

// total adds up a list of decimals and counts.
func total(params ...any) (any, error) {
	list, ok := params[0].([]any)
	if !ok {
		return nil, fmt.Errorf("sum adds up a list")
	}
	sum := decimal.Zero
	for _, v := range list {
		n, err := numberOf(v)
		if err != nil {
			return nil, err
		}
		sum = sum.Add(n.Decimal)
	}
	return quantity{sum}, nil
}

// dayOf is the day of a date of any form.
func dayOf(v any) (string, error) {
	s, ok := v.(string)
	if !ok {
		return "", fmt.Errorf("date takes a day or a time, and found none")
	}
	day, _, _ := strings.Cut(s, "T")
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return "", fmt.Errorf("%s is no day such as 2026-11-20", quote(s))
	}
	return day, nil
}

// daysBetween counts the days from one day to another.
func daysBetween(params ...any) (any, error) {
	from, err := dayOf(params[0])
	if err != nil {
		return nil, err
	}
	to, err := dayOf(params[1])
	if err != nil {
		return nil, err
	}
	a, _ := time.Parse(time.DateOnly, from)
	b, _ := time.Parse(time.DateOnly, to)
	return int(b.Sub(a) / (24 * time.Hour)), nil
}

// concatenate joins texts; what has no value is left out.
func concatenate(params ...any) (any, error) {
	var b strings.Builder
	for _, p := range params {
		text, err := textOfResult(p)
		if err != nil {
			return nil, err
		}
		b.WriteString(text)
	}
	return b.String(), nil
}

// textOfResult is what an expression gave as the text of a field; "" for no value.
func textOfResult(v any) (string, error) {
	switch v := v.(type) {
	case nil:
		return "", nil
	case string:
		return v, nil
	case bool, int:
		return fmt.Sprint(v), nil
	case quantity:
		if text, bad := normal(v.String()); bad == nil {
			return text, nil
		}
		return "", fmt.Errorf("%s has more digits than a decimal may have", v)
	case float64:
		return "", fmt.Errorf("a number with a point is no text; make it with decimal(…)")
	}
	return "", fmt.Errorf("a list or an object is no single value")
}
