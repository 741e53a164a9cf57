package sftp

import (
	"fmt"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	pkgsftp "github.com/pkg/sftp"
)

// maxName is the longest name of a file, in bytes. File systems take 255; what
// we add to a name needs room.
const maxName = 200

// checkName says what is wrong with the name of a file.
func checkName(name string) error {
	switch {
	case name == "" || name == "." || name == "..":
		return refused("%q is no name of a file", name)
	case len(name) > maxName:
		return refused("the name has %d bytes, and may have %d", len(name), maxName)
	case !utf8.ValidString(name):
		return refused("the name %q is not UTF-8", name)
	}
	for _, r := range name {
		if r == '/' || r == '\\' || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029' {
			return refused("the name %q has the character %q in it", name, r)
		}
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
