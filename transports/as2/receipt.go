package as2

import (
	"bytes"
	"crypto"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"waybill/cms"
	"waybill/transports/entity"
)

// asVersion is what we claim: 1.1 is compression, 1.2 that EDIINT-Features is
// tolerated (RFC 6017).
const asVersion = "1.2"

// receipt is an MDN to be made. The same bytes go to the spool and to the peer;
// a repeated message gets them again. An asynchronous MDN would be the same
// receipt, handed to a Sender instead of the response.
type receipt struct {
	from, to    string // our identifier and theirs
	originalID  string // echoed as it came
	disposition Disposition
	mic         string // value of Received-Content-MIC, "" for none
	text        string
	signer      *cms.Identity // nil: unsigned
	hash        crypto.Hash   // of the signature
	hyphen      bool
}

// build writes the whole answer: header lines, an empty line, body.
func (r *receipt) build(now time.Time, rnd io.Reader) ([]byte, error) {
	ids := make([]byte, 48)
	if _, err := io.ReadFull(rnd, ids); err != nil {
		return nil, fmt.Errorf("build MDN: %w", err)
	}
	id, outer, inner := hex.EncodeToString(ids[:16]), "wb-s-"+hex.EncodeToString(ids[16:32]), "wb-r-"+hex.EncodeToString(ids[32:])
	contentType, body := "multipart/report; report-type=disposition-notification; boundary=\""+inner+"\"", r.report(inner, now)
	if r.signer != nil {
		var err error
		if contentType, body, err = r.sign(contentType, body, outer, now); err != nil {
			return nil, fmt.Errorf("build MDN: %w", err)
		}
	}
	var b bytes.Buffer
	line := func(name, value string) { fmt.Fprintf(&b, "%s: %s\r\n", name, value) }
	line("AS2-From", quoteName(r.from))
	line("AS2-To", quoteName(r.to))
	line("AS2-Version", asVersion)
	line("Date", now.UTC().Format(http.TimeFormat))
	line("Message-ID", "<"+id+"@"+hostOf(r.from)+">")
	line("MIME-Version", "1.0")
	line("Subject", "Message disposition notification")
	line("Content-Type", contentType)
	b.WriteString("\r\n")
	b.Write(body)
	return b.Bytes(), nil
}

// report is the body of the multipart/report (RFC 8098 §3, RFC 4130 §7.4.3).
func (r *receipt) report(boundary string, now time.Time) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "--%s\r\nContent-Type: text/plain; charset=us-ascii\r\nContent-Transfer-Encoding: 7bit\r\n\r\n", boundary)
	fmt.Fprintf(&b, "%s\r\n\r\nMessage: %s\r\nFrom: %s\r\nTo: %s\r\nReceived: %s\r\n",
		r.text, r.originalID, quoteName(r.to), quoteName(r.from), now.UTC().Format(time.RFC3339))
	fmt.Fprintf(&b, "\r\n--%s\r\nContent-Type: message/disposition-notification\r\nContent-Transfer-Encoding: 7bit\r\n\r\n", boundary)
	fmt.Fprintf(&b, "Reporting-UA: Waybill\r\nOriginal-Recipient: rfc822; %[1]s\r\nFinal-Recipient: rfc822; %[1]s\r\n", quoteName(r.from))
	fmt.Fprintf(&b, "Original-Message-ID: %s\r\nDisposition: automatic-action/MDN-sent-automatically; %s\r\n", r.originalID, r.disposition)
	if r.mic != "" {
		fmt.Fprintf(&b, "Received-Content-MIC: %s\r\n", r.mic)
	}
	fmt.Fprintf(&b, "\r\n--%s--\r\n", boundary)
	return b.Bytes()
}

// sign wraps the report in a multipart/signed.
func (r *receipt) sign(contentType string, report []byte, boundary string, now time.Time) (string, []byte, error) {
	entity := append([]byte("Content-Type: "+contentType+"\r\n\r\n"), report...)
	h := r.hash.New()
	h.Write(entity)
	der, err := cms.SignDigest(h.Sum(nil), *r.signer, cms.SignOptions{Hash: r.hash, Time: now})
	if err != nil {
		return "", nil, err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "--%s\r\n", boundary)
	b.Write(entity)
	if err := writeSignature(&b, boundary, der); err != nil {
		return "", nil, err
	}
	return signedType(boundary, r.hash, r.hyphen), b.Bytes(), nil
}

// signedType is the content type of a multipart/signed (RFC 8551 §3.5.3.2).
func signedType(boundary string, h crypto.Hash, hyphen bool) string {
	return fmt.Sprintf(`multipart/signed; protocol="application/pkcs7-signature"; micalg=%s; boundary="%s"`, nameOf(h, hyphen), boundary)
}

// writeSignature ends the signed part and writes the second part and the end of
// a multipart/signed.
func writeSignature(w io.Writer, boundary string, der []byte) error {
	_, err := fmt.Fprintf(w, "\r\n--%s\r\nContent-Type: application/pkcs7-signature; name=smime.p7s\r\n"+
		"Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=smime.p7s\r\n\r\n", boundary)
	if err != nil {
		return err
	}
	enc := entity.ToBase64(w)
	if _, err := enc.Write(der); err != nil {
		return err
	}
	if err := enc.Close(); err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "\r\n--%s--\r\n", boundary)
	return err
}

// hostOf makes the right side of a Message-ID of an AS2 identifier.
func hostOf(name string) string {
	host := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '.' || r == '_' {
			return r
		}
		return '-'
	}, name)
	if host = strings.Trim(host, ".-"); host == "" {
		return "waybill"
	}
	return host
}

// writeReceipt sends a stored receipt as the answer, byte for byte, header and body.
func writeReceipt(w http.ResponseWriter, stored []byte) error {
	head, body, ok := bytes.Cut(stored, []byte("\r\n\r\n"))
	if !ok {
		return fmt.Errorf("send MDN: the stored receipt has no header")
	}
	for line := range strings.SplitSeq(string(head), "\r\n") {
		name, value, _ := strings.Cut(line, ": ")
		w.Header()[name] = []string{value} // the map, because Set would write As2-From
	}
	w.Header().Set("Content-Length", fmt.Sprint(len(body)))
	w.WriteHeader(http.StatusOK)
	_, err := w.Write(body)
	return err
}
