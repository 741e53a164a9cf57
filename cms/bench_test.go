package cms

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"fmt"
	"io"
	"testing"
	"time"
)

const benchSize = 8 << 20

// streamed benchmarks a function that takes a content through.
func streamed(b *testing.B, f func() error) {
	b.SetBytes(benchSize)
	b.ReportAllocs()
	for b.Loop() {
		if err := f(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncrypt(b *testing.B) {
	to := []*x509.Certificate{actors(b).us.Certificate}
	content := random(b, benchSize)
	for _, c := range ciphers() {
		b.Run(string(c), func(b *testing.B) {
			streamed(b, func() error {
				w, err := Encrypt(io.Discard, to, c, nil)
				if err != nil {
					return err
				}
				if _, err := w.Write(content); err != nil {
					return err
				}
				return w.Close()
			})
		})
	}
}

func BenchmarkDecrypt(b *testing.B) {
	p := actors(b)
	for _, c := range ciphers() {
		message := encrypted(b, random(b, benchSize), c, p.us.Certificate)
		b.Run(string(c), func(b *testing.B) {
			streamed(b, func() error {
				r, err := Decrypt(bytes.NewReader(message), []Identity{p.us})
				if err != nil {
					return err
				}
				_, err = io.Copy(io.Discard, r)
				return err
			})
		})
	}
}

// lines are those of an order, no two alike.
func lines(size int) []byte {
	b := make([]byte, 0, size+100)
	for i := 0; len(b) < size; i++ {
		b = fmt.Appendf(b, "PO1*%d*%d*EA*%d.%02d**UP*%012d~\r\n", i, i%97, i%1000, i%100, i*7919)
	}
	return b[:size]
}

func BenchmarkCompress(b *testing.B) {
	content := lines(benchSize)
	streamed(b, func() error {
		w, err := Compress(io.Discard)
		if err != nil {
			return err
		}
		if _, err := w.Write(content); err != nil {
			return err
		}
		return w.Close()
	})
}

func BenchmarkDecompress(b *testing.B) {
	message := compressed(b, lines(benchSize))
	streamed(b, func() error {
		r, err := Decompress(bytes.NewReader(message), Limits{})
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, r)
		return err
	})
}

// BenchmarkSign and BenchmarkVerify take the digest of 8 MB along: without it
// they cost one operation with the key each, which BenchmarkSignDigest is.
func BenchmarkSign(b *testing.B) {
	p := actors(b)
	content := random(b, benchSize)
	streamed(b, func() error {
		_, err := SignDigest(digestOf(content)(crypto.SHA256), p.us, SignOptions{Hash: crypto.SHA256})
		return err
	})
}

func BenchmarkSignDigest(b *testing.B) {
	p := actors(b)
	sum := digestOf(text())(crypto.SHA256)
	for b.Loop() {
		if _, err := SignDigest(sum, p.us, SignOptions{Hash: crypto.SHA256, Time: time.Now()}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	p := actors(b)
	content := random(b, benchSize)
	der := signature(b, content, p.us, SignOptions{})
	streamed(b, func() error {
		_, err := verified(der, content, p.us.Certificate)
		return err
	})
}

func BenchmarkVerifyOpaque(b *testing.B) {
	p := actors(b)
	content := random(b, benchSize)
	message := signedWith(infosOf(b, signature(b, content, p.us, SignOptions{})), content, contentTypes()[Data])
	streamed(b, func() error {
		r, err := OpenSigned(bytes.NewReader(message))
		if err != nil {
			return err
		}
		h := crypto.SHA256.New()
		if _, err := io.Copy(h, r); err != nil {
			return err
		}
		sig, err := r.Signature()
		if err != nil {
			return err
		}
		_, err = sig.Verify(func(crypto.Hash) []byte { return h.Sum(nil) }, []*x509.Certificate{p.us.Certificate}, time.Now())
		return err
	})
}
