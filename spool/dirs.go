package spool

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// path of a payload file, by hash.
func (s *Spool) path(sum string) string { return filepath.Join(s.c.Dir, sum[:2], sum) }

// makeDir makes a directory of the payload store, and syncs its parent so that
// it is still there after a power cut. One that was there already is synced
// once too: who made it may have ended before.
func (s *Spool) makeDir(dir string) error {
	s.mu.Lock()
	synced := s.synced[dir]
	s.mu.Unlock()
	if synced {
		return nil
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return classify("making a payload directory", err)
	}
	if err := s.syncDir(filepath.Dir(dir)); err != nil {
		return err
	}
	s.mu.Lock()
	s.synced[dir] = true
	s.mu.Unlock()
	return nil
}

// syncDir syncs a directory of the payload store; a failure ends all writing.
func (s *Spool) syncDir(dir string) error {
	if err := syncDirectory(dir); err != nil {
		return s.breakDown(err)
	}
	return nil
}

// makeDirs makes a directory with those above it and syncs each one's parent.
func makeDirs(dir string) error {
	if info, err := os.Stat(dir); err == nil && info.IsDir() {
		err := syncDirectory(filepath.Dir(dir))
		if errors.Is(err, os.ErrPermission) { // the parent is somebody else's, and so was the making
			return nil
		}
		return err
	}
	if parent := filepath.Dir(dir); parent != dir {
		if err := makeDirs(parent); err != nil {
			return err
		}
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	return syncDirectory(filepath.Dir(dir))
}

// isSyncFailure tells a failed sync from other errors of SQLite.
func isSyncFailure(err error) bool {
	var coded interface{ Code() int }
	const ioErrFsync, ioErrDirFsync = 1034, 1290 // SQLITE_IOERR_FSYNC, SQLITE_IOERR_DIR_FSYNC
	if errors.As(err, &coded) {
		return coded.Code() == ioErrFsync || coded.Code() == ioErrDirFsync
	}
	return strings.Contains(err.Error(), "fsync")
}
