package gateway

import (
	"bytes"
	"context"
	"crypto/rsa"
	"encoding/base64"
	"encoding/pem"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"software.sslmate.com/src/go-pkcs12"

	"waybill/cms"
	"waybill/example"
	"waybill/settings"
	"waybill/sim"
	"waybill/spool"
	"waybill/stages"
)

// The secrets of these tests, and the variables that hold them.
const (
	erpCanary  = "canary-erp-Zk81xPq0Lw"
	as2Canary  = "canary-as2-Vd92mTr7Hs"
	p12Canary  = "canary-p12-Nb37yKc5Ej"
	as2Account = "waybill"
)

func plantSecrets(t *testing.T) {
	t.Setenv("WAYBILL_TEST_ERP", erpCanary)
	t.Setenv("WAYBILL_TEST_AS2", as2Canary)
	t.Setenv("WAYBILL_TEST_P12", p12Canary)
}

// secretForms are the canaries as they may stand in a text.
func secretForms() map[string][]byte {
	forms := map[string][]byte{}
	for _, c := range []string{erpCanary, as2Canary, p12Canary} {
		forms[c] = []byte(c)
		forms[c+" in base64"] = []byte(base64.StdEncoding.EncodeToString([]byte(c)))
		forms[c+" as basic authentication"] = []byte(base64.StdEncoding.EncodeToString([]byte(as2Account + ":" + c)))
		forms[c+" in a URL"] = []byte(url.QueryEscape(c))
	}
	return forms
}

// wantNone expects that no form of a secret stands in data.
func wantNone(t *testing.T, forms map[string][]byte, where string, data []byte) {
	t.Helper()
	for name, form := range forms {
		if i := bytes.Index(data, form); i >= 0 {
			t.Errorf("%s shows %s: …%q…", where, name, data[max(0, i-80):min(len(data), i+len(form)+20)])
		}
	}
}

// keyForms are the parts of a private key that must not show.
func keyForms(t *testing.T, key *rsa.PrivateKey, file []byte) map[string][]byte {
	t.Helper()
	forms := map[string][]byte{"the exponent": key.D.Bytes(), "a prime": key.Primes[0].Bytes(), "the exponent in hex": []byte(key.D.Text(16))}
	if block, _ := pem.Decode(file); block != nil {
		lines := strings.Split(string(file), "\n")
		forms["a line of the PEM file"] = []byte(lines[len(lines)/2])
		forms["the DER"] = block.Bytes
	} else {
		forms["the P12 file"] = file[:64]
	}
	return forms
}

// TestSecretsStayWhereTheyAre: with secrets in use on every wire, and peers that
// repeat them in their answers, none is in the log, in an error, in the database
// or in a payload.
func TestSecretsStayWhereTheyAre(t *testing.T) {
	plantSecrets(t)
	var asked atomic.Pointer[string] // the Authorization that the partner's server saw
	var echoes atomic.Bool
	var partner string
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		seen := q.Header.Get("Authorization")
		asked.Store(&seen)
		if echoes.Load() {
			_, password, _ := q.BasicAuth()
			w.Header().Set("X-Debug", seen)
			http.Error(w, "who is "+seen+", with the password "+password+"?", http.StatusServiceUnavailable)
			return
		}
		u, _ := url.Parse(partner)
		u.Path = ""
		httputil.NewSingleHostReverseProxy(u).ServeHTTP(w, q)
	}))
	defer front.Close()

	var forms map[string][]byte
	r := begin(t, setup{
		erp: sim.ERPOptions{Bearer: erpCanary},
		edits: append(base(),
			"waybill.yaml", "timeout: 10s", "timeout: 10s\n    auth: { kind: bearer, secret: \"secret://env/WAYBILL_TEST_ERP\" }",
			"waybill.yaml", "key: keys/ourco.key, certificate: certs/ourco.cer", `key: keys/ourco.p12, password: "secret://env/WAYBILL_TEST_P12"`,
			"partners/acme-retail.yaml", "as2:\n", "as2:\n  user: "+as2Account+"\n  password: \"secret://env/WAYBILL_TEST_AS2\"\n",
			"partners/defaults.yaml", "as2:\n", "as2:\n  retry: { first: 10ms, max: 40ms, give_up: 1h }\n",
		),
		before: func(dir string) {
			forms = inP12(t, dir)
			name := filepath.Join(dir, "partners", example.Partner+".yaml")
			data, err := os.ReadFile(name)
			if err != nil {
				t.Error(err)
				return
			}
			at := bytes.Index(data, []byte("url: ")) + len("url: ")
			end := at + bytes.IndexByte(data[at:], '\n')
			partner = string(data[at:end])
			text := string(data[:at]) + front.URL + "/as2" + string(data[end:])
			if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
				t.Error(err)
			}
		},
	})
	for name, form := range secretForms() {
		forms[name] = form
	}
	r.send(t)
	r.calm(t)
	want := "Basic " + base64.StdEncoding.EncodeToString([]byte(as2Account+":"+as2Canary))
	if seen := asked.Load(); len(r.erp.Journal()) != 1 || len(r.partner.Answers()) != 1 || seen == nil || *seen != want {
		t.Fatalf("the secrets are not in use: %d orders, %d acknowledgements", len(r.erp.Journal()), len(r.partner.Answers()))
	}

	// Peers that repeat what they were told.
	r.erp.Use(sim.Always(sim.Status(400, "no such token: Bearer "+erpCanary)))
	echoes.Store(true)
	r.send(t)
	m := r.one(t, spool.Filter{Kind: stages.KindDocument, Status: string(spool.Held)})
	if !strings.Contains(m.Error, "no such token") {
		t.Errorf("the ERP's words are lost: %s", m.Error)
	}
	until(t, "the 997 fails", func() bool { return len(r.log.lines(t, "stage", "send", "msg", "failed")) > 1 })
	wantNone(t, forms, "an error of the ERP", []byte(m.Error))
	for _, e := range r.messages(t, spool.Filter{Limit: 1000}) {
		wantNone(t, forms, "message "+e.ID, []byte(e.Error+e.Hint+string(e.Prepared)))
	}
	for _, p := range r.Reload() {
		wantNone(t, forms, "a problem", []byte(p.String()))
	}
	_, metrics := r.page(t, "/metrics")
	wantNone(t, forms, "/metrics", []byte(metrics))
	echoes.Store(false)
	r.halt(t)

	wantNone(t, forms, "the log", []byte(r.log.String()))
	files := 0
	err := filepath.WalkDir(filepath.Join(r.dir, "data"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		data, err := os.ReadFile(path)
		wantNone(t, forms, path, data)
		return err
	})
	if err != nil || files == 0 {
		t.Errorf("%d files of the spool were read, %v", files, err)
	}
}

// inP12 puts our key into a P12 file under its password, and returns what must
// not show of it.
func inP12(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	key, err := os.ReadFile(filepath.Join(dir, "keys", "ourco.key"))
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := os.ReadFile(filepath.Join(dir, "certs", "ourco.cer"))
	if err != nil {
		t.Fatal(err)
	}
	id, err := cms.ParseIdentity(append(certificate, key...), "")
	if err != nil {
		t.Fatal(err)
	}
	private, ok := id.Key.(*rsa.PrivateKey)
	if !ok {
		t.Fatalf("our key is %T", id.Key)
	}
	p12, err := pkcs12.Modern.Encode(private, id.Certificate, nil, p12Canary)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "keys", "ourco.p12"), p12, 0o600); err != nil {
		t.Fatal(err)
	}
	forms := keyForms(t, private, key)
	for name, form := range keyForms(t, private, p12) {
		forms[name] = form
	}
	return forms
}

// TestCheckShowsNoSecret: whatever mistake stands beside a secret, the problems
// name its place and never its value.
func TestCheckShowsNoSecret(t *testing.T) {
	plantSecrets(t)
	const timeout, as2Block, key = "timeout: 10s", "as2:\n  them: ACME_AS2\n", "key: keys/ourco.key, certificate: certs/ourco.cer"
	erp := func(block string) []string { return []string{"waybill.yaml", timeout, timeout + "\n    " + block} }
	as2 := func(lines string) []string {
		return []string{"partners/acme-retail.yaml", as2Block, as2Block + lines}
	}
	for name, edits := range map[string][]string{
		"a token in clear":                      erp("auth: { kind: bearer, secret: " + erpCanary + " }"),
		"a token under an unknown scheme":       erp("auth: { kind: bearer, secret: \"secret://vault/" + erpCanary + "\" }"),
		"a token in a scheme's place":           erp("auth: { kind: bearer, secret: \"secret://" + erpCanary + "\" }"),
		"a token under a misspelt key":          erp("auth: { kind: bearer, secrt: " + erpCanary + " }"),
		"a list of tokens":                      erp("auth: { kind: bearer, secret: [" + erpCanary + "] }"),
		"a token of two lines":                  erp("auth: { kind: bearer, secret: \"secret://env/WAYBILL_TEST_LINES\" }"),
		"a token in a header":                   erp("headers: { Authorization: \"Bearer " + erpCanary + "\" }"),
		"a token in a header with a line break": erp("headers: { X-Token: \"" + erpCanary + "\\n\" }"),
		"a password in the ERP's address":       {"waybill.yaml", "http://127.0.0.1:4090/orders", "http://erp:" + erpCanary + "@127.0.0.1:4090/orders"},
		"a broken address with a password":      {"waybill.yaml", "http://127.0.0.1:4090/orders", "http://erp:" + erpCanary + "@127.0.0.1:port/orders"},
		"a secret without a kind":               erp("auth: { secret: \"secret://env/WAYBILL_TEST_ERP\" }"),
		"a password in clear":                   as2("  user: waybill\n  password: " + as2Canary + "\n"),
		"a password without a user":             as2("  password: \"secret://env/WAYBILL_TEST_AS2\"\n"),
		"a password under a misspelt key":       as2("  pasword: " + as2Canary + "\n"),
		"a password in the partner's address":   {"partners/acme-retail.yaml", "url: http://127.0.0.1:4082/as2", "url: http://waybill:" + as2Canary + "@127.0.0.1:4082/as2"},
		"a broken address of the partner":       {"partners/acme-retail.yaml", "url: http://127.0.0.1:4082/as2", "url: http://waybill:" + as2Canary + "@127.0.0.1:port/as2"},
		"a password in a header":                as2("  headers: { Authorization: \"Basic " + as2Canary + "\\n\" }\n"),
		"a password with a mistake beside it":   as2("  user: waybill\n  password: \"secret://env/WAYBILL_TEST_AS2\"\n  encrypt: rot13\n"),
		"a quote that is not closed":            as2("  user: waybill\n  password: \"" + as2Canary + "\n"),
		"a tab before a password":               as2("\tpassword: " + as2Canary + "\n"),
		"the password of a P12 file in clear":   {"waybill.yaml", key, "key: keys/ourco.p12, password: " + p12Canary},
		"another P12 file's password":           {"waybill.yaml", key, `key: keys/ourco.p12, password: "secret://env/WAYBILL_TEST_ERP"`},
		"a P12 file's password for a PEM file":  {"waybill.yaml", key, `key: keys/ourco.cer, password: "secret://env/WAYBILL_TEST_P12"`},
		"a database's password":                 {"waybill.yaml", "sqlite:data/waybill.db", "mysql://waybill:" + erpCanary + "@db/waybill"},
		"a database's password, no scheme":      {"waybill.yaml", "sqlite:data/waybill.db", "waybill:" + erpCanary + "@db/waybill"},
		"a database's address cut short":        {"waybill.yaml", "sqlite:data/waybill.db", "postgres:waybill:" + erpCanary + "@db/waybill"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("WAYBILL_TEST_LINES", erpCanary+"\nnext")
			dir := exampleTree(t)
			forms := inP12(t, dir)
			for name, form := range secretForms() {
				forms[name] = form
			}
			r := &rig{dir: dir}
			r.edit(t, edits[0], edits[1], edits[2])
			problems := Check(dir)
			if !settings.Fatal(problems) {
				t.Errorf("the mistake is not found: %v", problems)
			}
			for _, p := range problems {
				wantNone(t, forms, "a problem", []byte(p.String()))
			}
		})
	}
}

// TestTheDatabasesPasswordStaysOut: a database that cannot be reached is told of
// without the password in its address.
func TestTheDatabasesPasswordStaysOut(t *testing.T) {
	plantSecrets(t)
	for name, store := range map[string]string{
		"nobody listens":   "postgres://waybill:" + erpCanary + "@127.0.0.1:1/waybill?sslmode=disable",
		"a broken address": "postgres://waybill:" + erpCanary + "@127.0.0.1:port/waybill",
		"a broken option":  "postgres://waybill:" + erpCanary + "@127.0.0.1:1/waybill?sslmode=" + "sometimes",
	} {
		t.Run(name, func(t *testing.T) {
			j := &journal{}
			r := &rig{dir: exampleTree(t), log: j, ended: make(chan error, 1)}
			r.edit(t, "waybill.yaml", "sqlite:data/waybill.db", store)
			c, _ := Load(r.dir)
			c.Observe.Listen = "127.0.0.1:0"
			g, problems := New(c, Options{Log: jsonLog(j)})
			if g == nil {
				t.Fatal(problems)
			}
			ctx, stop := context.WithTimeout(t.Context(), 2*time.Second)
			defer stop()
			ready := make(chan error, 1)
			go func() { ready <- g.Run(ctx) }()
			until(t, "it has tried", func() bool { return g.failed.Load() != nil || len(ready) > 0 })
			if err := g.Ready(t.Context()); err != nil {
				wantNone(t, secretForms(), "/readyz", []byte(err.Error()))
			}
			stop()
			if err := <-ready; err != nil {
				wantNone(t, secretForms(), "the error", []byte(err.Error()))
			}
			wantNone(t, secretForms(), "the log", []byte(j.String()))
		})
	}
}
