package sftp

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	pkgsftp "github.com/pkg/sftp"

	"waybill/files"
	"waybill/transports"
	"waybill/transports/transporttest"
)

// arrived waits for a number of arrivals, whatever became of them.
func (a acme) arrived(t testing.TB, n int) []*transporttest.Arrival {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		if got := a.in.Arrivals(); len(got) >= n {
			return got
		}
	}
	t.Fatalf("within 10 s no %d arrivals", n)
	return nil
}

// inTree lists the partner's files of one directory on our disk.
func (a acme) inTree(t testing.TB, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(a.dir, "acme", dir))
	if err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// An upload cut anywhere is kept as it came and never becomes a message.
func TestCutUploads(t *testing.T) {
	content := order()
	for i := range 16 {
		a := serveAcme(t)
		c := a.login(t)
		f, err := c.Create("/inbound/po.edi")
		if err != nil {
			t.Fatal(err)
		}
		part := content[:len(content)*i/16]
		if _, err := f.Write(part); err != nil {
			t.Fatal(err)
		}
		_ = c.ssh.Close()
		got := a.arrived(t, 1)[0]
		if err := a.stop(); err != nil {
			t.Fatal(err)
		}
		if len(a.in.Accepted()) != 0 || got.Err == nil || got.Released || !bytes.Equal(got.Bytes(t), part) {
			t.Errorf("cut at %d/16: %+v", i, got)
		}
		if left := a.inTree(t, stagingDir); len(left) != 0 {
			t.Errorf("cut at %d/16: %q is left", i, left)
		}
	}
}

// Names that lead elsewhere or cannot be read are refused in words.
func TestNamesThatAreRefused(t *testing.T) {
	a := serveAcme(t)
	c := a.login(t)
	x := account(a.key)
	for name, want := range map[string]string{
		"/inbound/../../../etc/passwd":          `there is no "etc" here`,
		"../../etc/passwd":                      `there is no "etc" here`,
		"/etc/passwd":                           `there is no "etc" here`,
		"/po.edi":                               `there is no "po.edi" here; there are inbound, outbound and archive`,
		"/inbound/sub/po.edi":                   "has the character '/'",
		"/inbound/..\\po.edi":                   `has the character '\\'`,
		"/inbound/a\x00b":                       `has the character '\x00'`,
		"/inbound/a\nb":                         `has the character '\n'`,
		"/inbound/a\x1b[2Jb":                    `has the character '\x1b'`,
		"/inbound/\u202egnp.exe":                "has the character",
		"/inbound/\xff\xfe":                     "is not UTF-8",
		"/inbound/" + strings.Repeat("x", 255):  "the name has 255 bytes, and may have 200",
		"/inbound/" + strings.Repeat("x", 4096): "the name has 4096 bytes, and may have 200",
		"/outbound/po.edi":                      "uploads go to /inbound",
		"/archive/po.edi":                       "uploads go to /inbound",
		"/inbound":                              "uploads go to /inbound",
		"/staging/x":                            `there is no "staging" here`,
		"/waiting/x":                            `there is no "waiting" here`,
	} {
		f, err := c.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC)
		if err == nil {
			_ = f.Close()
		}
		if !errors.Is(err, os.ErrPermission) && !errors.Is(err, os.ErrNotExist) { // the library keeps the code only
			t.Errorf("%.100q: found %v", name, err)
		}
		at, words := x.find(path.Join("/", name))
		if words == nil {
			words = refused("%s: uploads go to /inbound", at.dir)
		}
		if !strings.Contains(words.Error(), want) {
			t.Errorf("%.100q: found %v, expected %q", name, words, want)
		}
	}
	if n := len(a.in.Arrivals()); n != 0 {
		t.Errorf("%d arrivals", n)
	}
}

// Names that are only odd are names: they are kept beside the message, and
// nothing on our disk bears them.
func TestOddNames(t *testing.T) {
	a := serveAcme(t)
	c := a.login(t)
	names := []string{"..%2f..%2fetc%2fpasswd", "CON", "aux.edi", "po.edi.", "…", "-rf", "$(id)", "'; DROP TABLE messages; --", "caf\u00e9.edi", "cafe\u0301.edi", "a b.edi", "*"}
	for _, name := range names {
		if err := put(c.Client, "/inbound/"+name, []byte("content of "+name)); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	got := a.in.Accepted()
	if len(got) != len(names) {
		t.Fatalf("%d messages, expected %d", len(got), len(names))
	}
	for i, name := range names {
		if got[i].Arrival.File != name || string(got[i].Payload(t, 0)) != "content of "+name {
			t.Errorf("found %q, expected %q", got[i].Arrival.File, name)
		}
	}
	if err := filepath.WalkDir(filepath.Join(a.dir, "acme"), func(p string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			t.Errorf("%s stands on the disk", p)
		}
		return err
	}); err != nil {
		t.Error(err)
	}
	if err := put(c.Client, "/inbound/slash.edi/", order()); err != nil { // the library takes the slash away
		t.Errorf("a name with a slash behind it: %v", err)
	}
}

// What is no upload or fetch is not done: links, directories, owners, sizes.
func TestWhatIsNotOffered(t *testing.T) {
	a := serveAcme(t)
	c := a.login(t)
	for what, err := range map[string]error{
		"symlink":        c.Symlink("/etc/passwd", "/inbound/x"),
		"hard link":      c.Link("/inbound/a", "/inbound/b"),
		"mkdir":          c.Mkdir("/inbound/sub"),
		"rmdir":          c.RemoveDirectory("/inbound"),
		"chown":          c.Chown("/inbound", 0, 0),
		"truncate":       c.Truncate("/inbound", 0),
		"rename a tree":  c.Rename("/inbound", "/outbound"),
		"remove a tree":  c.Remove("/inbound"),
		"out of inbound": c.Rename("/inbound/x", "/outbound/x"),
	} {
		if err == nil {
			t.Errorf("%s is done", what)
		}
	}
	if _, err := c.ReadLink("/inbound"); err == nil {
		t.Error("readlink is done")
	}
	if err := c.Chmod("/inbound", 0o700); err != nil { // clients that keep modes must not fail
		t.Errorf("chmod: %v", err)
	}
}

// A link that stands in the tree leads nowhere, however fast it is exchanged.
func TestLinksInTheTree(t *testing.T) {
	a := serveAcme(t)
	c := a.login(t)
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	at := filepath.Join(a.dir, "acme", outboundDir, "x")
	stop := make(chan struct{})
	var racing sync.WaitGroup
	racing.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			_ = os.Remove(at)
			_ = os.Symlink(secret, at)
			_ = os.Remove(at)
			_ = os.WriteFile(at, []byte("public"), 0o600)
		}
	})
	for range 300 {
		f, err := c.Open("/outbound/x")
		if err != nil {
			continue
		}
		if b, _ := io.ReadAll(f); strings.Contains(string(b), "secret") {
			t.Error("a link led out of the tree")
		}
		_ = f.Close()
	}
	close(stop)
	racing.Wait()
	inside := filepath.Join(a.dir, "acme", inboundDir, "y.part")
	if err := os.Symlink(secret, inside); err != nil {
		t.Fatal(err)
	}
	if f, err := c.OpenFile("/inbound/y.part", os.O_WRONLY|os.O_CREATE); err == nil {
		_ = f.Close()
		t.Error("a link is written through")
	}
	if err := c.Rename("/inbound/y.part", "/inbound/y.edi"); err == nil {
		t.Error("what a link leads to became a message")
	}
}

// Of two writers of one name the second is refused, and the first is not harmed.
func TestTwoWriters(t *testing.T) {
	a := serveAcme(t)
	first, second := a.login(t), a.login(t)
	f, err := first.Create("/inbound/po.edi")
	if err != nil {
		t.Fatal(err)
	}
	if err := put(second.Client, "/inbound/po.edi", []byte("other")); err == nil || !strings.Contains(err.Error(), "is being written by another session") {
		t.Errorf("found %v", err)
	}
	if _, err := f.Write(order()); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if got := a.in.Accepted(); len(got) != 1 || !bytes.Equal(got[0].Payload(t, 0), order()) {
		t.Errorf("found %d", len(got))
	}
	if err := put(second.Client, "/inbound/po.edi", []byte("other")); err != nil {
		t.Errorf("after the first was closed: %v", err)
	}
}

// A temporary name is no message until it is renamed; a cut one can be resumed.
func TestTemporaryNames(t *testing.T) {
	a := serveAcme(t)
	c := a.login(t)
	f, err := c.Create("/inbound/po.edi.part")
	if err != nil {
		t.Fatal(err)
	}
	half := len(order()) / 2
	if _, err := f.Write(order()[:half]); err != nil {
		t.Fatal(err)
	}
	_ = c.ssh.Close()
	c = a.login(t)
	var i os.FileInfo
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if f, err = c.OpenFile("/inbound/po.edi.part", os.O_WRONLY); err == nil {
			break
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	if i, err = c.Stat("/inbound/po.edi.part"); err != nil || i.Size() != int64(half) {
		t.Fatalf("found %v, %v", i, err)
	}
	if _, err := f.WriteAt(order()[half:], int64(half)); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if n := len(a.in.Arrivals()); n != 0 {
		t.Fatalf("%d arrivals before the rename", n)
	}
	a.in.Hook(transporttest.Hooks{Release: func(string, transports.Verdict) error { return errors.New("disk full") }})
	if err := c.Rename("/inbound/po.edi.part", "/inbound/po.edi"); err == nil {
		t.Error("the rename succeeded although nothing was stored")
	}
	a.in.Hook(transporttest.Hooks{})
	if err := c.PosixRename("/inbound/po.edi.part", "/inbound/po.edi"); err != nil {
		t.Fatal(err)
	}
	if got := a.in.Accepted(); len(got) != 1 || got[0].Arrival.File != "po.edi" || !bytes.Equal(got[0].Payload(t, 0), order()) {
		t.Errorf("found %+v", got)
	}
	if left := a.inTree(t, inboundDir); len(left) != 0 {
		t.Errorf("%q is left", left)
	}
	if i, err := c.Stat("/inbound/po.edi"); err != nil || i.Size() != int64(len(order())) {
		t.Errorf("clients compare the size of what they sent: %v, %v", i, err)
	}
}

// Sizes, the quota, the rate and the sessions have limits of their own words.
func TestLimits(t *testing.T) {
	for name, c := range map[string]struct {
		set  func(*Account)
		do   func(testing.TB, acme, *pkgsftp.Client) error
		want string
	}{
		"size": {func(a *Account) { a.MaxBytes = 1000 }, func(_ testing.TB, _ acme, c *pkgsftp.Client) error {
			return put(c, "/inbound/big.edi", order())
		}, "is larger than the 1000 bytes"},
		"quota": {func(a *Account) { a.Quota = 1000 }, func(t testing.TB, _ acme, c *pkgsftp.Client) error {
			if err := put(c, "/inbound/a.part", bytes.Repeat([]byte("x"), 1000)); err != nil {
				t.Fatal(err)
			}
			return put(c, "/inbound/b.part", []byte("x"))
		}, "no room for more"},
		"rate": {func(a *Account) { a.PerMinute = 2 }, func(t testing.TB, _ acme, c *pkgsftp.Client) error {
			for _, name := range []string{"1", "2"} {
				if err := put(c, "/inbound/"+name, []byte(name)); err != nil {
					t.Fatal(err)
				}
			}
			return put(c, "/inbound/3", []byte("3"))
		}, "more than 2 uploads in a minute"},
		"empty": {func(*Account) {}, func(_ testing.TB, _ acme, c *pkgsftp.Client) error {
			return put(c, "/inbound/empty.edi", nil)
		}, "is empty"},
		"hole": {func(*Account) {}, func(t testing.TB, _ acme, c *pkgsftp.Client) error {
			f, err := c.Create("/inbound/hole.edi")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.WriteAt([]byte("end"), 100); err != nil {
				t.Fatal(err)
			}
			return f.Close()
		}, "were not written"},
	} {
		t.Run(name, func(t *testing.T) {
			a := serveAcme(t, c.set)
			if err := c.do(t, a, a.login(t).Client); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("found %v, expected %q", err, c.want)
			}
		})
	}
	a := serveAcme(t, func(a *Account) { a.Sessions = 2 })
	a.login(t)
	a.login(t)
	if p, err := connect(t.Context(), a.addr, "acme", sshKeys(a)); err == nil {
		_ = p.Close()
		t.Error("a third session is served")
	}
}

// An upload that was never renamed is left alone for a day, then kept, reported
// and never translated.
func TestLeftovers(t *testing.T) {
	dir := t.TempDir()
	tr, err := openTree(dir, "acme")
	if err != nil {
		t.Fatal(err)
	}
	defer tr.Close()
	for name, content := range map[string]string{
		path.Join(stagingDir, "out.855.edi"): "ours",
		path.Join(inboundDir, "old.part"):    "old", path.Join(inboundDir, "new.part"): "new",
	} {
		if err := tr.put(name, strings.NewReader(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := tr.Chtimes(path.Join(inboundDir, "old.part"), time.Now(), time.Now().Add(-25*time.Hour)); err != nil {
		t.Fatal(err)
	}
	a := acme{in: transporttest.NewInbox(t)}
	a.running = listen(t, a.in, ReceiverOptions{Lookup: accounts{}, Dir: dir})
	kept := map[string]bool{}
	for _, x := range a.in.Arrivals() {
		kept[string(x.Bytes(t))] = x.Err != nil && x.Arrival.Partner == "acme"
	}
	if len(kept) != 1 || !kept["old"] {
		t.Errorf("kept %v", kept)
	}
	if got := a.inTree(t, inboundDir); len(got) != 1 || got[0] != "new.part" {
		t.Errorf("inbound holds %q", got)
	}
	if got := a.inTree(t, stagingDir); len(got) != 1 {
		t.Errorf("staging holds %q", got)
	}
}

// FuzzNames: no path of a peer's leads out of its three directories.
func FuzzNames(f *testing.F) {
	for _, seed := range []string{"/inbound/po.edi", "/inbound/../x", "/", "", "/outbound", "/archive/\x00", "//inbound//x", "/inbound/.", "/inbound/..", "/inbound/…"} {
		f.Add(seed)
	}
	b := DefaultAccount()
	a := b.For("acme", false)
	f.Fuzz(func(t *testing.T, p string) {
		at, err := a.find(path.Join("/", p))
		if err != nil {
			return
		}
		if at.name != "" && (strings.ContainsAny(at.name, "/\\\x00\n") || at.name == ".." || at.name == "." || len(at.name) > files.MaxName) {
			t.Errorf("%q leads to %q", p, at.name)
		}
		if at.dir != "" && at.dir != inboundDir && at.dir != outboundDir && at.dir != archiveDir {
			t.Errorf("%q leads to %q", p, at.dir)
		}
	})
}
