package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"waybill/gateway"
	"waybill/sim"
	"waybill/spool"
)

// leg is one document of a loop.
type leg struct {
	document  string // 850
	direction string // in, out
	partner   string
}

func (g leg) name() string { return g.document + " " + g.direction }

// loopNames lists the loops for people.
func loopNames() string {
	var names []string
	for _, p := range loopPlans() {
		names = append(names, p.name)
	}
	return strings.Join(names, ", ")
}

// breaks names the steps of a loop that can be made to go wrong: the other side
// rejects what we sent.
func (p loopPlan) breaks() []string {
	var names []string
	for _, g := range p.legs {
		if g.direction == "out" {
			names = append(names, g.name())
		}
	}
	return names
}

// steps are a step for each document, and those that look at all of them.
func (l *loop) steps() []step {
	var steps []step
	for _, g := range l.legs {
		steps = append(steps, step{g.name(), g.partner + "'s books and the spool's thread", func(ctx context.Context) (seen, error) { return l.exchanged(ctx, g) }})
	}
	return append(steps,
		step{"settled", "the spool's expectations", l.settled},
		step{"acknowledged", "what the partners sent and got", l.acknowledged},
		step{"counted", "what the partners sent and got", l.added},
		step{"verified", "the spool's verification", l.verified})
}

// journey takes the steps in order and stops at the first that does not hold.
func (l *loop) journey(ctx context.Context, p *printer) error {
	if err := l.begin(ctx, l); err != nil {
		return fmt.Errorf("the loop does not begin: %w", err)
	}
	for _, s := range l.steps() {
		got, err := take(ctx, s, l.o.patience, l)
		p.step(s, got, err)
		if err != nil {
			p.result("failed", s.name, err)
			return fmt.Errorf("step %q did not hold: %w", s.name, err)
		}
	}
	return l.ended(ctx, p)
}

// exchanged finds a document of the thread that no step has told of, both at the
// partner and in the spool, with its receipt and its acknowledgement.
func (l *loop) exchanged(ctx context.Context, g leg) (seen, error) {
	thread, err := gateway.ReadThread(ctx, l.gateway.Spool(), l.key)
	if errors.Is(err, spool.ErrNotFound) {
		return seen{}, errNotYet
	}
	if err != nil {
		return seen{}, err
	}
	for _, d := range thread.Documents {
		if d.Document != g.document || d.Direction != g.direction || l.told[d.Message] {
			continue
		}
		if d.Acknowledgement == "rejected" || d.Delivery == "failed" {
			return seen{}, fmt.Errorf("%s did not take the %s: delivery %s, acknowledgement %s: %s", g.partner, g.document, d.Delivery, d.Acknowledgement, cmp.Or(d.Answer, d.Error))
		}
		back, ok := closed(d)
		if !ok {
			return seen{}, errNotYet
		}
		text, err := l.read(g)
		if err != nil {
			return seen{}, err
		}
		l.told[d.Message] = true
		return seen{d.At, text + "; " + back, map[string]string{"message": d.Message}}, nil
	}
	return seen{}, errNotYet
}

// closed says what came back for a document, and whether all did.
func closed(d gateway.ThreadDocument) (string, bool) {
	if d.Direction == "in" {
		return "our MDN and 997 are there", d.Processing == "done" && d.Acknowledgement == "997 delivered"
	}
	return "its MDN and 997 are here", d.Delivery == "delivered" && d.Acknowledgement == "accepted"
}

// read counts the newest set of a kind in the partner's own books.
func (l *loop) read(g leg) (string, error) {
	sets := l.sets(g)
	if len(sets) == 0 {
		return "", fmt.Errorf("the spool says that %s has the %s, and its books do not", g.partner, g.document)
	}
	t, err := sim.Count(sets[len(sets)-1])
	if err != nil {
		return "", err
	}
	text := fmt.Sprintf("%d lines, %s pieces", t.Lines, t.Pieces())
	if short := t.Missing(); !short.IsZero() {
		text += fmt.Sprintf(" shipped of %s, %s short", t.Asked().Pieces(), short)
	}
	if g.document == "810" {
		text += ", in all " + t.Total.StringFixed(2)
	}
	return text, nil
}

// sets are the sets of a leg in the books of its partner.
func (l *loop) sets(g leg) []sim.ReceivedSet {
	books := l.sides[g.partner].Books()
	if g.direction == "in" {
		return sim.Sets(books.Sent, g.document)
	}
	return sim.Sets(books.Got, g.document)
}

// settled waits until nothing is owed to anybody.
func (l *loop) settled(ctx context.Context) (seen, error) {
	thread, err := gateway.ReadThread(ctx, l.gateway.Spool(), l.key)
	if err != nil {
		return seen{}, err
	}
	if len(thread.Open) > 0 {
		return seen{}, errNotYet
	}
	return seen{time.Now(), fmt.Sprintf("%d documents, and nothing is owed", len(thread.Documents)), nil}, nil
}

// acknowledged audits the envelopes and acknowledgements of every partner.
func (l *loop) acknowledged(context.Context) (seen, error) {
	var wrong []string
	files := 0
	for _, m := range l.loopPlan.partners {
		b := l.sides[m.name].Books()
		files += len(b.Sent) + len(b.Got)
		wrong = append(wrong, b.Audit()...)
	}
	if len(wrong) > 0 {
		return seen{}, errors.New(strings.Join(wrong, "; "))
	}
	return seen{time.Now(), fmt.Sprintf("in %d interchanges every group has one 997 that accepts it, no 997 has one; control numbers follow each other", files), nil}, nil
}

func (l *loop) added(context.Context) (seen, error) {
	text, wrong := l.counted(l)
	if len(wrong) > 0 {
		return seen{}, errors.New(strings.Join(wrong, "; "))
	}
	return seen{time.Now(), text, nil}, nil
}

func (l *loop) verified(ctx context.Context) (seen, error) {
	return soundSpool(ctx, l.gateway.Spool())
}

// all are the messages of the spool, the newest first.
func (l *loop) all(ctx context.Context) ([]spool.Message, error) {
	return l.gateway.Spool().List(ctx, spool.Filter{Limit: 1000})
}

// stopped is the reason why a message does not go on by itself.
func (l *loop) stopped(ctx context.Context) error {
	list, err := l.all(ctx)
	if err != nil {
		return err
	}
	return halted(list)
}

// lastError is what a message that is still tried says of itself.
func (l *loop) lastError(ctx context.Context) string {
	list, err := l.all(ctx)
	if err != nil {
		return ""
	}
	return triedAgain(list)
}
