package as2

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"waybill/transports"
	"waybill/transports/transporttest"
)

const (
	streamSize  = 300 << 20
	streamLimit = 96 << 20 // bytes of peak memory for sender and receiver in one process
)

// TestStreaming sends 300 MB through a sender and a receiver in a process of its
// own and looks at the most memory that it ever held.
func TestStreaming(t *testing.T) {
	if os.Getenv("AS2_STREAM") != "" {
		t.Skip("the child runs TestStreamingChild")
	}
	if testing.Short() {
		t.Skip("left out: 300 MB take too long with -short")
	}
	cmd := exec.Command(os.Args[0], "-test.run", "^TestStreamingChild$", "-test.v")
	cmd.Env = append(os.Environ(), "AS2_STREAM="+t.TempDir(), "GOGC=50")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	_, text, ok := strings.Cut(string(out), "peak memory kB: ")
	if !ok {
		t.Skip("left out: this system does not tell the peak memory of a process (Linux does)")
	}
	kB, err := strconv.Atoi(strings.Fields(text)[0])
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("peak memory %d kB for %d MB", kB, streamSize>>20)
	if kB<<10 > streamLimit {
		t.Errorf("peak memory %d kB, want at most %d", kB, streamLimit>>10)
	}
}

// TestStreamingChild is the other process.
func TestStreamingChild(t *testing.T) {
	dir := os.Getenv("AS2_STREAM")
	if dir == "" {
		t.Skip("runs inside TestStreaming")
	}
	name, want := bigFile(t, dir)
	ours, theirs := terms(t)
	r := receive(t, ours)
	theirs.URL = r.url
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s := NewSender(always(theirs), SenderOptions{})
	prep, err := s.Prepare(t.Context(), transports.Outgoing{Message: "01BIG", ContentType: "application/edi-x12", Size: streamSize}, f)
	if err != nil {
		t.Fatal(err)
	}
	rec, err := s.Send(t.Context(), prep, f)
	if err != nil || rec.State != stateAccepted {
		t.Fatalf("%+v, %v", rec, err)
	}
	if got := hashOf(t, r.in.Accepted()[0]); got != want {
		t.Error("the payload is not what was sent")
	}
	if kB, err := peak(); err == nil {
		fmt.Printf("peak memory kB: %d\n", kB)
	}
}

// bigFile writes lines that do not repeat too well.
func bigFile(t *testing.T, dir string) (name, sum string) {
	t.Helper()
	name = filepath.Join(dir, "big.edi")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	h := sha256.New()
	w := bufio.NewWriterSize(io.MultiWriter(f, h), 1<<20)
	for i, n := 0, 0; n < streamSize; i++ {
		k, err := fmt.Fprintf(w, "PO1*%d*%d*EA*%d.%02d**UP*%012d~\r\n", i, i%97, i%1000, i%100, i*7919)
		if err != nil {
			t.Fatal(err)
		}
		n += k
	}
	if err := errors.Join(w.Flush(), f.Close()); err != nil {
		t.Fatal(err)
	}
	return name, hex.EncodeToString(h.Sum(nil))
}

func hashOf(t *testing.T, a *transporttest.Arrival) string {
	t.Helper()
	f, err := os.Open(a.Verdict.Payloads[0].Ref)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// peak is the most resident memory of this process, as Linux tells it.
func peak() (int, error) {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	_, rest, ok := strings.Cut(string(b), "VmHWM:")
	if !ok {
		return 0, errors.New("no VmHWM")
	}
	return strconv.Atoi(strings.Fields(rest)[0])
}

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
