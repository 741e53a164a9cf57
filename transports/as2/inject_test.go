package as2

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"waybill/transports"
)

// controls are the octets that no header line may carry, each inside a word,
// and what people try with them.
func controls() []string {
	var list []string
	for c := range 0x20 {
		list = append(list, "a"+string(byte(c))+"b")
	}
	return append(list, "a\x7fb", "a\r\nEvil: 1", "a\nEvil: 1", "a\rEvil: 1", "a\r\n Evil: 1", "a\r\n\r\nEvil: 1", "a\x00\r\nEvil: 1", "\"a\\\r\nEvil: 1\"", "=?utf-8?q?a=0D=0AEvil:_1?=", "a%0d%0aEvil: 1", "a\x1b[2Jb")
}

// loud says whether a text holds an octet that a log or a terminal acts on.
func loud(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f || r == 0x85 || r == 0x2028 })
}

// Every control octet in every header of a message that comes: whatever the
// answer, nothing of it becomes a line of the answer or of what is kept here.
func TestInjectionInward(t *testing.T) {
	ours, theirs := terms(t)
	r := receive(t, ours)
	m := pack(t, theirs, "01A", order())
	names := []string{"AS2-From", "AS2-To", "AS2-Version", "Message-ID", "Subject", "From", "Date", "User-Agent", "EDIINT-Features", "Content-Type", "Content-Disposition",
		"Content-Transfer-Encoding", "Disposition-Notification-To", "Disposition-Notification-Options", "Receipt-Delivery-Option", "MIME-Version", "X-Anything"}
	for _, name := range names {
		for _, v := range controls() {
			h := m.header.Clone()
			delete(h, name)
			switch name { // where the value would be used
			case "Content-Disposition":
				v = `attachment; filename="` + v + `"`
			case "Message-ID":
				v = "<" + v + "@x>"
			case "Disposition-Notification-Options":
				v = "signed-receipt-protocol=optional, pkcs7-signature; signed-receipt-micalg=optional, " + v
			}
			res, err := exchangeRaw(t.Context(), r.url, h, name+": "+v, m.body)
			if err != nil {
				continue // the connection was closed, which is an answer too
			}
			for key, values := range res.Header {
				if strings.EqualFold(key, "Evil") || len(values) > 1 || loud(key+strings.Join(values, "")) {
					t.Errorf("%s: %q: the answer has %s: %q", name, v, key, values)
				}
			}
		}
	}
	for _, a := range r.in.Arrivals() {
		quietArrival(t, a.Arrival, a.Verdict)
	}
	if got := pack(t, theirs, "01Z", order()).send(t, r.url).mdn(t); !got.Disposition.Accepted() {
		t.Errorf("afterwards: %s", got.Disposition)
	}
}

// quietArrival looks at all that people will see of an arrival.
func quietArrival(t *testing.T, a transports.Arrival, v transports.Verdict) {
	t.Helper()
	shown := []string{a.File, a.Partner, v.Partner, v.Dedupe, v.Digest}
	for _, l := range slices.Concat(a.Labels, v.Labels) {
		shown = append(shown, l.Name, l.Value)
	}
	for _, p := range v.Payloads {
		shown = append(shown, p.File, p.ContentType)
	}
	if v.Problem != nil {
		shown = append(shown, v.Problem.Code, v.Problem.Text, v.Problem.Hint)
	}
	for _, h := range a.Headers {
		shown = append(shown, h.Name, strings.ReplaceAll(h.Value, "\t", " "))
	}
	for _, s := range shown {
		if loud(s) {
			t.Errorf("kept: %q", s)
		}
	}
	if head, _, _ := bytes.Cut(v.Receipt, []byte("\r\n\r\n")); bytes.Contains(head, []byte("Evil")) && !bytes.Contains(head, []byte("\"")) {
		t.Errorf("receipt: %q", head)
	}
}

// Behind a good signature a partner's own software may still write nonsense.
func TestInjectionInside(t *testing.T) {
	ours, theirs := terms(t)
	ours.Require = Require{}
	r := receive(t, ours)
	head := pack(t, theirs, "01A", nil).header
	for i, v := range controls() {
		for j, line := range []string{"Content-Disposition: attachment; filename=\"" + v + "\"", "Content-Type: " + v, "Content-Type: text/plain; name=" + v, "Content-Transfer-Encoding: " + v} {
			h := head.Clone()
			h["Message-ID"] = []string{fmt.Sprintf("<%d.%d@x>", i, j)}
			packed{h, seal(t, theirs, line+"\r\n\r\nhello")}.send(t, r.url)
		}
	}
	if len(r.in.Arrivals()) < 100 {
		t.Fatal("the messages did not arrive")
	}
	for _, a := range r.in.Arrivals() {
		quietArrival(t, a.Arrival, a.Verdict)
	}
}

// wire is a server that keeps the heads of the requests that come, octet by
// octet, and refuses them.
type wire struct {
	url   string
	mu    sync.Mutex
	heads []string
}

func newWire(t *testing.T) *wire {
	t.Helper()
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{url: "http://" + ln.Addr().String() + "/as2"}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			w.one(conn)
		}
	})
	t.Cleanup(func() {
		_ = ln.Close()
		running.Wait()
	})
	return w
}

func (w *wire) one(conn net.Conn) {
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(time.Minute))
	var b []byte
	for buf := make([]byte, 4096); !bytes.Contains(b, []byte("\r\n\r\n")); {
		n, err := conn.Read(buf)
		if b = append(b, buf[:n]...); err != nil {
			break
		}
	}
	head, _, _ := bytes.Cut(b, []byte("\r\n\r\n"))
	w.mu.Lock()
	w.heads = append(w.heads, string(head))
	w.mu.Unlock()
	_, _ = conn.Write([]byte("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))
}

// Every control octet in every field that a profile or a document brings to a
// request: it is refused here for good, or it is made harmless.
func TestInjectionOutward(t *testing.T) {
	w := newWire(t)
	for name, set := range map[string]func(*Partnership, *transports.Outgoing, string){
		"us":           func(p *Partnership, _ *transports.Outgoing, v string) { p.Us = v },
		"them":         func(p *Partnership, _ *transports.Outgoing, v string) { p.Them = v },
		"message":      func(_ *Partnership, o *transports.Outgoing, v string) { o.Message = v },
		"file":         func(p *Partnership, o *transports.Outgoing, v string) { o.File, p.Sign, p.Encrypt = v, 0, "" },
		"content type": func(p *Partnership, o *transports.Outgoing, v string) { o.ContentType, p.Sign, p.Encrypt = v, 0, "" },
		"header value": func(p *Partnership, _ *transports.Outgoing, v string) { p.Header = http.Header{"X-Extra": {v}} },
		"header name":  func(p *Partnership, _ *transports.Outgoing, v string) { p.Header = http.Header{v: {"x"}} },
		"user":         func(p *Partnership, _ *transports.Outgoing, v string) { p.User, p.Password = v, v },
	} {
		for _, v := range controls() {
			_, theirs := terms(t)
			theirs.URL, theirs.Chunked = w.url, true
			out := transports.Outgoing{Message: "01A", File: "order.edi", ContentType: "application/edi-x12"}
			set(&theirs, &out, v)
			s := NewSender(always(theirs), SenderOptions{})
			prep, err := s.Prepare(t.Context(), out, bytes.NewReader(order()))
			if err == nil {
				_, err = s.Send(t.Context(), prep, bytes.NewReader(order()))
			}
			var classed *transports.Failure
			if !errors.As(err, &classed) || loud(classed.Error()) {
				t.Errorf("%s %q: %v", name, v, err)
			}
			if loud(prep.Summary) {
				t.Errorf("%s %q: summary %q", name, v, prep.Summary)
			}
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.heads) == 0 {
		t.Fatal("no request was sent")
	}
	for _, head := range w.heads {
		for line := range strings.SplitSeq(head, "\r\n") {
			if loud(line) || strings.HasPrefix(strings.ToLower(line), "evil") {
				t.Errorf("on the wire: %q in\n%q", line, head)
			}
		}
	}
}

// What a partner writes into an MDN reaches the history on one clean line.
func TestInjectionByMDN(t *testing.T) {
	var receiptWith string
	_, s := far(t, func(_ int, h http.Header, body []byte) (int, []byte) {
		m, err := ParseMDN(h, body)
		if err != nil {
			t.Error(err)
			return 500, nil
		}
		h.Set("Content-Type", `multipart/report; report-type=disposition-notification; boundary="b"`)
		return 200, []byte("--b\r\n\r\n" + receiptWith + "\r\n--b\r\nContent-Type: message/disposition-notification\r\n\r\nOriginal-Message-ID: " + m.OriginalMessageID +
			"\r\nDisposition: automatic-action/MDN-sent-automatically; failed/failure: " + receiptWith + "\r\nReceived-Content-MIC: " + receiptWith + ", " + receiptWith + "\r\n--b--\r\n")
	})
	for _, v := range controls() {
		receiptWith = v
		rec, err := sendWith(t, s, "01A", order())
		if err != nil {
			continue // no MDN at all, and the error is looked at below
		}
		if loud(rec.Summary) || rec.State == stateAccepted || len(rec.Evidence) == 0 {
			t.Errorf("%q: %s %q", v, rec.State, rec.Summary)
		}
	}
	w := &attempt{Sender: s, p: &Partnership{}, st: &state{Receipt: ReceiptUnsigned}}
	for _, v := range controls() {
		d := Disposition{"failed" + v, "error" + v, v}
		if state, summary := w.judge(t.Context(), &MDN{Disposition: d, Text: v}); loud(summary) || state != stateRejected {
			t.Errorf("%q: %s %q", v, state, summary)
		}
		if err := statusError(500, v); loud(err.Error()) {
			t.Errorf("%q: %q", v, err)
		}
	}
}
