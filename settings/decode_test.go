package settings_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"waybill/settings"
)

type word string

type door struct {
	Listen   string            `yaml:"listen" required:"true"`
	Timeout  time.Duration     `yaml:"timeout"`
	MaxBody  settings.Size     `yaml:"max_body"`
	Strict   bool              `yaml:"strict"`
	Workers  int               `yaml:"workers"`
	Limit    int64             `yaml:"limit"`
	Password settings.Secret   `yaml:"password"`
	Names    []string          `yaml:"names"`
	Tags     map[word]word     `yaml:"tags"`
	TLS      *tls              `yaml:"tls,omitempty"`
	Peers    []tls             `yaml:"peers"`
	Raw      yaml.Node         `yaml:"raw"`
	Untagged string            // never read
	Skipped  string            `yaml:"-"`
	Odd      uint8             `yaml:"odd"`
	Named    map[string][]*tls `yaml:"named"`
}

type tls struct {
	Cert string `yaml:"cert" required:"true"`
	Key  string `yaml:"key"`
}

func decode(t testing.TB, text string, into any) []string {
	t.Helper()
	node, found := settings.Parse("f.yaml", []byte(text))
	if len(found) > 0 {
		t.Fatal(said(found))
	}
	return said(settings.Decode("f.yaml", node, into))
}

func TestDecodeFillsEveryKindOfField(t *testing.T) {
	d := door{Untagged: "kept", Workers: 3, Limit: 9}
	text := `
listen: 0711
timeout: 90s
max_body: 20MB
strict: true
workers: 0
password: secret://env/PW
names: [a, 007, "true"]
tags: { x: 1.50, y: null }
tls: { cert: a.pem }
peers:
  - cert: b.pem
    key: b.key
raw: { any: [thing] }
named: { m: [{ cert: c.pem }] }
`
	if found := decode(t, text, &d); len(found) > 0 {
		t.Fatal(found)
	}
	if d.Raw.Kind != yaml.MappingNode || d.Raw.Line != 14 {
		t.Errorf("raw: found kind %d in line %d, expected the mapping of line 14", d.Raw.Kind, d.Raw.Line)
	}
	if d.Password.IsZero() {
		t.Error("the secret's reference was not read")
	}
	d.Raw, d.Password = yaml.Node{}, settings.Secret{}
	want := door{
		Listen: "0711", Timeout: 90 * time.Second, MaxBody: 20e6, Strict: true, Limit: 9, Names: []string{"a", "007", "true"},
		Tags: map[word]word{"x": "1.50", "y": "null"}, TLS: &tls{Cert: "a.pem"}, Peers: []tls{{"b.pem", "b.key"}},
		Untagged: "kept", Named: map[string][]*tls{"m": {{Cert: "c.pem"}}},
	}
	if diff := cmp.Diff(want, d, cmp.AllowUnexported(settings.Secret{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDecodeRefuses(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{"", []string{"f.yaml:1:1: listen: is missing; it must be given"}},
		{"listn: x\n", []string{"f.yaml:1:1: listn: unknown key; did you mean listen?", "f.yaml:1:1: listen: is missing"}},
		{"listen: x\nmax-body: 1\n", []string{"f.yaml:2:1: max-body: unknown key; did you mean max_body?"}},
		{"listen: x\nUntagged: 1\n", []string{"f.yaml:2:1: Untagged: unknown key; "}},
		{"listen: x\nzzzzzzzz: 1\n", []string{"f.yaml:2:1: zzzzzzzz: unknown key; known here: limit, listen, max_body"}},
		{"listen: x\ntls: { crt: a }\n", []string{"f.yaml:2:8: tls.crt: unknown key; did you mean cert?", "f.yaml:2:6: tls.cert: is missing"}},
		{"listen: x\npeers:\n  - cert: a\n  - {}\n", []string{"f.yaml:4:5: peers[1].cert: is missing"}},
		{"listen: [x]\n", []string{"f.yaml:1:9: listen: found a list, expected a single value"}},
		{"listen: { a: 1 }\n", []string{"f.yaml:1:9: listen: found keys and values, expected a single value"}},
		{"listen: x\nnames: a\n", []string{`f.yaml:2:8: names: found "a", expected a list`}},
		{"listen: x\ntls:\n", []string{"f.yaml:2:5: tls: found nothing, expected keys and values"}},
		{"listen: x\ntags: [a]\n", []string{"f.yaml:2:7: tags: found a list, expected keys and values"}},
		{"listen: x\nstrict: yes\n", []string{`f.yaml:2:9: strict: found "yes", expected true or false`}},
		{"listen: x\nworkers: 1.5\n", []string{`f.yaml:2:10: workers: found "1.5", expected a whole number`}},
		{"listen: x\nlimit: 9223372036854775808\n", []string{`f.yaml:2:8: limit: found "9223372036854775808", expected a whole number`}},
		{"listen: x\ntimeout: 30\n", []string{`f.yaml:2:10: timeout: found "30", expected a time span such as 30s`}},
		{"listen: x\ntimeout: 200000d\n", []string{`f.yaml:2:10: timeout: found "200000d", expected a time span`}},
		{"listen: x\nmax_body: 20 mb\n", []string{`f.yaml:2:11: max_body: found "20 mb", expected a size such as 64kB`}},
		{"listen: x\nodd: 3\n", []string{"f.yaml:2:6: odd: found \"3\", expected nothing that can be read into a uint8"}},
		{"listen: x\nnames: [a, { b: c }, [d]]\nstrict: 1\n", []string{
			"f.yaml:2:12: names[1]: found keys and values, expected a single value",
			"f.yaml:2:22: names[2]: found a list", "f.yaml:3:9: strict: found"}},
	} {
		var d door
		got := decode(t, c.text, &d)
		if len(got) != len(c.want) {
			t.Errorf("%q: found %q\nexpected %q", c.text, got, c.want)
			continue
		}
		for i := range got {
			if !strings.HasPrefix(got[i], c.want[i]) {
				t.Errorf("%q: found    %s\nexpected %s…", c.text, got[i], c.want[i])
			}
		}
	}
}

// Where a secret belongs, what was written instead may be the secret.
func TestDecodeNeverRepeatsAPlainSecret(t *testing.T) {
	for _, text := range []string{
		"listen: x\npassword: hunter2\n",
		"listen: x\npassword: secret://vault/hunter2\n",
		"listen: x\npassword: { hunter2: 1 }\n",
		"listen: x\npassword: [hunter2]\n",
	} {
		var d door
		got := decode(t, text, &d)
		if len(got) != 1 || strings.Contains(got[0], "hunter2") {
			t.Errorf("%q: found %q; expected one problem without the value", text, got)
		}
	}
}

func TestDecodeCutsWhatItRepeats(t *testing.T) {
	var d door
	got := decode(t, "listen: x\nworkers: "+strings.Repeat("é", 5000)+"\n", &d)
	if len(got) != 1 || len(got[0]) > 250 {
		t.Errorf("found %d problems, the first of %d bytes", len(got), len(got[0]))
	}
}

// What the file does not name keeps its default.
func TestDecodeKeepsDefaultsOfWhatIsAbsent(t *testing.T) {
	d := door{Timeout: time.Minute, Names: []string{"a"}, TLS: &tls{Cert: "c"}}
	if found := decode(t, "listen: x\n", &d); len(found) > 0 {
		t.Fatal(found)
	}
	if d.Timeout != time.Minute || len(d.Names) != 1 || d.TLS == nil {
		t.Errorf("defaults were changed: %+v", d)
	}
}
