package as2

import (
	"bufio"
	"errors"
	"io"
	"strings"

	"waybill/transports"
	"waybill/transports/entity"
)

// content takes the innermost entity: the documents themselves.
func (o *opener) content(f entity.Fields, ct entity.Media, header []byte, br *bufio.Reader) error {
	if isMDN(ct.Kind) {
		return fail(failMDN, nil, "asynchronous MDNs are not offered yet; set mdn.mode to sync", "the message is an MDN")
	}
	plain := header == nil // straight from HTTP: the MIC leaves the header out, RFC 4130 §7.3.1
	var dig *digester
	if plain {
		var err error
		if br, err = o.outer(f, br); err != nil {
			return err
		}
		f = append(entity.Fields{{Name: "Content-Transfer-Encoding", Value: "binary"}}, f...)
	}
	if !o.proven {
		dig = newDigester(header)
		br = bufio.NewReaderSize(io.TeeReader(br, dig), entity.BufferSize)
	}
	if err := o.documents(f, ct, br); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, br); err != nil {
		return err
	}
	if dig != nil {
		o.out.mic, o.out.form = dig.raw.digests(), FormRaw
	}
	return nil
}

// outer undoes a transfer encoding of the HTTP body itself, which AS2 does not
// need and some products write.
func (o *opener) outer(f entity.Fields, br *bufio.Reader) (*bufio.Reader, error) {
	r, err := entity.Decoded(br, f.Get("Content-Transfer-Encoding"), false)
	if err == nil && r != br {
		o.layers++ // the content is no longer the bytes as they came
	}
	return r, err
}

// documents writes out the content, or each part of a multipart (RFC 6362).
func (o *opener) documents(f entity.Fields, ct entity.Media, br *bufio.Reader) error {
	if !strings.HasPrefix(ct.Kind, "multipart/") {
		return o.document(f, br, o.layers == 0)
	}
	p, err := entity.NewParts(br, entity.Boundary(ct, br))
	if err != nil {
		return err
	}
	for {
		r, err := p.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		part := bufio.NewReaderSize(r, entity.BufferSize)
		pf, _, err := entity.ReadFields(part)
		if err != nil {
			return err
		}
		if err := o.document(pf, part, false); err != nil {
			return err
		}
	}
	if len(o.out.payloads) == 0 {
		return entity.ErrPartMissing
	}
	return nil
}

// document keeps one document: as a draft, or as the bytes as they came when
// nothing was wrapped around them.
func (o *opener) document(f entity.Fields, br *bufio.Reader, asCame bool) error {
	p := transports.Payload{File: f.File(), ContentType: entity.ParseMedia(f.Get("Content-Type")).Kind}
	if asCame {
		o.out.payloads = append(o.out.payloads, p)
		return nil
	}
	br, err := entity.Decoded(br, f.Get("Content-Transfer-Encoding"), false)
	if err != nil {
		return err
	}
	draft, err := o.create()
	if err != nil {
		o.local = err
		return err
	}
	w := &bounded{w: draft, room: &o.room}
	_, err = io.CopyBuffer(w, struct{ io.Reader }{br}, make([]byte, 32<<10))
	closed := draft.Close()
	if w.local != nil || closed != nil {
		o.local = errors.Join(w.local, closed)
	}
	if err != nil {
		return err
	}
	p.Ref = draft.Ref()
	o.out.payloads = append(o.out.payloads, p)
	return nil
}

// bounded writes until the message's room is used up.
type bounded struct {
	w     io.Writer
	room  *int64
	local error
}

func (b *bounded) Write(p []byte) (int, error) {
	if *b.room -= int64(len(p)); *b.room < 0 {
		return 0, fail(failSize, nil, "raise as2.max_size in the profile, or ask the partner for smaller files", "the content is larger than the profile allows")
	}
	n, err := b.w.Write(p)
	b.local = err
	return n, err
}
