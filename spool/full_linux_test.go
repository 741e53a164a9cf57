package spool_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"waybill/spool"
)

// a full disk is an error that may pass; nothing that was taken is lost, and
// the spool goes on when there is room. It runs in a process whose mounts are its
// own.
func TestR9DiskFull(t *testing.T) {
	if dir := os.Getenv("SPOOL_TEST_FULL"); dir != "" {
		diskFull(t, dir)
		return
	}
	c := exec.Command(os.Args[0], "-test.run", "^TestR9DiskFull$", "-test.v")
	c.Env = append(os.Environ(), "SPOOL_TEST_FULL="+t.TempDir())
	c.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	if os.Getuid() != 0 {
		c.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		c.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		c.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	out, err := c.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) || strings.Contains(string(out), "cannot mount") {
		if os.Getenv("CI") == "true" {
			t.Fatalf("left out: a small disk cannot be made: %v\n%s", err, out)
		}
		t.Skipf("left out: a small disk cannot be made (run as root, or allow user namespaces): %v", err)
	}
	if err != nil || !strings.Contains(string(out), "--- PASS") {
		t.Errorf("%v\n%s", err, out)
	}
}

func mount(t *testing.T, dir string, size string, flags uintptr) {
	t.Helper()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", flags, "size="+size); err != nil {
		t.Fatalf("cannot mount: %v", err)
	}
}

func diskFull(t *testing.T, dir string) {
	if err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		t.Fatalf("cannot mount: %v", err)
	}
	mount(t, dir, "3m", 0)
	e := engine{t, "sqlite:" + filepath.Join(dir, "spool.db"), filepath.Join(dir, "payloads")}
	s := e.open()
	taken := map[string]bool{}
	failed := 0
	for i := 0; failed < 6; i++ {
		body := fmt.Sprint("small ", i)
		if i%10 == 9 {
			body = big(fmt.Sprint("large ", i, " "))
		}
		_, err := bring(t, s, fmt.Sprint(i), body)
		if err != nil {
			passing(t, "taking while the disk is full", err)
			failed++
			continue
		}
		taken[fmt.Sprint(i)] = true
	}
	if len(taken) == 0 {
		t.Fatal("nothing was taken before the disk was full")
	}
	_, err := spool.Open(t.Context(), spool.Config{Store: "sqlite:" + filepath.Join(dir, "other", "spool.db"), Dir: filepath.Join(dir, "other", "payloads")})
	passing(t, "opening on a full disk", err)
	passing(t, "ping on a full disk", s.Ping(t.Context()))

	t.Logf("%d taken before the disk was full", len(taken))
	mount(t, dir, "30m", syscall.MS_REMOUNT)
	must(t, s.Ping(t.Context()))
	for id := range taken {
		var i int
		if _, err := fmt.Sscan(id, &i); err != nil {
			t.Fatal(err)
		}
		body := fmt.Sprint("small ", i)
		if i%10 == 9 {
			body = big(fmt.Sprint("large ", i, " "))
		}
		if r, err := bring(t, s, id, body); err != nil || !r.Duplicate {
			t.Fatalf("%s was taken and is not there: %+v, %v", id, r, err)
		}
	}
	if _, err := bring(t, s, "room again", big("room again ")); err != nil {
		t.Error(err)
	}
	if got := e.findings(s); got != "" {
		t.Errorf("findings %s", got)
	}
}
