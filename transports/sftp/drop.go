package sftp

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"time"

	"waybill/transports"
)

// Drop puts files into a partner's outbound directory on our server. It
// implements transports.Sender: a file is sent when it stands there, and settled
// when the partner has fetched it.
type Drop struct {
	Dir     string // the partners' trees
	Partner string
	Name    string        // template of file names
	Within  time.Duration // how long the partner may take to fetch
}

// dropped is a prepared transmission.
type dropped struct {
	File   string `json:"file"`
	SHA256 string `json:"sha256"`
	Key    string `json:"key"`
}

// Prepare fixes the file's name and its digest.
func (d Drop) Prepare(_ context.Context, out transports.Outgoing, body io.ReadSeeker) (transports.Prepared, error) {
	name, err := fileName(d.Name, out)
	if err != nil {
		return transports.Prepared{}, err
	}
	sum, err := digest(body)
	if err != nil {
		return transports.Prepared{}, err
	}
	st := dropped{File: name, SHA256: sum, Key: "fetch:" + d.Partner + ":" + out.Message}
	state, err := json.Marshal(st)
	return transports.Prepared{
		State: state, Key: st.Key, Kind: "fetch", Within: d.Within, Labels: []transports.Label{{Name: "file", Value: name}},
		Summary: fmt.Sprintf("%s for %s to fetch over SFTP", name, d.Partner),
	}, err
}

// Send puts the file where the partner sees it. One that stands there already is
// the same, or an error that a person must look at.
func (d Drop) Send(_ context.Context, p transports.Prepared, body io.ReadSeeker) (transports.Receipt, error) {
	var st dropped
	if err := json.Unmarshal(p.State, &st); err != nil {
		return transports.Receipt{}, transports.Permanent("SFTP-CHANGED", "this is a fault of Waybill", err, "read what was prepared")
	}
	if sum, err := digest(body); err != nil {
		return transports.Receipt{}, transports.Temporary("TRN-STORE", "the message is sent again by itself", err, "read the message")
	} else if sum != st.SHA256 {
		return transports.Receipt{}, changed()
	}
	t, err := openTree(d.Dir, d.Partner)
	if err != nil {
		return transports.Receipt{}, transports.Temporary("SFTP-DISK", "look at the disk of sftp.dir; the message is sent again by itself", err, "open the tree of %s", d.Partner)
	}
	err = t.offer(st, body)
	if err = errors.Join(err, t.Close()); err != nil {
		var known *transports.Failure
		if errors.As(err, &known) {
			return transports.Receipt{}, known
		}
		return transports.Receipt{}, transports.Temporary("SFTP-DISK", "look at the disk of sftp.dir; the message is sent again by itself", err, "write %s", st.File)
	}
	return transports.Receipt{Summary: st.File + " stands in outbound; the partner has not fetched it yet"}, nil
}

// offer writes the file under a name that nobody sees, notes what its fetch
// settles, and renames it.
func (t *tree) offer(st dropped, body io.ReadSeeker) error {
	to := place{outboundDir, st.File}
	switch f, err := t.regular(to, os.O_RDONLY); {
	case err == nil:
		sum, err := digest(f)
		if err = errors.Join(err, f.Close()); err != nil {
			return err
		}
		if sum != st.SHA256 {
			return transports.Permanent("SFTP-NAME", "give the files names of their own in sftp.account.name, such as {document}_{control}_{message}.edi", nil, "another file stands in outbound as %s", st.File)
		}
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	staged := path.Join(stagingDir, "out."+st.File)
	if err := t.put(staged, body); err != nil {
		return err
	}
	if err := t.note(st.File, waiting{Key: st.Key}); err != nil {
		return err
	}
	return errors.Join(t.Rename(staged, to.real()), t.syncDir(outboundDir))
}

// put writes a file, durably.
func (t *tree) put(name string, body io.Reader) error {
	f, err := t.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, body)
	return errors.Join(err, f.Sync(), f.Close())
}

// digest is the SHA-256 of a body, which is at its beginning again afterwards.
func digest(body io.ReadSeeker) (string, error) {
	if _, err := body.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	h := sha256.New()
	if _, err := io.Copy(h, body); err != nil {
		return "", err
	}
	_, err := body.Seek(0, io.SeekStart)
	return hex.EncodeToString(h.Sum(nil)), err
}
