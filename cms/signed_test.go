package cms

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"io"
	"math/big"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

func hashes() []crypto.Hash {
	return []crypto.Hash{crypto.SHA1, crypto.SHA224, crypto.SHA256, crypto.SHA384, crypto.SHA512}
}

func TestSignVerify(t *testing.T) {
	p := actors(t)
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.FixedZone("", 3600))
	for _, h := range hashes() {
		for _, content := range [][]byte{text(), {}, {0}} {
			der := signature(t, content, p.them, SignOptions{Hash: h, Time: at, Chain: []*x509.Certificate{p.stranger.Certificate}})
			sig, err := ParseSignature(der)
			if err != nil {
				t.Fatalf("%v: %v", h, err)
			}
			if len(sig.Certificates) != 2 || !sig.Certificates[0].Equal(p.them.Certificate) || len(sig.Hashes()) != 1 || sig.Hashes()[0] != h {
				t.Errorf("%v: %d certificates, digests %v", h, len(sig.Certificates), sig.Hashes())
			}
			signer, err := sig.Verify(digestOf(content), []*x509.Certificate{p.stranger.Certificate, p.them.Certificate}, time.Now())
			if err != nil || signer.Hash != h || !signer.Time.Equal(at) || signer.Expired || !signer.Certificate.Equal(p.them.Certificate) {
				t.Errorf("%v: %+v, %v", h, signer, err)
			}
			if !bytes.Equal(sig.Detached(), der) {
				t.Errorf("%v: the evidence is another structure than what came", h)
			}
		}
	}
}

// No attribute that old receivers choke on: CMSAlgorithmProtection (RFC 6211)
// made a whole product refuse messages.
func TestSignedAttributes(t *testing.T) {
	p := actors(t)
	der := signature(t, text(), p.them, SignOptions{Time: time.Now()})
	if bytes.Contains(der, derOID(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 52})) {
		t.Error("CMSAlgorithmProtection is there")
	}
	for name, oid := range map[string]asn1.ObjectIdentifier{"content type": oidContentType(), "message digest": oidMessageDigest(), "signing time": oidSigningTime()} {
		if bytes.Count(der, derOID(oid)) != 1 {
			t.Errorf("%s is not there once", name)
		}
	}
	if bytes.Contains(signature(t, text(), p.them, SignOptions{}), derOID(oidSigningTime())) {
		t.Error("a signing time that nobody gave")
	}
	sig, err := ParseSignature(der)
	if err != nil {
		t.Fatal(err)
	}
	var last []byte // DER demands the order of a SET OF
	for rest := sig.infos[0].Attributes.Bytes; len(rest) > 0; {
		var raw asn1.RawValue
		if rest, err = asn1.Unmarshal(rest, &raw); err != nil {
			t.Fatal(err)
		}
		if bytes.Compare(raw.FullBytes, last) <= 0 {
			t.Error("the attributes are not in order")
		}
		last = raw.FullBytes
	}
}

func TestVerifyRefuses(t *testing.T) {
	p := actors(t)
	content := text()
	good := signature(t, content, p.them, SignOptions{})
	for name, c := range map[string]struct {
		der     []byte
		content []byte
		trusted []*x509.Certificate
		want    error
	}{
		"other content":             {good, append(content[:len(content):len(content)], '\n'), []*x509.Certificate{p.them.Certificate}, ErrSignature},
		"no content":                {good, nil, []*x509.Certificate{p.them.Certificate}, ErrSignature},
		"nobody is trusted":         {good, content, nil, ErrSigner},
		"another is trusted":        {good, content, []*x509.Certificate{p.us.Certificate, p.stranger.Certificate}, ErrSigner},
		"same names, another key":   {signature(t, content, p.impostor, SignOptions{}), content, []*x509.Certificate{p.them.Certificate}, ErrSignature},
		"body of another signature": {signature(t, []byte("x"), p.them, SignOptions{}), content, []*x509.Certificate{p.them.Certificate}, ErrSignature},
		"sent along is not trusted": {signature(t, content, p.stranger, SignOptions{Chain: []*x509.Certificate{p.them.Certificate}}), content, []*x509.Certificate{p.them.Certificate}, ErrSigner},
	} {
		signer, err := verified(c.der, c.content, c.trusted...)
		if signer != nil || !errors.Is(err, c.want) {
			t.Errorf("%s: %+v, %v", name, signer, err)
		}
	}
	sig, err := ParseSignature(good)
	if err != nil {
		t.Fatal(err)
	}
	none := func(crypto.Hash) []byte { return nil }
	if _, err := sig.Verify(none, []*x509.Certificate{p.them.Certificate}, time.Now()); !errors.Is(err, ErrSignature) {
		t.Errorf("a digest that nobody computes: %v", err)
	}
	if _, err := verified(good, content, p.us.Certificate); !strings.Contains(err.Error(), "CN=them") {
		t.Errorf("the error does not say who it claims to be: %v", err)
	}
}

// That a certificate is out of its time is told, not judged.
func TestExpiry(t *testing.T) {
	p := actors(t)
	sig, err := ParseSignature(signature(t, text(), p.them, SignOptions{}))
	if err != nil {
		t.Fatal(err)
	}
	c := p.them.Certificate
	for name, x := range map[string]struct {
		at      time.Time
		expired bool
	}{
		"before":      {c.NotBefore.Add(-time.Second), true},
		"first":       {c.NotBefore, false},
		"last":        {c.NotAfter, false},
		"after":       {c.NotAfter.Add(time.Second), true},
		"much later":  {c.NotAfter.AddDate(20, 0, 0), true},
		"in between":  {c.NotBefore.AddDate(1, 0, 0), false},
		"zero, early": {time.Time{}, true},
	} {
		signer, err := sig.Verify(digestOf(text()), []*x509.Certificate{c}, x.at)
		if err != nil || signer.Expired != x.expired {
			t.Errorf("%s: %+v, %v", name, signer, err)
		}
	}
}

// infosOf are the SignerInfos of a signature.
func infosOf(t testing.TB, der []byte) []byte {
	t.Helper()
	sig, err := ParseSignature(der)
	if err != nil {
		t.Fatal(err)
	}
	tail := sig.tail
	for len(tail) > 0 {
		var raw asn1.RawValue
		if tail, err = asn1.Unmarshal(tail, &raw); err != nil {
			t.Fatal(err)
		}
		if raw.FullBytes[0] == tagSet {
			return raw.Bytes
		}
	}
	t.Fatal("there are no signers")
	return nil
}

// signedWith is SignedData with these SignerInfos, and a content if there is one.
func signedWith(infos, content []byte, eContentType asn1.ObjectIdentifier) []byte {
	encap := derOID(eContentType)
	if content != nil {
		encap = append(encap, wrap(tagContext0, wrap(tagOctets, content))...)
	}
	return wrap(tagSequence, append(derOID(contentTypes()[Signed]), wrap(tagContext0, wrap(tagSequence, bytes.Join([][]byte{
		wrap(tagInteger, []byte{1}), wrap(tagSet, nil), wrap(tagSequence, encap), wrap(tagSet, infos),
	}, nil)))...))
}

// infoOf is the SignerInfo of a signature, to be changed.
func infoOf(t testing.TB, der []byte) signerInfo {
	t.Helper()
	var info signerInfo
	if _, err := asn1.Unmarshal(infosOf(t, der), &info); err != nil {
		t.Fatal(err)
	}
	return info
}

func TestSignerForms(t *testing.T) {
	p := actors(t)
	content := text()
	data := contentTypes()[Data]
	info := infoOf(t, signature(t, content, p.them, SignOptions{}))
	with := func(change func(*signerInfo)) []byte {
		i := info
		change(&i)
		return signedWith(marshal(t, i), nil, data)
	}
	attrs := func(edit func([]byte) []byte) []byte {
		return with(func(i *signerInfo) { // signed properly, whatever the attributes are
			set := edit(bytes.Clone(info.Attributes.Bytes))
			i.Attributes = asn1.RawValue{FullBytes: wrap(tagContext0, set)}
			sum := crypto.SHA256.New()
			sum.Write(wrap(tagSet, set))
			var err error
			if i.Signature, err = p.them.Key.Sign(rand.Reader, sum.Sum(nil), crypto.SHA256); err != nil {
				t.Fatal(err)
			}
		})
	}
	attribute := func(oid asn1.ObjectIdentifier, value []byte) []byte {
		return wrap(tagSequence, append(derOID(oid), wrap(tagSet, value)...))
	}
	bare, err := p.them.Key.Sign(rand.Reader, digestOf(content)(crypto.SHA256), crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	oid := func(o asn1.ObjectIdentifier) algorithm { return algorithm{Algorithm: o} }
	for name, c := range map[string]struct {
		der   []byte
		holds bool
	}{
		"as written": {with(func(*signerInfo) {}), true},
		"by key identifier": {with(func(i *signerInfo) {
			i.Version, i.Signer = 3, asn1.RawValue{FullBytes: wrap(tagImplicit0, p.them.Certificate.SubjectKeyId)}
		}), true},
		"SHA-256 with RSA": {with(func(i *signerInfo) { i.Algorithm = oid(signatureOIDs()[crypto.SHA256]) }), true},
		"no attributes":    {with(func(i *signerInfo) { i.Attributes, i.Signature = asn1.RawValue{}, bare }), true},
		"unsigned attributes": {with(func(i *signerInfo) {
			i.Unsigned = asn1.RawValue{FullBytes: wrap(tagContext0+1, attribute(oidSigningTime(), wrap(tagOctets, nil)))}
		}), true},
		"attributes signed anew": {attrs(func(b []byte) []byte { return b }), true},
		"unknown attribute": {attrs(func(b []byte) []byte {
			return append(b, attribute(asn1.ObjectIdentifier{1, 2, 3}, wrap(tagInteger, []byte{1}))...)
		}), true},
		"time that is none":    {attrs(func(b []byte) []byte { return append(b, attribute(oidSigningTime(), wrap(tagOctets, nil))...) }), true},
		"attributes taken off": {with(func(i *signerInfo) { i.Attributes = asn1.RawValue{} }), false},
		"no digest attribute":  {attrs(func([]byte) []byte { return attribute(oidContentType(), derOID(data)) }), false},
		"two digest attributes": {attrs(func(b []byte) []byte {
			return append(b, attribute(oidMessageDigest(), wrap(tagOctets, digestOf(content)(crypto.SHA256)))...)
		}), false},
		"digest of another kind": {attrs(func([]byte) []byte { return attribute(oidMessageDigest(), wrap(tagInteger, []byte{1})) }), false},
		"another content type": {attrs(func(b []byte) []byte {
			return append(b, attribute(oidContentType(), derOID(contentTypes()[Enveloped]))...)
		}), false},
		"garbage for attributes": {attrs(func([]byte) []byte { return []byte("\x30\x05") }), false},
		"SHA-1 with RSA":         {with(func(i *signerInfo) { i.Algorithm = oid(signatureOIDs()[crypto.SHA1]) }), false},
		"RSA-PSS":                {with(func(i *signerInfo) { i.Algorithm = oid(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 10}) }), false},
		"ECDSA":                  {with(func(i *signerInfo) { i.Algorithm = oid(asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}) }), false},
		"MD5":                    {with(func(i *signerInfo) { i.Digest = oid(asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 5}) }), false},
		"SHA-512 said":           {with(func(i *signerInfo) { i.Digest = oid(digestOIDs()[crypto.SHA512]) }), false},
		"empty signature":        {with(func(i *signerInfo) { i.Signature = nil }), false},
		"short signature":        {with(func(i *signerInfo) { i.Signature = i.Signature[:255] }), false},
		"another serial": {with(func(i *signerInfo) {
			i.Signer = asn1.RawValue{FullBytes: marshal(t, issuerAndSerial{asn1.RawValue{FullBytes: p.them.Certificate.RawIssuer}, p.us.Certificate.SerialNumber})}
		}), false},
		"nobody":              {signedWith(nil, nil, data), false},
		"number for a signer": {signedWith(wrap(tagInteger, []byte{1}), nil, data), false},
		"a hundred signers":   {signedWith(bytes.Repeat(marshal(t, info), 100), nil, data), false},
		"signed another type": {signedWith(marshal(t, info), nil, contentTypes()[Compressed]), false},
	} {
		signer, err := verified(c.der, content, p.them.Certificate)
		if c.holds != (err == nil) || err != nil && !errors.Is(err, ErrSignature) && !errors.Is(err, ErrSigner) {
			t.Errorf("%s: %+v, %v", name, signer, err)
		}
	}
}

// A stranger's certificate may hold a key of any size; verifying with it must not
// cost minutes.
func TestHugeKeyIsRefused(t *testing.T) {
	p := actors(t)
	n := new(big.Int).Lsh(big.NewInt(1), 100_000)
	huge := *p.them.Certificate
	huge.PublicKey = &rsa.PublicKey{N: n.Add(n, big.NewInt(1)), E: 1<<31 - 1}
	if _, err := verified(signature(t, text(), p.them, SignOptions{}), text(), &huge); !errors.Is(err, ErrSignature) || !strings.Contains(err.Error(), "100001 bits") {
		t.Errorf("%v", err)
	}
}

// Of two signatures one is enough, and the better one counts.
func TestTwoSigners(t *testing.T) {
	p := actors(t)
	content := text()
	data := contentTypes()[Data]
	info := func(id Identity, h crypto.Hash) []byte {
		return infosOf(t, signature(t, content, id, SignOptions{Hash: h}))
	}
	foreign := infosOf(t, signature(t, []byte("other"), p.them, SignOptions{}))
	for name, c := range map[string]struct {
		infos [][]byte
		hash  crypto.Hash // 0: refused
	}{
		"weak one first":    {[][]byte{info(p.them, crypto.SHA1), info(p.them, crypto.SHA256)}, crypto.SHA256},
		"weak one last":     {[][]byte{info(p.them, crypto.SHA512), info(p.them, crypto.SHA1)}, crypto.SHA512},
		"stranger's too":    {[][]byte{info(p.stranger, crypto.SHA256), info(p.them, crypto.SHA384)}, crypto.SHA384},
		"broken one too":    {[][]byte{foreign, info(p.them, crypto.SHA256)}, crypto.SHA256},
		"both broken":       {[][]byte{foreign, foreign}, 0},
		"two strangers'":    {[][]byte{info(p.stranger, crypto.SHA256), info(p.us, crypto.SHA256)}, 0},
		"impostor, foreign": {[][]byte{info(p.impostor, crypto.SHA256), foreign}, 0},
	} {
		signer, err := verified(signedWith(bytes.Join(c.infos, nil), nil, data), content, p.them.Certificate)
		if c.hash == 0 && err == nil || c.hash != 0 && (err != nil || signer.Hash != c.hash) {
			t.Errorf("%s: %+v, %v", name, signer, err)
		}
	}
}

func TestSignatureEncodings(t *testing.T) {
	p := actors(t)
	detached := signature(t, text(), p.them, SignOptions{Time: time.Now()})
	opaque := signedWith(infosOf(t, detached), text(), contentTypes()[Data])
	for name, c := range codings() {
		if _, err := verified(c.write(t, detached), text(), p.them.Certificate); err != nil {
			t.Errorf("%s, detached: %v", name, err)
		}
		content, _, err := opened(c.write(t, opaque), p.them.Certificate)
		if err != nil || !bytes.Equal(content, text()) {
			t.Errorf("%s, opaque: %d octets, %v", name, len(content), err)
		}
		r, err := OpenSigned(iotest.OneByteReader(bytes.NewReader(c.write(t, opaque))))
		if err != nil {
			t.Fatal(err)
		}
		if err := iotest.TestReader(r, text()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := ParseSignature(opaque); !errors.Is(err, ErrSignature) {
		t.Errorf("a content of its own: %v", err)
	}
}

// The evidence of a signature with a content proves the same without it.
func TestDetachedEvidence(t *testing.T) {
	p := actors(t)
	opaque := signedWith(infosOf(t, signature(t, text(), p.them, SignOptions{})), text(), contentTypes()[Data])
	r, err := OpenSigned(bytes.NewReader(opaque))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Signature(); !errors.Is(err, ErrSignature) {
		t.Errorf("before the end: %v", err)
	}
	if _, err := io.Copy(io.Discard, r); err != nil {
		t.Fatal(err)
	}
	sig, err := r.Signature()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := verified(sig.Detached(), text(), p.them.Certificate); err != nil {
		t.Error(err)
	}
}

// Nothing may follow: what stands behind a signature is covered by nothing.
func TestWhatFollows(t *testing.T) {
	p := actors(t)
	infos := infosOf(t, signature(t, text(), p.them, SignOptions{}))
	opaque := signedWith(infos, text(), contentTypes()[Data])
	encap := append(derOID(contentTypes()[Data]), append(wrap(tagContext0, wrap(tagOctets, text())), wrap(tagOctets, []byte("more"))...)...)
	twice := append(derOID(contentTypes()[Data]), wrap(tagContext0, append(wrap(tagOctets, text()), wrap(tagOctets, []byte("more"))...))...)
	with := func(encap []byte) []byte {
		return wrap(tagSequence, append(derOID(contentTypes()[Signed]), wrap(tagContext0, wrap(tagSequence, bytes.Join([][]byte{
			wrap(tagInteger, []byte{1}), wrap(tagSet, nil), wrap(tagSequence, encap), wrap(tagSet, infos)}, nil)))...))
	}
	for name, c := range map[string]struct {
		message []byte
		holds   bool
	}{
		"nothing":                  {opaque, true},
		"white space":              {append(bytes.Clone(opaque), " \r\n\t"...), true},
		"a letter":                 {append(bytes.Clone(opaque), 'x'), false},
		"the same again":           {append(bytes.Clone(opaque), opaque...), false},
		"zeros":                    {append(bytes.Clone(opaque), 0, 0), false},
		"behind the content":       {with(encap), false},
		"a second content":         {with(twice), false},
		"behind what is signed":    {wrap(tagSequence, append(bytes.Clone(contentOf(opaque)), wrap(tagOctets, nil)...)), false},
		"number where it is text":  {with(append(derOID(contentTypes()[Data]), wrap(tagContext0, wrap(tagInteger, []byte{1}))...)), false},
		"no wrapping of a content": {with(append(derOID(contentTypes()[Data]), wrap(tagOctets, text())...)), false},
	} {
		_, _, err := opened(c.message, p.them.Certificate)
		if c.holds != (err == nil) || err != nil && !errors.Is(err, ErrSignature) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Every bit of a small signature is turned over, and every part of it is cut
// off: it never holds over another content, and no other error comes out.
func TestEveryBitOfASignature(t *testing.T) {
	p := actors(t)
	content, other := []byte("content"), []byte("Content")
	der := signedWith(infosOf(t, signature(t, content, p.them, SignOptions{})), nil, contentTypes()[Data])
	for bit := range 8 * len(der) {
		damaged := flipped(der, bit)
		if _, err := verified(damaged, content, p.them.Certificate); err != nil && !errors.Is(err, ErrSignature) && !errors.Is(err, ErrSigner) {
			t.Fatalf("bit %d: %v", bit, err)
		}
		if _, err := verified(damaged, other, p.them.Certificate); err == nil {
			t.Fatalf("bit %d: holds over another content", bit)
		}
	}
	for n := range len(der) {
		if _, err := verified(der[:n], content, p.them.Certificate); !errors.Is(err, ErrSignature) {
			t.Errorf("cut at %d: %v", n, err)
		}
	}
}

func TestSignRefuses(t *testing.T) {
	p := actors(t)
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	sum := digestOf(nil)(crypto.SHA256)
	for name, c := range map[string]struct {
		digest []byte
		id     Identity
		hash   crypto.Hash
	}{
		"no hash":      {sum, p.us, 0},
		"MD5":          {make([]byte, 16), p.us, crypto.MD5},
		"wrong length": {sum, p.us, crypto.SHA512},
		"no digest":    {nil, p.us, crypto.SHA256},
		"no RSA key":   {sum, Identity{p.us.Certificate, ec}, crypto.SHA256},
	} {
		if der, err := SignDigest(c.digest, c.id, SignOptions{Hash: c.hash}); err == nil {
			t.Errorf("%s: %d bytes", name, len(der))
		}
	}
	if _, err := ParseSignature(make([]byte, maxStructure+1)); !errors.Is(err, ErrSignature) {
		t.Errorf("a signature of a megabyte: %v", err)
	}
}
