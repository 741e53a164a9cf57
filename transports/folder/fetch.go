package folder

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"time"

	"waybill/files"
	"waybill/transports"
)

// Fetch takes files from a directory.
type Fetch struct {
	Partner string
	Block   InBlock // Dir is a path of this machine
	Now     func() time.Time
	Log     *slog.Logger
	// Keep is called before each file, so that a lock that is held lives on; its
	// error ends the fetching.
	Keep func(context.Context) error
}

// Once looks once, and takes what is ready. A file is put away only after the
// inbox has it; one that an earlier look took and did not put away is recognised.
// A file that cannot be read stays, with a line in the log, and keeps no other
// waiting. It returns how many files came.
func (f *Fetch) Once(ctx context.Context, in transports.Inbox) (int, error) {
	d, err := files.Open(f.Block.Dir)
	if err != nil {
		return 0, f.unopened(err)
	}
	taken, err := f.all(ctx, d, in)
	return taken, errors.Join(err, d.Close())
}

func (f *Fetch) unopened(err error) error {
	return transports.Temporary("FOLDER-DIR", "see that the directory is there, mounted, and ours to read; it is tried again by itself", err, "look into %s", f.Block.Dir)
}

func (f *Fetch) all(ctx context.Context, d *files.Dir, in transports.Inbox) (int, error) {
	list, err := f.Block.choice().Ready(ctx, func(context.Context) ([]files.Entry, error) { return f.list(d) })
	if err != nil {
		return 0, f.unopened(err)
	}
	taken := 0
	for _, e := range list {
		if err := errors.Join(ctx.Err(), f.Keep(ctx)); err != nil {
			return taken, err
		}
		came, err := f.take(ctx, d, in, e)
		if came {
			taken++
		}
		if err != nil {
			return taken, err
		}
	}
	return taken, nil
}

// list lists the directory, and says which files it leaves out for their names.
func (f *Fetch) list(d *files.Dir) ([]files.Entry, error) {
	list, err := d.List()
	for _, e := range list {
		if named := files.CheckName(e.Name); named != nil {
			f.stays(e, "FOLDER-NAME", named)
		}
	}
	return list, err
}

// take hands one file to the inbox, and puts it away once it is stored. What is
// begun is finished, also when ctx ends meanwhile. The error is one that would
// meet the next file, too.
func (f *Fetch) take(ctx context.Context, d *files.Dir, in transports.Inbox, e files.Entry) (bool, error) {
	if e.Size > int64(f.Block.MaxSize) {
		f.stays(e, "FOLDER-READ", fmt.Errorf("it has %d bytes, and folder.in.max_size is %d", e.Size, f.Block.MaxSize))
		return false, nil
	}
	r, err := d.Read(e)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		f.stays(e, "FOLDER-READ", err)
		return false, nil
	}
	body := &watched{ReadCloser: r}
	released, err := in.Take(context.WithoutCancel(ctx), transports.Arrival{
		Door: Door, Partner: f.Partner, File: e.Name, Remote: f.Block.Dir,
		Headers: []transports.Header{{Name: "path", Value: f.Block.Dir + "/" + e.Name}, {Name: "size", Value: fmt.Sprint(e.Size)}},
	}, body)
	_ = r.Close()
	switch {
	case body.failed != nil:
		f.stays(e, "FOLDER-READ", body.failed)
		return false, nil
	case err != nil:
		return false, transports.Temporary("TRN-STORE", "see what the log says of the store; the file is taken again by itself", err, "store %s", e.Name)
	}
	f.Log.Info("file taken", "partner", f.Partner, "msg_id", released.ID, "file", e.Name, "bytes", e.Size, "duplicate", released.Duplicate)
	if err := f.away(d, e.Name); err != nil {
		return true, transports.Temporary("FOLDER-AWAY", "see that the directory is ours to write; the file is stored, and taken for what it is when it is met again", err, "put %s away", e.Name)
	}
	return true, nil
}

// away archives or removes a file that is stored here, with its marker.
func (f *Fetch) away(d *files.Dir, name string) error {
	var err error
	if f.Block.After == Delete {
		err = d.Remove(name)
	} else {
		err = d.Archive(name, f.Block.Archive, f.Now())
	}
	if err == nil && f.Block.Done != "" {
		err = d.Remove(name + f.Block.Done)
	}
	return err
}

// stays tells of a file that is not taken.
func (f *Fetch) stays(e files.Entry, code string, err error) {
	f.Log.Warn("a file stays", "code", code, "partner", f.Partner, "dir", f.Block.Dir, "file", e.Name, "bytes", e.Size, "err", err)
}

// watched remembers that it was its file that failed, and not the store.
type watched struct {
	io.ReadCloser
	failed error
}

// Read reads from the file.
func (w *watched) Read(b []byte) (int, error) {
	n, err := w.ReadCloser.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		w.failed = err
	}
	return n, err
}
