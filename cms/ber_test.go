package cms

import (
	"bytes"
	"encoding/asn1"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
)

func TestHeader(t *testing.T) {
	for name, c := range map[string]struct {
		in     string
		tag    byte
		length int64 // -2: refused
	}{
		"short":                   {"\x04\x05", 4, 5},
		"longest short":           {"\x04\x7f", 4, 127},
		"one byte":                {"\x04\x81\x80", 4, 128},
		"four bytes":              {"\x04\x84\x00\x01\x00\x00", 4, 65536},
		"leading zeros":           {"\x04\x88\x00\x00\x00\x00\x00\x00\x00\x03", 4, 3},
		"indefinite":              {"\x30\x80", 0x30, -1},
		"indefinite primitive":    {"\x04\x80", 4, -2},
		"nine bytes":              {"\x04\x89\x00\x00\x00\x00\x00\x00\x00\x00\x01", 4, -2},
		"beyond any length":       {"\x04\x88\x7f\xff\xff\xff\xff\xff\xff\xff", 4, -2},
		"would be negative":       {"\x04\x88\x80\x00\x00\x00\x00\x00\x00\x00", 4, -2},
		"long tag":                {"\x1f\x81\x01\x00", 0, -2},
		"long tag, constructed":   {"\x3f\x01\x00", 0, -2},
		"reserved length":         {"\x04\xff", 0, -2},
		"nothing":                 {"", 0, -2},
		"tag only":                {"\x04", 0, -2},
		"breaks off in a length":  {"\x04\x84\x00", 0, -2},
		"end of contents":         {"\x00\x00", 0, 0},
		"context, constructed":    {"\xa0\x03", 0xa0, 3},
		"context, indefinite":     {"\xa0\x80", 0xa0, -1},
		"private class, accepted": {"\xc1\x01", 0xc1, 1},
	} {
		h, err := newBER(strings.NewReader(c.in)).header()
		switch {
		case c.length == -2:
			if !errors.Is(err, errBER) {
				t.Errorf("%s: %+v, %v", name, h, err)
			}
		case err != nil || h != (header{c.tag, c.length}):
			t.Errorf("%s: %+v, %v", name, h, err)
		}
	}
}

// Whatever the encoding, one element comes out as the same DER.
func TestWholeIsDER(t *testing.T) {
	der := wrap(tagSequence, bytes.Join([][]byte{
		wrap(tagInteger, []byte{3}), wrap(tagOctets, random(t, 300)), wrap(tagSet, wrap(tagOctets, nil)), wrap(tagContext0, wrap(tagSequence, wrap(tagOctets, []byte("x")))),
	}, nil))
	for name, c := range codings() {
		ber := c.write(t, der)
		got, err := newBER(bytes.NewReader(append(ber, "rest"...))).whole()
		if err != nil || !bytes.Equal(got, der) {
			t.Errorf("%s: %v\n%x\n%x", name, err, got, der)
		}
		got, err = newBER(iotest.OneByteReader(bytes.NewReader(ber))).whole()
		if err != nil || !bytes.Equal(got, der) {
			t.Errorf("%s, byte by byte: %v", name, err)
		}
		for n := range len(ber) {
			if got, err := newBER(bytes.NewReader(ber[:n])).whole(); err == nil {
				t.Errorf("%s, cut at %d: %x", name, n, got)
			}
		}
	}
}

func TestLyingLengths(t *testing.T) {
	for name, in := range map[string]string{
		"child longer than parent":     "\x30\x03\x04\x05abcde",
		"child much longer":            "\x30\x03\x04\x84\x00\x0f\xff\xffabc",
		"longer than the input":        "\x30\x7f\x04\x01a",
		"a gigabyte":                   "\x04\x84\x40\x00\x00\x00",
		"a gigabyte, constructed":      "\x30\x84\x40\x00\x00\x00\x04\x01a",
		"exabytes":                     "\x04\x88\x0f\xff\xff\xff\xff\xff\xff\xff",
		"grandchild out of its parent": "\x30\x08\x30\x04\x04\x06abcdef",
		"string with a number in it":   "\x24\x03\x02\x01\x05",
		"string never ends":            "\x24\x80\x04\x01a",
		"no end of contents":           "\x30\x80\x04\x01a\x00",
	} {
		if got, err := newBER(strings.NewReader(in)).whole(); !errors.Is(err, errBER) && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%s: %x, %v", name, got, err)
		}
	}
}

// endlessly repeats a pattern up to a size.
func endlessly(pattern string, size int) io.Reader {
	return io.LimitReader(&repeated{pattern, 0}, int64(size))
}

type repeated struct {
	pattern string
	at      int
}

func (r *repeated) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = r.pattern[r.at]
		r.at = (r.at + 1) % len(r.pattern)
	}
	return len(p), nil
}

// What is nested beyond reason is refused after its first bytes, whichever way
// in, and neither the stack nor the heap grows.
func TestNesting(t *testing.T) {
	const size = 4 << 20
	ways := map[string]func(io.Reader) error{
		"structure":  func(r io.Reader) error { _, err := newBER(r).whole(); return err },
		"decrypt":    func(r io.Reader) error { _, err := Decrypt(r, nil); return err },
		"decompress": func(r io.Reader) error { _, err := Decompress(r, Limits{}); return err },
		"signed":     func(r io.Reader) error { _, err := OpenSigned(r); return err },
	}
	heads := map[string]string{
		"at once":                 "",
		"in enveloped data":       "\x30\x80" + string(derOID(contentTypes()[Enveloped])) + "\xa0\x80",
		"in its recipients":       "\x30\x80" + string(derOID(contentTypes()[Enveloped])) + "\xa0\x80\x30\x80\x02\x01\x00\x31\x80",
		"in signed data":          "\x30\x80" + string(derOID(contentTypes()[Signed])) + "\xa0\x80\x30\x80\x02\x01\x01",
		"in compressed data":      "\x30\x80" + string(derOID(contentTypes()[Compressed])) + "\xa0\x80\x30\x80\x02\x01\x00",
		"in a constructed string": "\x30\x80" + string(derOID(contentTypes()[Signed])) + "\xa0\x80\x30\x80\x02\x01\x01\x31\x00\x30\x80" + string(derOID(contentTypes()[Data])) + "\xa0\x80\x24\x80",
	}
	for head, start := range heads {
		for way, read := range ways {
			for _, pattern := range []string{"\x30\x80", "\x24\x80", "\x31\x80", "\xa0\x80"} {
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				err := read(io.MultiReader(strings.NewReader(start), endlessly(pattern, size)))
				runtime.ReadMemStats(&after)
				if err == nil && way != "signed" {
					t.Errorf("%s, %s, %x: accepted", way, head, pattern)
				}
				if grown := after.TotalAlloc - before.TotalAlloc; grown > 1<<20 {
					t.Errorf("%s, %s, %x: %d bytes were allocated", way, head, pattern, grown)
				}
			}
		}
	}
	deep := "\x30\x80" + string(derOID(contentTypes()[Signed])) + "\xa0\x80\x30\x80\x02\x01\x01\x31\x00\x30\x80" + string(derOID(contentTypes()[Data])) + "\xa0\x80\x24\x80"
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r, err := OpenSigned(io.MultiReader(strings.NewReader(deep), endlessly("\x24\x80", size)))
	if err == nil {
		_, err = io.Copy(io.Discard, r)
	}
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; !errors.Is(err, ErrSignature) || grown > 1<<20 {
		t.Errorf("a string of strings of strings: %v, %d bytes were allocated", err, grown)
	}
}

func TestDepthLimit(t *testing.T) {
	nested := func(n int) []byte {
		der := wrap(tagOctets, []byte("x"))
		for range n {
			der = wrap(tagSequence, der)
		}
		return der
	}
	if got, err := newBER(bytes.NewReader(nested(maxDepth - 1))).whole(); err != nil || !bytes.Equal(got, nested(maxDepth-1)) {
		t.Errorf("as deep as allowed: %v", err)
	}
	if _, err := newBER(bytes.NewReader(nested(maxDepth))).whole(); !errors.Is(err, errBER) {
		t.Errorf("deeper: %v", err)
	}
}

func TestStructureLimit(t *testing.T) {
	big := wrap(tagOctets, make([]byte, maxStructure))
	if _, err := newBER(bytes.NewReader(big)).whole(); err != nil {
		t.Errorf("as large as allowed: %v", err)
	}
	for name, r := range map[string]io.Reader{
		"one byte more":      bytes.NewReader(wrap(tagOctets, make([]byte, maxStructure+1))),
		"in pieces":          io.MultiReader(strings.NewReader("\x30\x80"), endlessly("\x04\x02ab", 10<<20)),
		"a string in pieces": io.MultiReader(strings.NewReader("\x24\x80"), endlessly("\x04\x02ab", 10<<20)),
	} {
		if _, err := newBER(r).whole(); !errors.Is(err, errBER) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A string in a million pieces costs its size, not its square: the bytes that
// are allocated for twice the pieces are about twice as many.
func TestStringsJoinInLinearTime(t *testing.T) {
	cost := func(pieces int) float64 {
		ber := append(append([]byte("\x24\x80"), bytes.Repeat([]byte("\x04\x01a"), pieces)...), 0, 0)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		got, err := newBER(bytes.NewReader(ber)).whole()
		runtime.ReadMemStats(&after)
		if err != nil || len(contentOf(got)) != pieces {
			t.Fatalf("%d pieces: %v", pieces, err)
		}
		return float64(after.TotalAlloc - before.TotalAlloc)
	}
	few, many := cost(100_000), cost(800_000)
	if many > 12*few {
		t.Errorf("8 times the pieces cost %.1f times the memory", many/few)
	}
}

// A content in pieces of every shape streams as the same octets.
func TestOctets(t *testing.T) {
	content := text()
	der := wrap(tagOctets, content)
	for name, c := range codings() {
		for how, dress := range map[string]func(io.Reader) io.Reader{"whole": func(r io.Reader) io.Reader { return r }, "byte by byte": iotest.OneByteReader, "halves": iotest.HalfReader} {
			b := newBER(dress(bytes.NewReader(c.write(t, der))))
			h, err := b.header()
			if err != nil {
				t.Fatal(err)
			}
			calls := 0
			o, err := b.octets(h, func() error { calls++; return nil })
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(o)
			if err != nil || !bytes.Equal(got, content) || calls != 1 {
				t.Errorf("%s, %s: %d octets, %v, looked behind %d times", name, how, len(got), err, calls)
			}
			if n, err := o.Read(make([]byte, 1)); n != 0 || err != io.EOF || calls != 1 {
				t.Errorf("%s, %s: read again: %d, %v, %d", name, how, n, err, calls)
			}
		}
	}
}

func TestOctetsInOctets(t *testing.T) {
	in := "\x24\x80" + "\x04\x02ab" + "\x24\x80\x04\x00\x24\x04\x04\x02cd\x00\x00" + "\x24\x00" + "\x04\x81\x01e" + "\x00\x00"
	b := newBER(strings.NewReader(in))
	h, err := b.header()
	if err != nil {
		t.Fatal(err)
	}
	o, err := b.octets(h, func() error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(o); string(got) != "abcde" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

func TestLengths(t *testing.T) {
	for _, n := range []int{0, 1, 127, 128, 255, 256, 65535, 65536} {
		der := wrap(tagOctets, make([]byte, n))
		var got []byte
		if rest, err := asn1.Unmarshal(der, &got); err != nil || len(rest) != 0 || len(got) != n {
			t.Errorf("%d: %d, %v", n, len(got), err)
		}
		if len(contentOf(der)) != n {
			t.Errorf("%d: content of %d", n, len(contentOf(der)))
		}
	}
}

// Every identifier of the tables can be encoded, and stands for one thing.
func TestIdentifiers(t *testing.T) {
	seen := map[string]string{}
	add := func(what string, oid asn1.ObjectIdentifier) {
		t.Helper()
		if derOID(oid) == nil {
			t.Errorf("%s: %v cannot be encoded", what, oid)
		}
		if other, again := seen[oid.String()]; again {
			t.Errorf("%s and %s share %v", what, other, oid)
		}
		seen[oid.String()] = what
	}
	for kind, oid := range contentTypes() {
		add(string(kind), oid)
	}
	for h, oid := range digestOIDs() {
		add(h.String(), oid)
		if got, ok := hashOf(oid); !ok || got != h {
			t.Errorf("%v is read as %v", h, got)
		}
	}
	for h, oid := range signatureOIDs() {
		add("RSA with "+h.String(), oid)
	}
	for c, s := range suites() {
		add(string(c), s.oid)
		if _, err := s.block(make([]byte, s.key)); err != nil {
			t.Errorf("%s: %v", c, err)
		}
	}
	add("RSA", oidRSA())
	add("zlib", oidZlib())
	add("content type", oidContentType())
	add("message digest", oidMessageDigest())
	add("signing time", oidSigningTime())
}
