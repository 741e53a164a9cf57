package sftp

import (
	"fmt"
	"path"
	"strings"

	pkgsftp "github.com/pkg/sftp"

	"waybill/files"
)

// checkName says what is wrong with the name of a file, as the peer is told it.
func checkName(name string) error {
	if err := files.CheckName(name); err != nil {
		return refused("%v", err)
	}
	return nil
}

// place is a file or directory of a partner's tree.
type place struct {
	dir  string // one of our directories; "" is the top of the tree
	name string // "" is the directory itself
}

// real is the place's path on our disk, below the partner's root.
func (p place) real() string { return path.Join(p.dir, p.name) }

// find is the place that a path of the partner's names. The library has made the
// path absolute and clean, so that nothing in it leads upwards.
func (a *Account) find(p string) (place, error) {
	dir, name, deeper := strings.Cut(strings.TrimPrefix(p, "/"), "/")
	if dir == "" {
		return place{}, nil
	}
	at := place{name: name}
	switch dir {
	case a.Inbound:
		at.dir = inboundDir
	case a.Outbound:
		at.dir = outboundDir
	case a.Archive:
		at.dir = archiveDir
	default:
		if err := checkName(dir); err != nil {
			return place{}, err
		}
		return place{}, &answer{pkgsftp.ErrSSHFxNoSuchFile, fmt.Sprintf("there is no %q here; there are %s, %s and %s", dir, a.Inbound, a.Outbound, a.Archive)}
	}
	if !deeper {
		return at, nil
	}
	return at, checkName(name)
}

// answer is an error as the peer is told it: a code of the protocol and words.
type answer struct {
	code error
	text string
}

// Error is what the peer reads.
func (a *answer) Error() string { return a.text }

// Unwrap is the protocol's code.
func (a *answer) Unwrap() error { return a.code }

// refused says that something is not allowed.
func refused(format string, args ...any) error {
	return &answer{pkgsftp.ErrSSHFxPermissionDenied, fmt.Sprintf(format, args...)}
}

// failed says that something did not work.
func failed(format string, args ...any) error {
	return &answer{pkgsftp.ErrSSHFxFailure, fmt.Sprintf(format, args...)}
}
