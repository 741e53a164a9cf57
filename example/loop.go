package example

import (
	"crypto/rand"
	"crypto/x509"
	"embed"
	"encoding/pem"
	"errors"
	"path/filepath"
	"time"

	"waybill/cms"
)

//go:embed loops
var loops embed.FS

// Loops names the loops that there is a configuration of.
func Loops() []string { return []string{"order-to-cash", "procure-to-pay", "warehouse"} }

// Made is what was made for a loop's configuration: our identity, and the token
// with which our own systems hand documents in.
type Made struct {
	Ours  cms.Identity
	Token string
}

// WriteLoop writes the configuration of a loop into dir, which must be new or
// empty. Addresses are given by the one that stands in the files; certificates
// by the partner's name.
func WriteLoop(dir, loop string, addresses map[string]string, partners map[string]*x509.Certificate, now time.Time) (Made, error) {
	if err := mustBeEmpty(dir); err != nil {
		return Made{}, err
	}
	ours, err := cms.NewIdentity(Us, certificateYears, now, nil)
	if err != nil {
		return Made{}, err
	}
	var pairs []string
	for was, is := range addresses {
		pairs = append(pairs, was, is)
	}
	if err := copyFiles(loops, "loops/"+loop, dir, pairs); err != nil {
		return Made{}, err
	}
	certificate, key, err := ours.PEM()
	if err != nil {
		return Made{}, err
	}
	m := Made{Ours: ours, Token: rand.Text()}
	err = errors.Join(
		writeFile(filepath.Join(dir, "certs", "ourco.cer"), certificate, publicMode),
		writeFile(filepath.Join(dir, "keys", "ourco.key"), key, privateMode),
		writeFile(filepath.Join(dir, "keys", "erp-api"), []byte(m.Token+"\n"), privateMode),
	)
	for name, c := range partners {
		theirs := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
		err = errors.Join(err, writeFile(filepath.Join(dir, "certs", name+".cer"), theirs, publicMode))
	}
	return m, err
}
