package sftp

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"

	pkgsftp "github.com/pkg/sftp"
)

// handlers answer the requests of one session.
type handlers struct{ *session }

// Fileread opens a file for the partner to fetch.
func (h handlers) Fileread(r *pkgsftp.Request) (io.ReaderAt, error) {
	h.settleFetched()
	at, err := h.account.find(r.Filepath)
	if err == nil && at.name == "" {
		err = refused("%q is a directory", r.Filepath)
	}
	if err != nil {
		return nil, h.told(err)
	}
	f, err := h.tree.regular(at, os.O_RDONLY)
	if err != nil {
		return nil, h.told(err)
	}
	if at.dir != outboundDir {
		return f, nil
	}
	return h.download(at, f)
}

// Filewrite begins an upload.
func (h handlers) Filewrite(r *pkgsftp.Request) (io.WriterAt, error) { return h.write(r) }

// OpenFile begins an upload that the partner may read while it writes.
func (h handlers) OpenFile(r *pkgsftp.Request) (pkgsftp.WriterAtReaderAt, error) { return h.write(r) }

func (h handlers) write(r *pkgsftp.Request) (*upload, error) {
	at, err := h.account.find(r.Filepath)
	if err == nil && (at.dir != inboundDir || at.name == "") {
		err = refused("nothing can be written to %s; uploads go to /%s", r.Filepath, h.account.Inbound)
	}
	if err != nil {
		return nil, h.told(err)
	}
	u, err := h.upload(at, r.Pflags())
	return u, h.told(err)
}

// Filecmd does what changes names. Attributes are taken and not kept: what is
// here is a message soon. Links and directories are the partner's not to make.
func (h handlers) Filecmd(r *pkgsftp.Request) error {
	h.settleFetched()
	switch r.Method {
	case "Setstat":
		if f := r.AttrFlags(); f.UidGid || f.Size {
			return h.told(refused("owner and size cannot be set here"))
		}
		_, err := h.stat(r.Filepath)
		return err
	case "Rename":
		return h.told(h.rename(r.Filepath, r.Target))
	case "Remove":
		return h.told(h.remove(r.Filepath))
	}
	return h.told(refused("%s is not offered here", r.Method))
}

// PosixRename is a rename; it puts nothing in the place of another file either.
func (h handlers) PosixRename(r *pkgsftp.Request) error {
	h.settleFetched()
	return h.told(h.rename(r.Filepath, r.Target))
}

// rename makes an upload a message when it gives it its final name, and lets the
// partner put a fetched file into the archive.
func (h handlers) rename(from, to string) error {
	a, err := h.account.find(from)
	if err != nil {
		return err
	}
	b, err := h.account.find(to)
	if err != nil {
		return err
	}
	switch {
	case a.name == "" || b.name == "":
		return refused("directories keep their names")
	case a.dir == outboundDir && b.dir == archiveDir:
		if err := h.fetchedFirst(a.name); err != nil {
			return err
		}
		return h.move(a, b)
	case a.dir != inboundDir || b.dir != inboundDir:
		return refused("%s cannot be renamed to %s", from, to)
	}
	return h.finish(a, b)
}

func (h handlers) move(a, b place) error {
	if _, err := h.tree.Lstat(b.real()); err == nil {
		return failed("there is a file %q already", b.name)
	}
	return h.tree.Rename(a.real(), b.real())
}

// remove takes a file away, unless it is one of ours that was not fetched yet.
func (h handlers) remove(p string) error {
	at, err := h.account.find(p)
	switch {
	case err != nil:
		return err
	case at.name == "":
		return refused("%q is a directory", p)
	case at.dir == outboundDir:
		if h.wasPutAway(at.name) {
			return nil
		}
		if err := h.fetchedFirst(at.name); err != nil {
			return err
		}
	case at.dir == inboundDir:
		if err := h.partner.claim(at.name, 0, h.Now()); err != nil {
			return err
		}
		defer h.partner.unclaim(at.name)
		h.partner.changed()
	}
	return h.tree.Remove(at.real())
}

// fetchedFirst refuses to let go of a file that the partner was not seen to read.
func (h handlers) fetchedFirst(name string) error {
	if _, err := h.tree.Lstat(path.Join(waitingDir, name)); err == nil {
		return refused("%q was not fetched yet; fetch it whole, then remove it", name)
	}
	return nil
}

// wasPutAway says whether this session fetched a file that is in the archive or
// removed since, and forgets it.
func (x *session) wasPutAway(name string) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	was := x.gone[name]
	delete(x.gone, name)
	return was
}

// Filelist lists a directory, or says what is known of a file.
func (h handlers) Filelist(r *pkgsftp.Request) (pkgsftp.ListerAt, error) {
	h.settleFetched()
	if r.Method == "List" {
		return h.list(r.Filepath)
	}
	i, err := h.stat(r.Filepath)
	if err != nil {
		return nil, err
	}
	return listed{i}, nil
}

// Lstat is Stat: there are no links.
func (h handlers) Lstat(r *pkgsftp.Request) (pkgsftp.ListerAt, error) {
	i, err := h.stat(r.Filepath)
	if err != nil {
		return nil, err
	}
	return listed{i}, nil
}

// Readlink refuses: there are no links.
func (h handlers) Readlink(string) (string, error) { return "", refused("there are no links here") }

func (h handlers) stat(p string) (info, error) {
	at, err := h.account.find(p)
	if err != nil {
		return info{}, err
	}
	if at.name == "" {
		return h.directory(path.Base(p)), nil
	}
	found, err := h.tree.Lstat(at.real())
	if err != nil {
		if u := h.writes(at.name); u != nil && at.dir == inboundDir {
			return u.info(), nil
		}
		h.mu.Lock()
		defer h.mu.Unlock()
		if i, ok := h.sent[at.name]; ok && at.dir == inboundDir && errors.Is(err, fs.ErrNotExist) {
			return i, nil
		}
		return info{}, h.told(err)
	}
	if !found.Mode().IsRegular() {
		return info{}, refused("%q is no plain file", at.name)
	}
	return info{at.name, found.Size(), 0o600, found.ModTime()}, nil
}

func (h handlers) directory(name string) info { return info{name, 0, fs.ModeDir | 0o700, h.Now()} }

func (h handlers) list(p string) (pkgsftp.ListerAt, error) {
	at, err := h.account.find(p)
	switch {
	case err != nil:
		return nil, err
	case at.name != "":
		return nil, failed("%q is no directory", p)
	case at.dir == "":
		return listed{h.directory(h.account.Inbound), h.directory(h.account.Outbound), h.directory(h.account.Archive)}, nil
	}
	entries, err := h.tree.list(at.dir)
	if err != nil {
		return nil, h.told(err)
	}
	out := make(listed, 0, len(entries))
	for _, e := range entries {
		if i, err := e.Info(); err == nil && i.Mode().IsRegular() { // one may be gone by now
			out = append(out, info{i.Name(), i.Size(), 0o600, i.ModTime()})
		}
	}
	return out, nil
}

// listed is a directory as it was when it was opened.
type listed []info

// ListAt gives the next entries.
func (l listed) ListAt(into []os.FileInfo, from int64) (int, error) {
	if from >= int64(len(l)) {
		return 0, io.EOF
	}
	n := 0
	for ; n < len(into) && int(from)+n < len(l); n++ {
		into[n] = l[int(from)+n]
	}
	if n < len(into) {
		return n, io.EOF
	}
	return n, nil
}

// told is an error without what the partner has no business to know, such as
// paths of ours; what is unexpected is logged.
func (x *session) told(err error) error {
	var known *answer
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		x.log.Info("SFTP request refused", "err", err)
		x.say(err)
		return err
	case errors.Is(err, fs.ErrNotExist):
		return pkgsftp.ErrSSHFxNoSuchFile
	case errors.Is(err, fs.ErrExist):
		return failed("there is a file of this name already")
	}
	x.log.Error("SFTP request failed", "code", "SFTP-DISK", "err", err)
	return failed("this does not work now; try again later")
}
