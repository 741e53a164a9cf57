package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"waybill/example"
	"waybill/gateway"
)

func TestPartnerTest(t *testing.T) {
	dir := shop(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusMethodNotAllowed) }))
	if err := move(dir, "http://127.0.0.1:4082", server.URL); err != nil {
		t.Fatal(err)
	}
	args := []string{"partner", "test", example.Partner, "--config", dir}
	code, stdout, stderr := command(args...)
	if code != exitOK || stderr != "" || strings.Count(stdout, " ok ") != 6 {
		t.Errorf("found exit code %d: %s%s", code, stdout, stderr)
	}
	if code, stdout, _ = command(append(args, "-o", "json")...); code != exitOK || strings.Count(stdout, `"state":"ok"`) != 6 {
		t.Errorf("found exit code %d: %s", code, stdout)
	}
	server.Close()
	code, stdout, stderr = command(args...)
	if code != exitRemote || !strings.Contains(stdout, "TCP connects        failed") || !strings.Contains(stderr, "1 step(s) to acme-retail failed") {
		t.Errorf("found exit code %d: %s%s", code, stdout, stderr)
	}
}

func TestPartnerTestOfWhatIsNotThere(t *testing.T) {
	dir := shop(t)
	if code, _, stderr := command("partner", "test", "acme-retial", "--config", dir); code != exitUsage || !strings.Contains(stderr, "did you mean acme-retail?") {
		t.Errorf("found exit code %d: %s", code, stderr)
	}
	if code, _, stderr := command("partner", "test", "acme-retail", "--config", t.TempDir()); code != exitFindings || !strings.Contains(stderr, "there is no such file") {
		t.Errorf("found exit code %d: %s", code, stderr)
	}
}

func TestPrintSteps(t *testing.T) {
	fingerprint := strings.Repeat("AA:", 31) + "AA"
	var b strings.Builder
	err := printSteps(&b, []gateway.Step{
		{Name: "TCP connects", State: "ok", Took: 1234567 * time.Nanosecond, Text: "192.0.2.1:443"},
		{Name: "TLS handshake", State: "failed", Text: "it is\x1b[31m red", Hint: "ask"},
		{Name: "our certificate", State: "ok", Text: "CN=US\n" + fingerprint},
	})
	want := "TCP connects        ok         1.23ms    192.0.2.1:443\n" +
		"TLS handshake       failed               it is·[31m red\n" + strings.Repeat(" ", 41) + "ask\n" +
		"our certificate     ok                   CN=US\n  " + fingerprint + "\n"
	if err != nil || b.String() != want {
		t.Errorf("found\n%s\nexpected\n%s", b.String(), want)
	}
	for line := range strings.Lines(b.String()) {
		if n := utf8.RuneCountInString(line); n > width+1 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
}
