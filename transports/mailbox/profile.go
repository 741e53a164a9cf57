package mailbox

import (
	"crypto/x509"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"

	"waybill/cms"
	"waybill/settings"
)

// Profile is the mailbox block of a partner's profile.
type Profile struct {
	Box          string        `yaml:"box"`         // one of mailboxes in waybill.yaml; the only one where nothing is said
	From         []string      `yaml:"from"`        // addresses that they send from; @partner.example is any of a domain
	Subject      string        `yaml:"subject"`     // of their mails: a pattern with * and ?, such as "EDI *"; "" is any
	Attachments  []string      `yaml:"attachments"` // patterns of names of their documents; none: what begins with ISA, wherever it stands
	MaxSize      settings.Size `yaml:"max_size"`    // of one mail of theirs
	Require      []string      `yaml:"require" words:"signed encrypted"`
	Accept       []string      `yaml:"accept" words:"sha1 expired"`
	To           string        `yaml:"to"`    // where our mails go; "" sends nothing
	Title        string        `yaml:"title"` // subject of ours: {document}, {control}, {message}, {partner}
	Name         string        `yaml:"name"`  // of our attachment: the same words
	Sign         string        `yaml:"sign" words:"none sha256 sha384 sha512"`
	Encrypt      string        `yaml:"encrypt" words:"none aes256-cbc aes192-cbc aes128-cbc 3des"`
	Key          string        `yaml:"key"`          // name of our key in waybill.yaml's as2.keys; "" is the first
	Certificates []Certificate `yaml:"certificates"` // theirs
	Confirm      string        `yaml:"confirm" words:"none delivered read"`
	Within       time.Duration `yaml:"within"` // how long that may take before somebody is told
}

// Certificate is one certificate of the partner's with its uses and days.
type Certificate struct {
	File  string   `yaml:"file" required:"true"`       // PEM, DER or P7B; relative to the config directory
	Use   []string `yaml:"use" words:"verify encrypt"` // verify, encrypt; empty is both
	From  string   `yaml:"from"`                       // a day, such as 2026-12-01; "" has no bound
	Until string   `yaml:"until"`
}

// DefaultProfile is what holds where a profile says nothing.
func DefaultProfile() Profile {
	return Profile{
		MaxSize: 50 << 20, Title: "{document} {control}", Name: "{document}_{control}_{message}.edi", Sign: "none", Encrypt: "none",
		Confirm: ConfirmNone, Within: 24 * time.Hour,
	}
}

// Check looks for mistakes that the shape of the block does not show. Keys are
// relative to the block; files are not opened.
func (p *Profile) Check() []settings.Problem {
	var l settings.Problems
	if len(p.From) == 0 && p.To == "" {
		l.Add("from", "name the addresses that they send from, or to, where our mails go", "the block leads nowhere")
	}
	for i, from := range p.From {
		if !isSender(from) {
			l.Add(fmt.Sprintf("from[%d]", i), "write an address such as edi@partner.example, or @partner.example for any of a domain", "found %q", from)
		}
	}
	if p.To != "" && !isAddress(p.To) {
		l.Add("to", "write the address alone, such as edi@partner.example", "found %q", p.To)
	}
	for i, pattern := range p.Attachments {
		if strings.TrimSpace(pattern) == "" {
			l.Add(fmt.Sprintf("attachments[%d]", i), "use a pattern such as *.edi", "found %q", pattern)
		}
	}
	if p.MaxSize < 1 {
		l.Add("max_size", "use a size such as 50MB", "found %d", p.MaxSize)
	}
	for i, c := range p.Certificates {
		from, err1 := parseDay(c.From)
		until, err2 := parseDay(c.Until)
		if err1 != nil || err2 != nil || !from.IsZero() && !until.IsZero() && until.Before(from) {
			l.Add(fmt.Sprintf("certificates[%d]", i), "write days as 2026-12-31, from not after until", "found from %q until %q", c.From, c.Until)
		}
	}
	p.checkSending(&l)
	return l
}

func isAddress(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s
}

func isSender(s string) bool {
	if domain, ok := strings.CutPrefix(s, "@"); ok {
		return isAddress("any@" + domain)
	}
	return isAddress(s)
}

func parseDay(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	return time.Parse(time.DateOnly, s)
}

// inForce says whether the profile uses the certificate on that day, both ends
// included, in UTC.
func (c Certificate) inForce(now time.Time) bool {
	from, _ := parseDay(c.From) // checked before
	until, _ := parseDay(c.Until)
	return !now.Before(from) && (until.IsZero() || now.Before(until.AddDate(0, 0, 1)))
}

func (c Certificate) uses(use string) bool { return len(c.Use) == 0 || slices.Contains(c.Use, use) }

// Account is what a mail needs to be the partner's, with the certificates that
// are in force now; certs are what the files of Certificates hold.
func (p *Profile) Account(partner string, suspended bool, certs [][]*x509.Certificate, ours []cms.Identity, now time.Time) Account {
	a := Account{
		Partner: partner, From: p.From, Subject: p.Subject, Attachments: p.Attachments, MaxBytes: int64(p.MaxSize), Suspended: suspended, Ours: ours,
		Require: Require{Signed: slices.Contains(p.Require, "signed"), Encrypted: slices.Contains(p.Require, "encrypted")},
		Accept:  Accept{SHA1: slices.Contains(p.Accept, "sha1"), Expired: slices.Contains(p.Accept, "expired")},
	}
	for i, c := range p.Certificates {
		if i < len(certs) && c.uses("verify") && c.inForce(now) {
			a.Verify = append(a.Verify, certs[i]...)
		}
	}
	return a
}

// EncryptTo is the partner's certificate that mails are encrypted to now, nil
// where none is in force: the first of the last file, and the others are its chain.
func (p *Profile) EncryptTo(certs [][]*x509.Certificate, now time.Time) *x509.Certificate {
	for i := len(p.Certificates) - 1; i >= 0; i-- {
		if c := p.Certificates[i]; i < len(certs) && len(certs[i]) > 0 && c.uses("encrypt") && c.inForce(now) {
			return certs[i][0]
		}
	}
	return nil
}
