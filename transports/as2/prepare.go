package as2

import (
	"context"
	"crypto"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"waybill/cms"
	"waybill/transports"
	"waybill/transports/entity"
)

// state is a prepared transmission: what must be the same in every attempt.
// Keys, certificates and the address are not in it, so that a mended profile
// mends the next attempt.
type state struct {
	MessageID   string            `json:"message_id"`
	Boundary    string            `json:"boundary"`
	File        string            `json:"file,omitempty"`
	ContentType string            `json:"content_type"`
	Sign        string            `json:"sign,omitempty"` // algorithm name
	Encrypt     cms.Cipher        `json:"encrypt,omitempty"`
	Compress    Compression       `json:"compress,omitempty"`
	Base64      bool              `json:"base64,omitempty"`
	HyphenMIC   bool              `json:"hyphen_mic,omitempty"`
	Receipt     ReceiptKind       `json:"receipt,omitempty"`
	Digests     map[string][]byte `json:"digests"` // algorithm name → MIC
}

// digests are the MICs by algorithm, for comparing with an MDN's.
func (st *state) digests() Digests {
	d := make(Digests, len(st.Digests))
	for name, sum := range st.Digests {
		d[hashByName(name)] = sum
	}
	return d
}

// plain says that the content travels bare, so that its MIC leaves the header
// out (RFC 4130 §7.3.1).
func (st *state) plain() bool {
	return st.Sign == "" && st.Encrypt == "" && st.Compress == CompressNone
}

// covered is the layer that the signature covers; without a signature the one
// that the MIC covers.
func (st *state) covered(content io.ReadSeeker) layer {
	l := document(st, content)
	if st.plain() {
		return l
	}
	l = l.transferable(st.Base64)
	if st.Sign != "" && st.Compress == CompressBefore {
		l = l.compressed().transferable(st.Base64)
	}
	return l
}

// outermost wraps the covered layer up as the profile asks.
func (st *state) outermost(content io.ReadSeeker, signature []byte, to *x509.Certificate, rnd io.Reader) layer {
	l := st.covered(content).checked(st.Digests[nameOf(crypto.SHA256, false)], !st.plain())
	if st.Sign != "" {
		l = l.signed(st, signature)
	}
	if st.Compress == CompressAfter || st.Compress == CompressBefore && st.Sign == "" {
		l = l.compressed()
		if st.Encrypt != "" {
			l = l.transferable(st.Base64)
		}
	}
	if st.Encrypt != "" {
		l = l.encrypted(to, st.Encrypt, rnd)
	}
	return l
}

// Prepare fixes the Message-ID, the boundary, the packaging and every digest.
// It reads body once.
func (s *Sender) Prepare(ctx context.Context, out transports.Outgoing, body io.ReadSeeker) (transports.Prepared, error) {
	p, err := s.terms()
	if err != nil {
		return transports.Prepared{}, fmt.Errorf("prepare AS2: %w", err)
	}
	st, err := s.newState(&p, out)
	if err != nil {
		return transports.Prepared{}, fmt.Errorf("prepare AS2 for %s: %w", p.Partner, err)
	}
	if err := st.digest(ctx, body); err != nil {
		return transports.Prepared{}, fmt.Errorf("prepare AS2 for %s: %w", p.Partner, err)
	}
	data, err := json.Marshal(st)
	if err != nil {
		return transports.Prepared{}, fmt.Errorf("prepare AS2 for %s: %w", p.Partner, err)
	}
	prep := transports.Prepared{
		State:   data,
		Summary: fmt.Sprintf("AS2 to %s as %s: %s, Message-ID %s", p.Them, p.Us, st.packaging(), st.MessageID),
		Labels:  []transports.Label{{Name: "as2-message-id", Value: bare(st.MessageID)}},
	}
	if st.File != "" {
		prep.Labels = append(prep.Labels, transports.Label{Name: "file", Value: st.File})
	}
	if st.Receipt != ReceiptNone {
		prep.Key, prep.Within = "mdn:"+bare(st.MessageID), p.mdnTimeout()
	}
	return prep, nil
}

func (p *Partnership) mdnTimeout() time.Duration {
	if p.MDN.Timeout > 0 {
		return p.MDN.Timeout
	}
	return DefaultMDNTimeout
}

func (s *Sender) newState(p *Partnership, out transports.Outgoing) (*state, error) {
	random := make([]byte, 16)
	if _, err := io.ReadFull(s.o.Rand, random); err != nil {
		return nil, err
	}
	st := &state{
		MessageID: "<" + out.Message + "@" + hostOf(p.Us) + ">",
		Boundary:  "wb-" + hex.EncodeToString(random),
		File:      entity.SafeFile(out.File), ContentType: out.ContentType,
		Encrypt: p.Encrypt, Compress: p.Compress, Base64: p.Base64, HyphenMIC: p.HyphenMIC, Receipt: p.MDN.Request,
	}
	if st.ContentType == "" {
		st.ContentType = "application/octet-stream"
	}
	if st.Sign = nameOf(p.Sign, false); st.Sign == "" && p.Sign != 0 {
		return nil, transports.Permanent("AS2-CONFIG", "set sign to sha256", nil, "the signature algorithm %s is not supported", p.Sign)
	}
	for _, name := range []string{p.Us, p.Them} {
		if err := checkName(name); err != nil {
			return nil, transports.Permanent("AS2-CONFIG", "correct us and them in the profile", err, "the AS2 identifiers")
		}
	}
	if err := checkMessageID(st.MessageID); err != nil {
		return nil, transports.Permanent("AS2-SYNTAX", "a message id has no spaces", err, "make a Message-ID")
	}
	if strings.ContainsFunc(st.ContentType, func(r rune) bool { return r < ' ' || r > '~' }) {
		return nil, transports.Permanent("AS2-SYNTAX", "give a content type such as application/edi-x12", nil, "the content type cannot be sent")
	}
	return st, nil
}

// digest runs the covered layer through the four algorithms.
func (st *state) digest(ctx context.Context, body io.ReadSeeker) error {
	sums := newSums()
	l := st.covered(body)
	write := l.entity
	if st.plain() {
		write = l.body
	}
	if err := write(cancelled{ctx, sums}); err != nil {
		return err
	}
	st.Digests = map[string][]byte{}
	for h, sum := range sums.digests() {
		st.Digests[nameOf(h, false)] = sum
	}
	return nil
}

// cancelled stops writing when its context ends.
type cancelled struct {
	ctx context.Context
	w   io.Writer
}

func (c cancelled) Write(b []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.w.Write(b)
}

// packaging says in words how the message travels.
func (st *state) packaging() string {
	var list []string
	if st.Sign != "" {
		list = append(list, "signed "+st.Sign)
	}
	if st.Compress != CompressNone {
		list = append(list, "compressed")
	}
	if st.Encrypt != "" {
		list = append(list, "encrypted "+string(st.Encrypt))
	}
	if len(list) == 0 {
		list = append(list, "in clear")
	}
	if st.Receipt != ReceiptNone {
		list = append(list, string(st.Receipt)+" MDN asked for")
	}
	return strings.Join(list, ", ")
}
