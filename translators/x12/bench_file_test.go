package x12

import (
	"bufio"
	"bytes"
	"testing"

	"waybill/translators"
)

// The benchmarks of one file of 2,000 orders, 4.3 MB: `go test -bench File -cpu 1`.
// make bench-peers measures the same on 100 MB, beside other readers.

// BenchmarkFileFloor finds both separators and does nothing else.
func BenchmarkFileFloor(b *testing.B) {
	data := manySampled(b, "850", "004010", 2000, 14)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		s := bufio.NewScanner(bytes.NewReader(data))
		s.Split(func(data []byte, end bool) (int, []byte, error) {
			if i := bytes.IndexByte(data, '~'); i >= 0 {
				return i + 1, data[:i], nil
			}
			return 0, nil, nil
		})
		n := 0
		for s.Scan() {
			for rest := s.Bytes(); ; n++ {
				i := bytes.IndexByte(rest, '*')
				if i < 0 {
					break
				}
				rest = rest[i+1:]
			}
		}
		if n < 600_000 {
			b.Fatal(n)
		}
	}
}

// BenchmarkFileTokenize reads segments, elements and envelopes.
func BenchmarkFileTokenize(b *testing.B) { benchmarkFile(b, translators.Rules{Bare: true}) }

// BenchmarkFileValidate holds everything against the schema and builds the trees.
func BenchmarkFileValidate(b *testing.B) { benchmarkFile(b, translators.Rules{}) }

func benchmarkFile(b *testing.B, rules translators.Rules) {
	b.Helper()
	data, t := manySampled(b, "850", "004010", 2000, 14), translator(b)
	o := translators.Options{Reuse: true, Rules: func(translators.Interchange, translators.Group, string) translators.Rules { return rules }}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		elements := 0
		rep, err := t.Decode(bytes.NewReader(data), o, func(s *translators.Set) error {
			for i := range s.Segments {
				elements += len(s.Segments[i].Elements)
			}
			return nil
		})
		if err != nil || elements < 500_000 || len(rep.Interchanges) != 100 {
			b.Fatal(err, elements)
		}
	}
}
