package http

import (
	"io"
	nethttp "net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// What was signed is taken, and nothing else.
func TestSignature(t *testing.T) {
	body := []byte(`{"kind":"order"}`)
	good := signature("shared", now(), body)
	if want := "t=1794839400,v1="; !strings.HasPrefix(good, want) || len(good) != len(want)+64 {
		t.Fatalf("the signature is %q", good)
	}
	minute := time.Minute
	for name, c := range map[string]struct {
		header, secret, body string
		at                   time.Time
		says                 string
	}{
		"right":             {good, "shared", string(body), now(), ""},
		"a bit early":       {good, "shared", string(body), now().Add(-minute), ""},
		"a bit late":        {good, "shared", string(body), now().Add(minute), ""},
		"with more":         {"v0=x, " + good + ",v1=00,v2=ff", "shared", string(body), now(), ""},
		"too late":          {good, "shared", string(body), now().Add(minute + time.Second), "are taken"},
		"too early":         {good, "shared", string(body), now().Add(-minute - time.Second), "are taken"},
		"another secret":    {good, "other", string(body), now(), "not that of the body"},
		"another body":      {good, "shared", "{}", now(), "not that of the body"},
		"another time":      {strings.Replace(good, "t=1", "t=2", 1), "shared", string(body), now(), "not that of the body"},
		"no time":           {good[strings.Index(good, "v1"):], "shared", string(body), now(), "t=SECONDS"},
		"two times":         {"t=1," + good, "shared", string(body), now(), "two times"},
		"no signature":      {"t=1763303400", "shared", string(body), now(), "t=SECONDS"},
		"nothing":           {"", "shared", string(body), now(), "t=SECONDS"},
		"a time in words":   {"t=now,v1=00", "shared", string(body), now(), "t=SECONDS"},
		"too many to count": {strings.Repeat("v1=00,", 50) + good, "shared", string(body), now(), "too many"},
	} {
		err := verify(c.header, c.secret, c.at, minute, []byte(c.body))
		if c.says == "" && err != nil || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
			t.Errorf("%s: found %v, expected %q", name, err, c.says)
		}
	}
}

// OpenSSL computes the same, so that the format is what the documentation says.
func TestSignatureByOpenSSL(t *testing.T) {
	if _, err := exec.LookPath("openssl"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("left out: openssl is missing; make deps brings it")
		}
		t.Skip("left out: openssl is missing; make deps brings it")
	}
	body := `{"kind":"order","partner":"acme"}`
	cmd := exec.CommandContext(t.Context(), "openssl", "dgst", "-sha256", "-hmac", "shared")
	cmd.Stdin = strings.NewReader("1794839400." + body)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	fields := strings.Fields(string(out))
	if got, want := signature("shared", now(), []byte(body)), "t=1794839400,v1="+fields[len(fields)-1]; got != want {
		t.Errorf("found %s, OpenSSL has %s", got, want)
	}
}

// The body that leaves is the one that is signed, at the time of each attempt.
func TestBodiesAreSigned(t *testing.T) {
	var header string
	var body []byte
	c := DefaultConfig()
	c.URL = erp(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		header = r.Header.Get("X-Sig")
		body, _ = io.ReadAll(r.Body)
		always(201, `{"reference":"SO-1"}`)(w, r)
	})
	dir := t.TempDir()
	c.Sign = Sign{Secret: secret(t, dir, "shared"), Header: "X-Sig"}
	at := now()
	target := open(t, c, Options{Now: func() time.Time { return at }})
	for range 2 {
		if _, err := deliver(t, target); err != nil {
			t.Fatal(err)
		}
		if err := verify(header, "shared", at, 0, body); err != nil {
			t.Error(err)
		}
		at = at.Add(time.Hour)
	}
	write(t, dir+"/secret", nil)
	if f := failed(t, second(deliver(t, target))); f.Code() != "ERP-CONFIG" || !f.Temporary() {
		t.Errorf("found %v", f)
	}
}

func second[A any](_ A, err error) error { return err }

// FuzzVerify: no header but one with the secret is taken.
func FuzzVerify(f *testing.F) {
	f.Add("t=1794839400,v1=00", []byte("x"))
	f.Add(signature("other", now(), []byte("x")), []byte("x"))
	f.Add(",,,=,t=,v1=", []byte{})
	f.Fuzz(func(t *testing.T, header string, body []byte) {
		if verify(header, "a secret that nobody guesses", now(), time.Hour, body) == nil {
			t.Errorf("%q was taken", header)
		}
	})
}

func TestEverySignatureIsTaken(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secret, body := rapid.StringN(1, 80, -1).Draw(t, "secret"), rapid.SliceOf(rapid.Byte()).Draw(t, "body")
		at := time.Unix(rapid.Int64Range(0, 1<<40).Draw(t, "at"), 0)
		if err := verify(signature(secret, at, body), secret, at, 0, body); err != nil {
			t.Fatal(err)
		}
	})
}
