package gateway

import (
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"waybill/cms"
	"waybill/partners"
	"waybill/settings"
	"waybill/transports/as2"
)

// Roster is what a configuration says about partners and certificates, for
// people to read. Nothing is opened for it.
type Roster struct {
	Partners     []Listed
	Certificates []Held // ours first, then the partners', then those that nobody names
}

// Listed is one partner of a Roster.
type Listed struct {
	Name         string           `json:"name"`
	Title        string           `json:"title"`
	Status       string           `json:"status"`
	Group        string           `json:"group,omitempty"`
	Priority     int              `json:"priority"`
	ISA          Pair             `json:"isa"`
	GS           Pair             `json:"gs"`
	AS2          *Pair            `json:"as2,omitempty"`
	URL          string           `json:"url,omitempty"`
	Documents    []ListedDocument `json:"documents"`
	Certificates []Held           `json:"certificates"`
}

// Writes says whether what goes out to the partner is written by a mapping.
func (l Listed) Writes(mapping string) bool {
	return slices.ContainsFunc(l.Documents, func(d ListedDocument) bool { return d.Direction == "out" && d.Mapping == mapping })
}

// Pair is an identifier of theirs and of ours.
type Pair struct {
	Them string `json:"them"`
	Us   string `json:"us"`
}

// ListedDocument is one agreement of a partner.
type ListedDocument struct {
	Document  string   `json:"document"`
	Direction string   `json:"direction"`
	Role      string   `json:"role"`
	Mapping   string   `json:"mapping"`
	To        []string `json:"to,omitempty"`
	Via       string   `json:"via,omitempty"`
}

// Held is one certificate in a file of the configuration. From and Until are the
// certificate's own; Retired says that its profile's until has passed.
type Held struct {
	File        string    `json:"file"`
	Subject     string    `json:"subject"`
	Use         []string  `json:"use"`
	From        time.Time `json:"from"`
	Until       time.Time `json:"until"`
	DaysLeft    int       `json:"daysLeft"` // below 0: it has ended
	Fingerprint string    `json:"sha256"`
	Ours        bool      `json:"ours,omitempty"`
	NamedBy     string    `json:"namedBy,omitempty"` // a partner, or a key of waybill.yaml
	Retired     bool      `json:"retired,omitempty"`
	Warnings    []string  `json:"warnings,omitempty"` // a weak key or signature, a day to come
}

// ReadRoster reads the configuration in dir as Check does. The Roster is nil when
// a problem is more than a warning.
func ReadRoster(dir string, now func() time.Time) (*Roster, []settings.Problem) {
	g, problems := read(dir, now)
	if g == nil {
		return nil, problems
	}
	keys, more := g.loadKeys(g.shelf.Current())
	if problems = append(problems, more...); settings.Fatal(more) {
		return nil, problems
	}
	r := &Roster{Certificates: append(g.ownCertificates(keys), g.tlsCertificate()...)}
	for _, p := range g.shelf.Current().Partners() {
		l := g.listed(p)
		r.Partners = append(r.Partners, l)
		r.Certificates = append(r.Certificates, l.Certificates...)
	}
	r.Certificates = append(r.Certificates, g.unnamed(r.Certificates)...)
	return r, problems
}

// read builds a gateway that is never run.
func read(dir string, now func() time.Time) (*Gateway, []settings.Problem) {
	c, problems := Load(dir)
	if c == nil || settings.Fatal(problems) {
		return nil, problems
	}
	g, more := New(c, Options{Now: now})
	return g, append(problems, more...)
}

func (g *Gateway) listed(p *partners.Profile) Listed {
	l := Listed{
		Name: p.Name(), Title: p.Title, Status: string(p.Status()), Group: p.Group, Priority: p.Priority, Documents: []ListedDocument{}, Certificates: []Held{},
		ISA: Pair{p.Them.Qualifier + ":" + p.Them.ID, p.Us.Qualifier + ":" + p.Us.ID}, GS: Pair{p.Them.Group, p.Us.Group},
	}
	for _, a := range p.Agreements() {
		l.Documents = append(l.Documents, ListedDocument{a.Document, a.Direction, a.Role, a.Mapping(), a.To, a.Via})
	}
	door := g.door(p.Name())
	if door == nil {
		return l
	}
	l.AS2, l.URL = &Pair{door.profile.Them, door.profile.Us}, door.profile.URL
	for i, c := range door.profile.Certificates {
		for _, x := range door.material.Certificates[i] {
			l.Certificates = append(l.Certificates, g.theirs(p.Name(), c, x))
		}
	}
	return l
}

// door is a partner's as2 block, nil where it has none.
func (g *Gateway) door(partner string) *as2Door {
	if d, ok := g.shelf.Current().Attached.(*doors); ok {
		return d.of[partner]
	}
	return nil
}

func (g *Gateway) theirs(partner string, c as2.Certificate, x *x509.Certificate) Held {
	use := c.Use
	if len(use) == 0 {
		use = []string{"verify", "encrypt"}
	}
	h := g.held(c.File, x, use)
	h.NamedBy = partner
	if last, err := time.Parse(time.DateOnly, c.Until); err == nil {
		h.Retired = !g.o.Now().Before(last.AddDate(0, 0, 1))
	}
	return h
}

// ownCertificates are those of our keys.
func (g *Gateway) ownCertificates(keys []key) []Held {
	var out []Held
	for i, k := range keys {
		file := g.parts.listener.Keys[i].Certificate
		if file == "" {
			file = g.parts.listener.Keys[i].Key
		}
		h := g.held(file, k.identity.Certificate, []string{"sign", "decrypt"})
		h.Ours, h.NamedBy = true, "as2.keys "+k.name
		out = append(out, h)
	}
	return out
}

// tlsCertificate is the one of the https listener.
func (g *Gateway) tlsCertificate() []Held {
	file := g.parts.listener.TLS.Certificate
	if file == "" {
		return nil
	}
	data, err := os.ReadFile(g.config.path(file))
	if err != nil {
		return nil // New has read it, so it went away just now
	}
	certificates, err := cms.ParseCertificates(data)
	if err != nil {
		return nil
	}
	h := g.held(file, certificates[0], []string{"https"})
	h.Ours, h.NamedBy = true, "as2.tls"
	return []Held{h}
}

// unnamed are the certificates in certs/ that are not among the named.
func (g *Gateway) unnamed(named []Held) []Held {
	known := map[string]bool{}
	for _, h := range named {
		known[h.File] = true
	}
	var out []Held
	for _, f := range g.shelf.Current().CertificateFiles() {
		for _, x := range f.Certificates {
			if !known[f.Path] {
				out = append(out, g.held(f.Path, x, []string{}))
			}
		}
	}
	return out
}

func (g *Gateway) held(file string, x *x509.Certificate, use []string) Held {
	left := x.NotAfter.Sub(g.o.Now())
	days := int(left / (24 * time.Hour))
	if left < 0 {
		days--
	}
	return Held{
		File: path.Clean(filepath.ToSlash(file)), Subject: x.Subject.String(), Use: use,
		From: x.NotBefore.UTC(), Until: x.NotAfter.UTC(), DaysLeft: days, Fingerprint: Fingerprint(x),
		Warnings: partners.Weaknesses(x, g.o.Now()),
	}
}

// Fingerprint is the SHA-256 of a certificate as people compare it: pairs of
// digits with colons, as openssl prints it.
func Fingerprint(x *x509.Certificate) string {
	sum := sha256.Sum256(x.Raw)
	pairs := make([]string, len(sum))
	for i, b := range sum {
		pairs[i] = fmt.Sprintf("%02X", b)
	}
	return strings.Join(pairs, ":")
}
