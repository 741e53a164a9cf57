package mailbox

import (
	"bufio"
	"bytes"
	"io"
	"strings"
	"testing"

	"waybill/transports"
	"waybill/transports/entity"
)

// memory is a stored mail whose documents are thrown away.
type memory struct {
	raw    []byte
	drafts []*pad
}

// pad is a draft in memory.
type pad struct{ bytes.Buffer }

func (p *pad) Close() error                     { return nil }
func (p *pad) Ref() string                      { return "pad" }
func (p *pad) Open() (io.ReadSeekCloser, error) { return seeker{bytes.NewReader(p.Bytes())}, nil }

type seeker struct{ *bytes.Reader }

func (seeker) Close() error { return nil }

func (m *memory) ID() string                       { return "1" }
func (m *memory) Open() (io.ReadSeekCloser, error) { return seeker{bytes.NewReader(m.raw)}, nil }
func (m *memory) Create() (transports.Draft, error) {
	p := &pad{}
	m.drafts = append(m.drafts, p)
	return p, nil
}

// Whatever a mail is: it ends, within its limits, with documents or with a reason.
func FuzzMail(f *testing.F) {
	for _, seed := range []string{
		"\r\n" + order, mixed(attached("po.edi", order)), nested(3), nested(6), mixed(slicesOf(60, "\r\nx")...),
		mixed("Content-Type: text/plain; name=po.edi\r\nContent-Transfer-Encoding: base64\r\n\r\nSVNBKjAw"),
		mixed("Content-Transfer-Encoding: quoted-printable\r\n\r\nISA=2A00*=\r\n~=ZZ"),
		"Content-Type: multipart/signed; boundary=b; protocol=\"application/pkcs7-signature\"\r\n\r\n--b\r\n\r\n" + order + "\r\n--b\r\nContent-Type: application/pkcs7-signature\r\n\r\n0\x80\r\n--b--\r\n",
		"Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\nContent-Transfer-Encoding: base64\r\n\r\nMIAGCSqGSIb3DQEHA6CAMIACAQAxgA==\r\n",
		"Content-Type: application/pkcs7-mime\r\n\r\n0\x80\x06\x09*\x86H\x86\xf7\r\x01\x09\x10\x01\x09",
		"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nFinal-Recipient: rfc822; x@y\r\nAction: failed\r\n\r\n--b--\r\n",
		mixed("Content-Type: message/rfc822\r\n\r\nFrom: x\r\n\r\n" + order), "Subject: =?x?Q?=ZZ?=\r\nContent-Type: text/plain; charset=\"\r\n\r\n\ufeff" + order,
	} {
		f.Add([]byte(fromAcme + seed))
	}
	f.Fuzz(func(t *testing.T, mail []byte) {
		a := acme()
		a.MaxBytes = 1 << 20
		d, m := at(a), &memory{raw: mail}
		l, broken, err := peek(bufio.NewReaderSize(bytes.NewReader(mail), entity.MaxHeader))
		if err != nil {
			t.Fatal(err)
		}
		known, unknown := d.lookup.Sender(l.from, l.subject)
		v, err := d.verdict(m, l, broken, known, unknown)
		if err != nil {
			t.Fatalf("our own storage never fails: %v", err)
		}
		total := 0
		for _, p := range m.drafts {
			total += p.Len()
		}
		if total > 1<<20 || len(m.drafts) > maxParts+1 {
			t.Fatalf("%d bytes in %d drafts", total, len(m.drafts))
		}
		if v.Hold == nil && len(v.Payloads) == 0 && len(v.Evidence) == 0 {
			t.Fatal("the mail came to nothing, for no reason")
		}
		if v.Hold != nil && (v.Hold.Code == "" || v.Hold.Text == "" || v.Hold.Hint == "" || len(v.Payloads) == 0) {
			t.Fatalf("held without all that people need: %+v", v.Hold)
		}
		for _, p := range v.Payloads {
			if strings.ContainsAny(p.File, "/\\\r\n\x00") || len(p.File) > 200 {
				t.Fatalf("the name %q is let through", p.File)
			}
		}
	})
}
