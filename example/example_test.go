package example_test

import (
	"bytes"
	"crypto/x509"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"waybill/cms"
	"waybill/example"
)

func write(t *testing.T, dir string, a example.Addresses) (ours, partner cms.Identity, err error) {
	t.Helper()
	partner, err = example.NewPartner(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	ours, err = example.Write(dir, a, partner, time.Now())
	return ours, partner, err
}

func TestWriteMakesKeysThatFitTheirCertificates(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "shop")
	ours, partner, err := write(t, dir, example.Addresses{ERP: "http://127.0.0.1:1/x"})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]cms.Identity{"certs/ourco.cer": ours, "certs/acme-retail.cer": partner} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		found, err := cms.ParseCertificates(data)
		if err != nil || len(found) != 1 || !found[0].Equal(want.Certificate) {
			t.Errorf("%s: found %d certificates, %v", name, len(found), err)
		}
	}
	info, err := os.Stat(filepath.Join(dir, "keys", "ourco.key"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key's mode: %v, %v, expected 0600", info.Mode(), err)
	}
	config, err := os.ReadFile(filepath.Join(dir, "waybill.yaml"))
	if err != nil || !bytes.Contains(config, []byte("http://127.0.0.1:1/x")) || !bytes.Contains(config, []byte("127.0.0.1:4080")) {
		t.Errorf("the address was not replaced, or another was: %v\n%s", err, config)
	}
}

func TestWriteRefusesADirectoryThatHoldsSomething(t *testing.T) {
	dir := t.TempDir()
	mine := filepath.Join(dir, "mine.txt")
	if err := os.WriteFile(mine, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, _, err := write(t, dir, example.Addresses{})
	var taken *example.NotEmpty
	if !errors.As(err, &taken) || taken.Found != "mine.txt" {
		t.Fatalf("found %v, expected that mine.txt is in the way", err)
	}
	if found, _ := os.ReadDir(dir); len(found) != 1 {
		t.Errorf("found %d files, expected nothing new", len(found))
	}
}

func TestWritePartnerKey(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "shop")
	_, partner, err := write(t, dir, example.Addresses{})
	if err != nil {
		t.Fatal(err)
	}
	if err := example.WritePartnerKey(dir, partner); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(dir, "samples", "acme-retail.pem"))
	if err != nil {
		t.Fatal(err)
	}
	if id, err := cms.ParseIdentity(data, ""); err != nil || !id.Certificate.Equal(partner.Certificate) {
		t.Errorf("the partner's key cannot be read back: %v", err)
	}
}

func TestWriteLoop(t *testing.T) {
	for _, loop := range example.Loops() {
		dir := filepath.Join(t.TempDir(), loop)
		partner, err := example.NewPartner(time.Now())
		if err != nil {
			t.Fatal(err)
		}
		m, err := example.WriteLoop(dir, loop, map[string]string{"127.0.0.1:4080": "127.0.0.1:1"}, map[string]*x509.Certificate{"acme-retail": partner.Certificate}, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		token, err := os.ReadFile(filepath.Join(dir, "keys", "erp-api"))
		if err != nil || string(token) != m.Token+"\n" || len(m.Token) < 20 {
			t.Errorf("%s: found the token %q, %v", loop, token, err)
		}
		config, err := os.ReadFile(filepath.Join(dir, "waybill.yaml"))
		if err != nil || !bytes.Contains(config, []byte("listen: 127.0.0.1:1\n")) || bytes.Contains(config, []byte("127.0.0.1:4080")) {
			t.Errorf("%s: the address was not replaced: %v\n%s", loop, err, config)
		}
		if _, err := os.Stat(filepath.Join(dir, "certs", "acme-retail.cer")); err != nil {
			t.Error(err)
		}
		var taken *example.NotEmpty
		if _, err := example.WriteLoop(dir, loop, nil, nil, time.Now()); !errors.As(err, &taken) {
			t.Errorf("%s: found %v, expected that something is in the way", loop, err)
		}
	}
}

func TestOverSFTP(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "shop")
	if _, _, err := write(t, dir, example.Addresses{}); err != nil {
		t.Fatal(err)
	}
	if err := example.OverSFTP(dir, "127.0.0.1:0", "ssh-ed25519 AAAA acme"); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"waybill.yaml": "sftp:\n  listen: 127.0.0.1:0", "partners/acme-retail.yaml": "- { key: ssh-ed25519 AAAA acme }"} {
		if data, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !bytes.Contains(data, []byte(want)) {
			t.Errorf("%s: %v\n%s", name, err, data)
		}
	}
	if err := example.OverSFTP(t.TempDir(), "", ""); err == nil {
		t.Error("a tree that is not there was changed")
	}
}
