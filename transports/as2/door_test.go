package as2

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"waybill/transports"
	"waybill/transports/transporttest"
)

type broken struct{}

func (broken) Partnership(string, string) (Partnership, error) {
	return Partnership{}, errors.New("the book is being written")
}

// The door answers its own path by POST and nothing else.
func TestDoor(t *testing.T) {
	ours, _ := terms(t)
	r := receive(t, ours)
	root := strings.TrimSuffix(r.url, "/as2")
	for _, c := range []struct {
		method, url string
		want        int
	}{
		{http.MethodGet, r.url, 405}, {http.MethodHead, r.url, 405}, {http.MethodPut, r.url, 405}, {http.MethodDelete, r.url, 405}, {"TRACE", r.url, 405},
		{http.MethodGet, root + "/", 404}, {http.MethodPost, root + "/", 404}, {http.MethodPost, r.url + "/", 404}, {http.MethodPost, r.url + "/../admin", 404},
		{http.MethodGet, root + "/metrics", 404}, {http.MethodGet, root + "/healthz", 404}, {http.MethodGet, root + "/debug/pprof/", 404},
		{http.MethodPost, r.url, 400},
	} {
		req, err := http.NewRequestWithContext(t.Context(), c.method, c.url, nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != c.want {
			t.Errorf("%s %s: %d, want %d", c.method, c.url, res.StatusCode, c.want)
		}
	}
	if n := len(r.in.Arrivals()); n != 0 {
		t.Errorf("%d arrivals of what is no message", n)
	}
}

func TestPutOff(t *testing.T) {
	ours, theirs := terms(t)
	m := pack(t, theirs, "01A", order())
	suspended := ours
	suspended.Suspended = true
	for name, lookup := range map[string]Lookup{"suspended": table{suspended}, "no terms now": broken{}} {
		in := transporttest.NewInbox(t)
		at, _ := listen(t, in, ReceiverOptions{Lookup: lookup})
		if got := m.send(t, at); got.status != 503 || got.header.Get("Retry-After") == "" || strings.Contains(string(got.body), "book") {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
		if len(in.Arrivals()) != 0 {
			t.Errorf("%s: something was kept", name)
		}
	}
}

func TestTooManyAtOnce(t *testing.T) {
	ours, theirs := terms(t)
	in := transporttest.NewInbox(t)
	reached, open := make(chan struct{}), make(chan struct{})
	in.Hook(transporttest.Hooks{Release: func(string, transports.Verdict) error {
		close(reached)
		<-open
		return nil
	}})
	at, _ := listen(t, in, ReceiverOptions{Lookup: table{ours}, InFlight: 1})
	first := make(chan answerTo, 1)
	go func() { first <- pack(t, theirs, "01A", order()).send(t, at) }()
	<-reached
	if got := pack(t, theirs, "01B", order()).send(t, at); got.status != 503 {
		t.Errorf("the second: %d", got.status)
	}
	close(open)
	if got := <-first; got.status != 200 {
		t.Errorf("the first: %d", got.status)
	}
}

// A peer that stops in the middle is let go, and what came of it is kept as
// refused.
func TestTooSlow(t *testing.T) {
	ours, theirs := terms(t)
	in := transporttest.NewInbox(t)
	at, stop := listen(t, in, ReceiverOptions{Lookup: table{ours}, Timeouts: Timeouts{Idle: 50 * time.Millisecond}})
	m := pack(t, theirs, "01A", order())
	conn, err := begin(t.Context(), m, at, len(m.body)/2)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil || res.StatusCode != http.StatusRequestTimeout {
		t.Fatalf("%+v, %v", res, err)
	}
	_ = res.Body.Close()
	if err := stop(); err != nil {
		t.Error(err)
	}
	if list := in.Refused(); len(list) != 1 || !bytes.Equal(list[0].Bytes(t), m.body[:len(m.body)/2]) {
		t.Errorf("%d refused", len(list))
	}
}

// A peer that sends a byte now and then is let go as well.
func TestTrickle(t *testing.T) {
	ours, theirs := terms(t)
	in := transporttest.NewInbox(t)
	at, _ := listen(t, in, ReceiverOptions{Lookup: table{ours}, Timeouts: Timeouts{Idle: 200 * time.Millisecond}})
	m := pack(t, theirs, "01A", order())
	conn, err := begin(t.Context(), m, at, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	answered := make(chan struct{})
	go func() {
		for {
			select {
			case <-answered:
				return
			case <-time.After(20 * time.Millisecond):
				_, _ = conn.Write([]byte{'x'}) // when it fails, the answer is there
			}
		}
	}()
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	close(answered)
	if err != nil || res.StatusCode != http.StatusRequestTimeout {
		t.Fatalf("%+v, %v", res, err)
	}
	_ = res.Body.Close()
}

// Whatever is asked for: a body that does not come holds no connection for ever.
func TestBodyThatNeverComes(t *testing.T) {
	ours, _ := terms(t)
	at, _ := listen(t, transporttest.NewInbox(t), ReceiverOptions{Lookup: table{ours}, Timeouts: Timeouts{Idle: 50 * time.Millisecond}})
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"POST /nothing", "GET /as2", "PUT /as2", "POST /as2"} {
		conn, err := (&net.Dialer{Timeout: time.Second}).DialContext(t.Context(), "tcp", u.Host)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := fmt.Fprintf(conn, "%s HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n", line); err != nil {
			t.Fatal(err)
		}
		_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
		if _, err := io.Copy(io.Discard, conn); err != nil {
			t.Errorf("%s: the connection is still open: %v", line, err)
		}
	}
}

// Strangers that fill their slots leave the partners theirs.
func TestStrangersShutNoDoor(t *testing.T) {
	ours, theirs := terms(t)
	in := transporttest.NewInbox(t)
	at, _ := listen(t, in, ReceiverOptions{Lookup: table{ours}, InFlight: 16})
	m := pack(t, theirs, "01A", order())
	stranger := packed{m.header.Clone(), m.body}
	stranger.header["AS2-From"] = []string{"nobody"}
	for range 16 { // two have room
		conn, err := begin(t.Context(), stranger, at, 1)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
	}
	for end := time.Now().Add(10 * time.Second); stranger.send(t, at).status != 503; {
		if time.Now().After(end) {
			t.Fatal("strangers are not bounded")
		}
	}
	if got := m.send(t, at); got.status != 200 {
		t.Errorf("the partner gets %d %s", got.status, got.body)
	}
}

// What is not offered yet is refused in words, and kept.
func TestAsynchronous(t *testing.T) {
	ours, theirs := terms(t)
	r := receive(t, ours)
	m := pack(t, theirs, "01A", order())
	m.header["Receipt-Delivery-Option"] = []string{"http://127.0.0.1:1/mdn"}
	got := m.send(t, r.url)
	if got.status != http.StatusNotImplemented || !strings.Contains(string(got.body), "Receipt-Delivery-Option") {
		t.Errorf("%d %s", got.status, got.body)
	}
	if list := r.in.Refused(); len(list) != 1 || list[0].Verdict.Problem.Code != "AS2-ASYNC" || !bytes.Equal(list[0].Bytes(t), m.body) {
		t.Errorf("%d refused", len(list))
	}
	report := (&receipt{from: ours.Them, to: ours.Us, originalID: "<x@y>", disposition: Disposition{Type: "processed"}}).report("b", time.Now())
	m = packed{m.header.Clone(), report}
	delete(m.header, "Receipt-Delivery-Option")
	delete(m.header, "Disposition-Notification-To")
	m.header["Content-Type"] = []string{`multipart/report; report-type=disposition-notification; boundary="b"`}
	if got := m.send(t, r.url); got.status != http.StatusNotImplemented {
		t.Errorf("an asynchronous MDN: %d %s", got.status, got.body)
	}
}

func TestReceiptOptions(t *testing.T) {
	ours, theirs := terms(t)
	r := receive(t, ours)
	m := pack(t, theirs, "01A", order())
	m.header["Disposition-Notification-Options"] = []string{"signed-receipt-protocol=optional, pkcs7-signature; signed-receipt-micalg=required, md5"}
	refused(t, r, m, refusal{"failed/failure: unsupported MIC-algorithms", "AS2-MICALG", true})
	m.header["Disposition-Notification-Options"] = []string{"signed-receipt-protocol=required, pgp-signature"}
	refused(t, r, m, refusal{"failed/failure: unsupported format", "AS2-RECEIPT", false})

	// Without a receipt the status has to say it.
	delete(m.header, "Disposition-Notification-To")
	if got := m.send(t, r.url); got.status != 200 || len(got.body) != 0 {
		t.Errorf("accepted without a receipt: %d %q", got.status, got.body)
	}
	m.body = m.body[:len(m.body)-20]
	if got := m.send(t, r.url); got.status != 400 || !strings.Contains(string(got.body), "decrypted") {
		t.Errorf("refused without a receipt: %d %q", got.status, got.body)
	}
}

func TestNoMessageID(t *testing.T) {
	ours, theirs := terms(t)
	r := receive(t, ours)
	m := pack(t, theirs, "01A", order())
	delete(m.header, "Message-ID")
	if got := m.send(t, r.url); got.status != 400 {
		t.Errorf("%d", got.status)
	}
	if list := r.in.Refused(); len(list) != 1 || list[0].Verdict.Problem.Code != "AS2-SYNTAX" {
		t.Errorf("%d refused", len(list))
	}
}

// The receipt echoes the Message-ID exactly, with or without angle brackets.
func TestMessageIDEcho(t *testing.T) {
	ours, theirs := terms(t)
	r := receive(t, ours)
	for _, id := range []string{"<a@b>", "no-brackets@host", "<x!#$%&'*+/=?^_`{|}~@y>"} {
		m := pack(t, theirs, "01A", order())
		m.header["Message-ID"] = []string{id}
		if got := m.send(t, r.url).mdn(t); got.OriginalMessageID != id {
			t.Errorf("%s came back as %s", id, got.OriginalMessageID)
		}
	}
}

// Identifiers are matched raw, quoted and unquoted, and answered quoted where
// they must be.
func TestIdentifierSpellings(t *testing.T) {
	ours, theirs := terms(t)
	r := receive(t, ours)
	for _, spelling := range []string{`"ACME AS2"`, `ACME AS2`, `"ACME\ AS2"`} {
		m := pack(t, theirs, "01A", order())
		m.header["AS2-From"] = []string{spelling}
		got := m.send(t, r.url)
		if mdn := got.mdn(t); !mdn.Disposition.Accepted() || mdn.To != "ACME AS2" || got.header.Get("AS2-To") != `"ACME AS2"` || got.header.Get("AS2-From") != "OURCO_AS2" {
			t.Errorf("%s: %s, to %s", spelling, mdn.Disposition, got.header.Get("AS2-To"))
		}
	}
}

// What peers put on the wire that Go's client would not: folded headers, chunks
// and Expect: 100-continue, no length at all.
func TestOnTheWire(t *testing.T) {
	ours, theirs := terms(t)
	r := receive(t, ours)
	for name, c := range map[string]struct {
		lines string
		body  func([]byte) []byte
		want  int
	}{
		"folded Content-Type": {"Content-Type: application/pkcs7-mime;\r\n\tsmime-type=enveloped-data;\r\n name=\"smime.p7m\"\r\nContent-Length: %d", nil, 200},
		"names in any case":   {"content-type: APPLICATION/PKCS7-MIME; SMIME-TYPE=enveloped-data\r\nCONTENT-LENGTH: %d", nil, 200},
		"expect":              {"Content-Type: application/pkcs7-mime\r\nExpect: 100-continue\r\nContent-Length: %d", nil, 200},
		"chunks":              {"Content-Type: application/pkcs7-mime\r\nTransfer-Encoding: chunked\r\nX-Length: %d", inChunks, 200},
		"chunks and expect":   {"Content-Type: application/pkcs7-mime\r\nExpect: 100-Continue\r\nTransfer-Encoding: chunked\r\nX-Length: %d", inChunks, 200},
		"two lengths":         {"Content-Type: application/pkcs7-mime\r\nContent-Length: 5\r\nContent-Length: %d", nil, 400},
		"chunks cut off":      {"Content-Type: application/pkcs7-mime\r\nTransfer-Encoding: chunked\r\nX-Length: %d", func(b []byte) []byte { c := inChunks(b); return append(c[:len(c)-5], "zz\r\n"...) }, 400},
	} {
		t.Run(name, func(t *testing.T) {
			m := pack(t, theirs, "01A"+strings.ReplaceAll(name, " ", "-"), order())
			delete(m.header, "Content-Type")
			body := m.body
			if c.body != nil {
				body = c.body(body)
			}
			res, err := onTheWire(t.Context(), r.url, m.header, fmt.Sprintf(c.lines, len(m.body)), body)
			if res == nil || res.StatusCode != c.want || err != nil && c.want == 200 {
				t.Fatalf("%+v, %v", res, err)
			}
			if c.want == 200 && (res.ContentLength <= 0 || !strings.HasPrefix(res.Header.Get("Content-Type"), "multipart/signed")) {
				t.Errorf("%+v", res.Header)
			}
		})
	}
	if n := len(r.in.Accepted()); n != 5 {
		t.Errorf("%d accepted", n)
	}
}

func inChunks(b []byte) []byte {
	var out bytes.Buffer
	for len(b) > 0 {
		n := min(1000, len(b))
		fmt.Fprintf(&out, "%x\r\n%s\r\n", n, b[:n])
		b = b[n:]
	}
	out.WriteString("0\r\n\r\n")
	return out.Bytes()
}

func exchangeRaw(ctx context.Context, at string, h http.Header, line string, body []byte) (*http.Response, error) {
	return onTheWire(ctx, at, h, fmt.Sprintf("Content-Length: %d\r\n%s", len(body), line), body)
}

// onTheWire sends header lines and a body as they are.
func onTheWire(ctx context.Context, at string, h http.Header, lines string, body []byte) (*http.Response, error) {
	u, err := url.Parse(at)
	if err != nil {
		return nil, err
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", u.Host)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	var b bytes.Buffer
	fmt.Fprintf(&b, "POST %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n%s\r\n", u.Path, u.Host, lines)
	if err := h.Write(&b); err != nil {
		return nil, err
	}
	b.WriteString("\r\n")
	b.Write(body)
	if _, err := conn.Write(b.Bytes()); err != nil {
		return nil, err
	}
	br := bufio.NewReader(conn)
	res, err := http.ReadResponse(br, nil)
	if err == nil && res.StatusCode == http.StatusContinue {
		res, err = http.ReadResponse(br, nil)
	}
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	return res, err
}
