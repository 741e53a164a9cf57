package cms

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// people are the keys of the tests, made once. The impostor's certificate has
// the same names and serial number as them's, and another key.
type people struct{ us, them, stranger, impostor Identity }

var cast = sync.OnceValues(func() (people, error) {
	var p people
	for name, id := range map[string]*Identity{"us": &p.us, "them": &p.them, "stranger": &p.stranger} {
		made, err := NewIdentity(name, 2, time.Now(), nil)
		if err != nil {
			return p, err
		}
		*id = made
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return p, err
	}
	c := p.them.Certificate
	copied := &x509.Certificate{SerialNumber: c.SerialNumber, Subject: pkix.Name{CommonName: "them"}, SubjectKeyId: c.SubjectKeyId, NotBefore: c.NotBefore, NotAfter: c.NotAfter}
	der, err := x509.CreateCertificate(rand.Reader, copied, copied, &key.PublicKey, key)
	if err != nil {
		return p, err
	}
	cert, err := x509.ParseCertificate(der)
	p.impostor = Identity{Certificate: cert, Key: key}
	return p, err
})

func actors(t testing.TB) people {
	t.Helper()
	p, err := cast()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func text() []byte {
	return bytes.Repeat([]byte("PO1*1*12*EA*9.99**UP*012345678905~\r\n"), 300)
}

func random(t testing.TB, n int) []byte {
	t.Helper()
	b := make([]byte, n)
	if _, err := rand.Read(b); err != nil {
		t.Fatal(err)
	}
	return b
}

// written is what a writer of this package makes of a content, given in pieces.
func written(t testing.TB, content []byte, piece int, open func(io.Writer) (io.WriteCloser, error)) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := open(&b)
	if err != nil {
		t.Fatal(err)
	}
	for len(content) > 0 {
		n := min(piece, len(content))
		if _, err := w.Write(content[:n]); err != nil {
			t.Fatal(err)
		}
		content = content[n:]
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func encrypted(t testing.TB, content []byte, c Cipher, to ...*x509.Certificate) []byte {
	t.Helper()
	return written(t, content, 10_000, func(w io.Writer) (io.WriteCloser, error) { return Encrypt(w, to, c, nil) })
}

func compressed(t testing.TB, content []byte) []byte {
	t.Helper()
	return written(t, content, 10_000, Compress)
}

func decrypted(message []byte, ids ...Identity) ([]byte, error) {
	r, err := Decrypt(bytes.NewReader(message), ids)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// closed wants a message to stay closed to these identities. With a random key
// the padding is right by chance once in 256 times: then it opens to garbage.
func closed(t testing.TB, message, content []byte, ids ...Identity) {
	t.Helper()
	if got, err := decrypted(message, ids...); err != ErrDecrypt && (err != nil || bytes.Equal(got, content)) {
		t.Errorf("opened: %v", err)
	}
}

func decompressed(message []byte, l Limits) ([]byte, error) {
	r, err := Decompress(bytes.NewReader(message), l)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

func digestOf(content []byte) func(crypto.Hash) []byte {
	return func(h crypto.Hash) []byte {
		if !h.Available() {
			return nil
		}
		w := h.New()
		w.Write(content)
		return w.Sum(nil)
	}
}

func signature(t testing.TB, content []byte, id Identity, o SignOptions) []byte {
	t.Helper()
	if o.Hash == 0 {
		o.Hash = crypto.SHA256
	}
	der, err := SignDigest(digestOf(content)(o.Hash), id, o)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func verified(der, content []byte, trusted ...*x509.Certificate) (*Signer, error) {
	sig, err := ParseSignature(der)
	if err != nil {
		return nil, err
	}
	return sig.Verify(digestOf(content), trusted, time.Now())
}

// opened reads SignedData that holds its content.
func opened(message []byte, trusted ...*x509.Certificate) ([]byte, *Signer, error) {
	r, err := OpenSigned(bytes.NewReader(message))
	if err != nil {
		return nil, nil, err
	}
	content, err := io.ReadAll(r)
	if err != nil {
		return nil, nil, err
	}
	sig, err := r.Signature()
	if err != nil {
		return nil, nil, err
	}
	signer, err := sig.Verify(digestOf(content), trusted, time.Now())
	return content, signer, err
}

// coding is one of the ways in which X.690 lets the same structure be written.
type coding struct {
	indefinite bool // lengths of constructed elements
	long       bool // lengths in more bytes than needed
	split      int  // octet strings are constructed of pieces of this size
}

func codings() map[string]coding {
	return map[string]coding{
		"DER": {}, "indefinite": {indefinite: true}, "long lengths": {long: true}, "split": {split: 7},
		"split, indefinite": {indefinite: true, split: 1}, "everything": {true, true, 5},
	}
}

// write recodes DER.
func (c coding) write(t testing.TB, der []byte) []byte {
	t.Helper()
	var out []byte
	for len(der) > 0 {
		var raw asn1.RawValue
		rest, err := asn1.Unmarshal(der, &raw)
		if err != nil {
			t.Fatal(err)
		}
		tag := der[0]
		switch {
		case raw.IsCompound:
			out = append(out, c.element(tag, c.write(t, raw.Bytes))...)
		case tag == tagOctets && c.split > 0:
			var pieces []byte
			for b := raw.Bytes; len(b) > 0; b = b[min(c.split, len(b)):] {
				pieces = append(pieces, c.element(tagOctets, b[:min(c.split, len(b))])...)
			}
			out = append(out, c.element(tagOctets|tagConstructed, pieces)...)
		default:
			out = append(out, c.element(tag, raw.Bytes)...)
		}
		der = rest
	}
	return out
}

func (c coding) element(tag byte, content []byte) []byte {
	switch {
	case c.indefinite && tag&tagConstructed != 0:
		return append(append(open(tag), content...), endOfContents()...)
	case c.long:
		n := len(content)
		return append([]byte{tag, 0x84, byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}, content...)
	}
	return wrap(tag, content)
}

// asDER is a structure of this package's own with definite lengths.
func asDER(t testing.TB, message []byte) []byte {
	t.Helper()
	der, err := newBER(bytes.NewReader(message)).whole()
	if err != nil {
		t.Fatal(err)
	}
	return der
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

// bench is a directory with the actors' files for OpenSSL.
type bench struct {
	t       testing.TB
	openssl string
	dir     string
}

func newBench(t testing.TB) *bench {
	t.Helper()
	b := &bench{t, needs(t, "openssl", "openssl"), t.TempDir()}
	p := actors(t)
	for name, id := range map[string]Identity{"us": p.us, "them": p.them, "stranger": p.stranger} {
		cert, key, err := id.PEM()
		if err != nil {
			t.Fatal(err)
		}
		b.file(name+".crt", cert)
		b.file(name+".key", key)
	}
	return b
}

func (b *bench) file(name string, content []byte) string {
	b.t.Helper()
	path := filepath.Join(b.dir, name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		b.t.Fatal(err)
	}
	return path
}

// run runs openssl in the directory and returns what it wrote to "out".
func (b *bench) run(args ...string) ([]byte, error) {
	b.t.Helper()
	cmd := exec.Command(b.openssl, append(args, "-out", "out")...)
	cmd.Dir = b.dir
	if said, err := cmd.CombinedOutput(); err != nil {
		return nil, errors.New(string(said))
	}
	return os.ReadFile(filepath.Join(b.dir, "out"))
}

func (b *bench) must(args ...string) []byte {
	b.t.Helper()
	out, err := b.run(args...)
	if err != nil {
		b.t.Fatalf("openssl %q: %v", args, err)
	}
	return out
}

// shared is a file of the replay vectors.
func shared(t testing.TB, name string) []byte {
	t.Helper()
	root := os.Getenv("WAYBILL_SHARED")
	if root == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("WAYBILL_SHARED is not set")
		}
		t.Skip("left out: the replay vectors; set WAYBILL_SHARED to the directory that holds as2/vectors")
	}
	b, err := os.ReadFile(filepath.Join(root, "as2", "vectors", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func pemOf(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}
