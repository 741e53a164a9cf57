package sim

import (
	"bufio"
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/textproto"
	"strings"
	"time"

	"waybill/cms"
)

// mdn is a receipt as its reader understood it.
type mdn struct {
	original    string // Original-Message-ID
	disposition string
	mic         string // Received-Content-MIC as it stands
	signed      bool   // by one of the trusted certificates
	unsigned    error  // why signed is false
}

// part is one part of a multipart: its octets, its header and its body.
type part struct {
	raw    []byte
	header textproto.MIMEHeader
	body   []byte
}

// readMDN reads the answer to a message (RFC 8098, RFC 4130 §7.4).
func readMDN(contentType string, body []byte, trusted []*x509.Certificate, now time.Time) (mdn, error) {
	m := mdn{unsigned: errors.New("the MDN is not signed")}
	kind, parts, err := multipart(contentType, body)
	if err != nil {
		return m, fmt.Errorf("read MDN: %w", err)
	}
	if kind == "multipart/signed" {
		if len(parts) != 2 {
			return m, fmt.Errorf("read MDN: found %d parts, expected the report and its signature", len(parts))
		}
		m.unsigned = verify(parts[0].raw, parts[1], trusted, now)
		m.signed = m.unsigned == nil
		if kind, parts, err = multipart(parts[0].header.Get("Content-Type"), parts[0].body); err != nil {
			return m, fmt.Errorf("read MDN: %w", err)
		}
	}
	if kind != "multipart/report" {
		return m, fmt.Errorf("read MDN: found %s, expected multipart/report", kind)
	}
	for _, p := range parts {
		if !strings.HasPrefix(strings.ToLower(p.header.Get("Content-Type")), "message/disposition-notification") {
			continue
		}
		h, err := textproto.NewReader(bufio.NewReader(bytes.NewReader(append(bytes.TrimSpace(p.body), "\r\n\r\n"...)))).ReadMIMEHeader()
		if err != nil {
			return m, fmt.Errorf("read MDN: %w", err)
		}
		_, said, _ := strings.Cut(h.Get("Disposition"), ";")
		m.original, m.disposition, m.mic = h.Get("Original-Message-ID"), strings.TrimSpace(said), h.Get("Received-Content-MIC")
		return m, nil
	}
	return m, errors.New("read MDN: there is no message/disposition-notification")
}

// multipart cuts a multipart at its boundary (RFC 2046 §5.1.1).
func multipart(contentType string, body []byte) (kind string, parts []part, err error) {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil || params["boundary"] == "" {
		return kind, nil, fmt.Errorf("found Content-Type %.80q, expected a multipart", contentType)
	}
	pieces := bytes.Split(append([]byte("\r\n"), body...), []byte("\r\n--"+params["boundary"]))
	if len(pieces) < 3 || !bytes.HasPrefix(pieces[len(pieces)-1], []byte("--")) {
		return kind, nil, errors.New("the multipart does not end")
	}
	for _, piece := range pieces[1 : len(pieces)-1] {
		raw := bytes.TrimPrefix(piece, []byte("\r\n"))
		head, content, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
		h, err := textproto.NewReader(bufio.NewReader(bytes.NewReader(append(bytes.Clone(head), "\r\n\r\n"...)))).ReadMIMEHeader()
		if err != nil {
			return kind, nil, fmt.Errorf("the header of a part: %w", err)
		}
		parts = append(parts, part{raw, h, content})
	}
	return kind, parts, nil
}

// verify says why the signature does not hold over the octets.
func verify(octets []byte, signature part, trusted []*x509.Certificate, now time.Time) error {
	der, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, bytes.NewReader(signature.body)))
	if err != nil {
		return fmt.Errorf("the signature is not base64: %w", err)
	}
	s, err := cms.ParseSignature(der)
	if err != nil {
		return err
	}
	_, err = s.Verify(func(h crypto.Hash) []byte {
		d := h.New()
		d.Write(octets)
		return d.Sum(nil)
	}, trusted, now)
	return err
}

// matches says whether a Received-Content-MIC names the SHA-256 of what was sent.
func matches(mic string, sent []byte) bool {
	value, algorithm, _ := strings.Cut(mic, ",")
	sum, err := base64.StdEncoding.DecodeString(strings.TrimSpace(value))
	name := strings.ToLower(strings.TrimSpace(algorithm))
	return err == nil && (name == "sha256" || name == "sha-256") && bytes.Equal(sum, sent)
}
