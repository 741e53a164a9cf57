package spool_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"waybill/spool"
	"waybill/spool/spooltest"
)

// producers is how many goroutines bring messages in the benchmarks.
const producers = 16

// payload is 2 kB that no other message has.
func payload(n int64) []byte {
	return bytes.Repeat(fmt.Appendf(nil, "%016d", n), 128)
}

func engines(b *testing.B, run func(b *testing.B, s *spool.Spool)) {
	b.Run("sqlite", func(b *testing.B) { run(b, spooltest.OpenSQLite(b, nil)) })
	b.Run("postgres", func(b *testing.B) { run(b, spooltest.OpenPostgres(b, nil)) })
}

// produce takes b.N messages into the spool from many goroutines.
func produce(b *testing.B, s *spool.Spool) {
	var next atomic.Int64
	var wait sync.WaitGroup
	for range producers {
		wait.Go(func() {
			for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
				if err := takeOne(b.Context(), s, n); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wait.Wait()
}

func takeOne(ctx context.Context, s *spool.Spool, n int64) error {
	_, err := s.Take(ctx, spool.Arrival{Door: "bench", Partner: "acme", Kind: "transmission"}, bytes.NewReader(payload(n)), func(r spool.Ref) spool.Verdict {
		return spool.Verdict{Dedupe: "bench:" + r.SHA256, Children: []spool.Child{{Key: "payload", Kind: "interchange", Direction: "in", Stage: "decode", Payload: r}}}
	})
	return err
}

func BenchmarkAccept(b *testing.B) {
	engines(b, func(b *testing.B, s *spool.Spool) {
		b.ResetTimer()
		produce(b, s)
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msgs/s")
	})
}

// BenchmarkEndToEnd takes messages in and moves each through three stages.
func BenchmarkEndToEnd(b *testing.B) {
	engines(b, func(b *testing.B, s *spool.Spool) {
		b.ResetTimer()
		var done atomic.Int64
		var workers sync.WaitGroup
		ctx, stop := context.WithCancel(b.Context())
		defer stop()
		work := make(chan spool.Lease, 512)
		workers.Go(func() { leaseAll(ctx, b, s, work) })
		for range producers {
			workers.Go(func() {
				for l := range work {
					o := spool.Outcome{Next: next(l.Messages[0].Stage)}
					if err := s.Finish(ctx, l, o); err != nil && ctx.Err() == nil {
						b.Error(err)
					}
					if o.Next == "" && done.Add(1) == int64(b.N) {
						stop()
					}
				}
			})
		}
		produce(b, s)
		workers.Wait()
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msgs/s")
	})
}

func next(s spool.Stage) spool.Stage {
	switch s {
	case "decode":
		return "map"
	case "map":
		return "deliver"
	}
	return ""
}

func leaseAll(ctx context.Context, b *testing.B, s *spool.Spool, work chan<- spool.Lease) {
	defer close(work)
	for ctx.Err() == nil {
		leases, err := s.Lease(ctx, spool.LeaseQuery{Stages: []spool.Stage{"decode", "map", "deliver"}, Limit: 256, For: time.Minute, Worker: "bench"})
		if err != nil && !errors.Is(err, context.Canceled) {
			b.Error(err)
			return
		}
		for _, l := range leases {
			work <- l
		}
		if len(leases) == 0 {
			select {
			case <-ctx.Done():
			case <-s.Wake():
			case <-time.After(10 * time.Millisecond):
			}
		}
	}
}
