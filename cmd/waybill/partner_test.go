package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"waybill/example"
	"waybill/gateway"
)

func TestPartnerList(t *testing.T) {
	dir := shop(t)
	code, stdout, stderr := command("partner", "list", "--config", dir)
	if code != exitOK || stderr != "" {
		t.Fatalf("found exit code %d: %s", code, stderr)
	}
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	if len(lines) != 3 || !strings.HasPrefix(lines[2], "  850 in   acme-850 → erp") {
		t.Fatalf("found\n%s", stdout)
	}
	for _, want := range []string{"acme-retail ", " production ", " ACME_AS2 / OURCO_AS2 ", " ZZ:ACMERETAIL / ZZ:OURCO ", " days left"} {
		if !strings.Contains(lines[1], want) {
			t.Errorf("%q does not say %q", lines[1], want)
		}
	}
	code, stdout, _ = command("partner", "list", "--config", dir, "-o", "json")
	var p gateway.Listed
	if err := json.Unmarshal([]byte(stdout), &p); err != nil || code != exitOK || p.Name != "acme-retail" || len(p.Certificates) != 1 {
		t.Errorf("found exit code %d, %v: %s", code, err, stdout)
	}
}

func TestPartnerListSaysWhatIsWrong(t *testing.T) {
	dir := shop(t)
	if err := os.Remove(filepath.Join(dir, "certs", "acme-retail.cer")); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := command("partner", "list", "--config", dir)
	if code != exitFindings || stdout != "" || !strings.Contains(stderr, "certs/acme-retail.cer: there is no such file") {
		t.Errorf("found exit code %d, %q, %q", code, stdout, stderr)
	}
	if code, _, _ = command("partner", "list", "--config", dir, "-o", "xml"); code != exitUsage {
		t.Errorf("-o xml: found exit code %d", code)
	}
}

// The table fits a terminal whatever partners call themselves.
func TestPartnersFitTheTable(t *testing.T) {
	long := strings.Repeat("X", 128)
	var b strings.Builder
	err := printPartners(&b, []gateway.Listed{{
		Name: long, Status: "production", AS2: &gateway.Pair{Them: long, Us: long}, ISA: gateway.Pair{Them: long, Us: long},
		Documents:    []gateway.ListedDocument{{Document: "850", Direction: "in", Mapping: long, To: []string{long}}, {Document: "997", Direction: "out", Mapping: "m", Via: "as2"}},
		Certificates: []gateway.Held{{DaysLeft: 400, Retired: true}, {DaysLeft: 12}, {DaysLeft: -3}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > width {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	if !strings.Contains(b.String(), " 12 days left\n") || !strings.Contains(b.String(), "  997 out  m → as2\n") {
		t.Errorf("found\n%s", b.String())
	}
	b.Reset()
	if err := printPartners(&b, nil); err != nil || b.String() != "no partner\n" {
		t.Errorf("found %q, %v", b.String(), err)
	}
}

func TestLasts(t *testing.T) {
	for want, days := range map[string][]int{"none": nil, "expired": {-5, -1}, "1 day left": {1}, "0 days left": {-3, 0}, "30 days left": {5, 30}} {
		var all []gateway.Held
		for _, d := range days {
			all = append(all, gateway.Held{DaysLeft: d})
		}
		if got := lasts(all); got != want {
			t.Errorf("%v: found %q, expected %q", days, got, want)
		}
	}
}

// A group of ours is listed alone, with what its profile says.
func TestPartnerListOfAGroup(t *testing.T) {
	dir := shop(t)
	name := filepath.Join(dir, "partners", example.Partner+".yaml")
	data, err := os.ReadFile(name)
	if err == nil {
		err = os.WriteFile(name, append(data, "group: retailers\n"...), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	if code, stdout, stderr := command("partner", "list", "--config", dir, "--group", "retailers", "-o", "json"); code != exitOK ||
		!strings.Contains(stdout, `"group":"retailers","priority":1`) || !strings.Contains(stdout, `"role":"seller"`) {
		t.Errorf("found exit code %d: %s%s", code, stdout, stderr)
	}
	if code, stdout, _ := command("partner", "list", "--config", dir, "--group", "suppliers"); code != exitOK || stdout != "no partner\n" {
		t.Errorf("found exit code %d: %s", code, stdout)
	}
}
