package sftp

import (
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"waybill/transports/transporttest"
)

// A clock that jumps keeps nobody from uploading, sets no open upload aside and
// loses no fetch, whichever way it goes.
func TestClockJumps(t *testing.T) {
	for name, jump := range map[string]time.Duration{"an hour back": -time.Hour, "two days on": 48 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			var off atomic.Int64
			now := func() time.Time { return time.Now().Add(time.Duration(off.Load())) }
			key := newKey(t)
			a := account(key)
			a.PerMinute = 3
			in := transporttest.NewInbox(t)
			x := acme{listen(t, in, ReceiverOptions{Lookup: accounts{"acme": a}, Now: now}), in, key}
			c := x.login(t)
			for _, name := range []string{"1", "2"} {
				if err := put(c.Client, "/inbound/"+name, []byte(name)); err != nil {
					t.Fatal(err)
				}
			}
			f, err := c.Create("/inbound/open.part")
			if err == nil {
				_, err = f.Write(order())
			}
			if err != nil {
				t.Fatal(err)
			}
			off.Store(int64(jump))
			s := newServer(NewReceiver(ReceiverOptions{Dir: x.dir, Now: now}).o, in)
			s.partner("acme").writing["open.part"] = true // as the server that runs knows it
			s.sweep(t.Context())
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
			if err := c.Rename("/inbound/open.part", "/inbound/open.edi"); err != nil {
				t.Errorf("the upload that was open: %v", err)
			}
			for _, name := range []string{"3", "4", "5"} {
				if err := put(c.Client, "/inbound/"+name, []byte(name)); err != nil {
					t.Errorf("after the jump: %v", err)
				}
			}
			if got := len(in.Accepted()); got != 6 {
				t.Errorf("%d messages, expected 6", got)
			}
			if _, err := os.Stat(filepath.Join(x.dir, "acme", inboundDir, "open.part")); err == nil {
				t.Error("the upload is left")
			}
		})
	}
}
