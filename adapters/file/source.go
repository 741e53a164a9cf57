package file

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"time"

	"waybill/adapters"
	"waybill/canonical"
	"waybill/files"
)

// Source takes a system's documents from a directory. It implements adapters.Source.
type Source struct {
	Config Config // its directories are paths of this machine
	// Read turns a document of the system's names; nil: the files hold our own.
	Read func(kind string, data []byte) (canonical.Document, error)
	Now  func() time.Time
	Log  *slog.Logger
}

// Run looks again and again until ctx ends.
func (s *Source) Run(ctx context.Context, in adapters.Intake) error {
	t := time.NewTicker(s.Config.Every)
	defer t.Stop()
	for {
		if _, err := s.Once(ctx, in, func(context.Context) error { return nil }); err != nil && ctx.Err() == nil {
			s.Log.Warn("directory not read", "dir", s.Config.In.Dir, "err", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
		}
	}
}

// Once looks once, and hands over what is ready; keep is called before each file,
// and its error ends the look. A file is put away only after the intake has its
// document. One that is no document is moved aside, with a file that says why.
func (s *Source) Once(ctx context.Context, in adapters.Intake, keep func(context.Context) error) (int, error) {
	b := s.Config.In
	d, err := files.Open(b.Dir)
	if err != nil {
		return 0, temporary("ERP-FILE", again, err, "look into %s", b.Dir)
	}
	defer d.Close()
	choice := files.Choice{Pattern: b.Pattern, Temporary: b.Temporary, Done: b.Done, StableFor: b.StableFor, Order: b.Order}
	list, err := choice.Ready(ctx, func(context.Context) ([]files.Entry, error) { return d.List() })
	if err != nil {
		return 0, temporary("ERP-FILE", again, err, "look into %s", b.Dir)
	}
	taken := 0
	for _, e := range list {
		if err := errors.Join(ctx.Err(), keep(ctx)); err != nil {
			return taken, err
		}
		came, err := s.take(ctx, d, in, e)
		if err != nil {
			return taken, err
		}
		if came {
			taken++
		}
	}
	return taken, nil
}

// take hands one file over. The error is one that would meet the next file, too.
func (s *Source) take(ctx context.Context, d *files.Dir, in adapters.Intake, e files.Entry) (bool, error) {
	if e.Size > int64(s.Config.In.MaxSize) {
		return false, s.aside(d, e, fmt.Errorf("it has %d bytes, and in.max_size is %d", e.Size, s.Config.In.MaxSize))
	}
	data, err := content(d, e)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			s.Log.Warn("a file stays", "code", "ERP-FILE", "dir", s.Config.In.Dir, "file", e.Name, "err", err)
		}
		return false, nil
	}
	doc, err := s.document(data)
	if err != nil {
		return false, s.aside(d, e, err)
	}
	id, err := in.Submit(context.WithoutCancel(ctx), doc)
	var classed interface{ Temporary() bool }
	switch {
	case errors.As(err, &classed) && !classed.Temporary():
		return false, s.aside(d, e, err)
	case err != nil:
		return false, temporary("TRN-STORE", "see what the log says of the store; the file is taken again by itself", err, "store %s", e.Name)
	}
	s.Log.Info("file taken", "msg_id", id, "file", e.Name, "bytes", e.Size, "kind", doc.Kind)
	return true, s.away(d, e.Name)
}

func content(d *files.Dir, e files.Entry) ([]byte, error) {
	r, err := d.Read(e)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(r)
	return data, errors.Join(err, r.Close())
}

// document reads a file. One without a key gets that of its content, so that the
// same file again is the same document.
func (s *Source) document(data []byte) (doc canonical.Document, err error) {
	b := s.Config.In
	var v any
	switch b.Format {
	case XML:
		v, err = readXML(data)
	case CSV:
		v, err = readCSV(data, b.comma())
	default:
		v, err = parse(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))
	}
	if err != nil {
		return doc, fmt.Errorf("read it as %s: %w", b.Format, err)
	}
	tree, err := json.Marshal(v)
	if err != nil {
		return doc, err
	}
	if s.Read != nil {
		doc, err = s.Read(b.Kind, tree)
	} else if err = json.Unmarshal(tree, &doc); err == nil && b.Kind != "" && doc.Kind != b.Kind {
		err = fmt.Errorf("it is a document of kind %q, and here come those of kind %s", doc.Kind, b.Kind)
	}
	if err == nil && doc.IdempotencyKey == "" && doc.ID == "" {
		sum := sha256.Sum256(data)
		doc.IdempotencyKey = "sha256:" + hex.EncodeToString(sum[:])
	}
	return doc, err
}

// away archives or removes a file whose document is stored, with its marker.
func (s *Source) away(d *files.Dir, name string) error {
	b := s.Config.In
	var err error
	if b.After == "delete" {
		err = d.Remove(name)
	} else {
		err = d.Archive(name, b.Archive, s.Now())
	}
	if err == nil && b.Done != "" {
		err = d.Remove(name + b.Done)
	}
	if err != nil {
		return temporary("ERP-FILE", "see that the directory is ours to write; the document is stored, and its file is taken for what it is when it is met again", err, "put %s away", name)
	}
	return nil
}

// aside moves a file that is no document away, and writes why beside it.
func (s *Source) aside(d *files.Dir, e files.Entry, why error) error {
	b := s.Config.In
	s.Log.Warn("a file is no document and is moved aside", "code", "ERP-REFUSED", "dir", b.Dir, "file", e.Name, "bytes", e.Size, "err", why)
	err := d.Aside(e.Name, b.Failed, why.Error()+"\n", s.Now())
	if err == nil && b.Done != "" {
		err = d.Remove(e.Name + b.Done)
	}
	if err != nil {
		return temporary("ERP-FILE", "see that the directory is ours to write; it is tried again by itself", err, "move %s aside", e.Name)
	}
	return nil
}
