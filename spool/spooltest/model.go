package spooltest

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"waybill/spool"
)

func model() []test {
	return []test{{"random work in random order keeps the promises", randomWork}}
}

// world is what must be true of the spool, kept beside it.
type world struct {
	t       *suite
	run, n  int
	before  map[string]bool         // messages of earlier runs
	arrived map[string]string       // accepted, not released: id and body
	known   map[string]string       // transport id: body of the accepted one
	bodies  map[string]string       // of every message that was ever told to be stored (I1)
	status  map[string]spool.Status // of every message
	running []spool.Lease           // held by workers
	lost    []spool.Lease           // run out
	effects map[string]int          // distinct effects by message (I3)
}

func randomWork(t *suite) {
	run := 0
	rapid.Check(t.T, func(r *rapid.T) {
		run++
		w := newWorld(t, run)
		for range rapid.IntRange(1, 40).Draw(r, "steps") {
			w.step(r)
		}
		w.check(r)
	})
	t.clean()
}

// newWorld begins when nothing waits in the spool, so that a run repeats alike.
func newWorld(t *suite, run int) *world {
	t.Helper()
	t.clock.add(time.Second)
	_, err := t.s.Reap(t.Context())
	t.must(err)
	for ls := t.lease(t.query(1000)); len(ls) > 0; ls = t.lease(t.query(1000)) {
		for _, l := range ls {
			t.finish(l, spool.Outcome{})
		}
	}
	w := &world{
		t: t, run: run, arrived: map[string]string{}, known: map[string]string{}, bodies: map[string]string{},
		status: map[string]spool.Status{}, effects: map[string]int{}, before: map[string]bool{},
	}
	for _, m := range w.all() {
		w.before[m.ID] = true
	}
	return w
}

func (w *world) all() []spool.Message {
	w.t.Helper()
	all, err := w.t.s.List(w.t.Context(), spool.Filter{Limit: 1000000})
	w.t.must(err)
	return all
}

// step does one random thing, and keeps what must have come of it.
func (w *world) step(r *rapid.T) {
	switch rapid.SampledFrom([]string{"accept", "release", "refuse", "take", "lease", "lease short", "finish", "fail", "finish stale", "reap", "hold", "unhold", "retry", "drop"}).Draw(r, "verb") {
	case "accept":
		body := w.body()
		m := w.t.accept(body)
		w.arrived[m.ID], w.bodies[m.ID], w.status[m.ID] = body, body, spool.Arrived
	case "release", "refuse":
		w.release(r)
	case "take":
		w.take(r)
	case "lease":
		w.lease(r, time.Hour)
	case "lease short":
		w.lease(r, past)
	case "finish", "fail":
		w.finish(r)
	case "finish stale":
		w.stale(r)
	case "reap":
		w.reap()
	default:
		w.person(r)
	}
}

func (w *world) body() string {
	w.n++
	return fmt.Sprintf("body %d of run %d", w.n, w.run)
}

// pick takes any key of a map in a drawn way.
func pick[V any](r *rapid.T, m map[string]V, keep func(V) bool) (string, bool) {
	var keys []string
	for k, v := range m {
		if keep(v) {
			keys = append(keys, k)
		}
	}
	if len(keys) == 0 {
		return "", false
	}
	slices.Sort(keys)
	return rapid.SampledFrom(keys).Draw(r, "of"), true
}

func (w *world) release(r *rapid.T) {
	id, ok := pick(r, w.arrived, func(string) bool { return true })
	if !ok {
		return
	}
	m := w.t.get(id)
	v := spool.Verdict{Children: []spool.Child{{Key: "1", Kind: "interchange", Direction: "in", Stage: "decode", Payload: m.Payload}}}
	if rapid.Bool().Draw(r, "refused") {
		v = spool.Verdict{Code: "AS2-DECRYPT", Error: "decryption failed"}
	}
	_, err := w.t.s.Release(w.t.Context(), id, v)
	w.t.must(err)
	w.status[id] = spool.Done
	if v.Code != "" {
		w.status[id] = spool.Refused
	} else {
		c := w.t.child(id, "interchange")
		w.status[c.ID], w.bodies[c.ID] = spool.Ready, w.arrived[id]
	}
	delete(w.arrived, id)
}

// take brings a new body, the same again, or another under a known id.
func (w *world) take(r *rapid.T) {
	key := fmt.Sprintf("as2:%d:%d", w.run, rapid.IntRange(1, 5).Draw(r, "id"))
	body := w.body()
	before, seen := w.known[key]
	if seen && rapid.Bool().Draw(r, "again") {
		body = before
	}
	got, err := w.t.transmit(key, body, "receipt of "+body)
	w.t.must(err)
	w.bodies[got.ID] = body
	switch {
	case !seen:
		w.known[key] = body
		c := w.t.child(got.ID, "interchange")
		w.status[got.ID], w.status[c.ID], w.bodies[c.ID] = spool.Done, spool.Ready, body
	case body == before:
		w.status[got.ID] = spool.Done
	default:
		w.status[got.ID] = spool.Held
	}
	if got.Duplicate != (seen && body == before) || got.Held != (seen && body != before) {
		r.Fatalf("released %+v; seen %v", got, seen)
	}
	if !got.Held && string(got.Receipt) != "receipt of "+body { // I4: one receipt per content
		r.Fatalf("receipt %q for %q", got.Receipt, body)
	}
}

func (w *world) lease(r *rapid.T, d time.Duration) {
	q := w.t.query(rapid.IntRange(1, 3).Draw(r, "limit"))
	q.For = d
	for _, l := range w.t.lease(q) {
		id := l.Messages[0].ID
		if w.status[id] != spool.Ready {
			r.Fatalf("leased %s, which is %s", id, w.status[id])
		}
		w.status[id] = spool.Running
		if d == past {
			w.lost = append(w.lost, l)
		} else {
			w.running = append(w.running, l)
		}
	}
}

func (w *world) finish(r *rapid.T) {
	if len(w.running) == 0 {
		return
	}
	l := w.running[0]
	w.running = w.running[1:]
	id := l.Messages[0].ID
	to := rapid.SampledFrom([]spool.Status{spool.Ready, spool.Done, spool.Held, spool.Refused, spool.Dead}).Draw(r, "to")
	var err error
	switch {
	case to == spool.Dead || to == spool.Held && rapid.Bool().Draw(r, "fails"):
		err = w.t.s.Fail(w.t.Context(), l, spool.Failure{Status: to, Code: "C"})
	case to == spool.Ready:
		err = w.t.s.Fail(w.t.Context(), l, spool.Failure{Retry: w.t.clock.now()})
	default:
		err = w.t.s.Finish(w.t.Context(), l, spool.Outcome{Status: to, Emit: []spool.Child{{Key: "effect", Kind: "effect", Body: []byte(w.bodies[id])}}})
		w.effects[id] = 1
	}
	w.t.must(err)
	w.status[id] = to
}

// stale has a worker finish that lost its lease, sometimes before the reaper knows.
func (w *world) stale(r *rapid.T) {
	if len(w.lost) == 0 {
		return
	}
	l := w.lost[0]
	w.lost = w.lost[1:]
	id := l.Messages[0].ID
	mine := w.status[id] == spool.Running && w.t.get(id).Fence == l.Messages[0].Fence
	err := w.t.s.Finish(w.t.Context(), l, spool.Outcome{Emit: []spool.Child{{Key: "effect", Kind: "effect", Body: []byte(w.bodies[id])}}})
	switch {
	case mine && err == nil:
		w.status[id], w.effects[id] = spool.Done, 1
	case mine || !errors.Is(err, spool.ErrLeaseLost):
		r.Fatalf("finish of a lease that is its worker's own (%v): %v", mine, err)
	}
}

func (w *world) reap() {
	n := 0
	for _, l := range w.lost {
		id := l.Messages[0].ID
		if w.status[id] == spool.Running && w.t.get(id).Fence == l.Messages[0].Fence {
			w.status[id] = spool.Ready
			if w.t.get(id).Attempts == reapLimit-1 {
				w.status[id] = spool.Dead
			}
			n++
		}
	}
	w.t.reap(n)
}

// reapLimit is the spool's own.
const reapLimit = 20

func (w *world) person(r *rapid.T) {
	verb := rapid.SampledFrom([]string{"hold", "unhold", "retry", "drop"}).Draw(r, "by hand")
	id, ok := pick(r, w.status, func(spool.Status) bool { return true })
	if !ok {
		return
	}
	before := w.t.get(id)
	var err error
	to := map[string]spool.Status{"hold": spool.Held, "unhold": spool.Ready, "retry": spool.Ready, "drop": spool.Dropped}[verb]
	switch verb {
	case "hold":
		err = w.t.s.Hold(w.t.Context(), id, "ann", "")
	case "unhold":
		err = w.t.s.Unhold(w.t.Context(), id, "ann", "")
	case "retry":
		err = w.t.s.Retry(w.t.Context(), id, "ann", "")
	case "drop":
		err = w.t.s.Drop(w.t.Context(), id, "ann", "why")
	}
	if err == nil {
		w.status[id] = to
	}
	may := map[spool.Status][]string{spool.Ready: {"hold", "drop"}, spool.Held: {"unhold", "retry", "drop"}, spool.Dead: {"retry", "drop"}}
	if (slices.Contains(may[before.Status], verb) && (to != spool.Ready || before.Stage != "")) != (err == nil) {
		r.Fatalf("%s of a message that is %s and waits for %q: %v", verb, before.Status, before.Stage, err)
	}
}

// check compares the spool with what must be true.
func (w *world) check(r *rapid.T) {
	effects := map[string]int{}
	own := 0
	for _, m := range w.all() {
		if w.before[m.ID] {
			continue
		}
		if m.Kind == "effect" {
			effects[m.Parent]++
			continue
		}
		own++
		if m.Status != w.status[m.ID] { // I5: nothing is silent
			r.Fatalf("message %s is %s, expected %s", m.ID, m.Status, w.status[m.ID])
		}
	}
	if own != len(w.status) {
		r.Fatalf("%d messages, expected %d", own, len(w.status))
	}
	for id, n := range w.effects { // I2, I3: exactly one
		if effects[id] != n {
			r.Fatalf("message %s had %d effects, expected %d", id, effects[id], n)
		}
	}
	if len(effects) != len(w.effects) {
		r.Fatalf("%d messages had effects, expected %d", len(effects), len(w.effects))
	}
	if id, ok := pick(r, w.bodies, func(string) bool { return true }); ok { // I1: what was told to be stored is there
		if got := w.t.body(w.t.get(id).Payload); got != w.bodies[id] {
			r.Fatalf("body %q, expected %q", got, w.bodies[id])
		}
	}
}
