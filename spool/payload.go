package spool

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"os"
	"path/filepath"
	"time"
)

// draftDir holds streams that nobody has named yet.
const (
	draftDir    = "drafts"
	draftPrefix = "draft-"
)

// BodyWriter takes a stream whose size is not known: small ones stay in memory
// and will stand in the database, larger ones go to a private file.
type BodyWriter struct {
	s      *Spool
	hash   hash.Hash
	small  bytes.Buffer
	file   *os.File
	size   int64
	sum    string
	kept   bool // a payload by now
	closed bool
}

// Draft starts a derived stream of an arrival. It stays private until Release
// names it.
func (s *Spool) Draft(_ context.Context, id string) (*BodyWriter, error) {
	w := s.body()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drafts[id] = append(s.drafts[id], w)
	return w, nil
}

func (s *Spool) body() *BodyWriter { return &BodyWriter{s: s, hash: sha256.New()} }

// Write implements io.Writer.
func (w *BodyWriter) Write(p []byte) (int, error) {
	if w.closed {
		return 0, os.ErrClosed
	}
	if w.file == nil && int64(w.small.Len()+len(p)) > w.s.c.Inline {
		f, err := os.CreateTemp(filepath.Join(w.s.c.Dir, draftDir), draftPrefix+"*")
		if err != nil {
			return 0, classify("starting a payload file", err)
		}
		w.file = f
		if _, err := f.Write(w.small.Bytes()); err != nil {
			return 0, classify("writing a payload file", err)
		}
		w.small.Reset()
	}
	var err error
	n := len(p)
	if w.file != nil {
		n, err = w.file.Write(p)
		w.s.c.Failpoint("payload-written")
	} else {
		w.small.Write(p)
	}
	w.size += int64(n)
	w.hash.Write(p[:n])
	return n, classify("writing a payload file", err)
}

// Close ends the stream; Ref and Open work from then on.
func (w *BodyWriter) Close() error {
	if !w.closed {
		w.closed = true
		w.sum = hex.EncodeToString(w.hash.Sum(nil))
	}
	return nil
}

// Ref is the name of the closed stream: its SHA-256.
func (w *BodyWriter) Ref() string { return w.sum }

// Size is the number of bytes written.
func (w *BodyWriter) Size() int64 { return w.size }

// Open reads the closed stream again.
func (w *BodyWriter) Open() (io.ReadSeekCloser, error) {
	if w.file == nil {
		return inMemory{bytes.NewReader(w.small.Bytes())}, nil
	}
	if w.kept {
		return os.Open(w.s.path(w.sum))
	}
	return os.Open(w.file.Name())
}

// keep makes the stream a payload for good: synced, renamed to its hash, its
// directory synced. The row that names it comes after.
func (w *BodyWriter) keep() error {
	if err := w.Close(); err != nil || w.file == nil || w.kept {
		return err
	}
	// Its age counts from now, or the sweep could take it before its row is there.
	now := time.Now()
	if err := os.Chtimes(w.file.Name(), now, now); err != nil {
		return classify("dating a payload file", err)
	}
	if err := w.file.Sync(); err != nil {
		return w.s.breakDown(err)
	}
	w.s.c.Failpoint("payload-synced")
	if err := w.file.Close(); err != nil {
		return classify("closing a payload file", err)
	}
	path := w.s.path(w.sum)
	if err := w.s.makeDir(filepath.Dir(path)); err != nil {
		return err
	}
	if err := os.Rename(w.file.Name(), path); err != nil {
		return classify("naming a payload file", err)
	}
	w.kept = true
	w.s.c.Failpoint("payload-renamed")
	if err := w.s.syncDir(filepath.Dir(path)); err != nil {
		return err
	}
	w.s.c.Failpoint("payload-dir-synced")
	return nil
}

// discard removes a stream that nobody named.
func (w *BodyWriter) discard() error {
	if w.file == nil || w.kept {
		return nil
	}
	if err := w.file.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		return err
	}
	return os.Remove(w.file.Name())
}

// row puts the payload's row into the transaction.
func (w *BodyWriter) row(t *txn) {
	var body []byte
	if w.file == nil {
		body = w.small.Bytes()
		if body == nil {
			body = []byte{}
		}
	}
	t.insert(intoPayloads, w.sum, w.size, body, t.now)
}
