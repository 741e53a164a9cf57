package cms

import (
	"bufio"
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"io"
	"testing"
)

// seeds are one small message of each kind in each encoding.
func seeds(f *testing.F) [][]byte {
	p := actors(f)
	content := []byte("Content-Type: application/edi-x12\r\n\r\nISA*00*~")
	detached := signature(f, content, p.them, SignOptions{})
	list := [][]byte{nil, bytes.Repeat([]byte("\x30\x80"), 40), bytes.Repeat([]byte("\x24\x80"), 40)}
	for _, message := range [][]byte{
		encrypted(f, content, AES128CBC, p.us.Certificate), encrypted(f, content, TripleDES, p.us.Certificate, p.them.Certificate),
		detached, signedWith(infosOf(f, detached), content, contentTypes()[Data]), compressed(f, content), bundle(p.us.Certificate),
	} {
		for _, c := range codings() {
			list = append(list, c.write(f, asDER(f, message)))
		}
		list = append(list, message)
	}
	return list
}

// drained reads what may be endless, up to a bound.
func drained(r io.Reader) (int64, error) {
	n, err := io.Copy(io.Discard, io.LimitReader(r, 1<<21))
	return n, err
}

// FuzzBER: what is read whole is DER that the standard library can read too, and
// reading it again changes nothing.
func FuzzBER(f *testing.F) {
	for _, s := range seeds(f) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		der, err := newBER(bytes.NewReader(in)).whole()
		if err != nil {
			return
		}
		if len(der) > len(in)+20 && len(der) > 2*len(in) {
			t.Fatalf("%d octets became %d", len(in), len(der))
		}
		again, err := newBER(bytes.NewReader(der)).whole()
		if err != nil || !bytes.Equal(again, der) {
			t.Fatalf("%x read again is %x, %v", der, again, err)
		}
		var raw asn1.RawValue
		if rest, err := asn1.Unmarshal(der, &raw); err == nil && len(rest) > 0 {
			t.Fatalf("%x has %x behind it", der, rest)
		}
	})
}

// FuzzDecrypt: it opens, or it is ErrDecrypt; and it never grows.
func FuzzDecrypt(f *testing.F) {
	p := actors(f)
	for _, s := range seeds(f) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		r, err := Decrypt(bytes.NewReader(in), []Identity{p.us})
		var n int64
		if err == nil {
			n, err = drained(r)
		}
		if err != nil && err != ErrDecrypt {
			t.Fatalf("%T %v", err, err)
		}
		if n > int64(len(in)) {
			t.Fatalf("%d octets out of %d", n, len(in))
		}
	})
}

// FuzzSigned: nothing verifies but what was signed.
func FuzzSigned(f *testing.F) {
	p := actors(f)
	for _, s := range seeds(f) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		content, signer, err := opened(in, p.them.Certificate, p.us.Certificate)
		if err != nil && !errors.Is(err, ErrSignature) && !errors.Is(err, ErrSigner) {
			t.Fatalf("%T %v", err, err)
		}
		if err == nil && (signer == nil || !bytes.HasPrefix(content, []byte("Content-Type: application/edi-x12"))) {
			t.Fatalf("%q was not signed", content)
		}
		sig, err := ParseSignature(in)
		if err != nil {
			if !errors.Is(err, ErrSignature) {
				t.Fatalf("%T %v", err, err)
			}
			return
		}
		if again, err := ParseSignature(sig.Detached()); err != nil || len(again.Certificates) != len(sig.Certificates) || len(again.Hashes()) != len(sig.Hashes()) {
			t.Fatalf("the evidence cannot be read: %v", err)
		}
	})
}

// FuzzDecompress: the limits hold, whatever comes.
func FuzzDecompress(f *testing.F) {
	for _, s := range seeds(f) {
		f.Add(s)
	}
	f.Add(compressed(f, make([]byte, 1<<20)))
	alg := wrap(tagSequence, derOID(oidZlib()))
	f.Add(compressedWith(alg, wrap(tagOctets, []byte("x\x9c\x03\x00\x00\x00\x00\x01"))))
	f.Fuzz(func(t *testing.T, in []byte) {
		const limit = 1 << 20
		r, err := Decompress(bytes.NewReader(in), Limits{MaxBytes: limit})
		var n int64
		if err == nil {
			n, err = drained(r)
		}
		if err != nil && !errors.Is(err, ErrDecompress) && !errors.Is(err, ErrTooLarge) {
			t.Fatalf("%T %v", err, err)
		}
		if n > limit {
			t.Fatalf("%d octets", n)
		}
	})
}

func FuzzContentType(f *testing.F) {
	for _, s := range seeds(f) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		b := bufio.NewReader(bytes.NewReader(in))
		kind, err := ContentType(b)
		if err == nil && contentTypes()[kind] == nil {
			t.Fatalf("kind %q", kind)
		}
		if rest, err := io.ReadAll(b); err != nil || !bytes.Equal(rest, in) {
			t.Fatalf("something was read: %v", err)
		}
	})
}

func FuzzCertificates(f *testing.F) {
	p := actors(f)
	_, key, err := p.us.PEM()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(pemOf("CERTIFICATE", p.us.Certificate.Raw))
	f.Add(pemOf("PKCS7", bundle(p.us.Certificate, p.them.Certificate)))
	f.Add(p.us.Certificate.Raw)
	f.Add(bundle(p.us.Certificate))
	f.Add(append(pemOf("CERTIFICATE", p.us.Certificate.Raw), key...))
	f.Fuzz(func(t *testing.T, in []byte) {
		certs, err := ParseCertificates(in)
		if (err == nil) != (len(certs) > 0) {
			t.Fatalf("%d certificates, %v", len(certs), err)
		}
		for _, c := range certs {
			if again, err := x509.ParseCertificate(c.Raw); err != nil || !again.Equal(c) {
				t.Fatalf("read again: %v", err)
			}
		}
		if key, err := ParseKey(in); (err == nil) != (key != nil) {
			t.Fatalf("key %v, %v", key, err)
		}
		if bytes.Contains(in, []byte("-----BEGIN")) { // P12 files ask for a costly derivation
			if id, err := ParseIdentity(in, ""); err == nil && id.Certificate == nil {
				t.Fatal("an identity without a certificate")
			}
		}
	})
}
