package mailbox

import (
	"crypto/x509"
	"time"

	"waybill/cms"
	"waybill/settings"
)

// checkSending looks at what our mails are to be like.
func (p *Profile) checkSending(l *settings.Problems) {
	const words = "use {document}, {control}, {message} and {partner}"
	if text := wrongTemplate(p.Title); text != "" {
		l.Add("title", words+", such as \"{document} {control}\"", "%s", text)
	}
	if text := wrongTemplate(p.Name); text != "" {
		l.Add("name", words+", such as {document}_{control}.edi", "%s", text)
	} else if text := wrongFile(p.Name); text != "" {
		l.Add("name", words+", and no /, such as {document}_{control}.edi", "%s", text)
	}
	if p.Within <= 0 {
		l.Add("within", "use a time such as 24h", "found %s", p.Within)
	}
	if p.To != "" && p.Encrypt != "none" && !p.encrypts() {
		l.Add("certificates", "name the partner's certificate, with use: [encrypt]", "there is none to encrypt to")
	}
}

// encrypts says whether one of the certificates may be encrypted to.
func (p *Profile) encrypts() bool {
	for _, c := range p.Certificates {
		if c.uses("encrypt") {
			return true
		}
	}
	return false
}

// Terms are how the partner gets our mails from an address of ours, with the
// certificates that are in force now; certs are what the files of Certificates hold.
func (p *Profile) Terms(partner, from string, server Server, certs [][]*x509.Certificate, ours []cms.Identity, now time.Time) Terms {
	t := Terms{
		Partner: partner, Server: server, From: from, To: p.To, Subject: p.Title, Name: p.Name, Ours: ours, Confirm: p.Confirm, Within: p.Within,
	}
	if p.Sign != "none" {
		t.Sign = p.Sign
	}
	if p.Encrypt != "none" {
		t.Encrypt = cms.Cipher(p.Encrypt)
		if c := p.EncryptTo(certs, now); c != nil {
			t.EncryptTo = []*x509.Certificate{c}
		}
	}
	return t
}
