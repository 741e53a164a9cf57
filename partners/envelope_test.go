package partners

import (
	"fmt"
	"strings"
	"testing"
)

// profileOf is a profile without documents.
func profileOf(name, sender, receiver string) string {
	return fmt.Sprintf("partner: %s\nstatus: production\nx12:\n  them: { qualifier: ZZ, id: %q }\n  us: { qualifier: ZZ, id: %q }\n  version: \"004010\"\n",
		name, sender, receiver)
}

// open opens the files, name and content in turn, and fails on any problem.
func open(t testing.TB, o Options, files ...string) *Shelf {
	t.Helper()
	s, found := Open(configDir(t, files...), o)
	if len(found) > 0 {
		t.Fatal(text(found))
	}
	return s
}

func TestByEnvelope(t *testing.T) {
	book := open(t, options(),
		"partners/acme-retail.yaml", profileOf("acme-retail", "ACMERETAIL", "OURCO"),
		"partners/acme-eu.yaml", profileOf("acme-eu", "ACMERETAIL", "OURCO EU"),
		"partners/bolt.yaml", strings.Replace(profileOf("bolt", "7777777", "OURCO"), "production", "suspended", 1),
	).Current()
	for _, tt := range []struct {
		name                                 string
		senderQual, sender, receiverQual, to string
		partner, err                         string
	}{
		{"exact", "ZZ", "ACMERETAIL", "ZZ", "OURCO", "acme-retail", ""},
		{"the other identity of ours", "ZZ", "ACMERETAIL", "ZZ", "OURCO EU", "acme-eu", ""},
		{"blanks that fill up the ISA", "ZZ", "ACMERETAIL     ", "ZZ", "OURCO          ", "acme-retail", ""},
		{"suspended is found all the same", "ZZ", "7777777", "ZZ", "OURCO", "bolt", ""},
		{"misspelt", "ZZ", "ACMERETIAL", "ZZ", "OURCO", "", "no partner sends as ZZ:ACMERETIAL; did you mean ZZ:ACMERETAIL of acme-eu?"},
		{"case", "ZZ", "AcmeRetail", "ZZ", "OURCO", "", "no partner sends as ZZ:AcmeRetail; did you mean ZZ:ACMERETAIL of acme-eu?"},
		{"other qualifier", "01", "7777777", "ZZ", "OURCO", "", "no partner sends as 01:7777777; did you mean ZZ:7777777 of bolt?"},
		{"nothing near", "01", "0123456789012", "ZZ", "OURCO", "", "no partner sends as 01:0123456789012"},
		{"one partner, not to us", "ZZ", "7777777", "ZZ", "THEIRCO", "", "bolt sends as ZZ:7777777 to ZZ:OURCO, not to ZZ:THEIRCO"},
		{"two partners, not to us", "ZZ", "ACMERETAIL", "12", "OURCO", "",
			"acme-eu sends as ZZ:ACMERETAIL to ZZ:OURCO EU, acme-retail sends as ZZ:ACMERETAIL to ZZ:OURCO, not to 12:OURCO"},
		{"our own way round", "ZZ", "OURCO", "ZZ", "ACMERETAIL", "", "no partner sends as ZZ:OURCO"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, err := book.ByEnvelope(tt.senderQual, tt.sender, tt.receiverQual, tt.to)
			switch {
			case err != nil && err.Error() != tt.err:
				t.Errorf("found %q, expected %q", err, tt.err)
			case err == nil && (p.Name() != tt.partner || tt.err != ""):
				t.Errorf("found %s, expected %q%q", p.Name(), tt.partner, tt.err)
			}
		})
	}
}

func TestByEnvelopeWithoutPartners(t *testing.T) {
	_, err := open(t, options(), "partners/defaults.yaml", "status: testing\n").Current().ByEnvelope("ZZ", "A", "ZZ", "B")
	if err == nil || err.Error() != "no partner sends as ZZ:A" {
		t.Errorf("found %v", err)
	}
	temporary, ok := err.(interface{ Temporary() bool })
	if !ok || temporary.Temporary() {
		t.Error("the error is not for a person")
	}
	if hint, ok := err.(interface{ Hint() string }); !ok || hint.Hint() == "" {
		t.Error("the error has no hint")
	}
}

// crowd is a book of n partners, made without files.
func crowd(n int) *Book {
	b := &Book{byName: map[string]*Profile{}, byPair: map[pair]*Profile{}}
	for i := range n {
		p := &Profile{name: fmt.Sprintf("partner-%05d", i), Them: Party{Qualifier: "ZZ", ID: fmt.Sprintf("PARTNER%05d", i)}, Us: Party{Qualifier: "ZZ", ID: "OURCO"}}
		b.profiles = append(b.profiles, p)
		b.byName[p.name] = p
		b.byPair[pair{p.them(), p.us()}] = p
	}
	return b
}

func BenchmarkByEnvelope(b *testing.B) {
	book := crowd(maxPartners)
	b.Run("found", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := book.ByEnvelope("ZZ", "PARTNER05000", "ZZ", "OURCO"); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("unknown", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := book.ByEnvelope("ZZ", "STRANGER", "ZZ", "OURCO"); err == nil {
				b.Fatal("found")
			}
		}
	})
	b.Run("unknown, in words", func(b *testing.B) {
		_, err := book.ByEnvelope("ZZ", "PARTNRE05000", "ZZ", "OURCO")
		for b.Loop() {
			if err.Error() == "" {
				b.Fatal("no words")
			}
		}
	})
}
