package gateway

import (
	"context"
	"crypto/x509"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"golang.org/x/oauth2"

	"waybill/cms"
	"waybill/partners"
	"waybill/settings"
	"waybill/transports/mailbox"
)

// box is one of our mailboxes as waybill.yaml has it.
type box struct {
	name       string
	block      mailbox.Box
	imap, smtp *x509.CertPool // that the servers' certificates must be by; nil: the system's
	once       sync.Mutex     // senders and the reader begin at once

	mu     sync.Mutex
	tokens oauth2.TokenSource
}

// mailDoor is one partner's mailbox block with what its references lead to.
type mailDoor struct {
	partner      string
	profile      mailbox.Profile
	certificates [][]*x509.Certificate // for each of the profile's, what its file holds
	ours         []cms.Identity
	suspended    bool
}

// mailboxes reads our mailboxes; their secrets are read when a connection is made.
func (g *Gateway) mailboxes() []settings.Problem {
	g.parts.boxes = map[string]*box{}
	var problems []settings.Problem
	for _, name := range slices.Sorted(maps.Keys(g.config.Mailboxes)) {
		node, at := g.config.Mailboxes[name], "mailboxes."+name
		b := &box{name: name, block: mailbox.DefaultBox()}
		found := settings.DecodeBlock(ConfigFile, &node, at, &b.block)
		if !settings.Fatal(found) {
			found = append(found, settings.Place(ConfigFile, &node, at, append(b.block.Check(), g.boxRoots(b)...))...)
		}
		problems = append(problems, found...)
		if !settings.Fatal(found) {
			g.parts.boxes[name] = b
		}
	}
	return problems
}

// boxRoots reads the certificates that a mailbox's servers are known by.
func (g *Gateway) boxRoots(b *box) (found []settings.Problem) {
	for _, x := range []struct {
		key, file string
		to        **x509.CertPool
	}{{"imap.ca", b.block.IMAP.CA, &b.imap}, {"smtp.ca", b.block.SMTP.CA, &b.smtp}} {
		if x.file == "" {
			continue
		}
		var err error
		if *x.to, err = mailbox.ReadRoots(g.config.path(x.file)); err != nil {
			found = append(found, settings.Problem{Key: x.key, Text: err.Error(), Hint: "name a PEM file with the certificate of whoever signs the server's"})
		}
	}
	return found
}

// login is our account at a mailbox's servers, with its secrets as they are now.
func (g *Gateway) login(ctx context.Context, b *box) (mailbox.Login, error) {
	l := mailbox.Login{User: b.block.User, Mechanism: b.block.OAuth.Mechanism}
	if l.User == "" {
		l.User = b.block.Address
	}
	var err error
	if !b.block.Password.IsZero() {
		l.Password, err = b.block.Password.Reveal(g.config.Dir)
		return l, err
	}
	if b.block.OAuth.TokenURL == "" {
		return l, nil
	}
	b.once.Lock()
	defer b.once.Unlock()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.tokens == nil {
		err = g.boxTokens(ctx, b)
	}
	l.Token = b.tokens
	return l, err
}

// boxTokens begins to get tokens for a mailbox; they outlive the connection that
// they were asked for.
func (g *Gateway) boxTokens(ctx context.Context, b *box) error {
	var words [2]string
	for i, s := range []settings.Secret{b.block.OAuth.Secret, b.block.OAuth.RefreshToken} {
		var err error
		if s.IsZero() {
			continue
		}
		if words[i], err = s.Reveal(g.config.Dir); err != nil {
			return err
		}
	}
	b.tokens = b.block.OAuth.Tokens(context.WithoutCancel(ctx), words[0], words[1])
	return nil
}

// forget makes the next token a new one, by the secrets as they are then.
func (b *box) forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tokens = nil
}

// imapServer is where a mailbox is read.
func (g *Gateway) imapServer(ctx context.Context, b *box) (mailbox.Server, error) {
	l, err := g.login(ctx, b)
	i := b.block.IMAP
	return mailbox.Server{Address: i.Host, Security: i.Security, Roots: b.imap, Timeout: i.Timeout, Login: l}, err
}

// smtpServer is where a mailbox's mails are submitted.
func (g *Gateway) smtpServer(ctx context.Context, b *box) (mailbox.Server, error) {
	s := b.block.SMTP
	x := mailbox.Server{Address: s.Host, Security: s.Security, Roots: b.smtp, Timeout: s.Timeout}
	var err error
	if s.Login != "no" {
		x.Login, err = g.login(ctx, b)
	}
	return x, err
}

// attachMailbox reads a profile's mailbox block.
func (g *Gateway) attachMailbox(d *doors, book *partners.Book, p *partners.Profile, keys []key) []settings.Problem {
	node, file, ok := p.Block("mailbox")
	if !ok {
		return nil
	}
	profile := mailbox.DefaultProfile()
	found := settings.DecodeBlock(file, node, "mailbox", &profile)
	if settings.Fatal(found) {
		return found
	}
	door := &mailDoor{partner: p.Name(), profile: profile, suspended: p.Status() == partners.Suspended}
	more := append(profile.Check(), g.mailMaterial(door, book, keys)...)
	more = append(more, g.mailBox(door)...)
	if other := d.sameSender(door); other != "" {
		more = append(more, settings.Problem{Key: "from", Text: "partner " + other + " has the same sender with the same subject", Hint: "tell their mails apart by subject, such as \"EDI acme *\""})
	}
	found = append(found, settings.Place(file, node, "mailbox", more)...)
	if !settings.Fatal(found) {
		d.mail[p.Name()] = door
	}
	return found
}

// mailBox finds the mailbox of ours that a profile means.
func (g *Gateway) mailBox(d *mailDoor) []settings.Problem {
	names := slices.Sorted(maps.Keys(g.parts.boxes))
	name := d.profile.Box
	switch {
	case len(g.config.Mailboxes) == 0 && name == "":
		return []settings.Problem{{Key: "from", Warning: true, Text: "there is no mailbox of ours to receive in and to send from",
			Hint: "give " + ConfigFile + " mailboxes; nothing comes or leaves this way"}}
	case name == "" && len(names) == 1:
		d.profile.Box = names[0]
	case name == "" && len(names) > 1:
		return []settings.Problem{{Key: "box", Text: "is missing", Hint: "name one of mailboxes in " + ConfigFile + ": " + strings.Join(names, ", ")}}
	case name != "" && g.parts.boxes[name] == nil:
		return []settings.Problem{{Key: "box", Text: fmt.Sprintf("there is no mailbox %q", name), Hint: "name one of mailboxes in " + ConfigFile + ": " + strings.Join(names, ", ")}}
	}
	return nil
}

// mailMaterial loads what the block refers to.
func (g *Gateway) mailMaterial(d *mailDoor, book *partners.Book, keys []key) (found []settings.Problem) {
	for i, c := range d.profile.Certificates {
		certs, problems := book.Certificates(c.File)
		for _, problem := range problems {
			problem.Key, problem.Text = fmt.Sprintf("certificates[%d].file", i), c.File+": "+problem.Text
			found = append(found, problem)
		}
		d.certificates = append(d.certificates, certs)
	}
	ours, err := ours(keys, d.profile.Key)
	if needs := d.profile.Sign != "none" || slices.Contains(d.profile.Require, "encrypted") || d.profile.Key != ""; err != nil && needs {
		found = append(found, settings.Problem{Key: "key", Text: err.Error(), Hint: "name one of as2.keys in " + ConfigFile})
	}
	d.ours = ours
	return found
}

// sameSender is another partner whose mails could not be told from this one's.
func (d *doors) sameSender(x *mailDoor) string {
	for _, name := range slices.Sorted(maps.Keys(d.mail)) {
		other := d.mail[name]
		if other.profile.Box != x.profile.Box || !strings.EqualFold(other.profile.Subject, x.profile.Subject) {
			continue
		}
		for _, from := range x.profile.From {
			if slices.ContainsFunc(other.profile.From, func(o string) bool { return strings.EqualFold(o, from) }) {
				return name
			}
		}
	}
	return ""
}

// account is what a mail needs to be the partner's, as it is in force now.
func (d *mailDoor) account(g *Gateway) mailbox.Account {
	return d.profile.Account(d.partner, d.suspended, d.certificates, d.ours, g.o.Now())
}
