//go:build faults

package crash

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"waybill/sim"
)

// lossy is a file system that forgets what was not synced when it is killed.
type lossy struct {
	t                      *testing.T
	binary, mount, backing string
	cmd                    *exec.Cmd
}

// newLossy builds the file system and mounts it. It needs Linux, root and FUSE.
func newLossy(t *testing.T) *lossy {
	t.Helper()
	shared := os.Getenv("WAYBILL_SHARED")
	if shared == "" {
		leftOut(t, "power cuts need the lossy file system: set WAYBILL_SHARED")
	}
	if _, err := os.Stat("/dev/fuse"); err != nil || os.Getuid() != 0 {
		leftOut(t, "power cuts need FUSE and root")
	}
	base, err := os.MkdirTemp("", "lossy")
	if err != nil {
		t.Fatal(err)
	}
	l := &lossy{t: t, binary: filepath.Join(base, "lossyfs"), mount: filepath.Join(base, "mount"), backing: filepath.Join(base, "backing")}
	l.build(filepath.Join(shared, "tools", "lossyfs"), filepath.Join(base, "source"))
	for _, dir := range []string{l.mount, l.backing} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	l.up()
	t.Cleanup(func() { l.cut(); _ = os.RemoveAll(base) })
	return l
}

// build builds the file system from a copy of its source, in which a new file
// begins empty: it keeps contents by inode number, also those of removed files,
// and a real file system gives such a number to the next file that is made.
func (l *lossy) build(source, to string) {
	l.t.Helper()
	if err := os.CopyFS(to, os.DirFS(source)); err != nil {
		l.t.Fatal(err)
	}
	name := filepath.Join(to, "main.go")
	text, err := os.ReadFile(name)
	if err != nil {
		l.t.Fatal(err)
	}
	const made = "\tp := n.full() + \"/\" + name\n"
	const forget = made + "\tif ino, _, ok := statIno(p); ok {\n\t\tmu.Lock()\n\t\tdelete(inos, ino)\n\t\tmu.Unlock()\n\t}\n"
	if strings.Count(string(text), made) != 1 {
		l.t.Fatal("the lossy file system is another than this test knows")
	}
	if err := errors.Join(os.Chmod(name, 0o600), os.WriteFile(name, []byte(strings.Replace(string(text), made, forget, 1)), 0o600)); err != nil {
		l.t.Fatal(err)
	}
	build := exec.Command("go", "build", "-o", l.binary, ".")
	build.Dir = to
	if out, err := build.CombinedOutput(); err != nil {
		l.t.Fatalf("building the lossy file system: %v\n%s", err, out)
	}
}

// up mounts what is left.
func (l *lossy) up() {
	l.t.Helper()
	l.cmd = exec.Command(l.binary, l.mount, l.backing)
	if err := l.cmd.Start(); err != nil {
		l.t.Fatal(err)
	}
	for range 200 {
		if mounts, err := os.ReadFile("/proc/mounts"); err == nil && strings.Contains(string(mounts), " "+l.mount+" ") {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	l.t.Fatal("the lossy file system does not come up")
}

// cut takes the power away: what was not synced is gone.
func (l *lossy) cut() {
	_ = l.cmd.Process.Kill() // it may be down already
	_ = l.cmd.Wait()
	_ = syscall.Unmount(l.mount, syscall.MNT_DETACH)
}

func leftOut(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal("left out: " + what)
	}
	t.Skip("left out: " + what)
}

// powerCuts runs a storm with the ERP down, so that everything must survive in
// the spool, and cuts the power again and again. It returns what was lost.
func powerCuts(t *testing.T, inline string, env ...string) (found []sim.Finding, acked int) {
	disk := newLossy(t)
	w := newWorld(t, setting{
		store: "sqlite:" + filepath.Join(disk.mount, "waybill.db"), payloads: filepath.Join(disk.mount, "payloads"), inline: inline,
	})
	w.erp.Use(sim.Always(sim.Down()))
	ctx, calm := context.WithCancel(t.Context())
	defer calm()
	wait := w.storm(ctx, sim.Storm{Producers: 2})
	for range times(t, "WAYBILL_CUTS", 20) {
		p := w.start(env...)
		w.ready(p, time.Minute)
		time.Sleep(150*time.Millisecond + rand.N(600*time.Millisecond))
		p.kill()
		disk.cut()
		disk.up()
	}
	last := w.start(env...)
	w.ready(last, time.Minute)
	calm()
	acked = wait()
	w.erp.Use(sim.Faults{})
	patience := 2 * time.Minute
	if len(env) > 0 {
		patience = 20 * time.Second // what is lost does not come
	}
	found = w.settles(patience)
	if len(env) > 0 {
		last.kill()
		return found, acked
	}
	w.calm(time.Minute)
	last.stop()
	w.wantClean()
	return found, acked
}

// TestPowerCuts loses nothing, with payloads in the row and in files (plan row 2).
func TestPowerCuts(t *testing.T) {
	for name, inline := range map[string]string{"payloads in the row": "", "payloads in files": "256B"} {
		t.Run(name, func(t *testing.T) {
			found, acked := powerCuts(t, inline)
			for _, f := range found {
				t.Error(f)
			}
			t.Logf("%d messages acknowledged, %d findings", acked, len(found))
		})
	}
}

// TestPowerCutsWithoutSync is the negative control: a database that does not
// sync its commits must lose, or the test above could not show anything.
func TestPowerCutsWithoutSync(t *testing.T) {
	found, acked := powerCuts(t, "", "WAYBILL_UNSAFE=1")
	lost := 0
	for _, f := range found {
		if f.Kind == "lost" || f.Kind == "unacknowledged" {
			lost++
		}
	}
	t.Logf("%d messages acknowledged, %d promises broken", acked, lost)
	if lost == 0 {
		t.Error("nothing was lost with synchronous=NORMAL: the test cannot see a missing sync")
	}
}
