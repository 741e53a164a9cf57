package transporttest

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"waybill/transports"
)

// Door is a running receiver as its peer sees it.
type Door struct {
	// Deliver sends one transmission with this identity and content. Sending the
	// same identity again is a repetition.
	Deliver func(ctx context.Context, id string, content []byte) (Answer, error)
	// Slow does the same, but stops in the middle of the content until on is closed.
	// It closes half when the first half is on its way.
	Slow func(ctx context.Context, id string, content []byte, half chan<- struct{}, on <-chan struct{}) (Answer, error)
	// Cut begins the same and breaks the connection in the middle of the content.
	Cut func(ctx context.Context, id string, content []byte) error
	// Leave sends everything and is gone before the answer comes.
	Leave func(ctx context.Context, id string, content []byte) error
	// Stop ends the receiver as its context does, and returns what it returned.
	Stop func() error
	// ByContent says that the protocol has no id: what has the same content is the
	// same transmission.
	ByContent bool
	// OneByOne says that the receiver takes one transmission after another.
	OneByOne bool
}

// content is what is sent under an id where the content of no other may be the same.
func (d Door) content(id string) []byte {
	if d.ByContent {
		return append(content(), id+"\r\n"...)
	}
	return content()
}

// Answer is what the peer was told.
type Answer struct {
	Acknowledged bool   // the receiver took responsibility
	Receipt      []byte // its proof, where the protocol has one
}

// RunReceiver runs the conformance suite of receivers. open starts a receiver
// on the inbox; what it leaves running it ends with t.Cleanup.
func RunReceiver(t *testing.T, open func(t testing.TB, in transports.Inbox) Door) {
	for name, test := range map[string]func(*testing.T, *Inbox, Door){
		"stored before acknowledged":      storedFirst,
		"not acknowledged without accept": acceptFails,
		"not acknowledged without commit": releaseFails,
		"accepted once":                   acceptedOnce,
		"accepted once when both at once": acceptedOnceAtOnce,
		"same id, other content":          otherContent,
		"cut in the middle":               cutInTheMiddle,
		"gone before the answer":          goneBeforeTheAnswer,
		"slow peer":                       slowPeer,
		"slow disk":                       slowDisk,
		"stopped in the middle":           stoppedInTheMiddle,
		"stopped while a peer is slow":    stoppedWhileSlow,
	} {
		t.Run(name, func(t *testing.T) {
			in := NewInbox(t)
			test(t, in, open(t, in))
		})
	}
}

func content() []byte { return bytes.Repeat([]byte("one line of a document\r\n"), 4000) }

func deliver(t *testing.T, d Door, id string, content []byte) Answer {
	t.Helper()
	a, err := d.Deliver(t.Context(), id, content)
	if err != nil {
		t.Fatalf("deliver %s: %v", id, err)
	}
	return a
}

func acknowledged(t *testing.T, d Door, id string, content []byte) Answer {
	t.Helper()
	a := deliver(t, d, id, content)
	if !a.Acknowledged {
		t.Fatalf("%s was not acknowledged", id)
	}
	return a
}

// gate makes Release wait until it is opened, and tells when it is reached.
type gate struct{ reached, open chan struct{} }

func newGate(in *Inbox) gate {
	g := gate{make(chan struct{}, 16), make(chan struct{})}
	in.Hook(Hooks{Release: func(string, transports.Verdict) error {
		g.reached <- struct{}{}
		<-g.open
		return nil
	}})
	return g
}

type delivery struct {
	answer Answer
	err    error
}

func inBackground(t *testing.T, d Door, id string, content []byte) <-chan delivery {
	done := make(chan delivery, 1)
	go func() {
		a, err := d.Deliver(t.Context(), id, content)
		done <- delivery{a, err}
	}()
	return done
}

func storedFirst(t *testing.T, in *Inbox, d Door) {
	g := newGate(in)
	done := inBackground(t, d, "first", content())
	<-g.reached
	select {
	case got := <-done:
		t.Fatalf("answered before the commit: %+v", got)
	default:
	}
	list := in.Arrivals()
	if len(list) != 1 || len(list[0].Bytes(t)) == 0 {
		t.Fatal("the bytes are not stored when the verdict comes")
	}
	close(g.open)
	if got := <-done; got.err != nil || !got.answer.Acknowledged {
		t.Fatalf("after the commit: acknowledged %v, error %v", got.answer.Acknowledged, got.err)
	}
	if got := in.Accepted(); len(got) != 1 || !bytes.Equal(got[0].Payload(t, 0), content()) {
		t.Fatal("the payload is not what was sent")
	}
}

var errFull = errors.New("the disk is full")

func acceptFails(t *testing.T, in *Inbox, d Door) {
	in.Hook(Hooks{Accept: func(transports.Arrival) error { return errFull }})
	notAcknowledged(t, d, "one")
	in.Hook(Hooks{})
	acknowledged(t, d, "one", content())
	if n := len(in.Accepted()); n != 1 {
		t.Fatalf("%d accepted, want 1", n)
	}
}

func releaseFails(t *testing.T, in *Inbox, d Door) {
	in.Hook(Hooks{Release: func(string, transports.Verdict) error { return errFull }})
	notAcknowledged(t, d, "one")
	if n := len(in.Accepted()); n != 0 {
		t.Fatalf("%d accepted without a commit", n)
	}
	in.Hook(Hooks{})
	acknowledged(t, d, "one", content())
	if n := len(in.Accepted()); n != 1 {
		t.Fatalf("%d accepted, want 1", n)
	}
}

// notAcknowledged accepts a broken connection too: it is no acknowledgement.
func notAcknowledged(t *testing.T, d Door, id string) {
	t.Helper()
	if a, err := d.Deliver(t.Context(), id, content()); err == nil && a.Acknowledged {
		t.Fatal("acknowledged what was not stored")
	}
}

func acceptedOnce(t *testing.T, in *Inbox, d Door) {
	first := acknowledged(t, d, "one", content())
	second := acknowledged(t, d, "one", content())
	if !bytes.Equal(first.Receipt, second.Receipt) {
		t.Error("the repetition got another receipt than the first")
	}
	acknowledged(t, d, "two", append(content(), "more\r\n"...))
	if n := len(in.Accepted()); n != 2 {
		t.Errorf("%d accepted, want 2", n)
	}
}

func acceptedOnceAtOnce(t *testing.T, in *Inbox, d Door) {
	g := newGate(in)
	a, b := inBackground(t, d, "one", content()), inBackground(t, d, "one", content())
	<-g.reached
	if !d.OneByOne {
		<-g.reached
	}
	close(g.open)
	x, y := <-a, <-b
	if x.err != nil || y.err != nil || !x.answer.Acknowledged || !y.answer.Acknowledged {
		t.Fatalf("want both acknowledged: %v %v", x.err, y.err)
	}
	if !bytes.Equal(x.answer.Receipt, y.answer.Receipt) {
		t.Error("two receipts for one transmission")
	}
	if n := len(in.Accepted()); n != 1 {
		t.Errorf("%d accepted, want 1", n)
	}
}

func otherContent(t *testing.T, in *Inbox, d Door) {
	acknowledged(t, d, "one", content())
	deliver(t, d, "one", []byte("something else\r\n"))
	if n := len(in.Accepted()); n > 2 {
		t.Errorf("%d accepted", n)
	}
	for _, a := range in.Arrivals() {
		if a.Result.Duplicate {
			t.Error("other content under the same id passed for a repetition")
		}
	}
}

func cutInTheMiddle(t *testing.T, in *Inbox, d Door) {
	if err := d.Cut(t.Context(), "one", content()); err != nil {
		t.Fatalf("cut: %v", err)
	}
	acknowledged(t, d, "one", content())
	if n := len(in.Accepted()); n != 1 {
		t.Errorf("%d accepted, want 1", n)
	}
	if err := d.Stop(); err != nil {
		t.Errorf("stop: %v", err)
	}
	for _, a := range in.Arrivals() {
		if a.Err != nil && a.Released {
			t.Error("a transmission that did not come whole was released")
		}
	}
}

// The answer that nobody took is given to the repetition.
func goneBeforeTheAnswer(t *testing.T, in *Inbox, d Door) {
	g := newGate(in)
	if err := d.Leave(t.Context(), "one", content()); err != nil {
		t.Fatalf("leave: %v", err)
	}
	<-g.reached
	close(g.open)
	again := acknowledged(t, d, "one", content())
	third := acknowledged(t, d, "one", content())
	if !bytes.Equal(again.Receipt, third.Receipt) {
		t.Error("two repetitions got two receipts")
	}
	if n := len(in.Accepted()); n != 1 {
		t.Errorf("%d accepted, want 1", n)
	}
}

func stoppedInTheMiddle(t *testing.T, in *Inbox, d Door) {
	g := newGate(in)
	done := inBackground(t, d, "one", content())
	<-g.reached
	stopped := make(chan error, 1)
	go func() { stopped <- d.Stop() }()
	close(g.open)
	if got := <-done; got.err != nil || !got.answer.Acknowledged {
		t.Errorf("what had begun was not finished: %v", got.err)
	}
	if err := <-stopped; err != nil {
		t.Errorf("stop: %v", err)
	}
	if _, err := d.Deliver(t.Context(), "two", content()); err == nil {
		t.Error("a stopped receiver still answers")
	}
}
