package as2

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"io"
	"mime"
	"strings"

	"waybill/cms"
	"waybill/transports/entity"
)

// layer is a MIME entity that is written, never held: its header fields and a
// function that writes its body. The outermost layer's fields go into the HTTP
// header.
type layer struct {
	fields entity.Fields
	body   func(w io.Writer) error
}

// entity writes header, empty line and body.
func (l layer) entity(w io.Writer) error {
	if err := l.header(w); err != nil {
		return err
	}
	return l.body(w)
}

func (l layer) header(w io.Writer) error {
	var b strings.Builder
	for _, f := range l.fields {
		b.WriteString(f.Name + ": " + f.Value + "\r\n")
	}
	b.WriteString("\r\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// document is the innermost layer: the content itself.
func document(st *state, content io.ReadSeeker) layer {
	l := layer{fields: entity.Fields{{Name: "Content-Type", Value: st.ContentType}}, body: func(w io.Writer) error {
		if _, err := content.Seek(0, io.SeekStart); err != nil {
			return fmt.Errorf("read the content again: %w", err)
		}
		_, err := io.CopyBuffer(struct{ io.Writer }{w}, struct{ io.Reader }{content}, make([]byte, 32<<10))
		return err
	}}
	if st.File != "" {
		l.fields = append(l.fields, entity.Field{Name: "Content-Disposition", Value: mime.FormatMediaType("attachment", map[string]string{"filename": st.File})})
	}
	return l
}

// transferable adds the Content-Transfer-Encoding that a part inside a message
// has; the outermost body is binary as HTTP is.
func (l layer) transferable(base64 bool) layer {
	if !base64 {
		return layer{append(l.fields[:len(l.fields):len(l.fields)], entity.Field{Name: "Content-Transfer-Encoding", Value: "binary"}), l.body}
	}
	return layer{append(l.fields[:len(l.fields):len(l.fields)], entity.Field{Name: "Content-Transfer-Encoding", Value: "base64"}), func(w io.Writer) error {
		enc := entity.ToBase64(w)
		return closing(enc, l.body(enc))
	}}
}

// closing closes w and returns the first error.
func closing(w io.Closer, err error) error {
	if err != nil {
		return err
	}
	return w.Close()
}

// compressed wraps an entity in CompressedData (RFC 3274, RFC 5402).
func (l layer) compressed() layer {
	return layer{entity.Fields{
		{Name: "Content-Type", Value: `application/pkcs7-mime; smime-type=compressed-data; name="smime.p7z"`},
		{Name: "Content-Disposition", Value: `attachment; filename="smime.p7z"`},
	}, func(w io.Writer) error {
		z, err := cms.Compress(w)
		if err != nil {
			return err
		}
		return closing(z, l.entity(z))
	}}
}

// signed wraps an entity in multipart/signed with a signature made before.
func (l layer) signed(st *state, der []byte) layer {
	return layer{entity.Fields{{Name: "Content-Type", Value: signedType(st.Boundary, hashByName(st.Sign), st.HyphenMIC)}}, func(w io.Writer) error {
		if _, err := io.WriteString(w, "--"+st.Boundary+"\r\n"); err != nil {
			return err
		}
		if err := l.entity(w); err != nil {
			return err
		}
		return writeSignature(w, st.Boundary, der)
	}}
}

// encrypted wraps an entity in EnvelopedData (RFC 5652 §6).
func (l layer) encrypted(to *x509.Certificate, c cms.Cipher, rnd io.Reader) layer {
	return layer{entity.Fields{
		{Name: "Content-Type", Value: `application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"`},
		{Name: "Content-Disposition", Value: `attachment; filename="smime.p7m"`},
	}, func(w io.Writer) error {
		e, err := cms.Encrypt(w, []*x509.Certificate{to}, c, rnd)
		if err != nil {
			return err
		}
		return closing(e, l.entity(e))
	}}
}

const errChanged = fault("the content no longer makes the bytes that were prepared")

// checked lets a layer through and fails at its end when its SHA-256 is not the
// prepared one: the signature and the MIC stand for those bytes only.
func (l layer) checked(want []byte, withHeader bool) layer {
	return layer{l.fields, func(w io.Writer) error {
		h := sha256.New()
		if withHeader {
			if err := l.header(h); err != nil {
				return err
			}
		}
		if err := l.body(io.MultiWriter(w, h)); err != nil {
			return err
		}
		if !bytes.Equal(h.Sum(nil), want) {
			return errChanged
		}
		return nil
	}}
}
