package mailbox

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"

	"waybill/transports"
)

func outgoing() transports.Outgoing {
	return transports.Outgoing{Message: "01J0000000000000000000000A", Partner: "acme", Document: "855", Control: "000000007", ContentType: "application/edi-x12"}
}

const sent = "ISA*00*~\r\n.\r\nIEA~"

// decoded undoes a transfer encoding.
func decoded(encoding string, r io.Reader) io.Reader {
	if strings.EqualFold(encoding, "base64") {
		return base64.NewDecoder(base64.StdEncoding, r)
	}
	return r
}

// attempt prepares and sends a document once.
func attempt(ctx context.Context, p *Post) (transports.Prepared, transports.Receipt, error) {
	body := bytes.NewReader([]byte(sent))
	prep, err := p.Prepare(ctx, outgoing(), body)
	if err != nil {
		return prep, transports.Receipt{}, err
	}
	r, err := p.Send(ctx, prep, body)
	return prep, r, err
}

// deliver sends one document and returns the mail that the server has.
func deliver(t testing.TB, s *server, p *Post) taken {
	t.Helper()
	if _, _, err := attempt(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	all := s.got()
	return all[len(all)-1]
}

func TestMailOfADocument(t *testing.T) {
	s := serve(t, nil)
	p := s.post(nil)
	p.Answers = func(_ context.Context, id string) (string, error) { return "order-7." + id + "@acme.test", nil }
	prep, receipt, err := attempt(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	if prep.Key != "dsn:01J0000000000000000000000A@our.test" || prep.Kind != "dsn" || !prep.Possible || receipt.Settled || !strings.Contains(receipt.Summary, "250 ") {
		t.Errorf("found %+v, %+v", prep, receipt)
	}
	m := s.got()[0]
	o := open(t, m.text)
	got := map[string]string{"envelope": m.from + " " + m.to, "ENVID": m.mail.EnvelopeID, "ORCPT": m.rcpt.OriginalRecipient, "file": o.file, "kind": o.kind, "content": string(o.content)}
	for _, name := range []string{"From", "To", "Date", "Subject", "Message-Id", "In-Reply-To", "References", "Auto-Submitted", "Mime-Version", "Disposition-Notification-To"} {
		got[name] = o.header.Get(name)
	}
	want := map[string]string{
		"envelope": "edi@our.test orders@acme.test", "ENVID": "01J0000000000000000000000A@our.test", "ORCPT": "orders@acme.test",
		"From": "<edi@our.test>", "To": "<orders@acme.test>", "Date": "Wed, 25 Nov 2026 04:00:00 +0000", "Subject": "855 000000007",
		"Message-Id": "<01J0000000000000000000000A@our.test>", "In-Reply-To": "<order-7.01J0000000000000000000000A@acme.test>",
		"References": "<order-7.01J0000000000000000000000A@acme.test>", "Auto-Submitted": "auto-generated", "Mime-Version": "1.0", "Disposition-Notification-To": "",
		"file": "855_000000007_01J0000000000000000000000A.edi", "kind": "application/edi-x12; name=855_000000007_01J0000000000000000000000A.edi", "content": sent,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(o.text, "X12 855, interchange control number 000000007") {
		t.Errorf("a person reads %q", o.text)
	}
	for line := range strings.SplitSeq(string(m.text), "\r\n") {
		if len(line) > 78 && !strings.HasPrefix(line, "References") || strings.ContainsAny(line, "\r\n") {
			t.Errorf("a line of %d bytes: %q", len(line), line)
		}
	}
}

// A failure says whether it may pass, and in the server's words.
func TestRefusals(t *testing.T) {
	answer := func(code int, text string) error {
		return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: text}
	}
	for _, c := range []struct {
		name       string
		rcpt, data error
		code       string
		temporary  bool
		words      string
	}{
		{"unknown recipient", answer(550, "no such user"), nil, "MAIL-REFUSED", false, "550 5.1.1 no such user"},
		{"greylisted", answer(450, "come back later"), nil, "MAIL-LATER", true, "450 4.1.1 come back later"},
		{"content refused", nil, answer(554, "looks like\tspam \x07\xff"), "MAIL-REFUSED", false, "554 5.1.1 looks like spam"},
		{"disk full", nil, answer(452, strings.Repeat("x", 1500)), "MAIL-LATER", true, "452 4.1.1 xxx"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := serve(t, nil)
			s.rcpt, s.data = c.rcpt, c.data
			_, _, err := attempt(t.Context(), s.post(nil))
			var f *transports.Failure
			if !errors.As(err, &f) || f.Code() != c.code || f.Temporary() != c.temporary || f.Hint() == "" {
				t.Fatalf("found %v", err)
			}
			if !strings.Contains(err.Error(), c.words) || !utf8.ValidString(err.Error()) || strings.ContainsAny(err.Error(), "\n\x07") || len(err.Error()) > 700 {
				t.Errorf("found %q", err)
			}
			if len(s.got()) > 0 {
				t.Error("it was taken")
			}
		})
	}
}

// What is cut after the end of the mail may have been taken: it goes out again as
// the same mail.
func TestCutAfterTheDot(t *testing.T) {
	s := serve(t, nil)
	s.lose = true
	_, _, err := attempt(t.Context(), s.post(nil))
	var f *transports.Failure
	if !errors.As(err, &f) || f.Code() != "MAIL-UNKNOWN" || !f.Temporary() {
		t.Fatalf("found %v", err)
	}
	s.set(func() { s.lose = false })
	deliver(t, s, s.post(nil))
	all := s.got()
	if len(all) != 2 || !bytes.Equal(all[0].text, all[1].text) {
		t.Errorf("%d mails, or not the same", len(all))
	}
}

// No value gets a line of its own into a header.
func TestNoHeaderIsInjected(t *testing.T) {
	s := serve(t, nil)
	for name, change := range map[string]func(*Terms, *transports.Outgoing){
		"control":       func(_ *Terms, o *transports.Outgoing) { o.Control = "7\r\nBcc: all@evil.test" },
		"bare newline":  func(_ *Terms, o *transports.Outgoing) { o.Document = "855\nBcc: all@evil.test" },
		"NUL":           func(_ *Terms, o *transports.Outgoing) { o.Control = "\x00" },
		"message":       func(_ *Terms, o *transports.Outgoing) { o.Message = "a>\r\nBcc: <b" },
		"content type":  func(_ *Terms, o *transports.Outgoing) { o.ContentType = "text/plain\r\nBcc: all@evil.test" },
		"title":         func(t *Terms, _ *transports.Outgoing) { t.Subject = "855\r\n\r\nbody" },
		"title, long":   func(t *Terms, _ *transports.Outgoing) { t.Subject = strings.Repeat("x", 251) },
		"name":          func(t *Terms, _ *transports.Outgoing) { t.Name = "a\r\nb.edi" },
		"path":          func(t *Terms, _ *transports.Outgoing) { t.Name = "../{document}" },
		"no name":       func(t *Terms, _ *transports.Outgoing) { t.Name = "" },
		"to":            func(t *Terms, _ *transports.Outgoing) { t.To = "a@b.test>\r\nRCPT TO:<c@d.test" },
		"to, two":       func(t *Terms, _ *transports.Outgoing) { t.To = "a@b.test, c@d.test" },
		"to, with name": func(t *Terms, _ *transports.Outgoing) { t.To = "A <a@b.test>" },
		"from":          func(t *Terms, _ *transports.Outgoing) { t.From = "a@b.test\nX: y" },
		"to, not ASCII": func(t *Terms, _ *transports.Outgoing) { t.To = "ä@b.test" },
	} {
		t.Run(name, func(t *testing.T) {
			out, terms := outgoing(), s.terms()
			change(&terms, &out)
			p := s.post(func(t *Terms) { *t = terms })
			_, err := p.Prepare(t.Context(), out, strings.NewReader(sent))
			var f *transports.Failure
			if !errors.As(err, &f) || f.Temporary() || f.Hint() == "" || strings.ContainsAny(err.Error(), "\r\n\x00") {
				t.Errorf("found %v", err)
			}
		})
	}
	p := s.post(nil)
	p.Answers = func(context.Context, string) (string, error) { return "a@b\r\nBcc: c@d", nil }
	if o := open(t, deliver(t, s, p).text); o.header.Get("In-Reply-To") != "" || o.header.Get("Bcc") != "" {
		t.Errorf("found %v", o.header)
	}
}

// A profile that was mended mends the next attempt, and the mail stays the same.
func TestMendedAddress(t *testing.T) {
	s := serve(t, nil)
	terms := s.terms()
	p := s.post(nil)
	p.Terms = func(context.Context) (Terms, error) { return terms, nil }
	body := strings.NewReader(sent)
	prep, err := p.Prepare(t.Context(), outgoing(), body)
	if err != nil {
		t.Fatal(err)
	}
	terms.To, terms.Subject = "edi@acme.test", "another"
	if _, err := p.Send(t.Context(), prep, body); err != nil {
		t.Fatal(err)
	}
	m := s.got()[0]
	if o := open(t, m.text); m.to != "edi@acme.test" || o.header.Get("To") != "<edi@acme.test>" || o.header.Get("Subject") != "855 000000007" {
		t.Errorf("found %s, %v", m.to, o.header)
	}
}

// What the profile asks to be confirmed is asked of the partner's side.
func TestConfirmations(t *testing.T) {
	for _, c := range []struct {
		confirm, key, kind, notify, receipt string
		possible                            bool
	}{
		{ConfirmNone, "dsn:", "dsn", "FAILURE DELAY", "", true},
		{ConfirmDelivered, "dsn:", "dsn", "FAILURE DELAY SUCCESS", "", false},
		{ConfirmRead, "mdn:", "mdn", "FAILURE DELAY", "<edi@our.test>", false},
	} {
		s := serve(t, nil)
		prep, _, err := attempt(t.Context(), s.post(func(t *Terms) { t.Confirm, t.Within = c.confirm, time.Hour }))
		if err != nil {
			t.Fatal(err)
		}
		var words []string
		for _, n := range s.got()[0].rcpt.Notify {
			words = append(words, string(n))
		}
		o := open(t, s.got()[0].text)
		if prep.Key != c.key+"01J0000000000000000000000A@our.test" || prep.Kind != c.kind || prep.Possible != c.possible || prep.Within != time.Hour {
			t.Errorf("%s: found %+v", c.confirm, prep)
		}
		if got := strings.Join(words, " "); got != c.notify || o.header.Get("Disposition-Notification-To") != c.receipt {
			t.Errorf("%s: found NOTIFY %s and %q", c.confirm, got, o.header.Get("Disposition-Notification-To"))
		}
	}
}
