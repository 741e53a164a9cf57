//go:build !windows

package spool

import (
	"errors"
	"os"
)

// syncDirectory makes the names in a directory survive a power cut.
func syncDirectory(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
