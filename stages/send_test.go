package stages_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"waybill/partners"
	"waybill/sim"
	"waybill/spool"
	"waybill/stages"
	"waybill/transports"
)

// sender notes what it is given, and answers as it is told.
type sender struct {
	prepared transports.Prepared
	receipt  transports.Receipt
	err      error
	out      []transports.Outgoing
	sent     []transports.Prepared
	bodies   []string
}

func (s *sender) Prepare(_ context.Context, out transports.Outgoing, body io.ReadSeeker) (transports.Prepared, error) {
	text, err := io.ReadAll(body)
	s.out, s.bodies = append(s.out, out), append(s.bodies, string(text))
	return s.prepared, errors.Join(err, s.err)
}

func (s *sender) Send(_ context.Context, p transports.Prepared, body io.ReadSeeker) (transports.Receipt, error) {
	text, err := io.ReadAll(body)
	s.sent, s.bodies = append(s.sent, p), append(s.bodies, string(text))
	return s.receipt, errors.Join(err, s.err)
}

func (s *sender) stage() stages.Send {
	return stages.Send{Senders: func(*partners.Book, *partners.Profile, string) (transports.Sender, error) { return s, nil }}
}

func fixed() transports.Prepared {
	return transports.Prepared{
		State: []byte(`{"id":"a@b"}`), Key: "mdn:a@b", Within: 2 * time.Minute, Summary: "as2 to ACME, signed",
		Labels: []transports.Label{{Name: "as2-id", Value: "a@b"}},
	}
}

// outgoing is an interchange that waits to be sent.
func outgoing(r *rig) spool.Message {
	m := r.arrive("M1", []byte("ISA*…"))
	m.Direction, m.Stage, m.Document = stages.Outbound, stages.ToSend, "997"
	return m
}

// The first run sends nothing: it fixes the transmission, and the spool keeps it
// together with the answer that is expected.
func TestSendPreparesFirst(t *testing.T) {
	r := newRig(t)
	s := &sender{prepared: fixed()}
	m := outgoing(r)
	o := r.run(t, s.stage(), m)
	if o.Next != stages.ToSend || o.Status != "" || o.Note != "as2 to ACME, signed" || label(o.Labels, "as2-id") != "a@b" || len(s.sent) > 0 {
		t.Errorf("found %+v after %d sends", o, len(s.sent))
	}
	want := []spool.Expectation{{Message: "M1", Kind: "mdn", Key: "mdn:a@b", DueAt: now().Add(2 * time.Minute)}}
	if diff := cmp.Diff(want, o.Expect); diff != "" {
		t.Errorf("expected answers: %s", diff)
	}
	file := transports.Outgoing{Message: "M1", Partner: "acme-retail", File: "997_M1.edi", ContentType: "application/edi-x12", Size: m.Payload.Length, Document: "997"}
	if diff := cmp.Diff([]transports.Outgoing{file}, s.out); diff != "" {
		t.Errorf("prepared: %s", diff)
	}
}

// A file's name may have ISA13 in it, and an answer may be one that the partner
// gives by fetching.
func TestSendTellsTheInterchangeNumber(t *testing.T) {
	r := newRig(t)
	s := &sender{prepared: transports.Prepared{State: []byte("{}"), Key: "fetch:acme:M1", Kind: "fetch", Within: time.Hour}}
	m := r.arrive("M1", sim.Order850(sim.Spec{Control: 905}))
	m.Direction, m.Stage, m.Document = stages.Outbound, stages.ToSend, "997"
	o := r.run(t, s.stage(), m)
	if len(s.out) != 1 || s.out[0].Control != "000000905" {
		t.Errorf("found %+v", s.out)
	}
	want := []spool.Expectation{{Message: "M1", Kind: "fetch", Key: "fetch:acme:M1", DueAt: now().Add(time.Hour)}}
	if diff := cmp.Diff(want, o.Expect); diff != "" {
		t.Errorf("expected answers: %s", diff)
	}
}

// Every later run sends exactly what was prepared.
func TestSendSendsWhatWasPrepared(t *testing.T) {
	r := newRig(t)
	s := &sender{prepared: fixed(), receipt: transports.Receipt{Settled: true, State: "accepted", Summary: "processed"}}
	m := outgoing(r)
	m.Prepared = r.run(t, s.stage(), m).Prepared
	s.prepared = transports.Prepared{Key: "mdn:other"} // what it would prepare now
	s.err = errors.New("the line is down")
	if _, err := r.try(s.stage(), m); !errors.Is(err, s.err) {
		t.Fatalf("found %v, expected the sender's error as it came", err)
	}
	s.err = nil
	r.run(t, s.stage(), m)
	if diff := cmp.Diff([]transports.Prepared{fixed(), fixed()}, s.sent); diff != "" {
		t.Errorf("sent: %s", diff)
	}
	for _, body := range s.bodies {
		if body != "ISA*…" {
			t.Errorf("the sender read %q", body)
		}
	}
}

func TestSendSettlesByTheReceipt(t *testing.T) {
	for _, c := range []struct {
		state     string
		settled   bool
		keyless   bool
		code      string // of what is held
		answers   []spool.Answer
		wantEnded bool
	}{
		{state: "accepted", settled: true, answers: []spool.Answer{{Key: "mdn:a@b", State: "accepted", Text: "it said so"}}},
		{state: "errors", settled: true, code: "AS2-MIC", answers: []spool.Answer{{Key: "mdn:a@b", State: "errors", Text: "it said so"}}},
		{state: "rejected", settled: true, code: "AS2-MDN", answers: []spool.Answer{{Key: "mdn:a@b", State: "rejected", Text: "it said so"}}},
		{state: "accepted", settled: true, keyless: true},
		{state: "", settled: false}, // the answer comes another way
	} {
		t.Run(c.state, func(t *testing.T) {
			r := newRig(t)
			s := &sender{receipt: transports.Receipt{Settled: c.settled, State: c.state, Summary: "it said so", Evidence: []byte("MDN")}}
			p := fixed()
			if c.keyless {
				p.Key = ""
			}
			m := outgoing(r)
			var err error
			if m.Prepared, err = json.Marshal(p); err != nil {
				t.Fatal(err)
			}
			o := r.run(t, s.stage(), m)
			if diff := cmp.Diff(c.answers, o.Answers); diff != "" {
				t.Errorf("answers: %s", diff)
			}
			if string(o.Evidence) != "MDN" || o.Note != "it said so" || o.Next != "" || o.Code != c.code {
				t.Errorf("found %+v", o)
			}
			if held := o.Status == spool.Held; held != (c.code != "") || held && (o.Hint == "" || o.Error != "it said so") {
				t.Errorf("found status %q with error %q and hint %q", o.Status, o.Error, o.Hint)
			}
		})
	}
}

// Nothing is expected where the partner gives no receipts.
func TestSendWithoutReceipts(t *testing.T) {
	r := newRig(t)
	p := fixed()
	p.Key = ""
	if o := r.run(t, (&sender{prepared: p}).stage(), outgoing(r)); len(o.Expect) > 0 || o.Next != stages.ToSend {
		t.Errorf("found %+v", o)
	}
}

func TestSendThatCannotBegin(t *testing.T) {
	r := newRig(t)
	m := outgoing(r)
	noWay := stages.Send{Senders: func(*partners.Book, *partners.Profile, string) (transports.Sender, error) {
		return nil, errors.New("partner acme-retail has no as2 block")
	}}
	wantHeld(t, r.run(t, noWay, m), "ROUTE-VIA", "no as2 block")

	bad := errors.New("the certificate has ended")
	if _, err := r.try((&sender{err: bad}).stage(), m); !errors.Is(err, bad) {
		t.Errorf("found %v, expected the sender's error", err)
	}
	m.Prepared = []byte("{")
	if _, err := r.try((&sender{}).stage(), m); err == nil {
		t.Error("a damaged preparation was sent")
	}
	m.Partner = "gone"
	wantHeld(t, r.run(t, noWay, m), "ROUTE-PARTNER", "gone")
	m = outgoing(r)
	r.broken = errors.New("the disk is gone")
	if _, err := r.try((&sender{}).stage(), m); !errors.Is(err, r.broken) {
		t.Errorf("found %v, expected the store's error", err)
	}
}

// A mail that nobody confirms may still come back: its notice is possible, and due
// at no time. What is sent again after one waits for the next.
func TestSendWaitsForWhatMayComeBack(t *testing.T) {
	r := newRig(t)
	p := fixed()
	p.Key, p.Kind, p.Possible = "dsn:a@b", "dsn", true
	s := &sender{prepared: p, receipt: transports.Receipt{Summary: "taken"}}
	m := outgoing(r)
	o := r.run(t, s.stage(), m)
	want := []spool.Expectation{{Message: "M1", Kind: "dsn", Key: "dsn:a@b", State: "possible"}}
	if diff := cmp.Diff(want, o.Expect); diff != "" {
		t.Errorf("prepared: %s", diff)
	}
	m.Prepared = o.Prepared
	if o = r.run(t, s.stage(), m); o.Status != "" || len(o.Expect)+len(o.Answers) > 0 {
		t.Errorf("sent: found %+v", o)
	}
	m.Code = "MAIL-BOUNCED"
	if diff := cmp.Diff(want, r.run(t, s.stage(), m).Expect); diff != "" {
		t.Errorf("sent again: %s", diff)
	}
}
