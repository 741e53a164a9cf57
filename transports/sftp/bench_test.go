package sftp

import (
	"bytes"
	"fmt"
	"testing"

	"golang.org/x/crypto/ssh"
)

// BenchmarkUpload is one session that uploads files of 2 kB, each a close that
// waits for an inbox that keeps it in a file: what the server itself costs.
func BenchmarkUpload(b *testing.B) {
	a := serveAcme(b)
	c, err := connect(b.Context(), a.addr, "acme", ssh.PublicKeys(a.key))
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	content := bytes.Repeat([]byte("x"), 2000)
	i := 0
	for b.Loop() {
		i++
		if err := put(c.Client, fmt.Sprintf("/inbound/%d.edi", i), append(content, fmt.Sprint(i)...)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "files/s")
}
