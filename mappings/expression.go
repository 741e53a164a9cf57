package mappings

import (
	"errors"
	"slices"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	exprfile "github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/types"
	"github.com/expr-lang/expr/vm"

	"waybill/settings"
)

// Bounds of an expression: nodes of its text, what it may allocate, and lists in
// lists that it goes through.
const (
	maxNodes   = 500
	maxBudget  = 1 << 20
	maxNesting = 2
)

// A program is one compiled expression.
type program struct {
	run   *vm.Program
	text  string // as written, without the sign before it
	pos   place
	paths map[string]int // of x12("…"): the slot that each is read into
	field *field
	// crosses says that it goes through lists in lists, which may cost the square
	// of the document.
	crosses bool
}

// A source is where an expression stands: what its names are, and where x12("…")
// begins.
type source struct {
	item     *shape // of the fields that are its names
	template *template
	scope    *scope // nil where x12 has no meaning
	field    *field
}

// program compiles an expression; nil where it is wrong.
func (c *compiler) program(v *value, from source) *program {
	p := &program{text: v.expr, pos: v.pos, paths: map[string]int{}, field: from.field}
	look := &inspection{compiler: c, at: v.pos, field: from.field, depths: map[ast.Node]int{}}
	run, err := expr.Compile(v.expr, append([]expr.Option{
		expr.Env(c.names(from)), expr.MaxNodes(maxNodes), expr.Patch(look),
		expr.DisableBuiltin("now"), expr.DisableBuiltin("date"), expr.DisableBuiltin("duration"), expr.DisableBuiltin("timezone"),
		expr.DisableBuiltin("float"), expr.DisableBuiltin("concat"), expr.DisableBuiltin("repeat"),
		expr.DisableBuiltin("type"), // a field of many documents
		expr.Function("decimal", func(params ...any) (any, error) { return numberOf(params[0]) }, new(func(any) quantity)),
		expr.Function("total", total, new(func(any) quantity)),
		expr.Function("date", func(params ...any) (any, error) { return dayOf(params[0]) }, new(func(any) string)),
		expr.Function("days", daysBetween, new(func(any, any) int)),
		expr.Function("concat", concatenate, new(func(...any) string)),
		expr.Function("lookup", c.lookup, new(func(string, any) string)),
	}, operators()...)...)
	if err != nil {
		c.wrong(v, from, err)
		return nil
	}
	if look.deep > maxNesting {
		c.add(v.pos, from.field.path, "goes through lists in lists in lists", "two deep is the most")
		return nil
	}
	if look.counts {
		c.add(v.pos, from.field.path, "a range such as 1..9 makes a list that no document has", "go through a list of the document")
		return nil
	}
	if !look.known() {
		return nil
	}
	p.run, p.crosses = run, look.deep > 1
	for _, text := range look.paths {
		if from.scope == nil {
			c.add(v.pos, from.field.path, "x12 is for reading, and this expression is for writing", "name a field of the document")
			return nil
		}
		slot, ok := c.hidden(text, v, from)
		if !ok {
			return nil
		}
		p.paths[text] = slot
	}
	return p
}

// wrong reports what the language of expressions refuses, at its place.
func (c *compiler) wrong(v *value, from source, err error) {
	at, text := v.pos, err.Error()
	var where *exprfile.Error
	if errors.As(err, &where) {
		text = where.Message
		if where.Line == 1 {
			at = at.right(where.Column)
		}
	}
	text, _, _ = strings.Cut(text, "\n")
	hint := ""
	if name, ok := strings.CutPrefix(text, "unknown name "); ok {
		known := expressionFunctions()
		for field := range from.item.fields {
			known = append(known, field)
		}
		slices.Sort(known)
		text, hint = name+" is neither a field of the item nor a function", "doc is the whole document"
		if name == "now" {
			text, hint = "there is no clock: a document that is mapped again must become the same", "compare days of the document"
		} else if near := settings.Suggest(name, known); near != "" {
			hint = "did you mean " + near + "?"
		}
	}
	c.add(at, from.field.path, text, hint)
}

// expressionFunctions are the words of ours that expressions know.
func expressionFunctions() []string {
	return []string{"decimal", "date", "days", "concat", "lookup", "sum", "upper", "trim", "x12", "doc"}
}

// lookup is the word of a table for a code; no value where it has none.
func (c *compiler) lookup(params ...any) (any, error) {
	name, _ := params[0].(string)
	code, _ := params[1].(string)
	t := c.codes[name]
	if t == nil || code == "" {
		return nil, nil
	}
	if word, ok := t.words[code]; ok {
		return word, nil
	}
	return nil, nil
}

// An inspection finds what an expression reads, and makes a.b of a field that is
// absent no value rather than an error.
type inspection struct {
	*compiler
	at     place
	field  *field
	paths  []string
	tables []string
	depths map[ast.Node]int
	deep   int
	counts bool // it makes a list of numbers, of any length
}

// Visit looks at one node of the expression.
func (i *inspection) Visit(n *ast.Node) {
	switch node := (*n).(type) {
	case *ast.MemberNode:
		if !node.Method && !node.Optional {
			node.Optional = true
			ast.Patch(n, &ast.ChainNode{Node: node})
		}
	case *ast.BuiltinNode:
		i.goesThrough(node)
		if node.Name == "sum" {
			ast.Patch(n, sumNode(node))
		}
	case *ast.BinaryNode:
		i.counts = i.counts || node.Operator == ".."
	case *ast.CallNode:
		i.call(n, node)
	}
}

func (i *inspection) call(n *ast.Node, node *ast.CallNode) {
	name, ok := node.Callee.(*ast.IdentifierNode)
	if !ok || len(node.Arguments) == 0 {
		return
	}
	literal, isText := node.Arguments[0].(*ast.StringNode)
	switch {
	case name.Value == "lookup" && isText:
		i.tables = append(i.tables, literal.Value)
	case name.Value == "lookup":
		i.tables = append(i.tables, "")
	case name.Value == "x12" && isText && len(node.Arguments) == 1:
		i.paths = append(i.paths, literal.Value)
		ast.Patch(n, &ast.MemberNode{Node: &ast.IdentifierNode{Value: "x12"}, Property: literal, Optional: false, Method: false})
	}
}

// known reports tables that there are not.
func (i *inspection) known() bool {
	ok := true
	for _, name := range i.tables {
		switch t := i.codes[name]; {
		case t == nil:
			i.add(i.at, i.field.path, "there is no table "+quote(name), suggestion(name, i.merged.order))
		case t.dated():
			i.add(i.at, i.field.path, "table "+name+" has rows for some days only, which lookup does not know", "read a pair with it: ELEMENT | table("+name+")")
		default:
			continue
		}
		ok = false
	}
	return ok
}

// sumNode makes sum(list, each) the total of map(list, each).
func sumNode(node *ast.BuiltinNode) ast.Node {
	list := node.Arguments[0]
	if len(node.Arguments) == 2 {
		list = &ast.BuiltinNode{Name: "map", Arguments: node.Arguments}
	}
	return &ast.CallNode{Callee: &ast.IdentifierNode{Value: "total"}, Arguments: []ast.Node{list}}
}

// A deepest finds the deepest of the lists that are gone through within a node.
type deepest struct {
	depths map[ast.Node]int
	deep   int
}

// Visit looks at one node.
func (d *deepest) Visit(n *ast.Node) { d.deep = max(d.deep, d.depths[*n]) }

// goesThrough notes how deep a builtin's list is gone through. What is within it
// has been visited before.
func (i *inspection) goesThrough(node *ast.BuiltinNode) {
	for _, a := range node.Arguments {
		if p, ok := a.(*ast.PredicateNode); ok {
			d := &deepest{depths: i.depths}
			ast.Walk(&p.Node, d)
			i.depths[node] = d.deep + 1
			i.deep = max(i.deep, d.deep+1)
		}
	}
}

// names are what an expression may name: the item's fields, the document, and
// what x12 reads.
func (c *compiler) names(from source) types.Map {
	m := types.Map{}
	if from.item.fields == nil { // what an extension holds is not known
		m[types.Extra] = types.Any
	}
	for name, s := range from.item.fields {
		m[name] = s.typed(0)
	}
	if c.document == nil {
		c.document = c.root.typed(0)
	}
	m["doc"] = c.document
	m["x12"] = types.Map{types.Extra: types.String}
	return m
}

// maxTyped is how deep the fields of a document are checked in an expression.
const maxTyped = 6

// typed is the shape as a type of expressions.
func (s *shape) typed(depth int) types.Type {
	switch {
	case depth > maxTyped:
		return types.Any
	case s.kind == "string":
		return types.String
	case s.kind == "integer":
		return types.Int
	case s.kind == "boolean":
		return types.Bool
	case s.kind == "array" && s.items != nil:
		return types.Array(s.items.typed(depth + 1))
	case s.kind != "object":
		return types.Any
	case s.names != nil:
		return types.Map{types.Extra: types.Any}
	}
	m := types.Map{}
	for name, f := range s.fields {
		m[name] = f.typed(depth + 1)
	}
	return m
}
