package sftp

import (
	"bytes"
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

// upload is a file that the partner writes. With a final name it is kept in
// memory while it is small, and goes to the inbox as it comes from then on; with a
// temporary name it stands in inbound until it is renamed.
type upload struct {
	x  *session
	at place // as the partner named it

	mu      sync.Mutex
	memory  buffer
	file    *os.File // under a temporary name
	stream  *stream  // to the inbox
	written spans
	room    int64 // how large it may become
	size    int64
	broken  error // why it will not become a message
}

// upload opens a file for writing, if the partner may write it.
func (x *session) upload(at place, flags pkgsftp.FileOpenFlags) (*upload, error) {
	if err := x.partner.claim(at.name, x.account.PerMinute, x.Now()); err != nil {
		return nil, err
	}
	u := &upload{x: x, at: at}
	err := u.admit()
	if err == nil && x.account.temporary(at.name) {
		err = u.resume(flags)
	}
	if err != nil {
		x.partner.unclaim(at.name)
		return nil, err
	}
	x.begin(u)
	return u, nil
}

// admit says how large the upload may become, if it may begin.
func (u *upload) admit() error {
	files, used, err := u.x.partner.pending(u.x.tree, u.x.Now())
	if err != nil {
		return err
	}
	if files >= maxPending || used >= u.x.account.Quota {
		return failed("there are %d unfinished uploads of %d bytes here, and no room for more; remove some", files, used)
	}
	u.room = min(u.x.account.MaxBytes, u.x.account.Quota-used)
	return nil
}

// resume opens what stands there under the temporary name.
func (u *upload) resume(flags pkgsftp.FileOpenFlags) error {
	mode := os.O_RDWR | os.O_CREATE
	if flags.Trunc {
		mode |= os.O_TRUNC
	}
	if flags.Excl {
		mode |= os.O_EXCL
	}
	u.x.partner.changed()
	f, err := u.x.tree.regular(u.at, mode)
	if err != nil {
		return err
	}
	i, err := f.Stat()
	if err != nil {
		return errors.Join(err, f.Close())
	}
	u.file, u.size = f, i.Size()
	u.room = max(u.room, min(u.size, u.x.account.MaxBytes))
	u.written.add(0, u.size)
	return nil
}

// WriteAt writes a part of the upload.
func (u *upload) WriteAt(b []byte, at int64) (int, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.broken == nil {
		u.broken = u.write(b, at)
	}
	if u.broken != nil {
		return 0, u.broken
	}
	if end := at + int64(len(b)); end > u.size {
		if u.file == nil {
			u.x.partner.grow(end - u.size)
		}
		u.size = end
	}
	return len(b), nil
}

func (u *upload) write(b []byte, at int64) error {
	end := at + int64(len(b))
	if at < 0 || end < at || end > u.room {
		return failed("%q is larger than the %d bytes that may come", u.at.name, u.room)
	}
	if u.file == nil && u.stream == nil && !u.memory.reserve(end, &u.x.memory) {
		if err := u.pour(); err != nil {
			return u.x.told(err)
		}
	}
	if !u.written.add(at, end) {
		return failed("%q comes in too many pieces out of order", u.at.name)
	}
	var err error
	switch {
	case u.file != nil:
		u.x.partner.changed()
		_, err = u.file.WriteAt(b, at)
	case u.stream != nil:
		err = u.stream.write(b, at)
	default:
		u.memory.write(b, at)
	}
	return u.x.told(err)
}

// pour begins to hand the upload to the inbox, with what is in memory of it.
func (u *upload) pour() error {
	u.stream = u.x.stream(u.at.name)
	for _, part := range u.written.list {
		if err := u.stream.write(u.memory.bytes[part.from:part.to], part.from); err != nil {
			return err
		}
	}
	u.memory.drop(&u.x.memory)
	return nil
}

// ReadAt reads what was written, while it is here.
func (u *upload) ReadAt(b []byte, at int64) (int, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	switch {
	case u.file != nil:
		return u.file.ReadAt(b, at)
	case u.stream != nil:
		return 0, refused("%q cannot be read while it is written", u.at.name)
	}
	return bytes.NewReader(u.memory.bytes).ReadAt(b, at)
}

// info is what the partner sees of its upload before it is closed.
func (u *upload) info() info {
	u.mu.Lock()
	defer u.mu.Unlock()
	return info{u.at.name, u.size, 0o600, u.x.Now()}
}

// TransferError is told when the session ends before the upload was closed.
func (u *upload) TransferError(err error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.broken = fmt.Errorf("the session ended before the file was closed: %w", err)
}

// Close ends the upload. With a final name it becomes a message, and nil says
// that it is stored.
func (u *upload) Close() error {
	defer u.x.end(u)
	defer u.x.partner.unclaim(u.at.name)
	u.mu.Lock()
	defer u.mu.Unlock()
	defer u.memory.drop(&u.x.memory)
	if u.file == nil {
		defer u.x.partner.grow(-u.size)
	}
	if u.broken == nil && (!u.written.whole(u.size) || u.stream != nil && u.stream.next != u.size) {
		u.broken = failed("parts of %q were not written", u.at.name)
	}
	switch {
	case u.file != nil: // it waits for its name, or for the rest of it
		u.x.partner.changed()
		if u.broken != nil {
			u.x.log.Warn("SFTP upload broke off", "file", u.at.name, "bytes", u.size, "err", u.broken)
		}
		return errors.Join(u.broken, u.file.Close())
	case u.stream != nil:
		released, err := u.stream.end(u.broken)
		return u.x.took(u.at.name, u.size, u.broken, released, err)
	}
	return u.x.take(u.at.name, bytes.NewReader(u.memory.bytes), u.size, u.broken)
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
	u := &upload{x: x, at: to}
	x.begin(u)
	defer x.end(u)
	i, err := f.Stat()
	if err == nil {
		err = x.take(to.name, f, i.Size(), nil)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err // it stays under its temporary name
	}
	x.partner.changed()
	if err := x.tree.Remove(from.real()); err != nil {
		x.log.Warn("stored file not removed; it is recognised when it is renamed again", "file", from.name, "err", err)
	}
	return nil
}

// take hands bytes to the inbox. With broken they are kept as an arrival that is
// refused.
func (x *session) take(name string, body io.ReaderAt, size int64, broken error) error {
	if size == 0 && broken == nil {
		broken = failed("%q is empty", name)
	}
	var content io.Reader = io.NewSectionReader(body, 0, size)
	if broken != nil {
		content = io.MultiReader(content, ends{broken})
	}
	a := x.arrival(name)
	a.Headers = append(a.Headers, transports.Header{Name: "size", Value: strconv.FormatInt(size, 10)})
	released, err := x.in.Take(x.ctx, a, content)
	return x.took(name, size, broken, released, err)
}

// took answers for what the inbox made of an upload.
func (x *session) took(name string, size int64, broken error, released transports.Released, err error) error {
	if broken != nil {
		x.log.Warn("SFTP upload not taken", "code", "SFTP-CUT", "file", name, "bytes", size, "err", broken)
		x.say(broken)
		return broken
	}
	if err != nil { // the partner is told, and sends again
		x.log.Error("SFTP upload not stored", "code", "TRN-STORE", "file", name, "err", err)
		err = failed("%q could not be stored; send it again later", name)
		x.say(err)
		return err
	}
	x.Answered(released.ID)
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

func (x *session) arrival(name string) transports.Arrival {
	return transports.Arrival{
		Door: Door, Partner: x.account.Partner, Remote: x.remote, File: name,
		Headers: []transports.Header{
			{Name: "login", Value: x.account.Login}, {Name: "by", Value: x.by},
			{Name: "path", Value: path.Join("/", x.account.Inbound, name)},
		},
	}
}

// ends is a reader that has nothing but an error.
type ends struct{ err error }

func (e ends) Read([]byte) (int, error) { return 0, e.err }
