package mailbox

import (
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"waybill/transports/mailbox/mailtest"
)

func TestConnectionTest(t *testing.T) {
	change, pool := secure(t, false)
	refused := &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
	for _, c := range []struct {
		name   string
		change func(*server, *Server)
		want   string // the last step, and what it says
		steps  int
	}{
		{"all is well", func(*server, *Server) {}, "SMTP recipient ok: it would take a mail from edi@our.test for orders@acme.test", 5},
		{"without a login", func(_ *server, x *Server) { x.Login = Login{} }, "SMTP recipient ok: ", 5},
		{"refused", func(s *server, _ *Server) { s.rcpt = refused }, "SMTP recipient failed: 550 5.1.1 no such user", 5},
		{"wrong password", func(_ *server, x *Server) { x.Login.Password = "wrong" }, "SMTP login failed: 535", 4},
		{"not trusted", func(_ *server, x *Server) { x.Roots = nil }, "SMTP handshake failed: certificate", 3},
		{"nobody there", func(_ *server, x *Server) { x.Address = "127.0.0.1:1" }, "SMTP connect failed: refused", 2},
		{"no such host", func(_ *server, x *Server) { x.Address = "nothing.invalid:587" }, "SMTP host failed: nothing.invalid", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := serve(t, change)
			s.offer = []string{"PLAIN"}
			x := Server{Address: s.addr, Security: "starttls", Roots: pool, Timeout: 5 * time.Second, Login: Login{User: "edi@our.test", Password: "right"}}
			c.change(s, &x)
			steps := x.TestSubmission(t.Context(), "edi@our.test", "orders@acme.test", time.Now)
			last := steps[len(steps)-1]
			name, words, _ := strings.Cut(c.want, ": ")
			state, said := " ok", last.Text
			if last.Err != nil {
				state, said = " failed", last.Err.Error()
			}
			if len(steps) != c.steps || last.Name+state != name || !strings.Contains(said, words) || last.Err != nil && last.Hint == "" {
				t.Errorf("found %d steps, the last %+v", len(steps), last)
			}
			if len(s.got()) > 0 {
				t.Error("a mail was sent")
			}
		})
	}
}

// The same for the other half: an IMAP server in memory.
func TestReadingTest(t *testing.T) {
	at := mailtest.Memory(t)
	for _, c := range []struct {
		name, folder, password, last string
		failed                       bool
	}{
		{"all is well", "INBOX", mailtest.Password, "IMAP search", false},
		{"wrong password", "INBOX", "wrong", "IMAP login", true},
		{"no such folder", "Nowhere", mailtest.Password, "IMAP search", true},
	} {
		x := Server{Address: at, Security: "none", Timeout: 5 * time.Second, Login: Login{User: mailtest.User, Password: c.password}}
		steps := x.TestReading(t.Context(), c.folder, time.Now)
		last := steps[len(steps)-1]
		if last.Name != c.last || (last.Err != nil) != c.failed || c.failed && last.Hint == "" || !c.failed && last.Text != "0 mails in INBOX are new" {
			t.Errorf("%s: the last step is %+v", c.name, last)
		}
	}
}
