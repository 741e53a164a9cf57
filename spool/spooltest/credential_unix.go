//go:build !windows

package spooltest

import (
	"os"
	"os/exec"
	"syscall"
)

// credential is the user that a server runs as; nil is the user of the test.
type credential struct{ uid, gid int }

func (c *credential) own(dir string) error {
	if c == nil {
		return nil
	}
	return os.Chown(dir, c.uid, c.gid)
}

func (c *credential) apply(cmd *exec.Cmd) {
	if c != nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(c.uid), Gid: uint32(c.gid)}}
	}
}
