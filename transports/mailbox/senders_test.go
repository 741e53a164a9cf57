package mailbox

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestFind(t *testing.T) {
	all := []Account{
		{Partner: "acme", From: []string{"edi@acme.example", "orders@acme.example"}},
		{Partner: "bolt-east", From: []string{"edi@bolt.example"}, Subject: "EDI east *"},
		{Partner: "bolt-west", From: []string{"edi@bolt.example"}, Subject: "EDI west *"},
		{Partner: "bolt-rest", From: []string{"@bolt.example"}},
		{Partner: "cable", From: []string{"edi@cable.example"}},
		{Partner: "copper", From: []string{"edi@cable.example"}},
	}
	for _, c := range []struct {
		from, subject, want string
		err                 error
	}{
		{from: "edi@acme.example", want: "acme"},
		{from: "Orders@ACME.example", subject: "anything", want: "acme"},
		{from: "edi@bolt.example", subject: "edi EAST 0815", want: "bolt-east"},
		{from: "edi@bolt.example", subject: "EDI west", want: "bolt-rest"},
		{from: "somebody@bolt.example", subject: "EDI west 1", want: "bolt-rest"},
		{from: "edi@sub.bolt.example", err: ErrUnknownSender},
		{from: "edi@evilbolt.example", err: ErrUnknownSender},
		{from: "@bolt.example", err: ErrUnknownSender},
		{from: "bolt.example", err: ErrUnknownSender},
		{from: "", err: ErrUnknownSender},
		{from: "edi@cable.example", err: ErrManySenders},
	} {
		a, err := Find(all, c.from, c.subject)
		if a.Partner != c.want || !errors.Is(err, c.err) {
			t.Errorf("%s, %q: found %q, %v; expected %q, %v", c.from, c.subject, a.Partner, err, c.want, c.err)
		}
	}
}

// A pattern that is made from a text by putting * and ? into it fits the text.
func TestPatternsFit(t *testing.T) {
	for _, c := range [][2]string{{"*", ""}, {"*a*", "xay"}, {"EDI *", "edi 850"}, {"?", "ü"}, {"a*b*c", "a1b2b3c"}} {
		if !like(c[0], c[1]) {
			t.Errorf("%q is not like %q", c[1], c[0])
		}
	}
	for _, c := range [][2]string{{"", "x"}, {"?", ""}, {"EDI *", "RE: EDI 850"}, {"a*c", "ab"}} {
		if like(c[0], c[1]) {
			t.Errorf("%q is like %q", c[1], c[0])
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[a-cA-C ]{0,12}`).Draw(t, "text")
		var p strings.Builder
		for _, r := range text {
			switch rapid.IntRange(0, 3).Draw(t, "how") {
			case 0:
				p.WriteByte('?')
			case 1:
				p.WriteByte('*')
			case 2:
				p.WriteString("*" + strings.ToUpper(string(r)))
			default:
				p.WriteRune(r)
			}
		}
		if !like(p.String(), text) {
			t.Fatalf("%q is not like %q", text, p.String())
		}
	})
}
