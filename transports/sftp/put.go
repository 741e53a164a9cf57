package sftp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"

	"waybill/transports"
)

// Put uploads files to a partner's server. It implements transports.Sender: a
// file is delivered when the server has renamed it from its temporary name.
type Put struct {
	// Server is asked once for each attempt, so that a mended profile mends the next.
	Server func() (Server, error)
	Dir    string
	Name   string // template of file names
}

// uploading is a prepared upload.
type uploading struct {
	File   string `json:"file"`
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
}

// part is the ending of a temporary name.
const part = ".part"

// Prepare fixes the file's name and its digest.
func (u *Put) Prepare(_ context.Context, out transports.Outgoing, body io.ReadSeeker) (transports.Prepared, error) {
	name, err := fileName(u.Name, out)
	if err != nil {
		return transports.Prepared{}, err
	}
	sum, err := digest(body)
	if err != nil {
		return transports.Prepared{}, err
	}
	size, err := body.Seek(0, io.SeekEnd)
	if err != nil {
		return transports.Prepared{}, err
	}
	state, err := json.Marshal(uploading{name, sum, size})
	return transports.Prepared{
		State: state, Labels: []transports.Label{{Name: "file", Value: name}},
		Summary: fmt.Sprintf("%s, %d bytes, to %s by SFTP", name, size, u.Dir),
	}, err
}

// Send makes one attempt. What an earlier one has written under the temporary
// name is kept, and the rest is added.
func (u *Put) Send(ctx context.Context, p transports.Prepared, body io.ReadSeeker) (transports.Receipt, error) {
	var st uploading
	if err := json.Unmarshal(p.State, &st); err != nil {
		return transports.Receipt{}, transports.Permanent("SFTP-CHANGED", "this is a fault of Waybill", err, "read what was prepared")
	}
	if sum, err := digest(body); err != nil {
		return transports.Receipt{}, transports.Temporary("TRN-STORE", "the message is sent again by itself", err, "read the message")
	} else if sum != st.SHA256 {
		return transports.Receipt{}, changed()
	}
	s, err := u.Server()
	if err != nil {
		return transports.Receipt{}, transports.Temporary("SFTP-LOGIN", "mend the sftp block of the profile; it is tried again by itself", err, "log in")
	}
	c, err := s.dial(ctx)
	if err != nil {
		return transports.Receipt{}, err
	}
	defer c.Close()
	to := join(u.Dir, st.File)
	if err := c.upload(to, st.Size, body); err != nil {
		return transports.Receipt{}, s.failed(ctx, "SFTP-PUT", "the partner's server says why; ask the partner when it goes on; it is tried again by itself", err, "upload %s", to)
	}
	return transports.Receipt{Settled: true, State: "accepted", Summary: fmt.Sprintf("%s stands on the partner's server, %d bytes", to, st.Size), Remote: s.Address}, nil
}

func join(dir, name string) string { return path.Join(dir, name) }

// upload writes a file under a temporary name and renames it. Its bytes are
// written in order, so that what is there of it is its beginning.
func (c *connection) upload(to string, size int64, body io.ReadSeeker) error {
	temporary := to + part
	var from int64
	switch i, err := c.Stat(temporary); {
	case err == nil && i.Size() <= size:
		from = i.Size()
	case err == nil:
		if err := c.Remove(temporary); err != nil {
			return err
		}
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if _, err := body.Seek(from, io.SeekStart); err != nil {
		return err
	}
	f, err := c.OpenFile(temporary, os.O_WRONLY|os.O_CREATE)
	if err != nil {
		return err
	}
	if _, err = f.Seek(from, io.SeekStart); err == nil {
		_, err = io.Copy(f, io.LimitReader(body, size-from))
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if i, err := c.Stat(temporary); err != nil || i.Size() != size {
		return errors.Join(err, fmt.Errorf("the server does not have %d bytes of %s", size, temporary))
	}
	return c.replace(temporary, to)
}

// replace renames, in the place of what is there of an earlier attempt.
func (c *connection) replace(from, to string) error {
	if _, ok := c.HasExtension("posix-rename@openssh.com"); ok {
		return c.PosixRename(from, to)
	}
	if err := c.Remove(to); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return c.Rename(from, to)
}
