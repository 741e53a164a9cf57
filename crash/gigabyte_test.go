//go:build faults && linux

package crash

import (
	"crypto"
	"crypto/x509"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"waybill/cms"
	"waybill/example"
	"waybill/transports"
	"waybill/transports/as2"
)

// TestGigabyte sends 1 GB, signed and encrypted, to the real gateway, which stores
// it, opens it, vouches for it and finds that it is no interchange. Its memory
// stays flat all the while (plan row 15).
func TestGigabyte(t *testing.T) {
	const size, most = 1 << 30, 96 << 20
	w := newWorld(t, setting{})
	p := w.start()
	w.ready(p, time.Minute)
	file := filepath.Join(t.TempDir(), "zeros")
	must(t, func() error { return os.WriteFile(file, nil, 0o600) })
	must(t, func() error { return os.Truncate(file, size) })
	body, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	sender := as2.NewSender(func() (as2.Partnership, error) { return w.terms(), nil }, as2.SenderOptions{})
	out := transports.Outgoing{Message: "gigabyte", Partner: "gateway", File: "zeros.edi", ContentType: "application/edi-x12", Size: size}
	prepared, err := sender.Prepare(t.Context(), out, body)
	if err != nil {
		t.Fatal(err)
	}
	receipt, err := sender.Send(t.Context(), prepared, body)
	if err != nil || receipt.State != "accepted" {
		t.Fatalf("found %q (%s), %v, expected accepted", receipt.State, receipt.Summary, err)
	}
	w.calm(2 * time.Minute)
	peak := p.peak()
	p.stop()
	t.Logf("peak memory of the gateway: %.1f MB for 1 GB", float64(peak)/(1<<20))
	if peak > most {
		t.Errorf("the gateway took %d bytes of memory, expected at most %d", peak, most)
	}
}

// terms is the first partner's side of its agreement.
func (w *world) terms() as2.Partnership {
	w.t.Helper()
	data, err := os.ReadFile(filepath.Join(w.dir, "certs", "ourco.cer"))
	if err != nil {
		w.t.Fatal(err)
	}
	theirs, err := cms.ParseCertificates(data)
	if err != nil {
		w.t.Fatal(err)
	}
	p := w.partners[0]
	return as2.Partnership{
		Partner: "gateway", Us: p.AS2(), Them: example.Us, URL: "http://" + w.as2 + "/as2",
		Verify: theirs, EncryptTo: []*x509.Certificate{theirs[0]}, Ours: []cms.Identity{p.Keys()},
		Sign: crypto.SHA256, Encrypt: "aes256-cbc", MDN: as2.MDNTerms{Request: as2.ReceiptSigned, Timeout: 5 * time.Minute},
	}
}

// peak is the most memory that the process had so far, in bytes.
func (p *process) peak() int64 {
	p.t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		p.t.Fatal(err)
	}
	found := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindStringSubmatch(string(status))
	if found == nil {
		p.t.Fatalf("no VmHWM in\n%s", strings.TrimSpace(string(status)))
	}
	kilobytes, err := strconv.ParseInt(found[1], 10, 64)
	if err != nil {
		p.t.Fatal(err)
	}
	return kilobytes << 10
}
