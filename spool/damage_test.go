package spool_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"waybill/spool"
)

// payloadFile is the one payload file of a spool.
func (e engine) payloadFile() string {
	e.Helper()
	var found []string
	must(e, filepath.WalkDir(e.dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !strings.HasPrefix(d.Name(), "draft-") {
			found = append(found, path)
		}
		return err
	}))
	if len(found) != 1 {
		e.Fatalf("payload files %v, expected one", found)
	}
	return found[0]
}

// findings of Verify that are no notes, in one line.
func (e engine) findings(s *spool.Spool) string {
	e.Helper()
	var texts []string
	_, err := s.Verify(e.Context(), func(f spool.Finding) {
		if !f.Note {
			texts = append(texts, f.Text)
		}
	})
	must(e, err)
	return strings.Join(texts, "; ")
}

// One flipped byte is found on reading and by Verify, and not one byte of the
// damaged payload is given out.
func TestBitFlip(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		s := e.open()
		for _, body := range []string{"small order", big("large order ")} {
			r, err := bring(t, s, body[:5], body)
			must(t, err)
			m, err := s.Get(t.Context(), r.ID)
			must(t, err)
			if got := e.findings(s); got != "" {
				t.Errorf("findings %s", got)
			}
			if strings.HasPrefix(body, "small") {
				e.exec(`UPDATE payloads SET body = CAST('small ordeR' AS ` + map[bool]string{true: "BLOB", false: "BYTEA"}[strings.HasPrefix(e.store, "sqlite")] + `)`)
			} else {
				f, err := s.Open(t.Context(), m.Payload) // compared with its hash now, and again after the change
				must(t, err)
				must(t, f.Close())
				file := e.payloadFile()
				data, err := os.ReadFile(file)
				must(t, err)
				data[len(data)/2] ^= 1
				must(t, os.WriteFile(file, data, 0o600))
				must(t, os.Chtimes(file, time.Now(), time.Now().Add(time.Second)))
			}
			_, err = s.Open(t.Context(), m.Payload)
			refused(t, "opening a damaged payload", err)
			if got := e.findings(s); !strings.Contains(got, "found hash") {
				t.Errorf("findings %q", got)
			}
			part := m.Payload
			part.Length = 3
			_, err = s.Open(t.Context(), part)
			refused(t, "opening a part of a damaged payload", err)
			e.exec(`DELETE FROM payloads`)
			_, err = s.Open(t.Context(), m.Payload)
			refused(t, "opening a payload without its row", err)
			if got := e.findings(s); !strings.Contains(got, "not there") {
				t.Errorf("findings %q", got)
			}
			e.exec(`DELETE FROM messages`, `DELETE FROM history`, `DELETE FROM claims`)
		}
	})
}

func TestMissingFile(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		s := e.open()
		r, err := bring(t, s, "1", big("order "))
		must(t, err)
		must(t, os.Remove(e.payloadFile()))
		m, err := s.Get(t.Context(), r.ID)
		must(t, err)
		_, err = s.Open(t.Context(), m.Payload)
		refused(t, "opening a payload without its file", err)
		if got := e.findings(s); !strings.Contains(got, "file is missing") {
			t.Errorf("findings %q", got)
		}
	})
}

// Verify finds each thing that cannot be.
func TestVerifyFindsRows(t *testing.T) {
	for text, statement := range map[string]string{
		"a range beyond":        `UPDATE messages SET length = 1000 WHERE kind = 'interchange'`,
		"a parent that is not":  `UPDATE messages SET parent = 'x' WHERE kind = 'interchange'`,
		"no history":            `DELETE FROM history`,
		"a status that is none": `UPDATE messages SET status = 'lost' WHERE kind = 'interchange'`,
		"waits for no stage":    `UPDATE messages SET stage = '' WHERE kind = 'interchange'`,
		"holds a claim":         `UPDATE claims SET message = 'x'`,
		"expects an answer":     `INSERT INTO expectations VALUES ('x', 'mdn', 'k', 0, 'expected', '', '', '')`,
		"parent does not run":   `UPDATE messages SET status = 'staged' WHERE kind = 'interchange'`,
		"otherwise than in":     `UPDATE messages SET status = 'done' WHERE kind = 'interchange'`,
	} {
		t.Run(text, func(t *testing.T) {
			eachEngine(t, func(t *testing.T, e engine) {
				s := e.open()
				_, err := bring(t, s, "1", "order")
				must(t, err)
				e.exec(statement)
				if got := e.findings(s); !strings.Contains(got, text) {
					t.Errorf("findings %q, expected %q", got, text)
				}
			})
		})
	}
}

// aged makes every payload file look old.
func (e engine) aged() {
	e.Helper()
	old := time.Now().Add(-48 * time.Hour)
	must(e, os.Chtimes(e.payloadFile(), old, old))
}

// The sweep removes a file that a crash left, but not one whose bytes arrive
// again at that very moment.
func TestSweepAgainstArrival(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		f := &failpoints{}
		s := e.open(f.config)
		body := big("order ")
		crash := func() {
			_, err := s.Accept(t.Context(), arrival(), strings.NewReader(body))
			must(t, err)
			e.exec(`DELETE FROM payloads`, `DELETE FROM messages`, `DELETE FROM history`)
			e.aged()
		}
		crash()
		if n, err := s.Sweep(t.Context(), time.Hour); n != 1 || err != nil {
			t.Errorf("swept %d, error %v", n, err)
		}
		crash()
		var m spool.Message
		f.set("sweep-found", func() {
			var err error
			m, err = s.Accept(t.Context(), arrival(), strings.NewReader(body))
			must(t, err)
		})
		if n, err := s.Sweep(t.Context(), time.Hour); n != 0 || err != nil {
			t.Errorf("swept %d, error %v", n, err)
		}
		r, err := s.Open(t.Context(), m.Payload)
		must(t, err)
		must(t, r.Close())
		if got := e.findings(s); got != "" {
			t.Errorf("findings %s", got)
		}
	})
}

// What an arrival had drafted does not outlive it.
func TestDraftsOfTheGivenUp(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		s := e.open()
		a := arrival()
		a.Lease = time.Nanosecond
		m, err := s.Accept(t.Context(), a, strings.NewReader("x"))
		must(t, err)
		d, err := s.Draft(t.Context(), m.ID)
		must(t, err)
		_, err = d.Write([]byte(big("decrypted ")))
		must(t, err)
		must(t, d.Close())
		for n := 0; n == 0; {
			n, err = s.Reap(t.Context())
			must(t, err)
		}
		left, err := os.ReadDir(filepath.Join(e.dir, "drafts"))
		if err != nil || len(left) != 0 {
			t.Errorf("drafts %v, error %v", left, err)
		}
	})
}
