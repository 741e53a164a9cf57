package spool

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Finding is something that is not as it should be.
type Finding struct {
	Message string // or ""
	Payload string // or ""
	Text    string
	Note    bool // harmless: the sweep will see to it
}

// VerifyStats is what Verify looked at.
type VerifyStats struct {
	Messages, Payloads, Files, Findings, Notes int
	Bytes                                      int64
}

// Verify holds rows, payloads and hashes against each other and reports what
// does not fit. It reads every payload.
func (s *Spool) Verify(ctx context.Context, report func(Finding)) (VerifyStats, error) {
	var stats VerifyStats
	tell := func(f Finding) {
		if f.Note {
			stats.Notes++
		} else {
			stats.Findings++
		}
		report(f)
	}
	for _, check := range []func(context.Context, *VerifyStats, func(Finding)) error{s.verifyPayloads, s.verifyRows, s.verifyFiles} {
		if err := check(ctx, &stats, tell); err != nil {
			return stats, err
		}
	}
	return stats, nil
}

// verifyPayloads compares every payload with its hash.
func (s *Spool) verifyPayloads(ctx context.Context, stats *VerifyStats, tell func(Finding)) error {
	last := ""
	for {
		var page []struct {
			SHA256 string
			Size   int64
			Body   []byte
			InFile bool `db:"infile"` // it stands in a file; an empty body may be read as nil
		}
		err := s.db.SelectContext(ctx, &page, s.db.Rebind(`SELECT sha256, size, body, body IS NULL AS infile FROM payloads WHERE sha256 > ? ORDER BY sha256 LIMIT 200`), last)
		if err != nil {
			return classify("reading payloads", err)
		}
		if len(page) == 0 {
			return nil
		}
		for _, p := range page {
			last = p.SHA256
			stats.Payloads++
			stats.Bytes += p.Size
			sum, size, err := sumOf(p.Body, p.InFile, s.path(p.SHA256))
			switch {
			case errors.Is(err, fs.ErrNotExist):
				tell(Finding{Payload: p.SHA256, Text: "the payload's file is missing"})
			case err != nil:
				tell(Finding{Payload: p.SHA256, Text: "the payload cannot be read: " + err.Error()})
			case sum != p.SHA256 || size != p.Size:
				tell(Finding{Payload: p.SHA256, Text: fmt.Sprintf("found hash %.12s and %d bytes, expected %.12s and %d", sum, size, p.SHA256, p.Size)})
			}
		}
	}
}

func sumOf(body []byte, inFile bool, path string) (string, int64, error) {
	h := sha256.New()
	if !inFile {
		h.Write(body)
		return hex.EncodeToString(h.Sum(nil)), int64(len(body)), nil
	}
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	n, err := io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)), n, errors.Join(err, f.Close())
}

// verifyRows looks for rows that point at nothing and for statuses that the
// state machine does not have.
func (s *Spool) verifyRows(ctx context.Context, stats *VerifyStats, tell func(Finding)) error {
	if err := s.db.GetContext(ctx, &stats.Messages, `SELECT COUNT(*) FROM messages`); err != nil {
		return classify("counting", err)
	}
	for _, q := range []struct{ text, query string }{
		{"names a payload that is not there", `SELECT id FROM messages m WHERE sha256 <> '' AND NOT EXISTS (SELECT 1 FROM payloads p WHERE p.sha256 = m.sha256)`},
		{"names a range beyond its payload", `SELECT m.id FROM messages m JOIN payloads p ON p.sha256 = m.sha256 WHERE m.start + m.length > p.size`},
		{"has a parent that is not there", `SELECT id FROM messages m WHERE parent <> '' AND NOT EXISTS (SELECT 1 FROM messages p WHERE p.id = m.parent)`},
		{"has no history", `SELECT id FROM messages m WHERE NOT EXISTS (SELECT 1 FROM history h WHERE h.message = m.id)`},
		{"has a status that is none", `SELECT id FROM messages WHERE status NOT IN ('staged', 'arrived', 'ready', 'running', 'done', 'held', 'refused', 'dead', 'dropped')`},
		{"is ready and waits for no stage", `SELECT id FROM messages WHERE status IN ('ready', 'running') AND stage = ''`},
		{"holds a claim and is not there", `SELECT message FROM claims c WHERE NOT EXISTS (SELECT 1 FROM messages m WHERE m.id = c.message)`},
		{"expects an answer and is not there", `SELECT message FROM expectations e WHERE NOT EXISTS (SELECT 1 FROM messages m WHERE m.id = e.message)`},
		{"is staged and its parent does not run", `SELECT m.id FROM messages m JOIN messages p ON p.id = m.parent WHERE m.status = 'staged' AND p.status <> 'running'`},
		{"stands in the history otherwise than in its row", `SELECT m.id FROM messages m
			JOIN (SELECT message, MAX(seq) AS seq FROM history WHERE to_status <> '' GROUP BY message) l ON l.message = m.id
			JOIN history h ON h.seq = l.seq WHERE h.to_status <> m.status AND NOT (m.status = 'running' AND h.to_status = 'ready')`},
	} {
		var ids []string
		if err := s.db.SelectContext(ctx, &ids, q.query); err != nil {
			return classify("verifying rows", err)
		}
		for _, id := range ids {
			tell(Finding{Message: id, Text: q.text})
		}
	}
	return nil
}

// verifyFiles looks for files that no row names. They are harmless: a crash came
// between the file and its row, and nobody was told that it arrived.
func (s *Spool) verifyFiles(ctx context.Context, stats *VerifyStats, tell func(Finding)) error {
	return filepath.WalkDir(s.c.Dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		stats.Files++
		if filepath.Base(filepath.Dir(path)) == draftDir {
			tell(Finding{Payload: d.Name(), Text: "a draft that nobody named", Note: true})
			return nil
		}
		var n int
		if err := s.db.GetContext(ctx, &n, s.db.Rebind(`SELECT COUNT(*) FROM payloads WHERE sha256 = ?`), d.Name()); err != nil {
			return classify("verifying files", err)
		}
		if n == 0 {
			tell(Finding{Payload: d.Name(), Text: "a file that no row names", Note: true})
		}
		return nil
	})
}
