package sim

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func openERP(t testing.TB, o ERPOptions) *ERP {
	t.Helper()
	e, err := OpenERP(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

// hand is one call to an ERP by a plain client.
type hand struct {
	key, po, correlation string
	schema, contentType  string // "" is what is right
	headerKey            string // "" is key
	raw                  string // instead of the document
	authorization        string
}

// give makes the call; the status is 0 when there was no answer.
func give(ctx context.Context, t testing.TB, e *ERP, h hand) (status int, header http.Header, body string) {
	t.Helper()
	doc := h.raw
	if doc == "" {
		doc = fmt.Sprintf(`{"kind":"order","schemaVersion":"1.0","partner":"acme","correlationId":"C1","idempotencyKey":%q,"body":{"customerOrderNumber": %q}}`, h.key, h.po)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, e.URL(), strings.NewReader(doc))
	if err != nil {
		t.Fatal(err)
	}
	req.GetBody = nil
	req.Header.Set("Content-Type", or(h.contentType, "application/json"))
	req.Header.Set("Idempotency-Key", or(h.headerKey, h.key))
	req.Header.Set("X-Correlation-ID", or(h.correlation, "C1"))
	req.Header.Set("Waybill-Schema", or(h.schema, "order/1.0"))
	req.Header.Set("Authorization", h.authorization)
	client := newClient()
	res, err := client.Do(req)
	if err != nil {
		return 0, nil, ""
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header, string(data)
}

func TestERPTakesOnce(t *testing.T) {
	for _, repeat := range []int{200, 409} {
		at := time.Date(2026, 11, 16, 8, 30, 0, 0, time.UTC)
		e := openERP(t, ERPOptions{Repeat: repeat, Now: func() time.Time { return at }})
		for i, want := range []int{201, repeat, repeat} {
			status, _, body := give(t.Context(), t, e, hand{key: "k1", po: "PO1"})
			if status != want || !strings.Contains(body, `"reference":"SO-000001"`) || strings.Contains(body, `"idempotencyKey":"k1"`) != (i > 0) {
				t.Errorf("call %d: %d %s", i+1, status, body)
			}
		}
		if status, _, body := give(t.Context(), t, e, hand{key: "k1", po: "PO2"}); status != 422 {
			t.Errorf("another body: %d %s", status, body)
		}
		if status, _, _ := give(t.Context(), t, e, hand{key: "k2", po: "PO2"}); status != 201 {
			t.Errorf("another key: %d", status)
		}
		want := []Order{
			{Key: "k1", Reference: "SO-000001", Correlation: "C1", Kind: "order", Partner: "acme", PO: "PO1", Body: json.RawMessage(`{"customerOrderNumber":"PO1"}`), At: at, Calls: 3, Conflicts: 1},
			{Key: "k2", Reference: "SO-000002", Correlation: "C1", Kind: "order", Partner: "acme", PO: "PO2", Body: json.RawMessage(`{"customerOrderNumber":"PO2"}`), At: at, Calls: 1},
		}
		if diff := cmp.Diff(want, e.Journal()); diff != "" {
			t.Error(diff)
		}
		if e.Calls() != 5 {
			t.Errorf("%d calls, want 5", e.Calls())
		}
	}
}

// The ERP refuses a call that breaks what the adapter promises.
func TestERPHoldsCalls(t *testing.T) {
	e := openERP(t, ERPOptions{Bearer: "token"})
	for name, c := range map[string]struct {
		h    hand
		want int
		says string
	}{
		"no token":            {hand{key: "k"}, 401, "token"},
		"wrong token":         {hand{key: "k", authorization: "Bearer other"}, 401, "token"},
		"other key in header": {hand{key: "k", headerKey: "other", authorization: "Bearer token"}, 400, "Idempotency-Key"},
		"other correlation":   {hand{key: "k", correlation: "C2", authorization: "Bearer token"}, 400, "X-Correlation-ID"},
		"other schema":        {hand{key: "k", schema: "order/2.0", authorization: "Bearer token"}, 400, "Waybill-Schema"},
		"other content type":  {hand{key: "k", contentType: "text/plain", authorization: "Bearer token"}, 400, "Content-Type"},
		"no JSON":             {hand{key: "k", raw: "<order/>", authorization: "Bearer token"}, 400, "not JSON"},
		"no body":             {hand{key: "k", raw: `{"kind":"order","schemaVersion":"1.0","correlationId":"C1","idempotencyKey":"k"}`, authorization: "Bearer token"}, 400, "no body"},
		"right":               {hand{key: "k", authorization: "Bearer token"}, 201, "reference"},
	} {
		if status, _, body := give(t.Context(), t, e, c.h); status != c.want || !strings.Contains(body, c.says) {
			t.Errorf("%s: %d %s", name, status, body)
		}
	}
	if n := len(e.Journal()); n != 1 {
		t.Errorf("%d orders, want 1", n)
	}
}

// Every fault has the effect that it is named after.
func TestERPFaults(t *testing.T) {
	for _, c := range []struct {
		fault  Fault
		status int // 0: no answer
		says   string
		taken  bool
	}{
		{None(), 201, "SO-000001", true},
		{Down(), 0, "", false},
		{Slow(time.Millisecond), 201, "SO-000001", true},
		{Status(500, "out of order"), 500, "out of order", false},
		{Status(404, "not here"), 404, "not here", false},
		{Status(422, "unknown item"), 422, "unknown item", false},
		{Busy("17"), 429, "slow down", false},
		{Garbage(), 200, "<html>", false},
		{GarbageAfterCommit(), 200, "<html>", true},
		{CloseAfterCommit(), 0, "", true},
	} {
		e := openERP(t, ERPOptions{Faults: Faults{Script: []Fault{c.fault}}})
		status, header, body := give(t.Context(), t, e, hand{key: "k", po: "PO1"})
		if status != c.status || !strings.Contains(body, c.says) || (len(e.Journal()) == 1) != c.taken {
			t.Errorf("%s: %d %q, %d orders", c.fault.Name, status, body, len(e.Journal()))
		}
		if c.status == 429 && header.Get("Retry-After") != "17" {
			t.Errorf("%s: headers %v", c.fault.Name, header)
		}
		if status, _, _ := give(t.Context(), t, e, hand{key: "k", po: "PO1"}); status != 201 && status != 409 || len(e.Journal()) != 1 {
			t.Errorf("%s: the call after it: %d, %d orders", c.fault.Name, status, len(e.Journal()))
		}
	}
}

// A call that hangs ends when its caller gives up, and when the ERP stops.
func TestERPHangs(t *testing.T) {
	e := openERP(t, ERPOptions{Faults: Faults{Script: []Fault{TimeoutAfterCommit(), {Delay: time.Hour, Takes: true}}}})
	for i, key := range []string{"k1", "k2"} {
		ctx, cancel := context.WithCancel(t.Context())
		answered := make(chan int, 1)
		go func() {
			status, _, _ := give(ctx, t, e, hand{key: key})
			answered <- status
		}()
		for e.Calls() != i+1 || len(e.Journal()) != 1 {
			time.Sleep(time.Millisecond)
		}
		cancel()
		if status := <-answered; status != 0 {
			t.Errorf("%s: a call that hangs was answered with %d", key, status)
		}
	}
	if n := len(e.Journal()); n != 1 {
		t.Errorf("%d orders, want 1: what times out before it is taken is not taken", n)
	}
	e.Use(Always(TimeoutAfterCommit()))
	answered := make(chan int, 1)
	go func() {
		status, _, _ := give(context.WithoutCancel(t.Context()), t, e, hand{key: "k3"})
		answered <- status
	}()
	for len(e.Journal()) < 2 {
		time.Sleep(time.Millisecond)
	}
	e.server.stopping()
	if status := <-answered; status != 0 {
		t.Errorf("a call that hangs was answered with %d when the ERP stopped", status)
	}
}

// A mix takes its share of the calls, the same ones for the same seed.
func TestFaultMix(t *testing.T) {
	names := func(seed uint64) (list []string, counts map[string]int) {
		var c chooser
		c.use(Faults{Script: []Fault{Garbage()}, Mix: []Share{{0.3, Down()}, {0.2, Status(500, "")}}, Seed: seed})
		counts = map[string]int{}
		for range 10001 {
			f := c.next()
			list = append(list, f.Name)
			counts[f.Name]++
		}
		return list, counts
	}
	first, counts := names(1)
	again, _ := names(1)
	other, _ := names(2)
	if cmp.Diff(first, again) != "" || cmp.Diff(first, other) == "" {
		t.Error("the same seed must give the same faults, and another others")
	}
	if first[0] != "garbage" || counts["garbage"] != 1 {
		t.Errorf("the script is not first: %v", counts)
	}
	for name, want := range map[string]int{"down": 3000, "Internal Server Error": 2000, "none": 5000} {
		if got := counts[name]; got < want-300 || got > want+300 {
			t.Errorf("%s: %d of 10000, want about %d", name, got, want)
		}
	}
	var c chooser
	c.use(Always(Down()))
	for range 2 {
		if name := c.next().Name; name != "down" {
			t.Errorf("always is not always: %s", name)
		}
	}
}

// What the ERP answered outlives it, torn last line or not.
func TestERPJournal(t *testing.T) {
	name := filepath.Join(t.TempDir(), "erp.jsonl")
	e, err := OpenERP(ERPOptions{Journal: name})
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range []hand{{key: "k1", po: "PO1"}, {key: "k1", po: "PO1"}, {key: "k1", po: "other"}, {key: "k2", po: "PO2"}} {
		give(t.Context(), t, e, h)
	}
	want := e.Journal()
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if err := appendTo(name, `{"at":"2026-11-16T08:30:00Z","order":{"key":"k3"`); err != nil {
		t.Fatal(err)
	}
	e = openERP(t, ERPOptions{Journal: name})
	if diff := cmp.Diff(want, e.Journal()); diff != "" {
		t.Error(diff)
	}
	if status, _, body := give(t.Context(), t, e, hand{key: "k1", po: "PO1"}); status != 409 || !strings.Contains(body, "SO-000001") {
		t.Errorf("a key from before: %d %s", status, body)
	}
	if status, _, body := give(t.Context(), t, e, hand{key: "k3", po: "PO3"}); status != 201 || !strings.Contains(body, "SO-000003") {
		t.Errorf("a new key: %d %s", status, body)
	}
}

func appendTo(name, text string) error {
	f, err := os.OpenFile(name, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	if _, err := f.WriteString(text); err != nil {
		return err
	}
	return f.Close()
}

func TestERPRefusesToOpen(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "bad.jsonl")
	if err := os.WriteFile(bad, []byte("{}\nnonsense\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, o := range map[string]ERPOptions{
		"line 2":   {Journal: bad},
		"journal":  {Journal: filepath.Join(bad, "under-a-file")},
		"listener": {Address: "256.0.0.1:0"},
	} {
		if _, err := OpenERP(o); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func BenchmarkERP(b *testing.B) {
	e := openERP(b, ERPOptions{})
	n := 0
	for b.Loop() {
		n++
		if status, _, _ := give(b.Context(), b, e, hand{key: fmt.Sprint(n)}); status != 201 {
			b.Fatal(status)
		}
	}
}
