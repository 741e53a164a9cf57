package settings

import (
	"fmt"
	"io"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Size is a number of bytes.
type Size int64

// ParseSize reads 512, 64kB, 20MB or 2GB; the units are powers of 1,000, with
// an i (64KiB) of 1,024.
func ParseSize(s string) (Size, error) {
	units := []struct {
		suffix string
		factor int64
	}{
		{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30},
		{"kB", 1e3}, {"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"B", 1}, {"", 1},
	}
	for _, u := range units {
		digits, ok := strings.CutSuffix(s, u.suffix)
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSpace(digits), 10, 64)
		if err != nil || n < 0 || n > (1<<62)/u.factor {
			return 0, fmt.Errorf("%q is no size", s)
		}
		return Size(n * u.factor), nil
	}
	return 0, fmt.Errorf("%q is no size", s)
}

// ParseDuration reads what time.ParseDuration reads, and days and years of 365
// days: 90d, 7y.
func ParseDuration(s string) (time.Duration, error) {
	const day = 24 * time.Hour
	for _, u := range []struct {
		suffix string
		length time.Duration
	}{{"d", day}, {"y", 365 * day}} {
		digits, ok := strings.CutSuffix(s, u.suffix)
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(digits, 10, 64)
		if err != nil || n < 0 || n > int64(math.MaxInt64/u.length) {
			return 0, fmt.Errorf("%q is no time span", s)
		}
		return time.Duration(n) * u.length, nil
	}
	d, err := time.ParseDuration(s)
	if err != nil {
		return 0, err
	}
	if d < 0 {
		return 0, fmt.Errorf("%q is negative", s)
	}
	return d, nil
}

// Secret refers to a value that never stands in a configuration file. It prints
// as *** wherever it is printed; it holds the reference alone, never the value.
type Secret struct{ scheme, name string }

// ParseSecret reads secret://env/NAME or secret://file/PATH.
func ParseSecret(s string) (Secret, error) {
	rest, ok := strings.CutPrefix(s, "secret://")
	scheme, name, found := strings.Cut(rest, "/")
	if !ok || !found || name == "" || (scheme != "env" && scheme != "file") {
		return Secret{}, fmt.Errorf("expected secret://env/NAME or secret://file/PATH")
	}
	return Secret{scheme, name}, nil
}

// IsZero says that no secret was given.
func (s Secret) IsZero() bool { return s == Secret{} }

// Reveal reads the value. A relative file path starts at dir; a file that others
// may read is refused.
func (s Secret) Reveal(dir string) (string, error) {
	switch s.scheme {
	case "env":
		v, ok := os.LookupEnv(s.name)
		if !ok {
			return "", fmt.Errorf("environment variable %s, which a secret refers to, is not set", s.name)
		}
		return v, nil
	case "file":
		path := s.name
		if !filepath.IsAbs(path) {
			path = filepath.Join(dir, path)
		}
		data, err := ReadPrivate(path)
		return strings.TrimRight(string(data), "\r\n"), err
	}
	return "", fmt.Errorf("no secret was given")
}

// ReadPrivate reads a file that holds a secret, and refuses it when its group or
// others may read it.
func ReadPrivate(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if mode := info.Mode().Perm(); permissions && mode&0o077 != 0 {
		return nil, fmt.Errorf("%s has mode %04o and can be read by others: chmod 600 %s", path, mode, path)
	}
	data, err := io.ReadAll(io.LimitReader(f, maxBytes+1))
	if err == nil && len(data) > maxBytes {
		err = fmt.Errorf("%s is longer than %d bytes and no secret", path, maxBytes)
	}
	if err != nil {
		return nil, err
	}
	return data, nil
}

const stars = "***"

// Format hides the secret under every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, stars) }

// String hides the secret.
func (s Secret) String() string { return stars }

// MarshalJSON hides the secret.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + stars + `"`), nil }

// LogValue hides the secret.
func (s Secret) LogValue() slog.Value { return slog.StringValue(stars) }
