package canonical

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// orderChange applies the rules of a change.
func (r *rules) orderChange(c *OrderChange) {
	r.needs(c.Type != "release" || c.ReleaseNumber != "", "releaseNumber", "the call-off number", "the type is release")
	if c.Purpose == "change" && c.Header == nil && len(c.Lines) == 0 {
		r.say("lines", "is missing; expected lines or a header that change, because the purpose is change")
	}
	for i := range c.Lines {
		r.changeLine(&c.Lines[i], fmt.Sprintf("lines[%d]", i))
	}
	if c.Header == nil {
		return
	}
	known := clearable()
	for i, name := range c.Header.Remove {
		if !slices.Contains(known, name) {
			r.say(fmt.Sprintf("header.remove[%d]", i), "found %q; expected a field of the order's header that may be absent: %s", cut(name), strings.Join(known, ", "))
		}
	}
}

// clearable are the header fields that an order may be without.
func clearable() []string {
	var names []string
	for _, f := range reflect.VisibleFields(reflect.TypeFor[ChangeHeader]()) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name != "remove" && name != "currency" && !strings.HasSuffix(name, "AsSent") {
			names = append(names, name)
		}
	}
	return names
}

func (r *rules) changeLine(l *ChangeLine, path string) {
	r.needs(l.LineNumber != "" || l.Item != nil, path+".lineNumber", "the number of the line, or an item", "that is how the line is found")
	r.needs(l.Action != "add" || l.Item != nil, path+".item", "what is added", "the action is add")
	changed := l.Action == "change" && slices.Contains(l.Changes, "quantity")
	if l.Action == "add" || changed {
		r.needs(l.Quantity != nil && l.Quantity.NewTotal != "", path+".quantity.newTotal", "what is ordered from now on", "the line is added or its quantity changes")
	}
	if q := l.Quantity; q != nil {
		r.positive(path+".quantity.newTotal", q.NewTotal)
		r.positive(path+".quantity.previous", q.Previous)
		r.positive(path+".quantity.leftToReceive", q.LeftToReceive)
	}
}
