package http

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"waybill/settings"
)

// Sign has each body signed with a secret that the system knows, too. The header is
//
//	Waybill-Signature: t=1763303400,v1=5257a869e7…
//
// with t the time of the attempt in seconds since 1970, and v1 the HMAC-SHA-256
// (RFC 2104) in hex of the bytes of t, a full stop, and the body as it is sent. The
// receiver computes the same and refuses what is too old.
type Sign struct {
	Secret settings.Secret `yaml:"secret"` // without one nothing is signed
	Header string          `yaml:"header"` // where the signature stands
}

const signatureHeader = "Waybill-Signature"

func (s Sign) signs() bool { return !s.Secret.IsZero() }

func (s Sign) check(l *settings.Problems) {
	if !isToken(s.Header) {
		l.Add("sign.header", "a header name has letters, digits and hyphens", "found %q", s.Header)
	}
}

// signature is the header of a body at a time.
func signature(secret string, at time.Time, body []byte) string {
	t := strconv.FormatInt(at.Unix(), 10)
	return "t=" + t + ",v1=" + hex.EncodeToString(mac(secret, t, body))
}

func mac(secret, t string, body []byte) []byte {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(t + "."))
	h.Write(body)
	return h.Sum(nil)
}

// verify holds a header against a body: one of its v1 must be by the secret, and
// its time within window of now. Unknown parts are passed over, so that a sender
// may add others.
func verify(header, secret string, now time.Time, window time.Duration, body []byte) error {
	const most = 20 // parts of a header that are looked at
	var t string
	var given [][]byte
	for i, part := range strings.Split(header, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch {
		case i >= most:
			return errors.New("the signature has too many parts")
		case name == "t" && t != "":
			return errors.New("the signature has two times")
		case name == "t":
			t = value
		case name == "v1":
			if sum, err := hex.DecodeString(value); err == nil {
				given = append(given, sum)
			}
		}
	}
	seconds, err := strconv.ParseInt(t, 10, 64)
	if err != nil || len(given) == 0 {
		return errors.New("the signature is not t=SECONDS,v1=HEX")
	}
	want, known := mac(secret, t, body), false
	for _, sum := range given {
		known = hmac.Equal(sum, want) || known
	}
	if !known {
		return errors.New("the signature is not that of the body")
	}
	if age := now.Sub(time.Unix(seconds, 0)); age > window || age < -window {
		return fmt.Errorf("the signature is of %s, and only %s around now are taken", time.Unix(seconds, 0).UTC().Format(time.RFC3339), window)
	}
	return nil
}
