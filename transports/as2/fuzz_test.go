package as2

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"waybill/transports"
	"waybill/transports/entity"
)

// memDraft is a draft that only counts.
type memDraft struct{ n int64 }

func (d *memDraft) Write(b []byte) (int, error)      { d.n += int64(len(b)); return len(b), nil }
func (d *memDraft) Close() error                     { return nil }
func (d *memDraft) Ref() string                      { return "draft" }
func (d *memDraft) Open() (io.ReadSeekCloser, error) { return nil, errors.New("not kept") }

// FuzzMIME opens whatever a stranger may post: no panic, bounded output, and
// every error is a failure with a code and words.
func FuzzMIME(f *testing.F) {
	_, theirs := terms(f)
	for _, change := range []func(*Partnership){
		func(*Partnership) {}, func(p *Partnership) { p.Encrypt = "" }, func(p *Partnership) { p.Encrypt, p.Compress = "", CompressBefore },
		func(p *Partnership) { p.Encrypt, p.Sign, p.Compress = "", 0, CompressAfter }, func(p *Partnership) { p.Encrypt, p.Sign = "", 0 },
	} {
		p := theirs
		change(&p)
		m := pack(f, p, "01A", []byte("ISA*00*~\r\n"))
		f.Add(m.header.Get("Content-Type"), m.body)
	}
	f.Add("multipart/mixed; boundary=b", []byte("--b\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJD\r\n--b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=41\r\n--b--"))
	f.Add("multipart/signed; boundary=b", []byte("--b\n\n--b\nContent-Type: application/pkcs7-signature\n\nMIAGCSqGSIb3DQEHAqCA\n--b--"))
	f.Add("application/pkcs7-mime", []byte("0\x80\x06\x09*\x86H\x86\xf7\r\x01\x07\x03\xa0\x80"))
	ours, _ := terms(f)
	ours.MaxBytes, ours.Require = 1<<20, Require{}
	f.Fuzz(func(t *testing.T, contentType string, body []byte) {
		var drafts []*memDraft
		o := newOpener(&ours, time.Now(), func() (transports.Draft, error) {
			drafts = append(drafts, &memDraft{})
			return drafts[len(drafts)-1], nil
		})
		got, err := o.message(entity.Fields{{Name: "Content-Type", Value: contentType}}, bytes.NewReader(body))
		var total int64
		for _, d := range drafts {
			total += d.n
		}
		if total > ours.MaxBytes || len(drafts) > entity.MaxParts {
			t.Fatalf("%d octets in %d drafts", total, len(drafts))
		}
		if err != nil {
			var bad *failure
			if !errors.As(err, &bad) || bad.kind.row().code == "" || bad.kind.row().told == "" || bad.text == "" {
				t.Fatalf("%T %v", err, err)
			}
			return
		}
		if got.mic == nil || len(got.payloads) == 0 {
			t.Fatalf("accepted without content: %+v", got)
		}
	})
}

// FuzzMDN reads whatever a partner may answer.
func FuzzMDN(f *testing.F) {
	for _, signed := range []bool{true, false} {
		r := exampleReceipt(f)
		if !signed {
			r.signer = nil
		}
		b, err := r.build(time.Now(), cryptoRand())
		if err != nil {
			f.Fatal(err)
		}
		h, body := splitReceipt(f, b)
		f.Add(h.Get("Content-Type"), body)
	}
	f.Add("message/disposition-notification", []byte("Original-Message-ID: x\nDisposition: processed\n"))
	f.Add("multipart/report; boundary=b", []byte("--b\n\n--b--"))
	f.Fuzz(func(t *testing.T, contentType string, body []byte) {
		m, err := ParseMDN(http.Header{"Content-Type": {contentType}}, body)
		if err != nil {
			return
		}
		if m.OriginalMessageID == "" || m.Disposition.Type == "" {
			t.Fatalf("%+v", m)
		}
		if m.Compare(Digests{}) != MICAbsent {
			t.Fatal("a MIC matches nothing")
		}
		if _, _, err := m.Verify(nil, time.Now()); err == nil {
			t.Fatal("verified against no certificate")
		}
	})
}

// FuzzHeaders reads whatever may stand in the header of a request, and nothing
// of it reaches an answer as a line of its own.
func FuzzHeaders(f *testing.F) {
	f.Add("ACME", "\"US X\"", "<a@b>", "signed-receipt-protocol=optional, pkcs7-signature; signed-receipt-micalg=optional, sha1", "attachment; filename=\"x\"")
	for _, v := range hostile() {
		f.Add(v, v, v, v, v)
	}
	f.Fuzz(func(t *testing.T, from, to, id, options, disposition string) {
		r, err := readRequest(http.Header{"As2-From": {from}, "As2-To": {to}, "Message-Id": {id}, "Disposition-Notification-To": {"x"},
			"Disposition-Notification-Options": {options}, "Content-Disposition": {disposition}})
		if err != nil {
			if strings.ContainsAny(err.Error(), "\r\n\x00") {
				t.Fatalf("%q", err)
			}
			return
		}
		if name := r.fields.File(); strings.ContainsAny(name, "/\\\r\n\x00") || len(name) > 200 {
			t.Fatalf("file %q", name)
		}
		if r.messageID == "" {
			return
		}
		_, name, bad := r.receipt.micalg(0, false)
		if bad != nil {
			return
		}
		b, err := (&receipt{from: r.us, to: r.them, originalID: r.messageID, disposition: Disposition{Type: "processed"}, mic: "AQI=, " + name}).build(time.Unix(0, 0), cryptoRand())
		if err != nil {
			t.Fatal(err)
		}
		head, _, _ := bytes.Cut(b, []byte("\r\n\r\n"))
		if n := bytes.Count(head, []byte("\r\n")); n != 7 {
			t.Fatalf("the answer's header has %d lines: %q", n+1, head)
		}
	})
}

// canonical is a header as net/http hands it over.
func canonical(h http.Header) http.Header {
	c := http.Header{}
	for k, v := range h {
		c[http.CanonicalHeaderKey(k)] = v
	}
	return c
}

// inMemory is a stored arrival without a disk.
type inMemory struct{ b []byte }

func (m *inMemory) ID() string { return "01" }
func (m *inMemory) Open() (io.ReadSeekCloser, error) {
	return struct {
		io.ReadSeeker
		io.Closer
	}{bytes.NewReader(m.b), io.NopCloser(nil)}, nil
}
func (m *inMemory) Create() (transports.Draft, error) { return &memDraft{}, nil }
