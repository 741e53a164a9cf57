package sftp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
	"time"

	"waybill/transports"
)

// waiting is what is noted beside a file in outbound until its fetch is settled.
type waiting struct {
	Key     string    `json:"key"` // of the expectation that the fetch settles
	Fetched time.Time `json:"fetched,omitzero"`
	By      string    `json:"by,omitempty"`   // who fetched it
	Then    string    `json:"then,omitempty"` // what becomes of the file
}

func (t *tree) waits(name string) (waiting, error) {
	var w waiting
	data, err := t.ReadFile(path.Join(waitingDir, name))
	if err == nil {
		err = json.Unmarshal(data, &w)
	}
	return w, err
}

// note writes what is known of a file, durably.
func (t *tree) note(name string, w waiting) error {
	data, err := json.Marshal(w)
	if err != nil {
		return err
	}
	temporary := path.Join(stagingDir, "note."+name)
	if err := t.put(temporary, strings.NewReader(string(data))); err != nil {
		return err
	}
	return errors.Join(t.Rename(temporary, path.Join(waitingDir, name)), t.syncDir(waitingDir))
}

// download is a file of ours that the partner reads.
type download struct {
	*os.File
	x     *session
	at    place
	size  int64
	read  *spans
	ended error
}

func (x *session) download(at place, f *os.File) (*download, error) {
	i, err := f.Stat()
	if err != nil {
		return nil, errors.Join(x.told(err), f.Close())
	}
	x.partner.mu.Lock()
	defer x.partner.mu.Unlock()
	d := &download{File: f, x: x, at: at, size: i.Size(), read: x.partner.read[at.name]}
	if d.read == nil {
		d.read = &spans{}
		x.partner.read[at.name] = d.read
	}
	return d, nil
}

// ReadAt reads a part, and notes that it was read.
func (d *download) ReadAt(b []byte, at int64) (int, error) {
	n, err := d.File.ReadAt(b, at)
	d.read.add(at, at+int64(n))
	return n, err
}

// TransferError is told when the session ends before the file was closed.
func (d *download) TransferError(err error) { d.ended = err }

// Close ends the reading. A file that was read whole, in one session or in
// several, is fetched.
func (d *download) Close() error {
	err := d.File.Close()
	if d.ended != nil || !d.read.whole(d.size) {
		return err
	}
	d.x.partner.mu.Lock()
	delete(d.x.partner.read, d.at.name)
	d.x.partner.mu.Unlock()
	w, missing := d.x.tree.waits(d.at.name)
	if missing != nil { // fetched before
		return err
	}
	w.Fetched, w.By, w.Then = d.x.Now().UTC(), d.x.by+" from "+d.x.remote, d.x.account.Fetched
	d.x.settleSoon(d.at.name, w)
	return err
}

// answered is how long the answer to a close may take to be on its way.
const answered = 20 * time.Millisecond

// settleSoon settles a fetch when the partner has the answer to its close: were we
// to crash between the two, a file would be put away that the partner takes for
// unread. So it may be read twice, and never not at all.
func (x *session) settleSoon(name string, w waiting) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if len(x.fetched) == 0 {
		x.timer = time.AfterFunc(answered, x.settleFetched) // goodbye stops it
	}
	x.fetched[name] = w
}

// settleFetched settles what the partner has fetched and been told so.
func (x *session) settleFetched() {
	x.settling.Lock()
	defer x.settling.Unlock()
	x.mu.Lock()
	fetched := x.fetched
	x.fetched = map[string]waiting{}
	x.mu.Unlock()
	for name, w := range fetched {
		if err := x.tree.note(name, w); err != nil {
			x.log.Error("fetch not noted", "file", name, "err", err)
			continue
		}
		if x.settle(x.ctx, x.tree, x.account.Partner, name, w) {
			x.mu.Lock()
			x.gone[name] = w.Then != Keep
			x.mu.Unlock()
		}
	}
}

// What becomes of a file that was fetched.
const (
	Keep    = "keep"
	Archive = "archive"
	Delete  = "delete"
)

// settle says in the spool that a file was fetched, and puts it away. What fails
// is tried again by the sweep.
func (s *server) settle(ctx context.Context, t *tree, partner, name string, w waiting) bool {
	err := s.report(ctx, partner, name, w)
	if err == nil {
		err = t.Remove(path.Join(waitingDir, name))
	}
	if err == nil {
		switch w.Then {
		case Archive:
			err = t.Rename(path.Join(outboundDir, name), path.Join(archiveDir, t.free(archiveDir, name, s.Now())))
		case Delete:
			err = t.Remove(path.Join(outboundDir, name))
		}
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.Log.Error("fetch not settled", "partner", partner, "file", name, "err", err)
		return false
	}
	s.Log.Info("SFTP file fetched", "partner", partner, "file", name, "by", w.By)
	return true
}

// report is an arrival that holds nothing but the answer to what we offered.
func (s *server) report(ctx context.Context, partner, name string, w waiting) error {
	said := fmt.Sprintf("%s fetched %s at %s, by %s", partner, name, w.Fetched.Format(time.RFC3339), w.By)
	stored, err := s.in.Accept(ctx, transports.Arrival{Door: Door, Partner: partner, File: name, Remote: w.By}, strings.NewReader(said+"\n"))
	if err != nil {
		return err
	}
	_, err = s.in.Release(ctx, stored.ID(), transports.Verdict{
		Partner: partner, Evidence: []byte(said), Dedupe: "sftp-" + w.Key,
		Answers: []transports.Settlement{{Key: w.Key, State: "accepted", Text: said}},
	})
	return err
}
