package as2

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"waybill/cms"
	"waybill/transports/entity"
)

func exampleReceipt(t testing.TB) *receipt {
	p := actors(t)
	return &receipt{from: "OURCO AS2", to: "ACME", originalID: "<x@y>", disposition: Disposition{Type: "processed"},
		mic: "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=, SHA256", text: "Received.", signer: &p.us, hash: crypto.SHA256}
}

func splitReceipt(t testing.TB, b []byte) (http.Header, []byte) {
	t.Helper()
	return splitVector(t, b)
}

func TestReceiptRoundTrip(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	trusted := []*x509.Certificate{actors(t).us.Certificate}
	for _, signed := range []bool{true, false} {
		r := exampleReceipt(t)
		if !signed {
			r.signer = nil
		}
		b, err := r.build(now, cryptoRand())
		if err != nil {
			t.Fatal(err)
		}
		h, body := splitReceipt(t, b)
		m, err := ParseMDN(h, body)
		if err != nil {
			t.Fatal(err)
		}
		if m.From != r.from || m.To != r.to || m.OriginalMessageID != "<x@y>" || !m.Disposition.Accepted() || m.MICHash != crypto.SHA256 || len(m.MIC) != 32 ||
			m.Signed != signed || !strings.HasPrefix(m.Text, "Received.") || checkMessageID(m.MessageID) != nil {
			t.Errorf("%+v", m)
		}
		form, signer, err := m.Verify(trusted, time.Now())
		if signed && (err != nil || form != FormRaw || !signer.Certificate.Equal(trusted[0])) {
			t.Errorf("signed: %s, %v", form, err)
		}
		if !signed && !errors.Is(err, errUnsignedMDN) {
			t.Errorf("unsigned: %v", err)
		}
		if _, _, err := m.Verify([]*x509.Certificate{actors(t).stranger.Certificate}, time.Now()); err == nil {
			t.Error("a stranger's certificate verified it")
		}
	}
}

func TestTamperedMDN(t *testing.T) {
	b, err := exampleReceipt(t).build(time.Now(), cryptoRand())
	if err != nil {
		t.Fatal(err)
	}
	b = bytes.Replace(b, []byte("processed"), []byte("Processed"), 1)
	h, body := splitReceipt(t, b)
	m, err := ParseMDN(h, body)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := m.Verify([]*x509.Certificate{actors(t).us.Certificate}, time.Now()); !errors.Is(err, cms.ErrSignature) {
		t.Errorf("a changed MDN: %v", err)
	}
}

// needs finds a program, or leaves the test out.
func needs(t testing.TB, program, pkg string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s (Debian package %s) is missing", program, pkg)
		}
		t.Skipf("left out: %s is missing (Debian package %s)", program, pkg)
	}
	return path
}

func writeFile(t testing.TB, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func certFile(t testing.TB, c *x509.Certificate) string {
	return writeFile(t, "cert.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
}

func keyFile(t testing.TB, id cms.Identity) string {
	der, err := x509.MarshalPKCS8PrivateKey(id.Key)
	if err != nil {
		t.Fatal(err)
	}
	return writeFile(t, "key.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// The MDN's signature holds in the eyes of OpenSSL, over the octets on the wire.
func TestMDNSignatureByOpenSSL(t *testing.T) {
	openssl := needs(t, "openssl", "openssl")
	ours, theirs := terms(t)
	r := receive(t, ours)
	for _, h := range []crypto.Hash{crypto.SHA1, crypto.SHA256, crypto.SHA384, crypto.SHA512} {
		theirs.Sign = h
		rec, err := post(t, r.url, theirs, "01OPENSSL"+nameOf(h, false), order())
		if err != nil {
			t.Fatal(err)
		}
		head, body := splitReceipt(t, rec.Evidence[bytes.IndexByte(rec.Evidence, '\n')+1:])
		list, err := split(entity.ParseMedia(head.Get("Content-Type")), body)
		if err != nil {
			t.Fatal(err)
		}
		der, err := list[1].content(true)
		if err != nil {
			t.Fatal(err)
		}
		cert := certFile(t, actors(t).us.Certificate)
		cmd := exec.Command(openssl, "cms", "-verify", "-binary", "-inform", "DER", "-in", writeFile(t, "sig.der", der),
			"-content", writeFile(t, "content", append(list[0].header, list[0].body...)),
			"-CAfile", cert, "-certfile", cert, "-purpose", "any", "-out", filepath.Join(t.TempDir(), "out"))
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v: %v: %s", h, err, out)
		}
	}
}

func TestParseMDNOddities(t *testing.T) {
	report := func(fields string) (http.Header, []byte) {
		return http.Header{"Content-Type": {"multipart/report; report-type=disposition-notification; boundary=b"}},
			[]byte("junk\r\n--b\r\n\r\nhuman\r\n--b\r\nContent-Type: message/disposition-notification\r\n\r\n" + fields + "\r\n--b--\r\n")
	}
	const id = "Original-Message-ID: <x@y>\r\n"
	for name, c := range map[string]struct {
		fields string
		want   Disposition
		mic    MICState
	}{
		"plain":             {id + "Disposition: automatic-action/MDN-sent-automatically; processed\r\n", Disposition{"processed", "", ""}, MICAbsent},
		"no brackets":       {"original-message-id: x@y\r\ndisposition:automatic-action/mdn-sent-automatically;Processed\r\n", Disposition{"processed", "", ""}, MICAbsent},
		"error":             {id + "Disposition: a/b; processed/Error: decryption-failed\r\n", Disposition{"processed", "error", "decryption-failed"}, MICAbsent},
		"failure":           {id + "Disposition: a/b; failed/Failure: unsupported format\r\n", Disposition{"failed", "failure", "unsupported format"}, MICAbsent},
		"warning":           {id + "Disposition: a/b; processed/warning: duplicate-document\r\n", Disposition{"processed", "warning", "duplicate-document"}, MICAbsent},
		"no mode":           {id + "Disposition: processed\r\n", Disposition{"processed", "", ""}, MICAbsent},
		"blank lines, junk": {"\r\nReporting-UA: x\r\n\r\nnot a field\r\n" + id + "\r\nDisposition: a/b; processed\r\n", Disposition{"processed", "", ""}, MICAbsent},
		"MIC matches":       {id + "Disposition: a/b; processed\r\nReceived-Content-MIC: AQI=, SHA-256\r\n", Disposition{"processed", "", ""}, MICMatched},
		"MIC folded":        {id + "Disposition: a/b; processed\r\nReceived-Content-MIC: AQI=,\r\n sha256\r\n", Disposition{"processed", "", ""}, MICMatched},
		"MIC differs":       {id + "Disposition: a/b; processed\r\nReceived-Content-MIC: AQM=, sha256\r\n", Disposition{"processed", "", ""}, MICMismatched},
		"MIC by md5":        {id + "Disposition: a/b; processed\r\nReceived-Content-MIC: AQI=, md5\r\n", Disposition{"processed", "", ""}, MICAbsent},
		"MIC unreadable":    {id + "Disposition: a/b; processed\r\nReceived-Content-MIC: ???, sha256\r\n", Disposition{"processed", "", ""}, MICAbsent},
	} {
		h, b := report(c.fields)
		m, err := ParseMDN(h, b)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if m.Disposition != c.want || bare(m.OriginalMessageID) != "x@y" || m.Text != "human" {
			t.Errorf("%s: %+v", name, m)
		}
		if got := m.Compare(Digests{crypto.SHA256: {1, 2}, crypto.SHA1: {9}}); got != c.mic {
			t.Errorf("%s: MIC %s, want %s", name, got, c.mic)
		}
	}
	for name, fields := range map[string]string{"no disposition": id, "null disposition": id + "Disposition:\r\n", "no id": "Disposition: a/b; processed\r\n"} {
		h, b := report(fields)
		if m, err := ParseMDN(h, b); err == nil {
			t.Errorf("%s: %+v", name, m)
		}
	}
	if _, err := ParseMDN(http.Header{"Content-Type": {"text/html"}}, []byte("<html>")); err == nil {
		t.Error("a web page passed for an MDN")
	}
	if _, err := ParseMDN(http.Header{"Content-Type": {"multipart/report; boundary=b"}}, make([]byte, maxMDN+1)); err == nil {
		t.Error("a huge MDN was read")
	}
}
