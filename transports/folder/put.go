package folder

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"waybill/files"
	"waybill/transports"
)

// Put writes files into a directory. It implements transports.Sender: a file is
// delivered when it stands there under its name. Another's file is never
// overwritten.
type Put struct {
	Dir  string // a path of this machine
	Name string // template of file names
	Done string // ending of a marker that is written behind each file; "" writes none
}

// writing is a prepared file.
type writing struct {
	File   string `json:"file"`
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
}

// DefaultName is the template of file names: the set, ISA13 and our message id.
const DefaultName = "{document}_{control}_{message}.edi"

// checkTemplate says what is wrong with a template of file names.
func checkTemplate(template string) error {
	return files.Name(template).Check([]string{"document", "control", "message", "partner"}, []string{"control", "message"})
}

// Prepare fixes the file's name and its digest.
func (p *Put) Prepare(_ context.Context, out transports.Outgoing, body io.ReadSeeker) (transports.Prepared, error) {
	name, err := files.Name(p.Name).Fill(map[string]string{
		"document": out.Document, "control": out.Control, "message": out.Message, "partner": out.Partner,
	})
	if err != nil {
		return transports.Prepared{}, transports.Permanent("FOLDER-NAME", "mend folder.out.name in the profile, then retry", err, "name the file")
	}
	sum, err := files.Digest(body)
	if err != nil {
		return transports.Prepared{}, err
	}
	size, err := body.Seek(0, io.SeekEnd)
	if err != nil {
		return transports.Prepared{}, err
	}
	state, err := json.Marshal(writing{name, sum, size})
	return transports.Prepared{
		State: state, Labels: []transports.Label{{Name: "file", Value: name}},
		Summary: fmt.Sprintf("%s, %d bytes, into %s", name, size, p.Dir),
	}, err
}

// Send makes one attempt. A file that an earlier attempt left there is the same.
func (p *Put) Send(ctx context.Context, prepared transports.Prepared, body io.ReadSeeker) (transports.Receipt, error) {
	var w writing
	if err := json.Unmarshal(prepared.State, &w); err != nil {
		return transports.Receipt{}, transports.Permanent("FOLDER-CHANGED", "this is a fault of Waybill", err, "read what was prepared")
	}
	if sum, err := files.Digest(body); err != nil {
		return transports.Receipt{}, transports.Temporary("TRN-STORE", "the message is sent again by itself", err, "read the message")
	} else if sum != w.SHA256 {
		return transports.Receipt{}, transports.Permanent("FOLDER-CHANGED", "the stored payload is damaged: waybill spool verify; then send the document again", nil, "the content is not what was prepared to be sent")
	}
	err := p.write(ctx, w, body)
	var taken *files.TakenError
	switch {
	case errors.As(err, &taken):
		return transports.Receipt{}, transports.Permanent("FOLDER-NAME", "give the files names of their own in folder.out.name, such as "+DefaultName, err, "write %s", w.File)
	case err != nil:
		return transports.Receipt{}, transports.Temporary("FOLDER-WRITE", "see that the directory is there, mounted, has room, and is ours to write; it is tried again by itself", errors.Join(ctx.Err(), err), "write %s into %s", w.File, p.Dir)
	}
	return transports.Receipt{Settled: true, State: "accepted", Summary: fmt.Sprintf("%s stands in %s, %d bytes", w.File, p.Dir, w.Size), Remote: p.Dir}, nil
}

func (p *Put) write(ctx context.Context, w writing, body io.Reader) error {
	d, err := files.Open(p.Dir)
	if err != nil {
		return err
	}
	err = d.Put(w.File, w.SHA256, stoppable{ctx, body})
	if err == nil && p.Done != "" {
		err = d.Mark(w.File + p.Done)
	}
	return errors.Join(err, d.Close())
}

// stoppable is a body that ends with ctx.
type stoppable struct {
	ctx  context.Context
	body io.Reader
}

// Read reads, while ctx lasts.
func (s stoppable) Read(b []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.body.Read(b)
}
