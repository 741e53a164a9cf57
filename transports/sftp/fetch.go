package sftp

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"path"
	"time"

	"waybill/files"
	"waybill/transports"
)

// Fetch takes files from a partner's server.
type Fetch struct {
	Server Server
	Block  FetchBlock
	Now    func() time.Time
	Log    *slog.Logger
	// Keep is called before each file, so that a lock that is held lives on; its
	// error ends the fetching.
	Keep func(context.Context) error
}

// Once looks once, and takes what is ready. A file is put away on the server only
// after the inbox has it; what fails is taken the next time, and recognised. It
// returns how many files came.
func (f *Fetch) Once(ctx context.Context, in transports.Inbox) (int, error) {
	lasting, cut := outlive(ctx)
	defer cut()
	c, err := f.Server.dial(lasting)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	list, err := f.ready(ctx, c)
	if err != nil {
		return 0, f.Server.failed(ctx, "SFTP-FETCH", "ask the partner whether we may read the directory; it is tried again by itself", err, "list %s", f.Block.Dir)
	}
	taken := 0
	for _, r := range list {
		if err := errors.Join(ctx.Err(), f.Keep(ctx)); err != nil {
			return taken, err
		}
		if err := f.take(lasting, c, in, r); err != nil {
			return taken, f.Server.failed(ctx, "SFTP-FETCH", "it is tried again by itself; ask the partner when it goes on", err, "fetch %s", r.Name)
		}
		taken++
	}
	return taken, nil
}

// outlive is a context that ends a while after ctx, so that a file that is half
// taken is stored and put away.
func outlive(ctx context.Context) (context.Context, func()) {
	const while = 10 * time.Second
	lasting, cut := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		late := time.AfterFunc(while, cut)
		context.AfterFunc(lasting, func() { late.Stop() })
	})
	return lasting, func() { stop(); cut() }
}

// ready lists the files that may be taken: they have their marker, or did not
// change for a while.
func (f *Fetch) ready(ctx context.Context, c *connection) ([]files.Entry, error) {
	choice := files.Choice{
		Pattern: f.Block.Pattern, Temporary: []string{"*" + part}, Done: f.Block.Done, StableFor: f.Block.StableFor, Order: f.Block.Order,
	}
	return choice.Ready(ctx, func(ctx context.Context) ([]files.Entry, error) {
		infos, err := c.listing(ctx, f.Block.Dir)
		var out []files.Entry
		for _, i := range infos {
			if i.Mode().IsRegular() {
				out = append(out, files.Entry{Name: i.Name(), Size: i.Size(), Time: i.ModTime().Unix()})
			}
		}
		return out, err
	})
}

// ahead is how much of a file is asked for at once: with less a far server would
// send a packet for each round trip.
const ahead = 512 << 10

// take hands one file to the inbox, and puts it away once it is stored.
func (f *Fetch) take(ctx context.Context, c *connection, in transports.Inbox, r files.Entry) error {
	at := join(f.Block.Dir, r.Name)
	if r.Size > int64(f.Block.MaxSize) {
		f.Log.Warn("file is too large and stays", "code", "SFTP-FETCH", "partner", f.Server.Partner, "file", at, "bytes", r.Size)
		return nil
	}
	file, err := c.Open(at)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	released, err := in.Take(ctx, transports.Arrival{
		Door: Door, Partner: f.Server.Partner, Remote: f.Server.Address, File: r.Name,
		Headers: []transports.Header{{Name: "path", Value: at}, {Name: "size", Value: fmt.Sprint(r.Size)}},
	}, &exactly{r: bufio.NewReaderSize(file, ahead), left: r.Size})
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	f.Log.Info("SFTP file taken", "partner", f.Server.Partner, "msg_id", released.ID, "file", at, "bytes", r.Size, "duplicate", released.Duplicate)
	return f.away(c, at, r.Name)
}

// away archives or removes a file that is stored here, with its marker.
func (f *Fetch) away(c *connection, at, name string) error {
	var err error
	if f.Block.After == Delete {
		err = c.Remove(at)
	} else {
		err = f.archive(c, at, name)
	}
	if err == nil && f.Block.Done != "" {
		err = c.Remove(at + f.Block.Done)
	}
	return err
}

// archive moves a file into the archive, under a name that is free there.
func (f *Fetch) archive(c *connection, at, name string) error {
	dir := f.Block.Archive
	if !path.IsAbs(dir) {
		dir = join(f.Block.Dir, dir)
	}
	if c.archive != dir { // once a session is enough
		if _, missing := c.Stat(dir); missing != nil {
			if err := c.Mkdir(dir); err != nil {
				return fmt.Errorf("make the archive %s: %w", dir, err)
			}
		}
		c.archive = dir
	}
	to := join(dir, name)
	if _, missing := c.Stat(to); missing == nil {
		to += "." + f.Now().UTC().Format("20060102T150405.000000000")
	}
	return c.Rename(at, to)
}

// exactly is a file that must have as many bytes as were listed.
type exactly struct {
	r    io.Reader
	left int64
}

func (e *exactly) Read(b []byte) (int, error) {
	n, err := e.r.Read(b)
	e.left -= int64(n)
	switch {
	case e.left < 0:
		return n, fault("the file grew while it was read")
	case errors.Is(err, io.EOF) && e.left > 0:
		return n, io.ErrUnexpectedEOF
	}
	return n, err
}
