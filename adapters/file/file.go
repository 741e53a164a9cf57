// Package file exchanges documents with one of our own systems through
// directories: a Target writes each document into a file of its own, as JSON, XML
// or CSV; a Source reads what the system drops. Files appear under their names at
// once and whole, and are read with the care that partners' directories get.
package file

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"waybill/canonical"
	"waybill/files"
)

// Target writes documents into a directory. It implements adapters.Target.
type Target struct {
	c Config
}

// New returns a Target for a block that Check found no fault with, its
// directories being paths of this machine.
func New(c Config) *Target { return &Target{c} }

// Deliver writes doc under a name that follows from its idempotency key, so that
// a second attempt is the same file. There is no reference and no answer: what the
// system has to say comes by its own files.
func (t *Target) Deliver(ctx context.Context, doc canonical.Document) (string, json.RawMessage, error) {
	if t.c.Out.Dir == "" {
		return "", nil, permanent("ERP-DOCUMENT", "give the adapter out.dir, or send the document elsewhere, then retry", errors.New("the adapter has no out.dir"), "write the %s", doc.Kind)
	}
	content, err := t.content(doc)
	if err != nil {
		return "", nil, permanent("ERP-DOCUMENT", "read the error, mend the adapter's mapping or its format, then retry", err, "write the %s as %s", doc.Kind, t.c.Out.Format)
	}
	name, err := t.name(doc)
	if err != nil {
		return "", nil, permanent("ERP-DOCUMENT", "mend out.name of the adapter, then retry", err, "name the file of %s", doc.IdempotencyKey)
	}
	if err := ctx.Err(); err != nil {
		return "", nil, temporary("ERP-FILE", again, err, "write %s", name)
	}
	sum := sha256.Sum256(content)
	err = t.put(name, hex.EncodeToString(sum[:]), string(content))
	var taken *files.TakenError
	switch {
	case errors.As(err, &taken):
		return "", nil, permanent("ERP-CONFLICT", "another document has the name: move that file away or mend out.name, then retry", err, "write %s", name)
	case err != nil:
		return "", nil, temporary("ERP-FILE", again, err, "write %s into %s", name, t.c.Out.Dir)
	}
	return "", nil, nil
}

const again = "see that the directory is there, mounted, has room, and is ours to write; it is tried again by itself"

func (t *Target) put(name, sum, content string) error {
	d, err := files.Open(t.c.Out.Dir)
	if err != nil {
		return err
	}
	err = d.Put(name, sum, strings.NewReader(content))
	if err == nil && t.c.Out.Done != "" {
		err = d.Mark(name + t.c.Out.Done)
	}
	return errors.Join(err, d.Close())
}

// content is the document as the file has it: the system's own where it has
// mappings, else ours with its envelope.
func (t *Target) content(doc canonical.Document) ([]byte, error) {
	data := []byte(doc.Body)
	if len(t.c.Mapping) == 0 {
		var err error
		if data, err = json.Marshal(doc); err != nil {
			return nil, err
		}
	}
	v, err := parse(data)
	if err != nil {
		return nil, err
	}
	switch t.c.Out.Format {
	case XML:
		return writeXML(t.c.Out.Root, v)
	case CSV:
		return writeCSV(v, t.c.Out.comma())
	}
	return append(data, '\n'), nil
}

// name follows from the key alone, as far as the template has it in it.
func (t *Target) name(doc canonical.Document) (string, error) {
	if doc.IdempotencyKey == "" {
		return "", errors.New("the document has no idempotency key: a repetition would be a second file")
	}
	return files.Name(t.c.Out.Name).Fill(map[string]string{
		"kind": doc.Kind, "partner": safe(doc.Partner), "key": keyed(doc.IdempotencyKey), "format": t.c.Out.Format,
	})
}

// keyed is a key as a part of a name: what may stand there, and enough of its
// hash to keep two keys apart.
func keyed(key string) string {
	sum := sha256.Sum256([]byte(key))
	text := safe(key)
	return text[:min(len(text), 80)] + "-" + hex.EncodeToString(sum[:4])
}

// safe leaves letters, digits, dots and hyphens of a text.
func safe(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return '-'
	}, text)
}

// failure is why a document was not handed over, or not taken, and whether
// another attempt may help.
type failure struct {
	code      string
	text      string
	hint      string
	temporary bool
	err       error
}

// Error says what was tried and what came of it.
func (f *failure) Error() string { return f.text + ": " + f.err.Error() }

// Unwrap is the error below.
func (f *failure) Unwrap() error { return f.err }

// Temporary says whether another attempt may help.
func (f *failure) Temporary() bool { return f.temporary }

// Hint says who must act.
func (f *failure) Hint() string { return f.hint }

// Code is the error's entry in the runbook.
func (f *failure) Code() string { return f.code }

func permanent(code, hint string, err error, format string, args ...any) *failure {
	return &failure{code: code, text: fmt.Sprintf(format, args...), hint: hint, err: err}
}

func temporary(code, hint string, err error, format string, args ...any) *failure {
	f := permanent(code, hint, err, format, args...)
	f.temporary = true
	return f
}
