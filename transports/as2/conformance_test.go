package as2

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
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
			Cut: func(ctx context.Context, id string, content []byte) error {
				return cut(ctx, pack(t, theirs, id, content), at)
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

// cut sends the header, half of the body, and hangs up.
func cut(ctx context.Context, m packed, at string) error {
	u, err := url.Parse(at)
	if err != nil {
		return err
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", u.Host)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n", u.Path, u.Host, len(m.body))
	if err := m.header.Write(&b); err != nil {
		return err
	}
	b.WriteString("\r\n")
	b.Write(m.body[:len(m.body)/2])
	if _, err := conn.Write(b.Bytes()); err != nil {
		return err
	}
	return conn.Close()
}

func TestSenderConforms(t *testing.T) {
	transporttest.RunSender(t, func(t testing.TB) transporttest.Far {
		ours, theirs := terms(t)
		in := transporttest.NewInbox(t)
		var down atomic.Bool
		h := NewReceiver(ReceiverOptions{Lookup: table{ours}}).Handler(in)
		theirs.URL = serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if down.Load() {
				http.Error(w, "out of order", http.StatusServiceUnavailable)
				return
			}
			h.ServeHTTP(w, r)
		}))
		return transporttest.Far{
			Sender: NewSender(always(theirs), SenderOptions{}),
			Down:   down.Store,
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
