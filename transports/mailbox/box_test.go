package mailbox

import (
	"strings"
	"testing"

	"waybill/settings"
)

// decode reads a block as waybill.yaml and profiles are read, and checks it.
func decode(t *testing.T, text string, into interface{ Check() []settings.Problem }) string {
	t.Helper()
	node, problems := settings.Parse("x.yaml", []byte(text))
	if len(problems) == 0 {
		problems = settings.Decode("x.yaml", node, into)
	}
	if !settings.Fatal(problems) {
		problems = append(problems, settings.Place("x.yaml", node, "", into.Check())...)
	}
	var all []string
	for _, p := range problems {
		all = append(all, p.String())
	}
	return strings.Join(all, "\n")
}

func TestBoxes(t *testing.T) {
	const good = "address: edi@ourco.example\npassword: secret://env/MAIL\nimap: { host: imap.ourco.example:993 }\n"
	for name, c := range map[string]struct{ text, want string }{
		"good":            {good, ""},
		"nowhere":         {"address: edi@ourco.example", "imap.host: the mailbox leads nowhere"},
		"address":         {"address: EDI <edi@ourco.example>\npassword: secret://env/MAIL\nsmtp: { host: x:587 }", "address: found"},
		"no port":         {strings.Replace(good, ":993", "", 1), "imap.host: found \"imap.ourco.example\""},
		"no encryption":   {good + "smtp: { host: smtp.ourco.example:25, security: none }", "smtp.security: found none, and smtp.ourco.example is not this machine"},
		"this machine":    {good + "smtp: { host: 127.0.0.1:25, security: none }", ""},
		"no password":     {strings.Replace(good, "password: secret://env/MAIL", "user: x", 1), "password: there is neither a password nor oauth"},
		"both":            {good + "oauth: { token_url: https://login.example/token, client: waybill, secret: secret://env/S }", "oauth: there is a password, too"},
		"token over http": {"address: edi@ourco.example\nimap: { host: x:993 }\noauth: { token_url: http://login.example/token, client: waybill }", "oauth.token_url: found"},
		"no secret":       {"address: edi@ourco.example\nimap: { host: x:993 }\noauth: { token_url: https://login.example/token, client: waybill }", "oauth.secret: there is neither"},
		"same folder":     {strings.Replace(good, ":993 }", ":993, taken: INBOX }", 1), `imap.folder: found folder "INBOX"`},
		"never":           {strings.Replace(good, ":993 }", ":993, every: 1ms }", 1), "imap.every: found 1ms"},
		"unknown":         {good + "pop3: {}", "pop3"},
	} {
		b := DefaultBox()
		found := decode(t, c.text, &b)
		if (c.want == "") != (found == "") || !strings.Contains(found, c.want) {
			t.Errorf("%s: found %q, expected %q", name, found, c.want)
		}
	}
}

func TestProfiles(t *testing.T) {
	for text, want := range map[string]string{
		"from: [edi@acme.example, '@acme.example']": "",
		"to: edi@acme.example":                      "",
		"subject: x":                                "from: the block leads nowhere",
		"from: [acme.example]":                      `from[0]: found "acme.example"`,
		"from: ['@']":                               `from[0]: found "@"`,
		"to: a@b, c@d":                              "to: found",
		"{ to: a@b.example, attachments: [' '] }":   "attachments[0]: found",
		"{ to: a@b.example, max_size: 0 }":          "max_size: found 0",
		"{ to: a@b.example, certificates: [{ file: x, from: 2026-02-30 }] }": "certificates[0]: found from",
	} {
		p := DefaultProfile()
		if found := decode(t, text, &p); (want == "") != (found == "") || !strings.Contains(found, want) {
			t.Errorf("%s: found %q, expected %q", text, found, want)
		}
	}
}
