package cms

import (
	"crypto/sha256"
	"crypto/x509"
	"io"
	"runtime"
	"testing"
)

// pipeline compresses, encrypts, decrypts and decompresses a stream of this many
// bytes, all at once, and returns how many came out.
func pipeline(t testing.TB, size int64) (int64, error) {
	t.Helper()
	p := actors(t)
	noise := random(t, 10_007)
	pr, pw := io.Pipe()
	written := make(chan error, 1)
	go func() {
		err := produce(pw, p, noise, size)
		pw.CloseWithError(err)
		written <- err
	}()
	plain, err := Decrypt(pr, []Identity{p.us})
	if err != nil {
		return 0, err
	}
	r, err := Decompress(plain, Limits{})
	if err != nil {
		return 0, err
	}
	n, err := io.Copy(sha256.New(), r)
	_ = pr.CloseWithError(err)
	if produced := <-written; err == nil {
		err = produced
	}
	return n, err
}

func produce(w io.Writer, p people, noise []byte, size int64) error {
	e, err := Encrypt(w, []*x509.Certificate{p.us.Certificate}, AES256CBC, nil)
	if err != nil {
		return err
	}
	z, err := Compress(e)
	if err != nil {
		return err
	}
	if _, err := io.Copy(z, endlessly(string(noise)+string(text()), int(size))); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	return e.Close()
}

// The memory for ten times the bytes is the same: what is allocated at all stays
// under a few megabytes, whatever the size.
func TestMemoryDoesNotGrow(t *testing.T) {
	cost := func(size int64) uint64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		n, err := pipeline(t, size)
		runtime.ReadMemStats(&after)
		if err != nil || n != size {
			t.Fatalf("%d octets of %d, %v", n, size, err)
		}
		return after.TotalAlloc - before.TotalAlloc
	}
	small, large := cost(8<<20), cost(80<<20)
	t.Logf("allocated for 8 MB: %d kB, for 80 MB: %d kB", small>>10, large>>10)
	if large > small+1<<20 || large > 6<<20 {
		t.Errorf("allocated for 8 MB: %d kB, for 80 MB: %d kB", small>>10, large>>10)
	}
}
