package cms

import (
	"bufio"
	"compress/zlib"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
)

func oidZlib() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 3, 8}
}

// Compress returns a writer that compresses what is written to it, as
// CompressedData in BER (RFC 3274); Close writes the end.
func Compress(w io.Writer) (io.WriteCloser, error) {
	err := writeAll(w,
		open(tagSequence), derOID(contentTypes()[Compressed]), open(tagContext0), open(tagSequence),
		wrap(tagInteger, []byte{0}), wrap(tagSequence, derOID(oidZlib())),
		open(tagSequence), derOID(contentTypes()[Data]), open(tagContext0), open(tagOctets|tagConstructed))
	if err != nil {
		return nil, err
	}
	out := newChunks(w)
	// The fastest level leaves a document a tenth larger than the usual one does, in
	// a third of the time.
	zip, err := zlib.NewWriterLevel(out, zlib.BestSpeed)
	if err != nil {
		return nil, err
	}
	return &compressor{out: out, zip: zip}, nil
}

type compressor struct {
	out    *chunks
	zip    *zlib.Writer
	closed bool
}

func (c *compressor) Write(p []byte) (int, error) { return c.zip.Write(p) }

func (c *compressor) Close() error {
	if c.closed {
		return nil
	}
	c.closed = true
	if err := c.zip.Close(); err != nil {
		return err
	}
	return c.out.finish(5)
}

// Limits of what compressed data may grow to.
type Limits struct {
	MaxBytes int64 // of the result; 0 is no limit
	MaxRatio int64 // of the result to what was compressed, after the first megabyte; 0 is 200
}

// DefaultRatio is more than any document of business compresses to.
const DefaultRatio = 200

// Decompress opens CompressedData, in DER or BER. Data that cannot be read is
// ErrDecompress, data that grows beyond the limits ErrTooLarge; an error of r
// itself comes through as it is.
func Decompress(r io.Reader, l Limits) (io.Reader, error) {
	if l.MaxRatio <= 0 {
		l.MaxRatio = DefaultRatio
	}
	b := newBER(marked{r})
	content, err := openCompressed(b)
	if err != nil {
		return nil, notDecompressed(err)
	}
	counted := &countReader{r: content}
	in := bufio.NewReaderSize(counted, chunkSize)
	zip, err := zlib.NewReader(in)
	if err != nil {
		return nil, notDecompressed(err)
	}
	return &decompressor{zip: zip, in: in, counted: counted, limits: l}, nil
}

func notDecompressed(err error) error {
	var own *readError
	if errors.As(err, &own) {
		return own.err
	}
	return fmt.Errorf("%w: %v", ErrDecompress, err)
}

func openCompressed(b *berReader) (io.Reader, error) {
	if err := b.contentInfo(Compressed); err != nil {
		return nil, err
	}
	if _, err := b.whole(); err != nil { // version
		return nil, err
	}
	raw, err := b.whole()
	if err != nil {
		return nil, err
	}
	var alg algorithm
	if _, err := asn1.Unmarshal(raw, &alg); err != nil || !alg.Algorithm.Equal(oidZlib()) {
		return nil, fmt.Errorf("%w: another compression than zlib", errBER)
	}
	if err := b.enter(tagSequence); err != nil { // encapContentInfo
		return nil, err
	}
	if _, err := b.whole(); err != nil {
		return nil, err
	}
	if err := b.enter(tagContext0); err != nil {
		return nil, err
	}
	h, err := b.header()
	if err != nil {
		return nil, err
	}
	if h.tag&^tagConstructed != tagOctets {
		return nil, fmt.Errorf("%w: found tag %#02x, expected a string", errBER, h.tag)
	}
	return b.octets(h, func() error {
		if err := b.leave(false); err != nil {
			return err
		}
		return b.end()
	})
}

type countReader struct {
	r io.Reader
	n int64
}

func (c *countReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// decompressor watches how much comes out of how little.
type decompressor struct {
	zip     io.Reader
	in      *bufio.Reader // what zip reads; zip does not read ahead of it
	counted *countReader
	out     int64
	limits  Limits
}

// ratioFrom is how much may come out before the ratio counts.
const ratioFrom = 1 << 20

func (d *decompressor) Read(p []byte) (int, error) {
	n, err := d.zip.Read(p)
	d.out += int64(n)
	if d.limits.MaxBytes > 0 && d.out > d.limits.MaxBytes {
		return 0, fmt.Errorf("%w: more than %d bytes", ErrTooLarge, d.limits.MaxBytes)
	}
	if d.out > ratioFrom && d.out/d.limits.MaxRatio > d.counted.n {
		return 0, fmt.Errorf("%w: more than %d to 1", ErrTooLarge, d.limits.MaxRatio)
	}
	if errors.Is(err, io.EOF) {
		err = d.end()
	}
	if err != nil && err != io.EOF {
		err = notDecompressed(err)
	}
	return n, err
}

// end wants the structure to end with what was compressed. Bytes behind it would
// be bytes that no checksum and no signature covers.
func (d *decompressor) end() error {
	_, err := d.in.ReadByte()
	if err == nil {
		return fmt.Errorf("%w: something follows what was compressed", errBER)
	}
	return err
}
