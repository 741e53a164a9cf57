package gateway

import (
	"cmp"
	"context"
	"slices"

	"waybill/spool"
	"waybill/stages"
)

// overdue marks the answers whose time has passed and tells of each, where the
// profile does not say that nobody is told.
func (w *worker) overdue(ctx context.Context) error {
	late, err := w.spool.Overdue(ctx)
	if err != nil {
		return err
	}
	book := w.shelf.Current()
	for _, e := range late {
		m, err := w.spool.Get(ctx, e.Message)
		if err != nil {
			return err
		}
		tell, what, awaits := true, "an answer is overdue", e.Kind
		if set, _, ok := stages.OwedByUs(e); ok {
			what, awaits = "a document of ours is overdue", set
		}
		if p, ok := book.Partner(m.Partner); ok {
			if owed, ok := p.Expect().Of(e.Kind); ok {
				tell = owed.Alerts("overdue")
			}
		}
		if tell {
			w.alert("ACK-OVERDUE", m, what, "awaits", awaits, "key", e.Key, "due", e.DueAt)
		}
	}
	return nil
}

// rejected tells of an acknowledgement that refuses what we sent, where the profile
// does not say that nobody is told.
func (w *worker) rejected(m spool.Message, o spool.Outcome) {
	if o.Code != "ACK-REJECTED" || o.Status != "" {
		return
	}
	m.Partner = cmp.Or(o.Partner, m.Partner)
	if p, ok := w.shelf.Current().Partner(m.Partner); !ok || p.Expect().Functional.Alerts("rejected") {
		w.alert(o.Code, m, "the partner refuses what we sent", "err", o.Error)
	}
}

// alert tells people: a line of the log that stands out, and a count that an alert
// of the monitoring can look at.
func (w *worker) alert(code string, m spool.Message, what string, said ...any) {
	w.counts.alert(code, m.Partner, m.Document)
	w.log.Warn(what, slices.Concat([]any{"code", code, "partner", m.Partner, "document", m.Document, "msg_id", m.ID, "correlation", m.Correlation}, said)...)
}
