package stages

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"waybill/partners"
	"waybill/spool"
	"waybill/transports"
)

// Send hands an interchange to the partner in two runs. The first fixes what
// must not change between attempts and persists it with the expectation of an
// answer; every later run sends exactly that.
type Send struct {
	// Senders finds how a document goes to a partner.
	Senders func(b *partners.Book, p *partners.Profile, document string) (transports.Sender, error)
}

// Run prepares, or sends what was prepared.
func (s Send) Run(ctx context.Context, w Work) (spool.Outcome, error) {
	m := w.Message()
	profile, ok := w.Book.Partner(m.Partner)
	if !ok {
		return held("ROUTE-PARTNER", "there is no profile for partner "+m.Partner, "restore the profile, then release"), nil
	}
	sender, err := s.Senders(w.Book, profile, m.Document)
	if err != nil {
		return held("ROUTE-VIA", err.Error(), "give the profile a way to send, then release"), nil
	}
	body, err := w.Store.Open(ctx, m.Payload)
	if err != nil {
		return spool.Outcome{}, err
	}
	defer body.Close()

	if len(m.Prepared) == 0 {
		control, err := interchangeNumber(body)
		if err != nil {
			return spool.Outcome{}, err
		}
		p, err := sender.Prepare(ctx, transports.Outgoing{
			Message: m.ID, Partner: m.Partner, File: m.Document + "_" + m.ID + ".edi",
			ContentType: "application/edi-x12", Size: m.Payload.Length, Document: m.Document, Control: control,
		}, body)
		if err != nil {
			return spool.Outcome{}, err
		}
		return prepared(w, p)
	}

	var p transports.Prepared
	if err := json.Unmarshal(m.Prepared, &p); err != nil {
		return spool.Outcome{}, fmt.Errorf("reading what was prepared: %w", err)
	}
	receipt, err := sender.Send(ctx, p, body)
	if err != nil {
		return spool.Outcome{}, err
	}
	o := answered(p, receipt)
	if !receipt.Settled && p.Key != "" && m.Code != "" { // what an earlier attempt was told is told of that one
		o.Expect = expected(w, p)
	}
	return o, nil
}

// interchangeNumber is ISA13 of what is sent: every element of an ISA has its
// place (X12.5). It is "" of what does not begin with one.
func interchangeNumber(body io.ReadSeeker) (string, error) {
	var isa [106]byte
	n, err := io.ReadFull(body, isa[:])
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return "", err
	}
	if _, err := body.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	fields := strings.Split(string(isa[:n]), string(isa[3]))
	if n < len(isa) || fields[0] != "ISA" || len(fields) != 17 {
		return "", nil
	}
	return fields[13], nil
}

// prepared is the outcome of the first run: nothing has left yet.
func prepared(w Work, p transports.Prepared) (spool.Outcome, error) {
	state, err := json.Marshal(p)
	if err != nil {
		return spool.Outcome{}, err
	}
	o := spool.Outcome{Next: ToSend, Prepared: state, Note: p.Summary}
	for _, l := range p.Labels {
		o.Labels = append(o.Labels, spool.Label{Name: l.Name, Value: l.Value})
	}
	o.Expect = expected(w, p)
	return o, nil
}

// expected is the answer that a transmission waits for.
func expected(w Work, p transports.Prepared) []spool.Expectation {
	if p.Key == "" {
		return nil
	}
	e := spool.Expectation{Message: w.Message().ID, Kind: p.Kind, Key: p.Key, DueAt: w.Now.Add(p.Within)}
	if e.Kind == "" {
		e.Kind = "mdn"
	}
	if p.Possible {
		e.State, e.DueAt = "possible", time.Time{}
	}
	return []spool.Expectation{e}
}

// answered is the outcome of a run that reached the partner.
func answered(p transports.Prepared, r transports.Receipt) spool.Outcome {
	o := spool.Outcome{Note: r.Summary, Evidence: r.Evidence}
	if !r.Settled {
		return o
	}
	if p.Key != "" {
		o.Answers = []spool.Answer{{Key: p.Key, State: r.State, Text: r.Summary}}
	}
	switch r.State {
	case "rejected":
		o.Status, o.Code = spool.Held, "AS2-MDN"
		o.Error, o.Hint = r.Summary, "the partner did not take it: settle with the partner what was wrong, then retry or drop"
	case "errors":
		o.Status, o.Code = spool.Held, "AS2-MIC"
		o.Error, o.Hint = r.Summary, "the partner has something, and its receipt does not prove that it is what was sent: compare with the partner, then retry or drop"
	}
	return o
}
