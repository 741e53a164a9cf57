package gateway

import (
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"time"

	"waybill/partners"
	"waybill/settings"
	"waybill/stages"
	"waybill/transports"
	"waybill/transports/as2"
)

// doors is what the transport blocks of one Book come to: whom an AS2 message is
// from, and how each partner is sent to. It is immutable like its Book.
type doors struct {
	as2 map[[2]string]*as2Door // by our and their AS2 identifier
	of  map[string]*as2Door    // by partner

	sftp   map[string]*sftpDoor // by partner
	logins map[string]*sftpDoor // by login on our server

	mail map[string]*mailDoor // by partner

	folder map[string]*folderDoor // by partner
	dirs   map[string]string      // the partner of a directory that is read
}

// as2Door is one partner's as2 block with what its references lead to.
type as2Door struct {
	profile  as2.Profile
	material as2.Material
	sender   *as2.Sender
}

// attach reads the transport blocks of a new Book. The Book comes into force
// only when nothing is wrong with them.
func (g *Gateway) attach(book *partners.Book) (any, []settings.Problem) {
	d := &doors{as2: map[[2]string]*as2Door{}, of: map[string]*as2Door{}, sftp: map[string]*sftpDoor{}, logins: map[string]*sftpDoor{}, mail: map[string]*mailDoor{}, folder: map[string]*folderDoor{}, dirs: map[string]string{}}
	keys, problems := g.loadKeys(book)
	if settings.Fatal(problems) {
		return d, problems
	}
	for _, p := range book.Partners() {
		problems = append(problems, g.attachSFTP(d, p)...)
		problems = append(problems, g.attachMailbox(d, book, p, keys)...)
		problems = append(problems, g.attachFolder(d, p)...)
		node, file, ok := p.Block("as2")
		if !ok {
			continue
		}
		profile := as2.DefaultProfile()
		found := settings.DecodeBlock(file, node, "as2", &profile)
		if !settings.Fatal(found) {
			found = append(found, settings.Place(file, node, "as2", profile.Check())...)
		}
		var door *as2Door
		if !settings.Fatal(found) {
			var more []settings.Problem
			door, more = g.as2Door(book, p, profile, keys)
			found = append(found, settings.Place(file, node, "as2", more)...)
		}
		problems = append(problems, found...)
		if settings.Fatal(found) {
			continue
		}
		pair := [2]string{profile.Us, profile.Them}
		if other := d.as2[pair]; other != nil {
			problems = append(problems, settings.Place(file, node, "as2", []settings.Problem{{
				Key: "them", Text: fmt.Sprintf("us %q and them %q are the pair of partner %s already", profile.Us, profile.Them, other.material.Partner),
				Hint: "a pair of AS2 identifiers belongs to one partner",
			}})...)
			continue
		}
		d.as2[pair], d.of[p.Name()] = door, door
	}
	return d, problems
}

// as2Door loads what the block refers to. Keys of problems are relative to it.
func (g *Gateway) as2Door(book *partners.Book, p *partners.Profile, profile as2.Profile, keys []key) (*as2Door, []settings.Problem) {
	var found []settings.Problem
	add := func(key, text, hint string) {
		found = append(found, settings.Problem{Key: key, Text: text, Hint: hint})
	}
	d := &as2Door{profile: profile, material: as2.Material{Partner: p.Name(), Suspended: p.Status() == partners.Suspended}}
	for i, c := range profile.Certificates {
		certs, problems := book.Certificates(c.File)
		for _, problem := range problems {
			problem.Key, problem.Text = fmt.Sprintf("certificates[%d].file", i), c.File+": "+problem.Text
			found = append(found, problem)
		}
		if holdsOurs(certs, keys) {
			found = append(found, settings.Problem{Key: fmt.Sprintf("certificates[%d].file", i), Warning: true,
				Text: c.File + ": this is our own certificate", Hint: "put the partner's in its place"})
		}
		d.material.Certificates = append(d.material.Certificates, certs)
	}
	ours, err := ours(keys, profile.Key)
	if err != nil {
		add("key", err.Error(), "name one of as2.keys in "+ConfigFile)
	}
	d.material.Ours = ours
	if !profile.Password.IsZero() {
		if d.material.Password, err = profile.Password.Reveal(g.config.Dir); err != nil {
			add("password", err.Error(), "give the secret that the reference names")
		}
	}
	d.sender = as2.NewSender(d.terms(g.o.Now), as2.SenderOptions{Now: g.o.Now, Log: g.o.Log})
	return d, found
}

// holdsOurs says whether one of a partner's certificates belongs to a key of ours.
func holdsOurs(certs []*x509.Certificate, keys []key) bool {
	return slices.ContainsFunc(keys, func(k key) bool { return slices.ContainsFunc(certs, k.identity.Certificate.Equal) })
}

// terms is the partnership as it is in force whenever it is asked for:
// certificates come and go by date.
func (d *as2Door) terms(now func() time.Time) func() (as2.Partnership, error) {
	return func() (as2.Partnership, error) {
		return d.profile.Partnership(d.material, now()), nil
	}
}

// lookup finds the terms of an AS2 pair in the Book in force.
type lookup struct{ *Gateway }

// Partnership implements as2.Lookup.
func (l lookup) Partnership(us, them string) (as2.Partnership, error) {
	d, ok := l.shelf.Current().Attached.(*doors)
	if !ok {
		return as2.Partnership{}, errors.New("no profiles are loaded")
	}
	door := d.as2[[2]string{us, them}]
	if door == nil {
		return as2.Partnership{}, as2.ErrUnknownPair
	}
	return door.terms(l.o.Now)()
}

// senders finds how a document goes to a partner, in the Book that the stage runs
// with: by the transport that its agreement or the acknowledgements' name.
func (g *Gateway) senders(book *partners.Book, p *partners.Profile, document string) (transports.Sender, error) {
	d, ok := book.Attached.(*doors)
	if !ok {
		return nil, fmt.Errorf("partner %s has no way to be sent to", p.Name())
	}
	switch via := via(p, document); via {
	case "as2", "":
		return d.as2Sender(p)
	case "sftp":
		return g.sftpSender(d, p)
	case "mailbox":
		return g.mailSender(d, p)
	case "folder":
		return d.folderSender(p)
	default:
		return nil, fmt.Errorf("%s is not built into this gateway yet: nothing can be sent to %s", via, p.Name())
	}
}

// via is the transport that takes a document: the agreement's own, or the one
// that takes acknowledgements.
func via(p *partners.Profile, document string) string {
	if a, ok := p.Agreement(document, stages.Outbound); ok && a.Via != "" {
		return a.Via
	}
	return p.AckVia
}

func (d *doors) as2Sender(p *partners.Profile) (transports.Sender, error) {
	door := d.of[p.Name()]
	if door == nil {
		return nil, fmt.Errorf("partner %s has no as2 block to send by", p.Name())
	}
	if door.profile.URL == "" {
		return nil, fmt.Errorf("partner %s has no as2.url to send to", p.Name())
	}
	return keepSecret(door.sender, door.profile.User, door.material.Password), nil
}

// sendRetry is how often a failing send of a document to a partner is tried
// again: AS2 has its own rules, beside those of all stages.
func sendRetry(book *partners.Book, partner, document string, otherwise Retry) Retry {
	d, ok := book.Attached.(*doors)
	if !ok || d.of[partner] == nil {
		return otherwise
	}
	if p, ok := book.Partner(partner); ok && via(p, document) != "as2" && via(p, document) != "" {
		return otherwise
	}
	r := d.of[partner].profile.Retry
	return Retry{First: r.First, Max: r.Max, Attempts: attemptsWithin(r.First, r.Max, r.GiveUp)}
}
