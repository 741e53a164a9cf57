//go:build !windows

package spooltest

import (
	"os"
	"os/exec"
	"syscall"
	"testing"
)

// credential is the user that a server runs as.
type credential struct{ uid, gid int }

func (c *credential) own(t testing.TB, dir string) {
	if err := os.Chown(dir, c.uid, c.gid); err != nil {
		t.Fatal(err)
	}
}

func (c *credential) apply(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(c.uid), Gid: uint32(c.gid)}}
}
