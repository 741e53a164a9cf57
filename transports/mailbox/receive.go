package mailbox

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"

	"waybill/transports"
)

// ErrElsewhere is what Keep returns while another node reads the mailbox.
const ErrElsewhere = fault("another node reads the mailbox")

// ReceiverOptions is what a Receiver needs; Now, After and Log have defaults.
type ReceiverOptions struct {
	Address string                                // of the mailbox, for people
	Server  func(context.Context) (Server, error) // asked for each connection
	Block   IMAP
	Lookup  Lookup
	// Keep is called before each look and while waiting, so that a lock that is held
	// lives on. Its error ends the connection.
	Keep  func(context.Context) error
	Leave func(context.Context) error // gives the lock back
	// Refused is told that the login failed: tokens that are kept may be no good.
	Refused func()
	Now     func() time.Time
	After   func(time.Duration) <-chan time.Time
	Log     *slog.Logger
}

// Receiver reads a mailbox for as long as its context lives.
type Receiver struct {
	o     ReceiverOptions
	desk  desk
	late  map[mailUID]bool // mails that failed: others go first
	valid uint32           // the UIDVALIDITY that late is of
}

// NewReceiver makes a Receiver of a mailbox of ours.
func NewReceiver(o ReceiverOptions) *Receiver {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.After == nil {
		o.After = time.After
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Keep == nil {
		o.Keep = func(context.Context) error { return nil }
	}
	if o.Leave == nil {
		o.Leave = func(context.Context) error { return nil }
	}
	if o.Refused == nil {
		o.Refused = func() {}
	}
	return &Receiver{o: o, late: map[mailUID]bool{}, desk: desk{lookup: o.Lookup, address: o.Address, now: o.Now, log: o.Log}}
}

const (
	keepTick = 30 * time.Second // how often Keep is called while nothing comes
	grace    = 10 * time.Second // for what is under way when we are told to stop
	firstGap = time.Second      // after a failure
	lastGap  = 5 * time.Minute
)

// Receive implements transports.Receiver: it connects, takes what is there, waits,
// and connects again, each time after twice as long while nothing works.
func (r *Receiver) Receive(ctx context.Context, in transports.Inbox) error {
	gap := time.Duration(0)
	for ctx.Err() == nil {
		some, err := r.connect(ctx, in)
		if some {
			gap = 0
		}
		wait := r.o.Block.Every
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, ErrElsewhere):
		case err != nil:
			gap = min(max(2*gap, firstGap), lastGap)
			wait = gap
			r.o.Log.Warn("mailbox not read", "code", codeOf(err), "mailbox", r.o.Address, "err", err, "again", wait)
		}
		select {
		case <-ctx.Done():
		case <-r.o.After(wait):
		}
	}
	return nil
}

func codeOf(err error) string {
	var f *transports.Failure
	if errors.As(err, &f) {
		return f.Code()
	}
	return ""
}

// connect works on one connection until it breaks or ctx ends, and says whether
// it took anything, or had nothing to take.
func (r *Receiver) connect(ctx context.Context, in transports.Inbox) (some bool, err error) {
	if err := r.o.Keep(ctx); err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, r.o.Leave(context.WithoutCancel(ctx))) }()
	s, err := r.o.Server(ctx)
	if err != nil {
		return false, transports.Temporary("MAIL-LOGIN", "look at password and oauth of the mailbox in waybill.yaml", err, "read the secrets of %s", r.o.Address)
	}
	r.desk.remote = s.Address
	x, err := s.openIMAP(ctx, r.o.Block.Folder)
	if codeOf(err) == "MAIL-LOGIN" {
		r.o.Refused()
	}
	if err != nil {
		return false, err
	}
	defer x.watch(ctx)()
	defer func() { err = errors.Join(err, x.end()) }()
	r.renewed(x)
	for {
		n, err := r.look(ctx, x, in)
		some = some || n > 0 || err == nil
		if err == nil && ctx.Err() == nil {
			err = r.idle(ctx, x)
		}
		if err != nil || ctx.Err() != nil {
			return some, err
		}
	}
}

// renewed notes the numbering of the mailbox. Mails have no other memory here than
// where they stand, so that a new one (RFC 9051 2.3.1.1) costs nothing.
func (r *Receiver) renewed(x *reader) {
	if r.valid != x.valid {
		if r.valid != 0 {
			r.o.Log.Warn("the mailbox has a new numbering (UIDVALIDITY); what was taken is recognised", "mailbox", r.o.Address, "was", r.valid, "is", x.valid)
		}
		r.valid, r.late = x.valid, map[mailUID]bool{}
	}
	r.o.Log.Info("mailbox open", "mailbox", r.o.Address, "folder", x.folder, "server", r.desk.remote)
}

// idle waits for mails, and keeps the lock.
func (r *Receiver) idle(ctx context.Context, x *reader) error {
	wait := min(r.o.Block.Every, keepTick)
	for left := r.o.Block.Every; left > 0; left -= wait {
		mail, err := x.wait(ctx, r.o.After(wait))
		if err != nil {
			return transports.Temporary("MAIL-FETCH", "it is tried again by itself", err, "wait for mails")
		}
		if err := r.o.Keep(ctx); err != nil {
			return err
		}
		if mail || ctx.Err() != nil {
			return nil
		}
	}
	return nil
}

// look takes what is there. It returns how many mails were taken.
func (r *Receiver) look(ctx context.Context, x *reader, in transports.Inbox) (int, error) {
	uids, err := x.list()
	if err != nil {
		return 0, transports.Temporary("MAIL-FETCH", "it is tried again by itself", err, "list the mails of %s", x.folder)
	}
	slices.SortStableFunc(uids, func(a, b mailUID) int { return rank(r.late[a]) - rank(r.late[b]) })
	taken := 0
	for len(uids) > 0 && ctx.Err() == nil {
		batch := uids[:min(len(uids), batchMails)]
		uids = uids[len(batch):]
		if err := r.o.Keep(ctx); err != nil {
			return taken, err
		}
		n, err := r.batches(ctx, x, in, batch)
		if taken += n; err != nil {
			return taken, err
		}
	}
	return taken, nil
}

func rank(late bool) int {
	if late {
		return 1
	}
	return 0
}

// What is fetched with one command: latency is paid once, and what is thrown away
// when we are told to stop is little.
const (
	batchMails = 20
	batchBytes = 1 << 20
)

// batches takes some mails, in commands of moderate size.
func (r *Receiver) batches(ctx context.Context, x *reader, in transports.Inbox, uids []mailUID) (int, error) {
	list, err := x.sizes(uids)
	if err != nil {
		return 0, transports.Temporary("MAIL-FETCH", "it is tried again by itself", err, "ask for the sizes of mails")
	}
	taken := 0
	for len(list) > 0 && ctx.Err() == nil {
		n, bytes := 1, list[0].size
		most := int64(r.o.Block.MaxSize)
		large := bytes > most
		for !large && n < len(list) && list[n].size <= most && bytes+list[n].size <= batchBytes {
			bytes += list[n].size
			n++
		}
		k, err := r.batch(ctx, x, in, list[:n], large)
		if taken += k; err != nil {
			return taken, err
		}
		list = list[n:]
	}
	return taken, nil
}

// batch takes mails with one command, and puts those away that are stored: also
// when the last of them failed.
func (r *Receiver) batch(ctx context.Context, x *reader, in transports.Inbox, list []letterBox, large bool) (int, error) {
	var uids, taken, aside []mailUID
	for _, m := range list {
		uids = append(uids, m.uid)
	}
	var failed error
	err := x.fetch(uids, large, func(uid mailUID, from io.Reader) error {
		if ctx.Err() != nil { // the rest of the command is read and left
			return nil
		}
		f, err := r.one(context.WithoutCancel(ctx), in, list, uid, from, large)
		switch {
		case err != nil:
			r.late[uid] = true
			err = fmt.Errorf("mail %d: %w", uid, err)
			failed = cmp.Or(failed, err)
			if len(list) == 1 { // it may be large: what is left of it is not waited for
				return err
			}
			return nil // it keeps no other from being taken
		case f == fateAside:
			aside = append(aside, uid)
		default:
			taken = append(taken, uid)
		}
		delete(r.late, uid)
		return nil
	})
	if err = cmp.Or(failed, err); err != nil {
		err = transports.Temporary("MAIL-FETCH", "it is tried again by itself; the mail stays where it is", err, "take the mails of %s", x.folder)
	}
	if err != nil && x.gone() {
		return len(taken) + len(aside), err // they are recognised when they come again
	}
	if away := r.away(x, taken, aside); away != nil {
		err = errors.Join(err, transports.Temporary("MAIL-FETCH", "it is tried again by itself; what was stored is recognised", away, "put mails away"))
	}
	return len(taken) + len(aside), err
}

// one takes one mail, or the header of one that is too large.
func (r *Receiver) one(ctx context.Context, in transports.Inbox, list []letterBox, uid mailUID, from io.Reader, large bool) (fate, error) {
	if !large {
		return r.desk.take(ctx, in, from)
	}
	i := slices.IndexFunc(list, func(m letterBox) bool { return m.uid == uid })
	head, err := io.ReadAll(from)
	if err != nil || i < 0 {
		return fateStays, err
	}
	return r.desk.tooLarge(ctx, in, bytes.NewReader(head), list[i].size, int64(r.o.Block.MaxSize))
}

// away puts mails where the block says.
func (r *Receiver) away(x *reader, taken, aside []mailUID) error {
	var err error
	switch r.o.Block.After {
	case "flag":
		err = x.flag(taken)
	case "delete":
		err = x.remove(taken)
	default:
		err = x.move(taken, r.o.Block.Taken)
	}
	return errors.Join(err, x.move(aside, r.o.Block.Aside))
}
