package x12

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"waybill/translators"
)

// many is an interchange of a thousand real-looking orders, about 600 kB.
func many(b *testing.B) []byte {
	b.Helper()
	text := sample(b, "order.x12")
	from, to := strings.Index(text, "ST*"), strings.Index(text, "GE*")
	return []byte(text[:from] + strings.Repeat(text[from:to], 1000) + strings.Replace(text[to:], "GE*1*", "GE*1000*", 1))
}

// BenchmarkScan cuts bytes into segments and nothing else.
func BenchmarkScan(b *testing.B) {
	data := many(b)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		s := newScanner(bytes.NewReader(data))
		for _, ok := s.segment('~'); ok; _, ok = s.segment('~') {
		}
	}
}

// BenchmarkTokenize reads envelopes and elements, without a schema.
func BenchmarkTokenize(b *testing.B) {
	benchmarkDecode(b, func(translators.Interchange, translators.Group, string) translators.Rules {
		return translators.Rules{Refuse: "not now"}
	})
}

// BenchmarkValidate holds every element, loop and note against the 850's schema and builds the tree.
func BenchmarkValidate(b *testing.B) { benchmarkDecode(b, nil) }

func benchmarkDecode(b *testing.B, rules func(translators.Interchange, translators.Group, string) translators.Rules) {
	b.Helper()
	data, t := many(b), translator(b)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		_, err := t.Decode(bytes.NewReader(data), translators.Options{Rules: rules}, func(*translators.Set) error { return nil })
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkEncode writes one order with its envelope, reads it back and checks it.
func BenchmarkEncode(b *testing.B) {
	t := translator(b)
	var set *translators.Set
	eachSet(b, sample(b, "order.x12"), func(s *translators.Set) { set = keep(s) })
	for b.Loop() {
		err := t.Encode(io.Discard, set.Interchange, func(yield func(*translators.Set, error) bool) { yield(set, nil) })
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAcknowledge builds and writes the 997 for a thousand orders, each named.
func BenchmarkAcknowledge(b *testing.B) {
	t := translator(b)
	rep := decode(b, string(many(b)))
	for b.Loop() {
		if _, err := t.Reply(io.Discard, rep, translators.AckPolicy{Functional: "997", Accepted: true}, time.Unix(1796119200, 0)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkLoad opens the library and compiles one set.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		l, err := Load()
		if err != nil {
			b.Fatal(err)
		}
		if _, err := l.Schema("850", "004010"); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkOne reads a file of one order.
func BenchmarkOne(b *testing.B) {
	data, t := []byte(sample(b, "order.x12")), translator(b)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := t.Decode(bytes.NewReader(data), translators.Options{}, func(*translators.Set) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFormat writes every segment on a line of its own.
func BenchmarkFormat(b *testing.B) {
	data := many(b)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if err := Format(io.Discard, bytes.NewReader(data), Layout{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRedact masks every text and price.
func BenchmarkRedact(b *testing.B) {
	data, t := many(b), translator(b)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if err := t.Redact(io.Discard, bytes.NewReader(data), "k"); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkExplainHTML makes the page of a thousand orders.
func BenchmarkExplainHTML(b *testing.B) {
	data, t := many(b), translator(b)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if err := t.ExplainHTML(io.Discard, "a", bytes.NewReader(data)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDiff compares two orders of 500 lines that differ in each.
func BenchmarkDiff(b *testing.B) {
	t := translator(b)
	one := sampled(b, "850", "004010", 500)
	two := strings.ReplaceAll(one, "*EA*", "*CA*")
	for b.Loop() {
		if found, err := t.Diff(strings.NewReader(one), strings.NewReader(two), false); err != nil || len(found) != 500 {
			b.Fatal(len(found), err)
		}
	}
}
