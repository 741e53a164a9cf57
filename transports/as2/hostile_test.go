package as2

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"waybill/cms"
	"waybill/transports"
	"waybill/transports/transporttest"
)

// refusal is what a bad message ends in: what the sender is told, and what
// stays here.
type refusal struct {
	disposition string
	code        string
	signed      bool
}

// refused sends a message that must be refused and checks both ends of it.
func refused(t *testing.T, r running, m packed, want refusal) answerTo {
	t.Helper()
	got := m.send(t, r.url)
	if got.status != http.StatusOK {
		t.Fatalf("status %d: %.200q", got.status, got.body)
	}
	mdn := got.mdn(t)
	if mdn.Disposition.String() != want.disposition || mdn.Signed != want.signed || mdn.MIC != nil {
		t.Errorf("MDN %q, signed %v, MIC %x; want %+v", mdn.Disposition, mdn.Signed, mdn.MIC, want)
	}
	if want.signed {
		if _, _, err := mdn.Verify([]*x509.Certificate{actors(t).us.Certificate}, time.Now()); err != nil {
			t.Error(err)
		}
	}
	list := r.in.Arrivals()
	a := list[len(list)-1]
	if !a.Released || a.Verdict.Problem == nil || a.Verdict.Problem.Code != want.code {
		t.Fatalf("verdict %+v, want code %s", a.Verdict.Problem, want.code)
	}
	if a.Verdict.Problem.Text == "" || a.Verdict.Problem.Hint == "" || a.Verdict.Dedupe != "" || len(a.Verdict.Payloads) > 0 {
		t.Errorf("verdict %+v", a.Verdict)
	}
	if !bytes.Equal(a.Bytes(t), m.body) {
		t.Error("the bytes in the spool are not those that came")
	}
	return got
}

func failed(detail string) string { return "processed/error: " + detail }

func TestUnknownPair(t *testing.T) {
	ours, theirs := terms(t)
	r := receive(t, ours)
	theirs.Us = "SOMEBODY"
	want := refusal{failed("unknown-trading-relationship"), "AS2-UNKNOWN-PARTNER", false}
	refused(t, r, pack(t, theirs, "01A", order()), want)
	theirs.Us = strings.ToLower(ours.Them) // identifiers are case-sensitive
	refused(t, r, pack(t, theirs, "01B", order()), want)

	// Of a stranger's message little is kept.
	m := packed{pack(t, theirs, "01C", order()).header, make([]byte, StrangerMaxBytes+1)}
	// The answer comes before the message is through; the connection may be closed on it.
	if got, err := m.try(t, r.url); err == nil && got.status != http.StatusRequestEntityTooLarge {
		t.Errorf("status %d", got.status)
	}
	list := r.in.Arrivals()
	var large *http.MaxBytesError
	if err := list[len(list)-1].Err; !errors.As(err, &large) {
		t.Errorf("a stranger's large message: %v", err)
	}
	if len(r.in.Accepted()) != 0 {
		t.Error("a stranger's message was accepted")
	}
}

func TestInsufficientSecurity(t *testing.T) {
	ours, theirs := terms(t)
	r := receive(t, ours)
	told := refusal{failed("insufficient-message-security"), "AS2-SECURITY", true}
	// Behind an encryption a missing signature may not be told from garbage.
	sealed := refusal{failed("decryption-failed"), "AS2-SECURITY", true}
	for name, c := range map[string]struct {
		change func(*Partnership)
		want   refusal
	}{
		"plain":                      {func(p *Partnership) { p.Sign, p.Encrypt = 0, "" }, told},
		"compressed only":            {func(p *Partnership) { p.Sign, p.Encrypt, p.Compress = 0, "", CompressAfter }, told},
		"signed only":                {func(p *Partnership) { p.Encrypt = "" }, told},
		"encrypted only":             {func(p *Partnership) { p.Sign = 0 }, sealed},
		"encrypted, compressed only": {func(p *Partnership) { p.Sign, p.Compress = 0, CompressAfter }, sealed},
	} {
		t.Run(name, func(t *testing.T) {
			p := theirs
			c.change(&p)
			refused(t, r, pack(t, p, "01A", order()), c.want)
		})
	}
}

func TestWrongSigner(t *testing.T) {
	ours, theirs := terms(t)
	r := receive(t, ours)
	theirs.Ours = []cms.Identity{actors(t).stranger}
	refused(t, r, pack(t, theirs, "01A", order()), refusal{failed("authentication-failed"), "AS2-SIGNATURE", true})
}

func TestTamperedContent(t *testing.T) {
	ours, theirs := terms(t)
	ours.Require.Encrypted = false
	r := receive(t, ours)
	theirs.Encrypt = ""
	m := pack(t, theirs, "01A", order())
	m.body = bytes.Replace(m.body, []byte("9.99"), []byte("0.99"), 1)
	refused(t, r, m, refusal{failed("integrity-check-failed"), "AS2-SIGNATURE", true})
}

func TestSHA1NeedsAnException(t *testing.T) {
	ours, theirs := terms(t)
	ours.Accept.SHA1 = false
	r := receive(t, ours)
	theirs.Sign = crypto.SHA1
	refused(t, r, pack(t, theirs, "01A", order()), refusal{failed("authentication-failed"), "AS2-SIGNATURE", true})
}

func TestExpiredCertificate(t *testing.T) {
	ours, theirs := terms(t)
	in := transporttest.NewInbox(t)
	later := time.Now().AddDate(5, 0, 0)
	url, _ := listen(t, in, ReceiverOptions{Lookup: table{ours}, Now: func() time.Time { return later }})
	m := pack(t, theirs, "01A", order())
	got := m.send(t, url).mdn(t)
	p := in.Arrivals()[0].Verdict.Problem
	if got.Disposition.String() != failed("authentication-failed") || p == nil || p.Code != "AS2-CERT-EXPIRED" {
		t.Errorf("%s, %+v", got.Disposition, p)
	}
	if p != nil && !strings.Contains(p.Text, actors(t).them.Certificate.NotAfter.UTC().Format(time.DateOnly)) {
		t.Errorf("the text does not say until when: %s", p.Text)
	}

	ours.Accept.Expired = true
	in = transporttest.NewInbox(t)
	url, _ = listen(t, in, ReceiverOptions{Lookup: table{ours}, Now: func() time.Time { return later }})
	if got := m.send(t, url).mdn(t); !got.Disposition.Accepted() {
		t.Errorf("with the exception: %s", got.Disposition)
	}

	// And the other way: nothing is sent to a certificate that has run out.
	theirs.URL = url
	s := NewSender(always(theirs), SenderOptions{Now: func() time.Time { return later }})
	_, err := sendWith(t, s, "01B", order())
	var classed *transports.Failure
	if !errors.As(err, &classed) || classed.Temporary() || classed.Code() != "AS2-CERT-EXPIRED" || classed.Hint() == "" {
		t.Errorf("sending: %v", err)
	}
}

// bomb is a compressed entity that opens to n zeros.
func bomb(t testing.TB, n int64) string {
	var b bytes.Buffer
	b.WriteString("Content-Type: application/pkcs7-mime; smime-type=compressed-data\r\n\r\n")
	z, err := cms.Compress(&b)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(z, "Content-Type: application/edi-x12\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := io.CopyN(z, zeros{}, n); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func TestZlibBomb(t *testing.T) {
	ours, theirs := terms(t)
	ours.MaxBytes = 4 << 20
	ours.Require.Encrypted = false
	r := receive(t, ours)
	theirs.Encrypt = ""
	zero := make([]byte, 8<<20)
	for _, where := range []Compression{CompressBefore, CompressAfter} {
		theirs.Compress = where
		refused(t, r, pack(t, theirs, "01A", zero), refusal{failed("decompression-failed"), "AS2-DECOMPRESS", true})
	}
	// Behind a good signature the truth can be told, encrypted or not.
	theirs.Encrypt, theirs.Compress = "aes128-cbc", CompressBefore
	refused(t, r, pack(t, theirs, "01A", zero), refusal{failed("decompression-failed"), "AS2-DECOMPRESS", true})
}

// endless are zeros without a Content-Length.
func TestZerosOverTheLimit(t *testing.T) {
	ours, theirs := terms(t)
	ours.MaxBytes = 1 << 20
	r := receive(t, ours)
	m := pack(t, theirs, "01A", order())
	for name, length := range map[string]int64{"chunked": -1, "announced": 1 << 30} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.url, io.NopCloser(io.LimitReader(zeros{}, 1<<30)))
		if err != nil {
			t.Fatal(err)
		}
		req.Header, req.ContentLength = m.header, length
		res, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			continue // the server hung up while more was coming, which says it as well
		}
		if res.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("%s: status %d", name, res.StatusCode)
		}
		_ = res.Body.Close()
	}
	if err := r.stop(); err != nil {
		t.Error(err)
	}
	list := r.in.Arrivals()
	if len(list) != 2 || len(r.in.Refused()) != 2 {
		t.Fatalf("%d arrivals, %d refused", len(list), len(r.in.Refused()))
	}
	for _, a := range list {
		var large *http.MaxBytesError
		if !errors.As(a.Err, &large) || len(a.Bytes(t)) > 1<<20 {
			t.Errorf("kept %d octets, %v", len(a.Bytes(t)), a.Err)
		}
	}
}

func TestNestedStructures(t *testing.T) {
	ours, theirs := terms(t)
	ours.Require = Require{}
	r := receive(t, ours)
	head := pack(t, theirs, "01A", order()).header
	with := func(contentType, body string) packed {
		h := head.Clone()
		h["Content-Type"] = []string{contentType}
		return packed{h, []byte(body)}
	}
	deep := strings.Repeat("\x30\x80", 2<<20)
	oid := "\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03"
	syntax := refusal{failed("unexpected-processing-error"), "AS2-SYNTAX", true}
	decrypt := refusal{failed("decryption-failed"), "AS2-DECRYPT", true}
	refused(t, r, with("application/pkcs7-mime", deep), syntax)
	refused(t, r, with("application/pkcs7-mime; smime-type=enveloped-data", deep), decrypt)
	refused(t, r, with("application/pkcs7-mime; smime-type=enveloped-data", oid+deep), decrypt)
	refused(t, r, with("multipart/signed; boundary=b", strings.Repeat("--b\r\nContent-Type: multipart/signed; boundary=b\r\n\r\n", 1000)), syntax)
	refused(t, r, with("multipart/mixed; boundary=b", strings.Repeat("--b\r\n\r\nx\r\n", 1000)+"--b--"), syntax)
	refused(t, r, with("multipart/mixed; boundary=b", "--b\r\n"+strings.Repeat("X: y\r\n", 50_000)+"\r\n--b--"), syntax)
	refused(t, r, with("multipart/mixed", "no boundary anywhere"), syntax)
	refused(t, r, with("multipart/mixed; boundary=b", "--b\r\nContent-Transfer-Encoding: x-unknown\r\n\r\nabc\r\n--b--"), syntax)
	refused(t, r, with("application/pkcs7-mime; smime-type=compressed-data", bomb(t, 100)[:120]), syntax)
}

// A message that could not be decrypted does not use up its Message-ID.
func TestSameMessageIDAfterFailure(t *testing.T) {
	ours, theirs := terms(t)
	r := receive(t, ours)
	wrong := theirs
	wrong.EncryptTo = []*x509.Certificate{actors(t).stranger.Certificate}
	refused(t, r, pack(t, wrong, "01A", order()), refusal{failed("decryption-failed"), "AS2-DECRYPT", true})
	if got := pack(t, theirs, "01A", order()).send(t, r.url).mdn(t); !got.Disposition.Accepted() {
		t.Errorf("the good attempt: %s", got.Disposition)
	}
	if list := r.in.Accepted(); len(list) != 1 || list[0].Result.Duplicate {
		t.Error("the good attempt passed for a duplicate")
	}
}

// Our own trouble is never the sender's fault, and never acknowledged.
func TestOwnTrouble(t *testing.T) {
	ours, theirs := terms(t)
	full := errors.New("no space left on device")
	for name, hooks := range map[string]transporttest.Hooks{
		"accept":  {Accept: func(transports.Arrival) error { return full }},
		"create":  {Create: func() error { return full }},
		"release": {Release: func(string, transports.Verdict) error { return full }},
	} {
		t.Run(name, func(t *testing.T) {
			r := receive(t, ours)
			r.in.Hook(hooks)
			m := pack(t, theirs, "01A", order())
			got := m.send(t, r.url)
			if got.status != http.StatusServiceUnavailable || got.header.Get("Retry-After") == "" || strings.Contains(string(got.body), "space") {
				t.Errorf("status %d: %s", got.status, got.body)
			}
			r.in.Hook(transporttest.Hooks{})
			if mdn := m.send(t, r.url).mdn(t); !mdn.Disposition.Accepted() {
				t.Errorf("afterwards: %s", mdn.Disposition)
			}
		})
	}
}
