package partners

import (
	"crypto/x509"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"waybill/cms"
	"waybill/settings"
)

const weakHint = "it is used all the same; ask the partner for a better one, or put its day into from"

// expiring is how long before its end a certificate is worth a warning.
const expiring = 30 * 24 * time.Hour

// Certificates reads the certificates in a file of the config directory's
// certs/: PEM, DER or P7B. One that has ended, or ends within 30 days, is a
// warning; a file without an RSA key is refused, as nothing can be encrypted to
// it. The problems have a File only; the caller knows who names it.
func (b *Book) Certificates(file string) ([]*x509.Certificate, []settings.Problem) {
	name := path.Clean(filepath.ToSlash(file))
	problem := func(text, hint string) []settings.Problem {
		return []settings.Problem{{File: name, Text: text, Hint: hint}}
	}
	if !strings.HasPrefix(name, "certs/") {
		return nil, problem("is not in certs/", "put the certificate, and no private key, into certs/ in the config directory, where a change is noticed")
	}
	data, ok := b.certs[name]
	if !ok {
		return nil, problem("there is no such file", b.nearCertificate(name))
	}
	certs, err := cms.ParseCertificates(data)
	if err != nil {
		return nil, problem(err.Error(), "expected PEM, DER or P7B; ask the partner to send the certificate again")
	}
	if !slices.ContainsFunc(certs, func(c *x509.Certificate) bool { return c.PublicKeyAlgorithm == x509.RSA }) {
		return nil, problem(fmt.Sprintf("the certificate of %s has a key of the kind %s", certs[0].Subject, certs[0].PublicKeyAlgorithm),
			"AS2 signs and encrypts with RSA keys: ask the partner for a certificate with one")
	}
	var found []settings.Problem
	for _, c := range certs {
		if text := b.ending(c); text != "" {
			found = append(found, settings.Problem{File: name, Text: text, Hint: "ask the partner for the next one", Warning: true})
		}
		for _, weak := range Weaknesses(c, b.made) {
			found = append(found, settings.Problem{File: name, Text: fmt.Sprintf("the certificate of %s: %s", c.Subject, weak), Hint: weakHint, Warning: true})
		}
	}
	return certs, found
}

// certificateFiles are the paths under certs/, in order.
// nearCertificate names the file that was probably meant. It compares the names
// without folder and ending, which all have: another partner's is never suggested
// for those.
func (b *Book) nearCertificate(name string) string {
	stem := func(file string) string {
		return strings.TrimSuffix(strings.TrimPrefix(file, "certs/"), path.Ext(file))
	}
	var files, stems []string
	for _, file := range b.certificateFiles() {
		files, stems = append(files, file), append(stems, stem(file))
	}
	if near := settings.Suggest(stem(name), stems); near != "" {
		file := "certs/" + near + path.Ext(name)
		if !slices.Contains(files, file) {
			file = files[slices.Index(stems, near)]
		}
		return "did you mean " + file + "?"
	}
	return nearOf("", files, "certs/ is empty: ask the partner for its certificate")
}

func (b *Book) certificateFiles() []string {
	return sortedKeys(b.certs)
}

// ending says that a certificate has ended or soon will, or "".
func (b *Book) ending(c *x509.Certificate) string {
	day, left := c.NotAfter.UTC().Format(time.DateOnly), c.NotAfter.Sub(b.made)
	switch {
	case left < 0:
		return fmt.Sprintf("the certificate of %s expired on %s", c.Subject, day)
	case left < expiring:
		return fmt.Sprintf("the certificate of %s expires on %s, in %d days", c.Subject, day, int(left.Hours()/24))
	}
	return ""
}

// Identity reads one of our private keys with its certificate. Paths are
// relative to the config directory; a key that others may read is refused. The
// certificate may be "" where the key's file holds both, as a P12 file does.
func (b *Book) Identity(key, certificate, password string) (cms.Identity, error) {
	private, err := settings.ReadPrivate(b.path(key))
	if err != nil {
		return cms.Identity{}, fmt.Errorf("reading our key %s: %s", key, reason(err))
	}
	if certificate == "" {
		id, err := cms.ParseIdentity(private, password)
		if err != nil {
			return cms.Identity{}, fmt.Errorf("reading our key %s: %w", key, err)
		}
		return id, nil
	}
	signer, err := cms.ParseKey(private)
	if err != nil {
		return cms.Identity{}, fmt.Errorf("reading our key %s: %w", key, err)
	}
	data, err := os.ReadFile(b.path(certificate))
	if err != nil {
		return cms.Identity{}, fmt.Errorf("reading our certificate %s: %s", certificate, reason(err))
	}
	certs, err := cms.ParseCertificates(data)
	if err != nil {
		return cms.Identity{}, fmt.Errorf("reading our certificate %s: %w", certificate, err)
	}
	id, err := cms.NewPair(certs, signer)
	if err != nil {
		return cms.Identity{}, fmt.Errorf("our key %s and certificate %s: %w", key, certificate, err)
	}
	return id, nil
}

func (b *Book) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(b.dir, filepath.FromSlash(name))
}
