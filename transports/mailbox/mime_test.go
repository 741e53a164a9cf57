package mailbox

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"waybill/transports"
	"waybill/transports/transporttest"
)

// at is a desk where acme's mails are taken.
func at(a ...Account) *desk {
	r := NewReceiver(ReceiverOptions{Lookup: accounts(a), Address: "edi@ourco.example"})
	return &r.desk
}

// take takes one mail as it stands, and returns what became of it.
func take(t testing.TB, d *desk, mail string) *transporttest.Arrival {
	t.Helper()
	in := transporttest.NewInbox(t)
	f, err := d.take(t.Context(), in, strings.NewReader(mail))
	if err != nil {
		t.Fatal(err)
	}
	all := in.Arrivals()
	if len(all) != 1 || string(all[0].Bytes(t)) != mail {
		t.Fatal("the mail is not stored as it came")
	}
	if aside := all[0].Verdict.Hold != nil || all[0].Result.Held; aside != (f == fateAside) {
		t.Errorf("fate %d, held %v", f, aside)
	}
	return all[0]
}

const fromAcme = "From: edi@acme.example\r\nMessage-ID: <1@acme.example>\r\nSubject: s\r\nMIME-Version: 1.0\r\n"

func mixed(parts ...string) string {
	var b strings.Builder
	b.WriteString("Content-Type: multipart/mixed; boundary=b\r\n\r\n")
	for _, p := range parts {
		b.WriteString("--b\r\n" + p + "\r\n")
	}
	return b.String() + "--b--\r\n"
}

func attached(name, content string) string {
	return "Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"" + name + "\"\r\n\r\n" + content
}

// nested is a document in so many multiparts in each other.
func nested(n int) string {
	s := attached("po.edi", order)
	for i := range n {
		s = fmt.Sprintf("Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n%s\r\n--b%d--\r\n", i, i, s, i)
	}
	return s
}

// What mails look like that have documents: how many, of which names.
func TestMailsWithDocuments(t *testing.T) {
	lines := strings.ReplaceAll(order, "~", "~\r\n")
	for name, c := range map[string]struct {
		mail string
		want string // names, joined
	}{
		"one attachment":        {mixed("Content-Type: text/plain\r\n\r\nhello", attached("po.edi", order)), "po.edi"},
		"two":                   {mixed(attached("a.edi", order), attached("b.txt", order)), "a.edi,b.txt"},
		"with a picture":        {mixed(attached("logo.png", "\x89PNG"), attached("a", order)), "a"},
		"the whole mail":        {"Content-Type: application/EDI-X12; name=po.x12\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + order, "po.x12"},
		"no type at all":        {"\r\n" + order, ""},
		"a text":                {"Content-Type: text/plain\r\n\r\n" + order, ""},
		"a text with greetings": {"Content-Type: text/plain\r\n\r\nHello,\r\n\r\n" + lines + "\r\nRegards\r\n", ""},
		"text and html":         {"Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\n" + order + "\r\n--b\r\nContent-Type: text/html\r\n\r\n" + order + "\r\n--b--\r\n", ""},
		"attached and quoted":   {mixed("\r\n"+order, attached("po.edi", order)), "po.edi"},
		"forwarded":             {mixed("Content-Type: message/rfc822\r\n\r\nFrom: somebody@else.example\r\n" + mixedWith("c", attached("po.edi", order))), "po.edi"},
		"five deep":             {nested(4), "po.edi"},
		"a broken logo":         {mixed("Content-Type: image/png; name=l.png\r\nContent-Transfer-Encoding: base64\r\n\r\n"+strings.Repeat("QUJD", 200)+"\r\n!!", attached("po.edi", order)), "po.edi"},
		"a byte order mark":     {mixed(attached("po.edi", "\ufeff"+order)), "po.edi"},
		"EDI that is no X12":    {mixed("Content-Type: application/edi-x12; name=x\r\n\r\nwhatever"), "x"},
		"called base64, plain":  {mixed("Content-Type: text/plain; name=po.edi\r\nContent-Transfer-Encoding: base64\r\n\r\n" + order), "po.edi"},
		"quoted-printable":      {mixed("Content-Type: text/plain; name=po.edi\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nISA=2A00*~"), "po.edi"},
		"types twice":           {mixed("Content-Type: application/edi-x12; name=a\r\nContent-Type: text/html; name=b\r\n\r\n" + order), "a"},
		"a longer boundary":     {mixed("\r\n--bb\r\nx", attached("po.edi", order)), "po.edi"},
		"a path for a name":     {mixed(attached("../../etc/passwd", order)), "passwd"},
		"a Windows path":        {mixed(attached(`C:\\temp\\po.edi`, order)), "po.edi"},
		"RFC 2231":              {mixed("Content-Disposition: attachment; filename*=UTF-8''..%2F..%2Fpo%00%0d%0a.edi\r\n\r\n" + order), "po.edi"},
		"RFC 2047":              {mixed("Content-Disposition: attachment; filename=\"=?UTF-8?B?Li4vLi4vcG8uZWRp?=\"\r\n\r\n" + order), "po.edi"},
		"turned letters":        {mixed(attached("po\u202eide.exe", order)), "poide.exe"},
		"no name left":          {mixed(attached("..", order)), ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := take(t, at(acme()), fromAcme+c.mail)
			if got.Verdict.Hold != nil {
				t.Fatalf("held: %+v", got.Verdict.Hold)
			}
			var names []string
			for i, p := range got.Verdict.Payloads {
				names = append(names, p.File)
				if text := got.Payload(t, i); !bytes.Contains(text, []byte("ISA*00*")) && name != "EDI that is no X12" {
					t.Errorf("the document is %.60q", text)
				}
			}
			if len(names) == 0 || strings.Join(names, ",") != c.want {
				t.Errorf("found %q, expected %q", names, c.want)
			}
		})
	}
}

func mixedWith(boundary string, parts ...string) string {
	s := strings.ReplaceAll(mixed(parts...), "\r\n--b", "\r\n--"+boundary)
	return strings.Replace(s, "boundary=b", "boundary="+boundary, 1)
}

// A long name becomes one that file systems take.
func TestLongNames(t *testing.T) {
	got := take(t, at(acme()), fromAcme+mixed(attached(strings.Repeat("x", 5000)+".edi", order)))
	if name := got.Verdict.Payloads[0].File; len(name) > 200 || name == "" {
		t.Errorf("found a name of %d bytes", len(name))
	}
}

// Mails that a person must look at, each with its reason.
func TestMailsThatAreHeld(t *testing.T) {
	broken := "Content-Type: application/octet-stream; name=po.edi\r\nContent-Transfer-Encoding: base64\r\n\r\n" + strings.Repeat("SVNBKjAw", 100) + "\r\n!!!!\r\n"
	for name, c := range map[string]struct{ mail, code, text string }{
		"1,000 parts in each other": {fromAcme + nested(1000), "MAIL-MIME", "more than 5 deep"},
		"six deep":                  {fromAcme + nested(5), "MAIL-MIME", "more than 5 deep"},
		"1,000 parts":               {fromAcme + mixed(slicesOf(1000, "\r\nx")...), "MAIL-MIME", "more than 50 parts"},
		"51 parts in two":           {fromAcme + mixed(append(slicesOf(25, "\r\nx"), "Content-Type: multipart/mixed; boundary=c\r\n\r\n"+strings.Repeat("--c\r\n\r\nx\r\n", 25)+"--c--")...), "MAIL-MIME", "more than 50 parts"},
		"a header of 1 MB":          {fromAcme + "X: " + strings.Repeat(strings.Repeat("x", 900)+"\r\n ", 1100) + "\r\n\r\n" + order, "MAIL-MIME", "cannot be read"},
		"a line of 40 kB":           {fromAcme + "X: " + strings.Repeat("x", 40<<10) + "\r\n\r\n" + order, "MAIL-MIME", "header"},
		"a part with such":          {fromAcme + mixed("X: "+strings.Repeat(strings.Repeat("x", 900)+"\r\n ", 100)+"\r\n\r\n"+order), "MAIL-MIME", "the header of a MIME part cannot be read"},
		"no boundary":               {fromAcme + "Content-Type: multipart/mixed\r\n\r\nhello\r\n", "MAIL-MIME", "boundary"},
		"never begins":              {fromAcme + "Content-Type: multipart/mixed; boundary=b\r\n\r\nhello\r\n", "MAIL-MIME", "the first boundary of the multipart is missing"},
		"never ends":                {fromAcme + strings.TrimSuffix(mixed(attached("po.edi", order)), "--b--\r\n"), "MAIL-MIME", "without its closing boundary"},
		"base64 that lies":          {fromAcme + mixed(broken), "MAIL-MIME", "part 1, po.edi: it is called base64, and after 600 bytes of content it is not"},
		"base64 that breaks off":    {fromAcme + mixed("Content-Type: application/octet-stream; name=po.edi\r\nContent-Transfer-Encoding: base64\r\n\r\nSVNBKjA"), "MAIL-MIME", "part 1, po.edi: its encoding breaks off"},
		"uuencode":                  {fromAcme + mixed("Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 x"), "MAIL-MIME", "part 1: the Content-Transfer-Encoding is not one of"},
		"an encoded mail":           {fromAcme + mixed("Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nRnJvbTo="), "MAIL-MIME", "a mail inside is encoded"},
		"a PDF":                     {fromAcme + mixed("\r\nplease find our order", attached("order.pdf", "%PDF-1.7")), "MAIL-EMPTY", "there is no X12 in the mail; it has order.pdf"},
		"words alone":               {fromAcme + "\r\nDid you get our order?\r\n", "MAIL-EMPTY", "there is no X12 in the mail"},
		"html alone":                {fromAcme + "Content-Type: text/html\r\n\r\n" + order, "MAIL-EMPTY", "there is no X12"},
		"quoted":                    {fromAcme + "\r\n> " + order, "MAIL-EMPTY", "there is no X12"},
		"nothing":                   {fromAcme + "\r\n", "MAIL-EMPTY", "there is no X12"},
		"a stranger":                {strings.Replace(fromAcme, "edi@", "other@", 1) + "\r\n" + order, "MAIL-STRANGER", `other@acme.example with the subject "s" is no partner's`},
		"no sender":                 {"Subject: x\r\n\r\n" + order, "MAIL-STRANGER", "its header has no From line"},
		"two senders":               {"From: edi@acme.example, x@evil.example\r\n\r\n" + order, "MAIL-STRANGER", "its From line names several addresses"},
		"two From lines":            {"From: edi@acme.example\r\nFrom: x@evil.example\r\n\r\n" + order, "MAIL-STRANGER", "its header has several From lines"},
		"an address for a name":     {"From: \"edi@acme.example\" <x@evil.example>\r\n\r\n" + order, "MAIL-STRANGER", "x@evil.example"},
		"an encoded address":        {"From: =?utf-8?q?edi=40acme.example?= <x@evil.example>\r\n\r\n" + order, "MAIL-STRANGER", "x@evil.example"},
		"no address":                {"From: EDI desk\r\n\r\n" + order, "MAIL-STRANGER", "its From line names no address"},
		"not a header":              {"hello\r\n\r\n" + order, "MAIL-MIME", "the header of the mail cannot be read"},
		"no octets":                 {"", "MAIL-STRANGER", "no From line"},
	} {
		t.Run(name, func(t *testing.T) {
			got := take(t, at(acme()), c.mail)
			h := got.Verdict.Hold
			if h == nil {
				t.Fatalf("taken, with %d documents", len(got.Verdict.Payloads))
			}
			if h.Code != c.code || !strings.Contains(h.Text, c.text) || h.Hint == "" || len(h.Text) > 700 {
				t.Errorf("found %s: %s; %s; expected %s, %s", h.Code, h.Text, h.Hint, c.code, c.text)
			}
			if c.code != "MAIL-STRANGER" && string(got.Payload(t, 0)) != c.mail {
				t.Error("what is held is not the mail as it came")
			}
		})
	}
}

func slicesOf(n int, s string) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = s
	}
	return out
}

// The limits of a partner and its names of documents.
func TestWhatAProfileSays(t *testing.T) {
	a := acme()
	a.Attachments = []string{"*.edi", "PO*"}
	if got := take(t, at(a), fromAcme+mixed(attached("other.txt", order), attached("x.EDI", "anything"), attached("po7", order))); len(got.Verdict.Payloads) != 2 {
		t.Errorf("%d documents, expected 2", len(got.Verdict.Payloads))
	}
	if h := take(t, at(a), fromAcme+mixed(attached("other.txt", order))).Verdict.Hold; h == nil || h.Code != "MAIL-EMPTY" || !strings.Contains(h.Text, "*.edi, PO*; it has other.txt") {
		t.Errorf("found %+v", h)
	}
	a = acme()
	a.MaxBytes = 1000
	if h := take(t, at(a), fromAcme+mixed(attached("a.edi", order+strings.Repeat("x", 2000)))).Verdict.Hold; h == nil || h.Code != "MAIL-SIZE" || !strings.Contains(h.Text, "part 1, a.edi: its documents are larger") {
		t.Errorf("found %+v", h)
	}
	a.Suspended = true
	if h := take(t, at(a), fromAcme+"\r\n"+order).Verdict.Hold; h == nil || h.Code != "MAIL-SUSPENDED" {
		t.Errorf("found %+v", h)
	}
	twin := acme()
	twin.Partner = "twin"
	if h := take(t, at(acme(), twin), fromAcme+"\r\n"+order).Verdict.Hold; h == nil || h.Code != "MAIL-STRANGER" || !strings.Contains(h.Text, "several profiles") {
		t.Errorf("found %+v", h)
	}
}

// An answer that nobody wrote is recorded and troubles nobody; with a document it
// is a mail like any other.
func TestAutomaticAnswers(t *testing.T) {
	got := take(t, at(acme()), fromAcme+"Auto-Submitted: auto-replied\r\n\r\nI am away.\r\n")
	if v := got.Verdict; v.Hold != nil || len(v.Payloads) != 0 || !strings.Contains(string(v.Evidence), "automatic") {
		t.Errorf("found %+v", v)
	}
	if got := take(t, at(acme()), fromAcme+"Auto-Submitted: auto-generated\r\n\r\n"+order); len(got.Verdict.Payloads) != 1 || got.Verdict.Hold != nil {
		t.Errorf("found %+v", got.Verdict)
	}
	if h := take(t, at(acme()), fromAcme+"Auto-Submitted: no\r\n\r\nhello\r\n").Verdict.Hold; h == nil {
		t.Error("a mail that somebody wrote troubles nobody")
	}
}

// Subjects in any charset choose the partner.
func TestSubjects(t *testing.T) {
	for line, want := range map[string]string{
		"=?UTF-8?Q?Bestellung_f=C3=BCr_uns?=": "Bestellung für uns",
		"=?iso-8859-15?Q?100_=A4?=":           "100 €",
		"=?windows-1252?B?gCAxMDA=?=":         "€ 100",
		"=?shift_jis?B?ko2Vtg==?=":            "注文",
		"=?x-nowhere?Q?hello?=":               "=?x-nowhere?Q?hello?=",
		"=?UTF-8?Q?a=0D=0ABcc:_x?=":           "a Bcc: x",
		"plain\r\n and folded":                "plain and folded",
		strings.Repeat("x", 300):              strings.Repeat("x", 200) + "…",
		"=?UTF-8?B?4oCu?=turned":              "?turned",
	} {
		got := take(t, at(acme()), "From: edi@acme.example\r\nSubject: "+line+"\r\n\r\n"+order)
		if s := label(got.Arrival.Labels, "mail-subject"); s != want {
			t.Errorf("%q: found %q, expected %q", line, s, want)
		}
	}
}

func label(all []transports.Label, name string) string {
	for _, l := range all {
		if l.Name == name {
			return l.Value
		}
	}
	return ""
}

// The key of a mail is its Message-ID, else its documents.
func TestKeys(t *testing.T) {
	key := func(head string) string {
		return take(t, at(acme()), "From: edi@acme.example\r\n"+head+"\r\n"+order).Verdict.Dedupe
	}
	if got := key("Message-ID: <a:b@c>\r\n"); got != "mailbox:acme:a:b@c" {
		t.Errorf("found %s", got)
	}
	if a, b := key(""), key("Date: today\r\n"); a != b || !strings.HasPrefix(a, "mailbox:acme:sha256:") {
		t.Errorf("found %s and %s", a, b)
	}
	if got := key("Message-ID: <" + strings.Repeat("x", 2000) + ">\r\n"); !strings.HasPrefix(got, "mailbox:acme:sha256:") {
		t.Errorf("found %.60s", got)
	}
	if dedupeKey("a:b", "c", nil) == dedupeKey("a", "b:c", nil) {
		t.Error("a colon makes another's key")
	}
}
