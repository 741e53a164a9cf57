package mailbox

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"golang.org/x/oauth2"

	"waybill/cms"
	"waybill/transports"
)

// identity makes a key with a certificate that is its own authority.
func identity(t testing.TB, name string) cms.Identity {
	t.Helper()
	id, err := cms.NewIdentity(name, 1, time.Now(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// certificate makes a TLS certificate for an address, and trust in it.
func certificate(t testing.TB, address string) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.ParseIP(address)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	if c, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(c)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// secure gives a server a certificate, and returns who must be trusted for it.
func secure(t testing.TB, implicit bool) (func(*smtp.Server), *x509.CertPool) {
	t.Helper()
	cert, pool := certificate(t, "127.0.0.1")
	return func(s *smtp.Server) {
		s.TLSConfig, s.AllowInsecureAuth = &tls.Config{Certificates: []tls.Certificate{cert}}, false
		if implicit {
			s.Network = "tls"
		}
	}, pool
}

func TestSecureLogins(t *testing.T) {
	user := func(password string) Login { return Login{User: "edi@our.test", Password: password} }
	token := func(word string) Login {
		return Login{User: "edi@our.test", Token: oauth2.StaticTokenSource(&oauth2.Token{AccessToken: word}), Mechanism: "xoauth2"}
	}
	for _, c := range []struct {
		security, offer string
		login           Login
		used            string
		ok              bool
	}{
		{"tls", "PLAIN LOGIN", user("right"), "PLAIN edi@our.test", true},
		{"starttls", "PLAIN", user("right"), "PLAIN edi@our.test", true},
		{"starttls", "LOGIN", user("right"), "LOGIN edi@our.test", true},
		{"starttls", "XOAUTH2", token("right"), "XOAUTH2 edi@our.test", true},
		{"starttls", "XOAUTH2", token("wrong"), "XOAUTH2 edi@our.test", false},
		{"tls", "LOGIN", user("wrong"), "LOGIN edi@our.test", false},
		{"tls", "PLAIN", user("wrong"), "PLAIN edi@our.test", false},
		{"starttls", "", user("right"), "", false},
		{"starttls", "PLAIN", Login{}, "", true},
	} {
		t.Run(strings.Join([]string{c.security, c.offer, c.login.Password}, " "), func(t *testing.T) {
			change, pool := secure(t, c.security == "tls")
			s := serve(t, change)
			s.offer = strings.Fields(c.offer)
			_, _, err := attempt(t.Context(), s.post(func(t *Terms) { t.Server.Security, t.Server.Roots, t.Server.Login = c.security, pool, c.login }))
			var f *transports.Failure
			if c.ok != (err == nil) || err != nil && (!errors.As(err, &f) || f.Code() != "MAIL-LOGIN" || !f.Temporary()) {
				t.Errorf("found %v", err)
			}
			if got := strings.Join(s.logins, ", "); got != c.used {
				t.Errorf("logged in by %q, expected %q", got, c.used)
			}
		})
	}
}

// Nothing is said in clear where TLS was agreed, and to nobody else.
func TestNoTLSNoMail(t *testing.T) {
	secured, pool := secure(t, false)
	implicit, others := secure(t, true)
	for _, c := range []struct {
		name, security string
		change         func(*smtp.Server)
		roots          *x509.CertPool
	}{
		{"no STARTTLS", "starttls", nil, pool},
		{"STARTTLS by a stranger", "starttls", secured, others},
		{"TLS by a stranger", "tls", implicit, pool},
		{"TLS by nobody the system knows", "tls", implicit, nil},
		{"no TLS", "tls", nil, pool},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := serve(t, c.change)
			_, _, err := attempt(t.Context(), s.post(func(t *Terms) {
				t.Server.Security, t.Server.Roots, t.Server.Login = c.security, c.roots, Login{User: "edi@our.test", Password: "right"}
			}))
			var f *transports.Failure
			if !errors.As(err, &f) || f.Code() != "MAIL-TLS" || !f.Temporary() || len(s.logins)+len(s.got()) > 0 {
				t.Errorf("found %v after %v", err, s.logins)
			}
		})
	}
}

// scripted is a server that says what it is told, line by line, to whatever comes.
func scripted(t testing.TB, say func(w net.Conn, line string)) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		c, err := ln.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		say(c, "")
		lines := bufio.NewScanner(c)
		for lines.Scan() {
			say(c, lines.Text())
		}
	}()
	t.Cleanup(func() {
		_ = ln.Close()
		<-done
	})
	return ln.Addr().String()
}

// A server that talks without end, says nothing, or speaks something else costs
// no memory and no time; and it never gets the password back into our log.
func TestHostileServers(t *testing.T) {
	long := strings.Repeat("x", 3000)
	for name, c := range map[string]struct {
		say  func(w net.Conn, line string)
		code string
	}{
		"greets without end": {func(w net.Conn, line string) {
			for line == "" {
				if _, err := fmt.Fprint(w, "220-welcome\r\n"); err != nil {
					return
				}
			}
		}, "MAIL-LATER"},
		"offers without end": {func(w net.Conn, line string) {
			if line == "" {
				fmt.Fprint(w, "220 hello\r\n")
				return
			}
			for i := 0; ; i++ {
				if _, err := fmt.Fprintf(w, "250-X%d\r\n", i); err != nil {
					return
				}
			}
		}, "MAIL-LATER"},
		"a line without end": {func(w net.Conn, line string) { fmt.Fprint(w, "220 "+long) }, "MAIL-LATER"},
		"silent":             {func(net.Conn, string) {}, "MAIL-LATER"},
		"another protocol":   {func(w net.Conn, _ string) { fmt.Fprint(w, "SSH-2.0-OpenSSH\r\n") }, "MAIL-LATER"},
		"repeats the password": {func(w net.Conn, line string) {
			switch {
			case line == "":
				fmt.Fprint(w, "220 hello\r\n")
			case strings.HasPrefix(line, "EHLO"):
				fmt.Fprint(w, "250-hello\r\n250 AUTH PLAIN\r\n")
			default:
				secret, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(line, "AUTH PLAIN "))
				fmt.Fprintf(w, "535 5.7.8 %s is %s\r\n", line, strings.ReplaceAll(string(secret), "\x00", "/"))
			}
		}, "MAIL-LOGIN"},
	} {
		t.Run(name, func(t *testing.T) {
			addr := scripted(t, c.say)
			s := &server{addr: addr}
			_, _, err := attempt(t.Context(), s.post(func(t *Terms) {
				t.Server.Timeout, t.Server.Login = 500*time.Millisecond, Login{User: "edi@our.test", Password: "pass-word"}
			}))
			var f *transports.Failure
			if !errors.As(err, &f) || f.Code() != c.code || !f.Temporary() || f.Hint() == "" {
				t.Fatalf("found %v", err)
			}
			secret := base64.StdEncoding.EncodeToString([]byte("\x00edi@our.test\x00pass-word"))
			if text := err.Error(); len(text) > 1500 || strings.Contains(text, "pass-word") || strings.Contains(text, secret) {
				t.Errorf("found %q", text)
			}
		})
	}
}

// The time for an answer holds from the first one.
func TestSilentBeforeSTARTTLS(t *testing.T) {
	s := &server{addr: scripted(t, func(net.Conn, string) {})}
	for _, security := range []string{"starttls", "tls"} {
		_, _, err := attempt(t.Context(), s.post(func(t *Terms) { t.Server.Security, t.Server.Timeout = security, 50*time.Millisecond }))
		var f *transports.Failure
		if !errors.As(err, &f) || !f.Temporary() {
			t.Errorf("%s: found %v", security, err)
		}
	}
}

func TestNobodyListens(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{addr: ln.Addr().String()}
	_ = ln.Close()
	_, _, err = attempt(t.Context(), s.post(nil))
	var f *transports.Failure
	if !errors.As(err, &f) || f.Code() != "TRN-CONNECT" || !f.Temporary() {
		t.Errorf("found %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err = attempt(ctx, s.post(nil)); !errors.Is(err, context.Canceled) {
		t.Errorf("found %v", err)
	}
}
