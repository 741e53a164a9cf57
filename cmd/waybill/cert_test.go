package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"waybill/example"
	"waybill/gateway"
)

// renewed is a shop and the file of a certificate that it does not have yet.
func renewed(t *testing.T, now time.Time) (dir, file string) {
	t.Helper()
	dir = shop(t)
	id, err := example.NewPartner(now)
	if err != nil {
		t.Fatal(err)
	}
	certificate, _, err := id.PEM()
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(dir, "samples", "next.cer")
	if err := os.WriteFile(file, certificate, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir, file
}

func TestCertList(t *testing.T) {
	dir := shop(t)
	code, stdout, stderr := command("cert", "list", "--config", dir)
	if code != exitOK || stderr != "" || strings.Count(stdout, " days left\n") != 2 || !strings.Contains(stdout, "as2.keys ourco") || !strings.Contains(stdout, "\n  certs/acme-retail.cer\n") {
		t.Errorf("found exit code %d: %s%s", code, stdout, stderr)
	}
	for line := range strings.Lines(stdout) {
		if n := utf8.RuneCountInString(line); n > width+1 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	if code, stdout, _ = command("cert", "list", "--config", dir, "--expiring", "60d"); code != exitOK || stdout != "no certificate ends within 60d\n" {
		t.Errorf("found exit code %d: %s", code, stdout)
	}
	if code, _, stderr = command("cert", "list", "--config", dir, "--expiring", "60"); code != exitUsage || !strings.Contains(stderr, `found "60"; expected a time such as 60d`) {
		t.Errorf("found exit code %d: %s", code, stderr)
	}
	code, stdout, stderr = command("cert", "list", "--config", dir, "--expiring", "800d", "-o", "json")
	if code != exitFindings || strings.Count(stdout, "\n") != 2 || !strings.Contains(stderr, "2 certificate(s) have expired or soon will") {
		t.Errorf("found exit code %d: %s%s", code, stdout, stderr)
	}
	first, _, _ := strings.Cut(stdout, "\n")
	var h gateway.Held
	if err := json.Unmarshal([]byte(first), &h); err != nil || !h.Ours || strings.Count(h.Fingerprint, ":") != 31 {
		t.Errorf("found %+v, %v", h, err)
	}
	for _, wrong := range []string{"soon", "-3d"} {
		if code, _, stderr = command("cert", "list", "--config", dir, "--expiring", wrong); code != exitUsage || !strings.Contains(stderr, "--expiring: ") {
			t.Errorf("%s: found exit code %d: %s", wrong, code, stderr)
		}
	}
}

// Only what is in use can be due: what nobody names and what has its until
// behind it are shown and no more.
func TestEnding(t *testing.T) {
	all := []gateway.Held{
		{File: "a", NamedBy: "acme", DaysLeft: -1}, {File: "b", NamedBy: "acme", DaysLeft: -1, Retired: true}, {File: "c", DaysLeft: -1},
		{File: "d", NamedBy: "acme", DaysLeft: 59}, {File: "e", NamedBy: "acme", DaysLeft: 60},
	}
	for days, want := range map[int]string{0: "a", 60: "ad", 61: "ade"} {
		got := ""
		for _, h := range ending(all, days) {
			got += h.File
		}
		if got != want {
			t.Errorf("%d days: found %s, expected %s", days, got, want)
		}
	}
	var b strings.Builder
	if err := printCertificates(&b, all, ""); err != nil || !strings.Contains(b.String(), "retired\n  b\n") || strings.Count(b.String(), "nobody") != 1 {
		t.Errorf("found %v\n%s", err, b.String())
	}
}

func TestCertImport(t *testing.T) {
	now := time.Now()
	dir, file := renewed(t, now)
	name := filepath.Join(dir, "partners", "acme-retail.yaml")
	before, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"cert", "import", file, "--partner", "acme-retail", "--config", dir, "--yes"}
	code, stdout, stderr := command(append(args, "--from", "2031-03-01")...)
	if code != exitOK || stderr != "" || !strings.Contains(stdout, "CN=ACME_AS2") {
		t.Fatalf("found exit code %d: %s%s", code, stdout, stderr)
	}
	after, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	const added = "    - { file: certs/acme-retail-2031.cer, from: 2031-03-01 }\n"
	if diff := cmp.Diff(string(before), strings.Replace(string(after), added, "", 1)); diff != "" || !strings.Contains(string(after), added) {
		t.Errorf("the profile is\n%s", after)
	}
	if code, stdout, _ := command("check", "--config", dir); code != exitOK || !strings.Contains(stdout, "0 warning(s)") {
		t.Errorf("check ended with %d: %s", code, stdout)
	}
	if code, _, stderr := command(args...); code != exitUsage || !strings.Contains(stderr, "names this certificate already") {
		t.Errorf("again: found exit code %d: %s", code, stderr)
	}
}

// What speaks against a certificate is said before anybody confirms it.
func TestCertImportWarns(t *testing.T) {
	next := time.Now().AddDate(0, 1, 0)
	dir, file := renewed(t, next)
	code, stdout, stderr := command("cert", "import", file, "--partner", "acme-retail", "--config", dir, "--yes")
	want := "warning: it is not valid before " + next.UTC().Format("2006-01")
	if code != exitOK || !strings.Contains(stdout, want) {
		t.Errorf("found exit code %d: %s%s", code, stdout, stderr)
	}
	if code, stdout, _ := command("cert", "list", "--config", dir); code != exitOK || !strings.Contains(stdout, "  "+want) {
		t.Errorf("found exit code %d: %s", code, stdout)
	}
	if code, stdout, _ := command("check", "--config", dir); code != exitOK || !strings.Contains(stdout, "not valid before") {
		t.Errorf("found exit code %d: %s", code, stdout)
	}
}

// Where the list cannot be changed safely the line is printed, and the profile stays.
func TestCertImportPrintsTheLine(t *testing.T) {
	dir, file := renewed(t, time.Now())
	name := filepath.Join(dir, "partners", "acme-retail.yaml")
	const profile = "partner: acme-retail\nstatus: testing\nx12: { them: { qualifier: ZZ, id: A }, us: { qualifier: ZZ, id: B } }\n" +
		"as2: { them: A, certificates: [{ file: certs/acme-retail.cer }] }\n"
	if err := os.WriteFile(name, []byte(profile), 0o600); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := command("cert", "import", file, "--partner", "acme-retail", "--config", dir, "--yes")
	year := time.Now().Add(-time.Hour).UTC().Format("2006") // our certificates begin an hour before
	if want := ":\n    - { file: certs/acme-retail-" + year + ".cer }\n"; code != exitOK || stderr != "" || !strings.Contains(stdout, want) {
		t.Errorf("found exit code %d: %s%s, expected %s", code, stdout, stderr, want)
	}
	if data, err := os.ReadFile(name); string(data) != profile || err != nil {
		t.Errorf("the profile is %s, %v", data, err)
	}
}

func TestCertImportRefuses(t *testing.T) {
	dir, file := renewed(t, time.Now())
	before := listing(t, dir)
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"nobody confirms":    {[]string{file, "--partner", "acme-retail"}, "say --yes"},
		"whose":              {[]string{file, "--yes"}, "--partner is missing"},
		"unknown":            {[]string{file, "--partner", "acme-retial"}, "did you mean acme-retail?"},
		"a path":             {[]string{file, "--partner", "../partners/acme-retail"}, "there is no partner"},
		"no day":             {[]string{file, "--partner", "acme-retail", "--from", "March"}, "--from: found \"March\""},
		"a key":              {[]string{filepath.Join(dir, "samples", "acme-retail.pem"), "--partner", "acme-retail"}, "there is a private key in it"},
		"no such file":       {[]string{"nowhere.cer", "--partner", "acme-retail"}, "nowhere.cer"},
		"no certificate":     {[]string{filepath.Join(dir, "waybill.yaml"), "--partner", "acme-retail"}, "expected a certificate"},
		"it is there by now": {[]string{filepath.Join(dir, "certs", "acme-retail.cer"), "--partner", "acme-retail"}, "names this certificate already"},
	} {
		code, _, stderr := command(append([]string{"cert", "import", "--config", dir}, c.args...)...)
		if code != exitUsage || !strings.Contains(stderr, c.want) {
			t.Errorf("%s: found exit code %d: %s", name, code, stderr)
		}
		if after := listing(t, dir); after != before {
			t.Errorf("%s: the directory holds\n%s", name, after)
		}
	}
}

func TestConfirmed(t *testing.T) {
	for answer, want := range map[string]bool{"yes\n": true, " Y \n": true, "no\n": false, "\n": false, "": false, "yes": false} {
		var out strings.Builder
		if err := confirmed(strings.NewReader(answer), &out); (err == nil) != want || !strings.Contains(out.String(), "fingerprint? ") {
			t.Errorf("%q: found %v", answer, err)
		}
	}
}
