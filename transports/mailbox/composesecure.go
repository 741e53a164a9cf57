package mailbox

import (
	"crypto"
	"crypto/x509"
	"fmt"
	"io"
	"time"

	"waybill/cms"
	"waybill/transports"
)

// hashOf is a signature's algorithm by its name in a profile.
func hashOf(name string) (crypto.Hash, error) {
	switch name {
	case "sha256":
		return crypto.SHA256, nil
	case "sha384":
		return crypto.SHA384, nil
	case "sha512":
		return crypto.SHA512, nil
	}
	return 0, fmt.Errorf("found the signature algorithm %q, expected sha256, sha384 or sha512", name)
}

// secured signs and encrypts a part as the letter says (RFC 8551). The signature
// is made before the first byte leaves; the content is read once for it.
func (l *letter) secured(p part, t *Terms, at time.Time) (part, error) {
	const hint = "mend sign, key and certificates in the profile's mailbox block, then retry"
	if l.Sign != "" {
		if len(t.Ours) == 0 {
			return p, transports.Permanent("MAIL-CONFIG", hint, nil, "there is no key of ours to sign with")
		}
		var err error
		if p, err = l.signed(p, t.Ours[0], at); err != nil {
			return p, transports.Permanent("MAIL-CONFIG", hint, err, "sign the mail")
		}
	}
	if l.Encrypt == "" {
		return p, nil
	}
	if len(t.EncryptTo) == 0 {
		return p, transports.Permanent("MAIL-CONFIG", hint, nil, "no certificate of partner %s is in force to encrypt to", t.Partner)
	}
	return enveloped(p, t.EncryptTo, l.Encrypt), nil
}

// signed is multipart/signed (RFC 8551 3.5.3).
func (l *letter) signed(p part, id cms.Identity, at time.Time) (part, error) {
	h, err := hashOf(l.Sign)
	if err != nil {
		return p, err
	}
	digest := h.New()
	if err := p.entity(digest); err != nil {
		return p, err
	}
	der, err := cms.SignDigest(digest.Sum(nil), id, cms.SignOptions{Hash: h, Time: at})
	if err != nil {
		return p, err
	}
	signature := part{fields{
		{"Content-Type", `application/pkcs7-signature; name="smime.p7s"`}, {"Content-Transfer-Encoding", "base64"},
		{"Content-Disposition", `attachment; filename="smime.p7s"`},
	}, func(w io.Writer) error {
		return encoded(w, func(w io.Writer) error { _, err := w.Write(der); return err })
	}}
	micalg := map[crypto.Hash]string{crypto.SHA256: "sha-256", crypto.SHA384: "sha-384", crypto.SHA512: "sha-512"}[h]
	return together("multipart/signed", map[string]string{"protocol": "application/pkcs7-signature", "micalg": micalg}, l.boundary("signed"), p, signature), nil
}

// enveloped is application/pkcs7-mime (RFC 8551 3.3).
func enveloped(p part, to []*x509.Certificate, c cms.Cipher) part {
	return part{fields{
		{"Content-Type", `application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"`}, {"Content-Transfer-Encoding", "base64"},
		{"Content-Disposition", `attachment; filename="smime.p7m"`},
	}, func(w io.Writer) error {
		return encoded(w, func(w io.Writer) error {
			e, err := cms.Encrypt(w, to, c, nil)
			if err != nil {
				return err
			}
			if err := p.entity(e); err != nil {
				return err
			}
			return e.Close()
		})
	}}
}
