package as2

import (
	"crypto/x509"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"waybill/cms"
	"waybill/settings"
)

// Profile is the as2 block of a partner's profile.
type Profile struct {
	Us           string            `yaml:"us" required:"true"`                                         // our AS2 identifier
	Them         string            `yaml:"them" required:"true"`                                       // theirs
	URL          string            `yaml:"url"`                                                        // where they receive
	Key          string            `yaml:"key"`                                                        // name of our key in waybill.yaml's as2.keys; "" is the first
	Sign         string            `yaml:"sign" words:"sha256 sha384 sha512 sha1 none"`                // sha256, sha384, sha512, sha1, none
	Encrypt      string            `yaml:"encrypt" words:"aes256-cbc aes192-cbc aes128-cbc 3des none"` // aes128-cbc, aes192-cbc, aes256-cbc, 3des, none
	Compress     string            `yaml:"compress" words:"none before after true false"`              // none, before, after; true is before
	Require      []string          `yaml:"require" words:"signed encrypted"`                           // signed, encrypted
	Accept       []string          `yaml:"accept" words:"sha1 expired no-mic"`                         // exceptions: sha1, expired, no-mic
	MDN          ProfileMDN        `yaml:"mdn"`                                                        //
	Certificates []Certificate     `yaml:"certificates"`                                               // theirs
	Transfer     string            `yaml:"transfer" words:"binary base64"`                             // binary, base64
	Chunked      bool              `yaml:"chunked"`                                                    // chunked transfer encoding instead of Content-Length
	Micalg       string            `yaml:"micalg" words:"sha256 sha-256"`                              // how names are written: sha256, or sha-256 as RFC 5751
	Headers      map[string]string `yaml:"headers"`                                                    // further headers of our requests
	User         string            `yaml:"user"`                                                       // HTTP Basic authentication of our requests
	Password     settings.Secret   `yaml:"password"`                                                   // a reference
	MaxSize      settings.Size     `yaml:"max_size"`                                                   // of one message, as it comes and as it opens
	Retry        ProfileRetry      `yaml:"retry"`
}

// ProfileMDN is which receipts we ask for.
type ProfileMDN struct {
	Request string        `yaml:"request" words:"signed unsigned none"` // none, unsigned, signed
	Mode    string        `yaml:"mode"`                                 // sync
	Timeout time.Duration `yaml:"timeout"`
}

// ProfileRetry is how often a message is sent again. The spool does it.
type ProfileRetry struct {
	First  time.Duration `yaml:"first"`
	Max    time.Duration `yaml:"max"`
	GiveUp time.Duration `yaml:"give_up"`
}

// Certificate is one certificate of the partner's with its uses and days.
type Certificate struct {
	File  string   `yaml:"file"`                       // PEM, DER or P7B; relative to the config directory
	Use   []string `yaml:"use" words:"verify encrypt"` // verify, encrypt; empty is both
	From  string   `yaml:"from"`                       // a day, such as 2026-12-01; "" has no bound
	Until string   `yaml:"until"`
}

// DefaultProfile is what holds where a profile says nothing: signed and
// encrypted both ways, and a signed receipt.
func DefaultProfile() Profile {
	return Profile{
		Sign: "sha256", Encrypt: "aes256-cbc", Compress: "none",
		Require:  []string{"signed", "encrypted"},
		MDN:      ProfileMDN{Request: "signed", Mode: "sync", Timeout: DefaultMDNTimeout},
		Transfer: "binary", Micalg: "sha256", MaxSize: settings.Size(DefaultMaxBytes),
		Retry: ProfileRetry{First: time.Minute, Max: 30 * time.Minute, GiveUp: 24 * time.Hour},
	}
}

// Check looks for mistakes that the shape of the block does not show. Keys are
// relative to the block; files are not opened.
func (p *Profile) Check() []settings.Problem {
	var l settings.Problems
	for _, id := range [2][2]string{{"us", p.Us}, {"them", p.Them}} {
		if err := checkName(id[1]); err != nil {
			l.Add(id[0], "write the identifier as agreed, 1 to 128 ASCII characters, without quotes around it", "%v", err)
		}
	}
	if u, err := url.Parse(p.URL); p.URL != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil) {
		found := p.URL
		if strings.Contains(found, "@") { // what stands before it may be a password
			found = "…" + found[strings.LastIndex(found, "@"):]
		}
		l.Add("url", "write http:// or https:// with a host; user and password have keys of their own", "found %q", found)
	}
	if p.MDN.Mode != "sync" {
		l.Add("mdn.mode", "use sync; asynchronous receipts are not offered yet", "found %q", p.MDN.Mode)
	}
	p.checkNumbers(&l)
	p.checkHeaders(&l)
	p.checkCertificates(&l)
	return l
}

func (p *Profile) checkNumbers(l *settings.Problems) {
	if p.MDN.Timeout <= 0 || p.MDN.Timeout > time.Hour {
		l.Add("mdn.timeout", "use a time such as 2m, at most 1h while the connection is held", "found %s", p.MDN.Timeout)
	}
	if p.MaxSize < 1 {
		l.Add("max_size", "use a size such as 100MB", "found %d", p.MaxSize)
	}
	if p.Retry.First <= 0 || p.Retry.Max < p.Retry.First || p.Retry.GiveUp < p.Retry.First {
		l.Add("retry", "use first ≤ max and first ≤ give_up, such as 1m, 30m, 24h", "found first %s, max %s, give_up %s", p.Retry.First, p.Retry.Max, p.Retry.GiveUp)
	}
	if !p.Password.IsZero() && p.User == "" {
		l.Add("user", "give the user name that the password belongs to", "there is a password without a user")
	}
}

func (p *Profile) checkHeaders(l *settings.Problems) {
	for name, value := range p.Headers {
		bad := func(r rune) bool { return r < ' ' || r > '~' }
		if name == "" || strings.ContainsAny(name, " :\t") || strings.ContainsFunc(name+value, bad) {
			l.Add("headers", "a header is one line of printable ASCII", "the header %q cannot be sent", name)
		}
	}
}

func (p *Profile) checkCertificates(l *settings.Problems) {
	if len(p.Certificates) == 0 && (p.Encrypt != "none" || slices.Contains(p.Require, "signed") || p.MDN.Request == "signed") {
		l.Add("certificates", "add the partner's certificate: - { file: certs/partner.cer, use: [verify, encrypt] }", "there is no certificate of the partner")
	}
	for i, c := range p.Certificates {
		key := fmt.Sprintf("certificates[%d]", i)
		if c.File == "" {
			l.Add(key+".file", "name the file with the certificate", "there is no file")
		}
		from, err1 := parseDay(c.From)
		until, err2 := parseDay(c.Until)
		if err1 != nil || err2 != nil || !from.IsZero() && !until.IsZero() && until.Before(from) {
			l.Add(key, "write days as 2026-12-31, from not after until", "found from %q until %q", c.From, c.Until)
		}
	}
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

// Material is what a profile's references lead to, loaded by the caller.
type Material struct {
	Partner      string
	Certificates [][]*x509.Certificate // for each of Profile.Certificates, what its file holds
	Ours         []cms.Identity        // first the one that signs
	Password     string
	Suspended    bool
}

// Partnership puts a checked profile and its loaded certificates together, as
// they are in force now.
func (p *Profile) Partnership(m Material, now time.Time) Partnership {
	t := Partnership{
		Partner: m.Partner, Us: p.Us, Them: p.Them, URL: p.URL, Ours: m.Ours,
		Sign: hashByName(p.Sign), Suspended: m.Suspended, MaxBytes: int64(p.MaxSize),
		Base64: p.Transfer == "base64", Chunked: p.Chunked, HyphenMIC: p.Micalg == "sha-256",
		User: p.User, Password: m.Password, Header: http.Header{},
		Require: Require{Signed: slices.Contains(p.Require, "signed"), Encrypted: slices.Contains(p.Require, "encrypted")},
		Accept: Accept{SHA1: slices.Contains(p.Accept, "sha1"), Expired: slices.Contains(p.Accept, "expired"),
			NoMIC: slices.Contains(p.Accept, "no-mic")},
		MDN: MDNTerms{Timeout: p.MDN.Timeout},
	}
	if p.Encrypt != "none" {
		t.Encrypt = cms.Cipher(p.Encrypt)
	}
	switch p.Compress {
	case "true", "before":
		t.Compress = CompressBefore
	case "after":
		t.Compress = CompressAfter
	}
	if p.MDN.Request != "none" {
		t.MDN.Request = ReceiptKind(p.MDN.Request)
	}
	for name, value := range p.Headers {
		t.Header[name] = []string{value}
	}
	for i, c := range p.Certificates {
		if i >= len(m.Certificates) || !c.inForce(now) || len(m.Certificates[i]) == 0 {
			continue
		}
		if c.uses("verify") {
			t.Verify = append(t.Verify, m.Certificates[i]...)
		}
		if c.uses("encrypt") { // the file's first; the others are its chain
			t.EncryptTo = append(t.EncryptTo, m.Certificates[i][0])
		}
	}
	return t
}
