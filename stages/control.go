package stages

import (
	"context"
	"fmt"

	"waybill/partners"
)

// numbering gives an interchange its control numbers, each from the sequence that
// the profile names.
type numbering struct {
	store   Store
	control partners.Control
	draft   draft // any of the interchange: who sends to whom
}

// from is the next number of a sequence for messages that share it.
func (n numbering) from(ctx context.Context, scope string, by partners.Numbers, messages []string) (string, error) {
	number, err := n.store.Number(ctx, scope, max(by.Start, 1), messages...)
	return fmt.Sprintf("%0*d", by.Length, number), err
}

// interchange is ISA13.
func (n numbering) interchange(ctx context.Context, members []string) (string, error) {
	by := n.control.Interchange
	scope := "isa:" + n.draft.pair()
	if by.Per == "us" {
		scope = "isa:" + n.draft.us()
	}
	by.Length = len("000000001") // always (X12 I12)
	return n.from(ctx, scope, by, members)
}

// group is GS06.
func (n numbering) group(ctx context.Context, members []string) (string, error) {
	by := n.control.Group
	scope := "gs:" + n.draft.pair() + ":" + n.draft.Functional
	switch by.Per {
	case "pair":
		scope = "gs:" + n.draft.pair()
	case "us":
		scope = "gs:" + n.draft.us()
	}
	return n.from(ctx, scope, by, members)
}

// sets are ST02 of the members, in their order.
func (n numbering) sets(ctx context.Context, members []string) ([]string, error) {
	by := n.control.Set
	by.Length = max(by.Length, setDigits)
	scope := "st:" + n.draft.pair()
	if by.Per == "set" {
		scope += ":" + n.draft.Set
	}
	out := make([]string, len(members))
	for i, id := range members {
		if by.Per != "set" && by.Per != "pair" { // it begins again in each group
			out[i] = fmt.Sprintf("%0*d", by.Length, max(by.Start, 1)+int64(i))
			continue
		}
		var err error
		if out[i], err = n.from(ctx, scope, by, []string{id}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// setDigits is how many digits ST02 has at least (X12 329).
const setDigits = 4

// us names our end of the envelope.
func (d draft) us() string { return d.Sender.Qualifier + ":" + d.Sender.ID }
