package mailbox

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"waybill/cms"
	"waybill/transports"
)

// needs finds a program, or leaves the test out.
func needs(t testing.TB, program, pkg string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("left out: %s (Debian package %s) is missing; make deps brings it", program, pkg)
		}
		t.Skipf("left out: %s (Debian package %s) is missing; make deps brings it", program, pkg)
	}
	return path
}

// files writes an identity for openssl.
func files(t testing.TB, id cms.Identity) (cert, key string) {
	t.Helper()
	dir := t.TempDir()
	der, err := x509.MarshalPKCS8PrivateKey(id.Key)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	err = errors.Join(
		os.WriteFile(cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: id.Certificate.Raw}), 0o600),
		os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600))
	if err != nil {
		t.Fatal(err)
	}
	return cert, key
}

// openssl runs its cms command on a mail and returns what it makes of it.
func openssl(t testing.TB, mail []byte, args ...string) []byte {
	t.Helper()
	c := exec.Command(needs(t, "openssl", "openssl"), append([]string{"cms"}, args...)...)
	var out, said bytes.Buffer
	c.Stdin, c.Stdout, c.Stderr = bytes.NewReader(mail), &out, &said
	if err := c.Run(); err != nil {
		t.Fatalf("openssl cms %s: %v: %s", strings.Join(args, " "), err, &said)
	}
	return out.Bytes()
}

// OpenSSL reads what we sign and encrypt, as mails (RFC 8551).
func TestSecuredMails(t *testing.T) {
	us, them := identity(t, "us"), identity(t, "them")
	ourCert, _ := files(t, us)
	theirCert, theirKey := files(t, them)
	for _, sign := range []string{"", "sha256", "sha512"} {
		for _, encrypt := range []cms.Cipher{"", "aes256-cbc", "3des"} {
			t.Run(sign+" "+string(encrypt), func(t *testing.T) {
				s := serve(t, nil)
				mail := deliver(t, s, s.post(func(t *Terms) {
					t.Sign, t.Encrypt, t.Ours, t.EncryptTo = sign, encrypt, []cms.Identity{us}, []*x509.Certificate{them.Certificate}
				})).text
				if encrypt != "" {
					if bytes.Contains(mail, []byte("EDI-X12")) {
						t.Error("the mail is readable")
					}
					mail = openssl(t, mail, "-decrypt", "-recip", theirCert, "-inkey", theirKey)
				}
				if sign != "" {
					mail = openssl(t, mail, "-verify", "-CAfile", ourCert, "-certfile", ourCert, "-purpose", "any")
				}
				if o := open(t, mail); string(o.content) != sent || o.file == "" {
					t.Errorf("found %q as %q", o.content, o.file)
				}
			})
		}
	}
}

// What cannot be signed or encrypted is not sent without.
func TestNothingLeavesUnsecured(t *testing.T) {
	s := serve(t, nil)
	for name, change := range map[string]func(*Terms){
		"no key":            func(t *Terms) { t.Sign = "sha256" },
		"no certificate":    func(t *Terms) { t.Encrypt = "aes256-cbc" },
		"unknown signature": func(t *Terms) { t.Sign, t.Ours = "md5", []cms.Identity{{}} },
	} {
		_, _, err := attempt(t.Context(), s.post(change))
		var f *transports.Failure
		if !errors.As(err, &f) || f.Code() != "MAIL-CONFIG" || f.Temporary() {
			t.Errorf("%s: found %v", name, err)
		}
	}
	if len(s.got()) > 0 {
		t.Error("a mail left")
	}
}
