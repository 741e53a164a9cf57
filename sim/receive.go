package sim

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"

	"waybill/cms"
	"waybill/transports/as2"
)

// MDNFault is one way for the partner's receipt to go wrong.
type MDNFault string

// The faults of receipts.
const (
	Fine        MDNFault = ""
	Unreachable MDNFault = "unreachable"  // the connection is closed and nothing is kept
	Fails       MDNFault = "fails"        // 500, and nothing is kept
	NoMDN       MDNFault = "no mdn"       // the message is kept and the connection closed
	BadMIC      MDNFault = "bad mic"      // a signed receipt with the MIC of something else
	UnsignedMDN MDNFault = "unsigned mdn" // a receipt without a signature
)

// MDNFaults says which receipts go wrong. The zero value lets all go well.
type MDNFaults struct {
	Script []MDNFault // of the next messages, in this order
	Always MDNFault   // of those after the script
}

// Received is a message that the partner accepted.
type Received struct {
	At          time.Time
	MessageID   string // without angle brackets
	Repeats     int    // how often it came again
	Interchange []byte // the payload
	Answers     []Ack  // the 997s in it
	NotRead     string // why they could not be read
	MDN         []byte // the body of our receipt as it was sent last; nil when none was

	receipt []byte // the receipt that a repeated message gets again
}

// Received lists the messages that the partner accepted, in their order.
func (p *Partner) Received() []Received {
	p.mu.Lock()
	defer p.mu.Unlock()
	list := make([]Received, len(p.received))
	for i, r := range p.received {
		list[i] = *r
	}
	return list
}

// Answers lists the 997s in the messages that the partner accepted, in their
// order: an interchange may carry many.
func (p *Partner) Answers() []Ack {
	var list []Ack
	for _, r := range p.Received() {
		list = append(list, r.Answers...)
	}
	return list
}

func (p *Partner) nextFault() MDNFault {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.mdn.Script) == 0 {
		return p.mdn.Always
	}
	f := p.mdn.Script[0]
	p.mdn.Script = p.mdn.Script[1:]
	return f
}

// Partnership is how the partner receives from its gateway.
func (p *Partner) Partnership(us, them string) (as2.Partnership, error) {
	g := p.joined()
	if us != p.o.AS2 || them != g.AS2 || g.Certificate == nil {
		return as2.Partnership{}, as2.ErrUnknownPair
	}
	certs := []*x509.Certificate{g.Certificate}
	return as2.Partnership{
		Partner: "gateway", Us: us, Them: them, Verify: certs, EncryptTo: certs, Ours: []cms.Identity{p.keys},
		Require: as2.Require{Signed: true, Encrypted: true}, MaxBytes: 64 << 20,
	}, nil
}

// receive takes one message through its fault. The answer is made in memory, so
// that it can be spoilt.
func (p *Partner) receive(w http.ResponseWriter, r *http.Request) {
	fault := p.nextFault()
	switch fault {
	case Unreachable:
		hangUp(w)
		return
	case Fails:
		_, _ = io.Copy(io.Discard, r.Body) // an answer before the end of the body may not be seen
		http.Error(w, "the server is in trouble", http.StatusInternalServerError)
		return
	}
	in := &inbox{partner: p, id: bareID(r.Header.Get("Message-ID"))}
	answer := &recorder{header: http.Header{}, status: http.StatusOK}
	as2.NewReceiver(as2.ReceiverOptions{Lookup: p, Path: r.URL.Path, Now: p.o.Now}).Handler(in).ServeHTTP(answer, r)
	if fault == NoMDN {
		hangUp(w)
		return
	}
	if err := p.spoil(answer, fault); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	if in.got != nil {
		p.mu.Lock()
		in.got.MDN = bytes.Clone(answer.body.Bytes())
		p.mu.Unlock()
	}
	answer.send(w)
}

// spoil changes a signed receipt on its way: it loses its signature, or gets the
// MIC of something else and a signature that holds.
func (p *Partner) spoil(a *recorder, f MDNFault) error {
	if f != BadMIC && f != UnsignedMDN {
		return nil
	}
	kind, parts, err := multipart(a.header.Get("Content-Type"), a.body.Bytes())
	if err != nil || kind != "multipart/signed" {
		return fmt.Errorf("spoil the receipt: it is %q: %w", kind, err)
	}
	e := entity{contentType: parts[0].header.Get("Content-Type"), body: parts[0].body}
	if f == BadMIC {
		wrong := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{0x5a}, 32))
		e.body = regexp.MustCompile(`(Received-Content-MIC: )[^,\r\n]*`).ReplaceAll(e.body, []byte("${1}"+wrong))
		if e, err = signed(e, p.keys, p.o.Now()); err != nil {
			return err
		}
	}
	a.header.Set("Content-Type", e.contentType)
	a.header.Del("Content-Length")
	a.body.Reset()
	a.body.Write(e.body)
	return nil
}

func bareID(id string) string { return strings.Trim(strings.TrimSpace(id), "<>") }

// recorder keeps an answer.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *recorder) Header() http.Header         { return a.header }
func (a *recorder) WriteHeader(status int)      { a.status = status }
func (a *recorder) Write(b []byte) (int, error) { return a.body.Write(b) }

func (a *recorder) send(w http.ResponseWriter) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body.Bytes()) // a gateway that has gone sends the message again
}
