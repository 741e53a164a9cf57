//go:build unix

package mailbox

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"strings"
	"testing"
	"time"

	"waybill/transports"
	"waybill/transports/mailbox/mailtest"
)

// throughExim sends from edi@ourco.example, logged in, after STARTTLS.
func throughExim(t testing.TB, e *mailtest.Exim, change func(*Terms)) *Post {
	t.Helper()
	roots, err := ReadRoots(e.CA)
	if err != nil {
		t.Fatal(err)
	}
	terms := Terms{
		Partner: "acme", From: mailtest.User, To: "orders@acme.example", Subject: "{document} {control}", Name: "{document}_{control}.edi", Confirm: ConfirmNone,
		Server: Server{Address: e.Address, Security: "starttls", Roots: roots, Timeout: 20 * time.Second, Login: Login{User: mailtest.User, Password: mailtest.Password}},
	}
	if change != nil {
		change(&terms)
	}
	return &Post{Terms: func(context.Context) (Terms, error) { return terms, nil }, Now: time.Now}
}

// dispatch sends a document under a message id.
func dispatch(t testing.TB, p *Post, id string) error {
	t.Helper()
	out := outgoing()
	out.Message = id
	body := strings.NewReader(sent)
	prep, err := p.Prepare(t.Context(), out, body)
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.Send(t.Context(), prep, body)
	return err
}

// A real mail server takes our mails over STARTTLS, with a login, and delivers
// what stood in them.
func TestEximTakesOurMails(t *testing.T) {
	e := mailtest.StartExim(t, "")
	if err := dispatch(t, throughExim(t, e, nil), "01J0000000000000000000000B"); err != nil {
		t.Fatal(err)
	}
	o := open(t, e.Wait(t, "orders@acme.example", 1)[0])
	if string(o.content) != sent || o.file != "855_000000007.edi" || o.header.Get("Message-ID") != "<01J0000000000000000000000B@ourco.example>" {
		t.Errorf("found %q as %s, %v", o.content, o.file, o.header)
	}
	if !strings.Contains(e.Log(), "A=plain:"+mailtest.User) || !strings.Contains(e.Log(), "X=TLS1.3") {
		t.Errorf("it noted %s", e.Log())
	}
}

// What it refuses, and puts off, is told in its words.
func TestEximRefuses(t *testing.T) {
	e := mailtest.StartExim(t, "")
	for _, c := range []struct {
		name   string
		change func(*Terms)
		code   string
		passes bool
		words  string
	}{
		{"refused", func(t *Terms) { t.To = "refused@acme.example" }, "MAIL-REFUSED", false, "no such person here"},
		{"put off", func(t *Terms) { t.To = "later@acme.example" }, "MAIL-LATER", true, "come back later"},
		{"no relay", func(t *Terms) { t.To = "a@elsewhere.example" }, "MAIL-REFUSED", false, "relaying is not for you"},
		{"wrong password", func(t *Terms) { t.Server.Login.Password = "wrong" }, "MAIL-LOGIN", true, "535"},
		{"no login", func(t *Terms) { t.Server.Login = Login{} }, "MAIL-REFUSED", false, "a login is needed"},
		{"not trusted", func(t *Terms) { t.Server.Roots = nil }, "MAIL-TLS", true, "certificate"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := dispatch(t, throughExim(t, e, c.change), "01J0000000000000000000000C")
			var f *transports.Failure
			if !errors.As(err, &f) || f.Code() != c.code || f.Temporary() != c.passes || !strings.Contains(err.Error(), c.words) {
				t.Errorf("found %v", err)
			}
		})
	}
	if !strings.Contains(e.Log(), "refused") {
		t.Errorf("it noted %s", e.Log())
	}
}

// A real bounce answers the mail that came back, and a real confirmation the one
// that was delivered.
func TestEximsNotices(t *testing.T) {
	e := mailtest.StartExim(t, "")
	for id, change := range map[string]func(*Terms){
		"01J0000000000000000000000D": func(t *Terms) { t.To = "gone@acme.example" },
		"01J0000000000000000000000E": func(t *Terms) { t.Confirm = ConfirmDelivered },
	} {
		if err := dispatch(t, throughExim(t, e, change), id); err != nil {
			t.Fatal(err)
		}
	}
	found := map[string]*Report{}
	for _, mail := range e.Wait(t, mailtest.User, 2) {
		r, err := readReport(mail)
		if err != nil {
			t.Fatalf("%v: %s", err, mail)
		}
		found[r.Original] = r
	}
	bounce, confirmed := found["01J0000000000000000000000D@ourco.example"], found["01J0000000000000000000000E@ourco.example"]
	if bounce == nil || bounce.Fate != Failed || !strings.Contains(bounce.Text, "gone@acme.example") || !strings.Contains(bounce.Text, "Unrouteable") {
		t.Errorf("found %+v", bounce)
	}
	if confirmed == nil || confirmed.Fate != Delivered || !strings.Contains(confirmed.Text, "orders@acme.example") {
		t.Errorf("found %+v", confirmed)
	}
}

// A real submission client hands its mail to the server that ours does, and what
// it sent can be read.
func TestMsmtpSubmits(t *testing.T) {
	e := mailtest.StartExim(t, "")
	msmtp := mailtest.Program(t, "msmtp", "msmtp")
	host, port, _ := strings.Cut(e.Inside, ":")
	c := exec.Command(msmtp, "--host="+host, "--port="+port, "--from=orders@acme.example", "--", mailtest.User)
	c.Stdin = bytes.NewReader(letterOf("m1", []byte(order)))
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("msmtp: %v: %s", err, out)
	}
	o := open(t, e.Wait(t, mailtest.User, 1)[0])
	if string(o.content) != order || o.file != "po.edi" {
		t.Errorf("found %q as %s", o.content, o.file)
	}
}
