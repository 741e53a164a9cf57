package cms_test

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"io"
	"os"
	"time"

	"waybill/cms"
)

// A message is encrypted for a partner and opened by them.
func ExampleEncrypt() {
	partner, err := cms.NewIdentity("partner", 1, time.Now(), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	var message bytes.Buffer
	w, err := cms.Encrypt(&message, []*x509.Certificate{partner.Certificate}, cms.AES256CBC, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Fprintln(w, "twelve pallets")
	if err := w.Close(); err != nil {
		fmt.Println(err)
		return
	}
	r, err := cms.Decrypt(&message, []cms.Identity{partner})
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := io.Copy(os.Stdout, r); err != nil {
		fmt.Println(err)
	}
	// Output: twelve pallets
}

// A signature stands beside what it signs, and holds by a pinned certificate.
func ExampleSignDigest() {
	us, err := cms.NewIdentity("us", 1, time.Now(), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	sum := sha256.Sum256([]byte("twelve pallets"))
	der, err := cms.SignDigest(sum[:], us, cms.SignOptions{Hash: crypto.SHA256})
	if err != nil {
		fmt.Println(err)
		return
	}
	signature, err := cms.ParseSignature(der)
	if err != nil {
		fmt.Println(err)
		return
	}
	digest := func(crypto.Hash) []byte { return sum[:] }
	signer, err := signature.Verify(digest, []*x509.Certificate{us.Certificate}, time.Now())
	fmt.Println(signer.Certificate.Subject, signer.Hash, err)
	// Output: CN=us SHA-256 <nil>
}
