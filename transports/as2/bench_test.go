package as2

import (
	"fmt"
	"testing"
)

// BenchmarkReceive is one signed and encrypted order of 7 kB from the wire to
// the signed MDN, without network and database.
func BenchmarkReceive(b *testing.B) {
	ours, theirs := terms(b)
	for _, size := range []int{7 << 10, 10 << 20} {
		m := pack(b, theirs, "01A", make([]byte, size))
		b.Run(fmt.Sprintf("%dkB", size>>10), func(b *testing.B) {
			x := &exchange{door: &door{o: NewReceiver(ReceiverOptions{Lookup: table{ours}}).o}, terms: ours}
			req, err := readRequest(canonical(m.header))
			if err != nil {
				b.Fatal(err)
			}
			x.req = req
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				v, err := x.judge(&inMemory{m.body})
				if err != nil || v.Problem != nil {
					b.Fatalf("%v %+v", err, v)
				}
			}
		})
	}
}

// BenchmarkSend is Prepare and packing of the same, without network.
func BenchmarkSend(b *testing.B) {
	_, theirs := terms(b)
	content := make([]byte, 10<<20)
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		pack(b, theirs, "01A", content)
	}
}
