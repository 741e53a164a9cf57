package spooltest

import "os/exec"

// credential is the user that a server runs as; Windows has no root to refuse.
type credential struct{ uid, gid int }

func (c *credential) own(string) error { return nil }

func (c *credential) apply(*exec.Cmd) {}
