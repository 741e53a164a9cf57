//go:build interop

package as2

import (
	"bufio"
	"bytes"
	"crypto"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"waybill/cms"
)

// pyas2 finds a Python that has pyas2lib: the one that WAYBILL_PYAS2 names, the
// one that make deps installs, or python3.
func pyas2(t testing.TB) string {
	t.Helper()
	python := os.Getenv("WAYBILL_PYAS2")
	if python == "" {
		python = filepath.Join("..", "..", ".deps", "pyas2", "bin", "python")
		if _, err := os.Stat(python); err != nil {
			python = "python3"
		}
	}
	if out, err := exec.Command(python, "-c", "import pyas2lib.as2").CombinedOutput(); err != nil {
		text := fmt.Sprintf("left out: pyas2lib is missing; make deps brings it, or name a python that has it in WAYBILL_PYAS2 (%v: %.200s)", err, out)
		if os.Getenv("CI") == "true" {
			t.Fatal(text)
		}
		t.Skip(text)
	}
	return python
}

// peerConfig is the configuration of testdata/pyas2_peer.py.
type peerConfig struct {
	Me        string `json:"me"`
	Them      string `json:"them"`
	Key       string `json:"key"`
	Cert      string `json:"cert"`
	URL       string `json:"url,omitempty"`
	File      string `json:"file,omitempty"`
	Sign      bool   `json:"sign"`
	Digest    string `json:"digest,omitempty"`
	Encrypt   bool   `json:"encrypt"`
	Cipher    string `json:"cipher,omitempty"`
	Compress  bool   `json:"compress"`
	MDNDigest string `json:"mdn_digest,omitempty"`
}

func (c peerConfig) file(t testing.TB) string {
	b, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return writeFile(t, "config.json", b)
}

func peerBase(t testing.TB) peerConfig {
	p := actors(t)
	key, err := os.ReadFile(keyFile(t, p.them))
	if err != nil {
		t.Fatal(err)
	}
	cert, err := os.ReadFile(certFile(t, p.them.Certificate))
	if err != nil {
		t.Fatal(err)
	}
	return peerConfig{Me: "ACME AS2", Them: "OURCO_AS2", Key: writeFile(t, "both.pem", append(key, cert...)), Cert: certFile(t, p.us.Certificate)}
}

// pyas2lib sends to us and verifies our MDN.
func TestInteropPyas2ToWaybill(t *testing.T) {
	python := pyas2(t)
	ours, _ := terms(t)
	ours.Require = Require{}
	r := receive(t, ours)
	base := peerBase(t)
	base.URL = r.url
	for name, c := range map[string]peerConfig{
		"plain":                       {},
		"signed, unsigned MDN":        {Sign: true},
		"signed sha256":               {Sign: true, MDNDigest: "sha256"},
		"signed sha512":               {Sign: true, Digest: "sha512", MDNDigest: "sha512"},
		"signed sha1, 3DES":           {Sign: true, Digest: "sha1", Encrypt: true, Cipher: "tripledes_192_cbc", MDNDigest: "sha1"},
		"encrypted only":              {Encrypt: true, Cipher: "aes_128_cbc", MDNDigest: "sha256"},
		"compressed only":             {Compress: true, MDNDigest: "sha256"},
		"signed, AES-192":             {Sign: true, Encrypt: true, Cipher: "aes_192_cbc", MDNDigest: "sha256"},
		"signed, AES-256, compressed": {Sign: true, Encrypt: true, Cipher: "aes_256_cbc", Compress: true, MDNDigest: "sha256"},
		"signed sha384, zlib":         {Sign: true, Digest: "sha384", Compress: true, MDNDigest: "sha384"},
	} {
		t.Run(name, func(t *testing.T) {
			c.Me, c.Them, c.Key, c.Cert, c.URL = base.Me, base.Them, base.Key, base.Cert, base.URL
			content := order() // with CRLF: pyas2lib rewrites bare line feeds before it signs
			c.File = writeFile(t, "order.edi", content)
			out, err := exec.Command(python, "testdata/pyas2_peer.py", "send", c.file(t)).Output()
			if err != nil {
				t.Fatalf("%v: %s", err, stderrOf(err))
			}
			var said struct {
				HTTP           int `json:"http"`
				Status, Detail string
				Digest         string
			}
			if err := json.Unmarshal(out, &said); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			if said.HTTP != 200 || said.Status != "processed" || said.Detail != "" || said.Digest != c.MDNDigest {
				t.Errorf("pyas2lib says %s", out)
			}
			list := r.in.Accepted()
			if got := list[len(list)-1]; got.Verdict.Problem != nil || !bytes.Equal(got.Payload(t, 0), content) {
				t.Errorf("received %+v", got.Verdict.Problem)
			}
		})
	}
}

// orderFor is an order with the line ends that a case's name asks for.
func orderFor(name string) []byte {
	if strings.Contains(name, "LF") {
		return bytes.ReplaceAll(order(), []byte("\r\n"), []byte("\n"))
	}
	return order()
}

func stderrOf(err error) []byte {
	if exit, ok := err.(*exec.ExitError); ok {
		return exit.Stderr
	}
	return nil
}

// We send to pyas2lib and verify its MDN.
func TestInteropWaybillToPyas2(t *testing.T) {
	python := pyas2(t)
	base := peerBase(t)
	peer := startPeer(t, python, base)
	for name, change := range map[string]func(*Partnership){
		"plain":                 func(p *Partnership) { p.Sign, p.Encrypt, p.MDN.Request = 0, "", ReceiptUnsigned },
		"signed":                func(p *Partnership) { p.Encrypt = "" },
		"signed base64":         func(p *Partnership) { p.Encrypt, p.Base64 = "", true },
		"encrypted":             func(p *Partnership) { p.Sign, p.Encrypt = 0, "aes128-cbc" },
		"signed, AES-256":       func(*Partnership) {},
		"signed sha512, AES192": func(p *Partnership) { p.Sign, p.Encrypt = crypto.SHA512, "aes192-cbc" },
		"signed sha1, 3DES":     func(p *Partnership) { p.Sign, p.Encrypt = crypto.SHA1, "3des" },
		"compressed before":     func(p *Partnership) { p.Compress = CompressBefore },
		"compressed after":      func(p *Partnership) { p.Compress = CompressAfter },
		"signed, LF lines":      func(*Partnership) {},
		"compressed base64":     func(p *Partnership) { p.Compress, p.Base64 = CompressBefore, true },
	} {
		t.Run(name, func(t *testing.T) {
			_, theirs := terms(t)
			p := actors(t)
			// Roles change: now it is we who send.
			theirs.Us, theirs.Them, theirs.Ours = "OURCO_AS2", "ACME AS2", []cms.Identity{p.us}
			theirs.Verify[0], theirs.EncryptTo[0] = p.them.Certificate, p.them.Certificate
			change(&theirs)
			rec, err := post(t, peer.url, theirs, "01INTEROP"+strings.ReplaceAll(name, " ", "-"), orderFor(name))
			if err != nil {
				t.Fatal(err)
			}
			said := peer.next(t)
			if said.Status != "processed" || said.Error != "" || said.Signed != (theirs.Sign != 0) || said.Encrypted != (theirs.Encrypt != "") || said.Compressed != (theirs.Compress != "") {
				t.Errorf("pyas2lib says %+v", said)
			}
			if got, err := hex.DecodeString(said.Content); err != nil || !bytes.Equal(got, orderFor(name)) {
				t.Errorf("pyas2lib got %d octets, %v", len(got), err)
			}
			want := stateAccepted
			if theirs.Sign == 0 { // pyas2lib has a MIC for signed messages only
				want = stateErrors
			}
			if rec.State != want {
				t.Errorf("%s: %s", rec.State, rec.Summary)
			}
			t.Log(rec.Summary)
		})
	}
}

// peerProcess is a running pyas2_peer.py serve.
type peerProcess struct {
	url   string
	lines *bufio.Scanner
}

type peerSaid struct {
	Port                          int
	Status, Error, Content        string
	Signed, Encrypted, Compressed bool
}

func (p *peerProcess) next(t testing.TB) peerSaid {
	t.Helper()
	var s peerSaid
	if !p.lines.Scan() {
		t.Fatalf("the peer says nothing: %v", p.lines.Err())
	}
	if err := json.Unmarshal(p.lines.Bytes(), &s); err != nil {
		t.Fatalf("%v: %s", err, p.lines.Bytes())
	}
	return s
}

func startPeer(t testing.TB, python string, c peerConfig) *peerProcess {
	t.Helper()
	cmd := exec.Command(python, "testdata/pyas2_peer.py", "serve", c.file(t))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_, _ = io.Copy(io.Discard, out)
		if err := cmd.Wait(); err != nil {
			t.Errorf("peer: %v", err)
		}
	})
	p := &peerProcess{lines: bufio.NewScanner(out)}
	p.lines.Buffer(nil, 1<<20)
	p.url = fmt.Sprintf("http://127.0.0.1:%d/as2", p.next(t).Port)
	return p
}
