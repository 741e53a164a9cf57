package as2

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"waybill/cms"
	"waybill/transports"
	"waybill/transports/transporttest"
)

// serve runs a far end of the test's own making.
func serve(t testing.TB, h http.Handler) string {
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL + "/as2"
}

// far is a partner's server that receives properly and then lets edit change
// the answer.
func far(t *testing.T, edit func(status int, h http.Header, body []byte) (int, []byte)) (Partnership, *Sender) {
	t.Helper()
	ours, theirs := terms(t)
	inner := NewReceiver(ReceiverOptions{Lookup: table{ours}}).Handler(transporttest.NewInbox(t))
	theirs.URL = serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := httptest.NewRecorder()
		inner.ServeHTTP(rec, r)
		status, body := edit(rec.Code, rec.Header(), rec.Body.Bytes())
		for k, v := range rec.Header() {
			w.Header()[k] = v
		}
		w.Header().Set("Content-Length", fmt.Sprint(len(body)))
		w.WriteHeader(status)
		_, _ = w.Write(body)
	}))
	return theirs, NewSender(always(theirs), SenderOptions{})
}

// What a bad answer is worth: never accepted.
func TestJudgement(t *testing.T) {
	_, others := terms(t)
	others.Ours = []cms.Identity{actors(t).stranger}
	unsigned := func(disposition Disposition, mic string) func(int, http.Header, []byte) (int, []byte) {
		return func(_ int, h http.Header, body []byte) (int, []byte) {
			m, err := ParseMDN(h, body)
			if err != nil {
				t.Error(err)
				return 500, nil
			}
			r := receipt{from: "X", to: "Y", originalID: m.OriginalMessageID, disposition: disposition, mic: mic}
			h.Set("Content-Type", `multipart/report; report-type=disposition-notification; boundary="b"`)
			return 200, r.report("b", time.Now())
		}
	}
	processed := Disposition{Type: "processed"}
	for name, c := range map[string]struct {
		edit  func(int, http.Header, []byte) (int, []byte)
		state string
		says  string
	}{
		"as it is": {func(s int, _ http.Header, b []byte) (int, []byte) { return s, b }, stateAccepted, "MIC matched by sha256"},
		"tampered": {func(s int, _ http.Header, b []byte) (int, []byte) {
			return s, bytes.Replace(b, []byte("processed\r\n"), []byte("Processed\r\n"), 1)
		}, stateErrors, "signature proves nothing"},
		"unsigned":          {unsigned(processed, "AQI=, sha256"), stateErrors, "not signed"},
		"unsigned, refused": {unsigned(Disposition{"processed", "error", "unknown-trading-relationship"}, ""), stateRejected, "unknown-trading-relationship"},
	} {
		t.Run(name, func(t *testing.T) {
			_, s := far(t, c.edit)
			rec, err := sendWith(t, s, "01A", order())
			if err != nil {
				t.Fatal(err)
			}
			if !rec.Settled || rec.State != c.state || !strings.Contains(rec.Summary, c.says) || len(rec.Evidence) == 0 || rec.Remote == "" {
				t.Errorf("%+v", rec)
			}
		})
	}
}

// A MIC that is wrong, or not there, is no proof of delivery.
func TestJudgementOfMIC(t *testing.T) {
	_, theirs := terms(t)
	p := actors(t)
	st := &state{MessageID: "<x@y>", Receipt: ReceiptSigned, Digests: map[string][]byte{"sha256": bytes.Repeat([]byte{1}, 32)}}
	for mic, c := range map[string]struct {
		state  string
		accept Accept
	}{
		"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=, sha256": {stateAccepted, Accept{}},
		"AQIBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=, sha256": {stateErrors, Accept{NoMIC: true}},
		"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=, md5":    {stateErrors, Accept{}},
		"": {stateErrors, Accept{}},
		"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=, sha-999": {stateAccepted, Accept{NoMIC: true}},
	} {
		r := receipt{from: "X", to: "Y", originalID: "<x@y>", disposition: Disposition{Type: "processed"}, mic: mic, signer: &p.us, hash: 5}
		b, err := r.build(time.Now(), cryptoRand())
		if err != nil {
			t.Fatal(err)
		}
		h, body := splitReceipt(t, b)
		m, err := ParseMDN(h, body)
		if err != nil {
			t.Fatal(err)
		}
		theirs.Accept = c.accept
		a := attempt{Sender: NewSender(nil, SenderOptions{}), p: &theirs, st: st}
		if state, summary := a.judge(t.Context(), m); state != c.state {
			t.Errorf("MIC %q: %s, %s", mic, state, summary)
		}
	}
}

func TestSendFailures(t *testing.T) {
	for name, c := range map[string]struct {
		edit      func(int, http.Header, []byte) (int, []byte)
		temporary bool
	}{
		"503":       {func(int, http.Header, []byte) (int, []byte) { return 503, nil }, true},
		"403":       {func(int, http.Header, []byte) (int, []byte) { return 403, []byte("go away") }, false},
		"empty 200": {func(_ int, h http.Header, _ []byte) (int, []byte) { h.Del("Content-Type"); return 200, nil }, true},
		"web page": {func(_ int, h http.Header, _ []byte) (int, []byte) {
			h.Set("Content-Type", "text/html")
			return 200, []byte("<html>")
		}, true},
		"other id": {func(s int, _ http.Header, b []byte) (int, []byte) {
			return s, bytes.ReplaceAll(b, []byte("<01A@"), []byte("<01B@"))
		}, true},
		"huge": {func(s int, _ http.Header, _ []byte) (int, []byte) { return s, make([]byte, maxMDN+10) }, true},
		"redirected": {func(_ int, h http.Header, _ []byte) (int, []byte) {
			h.Set("Location", "http://127.0.0.1:1/")
			return 302, nil
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			_, s := far(t, c.edit)
			rec, err := sendWith(t, s, "01A", order())
			var classed *transports.Failure
			if !errors.As(err, &classed) || classed.Temporary() != c.temporary || classed.Code() == "" {
				t.Errorf("%+v, %v", rec, err)
			}
		})
	}
}

func TestSenderOwnTrouble(t *testing.T) {
	for name, c := range map[string]struct {
		change    func(*Partnership)
		code      string
		temporary bool
	}{
		"suspended":             {func(p *Partnership) { p.Suspended = true }, "AS2-SUSPENDED", true},
		"no key":                {func(p *Partnership) { p.Ours = nil }, "AS2-CONFIG", false},
		"no certificate":        {func(p *Partnership) { p.EncryptTo = nil }, "AS2-CONFIG", false},
		"nobody there":          {func(p *Partnership) { p.URL = "http://127.0.0.1:1/as2" }, "TRN-CONNECT", true},
		"address without sense": {func(p *Partnership) { p.URL = "::" }, "AS2-CONFIG", false},
	} {
		_, theirs := terms(t)
		theirs.URL = "http://127.0.0.1:1/as2"
		prep, err := NewSender(always(theirs), SenderOptions{}).Prepare(t.Context(), outgoing("01A"), bytes.NewReader(order()))
		if err != nil {
			t.Fatal(err)
		}
		c.change(&theirs)
		_, err = NewSender(always(theirs), SenderOptions{}).Send(t.Context(), prep, bytes.NewReader(order()))
		var classed *transports.Failure
		if !errors.As(err, &classed) || classed.Code() != c.code || classed.Temporary() != c.temporary {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A partner who takes the message and never answers does not hold us for ever.
func TestSilentPartner(t *testing.T) {
	release := make(chan struct{})
	_, theirs := terms(t)
	theirs.MDN.Timeout = 50 * time.Millisecond
	theirs.URL = serve(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-release
	}))
	t.Cleanup(func() { close(release) })
	_, err := sendWith(t, NewSender(always(theirs), SenderOptions{}), "01A", order())
	var classed *transports.Failure
	if !errors.As(err, &classed) || classed.Code() != "AS2-MDN-TIMEOUT" || !classed.Temporary() {
		t.Errorf("%v", err)
	}
}

func TestSendEndsWithItsContext(t *testing.T) {
	_, theirs := terms(t)
	ctx, cancel := context.WithCancel(t.Context())
	theirs.URL = serve(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then does the server notice that the client is gone
		cancel()
		<-r.Context().Done()
	}))
	s := NewSender(always(theirs), SenderOptions{})
	prep, err := s.Prepare(t.Context(), outgoing("01A"), bytes.NewReader(order()))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Send(ctx, prep, bytes.NewReader(order())); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// On the wire the names stand as AS2 spells them, Content-Type on one line, and
// the length is said unless the profile wants chunks.
func TestRequestOnTheWire(t *testing.T) {
	for _, chunked := range []bool{false, true} {
		_, theirs := terms(t)
		theirs.Us, theirs.Chunked = "A \"B\" C", chunked
		theirs.User, theirs.Password = "u", "p"
		theirs.Header = http.Header{"X-Extra": {"1"}}
		raw := captured(t, theirs)
		for _, line := range []string{"\r\nAS2-From: \"A \\\"B\\\" C\"\r\n", "\r\nAS2-To: OURCO_AS2\r\n", "\r\nMessage-ID: <01A@", "\r\nAS2-Version: ", "\r\nMIME-Version: 1.0\r\n",
			"\r\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data; name=\"smime.p7m\"\r\n", "\r\nX-Extra: 1\r\n", "\r\nAuthorization: Basic dTpw\r\n",
			"signed-receipt-protocol=optional, pkcs7-signature; signed-receipt-micalg=optional, sha256\r\n"} {
			if !strings.Contains(raw, line) {
				t.Errorf("there is no %q in\n%s", line, raw)
			}
		}
		if got := strings.Contains(raw, "\r\nTransfer-Encoding: chunked\r\n"); got != chunked || strings.Contains(raw, "\r\nContent-Length: ") == chunked {
			t.Errorf("chunked %v: %s", chunked, raw)
		}
	}
}

// captured is the head of the request that a sender writes.
func captured(t *testing.T, theirs Partnership) string {
	t.Helper()
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	head := make(chan string, 1)
	go func() {
		defer ln.Close()
		conn, err := ln.Accept()
		if err != nil {
			head <- err.Error()
			return
		}
		defer conn.Close()
		b := make([]byte, 0, 64<<10)
		for !bytes.Contains(b, []byte("\r\n\r\n")) {
			n, err := conn.Read(b[len(b):cap(b)])
			if b = b[:len(b)+n]; err != nil {
				break
			}
		}
		text, _, _ := bytes.Cut(b, []byte("\r\n\r\n"))
		head <- string(text) + "\r\n"
	}()
	theirs.URL = "http://" + ln.Addr().String() + "/as2"
	_, err = sendWith(t, NewSender(always(theirs), SenderOptions{}), "01A", order())
	if err == nil {
		t.Error("a closed connection passed for an answer")
	}
	return <-head
}

// One Send is one request: nothing is repeated behind the history's back.
func TestNoSilentRepeats(t *testing.T) {
	var requests atomic.Int32
	_, theirs := terms(t)
	theirs.URL = serve(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		requests.Add(1)
		panic(http.ErrAbortHandler)
	}))
	if _, err := sendWith(t, NewSender(always(theirs), SenderOptions{}), "01A", order()); err == nil {
		t.Error("no error")
	}
	if n := requests.Load(); n != 1 {
		t.Errorf("%d requests", n)
	}
}

func TestRecipientRollover(t *testing.T) {
	p := actors(t)
	now := time.Now()
	old := *p.us.Certificate
	old.NotAfter = now.Add(-time.Hour)
	got, err := recipient([]*x509.Certificate{&old, p.us.Certificate}, now)
	if err != nil || got != p.us.Certificate {
		t.Errorf("%v, %v", got, err)
	}
	// The receiver decrypts with any of its keys and accepts any of theirs.
	ours, theirs := terms(t)
	ours.Ours = []cms.Identity{p.stranger, p.us}
	ours.Verify = append([]*x509.Certificate{p.stranger.Certificate}, ours.Verify...)
	theirs.Verify = append(theirs.Verify, p.stranger.Certificate)
	r := receive(t, ours)
	if rec, err := post(t, r.url, theirs, "01A", order()); err != nil || rec.State != stateAccepted {
		t.Errorf("%+v, %v", rec, err)
	}
}

func TestCheck(t *testing.T) {
	ours, theirs := terms(t)
	r := receive(t, ours)
	theirs.URL = r.url
	var c transports.Checker = NewSender(always(theirs), SenderOptions{})
	if err := c.Check(t.Context()); err != nil {
		t.Error(err)
	}
	theirs.URL = r.url + "/elsewhere"
	var hinted interface{ Hint() string }
	if err := NewSender(always(theirs), SenderOptions{}).Check(t.Context()); !errors.As(err, &hinted) || hinted.Hint() == "" {
		t.Errorf("a path that nobody serves: found %v", err)
	}
	theirs.URL = "http://127.0.0.1:1/as2"
	if err := NewSender(always(theirs), SenderOptions{}).Check(t.Context()); err == nil {
		t.Error("nobody answered, and that is fine?")
	}
}
