//go:build unix

package gateway

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"os/exec"
	"strings"
	"testing"

	"waybill/sim"
	"waybill/spool"
	"waybill/transports/mailbox/mailtest"
)

// byMailBothWays gives the gateway a mailbox at Dovecot, which Exim delivers into,
// and has acme write from edi@acme.example and read at an address.
func byMailBothWays(d *mailtest.Dovecot, e *mailtest.Exim, to string) []string {
	return append(mailed(to, "    imap: { host: \""+d.TLS+"\", security: tls, ca: "+d.CA+", every: 1s }\n    smtp: { host: \""+e.Address+"\", ca: "+e.CA+" }\n"),
		"waybill.yaml", "secret://file/mail-password", "secret://file/keys/mail")
}

// submit hands a mail to Exim with a real submission client.
func submitMail(t testing.TB, e *mailtest.Exim, text []byte) {
	t.Helper()
	host, port, _ := strings.Cut(e.Inside, ":")
	c := exec.Command(mailtest.Program(t, "msmtp", "msmtp"), "--host="+host, "--port="+port, "--from=edi@acme.example", "--", mailtest.User)
	c.Stdin = bytes.NewReader(text)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("msmtp: %v: %s", err, out)
	}
}

// attachment is the document of a mail of ours, with the mail's header.
func attachment(t testing.TB, text []byte) (mail.Header, string) {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	for r := multipart.NewReader(m.Body, params["boundary"]); ; {
		p, err := r.NextPart()
		if err != nil {
			t.Fatal(err)
		}
		if p.FileName() == "" {
			continue
		}
		content, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, p))
		if err != nil {
			t.Fatal(err)
		}
		return m.Header, string(content)
	}
}

// An 850 that a real submission client sends comes through a real server and a
// real mailbox, is an order of the ERP's, and its 997 goes back as an answer to
// that mail.
func TestOrderAndAcknowledgementByMail(t *testing.T) {
	d := mailtest.StartDovecot(t)
	e := mailtest.StartExim(t, d.LMTP)
	r := begin(t, setup{edits: byMailBothWays(d, e, "orders@acme.example"), before: withPassword(t)})
	submitMail(t, e, mailOf("edi@acme.example", "order-1@acme.example", sim.Order850(sim.Spec{Control: 1})))
	header, content := attachment(t, e.Wait(t, "orders@acme.example", 1)[0])
	if !strings.Contains(content, "AK9*A*1*1*1") || header.Get("In-Reply-To") != "<order-1@acme.example>" || !strings.HasPrefix(header.Get("Subject"), "997 ") {
		t.Errorf("found %v: %.300s", header, content)
	}
	r.calm(t)
	if n := len(r.erp.Journal()); n != 1 {
		t.Errorf("the ERP has %d orders, expected 1", n)
	}
	if n := len(e.Mails(t, "orders@acme.example")); n != 1 {
		t.Errorf("acme has %d mails, expected 1", n)
	}
}

// A mail that comes back holds what was sent, in the words of the notice; when
// the address is mended and it is tried again, the partner gets it.
func TestBounce(t *testing.T) {
	d := mailtest.StartDovecot(t)
	e := mailtest.StartExim(t, d.LMTP)
	r := begin(t, setup{edits: byMailBothWays(d, e, "gone@acme.example"), before: withPassword(t)})
	submitMail(t, e, mailOf("edi@acme.example", "order-1@acme.example", sim.Order850(sim.Spec{Control: 1})))
	m := r.one(t, spool.Filter{Status: string(spool.Held)})
	if m.Code != "MAIL-BOUNCED" || m.Document != "997" || m.Hint == "" || !strings.Contains(m.Error, "gone@acme.example") || !strings.Contains(m.Error, "Unrouteable") {
		t.Errorf("found %s %s: %s", m.Document, m.Code, m.Error)
	}
	r.edit(t, "partners/acme-retail.yaml", "gone@acme.example", "orders@acme.example")
	if problems := r.Reload(); len(problems) > 0 {
		t.Fatal(problems)
	}
	if err := r.Spool().Retry(t.Context(), m.ID, "ann", "address mended"); err != nil {
		t.Fatal(err)
	}
	header, content := attachment(t, e.Wait(t, "orders@acme.example", 1)[0])
	if !strings.Contains(content, "AK9*A*1*1*1") || header.Get("Message-ID") != "<"+m.ID+"@ourco.example>" {
		t.Errorf("found %v: %.300s", header, content)
	}
	r.calm(t)
	waits, err := r.Spool().Expectations(t.Context(), m.ID)
	if err != nil || len(waits) != 1 || waits[0].State != "possible" {
		t.Errorf("it waits for %+v, %v", waits, err)
	}
}

// What the partner's server confirms is delivered, and what it does not is overdue.
func TestConfirmedDelivery(t *testing.T) {
	d := mailtest.StartDovecot(t)
	e := mailtest.StartExim(t, d.LMTP)
	edits := append(byMailBothWays(d, e, "orders@acme.example"), "partners/acme-retail.yaml", "to: orders@acme.example", "to: orders@acme.example, confirm: delivered, within: 1h")
	r := begin(t, setup{edits: edits, before: withPassword(t)})
	submitMail(t, e, mailOf("edi@acme.example", "order-1@acme.example", sim.Order850(sim.Spec{Control: 1})))
	e.Wait(t, "orders@acme.example", 1)
	until(t, "the delivery is confirmed", func() bool {
		for _, m := range r.messages(t, spool.Filter{Kind: "interchange"}) {
			waits, err := r.Spool().Expectations(t.Context(), m.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, w := range waits {
				if w.Kind == "dsn" && w.State == "accepted" && strings.Contains(w.Note, "delivered to orders@acme.example") {
					return true
				}
			}
		}
		return false
	})
}
