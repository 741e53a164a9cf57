package sim

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"time"

	"waybill/cms"
)

// message is an AS2 message that can be posted as often as needed, octet for octet.
type message struct {
	id     string
	header http.Header
	body   []byte
	mic    [sha256.Size]byte // of what a receipt must name (RFC 4130 §7.3.1)
}

// recipe says how a message is packed.
type recipe struct {
	signer   *cms.Identity     // nil: unsigned
	to       *x509.Certificate // nil: in clear
	compress bool              // before the signature (RFC 5402 §2)
	now      time.Time
}

// entity is a MIME entity whose header goes out as HTTP header when it is the outermost.
type entity struct {
	contentType string
	disposition string
	body        []byte
}

// bytes writes header and body as they stand inside another entity.
func (e entity) bytes() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "Content-Type: %s\r\n", e.contentType)
	if e.disposition != "" {
		fmt.Fprintf(&b, "Content-Disposition: %s\r\n", e.disposition)
	}
	b.WriteString("\r\n")
	b.Write(e.body)
	return b.Bytes()
}

// pack makes the layers of a message: compressed, signed, encrypted.
func pack(content []byte, file string, r recipe) (entity, [sha256.Size]byte, error) {
	e := entity{"application/edi-x12", `attachment; filename="` + file + `"`, content}
	mic := sha256.Sum256(content)
	var err error
	if r.compress {
		if e, err = compressed(e); err != nil {
			return e, mic, err
		}
	}
	if r.signer != nil || r.to != nil || r.compress {
		mic = sha256.Sum256(e.bytes())
	}
	if r.signer != nil {
		if e, err = signed(e, *r.signer, r.now); err != nil {
			return e, mic, err
		}
	}
	if r.to != nil {
		e, err = encrypted(e, r.to)
	}
	return e, mic, err
}

func compressed(e entity) (entity, error) {
	var b bytes.Buffer
	z, err := cms.Compress(&b)
	if err != nil {
		return e, err
	}
	if _, err := z.Write(e.bytes()); err != nil {
		return e, err
	}
	if err := z.Close(); err != nil {
		return e, err
	}
	return entity{`application/pkcs7-mime; smime-type=compressed-data; name="smime.p7z"`, "", b.Bytes()}, nil
}

// signed wraps an entity in multipart/signed (RFC 1847, RFC 8551 §3.5.3).
func signed(e entity, by cms.Identity, now time.Time) (entity, error) {
	inner := e.bytes()
	sum := sha256.Sum256(inner)
	der, err := cms.SignDigest(sum[:], by, cms.SignOptions{Hash: crypto.SHA256, Time: now})
	if err != nil {
		return e, err
	}
	boundary := "=_sim_" + random()
	var b bytes.Buffer
	fmt.Fprintf(&b, "--%s\r\n", boundary)
	b.Write(inner)
	fmt.Fprintf(&b, "\r\n--%s\r\nContent-Type: application/pkcs7-signature; name=\"smime.p7s\"\r\nContent-Transfer-Encoding: base64\r\n\r\n", boundary)
	for text := base64.StdEncoding.EncodeToString(der); text != ""; {
		n := min(64, len(text))
		b.WriteString(text[:n] + "\r\n")
		text = text[n:]
	}
	fmt.Fprintf(&b, "\r\n--%s--\r\n", boundary)
	return entity{`multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary="` + boundary + `"`, "", b.Bytes()}, nil
}

func encrypted(e entity, to *x509.Certificate) (entity, error) {
	var b bytes.Buffer
	w, err := cms.Encrypt(&b, []*x509.Certificate{to}, "aes256-cbc", nil)
	if err != nil {
		return e, err
	}
	if _, err := w.Write(e.bytes()); err != nil {
		return e, err
	}
	if err := w.Close(); err != nil {
		return e, err
	}
	return entity{`application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"`, `attachment; filename="smime.p7m"`, b.Bytes()}, nil
}

func random() string {
	b := make([]byte, 12)
	_, _ = rand.Read(b) // it never fails
	return hex.EncodeToString(b)
}
