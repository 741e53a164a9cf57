package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
)

// room is one package as it is written, without its tests.
type room struct {
	dir     string
	doc     string // the package comment
	structs map[string]*ast.StructType
	consts  map[string]ast.Expr
	funcs   map[string]*ast.FuncDecl
	notes   map[string]string // comments behind constants
}

// readRoom parses the package in dir below root.
func readRoom(root, dir string) (*room, error) {
	r := &room{dir: dir, structs: map[string]*ast.StructType{}, consts: map[string]ast.Expr{}, funcs: map[string]*ast.FuncDecl{}, notes: map[string]string{}}
	path := filepath.Join(root, filepath.FromSlash(dir))
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if filepath.Ext(e.Name()) != ".go" || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(path, e.Name()), nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		if f.Doc != nil {
			r.doc = f.Doc.Text()
		}
		for _, d := range f.Decls {
			r.declaration(d)
		}
	}
	return r, nil
}

func (r *room) declaration(d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			r.funcs[d.Name.Name] = d
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				if s, ok := spec.Type.(*ast.StructType); ok {
					r.structs[spec.Name.Name] = s
				}
			case *ast.ValueSpec:
				r.constant(d, spec)
			}
		}
	}
}

func (r *room) constant(d *ast.GenDecl, v *ast.ValueSpec) {
	if d.Tok != token.CONST {
		return
	}
	for i, name := range v.Names {
		if i < len(v.Values) {
			r.consts[name.Name] = v.Values[i]
			r.notes[name.Name] = strings.TrimSpace(v.Comment.Text())
		}
	}
}

// structure is the struct of that name.
func (r *room) structure(name string) (*ast.StructType, error) {
	if s := r.structs[name]; s != nil {
		return s, nil
	}
	return nil, fmt.Errorf("%s has no struct %s", r.dir, name)
}

// literal is the first value of that struct which a function writes.
func (r *room) literal(function, name string) (*ast.CompositeLit, error) {
	f := r.funcs[function]
	if f == nil {
		return nil, fmt.Errorf("%s has no function %s", r.dir, function)
	}
	var found *ast.CompositeLit
	ast.Inspect(f, func(n ast.Node) bool {
		if l, ok := n.(*ast.CompositeLit); ok && found == nil && typeName(l.Type) == name {
			found = l
		}
		return found == nil
	})
	if found == nil {
		return nil, fmt.Errorf("%s: %s writes no %s", r.dir, function, name)
	}
	return found, nil
}

// typeName is a type as it is written: string, []string, settings.Size.
func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return typeName(e.X) + "." + e.Sel.Name
	case *ast.ArrayType:
		return "[]" + typeName(e.Elt)
	case *ast.MapType:
		return "map[" + typeName(e.Key) + "]" + typeName(e.Value)
	case *ast.StarExpr:
		return typeName(e.X)
	}
	return ""
}
