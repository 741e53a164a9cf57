package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"waybill/example"
	"waybill/sim"
	"waybill/spool"
)

// step is one line of the journey. Its check reads what happened from where it is
// recorded; errNotYet has it asked again.
type step struct {
	name  string
	by    string // whose record it was read from
	check func(context.Context) (seen, error)
}

// seen is what a step's record says.
type seen struct {
	at   time.Time
	text string
	ids  map[string]string
}

// found is what later steps need of earlier ones.
type found struct {
	sent                     sim.Sent
	upload                   error     // what the partner was told at the close
	closed                   time.Time // when
	transmission, order, ack spool.Message
}

var errNotYet = errors.New("nothing is recorded yet")

func (d *demo) steps() []step {
	if d.o.door == "sftp" {
		return d.sftpSteps()
	}
	return []step{
		{"sent", "the partner's log", d.sent},
		{"stored", "the spool's history", d.stored},
		{"mdn", "the partner's log and the spool's receipt", d.receipted},
		{"decoded", "the spool's history", d.decoded},
		{"translated", "the spool's history", d.translated},
		{"accepted", "the ERP's journal and the spool's history", d.accepted},
		{"acknowledged", "the partner's log and the spool's history", d.acknowledged},
		{"settled", "the spool's expectations and the partner's log", d.settled},
		{"verified", "the spool's verification", d.verified},
	}
}

// breaks names the steps that can be made to go wrong.
func breaks(door string) []string {
	var names []string
	for _, s := range (&demo{o: demoOptions{door: door}}).steps() {
		names = append(names, s.name)
	}
	return names
}

// journey takes the steps in order and stops at the first that does not hold.
func (d *demo) journey(ctx context.Context, p *printer) error {
	d.breakWorld()
	for _, s := range d.steps() {
		got, err := take(ctx, s, d.o.patience, d)
		p.step(s, got, err)
		if err != nil {
			p.result("failed", s.name, err)
			return fmt.Errorf("step %q did not hold: %w", s.name, err)
		}
	}
	p.result("ok", "", nil)
	return p.timeline(ctx, d)
}

// witness knows why nothing comes.
type witness interface {
	stopped(context.Context) error    // what does not go on by itself
	lastError(context.Context) string // what is tried again
}

// take asks a step until its record is there or patience ends. A message that is
// held or dead ends it at once, with its own words.
func take(ctx context.Context, s step, patience time.Duration, w witness) (seen, error) {
	const pause = 20 * time.Millisecond
	deadline := time.Now().Add(patience)
	for {
		got, err := s.check(ctx)
		if !errors.Is(err, errNotYet) {
			return got, err
		}
		if stopped := w.stopped(ctx); stopped != nil {
			return got, stopped
		}
		if time.Now().After(deadline) {
			return got, fmt.Errorf("%w after %s%s", err, patience, w.lastError(ctx))
		}
		select {
		case <-ctx.Done():
			return got, ctx.Err()
		case <-time.After(pause):
		}
	}
}

// breakWorld lets the step that --break names go wrong.
func (d *demo) breakWorld() {
	switch d.o.broken {
	case "accepted":
		d.erp.Use(sim.Always(sim.Status(500, "the ERP is in trouble")))
	case "acknowledged":
		d.partner.Use(sim.MDNFaults{Always: sim.Unreachable})
	case "settled":
		d.partner.Use(sim.MDNFaults{Always: sim.NoMDN})
	}
}

// order is what the partner sends, spoilt where --break says so.
func (d *demo) orderBytes() []byte {
	body := example.Order()
	switch d.o.broken {
	case "decoded":
		return []byte("This is a letter and no interchange.\n")
	case "translated": // an 850 that X12 allows and no mapping knows what to make of
		return bytes.Replace(body, []byte("BEG*00*"), []byte("BEG*04*"), 1)
	}
	return body
}

// sent has the partner send its order.
func (d *demo) sent(ctx context.Context) (seen, error) {
	at := time.Now()
	if d.o.broken == "sent" {
		g := sim.Gateway{URL: "http://127.0.0.1:1/as2", AS2: example.Us, Certificate: d.partner.Keys().Certificate}
		d.partner.Join(g)
	}
	body := d.orderBytes()
	sent, err := d.partner.Send(ctx, body, sim.How{File: "po-4500012345.edi", WrongRecipient: d.o.broken == "mdn"})
	if err != nil {
		return seen{}, err
	}
	d.found.sent = sent
	return seen{at, fmt.Sprintf("850 for PO 4500012345, %d bytes, signed (SHA-256) and encrypted (AES-256-CBC)", len(body)),
		map[string]string{"messageId": sent.MessageID}}, nil
}

// stored finds the transmission by the partner's Message-ID.
func (d *demo) stored(ctx context.Context) (seen, error) {
	list, err := d.gateway.Spool().List(ctx, spool.Filter{Label: d.found.sent.MessageID, Kind: "transmission"})
	if err != nil {
		return seen{}, err
	}
	if len(list) == 0 {
		if d.found.sent.Status != 200 {
			return seen{}, fmt.Errorf("the spool has no message %s; the gateway answered %d", d.found.sent.MessageID, d.found.sent.Status)
		}
		return seen{}, errNotYet
	}
	d.found.transmission = list[0]
	e, err := d.event(ctx, list[0].ID, func(e spool.Event) bool { return e.Verb == "stored" })
	return seen{e.At, e.Note + ", before any answer", map[string]string{"message": list[0].ID, "sha256": list[0].Payload.SHA256}}, err
}

// receipted compares the partner's receipt with the one that the spool keeps.
func (d *demo) receipted(ctx context.Context) (seen, error) {
	s := d.found.sent
	if !s.Accepted() {
		return seen{}, fmt.Errorf("the partner's receipt says %q (signed: %t, MIC matches: %t) %s", s.Disposition, s.Signed, s.MICMatches, s.NoReceipt)
	}
	kept, err := d.gateway.Spool().Receipt(ctx, d.found.transmission.ID)
	if err != nil {
		return seen{}, err
	}
	if !bytes.Contains(kept, s.MDN) {
		return seen{}, errors.New("the receipt that the partner got is not the one that the spool keeps")
	}
	e, err := d.event(ctx, d.found.transmission.ID, func(e spool.Event) bool { return e.Verb == "released" })
	return seen{e.At, "processed; signature holds; MIC " + s.MIC + " is that of the bytes sent", nil}, err
}

// decoded finds the interchange that was in the transmission.
func (d *demo) decoded(ctx context.Context) (seen, error) {
	m, e, err := d.finished(ctx, "interchange", "in", "decode")
	return seen{e.At, e.Note, map[string]string{"message": m.ID}}, err
}

func (d *demo) translated(ctx context.Context) (seen, error) {
	m, e, err := d.finished(ctx, "set", "in", "map")
	return seen{e.At, e.Note, map[string]string{"message": m.ID}}, err
}

// accepted holds the ERP's reference against the one in the spool.
func (d *demo) accepted(ctx context.Context) (seen, error) {
	m, e, err := d.finished(ctx, "document", "in", "deliver")
	if err != nil {
		return seen{}, err
	}
	d.found.order = m
	labels, err := d.gateway.Spool().Labels(ctx, m.ID)
	if err != nil {
		return seen{}, err
	}
	for _, o := range d.erp.Journal() {
		for _, l := range labels {
			if l.Name == "erp-reference" && l.Value == o.Reference {
				return seen{e.At, fmt.Sprintf("PO %s is order %s at the ERP, under key %s", o.PO, o.Reference, o.Key),
					map[string]string{"message": m.ID, "reference": o.Reference}}, nil
			}
		}
	}
	return seen{}, fmt.Errorf("the ERP's journal has no order with the reference in %v", labels)
}

// acknowledged finds the 997 at the partner.
func (d *demo) acknowledged(ctx context.Context) (seen, error) {
	m, err := d.member(ctx, "interchange", "out")
	if err != nil {
		return seen{}, err
	}
	d.found.ack = m
	for _, r := range d.partner.Received() {
		for _, a := range r.Answers {
			if a.Functional != "PO" || a.Group != "101" {
				continue
			}
			if a.Result != "A" {
				return seen{}, fmt.Errorf("the 997 says %s for group %s", a.Result, a.Group)
			}
			return seen{r.At, fmt.Sprintf("997 accepts group PO %s, in interchange %s", a.Group, a.Interchange),
				map[string]string{"message": m.ID, "messageId": r.MessageID}}, nil
		}
	}
	return seen{}, errNotYet
}

// settled finds the partner's receipt for the 997.
func (d *demo) settled(ctx context.Context) (seen, error) {
	if _, _, err := d.finished(ctx, "interchange", "out", "send"); err != nil {
		return seen{}, err
	}
	waits, err := d.gateway.Spool().Expectations(ctx, d.found.ack.ID)
	if err != nil {
		return seen{}, err
	}
	for _, w := range waits {
		if w.Kind == "mdn" && w.State == "accepted" {
			e, err := d.event(ctx, d.found.ack.ID, func(e spool.Event) bool { return e.Verb == "answered" })
			return seen{e.At, "the partner's signed MDN for the 997: " + w.State, map[string]string{"expectation": w.Key}}, err
		}
	}
	return seen{}, errNotYet
}

// verified holds rows, payloads and hashes against each other.
func (d *demo) verified(ctx context.Context) (seen, error) {
	if d.o.broken == "verified" {
		if err := d.spoilPayload(); err != nil {
			return seen{}, err
		}
	}
	return soundSpool(ctx, d.gateway.Spool())
}

// soundSpool holds everything in a spool against its hashes.
func soundSpool(ctx context.Context, s *spool.Spool) (seen, error) {
	var wrong []string
	stats, err := s.Verify(ctx, func(f spool.Finding) {
		if !f.Note {
			wrong = append(wrong, f.Text)
		}
	})
	if err == nil && len(wrong) > 0 {
		err = errors.New("the spool is damaged: " + strings.Join(wrong, "; "))
	}
	return seen{time.Now(), fmt.Sprintf("%d messages and %d payloads agree with their hashes", stats.Messages, stats.Payloads), nil}, err
}

// spoilPayload turns over a bit of a stored payload.
func (d *demo) spoilPayload() error {
	return filepath.WalkDir(filepath.Join(d.dir, "config", "data", "payloads"), func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err == nil && len(data) > 0 {
			data[0] ^= 1
			err = os.WriteFile(path, data, 0o600)
		}
		if err != nil {
			return err
		}
		return fs.SkipAll
	})
}
