package cms

import (
	"bytes"
	"compress/zlib"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestCompress(t *testing.T) {
	for _, content := range [][]byte{{}, {1}, text(), random(t, 3*chunkSize+1), make([]byte, 900_000)} {
		for _, piece := range []int{1 << 20, 999} {
			message := written(t, content, piece, Compress)
			got, err := decompressed(message, Limits{})
			if err != nil || !bytes.Equal(got, content) {
				t.Errorf("%d octets in pieces of %d: %d octets, %v", len(content), piece, len(got), err)
			}
		}
	}
	if n := len(compressed(t, text())); n > len(text())/10 {
		t.Errorf("%d octets became %d", len(text()), n)
	}
}

func TestCompressedEncodings(t *testing.T) {
	der := asDER(t, compressed(t, text()))
	for name, c := range codings() {
		got, err := decompressed(c.write(t, der), Limits{})
		if err != nil || !bytes.Equal(got, text()) {
			t.Errorf("%s: %d octets, %v", name, len(got), err)
		}
	}
	r, err := Decompress(iotest.OneByteReader(bytes.NewReader(der)), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if err := iotest.TestReader(r, text()); err != nil {
		t.Error(err)
	}
}

// Another reader of CompressedData, made of the standard library alone, finds
// the same content (RFC 3274 §1.1).
func TestCompressedByStandardLibrary(t *testing.T) {
	var message struct {
		Type    asn1.ObjectIdentifier
		Content struct {
			Version   int
			Algorithm algorithm
			Inner     struct {
				Type    asn1.ObjectIdentifier
				Content []byte `asn1:"explicit,tag:0"`
			}
		} `asn1:"explicit,tag:0"`
	}
	if rest, err := asn1.Unmarshal(asDER(t, compressed(t, text())), &message); err != nil || len(rest) > 0 {
		t.Fatal(err)
	}
	if message.Content.Version != 0 || !message.Type.Equal(contentTypes()[Compressed]) || !message.Content.Algorithm.Algorithm.Equal(oidZlib()) || !message.Content.Inner.Type.Equal(contentTypes()[Data]) {
		t.Errorf("%+v", message)
	}
	r, err := zlib.NewReader(bytes.NewReader(message.Content.Inner.Content))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, text()) {
		t.Errorf("%d octets, %v", len(got), err)
	}
}

// compressedWith is CompressedData of the test's own making, in DER.
func compressedWith(alg, content []byte) []byte {
	return wrap(tagSequence, append(derOID(contentTypes()[Compressed]), wrap(tagContext0, wrap(tagSequence, bytes.Join([][]byte{
		wrap(tagInteger, []byte{0}), alg, wrap(tagSequence, append(derOID(contentTypes()[Data]), wrap(tagContext0, content)...)),
	}, nil)))...))
}

func zlibOf(t testing.TB, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	if _, err := z.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestDecompressRefuses(t *testing.T) {
	alg := wrap(tagSequence, derOID(oidZlib()))
	z := zlibOf(t, text())
	good := compressedWith(alg, wrap(tagOctets, z))
	damaged := bytes.Clone(z)
	damaged[len(damaged)-1] ^= 1 // of the checksum
	for name, c := range map[string]struct {
		message []byte
		holds   bool
	}{
		"as it should be":        {good, true},
		"white space behind":     {append(bytes.Clone(good), "\r\n"...), true},
		"version is passed over": {bytes.Replace(good, []byte{tagInteger, 1, 0}, []byte{tagInteger, 1, 7}, 1), true},
		"null parameters":        {compressedWith(wrap(tagSequence, append(derOID(oidZlib()), 5, 0)), wrap(tagOctets, z)), true},
		"letters behind":         {append(bytes.Clone(good), 'x'), false},
		"behind the zlib stream": {compressedWith(alg, wrap(tagOctets, append(bytes.Clone(z), 'x'))), false},
		"two zlib streams":       {compressedWith(alg, wrap(tagOctets, append(bytes.Clone(z), z...))), false},
		"two contents":           {compressedWith(alg, append(wrap(tagOctets, z), wrap(tagOctets, z)...)), false},
		"checksum":               {compressedWith(alg, wrap(tagOctets, damaged)), false},
		"cut zlib":               {compressedWith(alg, wrap(tagOctets, z[:len(z)-5])), false},
		"no zlib":                {compressedWith(alg, wrap(tagOctets, []byte("hello"))), false},
		"raw deflate":            {compressedWith(alg, wrap(tagOctets, z[2:len(z)-4])), false},
		"dictionary":             {compressedWith(alg, wrap(tagOctets, append([]byte{0x78, 0xbb, 1, 2, 3, 4}, z[2:]...))), false},
		"empty":                  {compressedWith(alg, wrap(tagOctets, nil)), false},
		"a number":               {compressedWith(alg, wrap(tagInteger, z)), false},
		"another algorithm":      {compressedWith(wrap(tagSequence, derOID(oidRSA())), wrap(tagOctets, z)), false},
		"algorithm is a string":  {compressedWith(wrap(tagOctets, nil), wrap(tagOctets, z)), false},
		"another content type":   {signedWith(nil, z, contentTypes()[Data]), false},
		"nothing":                {nil, false},
	} {
		got, err := decompressed(c.message, Limits{})
		if c.holds != (err == nil && bytes.Equal(got, text())) || err != nil && !errors.Is(err, ErrDecompress) {
			t.Errorf("%s: %d octets, %v", name, len(got), err)
		}
	}
	for n := range len(good) {
		if _, err := decompressed(good[:n], Limits{}); !errors.Is(err, ErrDecompress) {
			t.Errorf("cut at %d: %v", n, err)
		}
	}
	for bit := range 8 * len(good) {
		if _, err := decompressed(flipped(good, bit), Limits{MaxBytes: 1 << 20}); err != nil && !errors.Is(err, ErrDecompress) && !errors.Is(err, ErrTooLarge) {
			t.Errorf("bit %d: %v", bit, err)
		}
	}
}

func TestLimits(t *testing.T) {
	zeros := make([]byte, 8<<20) // about 1000 to 1
	for name, c := range map[string]struct {
		content []byte
		limits  Limits
		fits    bool
	}{
		"exactly":            {text(), Limits{MaxBytes: int64(len(text()))}, true},
		"one too many":       {text(), Limits{MaxBytes: int64(len(text())) - 1}, false},
		"default ratio":      {zeros, Limits{}, false},
		"ratio of 100":       {zeros, Limits{MaxRatio: 100}, false},
		"ratio of 5000":      {zeros, Limits{MaxRatio: 5000}, true},
		"first megabyte":     {zeros[:1<<20], Limits{MaxRatio: 1}, true},
		"over the first":     {zeros[:1<<20+1], Limits{MaxRatio: 1}, false},
		"ratio, then limit":  {zeros, Limits{MaxRatio: 5000, MaxBytes: 8<<20 - 1}, false},
		"real text in bulk":  {bytes.Repeat(random(t, 20_000), 200), Limits{}, true},
		"not compressible":   {random(t, 3<<20), Limits{MaxRatio: 2}, true},
		"a limit of nothing": {nil, Limits{MaxBytes: 1}, true},
	} {
		got, err := decompressed(compressed(t, c.content), c.limits)
		switch {
		case c.fits && (err != nil || !bytes.Equal(got, c.content)):
			t.Errorf("%s: %d octets, %v", name, len(got), err)
		case !c.fits && (!errors.Is(err, ErrTooLarge) || c.limits.MaxBytes > 0 && int64(len(got)) > c.limits.MaxBytes):
			t.Errorf("%s: %d octets, %v", name, len(got), err)
		}
	}
}

// 10 GB of zeros in 10 MB stop after little more than the first megabyte.
func TestBomb(t *testing.T) {
	pr, pw := io.Pipe()
	go func() {
		z, err := Compress(pw)
		if err == nil {
			_, err = io.CopyN(z, endlessly("\x00", 10<<30), 10<<30)
		}
		pw.CloseWithError(err)
	}()
	r, err := Decompress(pr, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	n, err := io.Copy(io.Discard, r)
	_ = pr.Close()
	if !errors.Is(err, ErrTooLarge) || n > 16<<20 {
		t.Errorf("%d octets, %v", n, err)
	}
}

func TestContentType(t *testing.T) {
	p := actors(t)
	for want, message := range map[Kind][]byte{
		Enveloped:     encrypted(t, text(), AES128CBC, p.us.Certificate),
		Compressed:    compressed(t, text()),
		Signed:        signature(t, text(), p.us, SignOptions{}),
		Data:          wrap(tagSequence, append(derOID(contentTypes()[Data]), wrap(tagContext0, wrap(tagOctets, nil))...)),
		AuthEnveloped: wrap(tagSequence, append(derOID(contentTypes()[AuthEnveloped]), wrap(tagContext0, wrap(tagOctets, nil))...)),
	} {
		for name, c := range codings() {
			b := newBER(bytes.NewReader(c.write(t, asDER(t, message)))).r
			kind, err := ContentType(b)
			if err != nil || kind != want {
				t.Errorf("%s, %s: %s, %v", want, name, kind, err)
			}
			if first, err := b.ReadByte(); err != nil || first != tagSequence {
				t.Errorf("%s, %s: something was read", want, name)
			}
		}
	}
	for name, in := range map[string]string{
		"nothing": "", "short": "\x30\x80\x06", "text": "Content-Type: text/plain\r\n\r\nhello", "a set": "\x31\x80\x06\x09*\x86H\x86\xf7\r\x01\x07\x03" + strings.Repeat("\x00", 20),
		"no identifier": "\x30\x80\x04\x09" + strings.Repeat("\x00", 30), "unknown": "\x30\x80\x06\x03\x2a\x03\x04" + strings.Repeat("\x00", 30),
		"long length": "\x30\xff" + strings.Repeat("\x06", 60), "identifier too long": "\x30\x80\x06\x40" + strings.Repeat("\x01", 60), "empty identifier": "\x30\x80\x06\x00" + strings.Repeat("\x00", 30),
		"broken identifier": "\x30\x80\x06\x02\x80\x80" + strings.Repeat("\x00", 30),
	} {
		if kind, err := ContentType(newBER(strings.NewReader(in)).r); err == nil {
			t.Errorf("%s: %s", name, kind)
		}
	}
	if _, err := ContentType(newBER(iotest.ErrReader(errFull)).r); !errors.Is(err, errFull) {
		t.Errorf("a source that fails: %v", err)
	}
	if _, err := decrypted(wrap(tagSequence, append(derOID(contentTypes()[AuthEnveloped]), wrap(tagContext0, wrap(tagSequence, nil))...)), p.us); err != ErrDecrypt {
		t.Errorf("AES-GCM: %v", err)
	}
}

// What travels in one message does so in another as well: every nesting opens.
func TestNestings(t *testing.T) {
	p := actors(t)
	content := text()
	message := encrypted(t, compressed(t, signedWith(infosOf(t, signature(t, content, p.them, SignOptions{})), content, contentTypes()[Data])), AES256CBC, p.us.Certificate)
	plain, err := Decrypt(bytes.NewReader(message), []Identity{p.us})
	if err != nil {
		t.Fatal(err)
	}
	unzipped, err := Decompress(plain, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	signed, err := OpenSigned(unzipped)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(signed)
	if err != nil || !bytes.Equal(got, content) {
		t.Errorf("%d octets, %v", len(got), err)
	}
	if sig, err := signed.Signature(); err != nil || len(sig.Hashes()) != 1 {
		t.Errorf("%v", err)
	}
	if fmt.Sprint(ErrDecrypt) == "" || !errors.Is(fmt.Errorf("x: %w", ErrDecrypt), ErrDecrypt) {
		t.Error("the errors are not errors")
	}
}
