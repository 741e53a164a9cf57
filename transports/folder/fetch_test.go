package folder

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"waybill/transports"
	"waybill/transports/transporttest"
)

// looked takes once from a directory, and returns what is logged.
func looked(t testing.TB, b InBlock, in transports.Inbox, want int) string {
	t.Helper()
	var log bytes.Buffer
	f := fetching(b)
	f.Log = slog.New(slog.NewTextHandler(&log, nil))
	if n, err := f.Once(t.Context(), in); err != nil || n != want {
		t.Errorf("%d files taken, %v; expected %d", n, err, want)
	}
	return log.String()
}

func write(t testing.TB, content string, at ...string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(at...), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// atOnce takes without a marker and without waiting.
func atOnce(dir string) InBlock {
	b := block(dir)
	b.Done = ""
	return b
}

func taken(in *transporttest.Inbox) string {
	var names []string
	for _, a := range in.Accepted() {
		names = append(names, a.Arrival.File)
	}
	return strings.Join(names, " ")
}

func TestOrder(t *testing.T) {
	for order, want := range map[string]string{"name": "a.edi b.edi c.edi", "time": "c.edi a.edi b.edi"} {
		dir, in := t.TempDir(), transporttest.NewInbox(t)
		for i, name := range []string{"c.edi", "a.edi", "b.edi"} {
			write(t, name, dir, name)
			at := time.Now().Add(time.Duration(i) * time.Hour) // a clock that is ahead of ours
			if err := os.Chtimes(filepath.Join(dir, name), at, at); err != nil {
				t.Fatal(err)
			}
		}
		b := atOnce(dir)
		b.Order = order
		looked(t, b, in, 3)
		if got := taken(in); got != want {
			t.Errorf("by %s: %s, expected %s", order, got, want)
		}
	}
}

// Names that strangers chose stay, and keep no other waiting.
func TestHostileNames(t *testing.T) {
	dir, in := t.TempDir(), transporttest.NewInbox(t)
	for i, name := range []string{"new\nline.edi", "bell\a.edi", "not\xffutf8.edi", strings.Repeat("x", 250), "right\u202eleft.edi", `back\slash.edi`, "good.edi"} {
		write(t, fmt.Sprint(i), dir, name)
	}
	if err := os.Symlink("/etc/passwd", filepath.Join(dir, "link.edi")); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe.edi"), 0o600); err != nil {
		t.Fatal(err)
	}
	log := looked(t, atOnce(dir), in, 1)
	if got := taken(in); got != "good.edi" {
		t.Errorf("took %s", got)
	}
	if n := strings.Count(log, "code=FOLDER-NAME"); n != 6 || strings.Contains(log, "\a") {
		t.Errorf("%d names are told:\n%s", n, log)
	}
}

// A file that changes while it is read is kept as a cut arrival and stays; the
// next look takes it.
func TestFileThatGrows(t *testing.T) {
	dir, in := t.TempDir(), transporttest.NewInbox(t)
	write(t, "one", dir, "a.edi")
	write(t, "other", dir, "b.edi")
	in.Hook(transporttest.Hooks{Accept: func(a transports.Arrival) error {
		if a.File == "a.edi" {
			write(t, "one and more", dir, "a.edi")
		}
		return nil
	}})
	log := looked(t, atOnce(dir), in, 1)
	if got := taken(in); got != "b.edi" || !strings.Contains(log, "FOLDER-READ") || len(in.Refused()) != 1 {
		t.Errorf("took %s, %d cut:\n%s", got, len(in.Refused()), log)
	}
	in.Hook(transporttest.Hooks{})
	looked(t, atOnce(dir), in, 1)
	if a := in.Accepted(); len(a) != 2 || string(a[1].Payload(t, 0)) != "one and more" {
		t.Errorf("found %d", len(a))
	}
}

// Files that cannot be taken stay, with a line in the log.
func TestFilesThatStay(t *testing.T) {
	dir, in := t.TempDir(), transporttest.NewInbox(t)
	write(t, "too large", dir, "a.edi")
	write(t, "b", dir, "b.edi")
	b := atOnce(dir)
	b.MaxSize = 5
	if log := looked(t, b, in, 1); !strings.Contains(log, "folder.in.max_size is 5") {
		t.Errorf("found %s", log)
	}
	if os.Geteuid() != 0 { // who may read everything
		write(t, "c", dir, "c.edi")
		if err := os.Chmod(filepath.Join(dir, "c.edi"), 0); err != nil {
			t.Fatal(err)
		}
		if log := looked(t, b, in, 0); !strings.Contains(log, "permission denied") {
			t.Errorf("found %s", log)
		}
	}
	if got := taken(in); got != "b.edi" {
		t.Errorf("took %s", got)
	}
}

// What was stored and not put away is met again, and is a duplicate.
func TestNotPutAway(t *testing.T) {
	dir, in := t.TempDir(), transporttest.NewInbox(t)
	write(t, "order", dir, "a.edi")
	write(t, "", dir, "archive") // where the directory would be
	f := fetching(atOnce(dir))
	n, err := f.Once(t.Context(), in)
	if n != 1 || codeOf(t, err) != "FOLDER-AWAY true" {
		t.Errorf("found %d, %v", n, err)
	}
	if err := os.Remove(filepath.Join(dir, "archive")); err != nil {
		t.Fatal(err)
	}
	looked(t, atOnce(dir), in, 1)
	if n := len(in.Accepted()); n != 1 {
		t.Errorf("%d accepted", n)
	}
	if _, err := os.Stat(filepath.Join(dir, "archive", "a.edi")); err != nil {
		t.Error(err)
	}
}

// codeOf is an error's code and class.
func codeOf(t testing.TB, err error) string {
	t.Helper()
	var f *transports.Failure
	if !errors.As(err, &f) || f.Hint() == "" {
		t.Fatalf("found %v", err)
	}
	return fmt.Sprint(f.Code(), " ", f.Temporary())
}

func TestLooksThatFail(t *testing.T) {
	in := transporttest.NewInbox(t)
	_, err := fetching(atOnce(filepath.Join(t.TempDir(), "unmounted"))).Once(t.Context(), in)
	if got := codeOf(t, err); got != "FOLDER-DIR true" {
		t.Errorf("found %s", got)
	}
	dir := t.TempDir()
	write(t, "order", dir, "a.edi")
	in.Hook(transporttest.Hooks{Accept: func(transports.Arrival) error { return errors.New("disk full") }})
	_, err = fetching(atOnce(dir)).Once(t.Context(), in)
	if got := codeOf(t, err); got != "TRN-STORE true" {
		t.Errorf("found %s", got)
	}
	lost := errors.New("another node has the lock")
	f := fetching(atOnce(dir))
	f.Keep = func(context.Context) error { return lost }
	if n, err := f.Once(t.Context(), in); n != 0 || !errors.Is(err, lost) {
		t.Errorf("found %d, %v", n, err)
	}
}

// A directory of 100,000 files is taken from to its end.
func TestManyFiles(t *testing.T) {
	if testing.Short() {
		t.Skip("left out: 100,000 files")
	}
	dir := t.TempDir()
	const all, ours = 100_000, 100
	first := ""
	for i := range all {
		if i%20_000 == 0 { // a file has so many names, and not many more
			first = filepath.Join(t.TempDir(), "first")
			write(t, "not ours", first)
		}
		if i%(all/ours) == 0 {
			write(t, fmt.Sprint(i), dir, fmt.Sprintf("%06d.edi", i))
		} else if err := os.Link(first, filepath.Join(dir, fmt.Sprintf("%06d.txt", i))); err != nil {
			t.Fatal(err)
		}
	}
	in := transporttest.NewInbox(t)
	b := block(dir)
	b.Pattern, b.Done, b.StableFor = "*.edi", "", time.Millisecond
	looked(t, b, in, ours)
	if n := len(in.Accepted()); n != ours {
		t.Errorf("%d accepted", n)
	}
}
