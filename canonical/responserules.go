package canonical

import (
	"fmt"
	"slices"
)

// orderResponse applies the rules of an answer.
func (r *rules) orderResponse(o *OrderResponse) {
	r.needs(o.RespondsTo != "orderChange" || o.ChangeNumber != "", "changeNumber", "the number of the change", "it answers a change")
	first := map[string]int{}
	for i := range o.Lines {
		l, path := &o.Lines[i], fmt.Sprintf("lines[%d]", i)
		r.unique(first, l.LineNumber, i, "lines", "lineNumber")
		r.notNegative(path+".ordered", l.Ordered)
		for k := range l.Results {
			at := fmt.Sprintf("%s.results[%d]", path, k)
			r.notNegative(at+".quantity", l.Results[k].Quantity)
			r.needs(len(l.Results) == 1 || l.Results[k].Quantity != nil, at+".quantity", "how much this answer is about", "the line has several")
		}
		r.answered(l, path)
	}
}

// answered asks that the answers to a line are about all that was ordered, unless
// one of them changes the quantity.
func (r *rules) answered(l *ResponseLine, path string) {
	if l.Ordered == nil || len(l.Results) == 0 {
		return
	}
	sum := Decimal("0")
	for _, result := range l.Results {
		if result.Quantity == nil || result.Quantity.Unit != l.Ordered.Unit || slices.Contains(result.Changes, "quantity") {
			return
		}
		var ok bool
		if sum, ok = plus(sum, result.Quantity.Value); !ok {
			return
		}
	}
	if sum != l.Ordered.Value {
		r.say(path+".results", "found %s in all; expected %s, which was ordered, because no answer changes the quantity", sum, cut(string(l.Ordered.Value)))
	}
}
