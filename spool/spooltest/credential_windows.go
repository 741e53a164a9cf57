package spooltest

import (
	"os/exec"
	"testing"
)

// credential is the user that a server runs as; Windows has no root to refuse.
type credential struct{ uid, gid int }

func (c *credential) own(testing.TB, string) {}

func (c *credential) apply(*exec.Cmd) {}
