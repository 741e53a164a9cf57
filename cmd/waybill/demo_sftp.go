package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"waybill/example"
	"waybill/sim"
	"waybill/spool"
)

// sftpSteps are the steps of the journey where the partner uploads and fetches.
func (d *demo) sftpSteps() []step {
	return []step{
		{"sent", "the partner's log", d.uploaded},
		{"stored", "the spool's history", d.storedFile},
		{"closed", "the partner's log and the spool's history", d.closed},
		{"decoded", "the spool's history", d.decoded},
		{"translated", "the spool's history", d.translated},
		{"accepted", "the ERP's journal and the spool's history", d.accepted},
		{"acknowledged", "the partner's log and the spool's history", d.fetchedAck},
		{"settled", "the spool's expectations and the partner's directory", d.fetchSettled},
		{"verified", "the spool's verification", d.verified},
	}
}

// joinSFTP makes the partner's account and its side of the door.
func (d *demo) joinSFTP(config string) (err error) {
	if d.files, err = sim.OpenFilePartner(example.Partner, "ACMERETAIL"); err != nil {
		return err
	}
	return example.OverSFTP(config, "127.0.0.1:0", d.files.PublicKey())
}

const orderFile = "po-4500012345.edi"

// uploaded has the partner upload its order.
func (d *demo) uploaded(ctx context.Context) (seen, error) {
	at := time.Now()
	switch d.o.broken {
	case "sent":
		d.files.Join("127.0.0.1:1")
	case "stored": // the tree is no directory any more
		tree := d.tree("inbound")
		if err := errors.Join(os.MkdirAll(filepath.Dir(tree), 0o700), os.WriteFile(tree, nil, 0o600)); err != nil {
			return seen{}, err
		}
	}
	body := d.orderBytes()
	if d.o.broken == "closed" {
		body = nil
	}
	d.found.upload = d.files.Upload(ctx, orderFile, bytes.NewReader(body))
	d.found.closed = time.Now()
	var network *net.OpError
	if errors.As(d.found.upload, &network) {
		return seen{}, d.found.upload
	}
	return seen{at, fmt.Sprintf("850 for PO 4500012345, %d bytes, as /inbound/%s", len(body), orderFile), map[string]string{"file": orderFile}}, nil
}

// storedFile finds the transmission by the partner and the bytes.
func (d *demo) storedFile(ctx context.Context) (seen, error) {
	list, err := d.gateway.Spool().List(ctx, spool.Filter{Partner: example.Partner, Kind: "transmission"})
	if err != nil {
		return seen{}, err
	}
	if len(list) == 0 && d.found.upload != nil {
		return seen{}, fmt.Errorf("the spool has nothing of it; the partner was told: %w", d.found.upload)
	}
	if len(list) == 0 {
		return seen{}, errNotYet
	}
	d.found.transmission = list[0]
	for _, verb := range []string{"stored", "refused"} {
		e, err := d.event(ctx, list[0].ID, func(e spool.Event) bool { return e.Verb == verb })
		if err == nil {
			return seen{e.At, e.Note + ", before the close was answered", map[string]string{"message": list[0].ID, "sha256": list[0].Payload.SHA256}}, nil
		}
		if !errors.Is(err, errNotYet) {
			return seen{}, err
		}
	}
	return seen{}, errNotYet
}

// closed compares what the partner was told with what the spool holds.
func (d *demo) closed(ctx context.Context) (seen, error) {
	if d.found.upload != nil {
		return seen{}, fmt.Errorf("the partner was told: %w", d.found.upload)
	}
	r, err := d.gateway.Spool().Open(ctx, d.found.transmission.Payload)
	if err != nil {
		return seen{}, err
	}
	var kept bytes.Buffer
	_, err = kept.ReadFrom(r)
	if err = errors.Join(err, r.Close()); err != nil {
		return seen{}, err
	}
	if !bytes.Equal(kept.Bytes(), d.orderBytes()) {
		return seen{}, errors.New("what the spool keeps is not what the partner uploaded")
	}
	e, err := d.event(ctx, d.found.transmission.ID, func(e spool.Event) bool { return e.Verb == "stored" })
	if err == nil && e.At.After(d.found.closed) {
		err = errors.New("the close was answered before the bytes were stored")
	}
	return seen{d.found.closed, "the close succeeded after the commit; what is kept is what was uploaded, byte for byte", nil}, err
}

// fetchedAck has the partner fetch, and finds the 997 in what it got.
func (d *demo) fetchedAck(ctx context.Context) (seen, error) {
	m, err := d.member(ctx, "interchange", "out")
	if err != nil {
		return seen{}, err
	}
	d.found.ack = m
	if _, _, err := d.finished(ctx, "interchange", "out", "send"); err != nil {
		return seen{}, err
	}
	switch d.o.broken {
	case "acknowledged":
		d.files.Join("127.0.0.1:1")
		if err := d.files.Close(); err != nil {
			return seen{}, err
		}
	case "settled": // nobody knows what the fetch would settle
		if err := os.RemoveAll(d.tree("waiting")); err != nil {
			return seen{}, err
		}
	}
	if err := d.files.Fetch(ctx); err != nil {
		return seen{}, err
	}
	for _, r := range d.files.Received() {
		for _, a := range r.Answers {
			if a.Functional != "PO" || a.Group != "101" {
				continue
			}
			if a.Result != "A" {
				return seen{}, fmt.Errorf("the 997 says %s for group %s", a.Result, a.Group)
			}
			return seen{r.At, fmt.Sprintf("997 accepts group PO %s, in interchange %s, fetched as %s", a.Group, a.Interchange, r.MessageID),
				map[string]string{"message": m.ID, "file": r.MessageID}}, nil
		}
	}
	return seen{}, errNotYet
}

// fetchSettled finds the fetch in the spool, and the file in the archive.
func (d *demo) fetchSettled(ctx context.Context) (seen, error) {
	waits, err := d.gateway.Spool().Expectations(ctx, d.found.ack.ID)
	if err != nil {
		return seen{}, err
	}
	for _, w := range waits {
		if w.Kind != "fetch" || w.State != "accepted" {
			continue
		}
		left, err := os.ReadDir(d.tree("outbound"))
		if err != nil {
			return seen{}, err
		}
		if len(left) > 0 {
			return seen{}, errNotYet
		}
		e, err := d.event(ctx, d.found.ack.ID, func(e spool.Event) bool { return e.Verb == "answered" })
		return seen{e.At, "the partner has fetched the 997, and it stands in the archive", map[string]string{"expectation": w.Key}}, err
	}
	return seen{}, errNotYet
}

// tree is a directory of the partner's on the gateway's disk.
func (d *demo) tree(name string) string {
	return filepath.Join(d.dir, "config", "data", "sftp", example.Partner, name)
}
