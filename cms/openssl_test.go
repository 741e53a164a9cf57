package cms

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"strings"
	"testing"
	"time"
)

// opensslCipher is OpenSSL's name of a cipher.
func opensslCipher(c Cipher) string {
	return map[Cipher]string{AES128CBC: "-aes-128-cbc", AES192CBC: "-aes-192-cbc", AES256CBC: "-aes-256-cbc", TripleDES: "-des3"}[c]
}

func opensslHash(h crypto.Hash) string {
	return strings.ToLower(strings.ReplaceAll(h.String(), "-", ""))
}

// OpenSSL encrypts, in DER and in BER, and we decrypt.
func TestDecryptWhatOpenSSLEncrypts(t *testing.T) {
	b := newBench(t)
	p := actors(t)
	for _, n := range []int{0, 1, 16, 100_000} {
		content := random(t, n)
		b.file("content", content)
		for _, c := range ciphers() {
			for name, flags := range map[string][]string{"DER": nil, "stream": {"-stream"}, "key identifier": {"-keyid"}, "two recipients": {"-recip", "them.crt"}} {
				args := append([]string{"cms", "-encrypt", "-binary", "-outform", "DER", "-in", "content", opensslCipher(c)}, flags...)
				message := b.must(append(args, "-recip", "us.crt")...)
				got, err := decrypted(message, p.us)
				if err != nil || !bytes.Equal(got, content) {
					t.Errorf("%s, %s, %d octets: %d octets, %v", c, name, n, len(got), err)
				}
				closed(t, message, content, p.stranger)
			}
		}
	}
}

// We encrypt and OpenSSL decrypts.
func TestOpenSSLDecryptsWhatWeEncrypt(t *testing.T) {
	b := newBench(t)
	p := actors(t)
	for _, n := range []int{0, 1, 15, 16, chunkSize, 100_000} {
		content := random(t, n)
		for _, c := range ciphers() {
			b.file("message", encrypted(t, content, c, p.them.Certificate, p.us.Certificate))
			for _, who := range []string{"us", "them"} {
				got, err := b.run("cms", "-decrypt", "-binary", "-inform", "DER", "-in", "message", "-recip", who+".crt", "-inkey", who+".key")
				if err != nil || !bytes.Equal(got, content) {
					t.Errorf("%s, %d octets, %s: %d octets, %v", c, n, who, len(got), err)
				}
			}
			if _, err := b.run("cms", "-decrypt", "-binary", "-inform", "DER", "-in", "message", "-recip", "stranger.crt", "-inkey", "stranger.key"); err == nil {
				t.Errorf("%s: a stranger opens it", c)
			}
		}
	}
}

// What OpenSSL makes of other algorithms is refused like everything else.
func TestOtherAlgorithmsOfOpenSSL(t *testing.T) {
	b := newBench(t)
	b.file("content", text())
	for name, args := range map[string][]string{
		"AES-GCM":  {"-aes-256-gcm", "-recip", "us.crt"},
		"OAEP":     {"-aes-256-cbc", "-recip", "us.crt", "-keyopt", "rsa_padding_mode:oaep"},
		"password": {"-aes-256-cbc", "-pwri_password", "secret"},
		"Camellia": {"-camellia-256-cbc", "-recip", "us.crt"},
	} {
		message := b.must(append([]string{"cms", "-encrypt", "-binary", "-outform", "DER", "-in", "content"}, args...)...)
		if got, err := decrypted(message, actors(t).us); err != ErrDecrypt && (err != nil || bytes.Contains(got, text()[:16])) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// OpenSSL signs in every form, and we verify.
func TestVerifyWhatOpenSSLSigns(t *testing.T) {
	b := newBench(t)
	p := actors(t)
	content := text()
	b.file("content", content)
	for _, h := range hashes() {
		for name, flags := range map[string][]string{
			"plain": nil, "stream": {"-stream"}, "no attributes": {"-noattr"}, "no certificate": {"-nocerts"}, "key identifier": {"-keyid"}, "no capabilities": {"-nosmimecap"},
			"two signers": {"-signer", "stranger.crt", "-inkey", "stranger.key"},
		} {
			sign := append([]string{"cms", "-sign", "-binary", "-outform", "DER", "-in", "content", "-md", opensslHash(h)}, flags...)
			sign = append(sign, "-signer", "them.crt", "-inkey", "them.key")
			if name != "stream" { // which OpenSSL does for opaque data only
				signer, err := verified(b.must(sign...), content, p.them.Certificate)
				if err != nil || signer.Hash != h {
					t.Errorf("%v, %s, detached: %+v, %v", h, name, signer, err)
				}
			}
			message := b.must(append(sign, "-nodetach")...)
			got, signer, err := opened(message, p.them.Certificate)
			if err != nil || signer.Hash != h || !bytes.Equal(got, content) {
				t.Errorf("%v, %s, opaque: %+v, %v", h, name, signer, err)
			}
			if _, _, err := opened(message, p.us.Certificate); err == nil {
				t.Errorf("%v, %s: another's signature held", h, name)
			}
		}
	}
	pss := b.must("cms", "-sign", "-binary", "-outform", "DER", "-in", "content", "-signer", "them.crt", "-inkey", "them.key", "-keyopt", "rsa_padding_mode:pss")
	if _, err := verified(pss, content, p.them.Certificate); err == nil || !strings.Contains(err.Error(), "1.2.840.113549.1.1.10") {
		t.Errorf("PSS is not refused by its name: %v", err)
	}
}

// We sign and OpenSSL verifies, with our certificate as the only trusted one.
func TestOpenSSLVerifiesWhatWeSign(t *testing.T) {
	b := newBench(t)
	p := actors(t)
	content := text()
	b.file("content", content)
	b.file("other", append(bytes.Clone(content), '\n'))
	verify := func(content string) error {
		_, err := b.run("cms", "-verify", "-binary", "-inform", "DER", "-in", "signature", "-content", content, "-CAfile", "us.crt", "-purpose", "any")
		return err
	}
	for _, h := range hashes() {
		for name, o := range map[string]SignOptions{"with time": {Hash: h, Time: time.Now()}, "without": {Hash: h}, "with a chain": {Hash: h, Chain: []*x509.Certificate{p.them.Certificate}}} {
			b.file("signature", signature(t, content, p.us, o))
			if err := verify("content"); err != nil {
				t.Errorf("%v, %s: %v", h, name, err)
			}
			if verify("other") == nil {
				t.Errorf("%v, %s: held over another content", h, name)
			}
		}
	}
	b.file("signature", signature(t, content, p.stranger, SignOptions{}))
	if verify("content") == nil {
		t.Error("a stranger's signature held")
	}
}

// OpenSSL reads compressed data where it is built with zlib; where it is not,
// TestCompressedByStandardLibrary is the other reader.
func TestOpenSSLDecompresses(t *testing.T) {
	b := newBench(t)
	b.file("content", text())
	b.file("message", compressed(t, text()))
	got, err := b.run("cms", "-uncompress", "-inform", "DER", "-in", "message", "-binary")
	if err != nil && strings.Contains(err.Error(), "unsupported compression") {
		t.Log("this OpenSSL is built without zlib")
		return
	}
	if err != nil || !bytes.Equal(got, text()) {
		t.Errorf("%d octets, %v", len(got), err)
	}
	if got, err := decompressed(b.must("cms", "-compress", "-binary", "-outform", "DER", "-in", "content"), Limits{}); err != nil || !bytes.Equal(got, text()) {
		t.Errorf("the other way: %d octets, %v", len(got), err)
	}
}

// OpenSSL finds the structure that RFC 5652 describes.
func TestStructureInOpenSSLsEyes(t *testing.T) {
	b := newBench(t)
	p := actors(t)
	for name, message := range map[string][]byte{
		"enveloped":  encrypted(t, text(), AES192CBC, p.us.Certificate),
		"signed":     signature(t, text(), p.us, SignOptions{Time: time.Now()}),
		"compressed": compressed(t, text()),
	} {
		b.file("message", message)
		out := b.must("cms", "-cmsout", "-print", "-inform", "DER", "-in", "message")
		want := map[string][]string{
			"enveloped":  {"d.envelopedData", "version: 0", "d.issuerAndSerialNumber", "rsaEncryption", "aes-192-cbc"},
			"signed":     {"d.signedData", "version: 1", "algorithm: sha256", "signingTime", "messageDigest", "contentType"},
			"compressed": {"d.compressedData", "zlib", "pkcs7-data"},
		}[name]
		for _, word := range want {
			if !strings.Contains(string(out), word) {
				t.Errorf("%s: there is no %q in\n%s", name, word, out)
			}
		}
		if strings.Contains(string(out), "ERROR") {
			t.Errorf("%s:\n%s", name, out)
		}
	}
}
