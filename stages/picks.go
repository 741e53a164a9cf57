package stages

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"waybill/canonical"
	"waybill/spool"
)

// What a warehouse's report may tell of goods that went otherwise than ordered.
// Each is a line of its own in the history.
const (
	eventShort      = "short pick"    // less than ordered, and no more will come from there
	eventPart       = "part shipped"  // less than ordered, more will come
	eventOver       = "over shipment" // more than ordered
	eventSubstitute = "substitution"  // something else than ordered
)

// PickEvents are the verbs of the history that tell what went otherwise than ordered.
func PickEvents() []string {
	return []string{eventShort, eventPart, eventOver, eventSubstitute}
}

// picked is one line of a report in the evidence of its event.
type picked struct {
	Line           string `json:"line"`
	Item           string `json:"item"`
	Status         string `json:"status,omitempty"`
	Reason         string `json:"reason,omitempty"`
	Ordered        string `json:"ordered,omitempty"`
	Shipped        string `json:"shipped"`
	Short          string `json:"short,omitempty"`
	Over           string `json:"over,omitempty"`
	Backordered    string `json:"backordered,omitempty"`
	Cancelled      string `json:"cancelled,omitempty"`
	SubstitutedFor string `json:"substitutedFor,omitempty"`
}

// picks are the events of a document: what a warehouse shipped short, in part, over
// or otherwise than ordered, with the quantities of each line.
func picks(kind string, body json.RawMessage) []spool.Event {
	var s canonical.Shipment
	if kind != "shipment" || json.Unmarshal(body, &s) != nil || s.Type != "warehouseShipment" {
		return nil
	}
	s.Complete()
	lines := map[string][]picked{}
	for i := range s.Lines {
		if verb := verbOfLine(&s, &s.Lines[i]); verb != "" {
			lines[verb] = append(lines[verb], pickOf(&s.Lines[i]))
		}
	}
	var out []spool.Event
	for _, verb := range PickEvents() {
		if len(lines[verb]) == 0 {
			continue
		}
		words := make([]string, len(lines[verb]))
		for i, p := range lines[verb] {
			words[i] = p.String()
		}
		evidence, _ := json.Marshal(lines[verb][:min(len(lines[verb]), keptProblems)]) // plain data always becomes JSON
		out = append(out, spool.Event{Verb: verb, Note: firstOf(words, shownProblems, 0), Evidence: evidence})
	}
	return out
}

// verbOfLine is what a line tells, "" where it went as ordered.
func verbOfLine(s *canonical.Shipment, l *canonical.ShipmentLine) string {
	switch {
	case l.SubstitutedFor != nil:
		return eventSubstitute
	case l.Over != nil:
		return eventOver
	case l.Short == nil:
		return ""
	case l.Backordered != nil || s.Final != nil && !*s.Final && l.Cancelled == nil:
		return eventPart
	}
	return eventShort
}

func pickOf(l *canonical.ShipmentLine) picked {
	p := picked{Line: l.LineNumber, Item: itemOf(l.Item), Status: l.Status, Reason: l.Reason}
	if p.Line == "" {
		p.Line = l.WarehouseLine
	}
	if p.Line == "" {
		p.Line = l.LineID
	}
	if l.SubstitutedFor != nil {
		p.SubstitutedFor = itemOf(l.SubstitutedFor)
	}
	for _, q := range []struct {
		into *string
		from *canonical.Quantity
	}{{&p.Ordered, l.Ordered}, {&p.Shipped, l.Shipped}, {&p.Short, l.Short}, {&p.Over, l.Over}, {&p.Backordered, l.Backordered}, {&p.Cancelled, l.Cancelled}} {
		if q.from != nil {
			*q.into = strings.TrimSpace(string(q.from.Value) + " " + string(q.from.Unit))
		}
	}
	return p
}

// String is the line as people read it.
func (p picked) String() string {
	text := fmt.Sprintf("line %s %s: ", p.Line, p.Item)
	var words []string
	for _, w := range []struct{ word, value string }{
		{"ordered", p.Ordered}, {"shipped", p.Shipped}, {"short", p.Short}, {"over", p.Over},
		{"to follow", p.Backordered}, {"cancelled", p.Cancelled}, {"in place of", p.SubstitutedFor},
	} {
		if w.value != "" {
			words = append(words, w.word+" "+w.value)
		}
	}
	text += strings.Join(words, ", ")
	if p.Reason != "" {
		text += " (" + p.Reason + ")"
	}
	return text
}

// itemOf is the number of an item by which it is called.
func itemOf(i *canonical.ItemIDs) string {
	if i == nil {
		return "?"
	}
	return cmp.Or(i.SKU, i.VendorItem, i.BuyerItem, string(i.GTIN), string(i.UPCCase), i.ManufacturerPart, "?")
}
