package partners

import (
	"crypto/x509"
	"slices"
	"strings"

	"waybill/cms"
)

// Agreements are all that was agreed with the partner, by set. The slice is the caller's.
func (p *Profile) Agreements() []Agreement {
	var out []Agreement
	for _, a := range p.agreements {
		out = append(out, a.clone())
	}
	slices.SortFunc(out, func(a, b Agreement) int {
		return strings.Compare(a.Document+a.Direction, b.Document+b.Direction)
	})
	return out
}

// Mapping is the name of the mapping that was agreed on.
func (a Agreement) Mapping() string { return a.mapping }

// CertificateFile is a file of certs/ and what could be read from it: nothing
// where it holds no certificate.
type CertificateFile struct {
	Path         string // relative to the config directory, with slashes
	Certificates []*x509.Certificate
}

// CertificateFiles are all files in certs/, by path, whether a profile names them or not.
func (b *Book) CertificateFiles() []CertificateFile {
	var out []CertificateFile
	for _, name := range b.certificateFiles() {
		found, err := cms.ParseCertificates(b.certs[name])
		if err != nil {
			found = nil // whoever names the file is told why
		}
		out = append(out, CertificateFile{name, found})
	}
	return out
}
