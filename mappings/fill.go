package mappings

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// filler puts a body into frames.
type filler struct {
	scanner  bodyScanner
	arena    arena
	currency string
	day      string       // that decides which rows of tables hold
	env      *environment // of a mapping that has expressions
	problems []Problem
	path     []crumb // where the object is that is being filled
	found    []int   // the tokens of the fields of the objects that are being filled, as a stack
}

// A crumb leads to a name of an object, or to an item of a list.
type crumb struct {
	name  string
	index int // -1 for a name
}

// pointer is a place in the body (RFC 6901): a name below the path, or the path.
func (w *filler) pointer(name string) string {
	var b strings.Builder
	escape := strings.NewReplacer("~", "~0", "/", "~1")
	for _, p := range w.path {
		if p.index < 0 {
			b.WriteString("/" + escape.Replace(p.name))
		} else {
			b.WriteString("/" + strconv.Itoa(p.index))
		}
	}
	if name != "" {
		b.WriteString("/" + escape.Replace(name))
	}
	return b.String()
}

// report adds a problem of a name below the path, or, where that is "", of the path.
func (w *filler) report(severity, name, format string, args ...any) {
	w.problems = append(w.problems, Problem{Severity: severity, Code: CodeWrite, Field: w.pointer(name), Text: fmt.Sprintf(format, args...)})
}

// twice reports a name that an object has more than once: readers differ in which
// of the values they take (RFC 8259 4). The first is written.
func (w *filler) twice(name string) {
	w.report(missingError, name, "is there more than once")
}

// object fills the fields of one object, in the order of the template. What the
// mapping has no pair for is a warning: it will not be written.
func (w *filler) object(fields []*node, at int, f *frame) {
	base, next, strange := len(w.found), 0, false
	w.found = slices.Grow(w.found, len(fields))[:base+len(fields)]
	clear(w.found[base:])
	for i := at + 1; i < w.scanner.after(at); i = w.scanner.after(i + 1) {
		name := w.scanner.read(i)
		n := position(fields, name, next)
		switch {
		case n < 0:
			strange = true
		case w.found[base+n] > 0:
			w.twice(name)
		default:
			w.found[base+n], next = i+1, n+1
		}
	}
	for i, n := range fields {
		if v := w.found[base+i]; v > 0 {
			w.node(n, v, f)
		}
	}
	if strange {
		w.unknown(fields, at)
	}
	w.found = w.found[:base]
}

// position finds a name among the fields, first from where it is expected; -1
// where none has it.
func position(fields []*node, name string, from int) int {
	for i := from; i < len(fields); i++ {
		if fields[i].name == name {
			return i
		}
	}
	for i := range min(from, len(fields)) {
		if fields[i].name == name {
			return i
		}
	}
	return -1
}

// unknown reports the names that no field has, but for what is the gateway's.
func (w *filler) unknown(fields []*node, at int) {
	before := ""
	for i, name := range w.scanner.names(at) {
		again := i > 0 && name == before
		before = name
		switch {
		case position(fields, name, 0) >= 0 || len(w.path) == 0 && name == "revision" && !again:
		case again:
			w.twice(name)
		default:
			w.report(missingWarn, name, "no pair writes it")
		}
	}
}

// node fills one field of the object at the path.
func (w *filler) node(n *node, at int, f *frame) {
	t := &w.scanner.tokens[at]
	switch {
	case t.kind == kindNull:
	case n.item != nil:
		w.list(n, at, f)
	case n.leaf == noLeaf:
		if t.kind != kindObject {
			w.report(missingError, n.name, "is no object")
			return
		}
		w.path = append(w.path, crumb{n.name, -1})
		w.object(n.fields, at, f)
		w.path = w.path[:len(w.path)-1]
	case n.leaf == money:
		w.money(n, at, f)
	default:
		w.leaf(n, n.name, at, f)
	}
}

func (w *filler) list(n *node, at int, f *frame) {
	tokens := w.scanner.tokens
	if tokens[at].kind != kindList {
		w.report(missingError, n.name, "is no list")
		return
	}
	w.path = append(w.path, crumb{n.name, -1}, crumb{})
	here := len(w.path) - 1
	for v := at + 1; v < w.scanner.after(at); v = w.scanner.after(v) {
		item := w.arena.frame(n.item, f, w.path[here].index)
		switch {
		case n.item.scalar:
			w.leaf(n.item.fields[0], "", v, item)
		case tokens[v].kind == kindObject:
			w.object(n.item.fields, v, item)
		default:
			w.report(missingError, "", "is no object")
		}
		w.ready(item)
		f.add(n.slot, item)
		w.path[here].index++
	}
	w.path = w.path[:here-1]
}

func (w *filler) money(n *node, at int, f *frame) {
	tokens, amount, currency := w.scanner.tokens, 0, 0
	if tokens[at].kind == kindObject {
		amount, currency = w.scanner.field(at, "amount"), w.scanner.field(at, "currency")
	}
	if amount == 0 || tokens[amount].kind != kindString {
		w.report(missingError, n.name, "is no amount with its currency")
		return
	}
	w.path = append(w.path, crumb{n.name, -1})
	if currency > 0 && tokens[currency].kind == kindString {
		if c := w.scanner.read(currency); c != "" && c != w.currency {
			w.report(missingError, "currency", "is %s in a document in %s", c, orWord(w.currency, "no currency"))
		}
	}
	for i := at + 1; i < w.scanner.after(at); i = w.scanner.after(i + 1) {
		switch i + 1 {
		case amount, currency:
		default:
			w.besideAmount(w.scanner.read(i))
		}
	}
	w.path = w.path[:len(w.path)-1]
	f.put(n.slot, w.scanner.read(amount))
}

// besideAmount reports a name that money has besides its two.
func (w *filler) besideAmount(name string) {
	if name == "amount" || name == "currency" {
		w.twice(name)
		return
	}
	w.report(missingWarn, name, "no pair writes it")
}

func (w *filler) leaf(n *node, name string, at int, f *frame) {
	switch w.scanner.tokens[at].kind {
	case kindString:
		if n.leaf == bare {
			w.report(missingError, name, "is text where a number or true belongs")
			return
		}
		f.put(n.slot, w.scanner.read(at))
	case kindNumber:
		if n.leaf != bare {
			w.report(missingError, name, "is a number where text belongs")
			return
		}
		f.put(n.slot, w.scanner.read(at))
	case kindTrue:
		f.put(n.slot, "true")
	case kindFalse:
	default:
		w.report(missingError, name, "is not a single value")
	}
}

// ready applies what holds for a filled frame before it is written.
func (w *filler) ready(f *frame) {
	if len(f.template.whens) > 0 {
		w.leaveOut(f)
	}
	for _, r := range f.template.rules {
		if r.ordinal >= 0 && f.get(r.ordinal) == "true" {
			f.put(r.slot, "")
		}
		if r.required && r.writes && f.get(r.slot) == "" && r.applies(f) {
			w.problems = append(w.problems, Problem{Severity: missingError, Code: CodeRequired,
				Field: fullPath(r.field.path, f), Text: "is required", Pair: r.field.pos.String()})
		}
	}
}
