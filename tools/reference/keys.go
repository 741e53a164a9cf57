package main

import (
	"fmt"
	"go/ast"
	"reflect"
	"strconv"
	"strings"
)

// key is one key of a configuration file.
type key struct {
	path, kind, fallback, words string
	required                    bool
}

// keys are the keys of a struct, those of structs within it included.
func (r *room) keys(name, prefix string, fallback *ast.CompositeLit) ([]key, error) {
	s, err := r.structure(name)
	if err != nil {
		return nil, err
	}
	given := r.fields(s, fallback)
	var all []key
	for _, f := range s.Fields.List {
		if f.Tag == nil || len(f.Names) != 1 {
			continue
		}
		text, err := strconv.Unquote(f.Tag.Value)
		if err != nil {
			return nil, err
		}
		tag := reflect.StructTag(text)
		word, _, _ := strings.Cut(tag.Get("yaml"), ",")
		if word == "" || word == "-" {
			continue
		}
		k := key{path: prefix + word, kind: typeName(f.Type), words: comment(f), required: tag.Get("required") == "true"}
		more, err := r.below(k, given[f.Names[0].Name])
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	return all, nil
}

// below is a key, or the keys of the struct that it holds.
func (r *room) below(k key, fallback ast.Expr) ([]key, error) {
	list, isList := strings.CutPrefix(k.kind, "[]")
	named, isMap := strings.CutPrefix(k.kind, "map[string]")
	switch {
	case r.structs[k.kind] != nil:
		lit, _ := fallback.(*ast.CompositeLit)
		if call, ok := fallback.(*ast.CallExpr); ok {
			var err error
			if lit, err = r.literal(typeName(call.Fun), k.kind); err != nil {
				return nil, err
			}
		}
		return r.keys(k.kind, k.path+".", lit)
	case isList && r.structs[list] != nil:
		return r.keys(list, k.path+"[].", nil)
	case isMap && r.structs[named] != nil:
		return r.keys(named, k.path+".NAME.", nil)
	}
	var err error
	if fallback != nil && kindWords(k.kind) != "block" { // it has a section of its own
		k.fallback, err = r.value(fallback, k.kind)
	}
	if err != nil {
		err = fmt.Errorf("%s: default of %s: %w", r.dir, k.path, err)
	}
	k.kind = kindWords(k.kind)
	return []key{k}, err
}

// fields are the expressions of a literal by the names of its fields.
func (r *room) fields(s *ast.StructType, lit *ast.CompositeLit) map[string]ast.Expr {
	given := map[string]ast.Expr{}
	if lit == nil {
		return given
	}
	var names []string
	for _, f := range s.Fields.List {
		for _, n := range f.Names {
			names = append(names, n.Name)
		}
	}
	for i, e := range lit.Elts {
		if pair, ok := e.(*ast.KeyValueExpr); ok {
			given[typeName(pair.Key)] = pair.Value
		} else if i < len(names) {
			given[names[i]] = e
		}
	}
	return given
}

// comment is what is said of a field, behind it or above it.
func comment(f *ast.Field) string {
	text := f.Comment.Text()
	if strings.TrimSpace(text) == "" {
		text = f.Doc.Text()
	}
	return strings.Join(strings.Fields(text), " ")
}

// kindWords says in a reader's words what a value looks like.
func kindWords(kind string) string {
	words := map[string]string{
		"string": "text", "bool": "true or false", "int": "number", "int64": "number", "[]string": "list", "map[string]string": "names and texts", "map[string][]string": "names and lists",
		"time.Duration": "time", "settings.Size": "size", "settings.Secret": "secret", "yaml.Node": "block", "adapters.Limits": "block", "map[string]yaml.Node": "blocks", "Status": "text",
	}
	if w := words[kind]; w != "" {
		return w
	}
	return kind
}
