package as2

import (
	"bytes"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"
	"strings"
	"testing"

	"github.com/smallstep/pkcs7"

	"waybill/cms"
)

// Whatever goes wrong behind the encryption looks the same from outside: the
// status, the names of the headers, the text, the length.
func TestDecryptionFailuresLookAlike(t *testing.T) {
	ours, theirs := terms(t)
	ours.MaxBytes = 4 << 20
	r := receive(t, ours)
	var shapes []string
	for name, m := range undecryptable(t, theirs) {
		want := refusal{failed("decryption-failed"), "AS2-DECRYPT", true}
		switch { // told alike, but known here for what it is
		case strings.HasPrefix(name, "unsigned"):
			want.code = "AS2-SECURITY"
		case strings.HasPrefix(name, "signature"):
			want.code = "AS2-SIGNATURE"
		}
		got := refused(t, r, m, want)
		shapes = append(shapes, name+": "+shape(t, got))
	}
	first := shapes[0][strings.Index(shapes[0], ": "):]
	for _, s := range shapes {
		if !strings.HasSuffix(s, first) {
			t.Errorf("two failures can be told apart:\n%s\n%s", shapes[0], s)
		}
	}
}

// What people compare is the serial number, as openssl prints it.
func TestRefusalsNameTheSerial(t *testing.T) {
	ours, theirs := terms(t)
	r := receive(t, ours)
	stranger := actors(t).stranger
	sealedTo, signedBy := theirs, theirs
	sealedTo.EncryptTo, signedBy.Ours = []*x509.Certificate{stranger.Certificate}, []cms.Identity{stranger}
	for _, c := range []struct {
		m          packed
		code, want string
	}{
		{pack(t, sealedTo, "01A", order()), "AS2-DECRYPT", "serial " + cms.Serial(ours.Ours[0].Certificate)},
		{pack(t, signedBy, "01B", order()), "AS2-SIGNATURE", "serial " + cms.Serial(stranger.Certificate)},
	} {
		c.m.send(t, r.url)
		list := r.in.Arrivals()
		p := list[len(list)-1].Verdict.Problem
		if p == nil || p.Code != c.code || strings.Count(p.Text+p.Hint, c.want) != 1 {
			t.Errorf("found %+v, expected %s with %s once", p, c.code, c.want)
		}
	}
	if got := cms.Serial(&x509.Certificate{SerialNumber: big.NewInt(0x0A1B2C)}); got != "0A1B2C" {
		t.Errorf("found %s", got)
	}
}

// undecryptable are messages that cannot be decrypted, each for another reason.
func undecryptable(t *testing.T, theirs Partnership) map[string]packed {
	good := pack(t, theirs, "01A", order())
	flip := func(at int) packed {
		b := bytes.Clone(good.body)
		b[at] ^= 0x40
		return packed{good.header, b}
	}
	wrong := theirs
	wrong.EncryptTo = []*x509.Certificate{actors(t).stranger.Certificate}
	sealed := func(entity string) packed { return packed{good.header, seal(t, theirs, entity)} }
	clear := theirs
	clear.Encrypt = ""
	signed := pack(t, clear, "01A", order()).entity()
	clear.Compress = CompressAfter
	zipped := pack(t, clear, "01A", order()).entity()
	opaque := "Content-Type: application/pkcs7-mime; smime-type=signed-data\r\n\r\n" + string(opaqueBy(t, actors(t).them, order()))
	key := bytes.Index(good.body, theirs.EncryptTo[0].RawIssuer) + len(theirs.EncryptTo[0].RawIssuer) + 200
	return map[string]packed{
		"wrong key":                    pack(t, wrong, "01A", order()),
		"key damaged":                  flip(key),
		"last block damaged":           flip(len(good.body) - 40),
		"padding damaged":              flip(len(good.body) - 12),
		"garbage inside":               sealed("\x00\x01\x02 no MIME at all"),
		"unsigned, empty":              sealed(""),
		"unsigned content":             sealed("Content-Type: application/edi-x12\r\n\r\nISA*00*"),
		"unsigned, no header":          sealed("ISA*00*          *00*"),
		"bad zlib inside":              sealed("Content-Type: application/pkcs7-mime; smime-type=compressed-data\r\n\r\n0\x80\x06\x0b*\x86H\x86\xf7\r\x01\t\x10\x01\t\xa0\x80garbage"),
		"bomb inside":                  sealed(bomb(t, 8<<20)),
		"no start boundary":            sealed("Content-Type: multipart/signed; boundary=x\r\n\r\nnothing"),
		"no end boundary":              sealed("Content-Type: multipart/signed; boundary=x\r\n\r\n--x\r\n\r\nabc\r\n--x\r\n\r\nMIAG"),
		"unreadable signature":         sealed("Content-Type: multipart/signed; boundary=x\r\n\r\n--x\r\n\r\nabc\r\n--x\r\n\r\nMIAG\r\n--x--\r\n"),
		"encrypted twice":              sealed("Content-Type: application/pkcs7-mime\r\n\r\n" + string(good.body)),
		"cut":                          {good.header, good.body[:len(good.body)/2]},
		"signature of another content": sealed(strings.Replace(signed, "9.99", "0.99", 1)),
		// Blocks appended to a good message, with good padding: no signature covers them.
		"behind the boundary":    sealed(signed + "\r\n0123456789abcdef"),
		"behind the compression": sealed(zipped + "0123456789abcdef"),
		"behind opaque":          sealed(opaque + "0123456789abcdef"),
		"not CMS":                {good.header, []byte("hello")},
	}
}

// shape is what can be seen of an answer when everything that is random is
// taken out.
func shape(t *testing.T, a answerTo) string {
	t.Helper()
	m := a.mdn(t)
	var names []string
	for name := range a.header {
		names = append(names, name)
	}
	return fmt.Sprintf("status %d, %d headers, %d octets, %s, text of %d, %d of head", a.status, len(names), len(a.body), m.Disposition,
		len(m.Text), len(a.header.Get("Content-Type")))
}

// seal encrypts an entity for the receiver.
func seal(t testing.TB, theirs Partnership, entity string) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := cms.Encrypt(&b, theirs.EncryptTo, "aes256-cbc", cryptoRand())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, entity); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// entity is the message as it stands inside another one.
func (m packed) entity() string {
	return "Content-Type: " + m.header.Get("Content-Type") + "\r\n\r\n" + string(m.body)
}

// opaqueBy signs a document in the form that holds it, by another implementation.
func opaqueBy(t testing.TB, id cms.Identity, document []byte) []byte {
	t.Helper()
	sd, err := pkcs7.NewSignedData(append([]byte("Content-Type: application/edi-x12\r\n\r\n"), document...))
	if err != nil {
		t.Fatal(err)
	}
	sd.SetDigestAlgorithm(pkcs7.OIDDigestAlgorithmSHA256)
	if err := sd.AddSigner(id.Certificate, id.Key, pkcs7.SignerInfoConfig{}); err != nil {
		t.Fatal(err)
	}
	der, err := sd.Finish()
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// A document inside its signature comes in like one beside it.
func TestOpaqueSigned(t *testing.T) {
	ours, theirs := terms(t)
	r := receive(t, ours)
	header := pack(t, theirs, "01A", nil).header
	good := opaqueBy(t, actors(t).them, order())
	entity := func(der []byte) string {
		return "Content-Type: application/pkcs7-mime; smime-type=signed-data\r\n\r\n" + string(der)
	}
	mdn := packed{header, seal(t, theirs, entity(good))}.send(t, r.url).mdn(t)
	if !mdn.Disposition.Accepted() || mdn.Compare(sha256Of("Content-Type: application/edi-x12\r\n\r\n"+string(order()))) != MICMatched {
		t.Errorf("%+v", mdn)
	}
	list := r.in.Accepted()
	if len(list) != 1 || !bytes.Equal(list[0].Payload(t, 0), order()) {
		t.Fatal("the document is not what was signed")
	}
	if sig, err := cms.ParseSignature(list[0].Verdict.Evidence); err != nil || len(sig.Certificates) != 1 {
		t.Errorf("evidence: %v", err)
	}
	bad := bytes.Replace(good, []byte("9.99"), []byte("0.99"), 1)
	refused(t, r, packed{header, seal(t, theirs, entity(bad))}, refusal{failed("decryption-failed"), "AS2-SIGNATURE", true})
	foreign := opaqueBy(t, actors(t).stranger, order())
	refused(t, r, packed{header, seal(t, theirs, entity(foreign))}, refusal{failed("authentication-failed"), "AS2-SIGNATURE", true})
	twice := opaqueBy(t, actors(t).them, nil)
	refused(t, r, packed{header, seal(t, theirs, entity(twice[:len(twice)-9]))}, refusal{failed("decryption-failed"), "AS2-DECRYPT", true})
}

func sha256Of(s string) Digests {
	d := newSums()
	_, _ = d.Write([]byte(s))
	return d.digests()
}
