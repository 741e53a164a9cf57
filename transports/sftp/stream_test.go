package sftp

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"waybill/transports"
	"waybill/transports/transporttest"
)

// large is more than an upload may have in memory.
func large() []byte { return bytes.Repeat(order(), 20) }

// A large upload is in the inbox before it is closed, and is a message only then;
// its parts may come out of order for a while.
func TestLargeUploads(t *testing.T) {
	content := large()
	const piece = 10_000
	for name, order := range map[string]func(n int) []int{
		"in order":  func(n int) []int { return countTo(n) },
		"swapped":   func(n int) []int { o := countTo(n); o[n-1], o[n-2], o[0], o[1] = o[n-2], o[n-1], o[1], o[0]; return o },
		"backwards": func(n int) []int { o := countTo(n); o = o[:n]; reverse(o[8:]); return o },
	} {
		t.Run(name, func(t *testing.T) {
			a := serveAcme(t)
			c := a.login(t)
			f, err := c.OpenFile("/inbound/po.edi", os.O_WRONLY|os.O_CREATE)
			if err != nil {
				t.Fatal(err)
			}
			for _, i := range order((len(content) + piece - 1) / piece) {
				if _, err := f.WriteAt(content[i*piece:min((i+1)*piece, len(content))], int64(i*piece)); err != nil {
					t.Fatal(err)
				}
			}
			if n := len(a.in.Accepted()); n != 0 {
				t.Errorf("%d messages before the close", n)
			}
			if i, err := c.Stat("/inbound/po.edi"); err != nil || i.Size() != int64(len(content)) {
				t.Errorf("an upload that is open: %v, %v", i, err)
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
			if got := a.in.Accepted(); len(got) != 1 || !bytes.Equal(got[0].Payload(t, 0), content) {
				t.Errorf("found %d", len(got))
			}
		})
	}
}

func countTo(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

func reverse(x []int) {
	for i, j := 0, len(x)-1; i < j; i, j = i+1, j-1 {
		x[i], x[j] = x[j], x[i]
	}
}

// What cannot be passed on in order is refused in words, and kept.
func TestLargeUploadsThatAreRefused(t *testing.T) {
	content := large()
	for name, x := range map[string]struct {
		at   int64
		want string
	}{
		"written again":        {100, "are written again; write the file from its beginning to its end, or under a temporary name"},
		"far before its turn":  {int64(len(content)) + 1, "come before their turn"},
		"a hole that stays":    {int64(len(content)) + 10, "were not written"},
		"over what waits, too": {int64(len(content)) - 5, "are written again"},
	} {
		t.Run(name, func(t *testing.T) {
			a := serveAcme(t)
			f, err := a.login(t).OpenFile("/inbound/po.edi", os.O_WRONLY|os.O_CREATE)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.WriteAt(content, 0); err != nil {
				t.Fatal(err)
			}
			again := content[:1000]
			if x.want == "come before their turn" {
				again = bytes.Repeat(content, 1+maxEarly/len(content))
			}
			_, failure := f.WriteAt(again, x.at)
			err = errors.Join(failure, f.Close())
			if err == nil || !strings.Contains(err.Error(), x.want) {
				t.Errorf("found %v, expected %q", err, x.want)
			}
			if got := a.arrived(t, 1); got[0].Released || got[0].Err == nil {
				t.Errorf("found %+v", got[0])
			}
		})
	}
}

// A large upload that is cut is kept as it came.
func TestCutLargeUpload(t *testing.T) {
	content := large()
	for i := 8; i < 16; i++ {
		a := serveAcme(t)
		c := a.login(t)
		f, err := c.OpenFile("/inbound/po.edi", os.O_WRONLY|os.O_CREATE)
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
		if len(a.in.Accepted()) != 0 || got.Err == nil || !bytes.Equal(got.Bytes(t), part) {
			t.Errorf("cut at %d/16: %d bytes, %v", i, len(got.Bytes(t)), got.Err)
		}
	}
}

// An inbox that cannot store ends the upload, and the partner reads why.
func TestLargeUploadIsNotStored(t *testing.T) {
	a := serveAcme(t)
	a.in.Hook(transporttest.Hooks{Release: func(string, transports.Verdict) error { return errors.New("disk full") }})
	c := a.login(t)
	err := put(c.Client, "/inbound/po.edi", large())
	if err == nil || !strings.Contains(err.Error(), `"/inbound/po.edi"`) && !strings.Contains(err.Error(), "could not be stored; send it again later") {
		t.Errorf("found %v", err)
	}
	a.in.Hook(transporttest.Hooks{})
	if err := put(c.Client, "/inbound/po.edi", large()); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// Of the uploads of all partners only so much is in memory; the rest goes on as
// it comes.
func TestMemoryOfUploadsIsBounded(t *testing.T) {
	var all atomic.Int64
	buffers := make([]buffer, 2*allSmall/smallUpload)
	granted := 0
	for i := range buffers {
		for size := int64(1000); buffers[i].reserve(size, &all) && size < smallUpload; size = min(2*size, smallUpload) {
			buffers[i].write(make([]byte, size), 0)
		}
		granted += cap(buffers[i].bytes)
	}
	if granted > allSmall || granted < allSmall*9/10 || all.Load() != int64(granted) {
		t.Errorf("%d bytes are in memory and %d counted, expected up to %d", granted, all.Load(), allSmall)
	}
	for i := range buffers {
		buffers[i].drop(&all)
	}
	if all.Load() != 0 {
		t.Errorf("%d bytes are left counted", all.Load())
	}
}

// However the parts of an upload come, what is taken is what was sent, or nothing.
func TestStreamProperty(outer *testing.T) {
	t := outer
	a := serveAcme(t)
	c := a.login(t)
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		content := append(large(), fmt.Sprint(n, time.Now().UnixNano())...)
		cuts := []int{0}
		for cuts[len(cuts)-1] < len(content) {
			cuts = append(cuts, min(len(content), cuts[len(cuts)-1]+rapid.IntRange(1, 32_000).Draw(t, "piece")))
		}
		order := rapid.Permutation(countTo(len(cuts)-1)).Draw(t, "order")
		had := len(a.in.Accepted())
		f, err := c.OpenFile(fmt.Sprintf("/inbound/%d.edi", n), os.O_WRONLY|os.O_CREATE)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range order {
			if _, err = f.WriteAt(content[cuts[i]:cuts[i+1]], int64(cuts[i])); err != nil {
				break
			}
		}
		if err = errors.Join(err, f.Close()); err != nil {
			t.Fatalf("%d pieces: %v", len(order), err)
		}
		if got := a.in.Accepted(); len(got) != had+1 || !bytes.Equal(got[had].Payload(outer, 0), content) {
			t.Fatalf("%d pieces: another content was taken", len(order))
		}
	})
}
