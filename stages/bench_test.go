package stages_test

import (
	"context"
	"testing"

	"waybill/sim"
	"waybill/spool"
	"waybill/stages"
)

func (r *rig) work(m spool.Message) stages.Work {
	return stages.Work{Messages: []spool.Message{m}, Book: r.book, Now: now(), Store: r.leased(m)}
}

// BenchmarkDecode reads one order and makes its set and its 997.
func BenchmarkDecode(b *testing.B) {
	r := newRig(b, base()...)
	data := sim.Order850(sim.Spec{Lines: 10})
	w := r.work(r.arrive("M1", data))
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.decode().Run(context.Background(), w); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDecodeManySets reads an interchange of 1,000 orders.
func BenchmarkDecodeManySets(b *testing.B) {
	r := newRig(b, base()...)
	specs := make([]sim.Spec, 1000)
	for i := range specs {
		specs[i] = sim.Spec{Control: i + 1}
	}
	data := interchange(1, "", specs)
	w := r.work(r.arrive("M1", data))
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.decode().Run(context.Background(), w); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkMap makes a canonical document of one set.
func BenchmarkMap(b *testing.B) {
	r := newRig(b, base()...)
	w := r.work(r.sets(b, "M1", sim.Order850(sim.Spec{Lines: 10}))[0])
	b.ReportAllocs()
	for b.Loop() {
		if o, err := r.mapping().Run(context.Background(), w); err != nil || len(o.Emit) != 1 {
			b.Fatal(o, err)
		}
	}
}

// BenchmarkEnvelope writes one 997 as an interchange.
func BenchmarkEnvelope(b *testing.B) {
	r := newRig(b, base()...)
	w := r.work(acknowledgement(b, r, "M1", sim.Order850(sim.Spec{})))
	b.ReportAllocs()
	for b.Loop() {
		if o, err := (stages.Envelope{Translator: r.translator}).Run(context.Background(), w); err != nil || len(o.Emit) != 1 {
			b.Fatal(o, err)
		}
	}
}
