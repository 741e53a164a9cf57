package main

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"strings"
	"time"
)

// value is a default as one would write it in the file; "" where it is only
// known when the program runs.
func (r *room) value(e ast.Expr, kind string) (string, error) {
	if list, ok := e.(*ast.CompositeLit); ok {
		return r.list(list)
	}
	if id, ok := e.(*ast.Ident); ok && r.consts[id.Name] == nil && id.Name != "true" && id.Name != "false" {
		return "", nil // a variable of the function that makes the default
	}
	v, err := r.evaluate(e)
	if err != nil {
		return "", err
	}
	switch {
	case kind == "time.Duration":
		n, _ := constant.Int64Val(v)
		return span(time.Duration(n)), nil
	case kind == "settings.Size":
		n, _ := constant.Int64Val(v)
		return size(n), nil
	case v.Kind() == constant.String && constant.StringVal(v) == "":
		return "", nil
	case v.Kind() == constant.String && strings.ContainsAny(constant.StringVal(v), "*>~"):
		return fmt.Sprintf("%q", constant.StringVal(v)), nil
	case v.Kind() == constant.String:
		return constant.StringVal(v), nil
	}
	return v.String(), nil
}

func (r *room) list(l *ast.CompositeLit) (string, error) {
	var words []string
	for _, e := range l.Elts {
		w, err := r.value(e, "")
		if err != nil {
			return "", err
		}
		words = append(words, w)
	}
	return "[" + strings.Join(words, ", ") + "]", nil
}

// evaluate works an expression out, as far as defaults need it.
func (r *room) evaluate(e ast.Expr) (constant.Value, error) {
	switch e := e.(type) {
	case *ast.BasicLit:
		return constant.MakeFromLiteral(e.Value, e.Kind, 0), nil
	case *ast.Ident:
		if e.Name == "true" || e.Name == "false" {
			return constant.MakeBool(e.Name == "true"), nil
		}
		if v := r.consts[e.Name]; v != nil {
			return r.evaluate(v)
		}
	case *ast.SelectorExpr:
		if d, ok := units()[typeName(e)]; ok {
			return constant.MakeInt64(int64(d)), nil
		}
	case *ast.CallExpr: // a conversion such as settings.Size(n)
		if len(e.Args) == 1 {
			return r.evaluate(e.Args[0])
		}
	case *ast.ParenExpr:
		return r.evaluate(e.X)
	case *ast.BinaryExpr:
		return r.binary(e)
	}
	return nil, fmt.Errorf("cannot be worked out: %T", e)
}

func (r *room) binary(e *ast.BinaryExpr) (constant.Value, error) {
	x, err := r.evaluate(e.X)
	if err != nil {
		return nil, err
	}
	y, err := r.evaluate(e.Y)
	if err != nil {
		return nil, err
	}
	if e.Op == token.SHL {
		n, _ := constant.Uint64Val(y)
		return constant.Shift(x, e.Op, uint(n)), nil
	}
	return constant.BinaryOp(x, e.Op, y), nil
}

func units() map[string]time.Duration {
	return map[string]time.Duration{
		"time.Millisecond": time.Millisecond, "time.Second": time.Second, "time.Minute": time.Minute, "time.Hour": time.Hour,
	}
}

// span writes a time without units that say nothing: 15s, 2m, 24h.
func span(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// size writes a number of bytes in the largest unit that divides it.
func size(n int64) string {
	for _, u := range []struct {
		name   string
		factor int64
	}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"GB", 1e9}, {"MB", 1e6}, {"kB", 1e3}} {
		if n > 0 && n%u.factor == 0 {
			return fmt.Sprintf("%d%s", n/u.factor, u.name)
		}
	}
	return fmt.Sprint(n)
}
