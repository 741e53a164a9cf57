package files

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
)

// TakenError says that a file of the name, with other content, is there already.
type TakenError struct{ Name string }

// Error names the file.
func (e *TakenError) Error() string { return "another file has the name " + e.Name }

// Put writes a file under a temporary name, makes it durable, and gives it its
// name. One with the same content, of an earlier attempt, is the same; one with
// other content is a TakenError, and stays. sum is the content's SHA-256 in hex.
func (d *Dir) Put(name, sum string, body io.Reader) error {
	if err := CheckName(name); err != nil {
		return err
	}
	if there, err := d.sum(name); err == nil {
		return d.standing(name, sum, there)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	temporary := Temporary(name)
	if err := d.write(temporary, body); err != nil {
		return errors.Join(err, d.Remove(temporary))
	}
	err := d.appear(temporary, name)
	if errors.Is(err, fs.ErrExist) {
		there, failed := d.sum(name)
		err = failed
		if failed == nil {
			err = d.standing(name, sum, there)
		}
	}
	return errors.Join(err, d.Remove(temporary), d.sync())
}

// Temporary is the name that a file has until it is whole.
func Temporary(name string) string { return "." + name + ".part" }

func (d *Dir) standing(name, sum, there string) error {
	if sum != there {
		return &TakenError{name}
	}
	return nil
}

// write writes a file, durably.
func (d *Dir) write(name string, body io.Reader) error {
	if err := d.Remove(name); err != nil { // of an attempt that broke off, or put there to lead us elsewhere
		return err
	}
	f, err := d.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o640)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, body)
	return errors.Join(err, f.Sync(), f.Close())
}

// appear gives a file its name, unless another has it. A link says so itself;
// where the file system has none, there is a moment between looking and renaming.
func (d *Dir) appear(temporary, name string) error {
	err := d.root.Link(temporary, name)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	if _, missing := d.root.Lstat(name); missing == nil {
		return fs.ErrExist
	}
	return d.root.Rename(temporary, name)
}

// sync makes the directory's names durable.
func (d *Dir) sync() error {
	f, err := d.root.Open(".")
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func (d *Dir) sum(name string) (string, error) {
	f, err := d.plain(name)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	_, err = io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)), errors.Join(err, f.Close())
}

// Digest is the SHA-256 of a body in hex; the body is at its beginning again afterwards.
func Digest(body io.ReadSeeker) (string, error) {
	if _, err := body.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	h := sha256.New()
	if _, err := io.Copy(h, body); err != nil {
		return "", err
	}
	_, err := body.Seek(0, io.SeekStart)
	return hex.EncodeToString(h.Sum(nil)), err
}

// Mark writes an empty file, which tells that another is whole.
func (d *Dir) Mark(name string) error {
	if err := CheckName(name); err != nil {
		return err
	}
	f, err := d.root.OpenFile(name, os.O_WRONLY|os.O_CREATE, 0o640)
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), d.sync())
}

// Probe writes, reads and removes a file.
func (d *Dir) Probe(name string) error {
	const text = "probe"
	if err := d.write(name, strings.NewReader(text)); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	f, err := d.plain(name)
	if err == nil {
		var b []byte
		b, err = io.ReadAll(io.LimitReader(f, 16))
		if err = errors.Join(err, f.Close()); err == nil && string(b) != text {
			err = fmt.Errorf("found %q where %s was written", b, text)
		}
	}
	if err != nil {
		err = fmt.Errorf("read: %w", err)
	}
	return errors.Join(err, d.Remove(name))
}
