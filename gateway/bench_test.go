package gateway_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"waybill/sim"
	"waybill/spool/spooltest"
)

// BenchmarkJourney moves whole purchase orders: signed and encrypted in over AS2,
// MDN back, mapped, taken by the ERP over HTTP, and a signed and encrypted 997 with
// its MDN. The partner and the ERP run in the same process and share its cores.
func BenchmarkJourney(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { journey(b, "") })
	b.Run("postgres", func(b *testing.B) { journey(b, spooltest.Postgres(b)) })
}

func journey(b *testing.B, store string) {
	const producers = 16
	s := &scenario{dir: b.TempDir(), store: store}
	if err := s.open(); err != nil {
		b.Fatal(err)
	}
	over := filepath.Join(s.dir, "over", "partners")
	if err := os.MkdirAll(over, 0o700); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(over, "acme-retail.yaml"), []byte(benchProfile), 0o600); err != nil {
		b.Fatal(err)
	}
	if err := s.start(); err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	var next atomic.Int64
	var wait sync.WaitGroup
	for range producers {
		wait.Go(func() {
			for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
				body := sim.Order850(sim.Spec{Control: int(n), PO: fmt.Sprintf("PO-%08d", n)})
				if sent, err := s.partner.Send(context.Background(), body, sim.How{}); err != nil || !sent.Accepted() {
					b.Errorf("order %d: %v %q", n, err, sent.Disposition)
					return
				}
			}
		})
	}
	wait.Wait()
	for len(s.erp.Journal()) < b.N || len(s.partner.Answers()) < b.N {
		if b.Failed() {
			break
		}
		time.Sleep(time.Millisecond)
	}
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "orders/s")
	if err := s.end(); err != nil {
		b.Error(err)
	}
}

// benchProfile maps by the base map: the benchmark's items stand in no table.
const benchProfile = `partner: acme-retail
name: ACME Retail Inc.
x12:
  them: { qualifier: ZZ, id: ACMERETAIL, group: ACMERETAIL }
  us:   { qualifier: ZZ, id: OURCO, group: OURCO }
as2:
  them: ACME_AS2
  url: PARTNER_URL
  certificates: [ { file: certs/acme-retail.cer } ]
documents:
  "850": { direction: in, role: seller, mapping: base/850, to: [erp] }
`
