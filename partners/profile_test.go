package partners

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/translators"
)

// only opens one partner, acme, with extra lines in its profile.
func only(t *testing.T, x12, rest string) *Profile {
	t.Helper()
	body := profileOf("acme", "ACMERETAIL", "OURCO") + x12 + rest
	p, ok := open(t, options(), "partners/acme.yaml", body).Current().Partner("acme")
	if !ok {
		t.Fatal("no profile acme")
	}
	return p
}

func TestUsageStop(t *testing.T) {
	for _, tt := range []struct{ status, mismatch, usage, want string }{
		{"production", "hold", "P", ""},
		{"production", "hold", "T", "ISA15 = T (test data), but the status of acme is production"},
		{"production", "hold", "I", "ISA15 = I (information only), but the status of acme is production"},
		{"production", "hold", "X", "ISA15 = X (not a code of X12), but the status of acme is production"},
		{"production", "hold", "", "ISA15 =  (not a code of X12), but the status of acme is production"},
		{"production", "accept", "T", ""},
		{"testing", "hold", "T", ""},
		{"testing", "hold", "I", ""},
		{"testing", "hold", "P", "ISA15 = P (production data), but the status of acme is testing"},
		{"testing", "accept", "P", ""},
		{"suspended", "hold", "P", "the status of acme is suspended, nothing is exchanged"},
		{"suspended", "accept", "T", "the status of acme is suspended, nothing is exchanged"},
		{"draft", "accept", "T", "the status of acme is draft, nothing is exchanged"},
	} {
		t.Run(tt.status+" "+tt.mismatch+" "+tt.usage, func(t *testing.T) {
			body := strings.Replace(profileOf("acme", "A1", "B1"), "production", tt.status, 1) + "  usage_mismatch: " + tt.mismatch + "\n"
			p, _ := open(t, options(), "partners/acme.yaml", body).Current().Partner("acme")
			if p.Status() != Status(tt.status) {
				t.Errorf("found status %s", p.Status())
			}
			if got := p.UsageStop(tt.usage); got != tt.want {
				t.Errorf("found %q, expected %q", got, tt.want)
			}
		})
	}
}

func TestAckPolicy(t *testing.T) {
	for _, tt := range []struct {
		name, yaml string
		want       translators.AckPolicy
	}{
		{"unsaid", "", translators.AckPolicy{Functional: "997", Detail: "errors", Accepted: true, Mode: "reject", Per: "set", Interchange: "never"}},
		{"in words", "acknowledge:\n  functional: { send: \"997\", detail: none, accept: with-errors, per: group, list: refused }\n  interchange: { send: never }\n",
			translators.AckPolicy{Functional: "997", Detail: "none", Mode: "with-errors", Per: "group", Interchange: "never"}},
		{"a number without quotes", "acknowledge:\n  functional: { send: 997 }\n",
			translators.AckPolicy{Functional: "997", Detail: "errors", Accepted: true, Mode: "reject", Per: "set", Interchange: "never"}},
		{"none", "acknowledge:\n  functional: { send: none }\n",
			translators.AckPolicy{Detail: "errors", Accepted: true, Mode: "reject", Per: "set", Interchange: "never"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, only(t, "", tt.yaml).AckPolicy()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDelimiters(t *testing.T) {
	for _, tt := range []struct {
		name, x12 string
		want      translators.Delimiters
	}{
		{"unsaid", "", translators.Delimiters{Element: '*', Component: '>', Segment: '~'}},
		{"in words", "  delimiters: { element: \"|\", component: \":\", segment: \"'\", repetition: \"^\", line_end: crlf }\n",
			translators.Delimiters{Element: '|', Component: ':', Segment: '\'', LineEnd: "\r\n"}},
		{"line feed as terminator", "  delimiters: { segment: \"\\n\" }\n",
			translators.Delimiters{Element: '*', Component: '>', Segment: '\n'}},
		{"control characters", "  delimiters: { element: \"\\x1d\", component: \"\\x1f\", segment: \"\\x1c\", line_end: lf }\n",
			translators.Delimiters{Element: 0x1d, Component: 0x1f, Segment: 0x1c, LineEnd: "\n"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, only(t, tt.x12, "").Delimiters()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Before release 00402 there is no repetition separator, whatever a default says.
func TestRepetition(t *testing.T) {
	for _, tt := range []struct {
		version, said string
		want          byte
	}{
		{"004010", "", 0}, {"004010VICS", "", 0}, {"004010", "!", 0},
		{"004020", "", '^'}, {"005010", "", '^'}, {"005010X220A1", "", '^'}, {"005010", "!", '!'},
	} {
		x := x12File{Version: tt.version, Delimiters: delimitersFile{Repetition: tt.said}}
		if got := x.delimiters().Repetition; got != tt.want {
			t.Errorf("%s with %q: found %q, expected %q", tt.version, tt.said, got, tt.want)
		}
	}
}

func TestProfileFields(t *testing.T) {
	p := only(t, "", "name: ACME Retail Inc.\npriority: 1\ncontacts:\n  - { role: edi, name: EDI desk, email: edi@acme.example, phone: \"+1-555-0100\" }\n")
	want := &Profile{
		Title: "ACME Retail Inc.", Priority: 1,
		Contacts: []Contact{{Role: "edi", Name: "EDI desk", Email: "edi@acme.example", Phone: "+1-555-0100"}},
		Them:     Party{Qualifier: "ZZ", ID: "ACMERETAIL", Group: "ACMERETAIL"},
		Us:       Party{Qualifier: "ZZ", ID: "OURCO", Group: "OURCO"},

		UsageMismatch: "hold", OtherRelease: "accept", Duplicate: Duplicate{Action: "hold"}, AckBatch: Batch{Max: 1},
		Outbound: Outbound{Trailing: "optional", InData: "refuse", Control: Control{
			Interchange: Numbers{1, 9, "pair"}, Group: Numbers{1, 1, "function"}, Set: Numbers{1, 4, "group"},
		}},
	}
	if diff := cmp.Diff(want, p, cmp.FilterPath(func(path cmp.Path) bool {
		name := path.Last().String()
		return len(name) > 1 && name[1] >= 'a'
	}, cmp.Ignore())); diff != "" {
		t.Error(diff)
	}
	plain := only(t, "", "")
	if plain.Title != "acme" || plain.Priority != 5 {
		t.Errorf("found title %q and priority %d where nothing is said", plain.Title, plain.Priority)
	}
}

func TestPartnersIsTheCallersOwn(t *testing.T) {
	book := open(t, options(), "partners/b.yaml", profileOf("b", "B1", "US"), "partners/a.yaml", profileOf("a", "A1", "US")).Current()
	book.Partners()[0] = nil
	got := book.Partners()
	if len(got) != 2 || got[0].Name() != "a" || got[1].Name() != "b" {
		t.Errorf("found %v", got)
	}
	if _, ok := book.Partner("c"); ok {
		t.Error("found a partner that there is not")
	}
}
