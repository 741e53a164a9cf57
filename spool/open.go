package spool

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// inMemory is a payload that stands in the database.
type inMemory struct{ *bytes.Reader }

func (inMemory) Close() error { return nil }

// Open reads the range that r names. A payload is compared with its hash before
// the first byte is given out, so that damage is never delivered.
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
	var inFile bool // an empty body may be read as nil
	err := s.db.QueryRowContext(ctx, s.db.Rebind(`SELECT body, body IS NULL FROM payloads WHERE sha256 = ?`), r.SHA256).Scan(&body, &inFile)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, &storeError{text: fmt.Sprintf("payload %.12s is missing", r.SHA256), hint: "run waybill spool verify, restore from a backup"}
	case err != nil:
		return nil, classify("reading a payload", err)
	case inFile:
		return s.openFile(r.SHA256)
	}
	if sum := sha256.Sum256(body); hex.EncodeToString(sum[:]) != r.SHA256 {
		return nil, errDamaged(r.SHA256)
	}
	return inMemory{bytes.NewReader(body)}, nil
}

func errDamaged(sum string) error {
	return &storeError{text: fmt.Sprintf("payload %.12s does not match its hash", sum), hint: "the disk or the database is damaged: run waybill spool verify, restore from a backup"}
}

// fileState is a payload file at the time when it was compared with its hash.
type fileState struct {
	size      int64
	mod, seen time.Time
}

const (
	checkedFor   = 5 * time.Minute // an interchange of many sets reads its file once for each
	checkedLimit = 1000
)

// openFile opens a payload file, compared with its hash unless that was done just now.
func (s *Spool) openFile(sum string) (io.ReadSeekCloser, error) {
	f, err := os.Open(s.path(sum))
	if errors.Is(err, os.ErrNotExist) {
		return nil, &storeError{text: fmt.Sprintf("payload file %.12s is missing", sum), hint: "run waybill spool verify, restore from a backup"}
	}
	if err != nil {
		return nil, classify("opening a payload", err)
	}
	if err := s.compare(f, sum); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func (s *Spool) compare(f *os.File, sum string) error {
	info, err := f.Stat()
	if err != nil {
		return classify("opening a payload", err)
	}
	now := time.Now() // file times are the system's own
	s.mu.Lock()
	known, ok := s.checked[sum]
	s.mu.Unlock()
	if ok && known.size == info.Size() && known.mod.Equal(info.ModTime()) && now.Sub(known.seen) < checkedFor {
		return nil
	}
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return classify("reading a payload", err)
	}
	if hex.EncodeToString(h.Sum(nil)) != sum {
		return errDamaged(sum)
	}
	s.mu.Lock()
	if len(s.checked) >= checkedLimit {
		clear(s.checked)
	}
	s.checked[sum] = fileState{info.Size(), info.ModTime(), now}
	s.mu.Unlock()
	_, err = f.Seek(0, io.SeekStart)
	return classify("reading a payload", err)
}
