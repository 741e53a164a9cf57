package sftp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	pkgsftp "github.com/pkg/sftp"

	"waybill/transports"
	"waybill/transports/transporttest"
)

// Acknowledged means that the file was put away on the partner's server: SFTP has
// no other receipt for who is fetched from.
func TestFetchConforms(t *testing.T) {
	transporttest.RunReceiver(t, func(t testing.TB, in transports.Inbox) transporttest.Door {
		s := openTheirs(t)
		d := &shelf{theirs: s, c: s.there(t), ended: make(chan struct{})}
		ctx, cancel := context.WithCancel(context.Background())
		f := s.fetching(func(b *FetchBlock) { b.Done, b.After = ".done", Delete })
		go d.looks(ctx, f, in)
		stop := sync.OnceValue(func() error { cancel(); <-d.ended; return nil })
		t.Cleanup(func() { _ = stop() })
		return transporttest.Door{Deliver: d.deliver, Slow: d.slow, Cut: d.cut, Leave: d.leave, Stop: stop, ByContent: true, OneByOne: true}
	})
}

// shelf is a directory on a partner's server that is looked at all the time.
type shelf struct {
	*theirs
	c     *connection
	ended chan struct{}

	mu     sync.Mutex
	next   int
	failed int // looks that ended with an error
}

func (s *shelf) looks(ctx context.Context, f *Fetch, in transports.Inbox) {
	defer close(s.ended)
	for ctx.Err() == nil {
		if _, err := f.Once(ctx, in); err != nil {
			s.mu.Lock()
			s.failed++
			s.mu.Unlock()
		}
	}
}

// begin writes a part of a file that no other has the name of.
func (s *shelf) begin(id string, content []byte) (string, *pkgsftp.File, error) {
	s.mu.Lock()
	s.next++
	name := fmt.Sprintf("/out/%s-%d.edi", id, s.next)
	s.mu.Unlock()
	f, err := s.c.Create(name)
	if err == nil {
		_, err = f.Write(content)
	}
	return name, f, err
}

// away waits until a file is put away, a look fails, or nobody looks any more.
func (s *shelf) away(ctx context.Context, name string) (transporttest.Answer, error) {
	s.mu.Lock()
	failed := s.failed
	s.mu.Unlock()
	if err := put(s.c.Client, name+".done", []byte("done")); err != nil {
		return transporttest.Answer{}, err
	}
	for ctx.Err() == nil {
		if _, err := s.c.Stat(name); errors.Is(err, os.ErrNotExist) {
			return transporttest.Answer{Acknowledged: true}, nil
		}
		s.mu.Lock()
		again := s.failed
		s.mu.Unlock()
		if again > failed {
			return transporttest.Answer{}, errors.Join(s.c.Remove(name+".done"), s.c.Remove(name))
		}
		select {
		case <-s.ended:
			if _, err := s.c.Stat(name); err == nil {
				return transporttest.Answer{}, errors.New("nobody looks")
			}
		case <-time.After(time.Millisecond):
		}
	}
	return transporttest.Answer{}, ctx.Err()
}

func (s *shelf) deliver(ctx context.Context, id string, content []byte) (transporttest.Answer, error) {
	name, f, err := s.begin(id, content)
	if err = errors.Join(err, f.Close()); err != nil {
		return transporttest.Answer{}, err
	}
	return s.away(ctx, name)
}

func (s *shelf) slow(ctx context.Context, id string, content []byte, half chan<- struct{}, on <-chan struct{}) (transporttest.Answer, error) {
	name, f, err := s.begin(id, content[:len(content)/2])
	close(half)
	<-on
	if err == nil {
		_, err = f.Write(content[len(content)/2:])
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return transporttest.Answer{}, err
	}
	return s.away(ctx, name)
}

func (s *shelf) cut(_ context.Context, id string, content []byte) error {
	_, f, err := s.begin(id, content[:len(content)/2])
	return errors.Join(err, f.Close())
}

func (s *shelf) leave(_ context.Context, id string, content []byte) error {
	name, f, err := s.begin(id, content)
	return errors.Join(err, f.Close(), put(s.c.Client, name+".done", []byte("done")))
}

// A file that has other bytes than it had in the listing is no message, and stays.
func TestFetchedFileThatChanges(t *testing.T) {
	for listed, want := range map[int64]string{3: "the file grew while it was read", 7: "unexpected EOF", 5: ""} {
		got, err := io.ReadAll(&exactly{r: strings.NewReader("hello"), left: listed})
		if want == "" && (err != nil || string(got) != "hello") || want != "" && (err == nil || err.Error() != want) {
			t.Errorf("listed with %d bytes: %q, %v, expected %q", listed, got, err, want)
		}
	}
}

// Of 100,000 files those that fit are taken, the memory for it has a bound, and so
// has a listing that does not end.
func TestFetchFromALargeDirectory(t *testing.T) {
	s := openTheirs(t)
	s.there(t)
	for i := range 100_000 {
		r := pkgsftp.NewRequest("Put", fmt.Sprintf("/out/%06d.edi", i))
		r.Flags = 0x1a // SSH_FXF_WRITE, SSH_FXF_CREAT, SSH_FXF_TRUNC
		w, err := s.FilePut.Filewrite(r)
		if err == nil && i%1000 == 0 {
			_, err = w.WriteAt(fmt.Appendf(nil, "content of %06d.edi", i), 0)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	in := transporttest.NewInbox(t)
	f := s.fetching(func(b *FetchBlock) { b.StableFor, b.Order, b.Pattern, b.After = 0, "name", "*000.edi", Delete })
	n, err := f.Once(t.Context(), in)
	runtime.ReadMemStats(&after)
	if err != nil || n != 100 || in.Accepted()[99].Arrival.File != "099000.edi" {
		t.Errorf("%d files were taken, %v", n, err)
	}
	if took := int64(after.HeapSys) - int64(before.HeapSys); took > 192<<20 { // the server is in this process, too
		t.Errorf("the memory grew by %d bytes", took)
	}
	server := s.server()
	c, err := server.dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.metered.left.Store(1 << 20)
	if _, err := c.ReadDir("/out"); err == nil || c.metered.left.Load() >= 0 {
		t.Errorf("a listing over the limit: %v", err)
	}
}

// A large file comes in few round trips, and as it was.
func TestFetchOfALargeFile(t *testing.T) {
	s := openTheirs(t)
	c := s.there(t)
	if err := put(c.Client, "/out/large.edi", large()); err != nil {
		t.Fatal(err)
	}
	in := transporttest.NewInbox(t)
	if n, err := s.fetching(nil).Once(t.Context(), in); n != 1 || err != nil || !bytes.Equal(in.Accepted()[0].Payload(t, 0), large()) {
		t.Errorf("%d taken, %v", n, err)
	}
}
