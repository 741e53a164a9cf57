package as2

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"waybill/transports"
)

// bodyReader reads a request body within its limits and remembers how it ended,
// because an Inbox wraps the error.
type bodyReader struct {
	r     io.Reader
	ctl   *http.ResponseController
	idle  time.Duration
	began time.Time
	most  time.Duration // for the whole
	read  int64
	err   error
}

// slowest is how many bytes a second a body must bring on the whole. A peer that
// sends one now and then holds an exchange no longer than a silent one.
const slowest = 500

// body bounds the request body in size and time.
func (x *exchange) body(w http.ResponseWriter, r *http.Request) *bodyReader {
	limit := StrangerMaxBytes
	if !x.stranger {
		limit = x.terms.maxBytes()
	}
	b := &bodyReader{ctl: http.NewResponseController(w), idle: x.o.Timeouts.Idle, began: time.Now(), most: x.o.Timeouts.Body}
	if r.ContentLength > limit { // refused before it is read; the arrival is recorded, empty
		b.err = &http.MaxBytesError{Limit: limit}
	}
	b.r = http.MaxBytesReader(w, r.Body, limit)
	return b
}

// Read gives a slow peer some time for each piece, and an end for the whole.
func (b *bodyReader) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	deadline := time.Now().Add(b.idle)
	for _, end := range []time.Duration{b.most, b.idle + time.Duration(b.read/slowest)*time.Second} {
		if t := b.began.Add(end); deadline.After(t) {
			deadline = t
		}
	}
	// A handler that runs without a connection has no deadlines.
	if err := b.ctl.SetReadDeadline(deadline); err != nil && !errors.Is(err, http.ErrNotSupported) {
		b.err = err
		return 0, err
	}
	n, err := b.r.Read(p)
	b.read += int64(n)
	switch {
	case errors.Is(err, io.EOF): // from here on the server listens for the peer hanging up
		_ = b.ctl.SetReadDeadline(time.Time{})
	case err != nil:
		b.err = &truncatedError{err}
		err = b.err
	}
	return n, err
}

// truncatedError is a body that ended before its end.
type truncatedError struct{ err error }

func (e *truncatedError) Error() string {
	return fmt.Sprintf("the message did not come whole: %v", e.err)
}
func (e *truncatedError) Unwrap() error { return e.err }

// notStored answers when Accept failed: never with success.
func (x *exchange) notStored(w http.ResponseWriter, body *bodyReader, err error) {
	x.o.Log.Warn("message not accepted", "partner", x.terms.Partner, "as2-from", x.req.them, "error", err)
	w.Header().Set("Connection", "close")
	var large *http.MaxBytesError
	switch {
	case errors.As(body.err, &large):
		http.Error(w, fmt.Sprintf("the message is larger than the agreed %d bytes", large.Limit), http.StatusRequestEntityTooLarge)
	case errors.Is(body.err, os.ErrDeadlineExceeded):
		http.Error(w, "the message came too slowly", http.StatusRequestTimeout)
	case body.err != nil:
		http.Error(w, "the message did not come whole", http.StatusBadRequest)
	default:
		later(w, "the message cannot be stored now")
	}
}

func (x *exchange) log(rel transports.Released, v *transports.Verdict) {
	log := x.o.Log.With("msg_id", rel.ID, "correlation", rel.ID, "stage", "receive", "partner", x.terms.Partner, "as2-from", x.req.them, "as2-message-id", bare(x.req.messageID))
	switch {
	case v.Problem != nil:
		log.Warn("message refused", "code", v.Problem.Code, "problem", v.Problem.Text)
	case rel.Duplicate:
		log.Info("message repeated; the first receipt is sent again")
	case rel.Held:
		log.Warn("message held: the same Message-ID came with other content")
	default:
		log.Info("message received", "documents", len(v.Payloads), "took", v.Duration)
	}
}
