package gateway

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"waybill/spool"
	"waybill/stages"
)

// calling is a rig whose ERP calls the gateway, signed, with an envelope of its own.
func calling(t *testing.T) (*rig, string) {
	t.Helper()
	r, c := sellingOn(t, setup{before: func(dir string) {
		if err := os.WriteFile(filepath.Join(dir, "keys", "erp-hook"), []byte("shared\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}}, ConfigFile, "    timeout: 10s", "    timeout: 10s\n    webhook:\n      auth: { kind: signed, secret: secret://file/keys/erp-hook }\n      event: event.id\n      document: event.document")
	return r, c.url + "/v1/webhooks/erp"
}

// call makes a call as the ERP would, signed at a time.
func call(t *testing.T, url, event string, document []byte, at time.Time) (int, map[string]any) {
	t.Helper()
	body := fmt.Sprintf(`{"event":{"id":%q,"document":%s}}`, event, document)
	sum := hmac.New(sha256.New, []byte("shared"))
	fmt.Fprintf(sum, "%d.%s", at.Unix(), body)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Waybill-Signature", fmt.Sprintf("t=%d,v1=%s", at.Unix(), hex.EncodeToString(sum.Sum(nil))))
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var out map[string]any
	if err := json.NewDecoder(res.Body).Decode(&out); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, out
}

// A system's call becomes a document on its way to the partner, once for each
// event, however often and however many at once it calls.
func TestWebhook(t *testing.T) {
	t.Parallel()
	r, url := calling(t)
	doc := purchase(t, nil)
	ids := map[any]int{}
	var mu sync.Mutex
	var wait sync.WaitGroup
	for range 20 {
		wait.Go(func() {
			status, said := call(t, url, "e-1", doc, time.Now())
			mu.Lock()
			defer mu.Unlock()
			if ids[said["id"]]++; status != http.StatusAccepted {
				t.Errorf("found %d %v", status, said)
			}
		})
	}
	wait.Wait()
	if len(ids) != 1 {
		t.Fatalf("one event became %v", ids)
	}
	r.calm(t)
	made := r.messages(t, spool.Filter{Kind: stages.KindDocument, Document: "order"})
	if len(made) != 1 {
		t.Fatalf("%d documents are on their way", len(made))
	}
	first := r.messages(t, spool.Filter{Kind: stages.KindSubmission, Status: string(spool.Done), Limit: 1000})
	if history, err := r.Spool().History(t.Context(), first[len(first)-1].ID); err != nil || history[0].Actor != "webhook" {
		t.Errorf("the history begins with %+v, %v", history, err)
	}
	changed := purchase(t, func(_, body map[string]any) { body["customerOrderNumber"] = "9900000002" })
	if status, said := call(t, url, "e-1", changed, time.Now()); status != http.StatusConflict || said["code"] != "API-CONFLICT" {
		t.Errorf("another document under the event: %d %v", status, said)
	}
	if status, said := call(t, url, "e-2", changed, time.Now().Add(-time.Hour)); status != http.StatusUnauthorized || said["code"] != "API-AUTH" {
		t.Errorf("a replay: %d %v", status, said)
	}
	if status, said := call(t, url, "e-3", []byte(`{"kind":"order"}`), time.Now()); status != http.StatusUnprocessableEntity || said["code"] != "API-DOCUMENT" {
		t.Errorf("no document: %d %v", status, said)
	}
}

// A webhook without a door, and a door that nobody may use, are refused at the start.
func TestWebhookNeedsADoor(t *testing.T) {
	dir := exampleTree(t)
	r := rig{dir: dir}
	if err := os.WriteFile(filepath.Join(dir, "keys", "erp-hook"), []byte("shared\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	says := func(what string) {
		t.Helper()
		for _, p := range Check(dir) {
			if strings.Contains(p.String(), what) && !p.Warning {
				return
			}
		}
		t.Errorf("no problem of %q in %v", what, Check(dir))
	}
	r.edit(t, ConfigFile, "    timeout: 10s", "    timeout: 10s\n    webhook: { auth: { kind: bearer, secret: secret://file/keys/erp-hook } }")
	says("adapters.erp.webhook")
	r.edit(t, ConfigFile, "observe:", "api: { listen: 127.0.0.1:0 }\n\nobserve:")
	for _, p := range Check(dir) {
		if !p.Warning {
			t.Errorf("found %s", p)
		}
	}
	r.edit(t, ConfigFile, "file/keys/erp-hook", "file/keys/none")
	says("adapters.erp.webhook.auth.secret")
	r.edit(t, ConfigFile, "    webhook:", "    # webhook:")
	says("api.clients")
}
