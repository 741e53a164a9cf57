package sftp

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strconv"
	"sync"

	pkgsftp "github.com/pkg/sftp"

	"waybill/transports"
)

// Door is the name of this transport in arrivals and profiles.
const Door = "sftp"

// upload is a file that the partner writes. With a final name it is staged where
// nobody sees it; with a temporary name it stands in inbound until it is renamed.
type upload struct {
	x      *session
	at     place // as the partner named it
	staged place // where the bytes are
	file   *os.File
	room   int64 // how large it may become

	mu      sync.Mutex
	written spans
	size    int64
	broken  error // why it will not become a message
}

// upload opens a file for writing, if the partner may write it.
func (x *session) upload(at place, flags pkgsftp.FileOpenFlags) (*upload, error) {
	if err := x.partner.claim(at.name, x.account.PerMinute, x.Now()); err != nil {
		return nil, err
	}
	u, err := x.stage(at, flags)
	if err != nil {
		x.partner.unclaim(at.name)
		return nil, err
	}
	x.begin()
	return u, nil
}

func (x *session) stage(at place, flags pkgsftp.FileOpenFlags) (*upload, error) {
	files, used, err := x.tree.pending()
	if err != nil {
		return nil, err
	}
	if files >= maxPending || used >= x.account.Quota {
		return nil, failed("there are %d unfinished uploads of %d bytes here, and no room for more; remove some", files, used)
	}
	u := &upload{x: x, at: at, staged: at, room: min(x.account.MaxBytes, x.account.Quota-used)}
	mode := os.O_RDWR | os.O_CREATE
	if x.account.temporary(at.name) {
		if flags.Trunc {
			mode |= os.O_TRUNC
		}
		if flags.Excl {
			mode |= os.O_EXCL
		}
	} else {
		u.staged = place{stagingDir, rand.Text()}
		mode |= os.O_EXCL
	}
	u.file, err = x.tree.regular(u.staged, mode)
	if err != nil {
		return nil, err
	}
	i, err := u.file.Stat()
	if err != nil {
		return nil, errors.Join(err, u.file.Close())
	}
	u.size = i.Size()
	u.room = max(u.room, min(u.size, x.account.MaxBytes))
	u.written.add(0, u.size)
	return u, nil
}

// WriteAt writes a part of the upload.
func (u *upload) WriteAt(b []byte, at int64) (int, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	end := at + int64(len(b))
	switch {
	case at < 0 || end < at || end > u.room:
		u.broken = failed("%q is larger than the %d bytes that may come", u.at.name, u.room)
	case !u.written.add(at, end):
		u.broken = failed("%q comes in too many pieces out of order", u.at.name)
	}
	if u.broken != nil {
		return 0, u.broken
	}
	n, err := u.file.WriteAt(b, at)
	u.size = max(u.size, at+int64(n))
	if err != nil {
		u.broken = u.x.told(err)
		return n, u.broken
	}
	return n, nil
}

// ReadAt reads what was written.
func (u *upload) ReadAt(b []byte, at int64) (int, error) { return u.file.ReadAt(b, at) }

// TransferError is told when the session ends before the upload was closed.
func (u *upload) TransferError(err error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.broken = fmt.Errorf("the session ended before the file was closed: %w", err)
}

// Close ends the upload. With a final name it becomes a message, and nil says
// that it is stored.
func (u *upload) Close() error {
	defer u.x.end()
	defer u.x.partner.unclaim(u.at.name)
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.broken == nil && !u.written.whole(u.size) {
		u.broken = failed("parts of %q were not written", u.at.name)
	}
	if u.staged == u.at { // it waits for its name, or for the rest of it
		if u.broken != nil {
			u.x.log.Warn("SFTP upload broke off", "file", u.at.name, "bytes", u.size, "err", u.broken)
		}
		return errors.Join(u.broken, u.file.Close())
	}
	err := u.x.take(u.at.name, u.staged, u.file, u.size, u.broken)
	return errors.Join(err, u.file.Close())
}

// finish makes an upload with a temporary name a message under its final one.
func (x *session) finish(from, to place) error {
	if err := x.partner.claim(from.name, 0, x.Now()); err != nil {
		return err
	}
	defer x.partner.unclaim(from.name)
	if x.account.temporary(to.name) {
		return handlers{x}.move(from, to)
	}
	if err := x.partner.claim(to.name, 0, x.Now()); err != nil {
		return err
	}
	defer x.partner.unclaim(to.name)
	f, err := x.tree.regular(from, os.O_RDONLY)
	if err != nil {
		return err
	}
	x.begin()
	defer x.end()
	i, err := f.Stat()
	if err == nil {
		err = x.take(to.name, from, f, i.Size(), nil)
	}
	return errors.Join(err, f.Close())
}

// take hands bytes to the inbox and removes the file when it has them. With
// broken they are kept as an arrival that is refused.
func (x *session) take(name string, staged place, f *os.File, size int64, broken error) error {
	if size == 0 && broken == nil {
		broken = failed("%q is empty", name)
	}
	var body io.Reader = io.NewSectionReader(f, 0, size)
	if broken != nil {
		body = io.MultiReader(body, ends{broken})
	}
	released, err := x.in.Take(x.ctx, x.arrival(name, size), body)
	if broken != nil {
		x.log.Warn("SFTP upload not taken", "code", "SFTP-CUT", "file", name, "bytes", size, "err", broken)
		return errors.Join(broken, x.tree.Remove(staged.real()))
	}
	if err != nil { // the partner is told, and sends again
		x.log.Error("SFTP upload not stored", "code", "TRN-STORE", "file", name, "err", err)
		if staged.dir == stagingDir {
			err = x.tree.Remove(staged.real())
		}
		if err != nil {
			x.log.Warn("staged file not removed", "err", err)
		}
		return failed("%q could not be stored; send it again later", name)
	}
	x.Answered(released.ID)
	if err := x.tree.Remove(staged.real()); err != nil {
		x.log.Warn("staged file not removed", "err", err)
	}
	x.remember(info{name, size, 0o600, x.Now()})
	x.log.Info("SFTP upload taken", "msg_id", released.ID, "file", name, "bytes", size, "duplicate", released.Duplicate)
	return nil
}

// maxRemembered is how many uploads of a session can still be looked at.
const maxRemembered = 1000

// remember lets the session look at an upload that is a message now: many clients
// compare its size.
func (x *session) remember(i info) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if len(x.sent) >= maxRemembered {
		clear(x.sent)
	}
	x.sent[i.name] = i
}

func (x *session) arrival(name string, size int64) transports.Arrival {
	return transports.Arrival{
		Door: Door, Partner: x.account.Partner, Remote: x.remote, File: name,
		Headers: []transports.Header{
			{Name: "login", Value: x.account.Login}, {Name: "by", Value: x.by},
			{Name: "path", Value: path.Join("/", x.account.Inbound, name)}, {Name: "size", Value: strconv.FormatInt(size, 10)},
		},
	}
}

// ends is a reader that has nothing but an error.
type ends struct{ err error }

func (e ends) Read([]byte) (int, error) { return 0, e.err }
