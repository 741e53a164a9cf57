package settings_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"waybill/settings"
)

func TestParseSize(t *testing.T) {
	for _, c := range []struct {
		in   string
		want settings.Size // -1 = refused
	}{
		{"0", 0}, {"512", 512}, {"512B", 512}, {"64kB", 64e3}, {"64KB", 64e3}, {"64KiB", 64 << 10}, {"20MB", 20e6}, {"20 MB", 20e6},
		{"20MiB", 20 << 20}, {"2GB", 2e9}, {"2GiB", 2 << 30}, {"4294967296GiB", 1 << 62},
		{"", -1}, {"MB", -1}, {"-1", -1}, {"-1MB", -1}, {"1.5MB", -1}, {"1e3", -1}, {"20mb", -1}, {"20M", -1}, {"1TB", -1}, {"0x10", -1},
		{"9223372036854775807", -1}, {"4294967297GiB", -1}, {"9223372036854775808", -1}, {"10 20", -1},
	} {
		got, err := settings.ParseSize(c.in)
		if (err != nil) != (c.want < 0) || err == nil && got != c.want {
			t.Errorf("ParseSize(%q) = %d, %v; expected %d", c.in, got, err, c.want)
		}
	}
}

func TestParseDuration(t *testing.T) {
	const day = 24 * time.Hour
	for _, c := range []struct {
		in   string
		want time.Duration // -1 = refused
	}{
		{"0s", 0}, {"0", 0}, {"0d", 0}, {"30s", 30 * time.Second}, {"1h30m", 90 * time.Minute}, {"1.5h", 90 * time.Minute}, {"90d", 90 * day},
		{"106751d", 106751 * day},
		{"", -1}, {"d", -1}, {"30", -1}, {"-30s", -1}, {"-1d", -1}, {"1.5d", -1}, {"1d12h", -1}, {"106752d", -1}, {"200000d", -1},
		{"99999999999999999999d", -1}, {"1w", -1}, {"9999999h", -1},
	} {
		got, err := settings.ParseDuration(c.in)
		if (err != nil) != (c.want < 0) || err == nil && got != c.want || err != nil && got != 0 {
			t.Errorf("ParseDuration(%q) = %v, %v; expected %v", c.in, got, err, c.want)
		}
	}
}

func TestParseSecret(t *testing.T) {
	for in, ok := range map[string]bool{
		"secret://env/PW": true, "secret://file/keys/pw": true, "secret://file//run/pw": true,
		"": false, "hunter2": false, "secret://": false, "secret://env": false, "secret://env/": false, "secret://vault/x": false,
		"Secret://env/PW": false, " secret://env/PW": false, "secret:/env/PW": false,
	} {
		s, err := settings.ParseSecret(in)
		if (err == nil) != ok || s.IsZero() == ok {
			t.Errorf("ParseSecret(%q): %v, zero %t; expected accepted %t", in, err, s.IsZero(), ok)
		}
		if err != nil && in != "" && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("the error repeats what was written: %v", err)
		}
	}
}

// The reference is shown no more than the value: it says where to look for it.
// (Only %p, and a field that is not exported, get past every method of a type;
// even they can show but the reference, for there is nothing else.)
func TestASecretIsNeverPrinted(t *testing.T) {
	s, err := settings.ParseSecret("secret://env/HUNTER2")
	if err != nil {
		t.Fatal(err)
	}
	type block struct {
		User     string
		Password settings.Secret
	}
	var out bytes.Buffer
	for _, v := range []any{s, &s, block{"u", s}, &block{"u", s}, []settings.Secret{s}, map[string]settings.Secret{"k": s}, map[settings.Secret]int{s: 1}} {
		for _, verb := range strings.Fields("%v %+v %#v %s %q %x %X %d %o %t %e %T %U %c %20s %-5v") {
			fmt.Fprintf(&out, verb+"\n", v)
		}
	}
	fmt.Fprintln(&out, s, block{"u", s}, fmt.Errorf("%w: %v", os.ErrInvalid, s))
	for _, h := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(h).Info("start", "secret", s, "block", block{"u", s}, "pointer", &s, slog.Group("g", "s", s))
	}
	for _, v := range []any{s, &s, block{"u", s}, []any{s}} {
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(data)
		if data, err = yaml.Marshal(v); err != nil {
			t.Fatal(err)
		}
		out.Write(data)
	}
	hex := fmt.Sprintf("%x", "HUNTER2")
	for _, leak := range []string{"HUNTER2", hex, strings.ToUpper(hex)} {
		if i := strings.Index(out.String(), leak); i >= 0 {
			t.Errorf("%q is printed: …%s…", leak, out.String()[max(0, i-60):i+20])
		}
	}
	if !strings.Contains(out.String(), "***") {
		t.Error("nothing says that a secret stands there")
	}
}

func secretFile(t testing.TB, name string, mode os.FileMode, data []byte) (dir, path string) {
	t.Helper()
	dir = t.TempDir()
	path = filepath.Join(dir, name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil { // whatever the umask is
		t.Fatal(err)
	}
	return dir, path
}

func TestReveal(t *testing.T) {
	dir, path := secretFile(t, "pw", 0o600, []byte("hunter2 \r\n"))
	t.Setenv("WAYBILL_TEST_PW", "from the environment")
	t.Setenv("WAYBILL_TEST_EMPTY", "")
	for _, c := range []struct{ in, want, says string }{
		{"secret://env/WAYBILL_TEST_PW", "from the environment", ""},
		{"secret://env/WAYBILL_TEST_EMPTY", "", ""},
		{"secret://env/WAYBILL_TEST_ABSENT", "", "environment variable WAYBILL_TEST_ABSENT, which a secret refers to, is not set"},
		{"secret://file/pw", "hunter2 ", ""},
		{"secret://file/./pw", "hunter2 ", ""},
		{"secret://file/" + filepath.ToSlash(path), "hunter2 ", ""},
		{"secret://file/absent", "", "absent"},
	} {
		s, err := settings.ParseSecret(c.in)
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.Reveal(dir)
		if got != c.want || (err != nil) != (c.says != "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: found %q, %v; expected %q, error …%s…", c.in, got, err, c.want, c.says)
		}
	}
	if _, err := (settings.Secret{}).Reveal(dir); err == nil || !strings.Contains(err.Error(), "no secret was given") {
		t.Errorf("a secret that was not given: %v", err)
	}
}

func TestReadPrivateRefusesWhatOthersMayRead(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("left out: file modes mean nothing here; run it on another system")
	}
	for mode, ok := range map[os.FileMode]bool{0o600: true, 0o400: true, 0o700: true, 0o644: false, 0o640: false, 0o604: false, 0o620: false, 0o601: false} {
		_, path := secretFile(t, "key.pem", mode, []byte("hunter2"))
		data, err := settings.ReadPrivate(path)
		if (err == nil) != ok || ok && string(data) != "hunter2" {
			t.Errorf("mode %04o: found %q, %v", mode, data, err)
			continue
		}
		if want := fmt.Sprintf("has mode %04o and can be read by others: chmod 600 %s", mode, path); !ok && (data != nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("mode %04o: found %q, %v; expected …%s", mode, data, err, want)
		}
	}
}

// A link is as open as what it leads to.
func TestReadPrivateLooksThroughLinks(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("left out: file modes mean nothing here; run it on another system")
	}
	dir, path := secretFile(t, "key.pem", 0o644, []byte("hunter2"))
	link := filepath.Join(dir, "link")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	if data, err := settings.ReadPrivate(link); err == nil {
		t.Errorf("read %q through a link", data)
	}
}

func TestReadPrivateIsBounded(t *testing.T) {
	_, path := secretFile(t, "big", 0o600, make([]byte, 1<<20+1))
	if data, err := settings.ReadPrivate(path); err == nil || !strings.Contains(err.Error(), "longer than 1048576 bytes") {
		t.Errorf("read %d bytes, %v", len(data), err)
	}
	if data, err := settings.ReadPrivate(filepath.Dir(path)); err == nil {
		t.Errorf("read %q from a directory", data)
	}
}
