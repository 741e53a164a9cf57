package gateway

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"waybill/transports/mailbox/mailtest"
)

// mailed turns acme into a partner by mail; box is what our mailbox has beside its
// address.
func mailed(to, box string) []string {
	return []string{
		"partners/acme-retail.yaml", "\ndocuments:", "\nmailbox: { from: [edi@acme.example], to: " + to + " }\nacknowledge: { via: mailbox }\n\ndocuments:",
		"partners/acme-retail.yaml", "mapping: acme-850", "mapping: base/850",
		"waybill.yaml", "\nadapters:", "\nmailboxes:\n  edi:\n    address: " + mailtest.User + "\n    password: secret://file/mail-password\n" + box + "\nadapters:",
	}
}

// The connection test says each step of both ways, and what the first one says
// that fails.
func TestReachByMail(t *testing.T) {
	e := mailtest.StartExim(t, "")
	box := "    smtp: { host: \"" + e.Address + "\", ca: " + e.CA + " }\n    imap: { host: \"" + mailtest.Memory(t) + "\", security: none }\n"
	r := begin(t, setup{edits: mailed("orders@acme.example", box), before: withMailPassword(t)})
	steps := func() string {
		t.Helper()
		found, _, err := Reach(t.Context(), r.dir, "acme-retail", time.Now)
		if err != nil {
			t.Fatal(err)
		}
		var words []string
		for _, s := range found {
			if strings.HasPrefix(s.Name, "SMTP") || strings.HasPrefix(s.Name, "IMAP") {
				words = append(words, s.Name+" "+s.State)
			}
			if s.State == StepFailed && s.Hint == "" {
				t.Errorf("nobody is told what to do: %+v", s)
			}
		}
		return strings.Join(words, ", ")
	}
	const smtp, imap = "SMTP host ok, SMTP connect ok, SMTP handshake ok, SMTP login ok, ", "IMAP host ok, IMAP handshake ok, IMAP login ok, IMAP search ok"
	if got := steps(); got != smtp+"SMTP recipient ok, "+imap {
		t.Errorf("found %s", got)
	}
	r.edit(t, "partners/acme-retail.yaml", "orders@acme.example", "refused@acme.example")
	if got := steps(); got != smtp+"SMTP recipient failed, "+imap {
		t.Errorf("found %s", got)
	}
	if len(e.Mails(t, "orders@acme.example")) > 0 {
		t.Error("the test sent a mail")
	}
}

// withMailPassword puts the password of our mailbox into the configuration.
func withMailPassword(t testing.TB) func(dir string) {
	return func(dir string) {
		if err := os.WriteFile(filepath.Join(dir, "mail-password"), []byte(mailtest.Password), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
