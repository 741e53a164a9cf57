package mailbox

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"waybill/transports"
)

// nowhere is an inbox that keeps the recipe of a mail instead of the mail.
type nowhere struct {
	open  func() io.Reader
	bytes int64
}

func (n *nowhere) Accept(_ context.Context, _ transports.Arrival, body io.Reader) (transports.Stored, error) {
	_, err := io.Copy(io.Discard, body)
	return n, err
}
func (n *nowhere) Release(context.Context, string, transports.Verdict) (transports.Released, error) {
	return transports.Released{}, nil
}
func (n *nowhere) Take(context.Context, transports.Arrival, io.Reader) (transports.Released, error) {
	return transports.Released{}, nil
}
func (n *nowhere) ID() string                        { return "1" }
func (n *nowhere) Open() (io.ReadSeekCloser, error)  { return again{n.open()}, nil }
func (n *nowhere) Create() (transports.Draft, error) { return &drain{n: n}, nil }

// again is a stream that is never sought in.
type again struct{ io.Reader }

func (again) Seek(int64, int) (int64, error) { return 0, nil }
func (again) Close() error                   { return nil }

// drain counts a document.
type drain struct{ n *nowhere }

func (d *drain) Write(p []byte) (int, error)      { d.n.bytes += int64(len(p)); return len(p), nil }
func (d *drain) Close() error                     { return nil }
func (d *drain) Ref() string                      { return "drain" }
func (d *drain) Open() (io.ReadSeekCloser, error) { return nil, nil }

// repeated is one line, over and over.
type repeated struct {
	line string
	at   int
}

func (r *repeated) Read(p []byte) (n int, err error) {
	for n < len(p) {
		k := copy(p[n:], r.line[r.at:])
		n, r.at = n+k, (r.at+k)%len(r.line)
	}
	return n, nil
}

// large is a mail with an attachment of so many lines of 57 octets.
func large(lines int64) io.Reader {
	line := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("PO1*1*1*EA*9.99**VP*X1~\r\n   ", 3)[:57])) + "\r\n"
	head := fromAcme + "Content-Type: application/edi-x12; name=po.edi\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.StdEncoding.EncodeToString([]byte(order[:57])) + "\r\n"
	return io.MultiReader(strings.NewReader(head), io.LimitReader(&repeated{line: line}, lines*int64(len(line))))
}

// A mail of any size is taken in the memory that a small one needs.
func TestLargeMailInConstantMemory(t *testing.T) {
	const lines = 4 << 20 // 239 MB of content, 327 MB as a mail
	a := acme()
	a.MaxBytes = 2 << 30
	in := &nowhere{open: func() io.Reader { return large(lines) }}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if f, err := at(a).take(t.Context(), in, large(lines)); err != nil || f != fateTaken {
		t.Fatalf("fate %d, %v", f, err)
	}
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > 8<<20 || in.bytes != (lines+1)*57 {
		t.Errorf("%d bytes of a document of %d were kept, %d allocated on the way", in.bytes, (lines+1)*57, got)
	}
}

func BenchmarkTake(b *testing.B) {
	for _, lines := range []int64{36, 36_000} {
		b.Run(fmt.Sprintf("%d bytes", lines*57), func(b *testing.B) {
			d := at(acme())
			b.SetBytes(lines * 57)
			b.ReportAllocs()
			for b.Loop() {
				if f, err := d.take(b.Context(), &nowhere{open: func() io.Reader { return large(lines) }}, large(lines)); err != nil || f != fateTaken {
					b.Fatalf("fate %d, %v", f, err)
				}
			}
		})
	}
}
