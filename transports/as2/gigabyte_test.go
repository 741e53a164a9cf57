package as2

import (
	"bufio"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"waybill/cms"
	"waybill/transports"
	"waybill/transports/transporttest"
)

// peakLimit is the most resident memory of a process, whatever it sends or
// receives.
const peakLimit = 96 << 20

// TestGigabyte sends 1 GB, compressed, signed and encrypted, from one process to
// another and looks at the most memory that each of them ever held.
func TestGigabyte(t *testing.T) {
	if testing.Short() {
		t.Skip("left out: 1 GB through a sender and a receiver; run the test without -short")
	}
	size := int64(1 << 30)
	if raceEnabled { // the detector takes ten times the memory and time: only the way is tried
		size = 32 << 20
	}
	dir := t.TempDir()
	peopleTo(t, dir)
	sum := bigFile(t, filepath.Join(dir, "big.edi"), size)

	receiver, err := startChild(t, dir, "receive", "")
	if err != nil {
		t.Fatal(err)
	}
	sender, err := startChild(t, dir, "send", receiver.line(t))
	if err != nil {
		t.Fatal(err)
	}
	sent, received := sender.end(t), receiver.end(t)
	if sent.State != stateAccepted || !strings.Contains(sent.Summary, "MIC matched") {
		t.Errorf("the sender says %+v", sent)
	}
	if received.SHA256 != sum || received.Size != size {
		t.Errorf("%d bytes arrived of %d, and are they the same? %v", received.Size, size, received.SHA256 == sum)
	}
	for name, c := range map[string]childReport{"sender": sent, "receiver": received} {
		t.Logf("%s: peak memory %d kB for %d MB in %s", name, c.PeakKB, size>>20, c.Took)
		switch {
		case c.PeakKB == 0:
			t.Logf("left out: this system does not tell the peak memory of a process; Linux does")
		case c.PeakKB<<10 > peakLimit && !raceEnabled:
			t.Errorf("%s: peak memory %d kB, want at most %d", name, c.PeakKB, peakLimit>>10)
		}
	}
}

// childReport is what a child process writes last.
type childReport struct {
	State, Summary string
	SHA256         string
	Size           int64
	PeakKB         int
	Took           string
}

// child is a process of the test's own binary that runs TestGigabyteChild.
type child struct {
	role string
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Scanner
	rest strings.Builder
}

func startChild(t *testing.T, dir, role, url string) (*child, error) {
	t.Helper()
	c := &child{role: role, cmd: exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestGigabyteChild$")}
	c.cmd.Env = append(os.Environ(), "AS2_CHILD="+role, "AS2_CHILD_DIR="+dir, "AS2_CHILD_URL="+url)
	c.cmd.Stderr = &c.rest
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if c.in, err = c.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	c.out = bufio.NewScanner(out)
	return c, c.cmd.Start()
}

// line is the next line that the child writes.
func (c *child) line(t *testing.T) string {
	t.Helper()
	if !c.out.Scan() {
		t.Fatalf("the %s says nothing: %v, %s", c.role, c.out.Err(), c.rest.String())
	}
	return c.out.Text()
}

// end closes the child's input, which ends a receiver, and reads its report.
func (c *child) end(t *testing.T) (r childReport) {
	t.Helper()
	if c.role == "receive" {
		_ = c.in.Close()
	}
	last := c.line(t)
	for c.out.Scan() {
		c.rest.WriteString(c.out.Text() + "\n")
	}
	if err := c.cmd.Wait(); err != nil {
		t.Fatalf("the %s: %v: %s %s", c.role, err, last, c.rest.String())
	}
	if err := json.Unmarshal([]byte(last), &r); err != nil {
		t.Fatalf("the %s says %q: %v", c.role, last, err)
	}
	return r
}

// TestGigabyteChild is one of the two processes; by itself it does nothing.
func TestGigabyteChild(t *testing.T) {
	dir := os.Getenv("AS2_CHILD_DIR")
	began := time.Now()
	var r childReport
	switch os.Getenv("AS2_CHILD") {
	case "send":
		r = childSends(t, dir, os.Getenv("AS2_CHILD_URL"))
	case "receive":
		r = childReceives(t, dir)
	default:
		return
	}
	r.PeakKB, _ = peak() // 0 where the system does not tell
	r.Took = time.Since(began).Round(time.Second).String()
	if err := json.NewEncoder(os.Stdout).Encode(r); err != nil {
		t.Fatal(err)
	}
}

func childReceives(t *testing.T, dir string) childReport {
	us, them := personFrom(t, dir, "us"), personFrom(t, dir, "them")
	in := transporttest.NewInbox(t)
	url, stop := listen(t, in, ReceiverOptions{Lookup: table{{
		Partner: "acme", Us: "OURCO", Them: "ACME", Ours: []cms.Identity{us}, Verify: []*x509.Certificate{them.Certificate},
		Require: Require{Signed: true, Encrypted: true},
	}}})
	fmt.Println(url)
	_, _ = io.Copy(io.Discard, os.Stdin) // until the parent closes it
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	list := in.Accepted()
	if len(list) != 1 {
		t.Fatalf("%d accepted of %d: %+v", len(list), len(in.Arrivals()), in.Arrivals())
	}
	sum, size := hashOf(t, list[0].Verdict.Payloads[0].Ref)
	return childReport{SHA256: sum, Size: size}
}

func childSends(t *testing.T, dir, url string) childReport {
	us, them := personFrom(t, dir, "us"), personFrom(t, dir, "them")
	f, err := os.Open(filepath.Join(dir, "big.edi"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s := NewSender(always(Partnership{
		Partner: "ourco", Us: "ACME", Them: "OURCO", URL: url, Ours: []cms.Identity{them},
		Verify: []*x509.Certificate{us.Certificate}, EncryptTo: []*x509.Certificate{us.Certificate},
		Sign: hashByName("sha256"), Encrypt: cms.AES256CBC, Compress: CompressBefore, Chunked: true,
		MDN: MDNTerms{Request: ReceiptSigned, Timeout: 5 * time.Minute},
	}), SenderOptions{})
	prep, err := s.Prepare(t.Context(), transports.Outgoing{Message: "01BIG", ContentType: "application/edi-x12"}, f)
	if err != nil {
		t.Fatal(err)
	}
	rec, err := s.Send(t.Context(), prep, f)
	if err != nil {
		t.Fatal(err)
	}
	return childReport{State: rec.State, Summary: rec.Summary}
}

// peopleTo writes the actors' keys for the children.
func peopleTo(t *testing.T, dir string) {
	t.Helper()
	p := actors(t)
	for name, id := range map[string]cms.Identity{"us": p.us, "them": p.them} {
		cert, key, err := id.PEM()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name+".pem"), append(cert, key...), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func personFrom(t *testing.T, dir, name string) cms.Identity {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name+".pem"))
	if err != nil {
		t.Fatal(err)
	}
	id, err := cms.ParseIdentity(b, "")
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// bigFile writes lines that repeat after a megabyte only, which is beyond what
// zlib looks back on.
func bigFile(t *testing.T, name string, size int64) (sum string) {
	t.Helper()
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	var block []byte
	for i := 0; len(block) < 1<<20; i++ {
		block = fmt.Appendf(block, "PO1*%d*%d*EA*%d.%02d**UP*%012d~\r\n", i, i%97, i%1000, i%100, i*7919)
	}
	h := sha256.New()
	w := io.MultiWriter(f, h)
	for left := size; left > 0; {
		n, err := w.Write(block[:min(int64(len(block)), left)])
		if err != nil {
			t.Fatal(err)
		}
		left -= int64(n)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func hashOf(t *testing.T, name string) (string, int64) {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	if err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(h.Sum(nil)), n
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
