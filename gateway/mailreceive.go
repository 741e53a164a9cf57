package gateway

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"waybill/spool"
	"waybill/transports"
	"waybill/transports/mailbox"
)

// senderOf finds the partner of a mail in the Book in force.
type senderOf struct {
	*Gateway
	box string
}

// Sender implements mailbox.Lookup.
func (s senderOf) Sender(address, subject string) (mailbox.Account, error) {
	d, ok := s.shelf.Current().Attached.(*doors)
	if !ok {
		return mailbox.Account{}, errors.New("no profiles are loaded")
	}
	var all []mailbox.Account
	for _, name := range slices.Sorted(maps.Keys(d.mail)) {
		if d.mail[name].profile.Box == s.box {
			all = append(all, d.mail[name].account(s.Gateway))
		}
	}
	return mailbox.Find(all, address, subject)
}

const mailLock = 2 * time.Minute // of a node that says nothing any more

// mailReceivers read our mailboxes, each by one node at a time.
func (g *Gateway) mailReceivers(s *spool.Spool) []transports.Receiver {
	var out []transports.Receiver
	for _, name := range slices.Sorted(maps.Keys(g.parts.boxes)) {
		b := g.parts.boxes[name]
		if b.block.IMAP.Host == "" {
			continue
		}
		lock, node := "mailbox:"+name, g.config.Node
		out = append(out, mailbox.NewReceiver(mailbox.ReceiverOptions{
			Address: b.block.Address, Block: b.block.IMAP, Lookup: senderOf{g, name}, Now: g.o.Now, Log: g.o.Log.With("door", "mailbox", "box", name),
			Server: func(ctx context.Context) (mailbox.Server, error) { return g.imapServer(ctx, b) },
			Keep: func(ctx context.Context) error {
				ok, err := s.Lock(ctx, lock, node, mailLock)
				if err == nil && !ok {
					err = mailbox.ErrElsewhere
				}
				return err
			},
			Refused: b.forget,
			Leave:   func(ctx context.Context) error { return s.Unlock(ctx, lock, node) },
		}))
	}
	return out
}
