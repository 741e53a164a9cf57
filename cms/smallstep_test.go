package cms

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"testing"

	"github.com/smallstep/pkcs7"
)

// smallstep/pkcs7 decrypts what we encrypt, with the ciphers that it knows.
func TestSmallstepDecrypts(t *testing.T) {
	p := actors(t)
	for _, c := range []Cipher{AES128CBC, AES256CBC, TripleDES} {
		content := random(t, 50_000)
		m, err := pkcs7.Parse(encrypted(t, content, c, p.them.Certificate, p.us.Certificate))
		if err != nil {
			t.Fatalf("%s: %v", c, err)
		}
		for name, id := range map[string]Identity{"us": p.us, "them": p.them} {
			got, err := m.Decrypt(id.Certificate, id.Key)
			if err != nil || !bytes.Equal(got, content) {
				t.Errorf("%s, %s: %d octets, %v", c, name, len(got), err)
			}
		}
		if _, err := m.Decrypt(p.stranger.Certificate, p.stranger.Key); err == nil {
			t.Errorf("%s: a stranger opens it", c)
		}
	}
}

func TestDecryptWhatSmallstepEncrypts(t *testing.T) {
	p := actors(t)
	before := pkcs7.ContentEncryptionAlgorithm
	t.Cleanup(func() { pkcs7.ContentEncryptionAlgorithm = before })
	for c, theirs := range map[Cipher]int{AES128CBC: pkcs7.EncryptionAlgorithmAES128CBC, AES256CBC: pkcs7.EncryptionAlgorithmAES256CBC} {
		pkcs7.ContentEncryptionAlgorithm = theirs
		for _, n := range []int{1, 16, 70_000} {
			content := random(t, n)
			message, err := pkcs7.Encrypt(content, []*x509.Certificate{p.them.Certificate, p.us.Certificate})
			if err != nil {
				t.Fatal(err)
			}
			if got, err := decrypted(message, p.us); err != nil || !bytes.Equal(got, content) {
				t.Errorf("%s, %d octets: %d octets, %v", c, n, len(got), err)
			}
		}
	}
}

func TestSmallstepVerifies(t *testing.T) {
	p := actors(t)
	for _, h := range []crypto.Hash{crypto.SHA1, crypto.SHA256, crypto.SHA384, crypto.SHA512} {
		m, err := pkcs7.Parse(signature(t, text(), p.us, SignOptions{Hash: h}))
		if err != nil {
			t.Fatalf("%v: %v", h, err)
		}
		m.Content = text()
		pool := x509.NewCertPool()
		pool.AddCert(p.us.Certificate)
		if err := m.VerifyWithChain(pool); err != nil {
			t.Errorf("%v: %v", h, err)
		}
		m.Content = append(text(), '\n')
		if m.Verify() == nil {
			t.Errorf("%v: held over another content", h)
		}
	}
}

func TestVerifyWhatSmallstepSigns(t *testing.T) {
	p := actors(t)
	for h, oid := range map[crypto.Hash]asn1.ObjectIdentifier{crypto.SHA1: pkcs7.OIDDigestAlgorithmSHA1, crypto.SHA256: pkcs7.OIDDigestAlgorithmSHA256,
		crypto.SHA384: pkcs7.OIDDigestAlgorithmSHA384, crypto.SHA512: pkcs7.OIDDigestAlgorithmSHA512} {
		for _, detached := range []bool{true, false} {
			sd, err := pkcs7.NewSignedData(text())
			if err != nil {
				t.Fatal(err)
			}
			sd.SetDigestAlgorithm(oid)
			if err := sd.AddSigner(p.them.Certificate, p.them.Key, pkcs7.SignerInfoConfig{}); err != nil {
				t.Fatal(err)
			}
			if detached {
				sd.Detach()
			}
			der, err := sd.Finish()
			if err != nil {
				t.Fatal(err)
			}
			signer, content := (*Signer)(nil), text()
			if detached {
				signer, err = verified(der, text(), p.them.Certificate)
			} else {
				content, signer, err = opened(der, p.them.Certificate)
			}
			if err != nil || signer.Hash != h || signer.Time.IsZero() || !bytes.Equal(content, text()) {
				t.Errorf("%v, detached %v: %+v, %v", h, detached, signer, err)
			}
		}
	}
}

// The messages that stop smallstep and its kin: one changed octet of an initial
// vector, and nested structures. TestEveryBitOfAMessage and TestNesting have
// them all; here they are as they were reported.
func TestWhatStopsOthers(t *testing.T) {
	p := actors(t)
	message := encrypted(t, text(), AES256CBC, p.us.Certificate)
	iv := bytes.Index(message, derOID(suites()[AES256CBC].oid)) + len(derOID(suites()[AES256CBC].oid))
	for i := range 18 { // the octet string with its header
		damaged := bytes.Clone(message)
		damaged[iv+i] ^= 0xff
		if got, err := decrypted(damaged, p.us); err != ErrDecrypt && (err != nil || bytes.Equal(got, text())) {
			t.Errorf("octet %d of the initial vector: %v", i, err)
		}
	}
	for _, size := range []int{4 << 20, 16 << 20} {
		if _, err := decrypted(bytes.Repeat([]byte{0x30, 0x80}, size/2), p.us); err != ErrDecrypt {
			t.Errorf("%d MB of 30 80: %v", size>>20, err)
		}
	}
}
