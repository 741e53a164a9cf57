package sftp

import (
	"bytes"
	"io"
	"sync/atomic"

	"waybill/transports"
)

// maxEarly is how many bytes of an upload may come before their turn: clients have
// several writes on their way, and the server works on several at once.
const maxEarly = 4 << 20

// stream is an upload that goes to the inbox as it comes, so that a large one is
// written once and is nearly stored when it is closed.
type stream struct {
	to       *io.PipeWriter
	next     int64
	early    map[int64][]byte // by where they begin
	held     int64
	all      *atomic.Int64 // memory of all uploads
	ended    chan struct{} // closed when the inbox has returned
	released transports.Released
	err      error
}

// stream begins to hand an upload to the inbox.
func (x *session) stream(name string) *stream {
	from, to := io.Pipe()
	s := &stream{to: to, early: map[int64][]byte{}, all: &x.memory, ended: make(chan struct{})}
	go func() { // end waits for it
		defer close(s.ended)
		s.released, s.err = x.in.Take(x.ctx, x.arrival(name), from)
		_ = from.CloseWithError(s.err) // it returns no error
	}()
	return s
}

// write passes a part on when its turn has come.
func (s *stream) write(b []byte, at int64) error {
	switch {
	case len(b) == 0:
		return nil
	case at < s.next || s.early[at] != nil:
		return failed("bytes that were written are written again; write the file from its beginning to its end, or under a temporary name")
	case at > s.next:
		if s.keep(int64(len(b))); s.held > maxEarly || s.all.Load() > allSmall {
			return failed("more than %d bytes come before their turn; write the file from its beginning to its end, or under a temporary name", maxEarly)
		}
		s.early[at] = bytes.Clone(b)
		return nil
	}
	err := s.pass(b)
	for b, ok := s.early[s.next]; ok && err == nil; b, ok = s.early[s.next] {
		delete(s.early, s.next)
		s.keep(-int64(len(b)))
		err = s.pass(b)
	}
	return err
}

// keep counts what waits for its turn.
func (s *stream) keep(n int64) {
	s.held += n
	s.all.Add(n)
}

func (s *stream) pass(b []byte) error {
	n, err := s.to.Write(b)
	s.next += int64(n)
	return err
}

// end says that nothing more comes, because of broken or because it is whole, and
// returns what the inbox made of it.
func (s *stream) end(broken error) (transports.Released, error) {
	_ = s.to.CloseWithError(broken) // it returns no error, and nil is the end
	<-s.ended
	s.keep(-s.held)
	return s.released, s.err
}
