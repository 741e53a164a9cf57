package transporttest

import (
	"testing"

	"waybill/transports"
)

// slowly begins a transmission that stops halfway until on is closed.
func slowly(t *testing.T, d Door, id string) (on chan struct{}, done <-chan delivery) {
	half, on, result := make(chan struct{}), make(chan struct{}), make(chan delivery, 1)
	go func() {
		a, err := d.Slow(t.Context(), id, d.content(id), half, on)
		result <- delivery{a, err}
	}()
	<-half
	return on, result
}

// A peer that takes its time keeps nobody else waiting.
func slowPeer(t *testing.T, in *Inbox, d Door) {
	on, done := slowly(t, d, "slow")
	for _, id := range []string{"one", "two", "three"} {
		acknowledged(t, d, id, d.content(id))
	}
	select {
	case got := <-done:
		t.Fatalf("answered half a transmission: %+v", got)
	default:
	}
	close(on)
	if got := <-done; got.err != nil || !got.answer.Acknowledged {
		t.Errorf("the slow one: acknowledged %v, %v", got.answer.Acknowledged, got.err)
	}
	if n := len(in.Accepted()); n != 4 {
		t.Errorf("%d accepted, want 4", n)
	}
}

// While the disk is busy nothing is acknowledged, and nothing is forgotten: who
// was put off comes again.
func slowDisk(t *testing.T, in *Inbox, d Door) {
	const peers = 6
	busy, reached := make(chan struct{}), make(chan struct{}, peers)
	in.Hook(Hooks{Accept: func(transports.Arrival) error {
		reached <- struct{}{}
		<-busy
		return nil
	}})
	var waiting []<-chan delivery
	for i := range peers {
		waiting = append(waiting, inBackground(t, d, string(rune('a'+i)), d.content(string(rune('a'+i)))))
	}
	<-reached
	for i, done := range waiting {
		select {
		case got := <-done:
			if got.err == nil && got.answer.Acknowledged {
				t.Errorf("%d was acknowledged before it was stored", i)
			}
			waiting[i] = nil
		default:
		}
	}
	close(busy)
	for i, done := range waiting {
		if done != nil {
			if got := <-done; got.err == nil && got.answer.Acknowledged {
				continue
			}
		}
		acknowledged(t, d, string(rune('a'+i)), d.content(string(rune('a'+i))))
	}
	if n := len(in.Accepted()); n != peers {
		t.Errorf("%d accepted, want %d", n, peers)
	}
}

// A receiver that is stopped lets a slow peer finish, or gives it no answer; it
// never acknowledges what it does not keep.
func stoppedWhileSlow(t *testing.T, in *Inbox, d Door) {
	on, done := slowly(t, d, "slow")
	stopped := make(chan error, 1)
	go func() { stopped <- d.Stop() }()
	close(on)
	got := <-done
	if err := <-stopped; err != nil {
		t.Errorf("stop: %v", err)
	}
	want := 0
	if got.err == nil && got.answer.Acknowledged {
		want = 1
	}
	if n := len(in.Accepted()); n != want {
		t.Errorf("%d accepted and %d acknowledged", n, want)
	}
}
