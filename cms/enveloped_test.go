package cms

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"io"
	"math/big"
	"testing"
	"testing/iotest"
)

func ciphers() []Cipher { return []Cipher{AES128CBC, AES192CBC, AES256CBC, TripleDES} }

func TestEncryptDecrypt(t *testing.T) {
	p := actors(t)
	for _, c := range ciphers() {
		for _, n := range []int{0, 1, 7, 8, 9, 15, 16, 17, 4096, chunkSize - 1, chunkSize, chunkSize + 1, 3*chunkSize + 5} {
			content := random(t, n)
			for _, piece := range []int{1 << 20, 1000, 7} {
				message := written(t, content, piece, func(w io.Writer) (io.WriteCloser, error) {
					return Encrypt(w, []*x509.Certificate{p.us.Certificate}, c, nil)
				})
				got, err := decrypted(message, p.us)
				if err != nil || !bytes.Equal(got, content) {
					t.Errorf("%s, %d octets in pieces of %d: %d octets, %v", c, n, piece, len(got), err)
				}
			}
		}
	}
}

// However a source gives its bytes, and in however small pieces they are asked
// for, the same comes out.
func TestDecryptReads(t *testing.T) {
	p := actors(t)
	content := random(t, 2*chunkSize+77)
	message := encrypted(t, content, AES256CBC, p.us.Certificate)
	for name, dress := range map[string]func(io.Reader) io.Reader{"byte by byte": iotest.OneByteReader, "halves": iotest.HalfReader, "with the end": iotest.DataErrReader} {
		r, err := Decrypt(dress(bytes.NewReader(message)), []Identity{p.us})
		if err != nil {
			t.Fatal(err)
		}
		if err := iotest.TestReader(r, content); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEncodings(t *testing.T) {
	p := actors(t)
	content := text()
	der := asDER(t, encrypted(t, content, AES128CBC, p.us.Certificate))
	for name, c := range codings() {
		got, err := decrypted(c.write(t, der), p.us)
		if err != nil || !bytes.Equal(got, content) {
			t.Errorf("%s: %d octets, %v", name, len(got), err)
		}
	}
}

// The recipient is found by issuer and serial number, or by key identifier,
// wherever it stands; others are passed over.
func TestRecipients(t *testing.T) {
	p := actors(t)
	content := []byte("for three")
	message := encrypted(t, content, AES256CBC, p.stranger.Certificate, p.us.Certificate, p.them.Certificate)
	for name, ids := range map[string][]Identity{"us": {p.us}, "them": {p.them}, "stranger": {p.stranger}, "several keys": {p.them, p.us}} {
		if got, err := decrypted(message, ids...); err != nil || !bytes.Equal(got, content) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, ids := range map[string][]Identity{"nobody": nil, "impostor": {p.impostor}} {
		t.Run(name, func(t *testing.T) { closed(t, encrypted(t, content, AES256CBC, p.them.Certificate), content, ids...) })
	}
}

// recipientsOf are the RecipientInfos of a message of this package's own.
func recipientsOf(t testing.TB, message []byte) []byte {
	t.Helper()
	b := newBER(bytes.NewReader(message))
	if err := b.contentInfo(Enveloped); err != nil {
		t.Fatal(err)
	}
	var set []byte
	for range 2 {
		var err error
		if set, err = b.whole(); err != nil {
			t.Fatal(err)
		}
	}
	return contentOf(set)
}

// replaced is a message with other RecipientInfos.
func replaced(t testing.TB, message, recipients []byte) []byte {
	t.Helper()
	old := wrap(tagSet, recipientsOf(t, message))
	i := bytes.Index(message, old)
	if i < 0 {
		t.Fatal("the recipients are not where they were")
	}
	return bytes.Join([][]byte{message[:i], wrap(tagSet, recipients), message[i+len(old):]}, nil)
}

func marshal(t testing.TB, v any) []byte {
	t.Helper()
	der, err := asn1.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func TestRecipientForms(t *testing.T) {
	p := actors(t)
	message := encrypted(t, []byte("hello"), AES128CBC, p.us.Certificate)
	var info keyTransport
	if _, err := asn1.Unmarshal(recipientsOf(t, message), &info); err != nil {
		t.Fatal(err)
	}
	good := marshal(t, info)
	bySKI := info
	bySKI.Version, bySKI.Recipient = 2, asn1.RawValue{FullBytes: wrap(tagImplicit0, p.us.Certificate.SubjectKeyId)}
	emptySKI := bySKI
	emptySKI.Recipient = asn1.RawValue{FullBytes: wrap(tagImplicit0, nil)}
	oaep := info
	oaep.Algorithm = algorithm{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 7}, Parameters: asn1.RawValue{FullBytes: wrap(tagSequence, nil)}}
	otherSerial := info
	otherSerial.Recipient = asn1.RawValue{FullBytes: marshal(t, issuerAndSerial{asn1.RawValue{FullBytes: p.us.Certificate.RawIssuer}, big.NewInt(5)})}
	short := info
	short.EncryptedKey = info.EncryptedKey[:100]
	noKey := info
	noKey.EncryptedKey = nil
	agreement := wrap(tagContext0+1, wrap(tagInteger, []byte{3}))
	for name, c := range map[string]struct {
		recipients []byte
		opens      bool
	}{
		"as written":             {good, true},
		"by key identifier":      {marshal(t, bySKI), true},
		"after a key agreement":  {append(bytes.Clone(agreement), good...), true},
		"after another serial":   {append(marshal(t, otherSerial), good...), true},
		"empty key identifier":   {marshal(t, emptySKI), false},
		"another serial":         {marshal(t, otherSerial), false},
		"OAEP":                   {marshal(t, oaep), false},
		"key too short":          {marshal(t, short), false},
		"no key":                 {marshal(t, noKey), false},
		"nobody":                 {nil, false},
		"a key agreement alone":  {agreement, false},
		"garbage":                {[]byte("\x30\x05hello"), false},
		"number for a recipient": {wrap(tagSequence, wrap(tagInteger, []byte{0})), false},
	} {
		got, err := decrypted(replaced(t, message, c.recipients), p.us)
		if c.opens != (err == nil && string(got) == "hello") || err != nil && err != ErrDecrypt {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

// Whatever is done to the wrapped key, the failure is one and the same, and it
// shows where bad padding shows: at the end (RFC 3218).
func TestDamagedKeysAreAlike(t *testing.T) {
	p := actors(t)
	content := text()
	message := encrypted(t, content, AES256CBC, p.us.Certificate)
	var info keyTransport
	if _, err := asn1.Unmarshal(recipientsOf(t, message), &info); err != nil {
		t.Fatal(err)
	}
	public := p.us.Certificate.PublicKey.(*rsa.PublicKey)
	sealed := func(plain []byte) []byte { // textbook RSA: the attacker's tool
		m := new(big.Int).SetBytes(plain)
		return new(big.Int).Exp(m, big.NewInt(int64(public.E)), public.N).FillBytes(make([]byte, public.Size()))
	}
	block := func(start string, zero int) []byte {
		b := bytes.Repeat([]byte{0x55}, public.Size())
		copy(b, start)
		if zero > 0 {
			b[zero] = 0
		}
		return sealed(b)
	}
	keys := map[string][]byte{
		"no padding at all":          block("\x01\x02", 0),
		"wrong block type":           block("\x00\x01", public.Size()-33),
		"no separator":               block("\x00\x02", 0),
		"separator too early":        block("\x00\x02", 5),
		"conforming, short key":      block("\x00\x02", public.Size()-17),
		"conforming, long key":       block("\x00\x02", public.Size()-65),
		"conforming, wrong key":      block("\x00\x02", public.Size()-33),
		"zero":                       make([]byte, public.Size()),
		"larger than the modulus":    bytes.Repeat([]byte{0xff}, public.Size()),
		"modulus itself":             public.N.Bytes(),
		"sealed for somebody else":   sealedBy(t, p.them.Certificate),
		"one byte longer":            append(bytes.Clone(info.EncryptedKey), 0),
		"one bit of the first block": flipped(info.EncryptedKey, 3),
	}
	for name, key := range keys {
		info.EncryptedKey = key
		r, err := Decrypt(bytes.NewReader(replaced(t, message, marshal(t, info))), []Identity{p.us})
		if err != nil {
			t.Errorf("%s: seen at the start: %v", name, err)
			continue
		}
		// With a random key the padding is right by chance once in 256 times.
		if got, err := io.ReadAll(r); err != ErrDecrypt && (err != nil || bytes.Contains(got, content[:16])) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func sealedBy(t testing.TB, cert *x509.Certificate) []byte {
	t.Helper()
	//lint:ignore SA1019 the messages under test are made this way
	b, err := rsa.EncryptPKCS1v15(rand.Reader, cert.PublicKey.(*rsa.PublicKey), make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func flipped(b []byte, bit int) []byte {
	out := bytes.Clone(b)
	out[bit/8] ^= 1 << (bit % 8)
	return out
}

// Every single bit of a small message is turned over: it opens, to whatever, or
// it is ErrDecrypt, and nothing else; one changed bit of the initial vector is
// one changed bit of the content.
func TestEveryBitOfAMessage(t *testing.T) {
	p := actors(t)
	content := []byte("a small message of two blocks")
	message := encrypted(t, content, AES128CBC, p.us.Certificate)
	step := 1
	if testing.Short() {
		step = 7
	}
	for bit := 0; bit < 8*len(message); bit += step {
		got, err := decrypted(flipped(message, bit), p.us)
		if err != nil && err != ErrDecrypt {
			t.Fatalf("bit %d: %T %v", bit, err, err)
		}
		if len(got) > len(message) {
			t.Fatalf("bit %d: %d octets out of %d", bit, len(got), len(message))
		}
	}
	iv := bytes.Index(message, derOID(suites()[AES128CBC].oid)) + len(derOID(suites()[AES128CBC].oid)) + 2
	want := flipped(content, 3)
	if got, err := decrypted(flipped(message, 8*iv+3), p.us); err != nil || !bytes.Equal(got, want) {
		t.Errorf("initial vector: %q, %v", got, err)
	}
}

func TestEveryTruncation(t *testing.T) {
	p := actors(t)
	message := encrypted(t, []byte("a small message of two blocks"), AES128CBC, p.us.Certificate)
	for n := range len(message) {
		if got, err := decrypted(message[:n], p.us); err != ErrDecrypt {
			t.Errorf("cut at %d of %d: %q, %v", n, len(message), got, err)
		}
		// What was cut off is not made good by what follows.
		if _, err := decrypted(append(bytes.Clone(message[:n]), bytes.Repeat([]byte{0xa5}, 64)...), p.us); err != nil && err != ErrDecrypt {
			t.Errorf("cut at %d and garbage: %v", n, err)
		}
	}
}

// withAlgorithm is a message with another algorithm in AES-128's place.
func withAlgorithm(t testing.TB, message, alg []byte) []byte {
	t.Helper()
	oid := derOID(suites()[AES128CBC].oid)
	at := bytes.Index(message, oid)
	old := wrap(tagSequence, message[at:at+len(oid)+18])
	i := bytes.Index(message, old)
	if at < 0 || i < 0 {
		t.Fatal("the algorithm is not where it was")
	}
	return bytes.Join([][]byte{message[:i], alg, message[i+len(old):]}, nil)
}

func TestDamagedAlgorithms(t *testing.T) {
	p := actors(t)
	message := encrypted(t, text(), AES128CBC, p.us.Certificate)
	aes, gcm := derOID(suites()[AES128CBC].oid), derOID(asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 6})
	iv := wrap(tagOctets, make([]byte, 16))
	for name, alg := range map[string][]byte{
		"initial vector too short": wrap(tagSequence, append(bytes.Clone(aes), wrap(tagOctets, make([]byte, 15))...)),
		"initial vector too long":  wrap(tagSequence, append(bytes.Clone(aes), wrap(tagOctets, make([]byte, 17))...)),
		"no initial vector":        wrap(tagSequence, aes),
		"empty initial vector":     wrap(tagSequence, append(bytes.Clone(aes), wrap(tagOctets, nil)...)),
		"a number":                 wrap(tagSequence, append(bytes.Clone(aes), wrap(tagInteger, []byte{1})...)),
		"AES-GCM in CBC's place":   wrap(tagSequence, append(bytes.Clone(gcm), iv...)),
		"unknown cipher":           wrap(tagSequence, append(derOID(asn1.ObjectIdentifier{1, 2, 3}), iv...)),
		"RC2":                      wrap(tagSequence, append(derOID(asn1.ObjectIdentifier{1, 2, 840, 113549, 3, 2}), iv...)),
		"no sequence":              iv,
		"empty sequence":           wrap(tagSequence, nil),
		"triple DES":               wrap(tagSequence, append(derOID(suites()[TripleDES].oid), wrap(tagOctets, make([]byte, 8))...)),
		"huge":                     wrap(tagSequence, append(bytes.Clone(aes), wrap(tagOctets, make([]byte, maxStructure))...)),
	} {
		if got, err := decrypted(withAlgorithm(t, message, alg), p.us); err != ErrDecrypt && (name != "triple DES" || err != nil || bytes.Equal(got, text())) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Padding is checked whole: any other last block than a proper one is refused.
func TestPadding(t *testing.T) {
	for name, c := range map[string]struct {
		last string
		want int // octets kept, -1 when refused
	}{
		"one":             {"abcdefghijklmno\x01", 15},
		"two":             {"abcdefghijklmn\x02\x02", 14},
		"sixteen":         {"\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10", 0},
		"zero":            {"abcdefghijklmno\x00", -1},
		"seventeen":       {"\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11", -1},
		"first one wrong": {"abcdefghijkl\x03\x04\x04\x04", -1},
		"one in between":  {"\x10\x10\x10\x10\x10\x10\x10\x11\x10\x10\x10\x10\x10\x10\x10\x10", -1},
		"255":             {"abcdefghijklmno\xff", -1},
	} {
		d := &decryptReader{mode: identity{}, last: []byte(c.last)}
		d.finish()
		if c.want < 0 && (d.err != ErrDecrypt || len(d.out) > 0) || c.want >= 0 && (d.err != io.EOF || len(d.out) != c.want) {
			t.Errorf("%s: %d octets, %v", name, len(d.out), d.err)
		}
	}
}

// identity is a cipher that changes nothing.
type identity struct{}

func (identity) BlockSize() int              { return 16 }
func (identity) CryptBlocks(dst, src []byte) { copy(dst, src) }

// An error of the source is not the sender's: it comes through as it is.
func TestSourceErrors(t *testing.T) {
	p := actors(t)
	disk := errors.New("the disk is gone")
	message := encrypted(t, text(), AES128CBC, p.us.Certificate)
	der := signature(t, text(), p.them, SignOptions{})
	for _, n := range []int{0, 1, 20, 300, 500, 2000} {
		broken := func(b []byte) io.Reader {
			return io.MultiReader(bytes.NewReader(b[:min(n, len(b)-1)]), iotest.ErrReader(disk))
		}
		r, err := Decrypt(broken(message), []Identity{p.us})
		if err == nil {
			_, err = io.ReadAll(r)
		}
		if !errors.Is(err, disk) || errors.Is(err, ErrDecrypt) {
			t.Errorf("decrypt, after %d: %v", n, err)
		}
		z, err := Decompress(broken(compressed(t, random(t, 5000))), Limits{})
		if err == nil {
			_, err = io.ReadAll(z)
		}
		if !errors.Is(err, disk) || errors.Is(err, ErrDecompress) {
			t.Errorf("decompress, after %d: %v", n, err)
		}
		s, err := OpenSigned(broken(der))
		if err == nil {
			_, err = io.ReadAll(s)
		}
		if !errors.Is(err, disk) || errors.Is(err, ErrSignature) {
			t.Errorf("signed, after %d: %v", n, err)
		}
	}
}

// full fails at the n-th byte.
type full struct{ left int }

var errFull = errors.New("no space left")

func (f *full) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

// A writer below that fails is told of, wherever it fails.
func TestWriteErrors(t *testing.T) {
	p := actors(t)
	content := random(t, 3*chunkSize)
	for name, open := range map[string]func(io.Writer) (io.WriteCloser, error){
		"encrypt": func(w io.Writer) (io.WriteCloser, error) {
			return Encrypt(w, []*x509.Certificate{p.us.Certificate}, AES256CBC, nil)
		},
		"compress": Compress,
	} {
		size := len(written(t, content, len(content), open))
		for _, n := range []int{0, 1, 30, 100, 1000, chunkSize, 2*chunkSize + 1, size - 1} {
			w, err := open(&full{n})
			if err == nil {
				_, err = w.Write(content)
			}
			if err == nil {
				err = w.Close()
			}
			if !errors.Is(err, errFull) {
				t.Errorf("%s, full after %d of %d: %v", name, n, size, err)
			}
		}
		if w, err := open(&full{size}); err != nil {
			t.Error(err)
		} else if _, err := w.Write(content); err != nil {
			t.Error(err)
		} else if err := errors.Join(w.Close(), w.Close()); err != nil {
			t.Errorf("%s, closed twice: %v", name, err)
		}
	}
}

func TestEncryptRefuses(t *testing.T) {
	p := actors(t)
	noRSA := &x509.Certificate{PublicKey: "no key"}
	for name, try := range map[string]func() error{
		"unknown cipher": func() error {
			_, err := Encrypt(io.Discard, []*x509.Certificate{p.us.Certificate}, "rc2", nil)
			return err
		},
		"no cipher": func() error {
			_, err := Encrypt(io.Discard, []*x509.Certificate{p.us.Certificate}, "", nil)
			return err
		},
		"nobody":     func() error { _, err := Encrypt(io.Discard, nil, AES128CBC, nil); return err },
		"no RSA key": func() error { _, err := Encrypt(io.Discard, []*x509.Certificate{noRSA}, AES128CBC, nil); return err },
		"no randomness": func() error {
			_, err := Encrypt(io.Discard, []*x509.Certificate{p.us.Certificate}, AES128CBC, iotest.ErrReader(errFull))
			return err
		},
		"little randomness": func() error {
			_, err := Encrypt(io.Discard, []*x509.Certificate{p.us.Certificate}, AES128CBC, bytes.NewReader(make([]byte, 20)))
			return err
		},
	} {
		if try() == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestParseCipher(t *testing.T) {
	for _, c := range ciphers() {
		if got, err := ParseCipher(string(c)); err != nil || got != c || !c.Valid() {
			t.Errorf("%s: %s, %v", c, got, err)
		}
	}
	if got, err := ParseCipher("AES256-CBC"); err != nil || got != AES256CBC {
		t.Errorf("capitals: %s, %v", got, err)
	}
	for _, name := range []string{"", "aes", "aes256-gcm", "des", "none"} {
		if _, err := ParseCipher(name); err == nil {
			t.Errorf("%q passed", name)
		}
	}
}

// Two encryptions share nothing that could tell that they hold the same.
func TestEncryptionsDiffer(t *testing.T) {
	p := actors(t)
	a, b := encrypted(t, text(), AES128CBC, p.us.Certificate), encrypted(t, text(), AES128CBC, p.us.Certificate)
	if len(a) != len(b) {
		t.Fatal("the lengths differ")
	}
	same := 0
	for i := range a[len(a)-5000:] {
		if a[len(a)-5000+i] == b[len(b)-5000+i] {
			same++
		}
	}
	if same > 200 {
		t.Errorf("%d of 5000 octets are the same", same)
	}
}
