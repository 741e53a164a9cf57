package mappings

import "strconv"

// An object is which field each of its slots belongs to.
type object struct {
	lo, hi int
	of     []*node // by slot; nil for what is no field
}

// objects tells each object of a template, and of the lists in it, its fields.
func (t *template) objects() {
	t.object = slotsOf(t.fields, 0, t.slots)
	t.each((*template).objects)
}

func slotsOf(fields []*node, lo, hi int) *object {
	o := &object{lo, hi, make([]*node, hi-lo)}
	for _, n := range fields {
		if n.leaf != noLeaf || n.item != nil {
			o.of[n.slot-lo] = n
			continue
		}
		n.below = slotsOf(n.fields, n.lo, n.hi)
		for slot := n.lo; slot < n.hi; slot++ {
			o.of[slot-lo] = n
		}
	}
	return o
}

// emitter writes frames as JSON.
type emitter struct {
	currency string
	digits   int
}

// object appends the fields of an object that have values. Objects and lists
// without any are not written.
func (e *emitter) object(b []byte, o *object, f *frame) []byte {
	b = append(b, '{')
	for slot := f.next(o.lo, o.hi); slot < o.hi; slot = f.next(slot+1, o.hi) {
		n := o.of[slot-o.lo]
		if n == nil {
			continue
		}
		if n.below != nil {
			slot = n.hi - 1
		}
		before := len(b)
		if b[before-1] != '{' {
			b = append(b, ',')
		}
		b = append(b, n.quoted...)
		value := len(b)
		if b = e.node(b, n, f); len(b) == value {
			b = b[:before]
		}
	}
	return append(b, '}')
}

// node appends one value, or nothing.
func (e *emitter) node(b []byte, n *node, f *frame) []byte {
	if n.item != nil {
		return e.list(b, n, f.list(n.slot))
	}
	if n.leaf == noLeaf {
		from := len(b)
		if b = e.object(b, n.below, f); len(b) == from+2 {
			return b[:from]
		}
		return b
	}
	if v := f.get(n.slot); v != "" {
		return e.leaf(b, n.leaf, v)
	}
	return b
}

func (e *emitter) list(b []byte, n *node, items []*frame) []byte {
	if len(items) == 0 {
		return b
	}
	b = append(b, '[')
	for i, item := range items {
		if i > 0 {
			b = append(b, ',')
		}
		if n.item.scalar {
			b = e.node(b, n.item.fields[0], item)
			continue
		}
		b = e.object(b, n.item.object, item)
	}
	return append(b, ']')
}

func (e *emitter) leaf(b []byte, l leaf, v string) []byte {
	switch l {
	case bare:
		return append(b, v...)
	case amount:
		b = append(b, '"')
		return append(inCurrency(b, v, e.digits), '"')
	case money:
		b = append(b, `{"amount":"`...)
		b = append(inCurrency(b, v, e.digits), '"')
		if e.currency != "" {
			b = append(b, `,"currency":`...)
			b = appendText(b, e.currency)
		}
		return append(b, '}')
	}
	return appendText(b, v)
}

// appendText quotes text for JSON.
func appendText(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= 0x7f {
			return appendQuoted(b, s)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

// appendQuoted escapes what JSON does not allow; bytes that are no UTF-8 become
// the replacement character, as in encoding/json.
func appendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	for _, c := range s {
		switch {
		case c == '"' || c == '\\':
			b = append(b, '\\', byte(c))
		case c < ' ' || c == 0x7f:
			b = append(b, `\u00`...)
			b = append(b, strconv.FormatInt(int64(c)>>4, 16)[0], strconv.FormatInt(int64(c)&15, 16)[0])
		default:
			b = append(b, string(c)...)
		}
	}
	return append(b, '"')
}
