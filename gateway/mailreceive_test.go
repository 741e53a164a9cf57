//go:build unix

package gateway

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"waybill/sim"
	"waybill/spool"
	"waybill/stages"
	"waybill/transports/mailbox/mailtest"
)

// mailOf is a mail with an interchange attached.
func mailOf(from, id string, content []byte) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "From: %s\r\nTo: %s\r\nSubject: purchase order\r\nMessage-ID: <%s>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n", from, mailtest.User, id)
	fmt.Fprintf(&b, "--b\r\nContent-Type: text/plain\r\n\r\nWith kind regards\r\n--b\r\nContent-Type: application/edi-x12; name=po.edi\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=po.edi\r\n\r\n")
	for line := range slices.Chunk(content, 57) {
		b.WriteString(base64.StdEncoding.EncodeToString(line) + "\r\n")
	}
	b.WriteString("--b--\r\n")
	return b.Bytes()
}

// byMail gives the gateway a mailbox at Dovecot, and acme an address.
func byMail(d *mailtest.Dovecot) []string {
	return []string{
		"waybill.yaml", "\nobserve:", fmt.Sprintf("\nmailboxes:\n  edi:\n    address: %s\n    password: secret://file/keys/mail\n    imap: { host: %q, security: tls, ca: %s, every: 1s }\n\nobserve:", mailtest.User, d.TLS, d.CA),
		"partners/acme-retail.yaml", "\ndocuments:", "\nmailbox: { from: [edi@acme.example] }\n\ndocuments:",
		"partners/acme-retail.yaml", "mapping: acme-850", "mapping: base/850",
	}
}

// withPassword writes the mailbox's password.
func withPassword(t *testing.T) func(dir string) {
	return func(dir string) {
		if err := os.WriteFile(filepath.Join(dir, "keys", "mail"), []byte(mailtest.Password), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// An 850 that comes by mail is one order of the ERP's, whatever is delivered
// again, and its mail stands in another folder. A second partner's interchange in
// acme's mail is held; so is a stranger's mail, until a person vouches for it.
func TestOrderByMail(t *testing.T) {
	d := mailtest.StartDovecot(t)
	p := mailtest.NewPeer(t, d.IMAP)
	r := begin(t, setup{edits: byMail(d), before: withPassword(t)})
	first := sim.Order850(sim.Spec{Control: 1})
	d.Deliver(t, mailOf("edi@acme.example", "1@acme.example", first), mailOf("edi@acme.example", "1@acme.example", first), mailOf("edi@acme.example", "again@acme.example", first))
	until(t, "the ERP has the order", func() bool { return len(r.erp.Journal()) > 0 })
	p.Until(t, map[string]int{"INBOX": 0, "Waybill": 3, "Waybill held": 0})
	r.calm(t)
	if n := len(r.erp.Journal()); n != 1 {
		t.Errorf("the ERP has %d orders, expected 1", n)
	}
	if n := len(r.log.lines(t, "msg", "duplicate")); n != 1 {
		t.Errorf("%d duplicates are recorded, expected 1", n)
	}

	other := bytes.ReplaceAll(sim.Order850(sim.Spec{Control: 2}), []byte("ACME"), []byte("BOLT"))
	d.Deliver(t, mailOf("edi@acme.example", "2@acme.example", other))
	held := r.one(t, spool.Filter{Status: string(spool.Held), Kind: stages.KindInterchange})
	if held.Code != "ENV-PARTNER" {
		t.Errorf("held for %s: %s", held.Code, held.Error)
	}

	d.Deliver(t, mailOf("Somebody <new@elsewhere.example>", "1@elsewhere.example", sim.Order850(sim.Spec{Control: 3})))
	p.Until(t, map[string]int{"INBOX": 0, "Waybill": 4, "Waybill held": 1})
	var stranger spool.Message
	until(t, "the stranger's mail is held", func() bool {
		for _, m := range r.messages(t, spool.Filter{Status: string(spool.Held)}) {
			if m.Code == "MAIL-STRANGER" {
				stranger = m
			}
		}
		return stranger.ID != ""
	})
	if stranger.Partner != "" || !strings.Contains(stranger.Error, "new@elsewhere.example") || len(r.erp.Journal()) != 1 {
		t.Errorf("found partner %q, %s; %d orders", stranger.Partner, stranger.Error, len(r.erp.Journal()))
	}
	if err := r.Spool().Unhold(context.Background(), stranger.ID, "somebody", "asked by telephone"); err != nil {
		t.Fatal(err)
	}
	until(t, "the stranger's order is taken", func() bool { return len(r.erp.Journal()) == 2 })
}

// A person adds the sender to a profile and moves the mail back: it is an order
// like any other.
func TestMailMovedBack(t *testing.T) {
	d := mailtest.StartDovecot(t)
	p := mailtest.NewPeer(t, d.IMAP)
	r := begin(t, setup{edits: byMail(d), before: withPassword(t)})
	d.Deliver(t, mailOf("orders@acme.example", "1@acme.example", sim.Order850(sim.Spec{Control: 1})))
	p.Until(t, map[string]int{"INBOX": 0, "Waybill held": 1})
	r.edit(t, "partners/acme-retail.yaml", "from: [edi@acme.example]", "from: [edi@acme.example, '@acme.example']")
	if problems := r.Reload(); len(problems) > 0 {
		t.Fatal(problems)
	}
	p.Back(t, "Waybill held", "INBOX")
	until(t, "the ERP has the order", func() bool { return len(r.erp.Journal()) == 1 })
	p.Until(t, map[string]int{"INBOX": 0, "Waybill": 1, "Waybill held": 0})
}

// One node reads a mailbox at a time.
func TestOneNodeReadsMail(t *testing.T) {
	d := mailtest.StartDovecot(t)
	r := begin(t, setup{edits: byMail(d), before: withPassword(t)})
	until(t, "the mailbox is open", func() bool { return len(r.log.lines(t, "msg", "mailbox open")) > 0 })
	until(t, "the lock is free", func() bool {
		d.Stop(t)
		ok, err := r.Spool().Lock(t.Context(), "mailbox:edi", "another", time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		return ok
	})
	d.Start(t)
	d.Deliver(t, mailOf("edi@acme.example", "1@acme.example", sim.Order850(sim.Spec{Control: 1})))
	time.Sleep(2500 * time.Millisecond) // it looks each second
	p := mailtest.NewPeer(t, d.IMAP)
	if n := p.Count(t, "INBOX"); n != 1 || len(r.erp.Journal()) != 0 {
		t.Errorf("a node without the lock read: %d mails are left", n)
	}
	if err := r.Spool().Unlock(t.Context(), "mailbox:edi", "another"); err != nil {
		t.Fatal(err)
	}
	until(t, "the order is read", func() bool { return len(r.erp.Journal()) == 1 })
}
