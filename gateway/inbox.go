package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"waybill/spool"
	"waybill/stages"
	"waybill/transports"
)

// receiverLease is how long a receiver may take from Accept to Release; after
// that the arrival is refused and the partner, who has no receipt, sends again.
const receiverLease = 10 * time.Minute

// inbox is the only way in: it puts what receivers bring into the spool.
type inbox struct {
	spool  *spool.Spool
	log    *slog.Logger
	counts *counts
	order  *order // nil: no partner's is kept
}

// Accept stores the bytes as they came.
func (in inbox) Accept(ctx context.Context, a transports.Arrival, body io.Reader) (transports.Stored, error) {
	arrival, err := toSpool(a)
	if err != nil {
		return nil, err
	}
	m, err := in.spool.Accept(ctx, arrival, body)
	if err != nil {
		in.notTaken(a, err)
		return nil, err
	}
	in.about(m.ID, a.Partner).Info("stored", "door", a.Door, "remote", a.Remote, "bytes", m.Payload.Length)
	return stored{ctx: ctx, spool: in.spool, message: m}, nil
}

// Release records what the bytes turned out to be.
func (in inbox) Release(ctx context.Context, id string, v transports.Verdict) (transports.Released, error) {
	released, err := in.spool.Release(ctx, id, in.verdict(v))
	if err != nil {
		in.about(id, v.Partner).Error("arrival not released", "err", err)
		return transports.Released{}, err
	}
	in.report(v, released)
	return transports.Released{ID: released.ID, Duplicate: released.Duplicate, Held: released.Held, Receipt: released.Receipt}, nil
}

// Take stores and releases in one commit: the bytes are the payload.
func (in inbox) Take(ctx context.Context, a transports.Arrival, body io.Reader) (transports.Released, error) {
	arrival, err := toSpool(a)
	if err != nil {
		return transports.Released{}, err
	}
	v := transports.Verdict{Partner: a.Partner, Payloads: []transports.Payload{{File: a.File}}}
	released, err := in.spool.Take(ctx, arrival, body, func(r spool.Ref) spool.Verdict {
		out := in.verdict(v)
		out.Children[0].Payload = r
		out.Dedupe, out.Digest = a.Door+":"+a.Partner+":"+r.SHA256, r.SHA256
		return out
	})
	if err != nil {
		in.notTaken(a, err)
		return transports.Released{}, err
	}
	in.report(v, released)
	return transports.Released{ID: released.ID, Duplicate: released.Duplicate, Held: released.Held}, nil
}

// about logs what becomes of an arrival; it begins a thread, which has its name.
// The id is msg_id because msg is slog's own key: JSON with a key twice has lost one.
func (in inbox) about(id, partner string) *slog.Logger {
	return in.log.With("msg_id", id, "correlation", id, "partner", partner, "stage", "receive")
}

// notTaken reports bytes that broke off, which are kept, or that could not be kept.
func (in inbox) notTaken(a transports.Arrival, err error) {
	var partial *spool.PartialError
	if errors.As(err, &partial) {
		in.counts.refused(a.Partner, "TRN-PARTIAL")
		in.about(partial.ID, a.Partner).Warn("refused", "code", "TRN-PARTIAL", "door", a.Door, "remote", a.Remote, "err", err)
		return
	}
	in.counts.refused(a.Partner, "TRN-STORE")
	in.log.Error("arrival not stored", "stage", "receive", "door", a.Door, "partner", a.Partner, "remote", a.Remote, "err", err)
}

func (in inbox) report(v transports.Verdict, r spool.Released) {
	log := in.about(r.ID, v.Partner)
	switch {
	case v.Problem != nil:
		in.counts.refused(v.Partner, v.Problem.Code)
		log.Warn("refused", "code", v.Problem.Code, "err", v.Problem.Text)
	case r.Duplicate:
		in.counts.received(v.Partner, "duplicate")
		log.Info("duplicate", "of", r.Original)
	case r.Held:
		in.counts.received(v.Partner, "held")
		log.Warn("held: the same transmission id came with other content", "of", r.Original)
	case v.Hold != nil:
		in.counts.received(v.Partner, "held")
		log.Warn("held", "code", v.Hold.Code, "err", v.Hold.Text)
	default:
		in.counts.received(v.Partner, "accepted")
		log.Info("released", "payloads", len(v.Payloads), "duration", v.Duration)
	}
}

// toSpool keeps the headers as the arrival's evidence.
func toSpool(a transports.Arrival) (spool.Arrival, error) {
	headers, err := json.Marshal(a.Headers)
	if err != nil {
		return spool.Arrival{}, fmt.Errorf("keeping headers: %w", err)
	}
	return spool.Arrival{
		Door: a.Door, Partner: a.Partner, Kind: stages.KindTransmission, Remote: a.Remote, File: a.File,
		Headers: headers, Labels: labels(a.Labels), Lease: receiverLease,
	}, nil
}

// verdict is what a receiver found, with the places of its files in the partner's order.
func (in inbox) verdict(v transports.Verdict) spool.Verdict {
	out := verdict(v)
	if in.order != nil {
		in.order.place(out.Children)
	}
	return out
}

// verdict makes one child per payload, which waits to be decoded.
func verdict(v transports.Verdict) spool.Verdict {
	out := spool.Verdict{
		Partner: v.Partner, Receipt: v.Receipt, Evidence: v.Evidence, Dedupe: v.Dedupe, Digest: v.Digest,
		Labels: labels(v.Labels), Duration: v.Duration, Note: fmt.Sprintf("%d document file(s)", len(v.Payloads)),
	}
	if len(v.Receipt) > 0 {
		out.Note += ", receipt made"
	}
	for _, a := range v.Answers {
		out.Answers = append(out.Answers, settled(a))
	}
	if v.Problem != nil {
		out.Code, out.Error, out.Hint = v.Problem.Code, v.Problem.Text, v.Problem.Hint
		return out
	}
	for i, p := range v.Payloads {
		child := spool.Child{
			Key: fmt.Sprintf("payload:%d", i), Kind: stages.KindInterchange, Direction: stages.Inbound,
			Partner: v.Partner, Stage: stages.ToDecode, Payload: spool.Ref{SHA256: p.Ref, Length: -1, ISA: -1, GS: -1},
		}
		if p.File != "" {
			child.Labels = []spool.Label{{Name: "file", Value: p.File}}
		}
		if v.Hold != nil {
			child.Status, child.Code, child.Error, child.Hint = spool.Held, v.Hold.Code, v.Hold.Text, v.Hold.Hint
		}
		out.Children = append(out.Children, child)
	}
	return out
}

// settled is an answer that a door brought. What came to nothing is to be sent again.
func settled(a transports.Settlement) spool.Answer {
	out := spool.Answer{Key: a.Key, State: a.State, Text: a.Text, Quiet: a.Quiet}
	if a.Hold != nil {
		out.Hold = &spool.Hold{Stage: stages.ToSend, Code: a.Hold.Code, Error: a.Hold.Text, Hint: a.Hold.Hint}
	}
	return out
}

func labels(in []transports.Label) []spool.Label {
	out := make([]spool.Label, 0, len(in))
	for _, l := range in {
		out = append(out, spool.Label{Name: l.Name, Value: l.Value})
	}
	return out
}

// stored is an arrival whose bytes are safe.
type stored struct {
	ctx     context.Context
	spool   *spool.Spool
	message spool.Message
}

func (s stored) ID() string { return s.message.ID }

func (s stored) Open() (io.ReadSeekCloser, error) { return s.spool.Open(s.ctx, s.message.Payload) }

func (s stored) Create() (transports.Draft, error) {
	return s.spool.Draft(s.ctx, s.message.ID)
}
