package gateway

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"waybill/transports/as2"
)

// states are the steps as "name: state".
func states(steps []Step) []string {
	var out []string
	for _, s := range steps {
		out = append(out, s.Name+": "+s.State)
	}
	return out
}

func answering(t *testing.T) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet || r.URL.Path != "/as2" {
			t.Errorf("found %s %s", r.Method, r.URL)
		}
		w.WriteHeader(http.StatusMethodNotAllowed)
	}))
	t.Cleanup(s.Close)
	return s
}

func TestReach(t *testing.T) {
	dir, ours := rosterTree(t)
	server := answering(t)
	edit(t, dir, "partners/acme-retail.yaml", "http://127.0.0.1:4082", server.URL)
	steps, problems, err := Reach(t.Context(), dir, "acme-retail", after(1))
	if err != nil || len(problems) > 0 {
		t.Fatal(problems, err)
	}
	want := []string{"profile: ok", "their certificate: ok", "host resolves: ok", "TCP connects: ok", "AS2 path answers: ok", "our certificate: ok"}
	if diff := cmp.Diff(want, states(steps)); diff != "" {
		t.Error(diff)
	}
	for i, text := range []string{"production, OURCO_AS2 to ACME_AS2", "CN=ACME_AS2, until 2028-06-01, 366 days left", "127.0.0.1 is an address", server.Listener.Addr().String(), "/as2", Fingerprint(ours.Certificate)} {
		if !strings.Contains(steps[i].Text, text) {
			t.Errorf("%s: %q does not say %q", steps[i].Name, steps[i].Text, text)
		}
	}
}

// Certificates that have ended are found on both sides, and the way is tried all the same.
func TestReachWithOldCertificates(t *testing.T) {
	dir, _ := rosterTree(t)
	edit(t, dir, "partners/acme-retail.yaml", "http://127.0.0.1:4082", answering(t).URL)
	steps, _, err := Reach(t.Context(), dir, "acme-retail", after(3))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"profile: ok", "their certificate: failed", "host resolves: ok", "TCP connects: ok", "AS2 path answers: ok", "our certificate: failed"}
	if diff := cmp.Diff(want, states(steps)); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(steps[1].Text, "expired on 2028-06-01") || steps[1].Hint == "" {
		t.Errorf("found %+v", steps[1])
	}
	edit(t, dir, "partners/acme-retail.yaml", "use: [verify, encrypt] }", "from: 2029-12-31 }")
	if steps, _, _ = Reach(t.Context(), dir, "acme-retail", after(3)); steps[1].Text != "none is in force today" {
		t.Errorf("found %+v", steps[1])
	}
}

// Where our door is https itself, its certificate is looked at as well.
func TestReachShowsOurServer(t *testing.T) {
	dir, _ := rosterTree(t)
	edit(t, dir, "waybill.yaml", "  path: /as2", "  tls: { key: keys/ourco.key, certificate: certs/ourco.cer }\n  path: /as2")
	edit(t, dir, "partners/acme-retail.yaml", "http://127.0.0.1:4082", answering(t).URL)
	for years, want := range map[int]string{1: StepOK, 3: StepFailed} {
		steps, _, _ := Reach(t.Context(), dir, "acme-retail", after(years))
		last := steps[len(steps)-1]
		if last.Name != "our https server" || last.State != want || !strings.HasPrefix(last.Text, "CN=OURCO_AS2, until 2028-06-01") {
			t.Errorf("found %+v", last)
		}
	}
}

func TestReachWhatIsNotThere(t *testing.T) {
	dir, _ := rosterTree(t)
	var unknown *UnknownPartner
	if _, _, err := Reach(t.Context(), dir, "acme-retial", after(1)); !errors.As(err, &unknown) || unknown.Hint() != "did you mean acme-retail?" {
		t.Errorf("found %v", err)
	}
	if _, _, err := Reach(t.Context(), dir, "walmart", after(1)); !errors.As(err, &unknown) || unknown.Hint() != "waybill partner list shows them" {
		t.Errorf("found %v", err)
	}
	edit(t, dir, "partners/acme-retail.yaml", "  url: http://127.0.0.1:4082/as2\n", "")
	steps, _, _ := Reach(t.Context(), dir, "acme-retail", after(1))
	if len(steps) != 4 || steps[2].State != StepFailed || !strings.Contains(steps[2].Text, "no as2.url") {
		t.Errorf("found %+v", steps)
	}
	edit(t, dir, "partners/acme-retail.yaml", "as2:\n", "x: 1\nas2:\n")
	if steps, problems, err := Reach(t.Context(), dir, "acme-retail", after(1)); steps != nil || len(problems) != 1 || err != nil {
		t.Errorf("found %v, %v, %v", steps, problems, err)
	}
}

func TestReachWithoutAS2(t *testing.T) {
	dir, _ := rosterTree(t)
	edit(t, dir, "partners/acme-retail.yaml", "as2:\n  them: ACME_AS2\n  url: http://127.0.0.1:4082/as2\n  certificates:\n    - { file: certs/acme-retail.cer, use: [verify, encrypt] }\n", "")
	steps, problems, err := Reach(t.Context(), dir, "acme-retail", after(1))
	if err != nil || len(steps) != 1 || steps[0].State != StepFailed {
		t.Errorf("found %v, %v, %v", steps, problems, err)
	}
}

// way tries one URL with a sender of these options.
func way(t *testing.T, url string, o as2.SenderOptions) []Step {
	t.Helper()
	g := &Gateway{o: Options{Now: time.Now}}
	terms := func() (as2.Partnership, error) { return as2.Partnership{Partner: "acme", URL: url}, nil }
	return g.way(t.Context(), &as2Door{profile: as2.Profile{URL: url}, sender: as2.NewSender(terms, o)})
}

// Each step that can fail is the one that is said to have failed.
func TestTheStepThatFails(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusMethodNotAllowed) // as a door answers that is for POST alone
	}))
	t.Cleanup(server.Close)
	elsewhere := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(elsewhere.Close)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	closed := httptest.NewServer(nil)
	closed.Close()
	silent := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if c, _, err := http.NewResponseController(w).Hijack(); err == nil {
			_ = c.Close()
		}
	}))
	t.Cleanup(silent.Close)
	noName := func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.DNSError{Err: "no such host", Name: "as2.acme.example"}
	}
	for name, c := range map[string]struct {
		url  string
		o    as2.SenderOptions
		want []string
		text string // of the step that failed, or of the last
	}{
		"no name": {"https://as2.acme.example/as2", as2.SenderOptions{Dial: noName},
			[]string{"host resolves: failed", "TCP connects: not tried", "TLS handshake: not tried", "AS2 path answers: not tried"}, "no such host"},
		"nobody listens": {closed.URL, as2.SenderOptions{},
			[]string{"host resolves: ok", "TCP connects: failed", "AS2 path answers: not tried"}, "refused"},
		"a chain that nobody vouches for": {server.URL, as2.SenderOptions{},
			[]string{"host resolves: ok", "TCP connects: ok", "TLS handshake: failed", "AS2 path answers: not tried"}, "\nO=Acme Co, by O=Acme Co, until 2084-01-29"},
		"no answer": {silent.URL, as2.SenderOptions{},
			[]string{"host resolves: ok", "TCP connects: ok", "AS2 path answers: failed"}, "EOF"},
		"another path": {elsewhere.URL, as2.SenderOptions{},
			[]string{"host resolves: ok", "TCP connects: ok", "AS2 path answers: failed"}, "404"},
		"nothing": {server.URL, as2.SenderOptions{TLS: &tls.Config{RootCAs: roots}},
			[]string{"host resolves: ok", "TCP connects: ok", "TLS handshake: ok", "AS2 path answers: ok"}, server.URL},
	} {
		t.Run(name, func(t *testing.T) {
			steps := way(t, c.url, c.o)
			if diff := cmp.Diff(c.want, states(steps)); diff != "" {
				t.Fatal(diff)
			}
			last := steps[len(steps)-1]
			for _, s := range steps {
				if s.State == StepFailed {
					last = s
					if s.Hint == "" {
						t.Errorf("%s has no hint", s.Name)
					}
				}
			}
			if !strings.Contains(last.Text, c.text) {
				t.Errorf("%s: %q does not say %q", last.Name, last.Text, c.text)
			}
		})
	}
}

// A name is shown with its addresses, and TLS with the server's chain.
func TestWhatTheStepsShow(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	steps := way(t, strings.Replace(server.URL, "127.0.0.1", "localhost", 1), as2.SenderOptions{TLS: &tls.Config{InsecureSkipVerify: true}})
	if len(steps) != 4 || !strings.HasPrefix(steps[0].Text, "localhost is ") || !strings.Contains(steps[0].Text, "127.0.0.1") {
		t.Errorf("found %+v", steps)
	}
	if !strings.HasPrefix(steps[2].Text, "TLS 1.3\nO=Acme Co, until 2084-01-29, ") {
		t.Errorf("found %q", steps[2].Text)
	}
}

func TestStanding(t *testing.T) {
	g := &Gateway{o: Options{Now: made}}
	for want, c := range map[string]x509.Certificate{
		", not valid before 2026-06-02":   {NotBefore: made().AddDate(0, 0, 1), NotAfter: made().AddDate(1, 0, 0)},
		", expired on 2026-05-31":         {NotAfter: made().AddDate(0, 0, -1)},
		", until 2026-06-03, 2 days left": {NotAfter: made().AddDate(0, 0, 2)},
	} {
		if got := g.standing(&c); got != want {
			t.Errorf("found %q, expected %q", got, want)
		}
	}
}

// A server that knows nothing of the path is no way to the partner.
func TestReachWithAWrongPath(t *testing.T) {
	dir, _ := rosterTree(t)
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	edit(t, dir, "partners/acme-retail.yaml", "http://127.0.0.1:4082", server.URL)
	steps, _, err := Reach(t.Context(), dir, "acme-retail", after(1))
	if err != nil {
		t.Fatal(err)
	}
	s := steps[4]
	if s.Name != "AS2 path answers" || s.State != StepFailed || !strings.Contains(s.Text, `404 Not Found to the path "/as2"`) || !strings.Contains(s.Hint, "compare as2.url") {
		t.Errorf("found %+v", s)
	}
}

// A profile with mail alone, where there is no mailbox of ours, is a warning of
// check, and nothing can be sent.
func TestMailWithoutAMailbox(t *testing.T) {
	dir, _ := rosterTree(t)
	name := filepath.Join(dir, "partners", "acme-retail.yaml")
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	from, to := bytes.Index(data, []byte("\nas2:")), bytes.Index(data, []byte("\ndocuments:"))
	block := "\nmailbox: { from: [edi@acme.example], to: edi@acme.example }\n"
	if err := os.WriteFile(name, append(append(append([]byte{}, data[:from]...), block...), data[to:]...), 0o600); err != nil {
		t.Fatal(err)
	}
	_, problems, err := Reach(t.Context(), dir, "acme-retail", after(1))
	if err != nil || len(problems) != 1 || !problems[0].Warning || !strings.Contains(problems[0].String(), "mailbox.from: there is no mailbox of ours to receive in and to send from") {
		t.Errorf("found %v, %v", problems, err)
	}
	g := built(t, dir)
	p, _ := g.shelf.Current().Partner("acme-retail")
	if _, err := g.senders(g.shelf.Current(), p, "997"); err == nil || !strings.Contains(err.Error(), "mailbox") {
		t.Errorf("found %v", err)
	}
}
