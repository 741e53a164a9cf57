package spool

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// draftDir holds streams that nobody has named yet.
const draftDir = "drafts"

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
		f, err := os.CreateTemp(filepath.Join(w.s.c.Dir, draftDir), "draft-*")
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
	if err := w.file.Sync(); err != nil {
		return w.s.breakDown(err)
	}
	w.s.c.Failpoint("payload-synced")
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
	return errors.Join(w.file.Close())
}

// discard removes a stream that nobody named.
func (w *BodyWriter) discard() error {
	if w.file == nil || w.kept {
		return nil
	}
	return errors.Join(w.file.Close(), os.Remove(w.file.Name()))
}

// path of a payload file, by hash.
func (s *Spool) path(sum string) string { return filepath.Join(s.c.Dir, sum[:2], sum) }

// makeDir makes a directory of the payload store, and syncs its parent so that
// it is still there after a power cut.
func (s *Spool) makeDir(dir string) error {
	err := os.Mkdir(dir, 0o700)
	if errors.Is(err, os.ErrExist) {
		return nil
	}
	if err != nil {
		return classify("making a payload directory", err)
	}
	return s.syncDir(filepath.Dir(dir))
}

func (s *Spool) syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return classify("opening a payload directory", err)
	}
	if err := d.Sync(); err != nil {
		return errors.Join(s.breakDown(err), d.Close())
	}
	return d.Close()
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

// inMemory is a payload that stands in the database.
type inMemory struct{ *bytes.Reader }

func (inMemory) Close() error { return nil }

// Open reads the range that r names. A payload in the database is compared with
// its hash on every read, one in a file by Verify.
func (s *Spool) Open(ctx context.Context, r Ref) (io.ReadSeekCloser, error) {
	whole, err := s.OpenWhole(ctx, r)
	if err != nil {
		return nil, err
	}
	size, err := whole.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = whole.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(err, whole.Close())
	}
	if r.Offset == 0 && (r.Length < 0 || r.Length == size) {
		return whole, nil
	}
	if r.Offset < 0 || r.Offset+r.Length > size {
		return nil, errors.Join(fmt.Errorf("payload %.12s has %d bytes and no range %d+%d", r.SHA256, size, r.Offset, r.Length), whole.Close())
	}
	at, ok := whole.(io.ReaderAt)
	if !ok {
		return nil, errors.Join(fmt.Errorf("payload %.12s cannot be read in part", r.SHA256), whole.Close())
	}
	return section{io.NewSectionReader(at, r.Offset, r.Length), whole}, nil
}

type section struct {
	*io.SectionReader
	whole io.Closer
}

func (s section) Close() error { return s.whole.Close() }

// OpenWhole reads the whole payload that r is a range of.
func (s *Spool) OpenWhole(ctx context.Context, r Ref) (io.ReadSeekCloser, error) {
	if r.SHA256 == "" {
		return inMemory{bytes.NewReader(nil)}, nil
	}
	var body []byte
	err := s.db.QueryRowContext(ctx, s.db.Rebind(`SELECT body FROM payloads WHERE sha256 = ?`), r.SHA256).Scan(&body)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, &storeError{text: fmt.Sprintf("payload %.12s is missing", r.SHA256), hint: "run waybill spool verify, restore from a backup"}
	case err != nil:
		return nil, classify("reading a payload", err)
	case body == nil:
		f, err := os.Open(s.path(r.SHA256))
		if errors.Is(err, os.ErrNotExist) {
			return nil, &storeError{text: fmt.Sprintf("payload file %.12s is missing", r.SHA256), hint: "run waybill spool verify, restore from a backup"}
		}
		return f, classify("opening a payload", err)
	}
	if sum := sha256.Sum256(body); hex.EncodeToString(sum[:]) != r.SHA256 {
		return nil, &storeError{text: fmt.Sprintf("payload %.12s does not match its hash", r.SHA256), hint: "the database is damaged: restore from a backup"}
	}
	return inMemory{bytes.NewReader(body)}, nil
}

// isSyncFailure tells a failed sync from other errors of SQLite.
func isSyncFailure(err error) bool {
	var coded interface{ Code() int }
	const ioErrFsync, ioErrDirFsync = 1034, 1290 // SQLITE_IOERR_FSYNC, SQLITE_IOERR_DIR_FSYNC
	if errors.As(err, &coded) {
		return coded.Code() == ioErrFsync || coded.Code() == ioErrDirFsync
	}
	return strings.Contains(err.Error(), "fsync")
}
