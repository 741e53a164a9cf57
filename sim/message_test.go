package sim

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"waybill/transports/as2"
)

// The header goes out with the names that AS2 has, spaces in identifiers quoted.
func TestHeaderOnTheWire(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	got := make(chan string, 1)
	go func() {
		conn, err := ln.Accept()
		if err != nil {
			got <- err.Error()
			return
		}
		defer conn.Close()
		var head strings.Builder
		r := bufio.NewReader(conn)
		for line, err := r.ReadString('\n'); err == nil && strings.TrimSpace(line) != ""; line, err = r.ReadString('\n') {
			head.WriteString(line)
		}
		got <- head.String()
	}()
	ours, theirs := keys(t)
	p, err := OpenPartner(PartnerOptions{Name: "acme", AS2: `AC"ME`, Keys: &theirs})
	if err != nil {
		t.Fatal(err)
	}
	p.Join(Gateway{URL: "http://" + ln.Addr().String() + "/as2", AS2: "OUR CO", Certificate: ours.Certificate})
	if _, err := p.Send(t.Context(), order(1), How{MessageID: "1@acme"}); err == nil {
		t.Error("no answer was no error")
	}
	head := <-got
	for _, want := range []string{"\r\nAS2-From: \"AC\\\"ME\"\r\n", "\r\nAS2-To: \"OUR CO\"\r\n", "\r\nMessage-ID: <1@acme>\r\n", "\r\nAS2-Version: 1.2\r\n",
		"\r\nDisposition-Notification-To: ", "signed-receipt-micalg=optional, sha-256", "\r\nContent-Length: "} {
		if !strings.Contains(head, want) {
			t.Errorf("the header has no %q:\n%s", want, head)
		}
	}
	if err := ln.Close(); err != nil {
		t.Error(err)
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
}

// OpenSSL opens what the partner packs: it decrypts, verifies, and finds the order.
func TestOpenSSLOpensWhatIsPacked(t *testing.T) {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("left out: openssl is not installed: apt-get install openssl")
		}
		t.Skip("left out: openssl is not installed: apt-get install openssl")
	}
	ours, theirs := keys(t)
	e, mic, err := pack(order(1), "a.edi", recipe{signer: &theirs, to: ours.Certificate, now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file := func(name string, data []byte) string {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	_, key, err := ours.PEM()
	if err != nil {
		t.Fatal(err)
	}
	cert, _, err := theirs.PEM()
	if err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) []byte {
		var why bytes.Buffer
		cmd := exec.CommandContext(t.Context(), openssl, args...)
		cmd.Stderr = &why
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("openssl %s: %v: %s", args[1], err, why.String())
		}
		return out
	}
	inside := run("cms", "-decrypt", "-binary", "-inform", "DER", "-in", file("m.p7m", e.body), "-inkey", file("us.key", key))
	head, body, _ := bytes.Cut(inside, []byte("\r\n\r\n"))
	_, parts, err := multipart(strings.TrimPrefix(string(head), "Content-Type: "), body)
	if err != nil || len(parts) != 2 {
		t.Fatalf("found %q: %v", head, err)
	}
	content := run("cms", "-verify", "-binary", "-inform", "DER", "-in", file("m.p7s", decode64(t, parts[1].body)),
		"-content", file("content", parts[0].raw), "-CAfile", file("them.pem", cert), "-purpose", "any")
	if !bytes.HasSuffix(content, order(1)) {
		t.Errorf("found %q", content)
	}
	if sum := sha256.Sum256(content); sum != mic {
		t.Error("the MIC is not the SHA-256 of what the signature covers")
	}
}

// The gateway's reader of receipts and the partner's, written apart, read the same.
func TestReadersAgree(t *testing.T) {
	h := open(t)
	h.terms.Require = as2.Require{Signed: true}
	for name, how := range map[string]How{"good": {}, "compressed": {Compress: true}, "in clear": {Unencrypted: true}, "refused": {Unsigned: true}, "stranger": {From: "NOBODY"}} {
		s, err := h.partner.Send(t.Context(), order(1), how)
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := as2.ParseMDN(http.Header{"Content-Type": s.Answer["Content-Type"]}, s.MDN)
		if err != nil {
			t.Fatal(err)
		}
		if theirs.Disposition.String() != s.Disposition || theirs.Signed != s.Signed || theirs.OriginalMessageID != "<"+s.MessageID+">" || (len(theirs.MIC) > 0) != (s.MIC != "") {
			t.Errorf("%s: one reads %+v, the other %q, signed %v, MIC %q", name, theirs.Disposition, s.Disposition, s.Signed, s.MIC)
		}
	}
}

// One bit is turned over, of the content where it stands in clear.
func TestTampered(t *testing.T) {
	for name, whole := range map[string][]byte{"in clear": []byte("head abcdef and a long tail that nobody reads"), "ciphertext": []byte("0123456789")} {
		was := bytes.Clone(whole)
		got := tampered(whole, []byte("abcdef"))
		bits, inside := 0, false
		for i := range was {
			if x := was[i] ^ got[i]; x != 0 {
				bits++
				inside = i >= 5 && i < 11
			}
		}
		if bits != 1 || !bytes.Equal(whole, was) || name == "in clear" && !inside {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func BenchmarkPack(b *testing.B) {
	ours, theirs := keys(b)
	content := Order850(Spec{Lines: 20})
	b.SetBytes(int64(len(content)))
	for b.Loop() {
		if _, _, err := pack(content, "a.edi", recipe{signer: &theirs, to: ours.Certificate, now: time.Now()}); err != nil {
			b.Fatal(err)
		}
	}
}
