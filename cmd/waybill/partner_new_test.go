package main

import (
	"bufio"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// newPartner are the arguments of a partner that can be added to dir.
func newPartner(dir string, more ...string) []string {
	return append([]string{"partner", "new", "bolt-stores", "--config", dir, "--isa", "12:5550104477", "--as2", "BOLT_AS2",
		"--url", "https://as2.bolt.example/receive", "--certificate", filepath.Join(dir, "samples", "acme-retail.cer")}, more...)
}

// mailed is a shop with a certificate as a partner sends it.
func mailed(t *testing.T) string {
	t.Helper()
	dir := shop(t)
	data, err := os.ReadFile(filepath.Join(dir, "certs", "acme-retail.cer"))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "samples", "acme-retail.cer"), data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestPartnerNew(t *testing.T) {
	dir := mailed(t)
	code, stdout, stderr := command(newPartner(dir, "--title", "Bolt Stores")...)
	if code != exitOK || stderr != "" {
		t.Fatalf("found exit code %d: %s", code, stderr)
	}
	if code, out, stderr := command("check", "--config", dir); code != exitOK || !strings.Contains(out, "is good: 0 warning(s)") {
		t.Errorf("check ended with %d: %s%s", code, out, stderr)
	}
	tries := 0
	for line := range strings.Lines(stdout) {
		args, ok := strings.CutPrefix(strings.TrimSpace(line), "waybill ")
		if !ok {
			continue
		}
		tries++
		if wrong := unreal(args); wrong != "" {
			t.Errorf("%s: %s", args, wrong)
		}
	}
	if tries != 4 {
		t.Errorf("it names %d commands to try, expected 4:\n%s", tries, stdout)
	}
	sample := strings.ReplaceAll("map run bolt-stores-850 %/samples/850.edi --mappings %/mappings", "%", dir)
	if code, _, stderr := command(strings.Fields(sample)...); code != exitOK {
		t.Errorf("map run ended with %d: %s", code, stderr)
	}
}

// Each line that the new mapping shows behind a # is one that can be used.
func TestPartnerNewShowsLinesThatCompile(t *testing.T) {
	dir := mailed(t)
	if code, _, stderr := command(newPartner(dir)...); code != exitOK {
		t.Fatalf("found exit code %d: %s", code, stderr)
	}
	name := filepath.Join(dir, "mappings", "bolt-stores-850.yaml")
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	shown := regexp.MustCompile(`(?m)^# (fields:|  .*)$`)
	if n := len(shown.FindAll(data, -1)); n < 4 {
		t.Fatalf("only %d lines are shown:\n%s", n, data)
	}
	if err := os.WriteFile(name, shown.ReplaceAll(data, []byte("$1")), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, stdout, _ := command("check", "--config", dir); code != exitOK {
		t.Errorf("check ended with %d: %s", code, stdout)
	}
}

// Each template ends in files that pass check, on flags alone.
func TestPartnerNewTemplates(t *testing.T) {
	for template, c := range map[string]struct{ flags, warning string }{
		"supplier-sftp": {"--host sftp.cable.example:2222 --user ourco", "sftp.host_key: is missing"},
		"supplier-mail": {"--mail edi@cable.example", "there is no mailbox of ours"},
	} {
		dir := shop(t)
		code, stdout, stderr := command(append([]string{"partner", "new", "cable", "--config", dir, "--isa", "ZZ:CABLE", "--template", template}, strings.Fields(c.flags)...)...)
		if code != exitOK || !strings.Contains(stdout, "wrote "+filepath.Join(dir, "mappings", "cable-850.yaml")) {
			t.Errorf("%s: found exit code %d: %s%s", template, code, stdout, stderr)
		}
		if code, stdout, _ := command("check", "--config", dir); code != exitOK || !strings.Contains(stdout, c.warning) {
			t.Errorf("%s: check ended with %d: %s", template, code, stdout)
		}
	}
	dir := shop(t)
	code, _, stderr := command("partner", "new", "cable", "--config", dir, "--template", "supplier-sftp", "--host", "sftp://x/y")
	if code != exitUsage || !strings.Contains(stderr, "--host: write a name") || !strings.Contains(stderr, "--user is missing") || strings.Contains(stderr, "--as2") {
		t.Errorf("found exit code %d: %s", code, stderr)
	}
	if _, _, stderr := command("partner", "new", "cable", "--config", dir, "--template", "supplier-mail", "--mail", "EDI desk"); !strings.Contains(stderr, "--mail: write one address") {
		t.Errorf("found %s", stderr)
	}
}

// What is wrong is refused, and leaves the directory as it was.
func TestPartnerNewRefuses(t *testing.T) {
	dir := mailed(t)
	before := listing(t, dir)
	for name, c := range map[string]struct {
		args []string
		code int
		want []string
	}{
		"nothing is said":      {[]string{"partner", "new", "bolt", "--config", dir}, 2, []string{"--isa is missing", "--as2 is missing", "--url is missing", "--certificate is missing"}},
		"an ISA id of nothing": {newPartner(dir, "--isa", "ACME"), 2, []string{`--isa: found "ACME"`}},
		"an ISA id too long":   {newPartner(dir, "--isa", "ZZ:ABCDEFGHIJKLMNOP"), 2, []string{"1 to 15 characters"}},
		"a URL without a host": {newPartner(dir, "--url", "as2.bolt.example"), 2, []string{"--url: write http:// or https://"}},
		"a private key":        {newPartner(dir, "--certificate", filepath.Join(dir, "samples", "acme-retail.pem")), 2, []string{"there is a private key in it"}},
		"no such file":         {newPartner(dir, "--certificate", "nowhere.cer"), 2, []string{"--certificate: open nowhere.cer"}},
		"no such template":     {newPartner(dir, "--template", "bank"), 2, []string{"there are: retailer-as2, supplier-sftp, warehouse-as2, supplier-mail"}},
		"another document":     {newPartner(dir, "--document", "999"), 2, []string{`retailer-as2 has no document "999"`}},
		"no document":          {newPartner(dir, "--document", ""), 2, []string{"without documents"}},
		"the pair of another":  {newPartner(dir, "--isa", "ZZ:ACMERETAIL"), 1, []string{"is the pair of acme-retail already", "nothing was written"}},
		"no such adapter":      {newPartner(dir, "--to", "epr"), 1, []string{"did you mean erp?", "nothing was written"}},
		"there already":        {append([]string{"partner", "new", "acme-retail"}, newPartner(dir)[3:]...), 2, []string{"partners/acme-retail.yaml is there already: nothing was written"}},
	} {
		code, stdout, stderr := command(c.args...)
		if code != c.code || stdout != "" {
			t.Errorf("%s: found exit code %d, %q, %q", name, code, stdout, stderr)
		}
		for _, want := range c.want {
			if !strings.Contains(stderr, want) {
				t.Errorf("%s: %q does not say %q", name, stderr, want)
			}
		}
		if after := listing(t, dir); after != before {
			t.Errorf("%s: the directory holds\n%s\nit held\n%s", name, after, before)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "partners", "bad.yaml"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := command(newPartner(dir)...); code != exitFindings || !strings.Contains(stderr, "has problems already: mend them first") {
		t.Errorf("found exit code %d, %q", code, stderr)
	}
}

// listing is all files below dir.
func listing(t *testing.T, dir string) string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(dir, func(name string, _ os.DirEntry, err error) error {
		all = append(all, name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(all, "\n")
}

// At a terminal it asks until an answer will do, and does not ask for what a flag said.
func TestQuestionsAreAsked(t *testing.T) {
	isa, as2, our := "", "", "OURCO"
	none := func(string) string { return "" }
	all := []question{{"isa", "Their id", &isa, wrongISA}, {"as2", "Their name", &as2, none}, {"our-as2", "Our name", &our, none}}
	var out strings.Builder
	err := complete(all, bufio.NewReader(strings.NewReader("\nACME\n ZZ:ACME \nACME_AS2\n")), &out, true)
	if err != nil || isa != "ZZ:ACME" || as2 != "ACME_AS2" || our != "OURCO" {
		t.Errorf("found %q, %q, %q, %v", isa, as2, our, err)
	}
	if strings.Count(out.String(), "Their id: ") != 3 || !strings.Contains(out.String(), `--isa: found "ACME"`) || strings.Contains(out.String(), "Our name") {
		t.Errorf("it asked\n%s", out.String())
	}
	as2 = ""
	if err := complete(all, bufio.NewReader(strings.NewReader("")), &out, true); err == nil || !strings.Contains(err.Error(), "no answer came") {
		t.Errorf("no answer: found %v", err)
	}
}

// A partner by mail lacks nothing once there is a mailbox of ours.
func TestPartnerByMailWithAMailbox(t *testing.T) {
	dir := shop(t)
	if code, stdout, stderr := command("partner", "new", "cable", "--config", dir, "--isa", "ZZ:CABLE", "--template", "supplier-mail", "--mail", "edi@cable.example"); code != exitOK {
		t.Fatalf("found exit code %d: %s%s", code, stdout, stderr)
	}
	name := filepath.Join(dir, "waybill.yaml")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	box := "\nmailboxes:\n  edi:\n    address: edi@ourco.example\n    password: secret://env/MAIL_PASSWORD\n    imap: { host: imap.ourco.example:993 }\n    smtp: { host: smtp.ourco.example:587 }\n"
	if err := os.WriteFile(name, append(text, box...), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, stdout, _ := command("check", "--config", dir); code != exitOK || !strings.Contains(stdout, "0 warning(s)") {
		t.Errorf("check ended with %d: %s", code, stdout)
	}
}
