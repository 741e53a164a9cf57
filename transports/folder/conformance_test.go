package folder

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"waybill/transports"
	"waybill/transports/transporttest"
)

// Acknowledged means that the file was put away: a directory has no other
// receipt. Partners who are cut or slow have not written their marker yet.
func TestReceiverConforms(t *testing.T) {
	transporttest.RunReceiver(t, func(t testing.TB, in transports.Inbox) transporttest.Door {
		d := watch(t, in)
		return transporttest.Door{Deliver: d.deliver, Slow: d.slow, Cut: d.cut, Leave: d.leave, Stop: d.stop, ByContent: true, OneByOne: true}
	})
}

// watcher looks into a directory again and again.
type watcher struct {
	dir    string
	cancel context.CancelFunc
	ended  chan struct{}

	mu     sync.Mutex
	failed int // looks that failed
	files  int
}

func block(dir string) InBlock {
	b := DefaultProfile().In
	b.Dir, b.StableFor, b.Done = dir, 0, ".done"
	return b
}

func fetching(b InBlock) *Fetch {
	return &Fetch{Partner: "acme", Block: b, Now: time.Now, Log: slog.New(slog.DiscardHandler), Keep: func(context.Context) error { return nil }}
}

func watch(t testing.TB, in transports.Inbox) *watcher {
	ctx, cancel := context.WithCancel(t.Context())
	w := &watcher{dir: t.TempDir(), cancel: cancel, ended: make(chan struct{})}
	f := fetching(block(w.dir))
	go func() {
		defer close(w.ended)
		for ctx.Err() == nil {
			if _, err := f.Once(ctx, in); err != nil {
				w.mu.Lock()
				w.failed++
				w.mu.Unlock()
			}
			time.Sleep(time.Millisecond)
		}
	}()
	t.Cleanup(func() { _ = w.stop() })
	return w
}

func (w *watcher) stop() error {
	w.cancel()
	<-w.ended
	return nil
}

func (w *watcher) failures() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.failed
}

// begin makes a file with a name of its own.
func (w *watcher) begin(id string) (*os.File, error) {
	select {
	case <-w.ended:
		return nil, errors.New("nobody looks")
	default:
	}
	w.mu.Lock()
	w.files++
	name := fmt.Sprintf("%s-%d.edi", id, w.files)
	w.mu.Unlock()
	return os.Create(filepath.Join(w.dir, name))
}

// finish writes the rest and the marker.
func finish(f *os.File, rest []byte) error {
	_, err := f.Write(rest)
	return errors.Join(err, f.Close(), os.WriteFile(f.Name()+".done", nil, 0o600))
}

// wait waits until the file is put away, or a look has failed and it is still
// there; then its writer takes it back.
func (w *watcher) wait(name string, failed int) (transporttest.Answer, error) {
	for {
		over := w.failures() > failed
		select {
		case <-w.ended:
			over = true
		case <-time.After(time.Millisecond):
		}
		if _, err := os.Stat(name); errors.Is(err, os.ErrNotExist) {
			return transporttest.Answer{Acknowledged: true}, nil
		}
		if over {
			return transporttest.Answer{}, errors.Join(os.Remove(name), os.Remove(name+".done"), errors.New("it was not taken"))
		}
	}
}

func (w *watcher) deliver(_ context.Context, id string, content []byte) (transporttest.Answer, error) {
	failed := w.failures()
	f, err := w.begin(id)
	if err == nil {
		err = finish(f, content)
	}
	if err != nil {
		return transporttest.Answer{}, err
	}
	return w.wait(f.Name(), failed)
}

func (w *watcher) slow(_ context.Context, id string, content []byte, half chan<- struct{}, on <-chan struct{}) (transporttest.Answer, error) {
	f, err := w.begin(id)
	if err == nil {
		_, err = f.Write(content[:len(content)/2])
	}
	close(half)
	if err != nil {
		return transporttest.Answer{}, err
	}
	<-on
	failed := w.failures()
	if err := finish(f, content[len(content)/2:]); err != nil {
		return transporttest.Answer{}, err
	}
	return w.wait(f.Name(), failed)
}

func (w *watcher) cut(_ context.Context, id string, content []byte) error {
	f, err := w.begin(id)
	if err == nil {
		_, err = f.Write(content[:len(content)/2])
		err = errors.Join(err, f.Close())
	}
	return err
}

func (w *watcher) leave(_ context.Context, id string, content []byte) error {
	f, err := w.begin(id)
	if err == nil {
		err = finish(f, content)
	}
	return err
}

// far is a VAN client that picks up what stands in its directory, between one
// attempt of ours and the next.
type far struct {
	Put
	t        testing.TB
	received []transporttest.Delivery
	lose     bool
	hang     *hanging
}

type hanging struct{ taken, released chan struct{} }

// Send makes an attempt. Where its end is to get lost, a directory has the
// marker's name.
func (f *far) Send(ctx context.Context, p transports.Prepared, body io.ReadSeeker) (transports.Receipt, error) {
	obstacle := filepath.Join(f.Dir, p.Labels[0].Value+".done")
	if f.lose {
		if err := os.Mkdir(obstacle, 0o700); err != nil {
			f.t.Fatal(err)
		}
	}
	if h := f.hang; h != nil {
		f.hang = nil
		body = &stuck{ReadSeeker: body, h: h, ctx: ctx}
	}
	r, err := f.Put.Send(ctx, p, body)
	_ = os.Remove(obstacle) // the directory, or the marker
	f.pickUp()
	return r, err
}

// stuck is a body that stops in the middle of being written.
type stuck struct {
	io.ReadSeeker
	h     *hanging
	ctx   context.Context
	seeks int
}

func (s *stuck) Seek(to int64, whence int) (int64, error) {
	s.seeks++
	return s.ReadSeeker.Seek(to, whence)
}

func (s *stuck) Read(b []byte) (int, error) {
	if s.seeks == 2 { // the digest is made
		s.seeks++
		close(s.h.taken)
		select {
		case <-s.ctx.Done():
		case <-s.h.released:
		}
	}
	return s.ReadSeeker.Read(b)
}

func (f *far) pickUp() {
	entries, err := os.ReadDir(f.Dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") {
			f.t.Errorf("%s is left", e.Name())
		}
		at := filepath.Join(f.Dir, e.Name())
		b, err := os.ReadFile(at)
		if err != nil {
			f.t.Fatal(err)
		}
		f.received = append(f.received, transporttest.Delivery{ID: e.Name(), Content: b})
		if err := os.Remove(at); err != nil {
			f.t.Fatal(err)
		}
	}
}

func (f *far) down(down bool) {
	from, to := f.Dir, f.Dir+".unmounted"
	if !down {
		from, to = to, from
	}
	if err := os.Rename(from, to); err != nil {
		f.t.Fatal(err)
	}
}

func TestSenderConforms(t *testing.T) {
	transporttest.RunSender(t, func(t testing.TB) transporttest.Far {
		dir := filepath.Join(t.TempDir(), "out")
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		f := &far{Put: Put{Dir: dir, Name: "{message}.edi", Done: ".done"}, t: t}
		return transporttest.Far{
			Sender: f, Down: f.down, Lose: func(lose bool) { f.lose = lose },
			Received: func() []transporttest.Delivery { return f.received },
			Hang: func() (<-chan struct{}, func()) {
				f.hang = &hanging{make(chan struct{}), make(chan struct{})}
				return f.hang.taken, sync.OnceFunc(func() {})
			},
		}
	})
}
