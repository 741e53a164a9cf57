package stages

import (
	"encoding/json"
	"strings"
	"time"

	"waybill/canonical"
	"waybill/partners"
	"waybill/spool"
)

// kindDue is what we owe a partner: a document that must leave by a deadline.
const kindDue = "due"

// dueKey is the expectation of a document of ours about an order.
func dueKey(partner, set, order string) string {
	return kindDue + ":" + partner + ":" + set + ":" + order
}

// OwedByUs says of an expectation whether it is a document that we owe, which set
// it is, and to whom.
func OwedByUs(e spool.Expectation) (set, partner string, ok bool) {
	parts := strings.SplitN(e.Key, ":", 4)
	if e.Kind != kindDue || len(parts) != 4 {
		return "", "", false
	}
	return parts[2], parts[1], true
}

// theirs is the set of theirs with which the time of one of ours begins, where its
// deadline counts from the receipt of what it answers.
func theirs(ours string) string {
	switch ours {
	case "855", "856", "810":
		return "850"
	case "945":
		return "940"
	}
	return ""
}

// dates are the days of a document from which deadlines count.
type dates struct {
	Dates canonical.Dates `json:"dates"`
}

// dues are the documents that we owe the partner once a set has come from it, or
// left for it: by the profile's due of each (docs: a deadline of due).
func dues(profile *partners.Profile, set, direction string, body json.RawMessage, now time.Time) []spool.Expectation {
	var found []spool.Expectation
	var d dates
	_ = json.Unmarshal(body, &d) // the model has checked it
	for _, a := range profile.Outgoing() {
		at, ok := begins(a, set, direction, d.Dates, now)
		if !ok {
			continue
		}
		for _, order := range ordersOf(body) {
			found = append(found, spool.Expectation{Kind: kindDue, Key: dueKey(profile.Name(), a.Document, order), Shared: true, DueAt: a.Deadline(at)})
		}
	}
	return found
}

// begins is the moment from which the deadline of an agreement counts, if a set
// that comes or leaves tells it.
func begins(a partners.Agreement, set, direction string, d canonical.Dates, now time.Time) (time.Time, bool) {
	day := canonical.Date("")
	switch {
	case a.Due.IsZero():
	case a.Due.Event == "receipt":
		return now, direction == Inbound && theirs(a.Document) == set
	case a.Due.Event == "delivery" && direction == Inbound && theirs(a.Document) == set:
		day = first(d.PromisedDelivery, d.ScheduledDelivery, d.RequestedDelivery, d.DeliverNotAfter, d.RequiredBy)
	case a.Due.Event == "shipment" && a.Document == "810" && direction == Outbound && set == "856": // what was shipped tells the day
		day = first(d.Shipped)
	case a.Due.Event == "shipment" && a.Document != "810" && direction == Inbound && theirs(a.Document) == set:
		day = first(d.PromisedShip, d.ScheduledShip, d.RequestedShip, d.ShipNotAfter)
	}
	if len(day) < len(time.DateOnly) {
		return time.Time{}, false
	}
	at, err := a.Calendar.Begin(string(day[:len(time.DateOnly)]))
	return at, err == nil
}

func first(days ...canonical.Date) canonical.Date {
	for _, d := range days {
		if d != "" {
			return d
		}
	}
	return ""
}

// left settles what we owed: the set is on its way.
func left(partner, set string, orders []string, interchange string) []spool.Answer {
	var out []spool.Answer
	for _, order := range orders {
		out = append(out, spool.Answer{Key: dueKey(partner, set, order), State: "accepted", Text: set + " in interchange " + interchange, Quiet: true})
	}
	return out
}
