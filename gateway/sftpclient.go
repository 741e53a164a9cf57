package gateway

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"waybill/partners"
	"waybill/settings"
	"waybill/spool"
	"waybill/transports"
	"waybill/transports/sftp"
)

// theirServer is a partner's SFTP server with what the profile's references lead
// to now.
func (g *Gateway) theirServer(partner string, p sftp.Profile) (sftp.Server, error) {
	s := sftp.Server{Partner: partner, Address: p.Address(), User: p.User, HostKey: p.HostKey, Older: p.Older}
	var err error
	if !p.Password.IsZero() {
		if s.Password, err = p.Password.Reveal(g.config.Dir); err != nil {
			return s, err
		}
	}
	if p.Key.IsZero() {
		return s, nil
	}
	text, err := p.Key.Reveal(g.config.Dir)
	if err != nil {
		return s, err
	}
	s.Key, err = sftp.ParseKey([]byte(text+"\n"), "")
	return s, err
}

// attachServer warns of what would keep us from a partner's server.
func (g *Gateway) attachServer(partner string, p sftp.Profile) []settings.Problem {
	if _, err := g.theirServer(partner, p); err != nil {
		return []settings.Problem{{Key: "key", Warning: true, Text: err.Error(),
			Hint: "nothing is fetched or sent until it can be read; ssh-keygen -t ed25519 makes one, and the partner gets its .pub"}}
	}
	return nil
}

// poller fetches from the servers of all partners of the Book in force.
type poller struct {
	g     *Gateway
	spool *spool.Spool
}

const (
	pollTick  = time.Second
	pollLock  = 2 * time.Minute // of a node that says nothing any more
	pollSlack = time.Hour       // the longest wait after failures, where every is not longer
)

// turn is when a partner is looked at next, and how often it failed since it went well.
type turn struct {
	next    time.Time
	failed  int
	running bool
}

// Receive looks at each server when its time has come, one look at a time for each.
func (p poller) Receive(ctx context.Context, in transports.Inbox) error {
	var mu sync.Mutex
	turns := map[string]*turn{}
	var running sync.WaitGroup
	defer running.Wait()
	t := time.NewTicker(pollTick)
	defer t.Stop()
	for {
		for _, door := range p.doors() {
			mu.Lock()
			x := turns[door.account.Partner]
			if x == nil {
				x = &turn{}
				turns[door.account.Partner] = x
			}
			due := !x.running && !p.g.o.Now().Before(x.next)
			x.running = x.running || due
			mu.Unlock()
			if !due {
				continue
			}
			running.Go(func() {
				err := p.once(ctx, in, door)
				mu.Lock()
				defer mu.Unlock()
				x.after(err, door.profile.Every, p.g.o.Now())
			})
		}
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
		}
	}
}

// after sets the next turn: failures wait twice as long each time.
func (x *turn) after(err error, every time.Duration, now time.Time) {
	x.running = false
	if err == nil {
		x.failed, x.next = 0, now.Add(every)
		return
	}
	x.failed++
	wait := every
	for range min(x.failed, 20) {
		wait = min(wait*2, max(every, pollSlack))
	}
	x.next = now.Add(wait)
}

// doors are the servers that something is fetched from.
func (p poller) doors() []*sftpDoor {
	d, ok := p.g.shelf.Current().Attached.(*doors)
	if !ok {
		return nil
	}
	var out []*sftpDoor
	for _, name := range sorted(d.sftp) {
		if x := d.sftp[name]; x.profile.Host != "" && x.profile.Fetch.Dir != "" && x.profile.HostKey != "" && !x.account.Suspended {
			out = append(out, x)
		}
	}
	return out
}

// once looks at one server, unless another node does.
func (p poller) once(ctx context.Context, in transports.Inbox, door *sftpDoor) error {
	partner := door.account.Partner
	log := p.g.o.Log.With("door", "sftp", "partner", partner)
	lock, node := "sftp-fetch:"+partner, p.g.config.Node
	keep := func(ctx context.Context) error {
		ok, err := p.spool.Lock(ctx, lock, node, pollLock)
		if err == nil && !ok {
			err = errOtherNode
		}
		return err
	}
	err := keep(ctx)
	if errors.Is(err, errOtherNode) {
		return nil
	}
	var s sftp.Server
	if err == nil {
		s, err = p.g.theirServer(partner, door.profile)
	}
	if err == nil {
		f := sftp.Fetch{Server: s, Block: door.profile.Fetch, Now: p.g.o.Now, Log: log, Keep: keep}
		_, err = f.Once(ctx, in)
		err = errors.Join(err, p.spool.Unlock(context.WithoutCancel(ctx), lock, node))
	}
	if err != nil && ctx.Err() == nil {
		log.Warn("SFTP server not read", "code", codeOf(err), "err", err)
	}
	return err
}

var errOtherNode = errors.New("another node has the lock")

// codeOf is an error's code, "" where it has none.
func codeOf(err error) string {
	var coded interface{ Code() string }
	if errors.As(err, &coded) {
		return coded.Code()
	}
	return ""
}

// reachSFTP tests the way to a partner by SFTP: to its server, and whether it can
// come to ours.
func (g *Gateway) reachSFTP(ctx context.Context, p *partners.Profile) []Step {
	d, ok := g.shelf.Current().Attached.(*doors)
	if !ok || d.sftp[p.Name()] == nil {
		return nil
	}
	door := d.sftp[p.Name()]
	var steps []Step
	if door.profile.HasAccount() {
		steps = append(steps, g.accountStep(door))
	}
	if door.profile.Host == "" {
		return steps
	}
	s, err := g.theirServer(p.Name(), door.profile)
	if err != nil {
		return append(steps, Step{Name: "SFTP key", State: StepFailed, Text: err.Error(), Hint: "make one with ssh-keygen -t ed25519, and send the partner its .pub"})
	}
	for _, x := range s.Test(ctx, door.profile.Fetch.Dir, door.profile.Put.Dir, g.o.Now) {
		step := Step{Name: "SFTP " + x.Name, State: StepOK, Text: x.Text, Hint: x.Hint, Took: x.Took}
		if x.Err != nil {
			step.State, step.Text = StepFailed, x.Err.Error()
		}
		steps = append(steps, step)
	}
	return steps
}

// accountStep says what a partner may log in with today, and what it must know us by.
func (g *Gateway) accountStep(door *sftpDoor) Step {
	keys, passwords := door.account.InForce(g.o.Now())
	s := Step{Name: "SFTP account", State: StepOK, Text: fmt.Sprintf("login %s, %d keys and %d passwords in force", door.account.Login, keys, passwords)}
	if keys+passwords == 0 {
		s.State, s.Hint = StepFailed, "look at from and until of sftp.account.keys"
	}
	lines := []string{s.Text}
	for _, file := range g.parts.sftp.HostKeys {
		key, err := sftp.ReadKey(g.config.path(file), "")
		switch {
		case errors.Is(err, os.ErrNotExist):
			lines = append(lines, "our host key is made by the first start")
		case err != nil:
			lines, s.State = append(lines, err.Error()), StepFailed
		default:
			lines = append(lines, "they must see this host key of ours: "+sftp.Fingerprint(key.PublicKey()))
		}
	}
	s.Text = strings.Join(lines, "\n")
	return s
}
