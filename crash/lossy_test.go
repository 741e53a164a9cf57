//go:build faults

package crash

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
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

// build builds the file system from a copy of its source, with what makes it
// more like a real one.
func (l *lossy) build(source, to string) {
	l.t.Helper()
	if err := os.CopyFS(to, os.DirFS(source)); err != nil {
		l.t.Fatal(err)
	}
	name := filepath.Join(to, "main.go")
	data, err := os.ReadFile(name)
	if err != nil {
		l.t.Fatal(err)
	}
	text := string(data)
	for _, m := range mends() {
		if strings.Count(text, m.old) != 1 {
			l.t.Fatalf("the lossy file system is another than this test knows: it has not %q once", m.old)
		}
		text = strings.Replace(text, m.old, m.new, 1)
	}
	if err := errors.Join(os.Chmod(name, 0o600), os.WriteFile(name, []byte(text), 0o600)); err != nil {
		l.t.Fatal(err)
	}
	build := exec.Command("go", "build", "-o", l.binary, ".")
	build.Dir = to
	if out, err := build.CombinedOutput(); err != nil {
		l.t.Fatalf("building the lossy file system: %v\n%s", err, out)
	}
}

type mend struct{ old, new string }

// mends are the places where the file system differs from a real one: it keeps
// contents by inode number, also those of removed files, and finds files by name
// whenever it is asked about one. On a real one a file that is looked up or open
// stays the same whatever is renamed over it, and until then nobody gets its number.
func mends() []mend {
	const (
		made   = "\tp := n.full() + \"/\" + name\n"
		forget = made + "\tif ino, _, ok := statIno(p); ok {\n\t\tmu.Lock()\n\t\tdelete(inos, ino)\n\t\tmu.Unlock()\n\t}\n"
		full   = "func (n *node) full() string {\n"
		pinned = full + "\tif n.pin != nil {\n\t\treturn fmt.Sprintf(\"/proc/self/fd/%d\", n.pin.Fd())\n\t}\n"
		asked  = "\tif e := n.LoopbackNode.Getattr(ctx, nil, out); e != 0 {\n\t\treturn e\n"
		held   = "\tvar st syscall.Stat_t\n\tif n.pin != nil && syscall.Stat(n.full(), &st) == nil {\n\t\tout.FromStat(&st)\n\t} else if e := n.LoopbackNode.Getattr(ctx, nil, out); e != 0 {\n\t\treturn e\n"
		hold   = `
// hold keeps a regular file from being freed as long as somebody knows it.
func hold(r *fs.LoopbackRoot, parent *fs.Inode, name string, st *syscall.Stat_t) *os.File {
	if parent == nil || st.Mode&syscall.S_IFMT != syscall.S_IFREG {
		return nil
	}
	const path = 0x200000 // O_PATH
	fd, err := syscall.Open(r.Path+"/"+parent.Path(parent.Root())+"/"+name, path|syscall.O_NOFOLLOW|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil
	}
	var now syscall.Stat_t
	if syscall.Fstat(fd, &now) != nil || now.Ino != st.Ino {
		syscall.Close(fd)
		return nil
	}
	return os.NewFile(uintptr(fd), name)
}

`
	)
	return []mend{
		{made, forget},
		{full, pinned},
		{asked, held},
		{"&^(syscall.O_APPEND|", "&^(syscall.O_NOFOLLOW|syscall.O_APPEND|"}, // which that path is a link for
		{"\t\"context\"\n", "\t\"context\"\n\t\"fmt\"\n"},
		{"type node struct{ fs.LoopbackNode }\n", "type node struct {\n\tfs.LoopbackNode\n\tpin *os.File\n}\n" + hold},
		{"\treturn &node{fs.LoopbackNode{RootData: r}}", "\treturn &node{fs.LoopbackNode{RootData: r}, hold(r, parent, name, st)}"},
		{"root := &node{fs.LoopbackNode{RootData: rd}}", "root := &node{fs.LoopbackNode{RootData: rd}, nil}"},
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

// TestLossyKeepsItsFiles has a file replaced by its equal while it is read, as a
// payload is when its message comes again: at every moment it is there and whole.
func TestLossyKeepsItsFiles(t *testing.T) {
	disk := newLossy(t)
	name := filepath.Join(disk.mount, "payload")
	put := func(n int) error {
		draft := filepath.Join(disk.mount, fmt.Sprintf("draft-%d", n))
		f, err := os.Create(draft)
		if err != nil {
			return err
		}
		_, err = f.WriteString("whole")
		return errors.Join(err, f.Sync(), f.Close(), os.Rename(draft, name))
	}
	if err := put(0); err != nil {
		t.Fatal(err)
	}
	replaced := make(chan error, 1)
	go func() {
		var err error
		for n := 1; n <= 600 && err == nil; n++ {
			err = put(n)
		}
		replaced <- err
	}()
	for reads := 0; ; reads++ {
		select {
		case err := <-replaced:
			if err != nil {
				t.Error(err)
			}
			t.Logf("%d reads", reads)
			return
		default:
		}
		if got, err := os.ReadFile(name); err != nil || string(got) != "whole" {
			t.Fatalf("read %d: found %q, %v", reads, got, err)
		}
	}
}
