package canonical

import (
	"fmt"
	"slices"
	"strings"
)

// acknowledgement applies the rules of an acknowledgement.
func (r *rules) acknowledgement(a *Acknowledgement) {
	r.needs(a.Form != "MDN" || a.MDN != nil, "mdn", "what the receipt says", "the form is MDN")
	for i, e := range a.Errors {
		at := fmt.Sprintf("errors[%d]", i)
		r.needs(e.Code+e.CodeAsSent+e.Message != "", at+".code", "what is wrong, as code or message", "an error says it")
		if known := errorCodesOf(e.Level); e.Code != "" && len(known) > 0 && !slices.Contains(known, e.Code) {
			r.say(at+".code", "found %q; expected a word for errors of level %s: %s", cut(e.Code), cut(e.Level), strings.Join(known, ", "))
		}
	}
}

// inventory applies the rules of an inventory.
func (r *rules) inventory(v *Inventory) {
	r.needs(len(v.Positions)+len(v.Movements) > 0, "positions", "positions or movements", "a report says something")
	places := map[string]int{}
	for i := range v.Locations {
		r.unique(places, v.Locations[i].ID, i, "locations", "id")
	}
	known := func(path, place string) {
		if _, named := places[place]; place != "" && len(places) > 0 && !named {
			r.say(path, "found %q; expected the id of one of locations", cut(place))
		}
	}
	for i := range v.Positions {
		p, at := &v.Positions[i], fmt.Sprintf("positions[%d]", i)
		known(at+".location", p.Location)
		if v.Mode == "snapshot" {
			r.positive(at+".available", p.Available)
		}
		if p.Price != nil {
			r.amount(at+".price.amount", p.Price.Amount, p.Currency)
		}
	}
	for i := range v.Movements {
		known(fmt.Sprintf("movements[%d].location", i), v.Movements[i].Location)
	}
}
