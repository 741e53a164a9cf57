package gateway

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"waybill/partners"
	"waybill/settings"
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

// sftpLooks are the servers that something is fetched from.
func (g *Gateway) sftpLooks() []look {
	d, ok := g.shelf.Current().Attached.(*doors)
	if !ok {
		return nil
	}
	var out []look
	for _, name := range slices.Sorted(maps.Keys(d.sftp)) {
		x := d.sftp[name]
		if x.profile.Host == "" || x.profile.Fetch.Dir == "" || x.profile.HostKey == "" || x.account.Suspended {
			continue
		}
		out = append(out, look{
			lock: "sftp-fetch:" + name, every: x.profile.Every, failed: "SFTP server not read", log: g.o.Log.With("door", "sftp", "partner", name),
			once: func(ctx context.Context, in transports.Inbox, l look) error {
				s, err := g.theirServer(name, x.profile)
				if err != nil {
					return err
				}
				f := sftp.Fetch{Server: s, Block: x.profile.Fetch, Now: g.o.Now, Log: l.log, Keep: l.keep}
				_, err = f.Once(ctx, in)
				return err
			},
		})
	}
	return out
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
