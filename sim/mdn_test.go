package sim

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"waybill/transports"
	"waybill/transports/transporttest"
)

func decode64(t testing.TB, text []byte) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(string(text)), ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func mic64(sum []byte) string { return base64.StdEncoding.EncodeToString(sum) }

func transporttestHooks(before func() error) transporttest.Hooks {
	return transporttest.Hooks{Accept: func(transports.Arrival) error { return before() }}
}

// report is a receipt without a signature.
func report(fields string) (contentType string, body []byte) {
	return `multipart/report; report-type=disposition-notification; boundary="b"`, []byte("--b\r\nContent-Type: text/plain\r\n\r\nThank you.\r\n" +
		"--b\r\nContent-Type: message/disposition-notification\r\n\r\n" + fields + "\r\n--b--\r\n")
}

const goodFields = "Reporting-UA: x\r\nOriginal-Message-ID: <1@a>\r\nDisposition: automatic-action/MDN-sent-automatically; processed\r\nReceived-Content-MIC: AAAA, sha256\r\n"

func TestReadMDN(t *testing.T) {
	kind, body := report(goodFields)
	m, err := readMDN(kind, body, nil, time.Now())
	if err != nil || m.original != "<1@a>" || m.disposition != "processed" || m.mic != "AAAA, sha256" || m.signed || m.unsigned == nil {
		t.Errorf("got %+v, %v", m, err)
	}
	ours, theirs := keys(t)
	e, err := signed(entity{contentType: kind, body: body}, ours, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	by := func(id *x509.Certificate) mdn {
		m, err := readMDN(e.contentType, e.body, []*x509.Certificate{id}, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	if m := by(ours.Certificate); !m.signed || m.unsigned != nil || m.disposition != "processed" {
		t.Errorf("signed by the gateway: %+v", m)
	}
	if m := by(theirs.Certificate); m.signed || m.unsigned == nil {
		t.Errorf("signed by somebody else: %+v", m)
	}
	e.body = bytes.Replace(e.body, []byte("Thank"), []byte("thank"), 1)
	if m := by(ours.Certificate); m.signed || m.unsigned == nil {
		t.Errorf("changed after it was signed: %+v", m)
	}
}

func TestReadMDNRefuses(t *testing.T) {
	kind, body := report(goodFields)
	for name, c := range map[string]struct{ kind, body string }{
		"a page":          {"text/html", "<html>"},
		"no type":         {"", string(body)},
		"no boundary":     {"multipart/report", string(body)},
		"another kind":    {strings.Replace(kind, "report;", "mixed;", 1), string(body)},
		"no end":          {kind, strings.TrimSuffix(string(body), "--\r\n")},
		"no notification": {kind, "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--\r\n"},
		"a bad header":    {kind, "--b\r\nno header\r\n\r\nx\r\n--b--\r\n"},
		"one part signed": {`multipart/signed; boundary="b"`, "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--\r\n"},
		"nothing signed":  {`multipart/signed; boundary="b"`, "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b\r\n\r\nAAAA\r\n--b--\r\n"},
	} {
		if m, err := readMDN(c.kind, []byte(c.body), nil, time.Now()); err == nil {
			t.Errorf("%s: read as %+v", name, m)
		}
	}
}

func TestMatches(t *testing.T) {
	sum := sha256.Sum256([]byte("x"))
	good := mic64(sum[:])
	for mic, want := range map[string]bool{
		good + ", sha256": true, good + ",SHA-256": true, " " + good + " , sha-256": true,
		good + ", sha1": false, good: false, "": false, "AAAA, sha256": false, "!, sha256": false,
	} {
		if got := matches(mic, sum[:]); got != want {
			t.Errorf("%q: %v", mic, got)
		}
	}
}

// A receipt is a stranger's: whatever it holds, reading it ends.
func FuzzReadMDN(f *testing.F) {
	kind, body := report(goodFields)
	f.Add(kind, body)
	f.Add(`multipart/signed; boundary=b`, []byte("--b\r\n\r\n\r\n--b\r\n\r\nMAA=\r\n--b--"))
	f.Add("multipart/report; boundary=b", []byte("--b--"))
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		m, err := readMDN(kind, body, nil, time.Unix(0, 0))
		if m.signed {
			t.Fatalf("nobody is trusted, and yet it is signed: %v", err)
		}
	})
}
