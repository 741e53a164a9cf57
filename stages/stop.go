package stages

import (
	"context"
	"fmt"

	"waybill/partners"
	"waybill/spool"
)

// troubleLimit is how many answers that went wrong are looked at.
const troubleLimit = 100

// stopped holds what goes out while an answer of the partner's is overdue, or a
// refusal, where the profile asks for that. A message that a person released goes on.
func stopped(ctx context.Context, w Work, profile *partners.Profile) (*spool.Outcome, error) {
	waits := false
	for _, m := range w.Messages {
		waits = waits || m.Document != "" && m.Code != codeOverdue && m.Code != codeRejected
	}
	e := profile.Expect()
	if !waits || !e.Hold() {
		return nil, nil
	}
	found, err := w.Store.Troubled(ctx, profile.Name(), troubleLimit)
	if err != nil {
		return nil, err
	}
	for _, t := range found {
		state, code := t.State, codeOverdue
		if state != "overdue" {
			state, code = "rejected", codeRejected
		}
		if owed, ok := e.Of(t.Kind); ok && owed.Holds(state) {
			o := held(code, fmt.Sprintf("nothing goes to %s while the %s that message %s waits for is %s (%s)", profile.Name(), owes(t.Kind), t.Message, t.State, t.Key),
				fmt.Sprintf("settle it with the partner, then waybill spool waive %s, and release; a release alone lets this one go", t.Message))
			return &o, nil
		}
	}
	return nil, nil
}

const (
	codeOverdue  = "ACK-OVERDUE"
	codeRejected = "ACK-REJECTED"
)

// owes is a kind of answer as people call it.
func owes(kind string) string {
	switch kind {
	case partners.KindFunctional:
		return "997 or 999"
	case partners.KindReceipt:
		return "MDN"
	}
	return kind
}
