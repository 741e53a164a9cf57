package sim

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"waybill/transports"
)

// inbox is the partner's transports.Inbox for one exchange, in memory.
type inbox struct {
	partner *Partner
	id      string
	raw     []byte
	drafts  []*draft
	got     *Received // what the exchange turned out to be
}

// Accept keeps the bytes as they came.
func (in *inbox) Accept(_ context.Context, _ transports.Arrival, body io.Reader) (transports.Stored, error) {
	var err error
	if in.raw, err = io.ReadAll(body); err != nil {
		return nil, fmt.Errorf("accept: %w", err)
	}
	return in, nil
}

// ID names the exchange.
func (in *inbox) ID() string { return in.id }

// Open reads the bytes as they came.
func (in *inbox) Open() (io.ReadSeekCloser, error) { return seeker(in.raw), nil }

// Create starts a derived stream.
func (in *inbox) Create() (transports.Draft, error) {
	d := &draft{ref: fmt.Sprintf("%s.%d", in.id, len(in.drafts))}
	in.drafts = append(in.drafts, d)
	return d, nil
}

// Release keeps an accepted message once and gives a repeated one its first receipt.
func (in *inbox) Release(_ context.Context, id string, v transports.Verdict) (transports.Released, error) {
	if v.Problem != nil {
		return transports.Released{ID: id, Receipt: v.Receipt}, nil
	}
	var content []byte
	for _, payload := range v.Payloads {
		content = append(content, in.payload(payload.Ref)...)
	}
	p := in.partner
	p.mu.Lock()
	defer p.mu.Unlock()
	if had := p.seen[v.Dedupe]; had != nil {
		had.Repeats++
		in.got = had
		if !bytes.Equal(had.Interchange, content) {
			return transports.Released{}, errors.New("the same Message-ID came with another content")
		}
		return transports.Released{ID: id, Duplicate: true, Receipt: had.receipt}, nil
	}
	in.got = &Received{At: p.o.Now().UTC(), MessageID: in.id, Interchange: content, receipt: v.Receipt}
	var err error
	if in.got.Answers, err = ReadAcks(content); err != nil {
		in.got.NotRead = err.Error()
	}
	p.seen[v.Dedupe] = in.got
	p.received = append(p.received, in.got)
	return transports.Released{ID: id, Receipt: v.Receipt}, nil
}

// Take is for doors whose bytes are the payload; AS2 is none.
func (in *inbox) Take(context.Context, transports.Arrival, io.Reader) (transports.Released, error) {
	return transports.Released{}, errors.New("the partner takes AS2 messages only")
}

func (in *inbox) payload(ref string) []byte {
	for _, d := range in.drafts {
		if d.ref == ref {
			return d.content.Bytes()
		}
	}
	return in.raw
}

// draft is a derived stream in memory.
type draft struct {
	ref     string
	content bytes.Buffer
}

func (d *draft) Write(b []byte) (int, error)      { return d.content.Write(b) }
func (d *draft) Close() error                     { return nil }
func (d *draft) Ref() string                      { return d.ref }
func (d *draft) Open() (io.ReadSeekCloser, error) { return seeker(d.content.Bytes()), nil }

// memory reads bytes that are held.
type memory struct{ *bytes.Reader }

func (memory) Close() error { return nil }

func seeker(b []byte) io.ReadSeekCloser { return memory{bytes.NewReader(b)} }
