package mailbox

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"waybill/transports"
	"waybill/transports/mailbox/mailtest"
	"waybill/transports/transporttest"
)

// Acknowledged means that the mail has left the folder for those that were taken:
// mail has no other receipt. One mailbox is read by one reader.
func TestReceiverConforms(t *testing.T) {
	transporttest.RunReceiver(t, func(t testing.TB, in transports.Inbox) transporttest.Door {
		addr := mailtest.Memory(t)
		d := door{t: t, addr: addr, run: start(t, in, Server{Address: addr}, nil)}
		return transporttest.Door{Deliver: d.deliver, Slow: d.slow, Cut: d.cut, Leave: d.leave, Stop: d.run.stop, OneByOne: true}
	})
}

type door struct {
	t    testing.TB
	addr string
	run  *running
}

func (d door) deliver(ctx context.Context, id string, content []byte) (transporttest.Answer, error) {
	return d.slow(ctx, id, content, nil, nil)
}

func (d door) slow(ctx context.Context, id string, content []byte, half chan<- struct{}, on <-chan struct{}) (transporttest.Answer, error) {
	p, err := mailtest.Dial(ctx, d.addr)
	if err != nil {
		return transporttest.Answer{}, err
	}
	defer p.Close()
	failures := d.run.log.count("mailbox not read")
	uid, err := p.Slowly("INBOX", letterOf(id, content), func() {
		if half != nil {
			close(half)
			<-on
		}
	})
	if err != nil {
		return transporttest.Answer{}, err
	}
	for over := false; ; {
		list, err := p.Folder("INBOX")
		switch {
		case err != nil:
			return transporttest.Answer{}, err
		case !slices.Contains(list, uid):
			return transporttest.Answer{Acknowledged: true}, nil
		case over:
			return transporttest.Answer{}, errors.New("the mail stays where it is: nobody reads it")
		case d.run.log.count("mailbox not read") > failures+1: // also where the look had begun before
			return transporttest.Answer{}, nil
		}
		select {
		case <-d.run.ended:
			over = true
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// cut breaks off in the middle of the delivery: no mail comes of it.
func (d door) cut(ctx context.Context, id string, content []byte) error {
	p, err := mailtest.Dial(ctx, d.addr)
	if err != nil {
		return err
	}
	_, err = p.Slowly("INBOX", letterOf(id, content), func() { _ = p.Close() })
	if err == nil {
		return errors.New("a mail was delivered over a connection that was cut")
	}
	return nil
}

func (d door) leave(ctx context.Context, id string, content []byte) error {
	p, err := mailtest.Dial(ctx, d.addr)
	if err != nil {
		return err
	}
	_, err = p.Append("INBOX", letterOf(id, content))
	return errors.Join(err, p.Close())
}
