package transporttest

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"waybill/transports"
)

// Far is a sender with the far end that it sends to.
type Far struct {
	Sender transports.Sender
	// Received lists what the far end got, in order.
	Received func() []Delivery
	// Down makes the far end refuse for a while, or work again.
	Down func(down bool)
	// Lose makes the far end take transmissions and hang up instead of answering.
	Lose func(lose bool)
	// Hang makes the far end take one transmission and not answer: taken is closed
	// when it has it, and it stays silent until release is called.
	Hang func() (taken <-chan struct{}, release func())
}

// Delivery is one transmission as the far end saw it.
type Delivery struct {
	ID      string // the transmission's identity
	Content []byte
}

// RunSender runs the conformance suite of senders.
func RunSender(t *testing.T, open func(t testing.TB) Far) {
	for name, test := range map[string]func(*testing.T, Far){
		"content arrives":            contentArrives,
		"attempts share identity":    attemptsShareIdentity,
		"messages differ":            messagesDiffer,
		"down is temporary":          downIsTemporary,
		"answer lost":                answerLost,
		"ends with its context":      endsWithContext,
		"changed content stays here": changedContent,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

func prepare(t *testing.T, f Far, id string, body []byte) transports.Prepared {
	t.Helper()
	p, err := f.Sender.Prepare(t.Context(), transports.Outgoing{
		Message: id, File: "doc.edi", ContentType: "application/edi-x12", Size: int64(len(body)),
	}, bytes.NewReader(body))
	if err != nil {
		t.Fatalf("prepare: %v", err)
	}
	if len(p.State) == 0 || p.Summary == "" {
		t.Fatalf("prepared without state or summary: %+v", p)
	}
	return p
}

func send(t *testing.T, f Far, p transports.Prepared, body []byte) transports.Receipt {
	t.Helper()
	r, err := f.Sender.Send(t.Context(), p, bytes.NewReader(body))
	if err != nil {
		t.Fatalf("send: %v", err)
	}
	return r
}

func contentArrives(t *testing.T, f Far) {
	for _, body := range [][]byte{content(), []byte("x"), {}, bytes.Repeat([]byte{0, '\n', '\r', 0xff}, 50_000)} {
		p := prepare(t, f, "01AAAAAAAAAAAAAAAAAAAAAAA"+string(rune('A'+len(f.Received()))), body)
		r := send(t, f, p, body)
		if r.Settled && r.State != "accepted" {
			t.Errorf("%d bytes: state %s: %s", len(body), r.State, r.Summary)
		}
		got := f.Received()
		if len(got) == 0 || !bytes.Equal(got[len(got)-1].Content, body) {
			t.Fatalf("%d bytes did not arrive as they were", len(body))
		}
	}
}

func attemptsShareIdentity(t *testing.T, f Far) {
	p := prepare(t, f, "01BBBBBBBBBBBBBBBBBBBBBBBB", content())
	send(t, f, p, content())
	send(t, f, p, content())
	got := f.Received()
	if len(got) != 2 || got[0].ID != got[1].ID || got[0].ID == "" {
		t.Errorf("two attempts are not the same transmission: %d deliveries", len(got))
	}
}

func messagesDiffer(t *testing.T, f Far) {
	send(t, f, prepare(t, f, "01CCCCCCCCCCCCCCCCCCCCCCCC", content()), content())
	send(t, f, prepare(t, f, "01DDDDDDDDDDDDDDDDDDDDDDDD", content()), content())
	if got := f.Received(); len(got) != 2 || got[0].ID == got[1].ID {
		t.Error("two messages share an identity")
	}
}

func downIsTemporary(t *testing.T, f Far) {
	f.Down(true)
	p := prepare(t, f, "01EEEEEEEEEEEEEEEEEEEEEEEE", content())
	_, err := f.Sender.Send(t.Context(), p, bytes.NewReader(content()))
	if !temporary(t, err) {
		t.Errorf("an attempt while the far end is down: %v is not temporary", err)
	}
	f.Down(false)
	send(t, f, p, content())
}

// Of an answer that was lost nobody knows whether there was one: the same
// transmission goes out again, and the far end sees that it is the same.
func answerLost(t *testing.T, f Far) {
	f.Lose(true)
	p := prepare(t, f, "01GGGGGGGGGGGGGGGGGGGGGGGG", content())
	r, err := f.Sender.Send(t.Context(), p, bytes.NewReader(content()))
	if err == nil {
		t.Fatalf("without an answer: %+v", r)
	}
	if !temporary(t, err) {
		t.Errorf("a lost answer: %v is not temporary", err)
	}
	f.Lose(false)
	send(t, f, p, content())
	if got := f.Received(); len(got) != 2 || got[0].ID != got[1].ID || !bytes.Equal(got[0].Content, got[1].Content) {
		t.Errorf("the repetition is not the same transmission: %d deliveries", len(got))
	}
}

// A sender that is stopped while the far end is silent comes back at once, and
// what it was sending can be sent again.
func endsWithContext(t *testing.T, f Far) {
	taken, release := f.Hang()
	defer release()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	p := prepare(t, f, "01HHHHHHHHHHHHHHHHHHHHHHHH", content())
	failed := make(chan error, 1)
	go func() {
		_, err := f.Sender.Send(ctx, p, bytes.NewReader(content()))
		failed <- err
	}()
	<-taken
	cancel()
	if err := <-failed; !temporary(t, err) || !errors.Is(err, context.Canceled) {
		t.Errorf("stopped in the middle: %v", err)
	}
	release()
	send(t, f, p, content())
}

func changedContent(t *testing.T, f Far) {
	p := prepare(t, f, "01FFFFFFFFFFFFFFFFFFFFFFFF", content())
	changed := content()
	changed[100] ^= 1
	_, err := f.Sender.Send(t.Context(), p, bytes.NewReader(changed))
	if temporary(t, err) {
		t.Error("content that changed after Prepare is to be tried again")
	}
	if len(f.Received()) != 0 {
		t.Error("content that changed after Prepare arrived")
	}
}

// temporary asks an error, which must be there and able to say it.
func temporary(t *testing.T, err error) bool {
	t.Helper()
	var classed interface{ Temporary() bool }
	if !errors.As(err, &classed) {
		t.Fatalf("the error says nothing about another attempt: %v", err)
	}
	return classed.Temporary()
}
