package as2

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"

	"waybill/transports"
	"waybill/transports/transporttest"
)

func outgoing(id string) transports.Outgoing {
	return transports.Outgoing{Message: id, File: "order 1.edi", ContentType: "application/edi-x12"}
}

func TestReceiverConforms(t *testing.T) {
	transporttest.RunReceiver(t, func(t testing.TB, in transports.Inbox) transporttest.Door {
		ours, theirs := terms(t)
		at, stop := listen(t, in, ReceiverOptions{Lookup: table{ours}})
		theirs.URL = at
		return transporttest.Door{
			Deliver: func(ctx context.Context, id string, content []byte) (transporttest.Answer, error) {
				s := NewSender(always(theirs), SenderOptions{Rand: seeded(id)})
				prep, err := s.Prepare(ctx, outgoing(id), bytes.NewReader(content))
				if err != nil {
					return transporttest.Answer{}, err
				}
				rec, err := s.Send(ctx, prep, bytes.NewReader(content))
				return transporttest.Answer{Acknowledged: err == nil && rec.State == stateAccepted, Receipt: receiptOf(rec)}, err
			},
			Slow: func(ctx context.Context, id string, content []byte, half chan<- struct{}, on <-chan struct{}) (transporttest.Answer, error) {
				return slow(ctx, pack(t, theirs, id, content), at, half, on)
			},
			Cut: func(ctx context.Context, id string, content []byte) error {
				m := pack(t, theirs, id, content)
				conn, err := begin(ctx, m, at, len(m.body)/2)
				if err != nil {
					return err
				}
				return conn.Close()
			},
			Leave: func(ctx context.Context, id string, content []byte) error {
				m := pack(t, theirs, id, content)
				conn, err := begin(ctx, m, at, len(m.body))
				if err != nil {
					return err
				}
				return conn.Close()
			},
			Stop: stop,
		}
	})
}

// receiptOf is the part of an answer that must be the same each time.
func receiptOf(r transports.Receipt) []byte {
	_, body, _ := bytes.Cut(r.Evidence, []byte("\r\n\r\n"))
	return body
}

// seeded is a source that gives the same boundary for the same id, as a
// persisted Prepared does.
func seeded(id string) *repeat { return &repeat{[]byte(id)} }

type repeat struct{ seed []byte }

func (r *repeat) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = r.seed[i%len(r.seed)] + byte(i)
	}
	return len(b), nil
}

// begin sends the header and n octets of the body.
func begin(ctx context.Context, m packed, at string, n int) (net.Conn, error) {
	u, err := url.Parse(at)
	if err != nil {
		return nil, err
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", u.Host)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "POST %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\nContent-Length: %d\r\n", u.Path, u.Host, len(m.body))
	if err := m.header.Write(&b); err != nil {
		return nil, err
	}
	b.WriteString("\r\n")
	b.Write(m.body[:n])
	_, err = conn.Write(b.Bytes())
	return conn, err
}

// slow sends half, waits, sends the rest and reads the answer.
func slow(ctx context.Context, m packed, at string, half chan<- struct{}, on <-chan struct{}) (transporttest.Answer, error) {
	conn, err := begin(ctx, m, at, len(m.body)/2)
	close(half)
	if err != nil {
		return transporttest.Answer{}, err
	}
	defer conn.Close()
	<-on
	if _, err := conn.Write(m.body[len(m.body)/2:]); err != nil {
		return transporttest.Answer{}, err
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return transporttest.Answer{}, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return transporttest.Answer{}, err
	}
	mdn, err := ParseMDN(res.Header, body)
	return transporttest.Answer{Acknowledged: err == nil && mdn.Disposition.Accepted(), Receipt: body}, nil
}

// moods is a partner's server that can be told to misbehave.
type moods struct {
	http.Handler
	down, lose atomic.Bool
	hang       atomic.Pointer[hanging]
}

type hanging struct{ taken, released chan struct{} }

func (m *moods) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if h := m.hang.Swap(nil); h != nil {
		_, _ = io.Copy(io.Discard, r.Body)
		close(h.taken)
		<-h.released
		return
	}
	if m.down.Load() {
		http.Error(w, "out of order", http.StatusServiceUnavailable)
		return
	}
	if m.lose.Load() {
		m.Handler.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	}
	m.Handler.ServeHTTP(w, r)
}

func (m *moods) hangOnce() (taken <-chan struct{}, release func()) {
	h := &hanging{make(chan struct{}), make(chan struct{})}
	m.hang.Store(h)
	return h.taken, sync.OnceFunc(func() { close(h.released) })
}

func TestSenderConforms(t *testing.T) {
	transporttest.RunSender(t, func(t testing.TB) transporttest.Far {
		ours, theirs := terms(t)
		in := transporttest.NewInbox(t)
		server := &moods{Handler: NewReceiver(ReceiverOptions{Lookup: table{ours}}).Handler(in)}
		theirs.URL = serve(t, server)
		return transporttest.Far{
			Sender: NewSender(always(theirs), SenderOptions{}),
			Down:   server.down.Store,
			Lose:   server.lose.Store,
			Hang:   server.hangOnce,
			Received: func() []transporttest.Delivery {
				var list []transporttest.Delivery
				for _, a := range in.Arrivals() {
					if a.Released && a.Verdict.Problem == nil {
						list = append(list, transporttest.Delivery{ID: a.Verdict.Dedupe, Content: a.Payload(t, 0)})
					}
				}
				return list
			},
		}
	})
}
