package gateway

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net"

	"waybill/partners"
	"waybill/settings"
	"waybill/transports"
	"waybill/transports/sftp"
)

// sftpDoor is one partner's sftp block with what its references lead to.
type sftpDoor struct {
	profile sftp.Profile
	account sftp.Account
}

// sftpListener makes the SFTP server; without an sftp block there is none. A host
// key is made by Run, so that a check writes nothing.
func (g *Gateway) sftpListener() []settings.Problem {
	node := &g.config.SFTP
	if node.Kind == 0 {
		return nil
	}
	block := sftp.DefaultListener()
	problems := settings.DecodeBlock(ConfigFile, node, "sftp", &block)
	if settings.Fatal(problems) {
		return problems
	}
	problems = append(problems, settings.Place(ConfigFile, node, "sftp", block.Check())...)
	for _, other := range []string{g.config.Observe.Listen, g.parts.listener.Listen, g.config.API.Listen} {
		if _, port, _ := net.SplitHostPort(block.Listen); block.Listen == other && port != "0" {
			problems = append(problems, settings.Place(ConfigFile, node, "sftp", []settings.Problem{{
				Key: "listen", Text: "found " + other + ", which another door has, too", Hint: "give each an address of its own",
			}})...)
		}
	}
	for i, file := range block.HostKeys {
		if _, err := sftp.ReadKey(g.config.path(file), ""); err != nil && !errors.Is(err, fs.ErrNotExist) {
			problems = append(problems, settings.Place(ConfigFile, node, "sftp", []settings.Problem{{
				Key: fmt.Sprintf("host_keys[%d]", i), Text: err.Error(), Hint: "restore the file; a new key makes every partner's software stop",
			}})...)
		}
	}
	g.parts.sftp = &block
	return problems
}

// sftpDir is where the partners' trees stand.
func (g *Gateway) sftpDir() string { return g.config.path(g.parts.sftp.Dir) }

// sftpReceiver opens the SFTP server, with host keys that are made where there is
// none yet.
func (g *Gateway) sftpReceiver() (transports.Receiver, error) {
	o := g.parts.sftp.Options()
	for _, file := range g.parts.sftp.HostKeys {
		key, made, err := sftp.HostKey(g.config.path(file), rand.Reader)
		if err != nil {
			return nil, fmt.Errorf("open the SFTP server: %w", err)
		}
		if made {
			g.o.Log.Warn("a host key for SFTP was made; keep it, partners know us by it", "file", file, "fingerprint", sftp.Fingerprint(key.PublicKey()))
		}
		o.HostKeys = append(o.HostKeys, key)
	}
	o.Lookup, o.Dir, o.Now, o.Log = logins{g}, g.sftpDir(), g.o.Now, g.o.Log.With("door", "sftp")
	o.Answered = func(string) { g.o.Failpoint("answered") }
	o.Listening = func(a net.Addr) { g.o.Listening("sftp", a) }
	return sftp.NewReceiver(o), nil
}

// attachSFTP reads a profile's sftp block.
func (g *Gateway) attachSFTP(d *doors, p *partners.Profile) []settings.Problem {
	node, file, ok := p.Block("sftp")
	if !ok {
		return nil
	}
	profile := sftp.DefaultProfile()
	found := settings.DecodeBlock(file, node, "sftp", &profile)
	if settings.Fatal(found) {
		return found
	}
	found = append(found, settings.Place(file, node, "sftp", profile.Check())...)
	add := func(key, text, hint string) {
		found = append(found, settings.Place(file, node, "sftp", []settings.Problem{{Key: key, Text: text, Hint: hint}})...)
	}
	door := &sftpDoor{profile: profile, account: profile.Account.For(p.Name(), p.Status() == partners.Suspended)}
	if profile.HasAccount() && g.parts.sftp == nil {
		add("account", "there is no SFTP server for the partner to log in to", "give "+ConfigFile+" an sftp block, such as sftp: { listen: 0.0.0.0:4022 }")
	}
	if other := d.logins[door.account.Login]; profile.HasAccount() && other != nil {
		add("account.login", fmt.Sprintf("%q is the login of partner %s already", door.account.Login, other.account.Partner), "a login belongs to one partner")
	}
	if profile.Host != "" {
		found = append(found, settings.Place(file, node, "sftp", g.attachServer(p.Name(), profile))...)
	}
	if settings.Fatal(found) {
		return found
	}
	d.sftp[p.Name()] = door
	if profile.HasAccount() {
		d.logins[door.account.Login] = door
	}
	return found
}

// logins finds an account in the Book in force.
type logins struct{ *Gateway }

// Account implements sftp.Lookup.
func (l logins) Account(login string) (sftp.Account, error) {
	d, ok := l.shelf.Current().Attached.(*doors)
	if !ok {
		return sftp.Account{}, errors.New("no profiles are loaded")
	}
	door := d.logins[login]
	if door == nil {
		return sftp.Account{}, sftp.ErrUnknownLogin
	}
	return door.account, nil
}

// sftpSender is how files go to a partner: to its server, or into its directory
// on ours.
func (g *Gateway) sftpSender(d *doors, p *partners.Profile) (transports.Sender, error) {
	door := d.sftp[p.Name()]
	switch {
	case door == nil:
		return nil, fmt.Errorf("partner %s has no sftp block to send by", p.Name())
	case door.profile.Host != "" && door.profile.Put.Dir != "":
		profile := door.profile
		return &sftp.Put{
			Server: func() (sftp.Server, error) { return g.theirServer(p.Name(), profile) }, Dir: profile.Put.Dir, Name: profile.Put.Name,
		}, nil
	case !door.profile.HasAccount():
		return nil, fmt.Errorf("partner %s has no sftp.put.dir to send to", p.Name())
	}
	return sftp.Drop{
		Dir: g.sftpDir(), Partner: p.Name(), Name: door.profile.Account.Name, Within: door.profile.Account.Within,
	}, nil
}
