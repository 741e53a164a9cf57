package spool

import (
	"context"
	"errors"
	"io"
	"time"
)

// Arrival is what a door knows of bytes that come.
type Arrival struct {
	Door, Partner, Kind, Remote, File string
	Headers                           []byte // kept as evidence
	Labels                            []Label
	Lease                             time.Duration // how long the door has from Accept to Release
	Correlation                       string        // the thread it belongs to; "" begins one
}

// defaultLease is how long a door has when it does not say.
const defaultLease = 10 * time.Minute

// Accept stores the bytes as they came and returns after the commit. The
// message is leased by its receiver until Release. If body fails, what came is
// kept as a refused message and the error is a *PartialError.
func (s *Spool) Accept(ctx context.Context, a Arrival, body io.Reader) (Message, error) {
	w, m, err := s.receive(ctx, a, body)
	if err != nil {
		return m, err
	}
	m.Status = Arrived
	lease := a.Lease
	if lease <= 0 {
		lease = defaultLease
	}
	err = s.write(ctx, func(t *txn) error {
		now, err := t.leaseClock()
		if err != nil {
			return err
		}
		m.LeaseUntil = millis(now + lease.Milliseconds())
		w.row(t)
		t.message(m, nil)
		t.labels(m.ID, a.Labels)
		t.began(Event{Message: m.ID, Actor: a.Door, Verb: "stored", To: Arrived, Note: a.note(m), Evidence: a.Headers})
		return nil
	})
	s.c.Failpoint("accepted")
	return m, err
}

// receive reads the body to where it will stay.
func (s *Spool) receive(ctx context.Context, a Arrival, body io.Reader) (*BodyWriter, Message, error) {
	id := s.newID()
	m := Message{
		ID: id, Correlation: or(a.Correlation, id), Kind: a.Kind, Direction: "in", Partner: a.Partner,
		Fence: 1, RunAt: millis(s.now()), CreatedAt: millis(s.now()), UpdatedAt: millis(s.now()),
	}
	w := s.body()
	_, read := io.Copy(w, body)
	var store *storeError
	if errors.As(read, &store) {
		return nil, m, errors.Join(read, w.discard())
	}
	if err := w.keep(); err != nil {
		return nil, m, errors.Join(err, w.discard())
	}
	m.Payload = Ref{SHA256: w.sum, Length: w.size, ISA: -1, GS: -1}
	if read == nil {
		return w, m, nil
	}
	m.Status, m.Code, m.Error, m.Hint = Refused, "TRN-PARTIAL", read.Error(), "the bytes broke off: the partner has no receipt and sends again"
	// The record must be made even when it is the caller's own context that ended.
	err := s.write(context.WithoutCancel(ctx), func(t *txn) error {
		w.row(t)
		t.message(m, nil)
		t.labels(id, a.Labels)
		t.event(Event{Message: id, Actor: a.Door, Verb: "refused", To: Refused, Note: a.note(m), Code: m.Code, Error: m.Error, Evidence: a.Headers})
		return nil
	})
	if err != nil {
		return nil, m, errors.Join(read, err)
	}
	return nil, m, &PartialError{ID: id, Bytes: w.size, Err: read}
}

func (a Arrival) note(m Message) string {
	note := sizeInWords(m.Payload.Length) + " by " + a.Door
	if a.Remote != "" {
		note += " from " + a.Remote
	}
	if a.File != "" {
		note += ", file " + a.File
	}
	return note
}

// Verdict is what a door found the bytes to be.
type Verdict struct {
	Partner     string
	Children    []Child
	Receipt     []byte // what the peer will be told; given again to a duplicate
	Evidence    []byte
	Dedupe      string // unique among accepted arrivals; "" for none
	Digest      string // of the content, compared when Dedupe is seen again; "" is the children's payloads
	Labels      []Label
	Answers     []Answer
	Code        string // refused when not empty
	Error, Hint string
	Note        string
	Duration    time.Duration
}

// Released is what became of a verdict.
type Released struct {
	ID        string
	Duplicate bool
	Held      bool
	Original  string // the earlier message with the same Dedupe
	Receipt   []byte // to be sent: the original one when Duplicate
}

// Release records, in one commit, what an accepted arrival turned out to be.
// Only after it returned may the receipt be sent. It fails with
// ErrLeaseLost when the arrival was given up in between.
func (s *Spool) Release(ctx context.Context, id string, v Verdict) (Released, error) {
	if err := distinct(v.Children); err != nil {
		return Released{}, err
	}
	bodies, err := s.named(id, v.Children)
	if err != nil {
		return Released{}, err
	}
	out := Released{ID: id, Receipt: v.Receipt}
	err = s.write(ctx, func(t *txn) error {
		m, err := t.lock(id)
		if err != nil {
			return err
		}
		if m.Status != Arrived {
			return ErrLeaseLost
		}
		return t.release(&out, m, v, bodies)
	})
	s.c.Failpoint("released")
	if err == nil || errors.Is(err, ErrLeaseLost) {
		s.dropDrafts(id)
	}
	if err != nil {
		return Released{}, err
	}
	return out, nil
}

// Take stores and releases in one commit, for doors whose bytes are the payload.
func (s *Spool) Take(ctx context.Context, a Arrival, body io.Reader, verdict func(Ref) Verdict) (Released, error) {
	w, m, err := s.receive(ctx, a, body)
	if err != nil {
		return Released{}, err
	}
	m.Status = Arrived
	v := verdict(m.Payload)
	if err := distinct(v.Children); err != nil {
		return Released{}, err
	}
	v.Labels = append(v.Labels, a.Labels...)
	out := Released{ID: m.ID, Receipt: v.Receipt}
	err = s.write(ctx, func(t *txn) error {
		w.row(t)
		t.began(Event{Message: m.ID, Actor: a.Door, Verb: "stored", To: Arrived, Note: a.note(m), Evidence: a.Headers})
		return t.releaseNew(&out, m, v)
	})
	s.c.Failpoint("taken")
	if err != nil {
		return Released{}, err
	}
	return out, nil
}

// named finds the drafts that the children name and makes them payloads.
func (s *Spool) named(id string, children []Child) ([]*BodyWriter, error) {
	s.mu.Lock()
	drafts := append([]*BodyWriter(nil), s.drafts[id]...)
	s.mu.Unlock()
	var out []*BodyWriter
	for _, c := range children {
		for _, d := range drafts {
			if d.closed && d.sum == c.Payload.SHA256 {
				if err := d.keep(); err != nil {
					return nil, err
				}
				out = append(out, d)
				break
			}
		}
	}
	return out, nil
}

// dropDrafts forgets the drafts of an arrival that is released or given up.
func (s *Spool) dropDrafts(id string) {
	s.mu.Lock()
	drafts := s.drafts[id]
	delete(s.drafts, id)
	s.mu.Unlock()
	for _, d := range drafts {
		if err := d.discard(); err != nil {
			s.c.Log.Warn("draft not removed, the sweep will", "msg_id", id, "err", err)
		}
	}
}
