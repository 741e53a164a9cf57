//go:build faults

package crash

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// binary builds the gateway with its crash points, once.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "waybill-crash-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "waybill")
	out, err := exec.Command("go", "build", "-tags", "faults", "-o", path, "waybill/cmd/waybill").CombinedOutput()
	if err != nil {
		err = errors.New(string(out))
	}
	return path, err
})

// process is one life of the gateway.
type process struct {
	t     *testing.T
	cmd   *exec.Cmd
	log   output
	ended chan struct{}
}

// output is what a process printed so far; it may be read while more comes.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(b)
}

// Bytes is a copy of what was printed.
func (o *output) Bytes() []byte {
	o.mu.Lock()
	defer o.mu.Unlock()
	return bytes.Clone(o.text.Bytes())
}

func (p *process) output() string { return string(p.log.Bytes()) }

// start starts the gateway with further environment variables.
func (w *world) start(env ...string) *process {
	w.t.Helper()
	path, err := binary()
	if err != nil {
		w.t.Fatal(err)
	}
	p := &process{t: w.t, cmd: exec.Command(path, "serve", "--config", w.dir), ended: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), env...)
	p.cmd.Stderr = &p.log
	if err := p.cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	go func() { defer close(p.ended); _ = p.cmd.Wait() }() // how it ends is the test's doing
	return p
}

// ready waits until the gateway takes messages; it returns false when the
// process has ended before that.
func (w *world) ready(p *process, patience time.Duration) bool {
	w.t.Helper()
	deadline := time.Now().Add(patience)
	for time.Now().Before(deadline) {
		select {
		case <-p.ended:
			return false
		case <-time.After(20 * time.Millisecond):
		}
		res, err := http.Get("http://" + w.observe + "/readyz")
		if err != nil {
			continue
		}
		_ = res.Body.Close()
		if res.StatusCode == http.StatusOK {
			return true
		}
	}
	w.t.Fatalf("the gateway is not ready after %s; its log ends with\n%s", patience, tail(p.log.Bytes()))
	return false
}

// calm waits until the running gateway has nothing on its way, by its own metrics.
func (w *world) calm(patience time.Duration) {
	w.t.Helper()
	deadline, left := time.Now().Add(patience), ""
	for time.Now().Before(deadline) {
		if left = w.onItsWay(); left == "" {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	w.t.Errorf("after %s there is still on its way:\n%s", patience, left)
}

// onItsWay are the metrics of messages that are arrived, ready or running.
func (w *world) onItsWay() string {
	res, err := http.Get("http://" + w.observe + "/metrics")
	if err != nil {
		return err.Error()
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return err.Error()
	}
	left := ""
	for line := range strings.Lines(string(text)) {
		for _, status := range []string{"arrived", "ready", "running", "staged"} {
			if strings.HasPrefix(line, "waybill_messages{") && strings.Contains(line, `status="`+status+`"`) {
				left += line
			}
		}
	}
	return left
}

// kill ends the process as a crash does.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it may have ended by itself
	<-p.ended
}

// stop ends the process as an operator does, and wants it to end well.
func (p *process) stop() {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Errorf("stopping: %v\n%s", err, tail(p.log.Bytes()))
	}
	select {
	case <-p.ended:
	case <-time.After(time.Minute):
		p.t.Errorf("the gateway does not stop")
		p.kill()
	}
	if code := p.cmd.ProcessState.ExitCode(); code != 0 {
		p.t.Errorf("the gateway ended with %d\n%s", code, tail(p.log.Bytes()))
	}
}

func tail(log []byte) []byte {
	const most = 3000
	return log[max(len(log)-most, 0):]
}
