// Package transporttest holds what tests of transports share: an Inbox that
// keeps what it gets in a directory and can be told to fail or to wait, and the
// conformance suites that every Receiver and every Sender runs.
package transporttest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"waybill/transports"
)

// Inbox is a transports.Inbox for tests, with the promises of the real one:
// bytes are stored before Accept returns, an accepted transmission is accepted
// once, a repeated one gets the first receipt. It is safe for concurrent use.
type Inbox struct {
	dir string

	mu    sync.Mutex
	list  []*Arrival
	keys  map[string]*Arrival
	hooks Hooks
}

// Hooks make an Inbox fail or wait. Each is called before the step and without
// a lock held; its error fails the step.
type Hooks struct {
	Accept  func(a transports.Arrival) error
	Release func(id string, v transports.Verdict) error
	Create  func() error
}

// Arrival is what an Inbox made of one transmission.
type Arrival struct {
	ID       string
	Arrival  transports.Arrival
	Raw      string // file with the bytes as they came
	Err      error  // why the bytes did not come whole
	Released bool
	Verdict  transports.Verdict
	Result   transports.Released
	Digest   string
	payloads []string
	drafts   []*draft
}

// NewInbox returns an empty Inbox that keeps its files in a directory of t's.
func NewInbox(t testing.TB) *Inbox {
	return &Inbox{dir: t.TempDir(), keys: map[string]*Arrival{}}
}

// Hook replaces the hooks.
func (in *Inbox) Hook(h Hooks) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.hooks = h
}

func (in *Inbox) hooked() Hooks {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.hooks
}

// Arrivals lists everything that was begun, in order.
func (in *Inbox) Arrivals() []*Arrival {
	in.mu.Lock()
	defer in.mu.Unlock()
	return append([]*Arrival(nil), in.list...)
}

// Accepted lists the arrivals that were released with payloads, for the first time.
func (in *Inbox) Accepted() []*Arrival {
	return in.where(func(a *Arrival) bool {
		return a.Released && a.Verdict.Problem == nil && a.Verdict.Hold == nil && !a.Result.Duplicate && !a.Result.Held
	})
}

// Held lists the arrivals that wait for a person.
func (in *Inbox) Held() []*Arrival {
	return in.where(func(a *Arrival) bool { return a.Released && (a.Verdict.Hold != nil || a.Result.Held) })
}

// Refused lists the arrivals that were released with a problem, or that did not
// come whole.
func (in *Inbox) Refused() []*Arrival {
	return in.where(func(a *Arrival) bool { return a.Err != nil || a.Released && a.Verdict.Problem != nil })
}

func (in *Inbox) where(ok func(*Arrival) bool) []*Arrival {
	var list []*Arrival
	in.mu.Lock()
	defer in.mu.Unlock()
	for _, a := range in.list {
		if ok(a) {
			list = append(list, a)
		}
	}
	return list
}

// Bytes reads the transmission as it came.
func (a *Arrival) Bytes(t testing.TB) []byte {
	t.Helper()
	return read(t, a.Raw)
}

// Payload reads one payload of an accepted arrival.
func (a *Arrival) Payload(t testing.TB, i int) []byte {
	t.Helper()
	if i >= len(a.payloads) {
		t.Fatalf("arrival %s has %d payloads, not number %d", a.ID, len(a.payloads), i)
	}
	return read(t, a.payloads[i])
}

func read(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Accept implements transports.Inbox.
func (in *Inbox) Accept(_ context.Context, a transports.Arrival, body io.Reader) (transports.Stored, error) {
	if hook := in.hooked().Accept; hook != nil {
		if err := hook(a); err != nil {
			return nil, fmt.Errorf("accept: %w", err)
		}
	}
	arr := &Arrival{Arrival: a}
	in.mu.Lock()
	arr.ID = fmt.Sprintf("%06d", len(in.list)+1)
	in.list = append(in.list, arr)
	in.mu.Unlock()
	arr.Raw = filepath.Join(in.dir, arr.ID+".raw")
	err := store(arr.Raw, body)
	in.mu.Lock()
	arr.Err = err
	in.mu.Unlock()
	if err != nil {
		return nil, fmt.Errorf("accept %s: %w", arr.ID, err)
	}
	return &stored{in, arr}, nil
}

func store(name string, body io.Reader) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, body)
	return errors.Join(err, f.Close())
}

// Release implements transports.Inbox.
func (in *Inbox) Release(_ context.Context, id string, v transports.Verdict) (transports.Released, error) {
	if hook := in.hooked().Release; hook != nil {
		if err := hook(id, v); err != nil {
			return transports.Released{}, fmt.Errorf("release: %w", err)
		}
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	var a *Arrival
	for _, x := range in.list {
		if x.ID == id {
			a = x
		}
	}
	if a == nil || a.Err != nil || a.Released {
		return transports.Released{}, fmt.Errorf("release %s: no such arrival is open", id)
	}
	a.Verdict, a.Digest = v, v.Digest
	if err := in.name(a); err != nil {
		return transports.Released{}, fmt.Errorf("release %s: %w", id, err)
	}
	a.Result = in.result(a)
	a.Released = true
	return a.Result, nil
}

// name finds the payloads' files, removes the drafts that are none, and fills
// in the digest.
func (in *Inbox) name(a *Arrival) error {
	wanted := map[string]bool{}
	h := sha256.New()
	for _, p := range a.Verdict.Payloads {
		file := a.Raw
		if p.Ref != "" {
			file = p.Ref
		}
		wanted[file] = true
		a.payloads = append(a.payloads, file)
		b, err := os.Open(file)
		if err != nil {
			return err
		}
		_, err = io.Copy(h, b)
		if err = errors.Join(err, b.Close()); err != nil {
			return err
		}
	}
	if a.Digest == "" {
		a.Digest = hex.EncodeToString(h.Sum(nil))
	}
	for _, d := range a.drafts {
		if !wanted[d.Name()] {
			if err := os.Remove(d.Name()); err != nil {
				return err
			}
		}
	}
	return nil
}

func (in *Inbox) result(a *Arrival) transports.Released {
	r := transports.Released{ID: a.ID, Receipt: a.Verdict.Receipt}
	if a.Verdict.Problem != nil || a.Verdict.Dedupe == "" {
		return r
	}
	first, again := in.keys[a.Verdict.Dedupe]
	switch {
	case !again:
		in.keys[a.Verdict.Dedupe] = a
	case first.Digest == a.Digest:
		r.Duplicate, r.Receipt = true, first.Verdict.Receipt
	default:
		r.Held = true
	}
	return r
}

// Take implements transports.Inbox.
func (in *Inbox) Take(ctx context.Context, a transports.Arrival, body io.Reader) (transports.Released, error) {
	s, err := in.Accept(ctx, a, body)
	if err != nil {
		return transports.Released{}, err
	}
	v := transports.Verdict{Partner: a.Partner, Payloads: []transports.Payload{{File: a.File}}}
	b, err := os.ReadFile(s.(*stored).a.Raw)
	if err != nil {
		return transports.Released{}, err
	}
	sum := sha256.Sum256(b)
	v.Dedupe = a.Door + ":" + a.Partner + ":" + hex.EncodeToString(sum[:])
	return in.Release(ctx, s.ID(), v)
}

type stored struct {
	in *Inbox
	a  *Arrival
}

func (s *stored) ID() string                       { return s.a.ID }
func (s *stored) Open() (io.ReadSeekCloser, error) { return os.Open(s.a.Raw) }
func (s *stored) Create() (transports.Draft, error) {
	if hook := s.in.hooked().Create; hook != nil {
		if err := hook(); err != nil {
			return nil, err
		}
	}
	f, err := os.CreateTemp(s.in.dir, s.a.ID+".draft.")
	if err != nil {
		return nil, err
	}
	d := &draft{f}
	s.in.mu.Lock()
	s.a.drafts = append(s.a.drafts, d)
	s.in.mu.Unlock()
	return d, nil
}

type draft struct{ *os.File }

func (d *draft) Ref() string                      { return d.Name() }
func (d *draft) Open() (io.ReadSeekCloser, error) { return os.Open(d.Name()) }
