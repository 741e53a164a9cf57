package gateway

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"waybill/example"
	"waybill/settings"
	"waybill/sim"
	"waybill/spool"
	"waybill/stages"
)

// client is one of our own systems that hands documents in.
type client struct {
	url, token string
}

// selling is a rig whose partner is sold to, and an ERP that hands documents in.
func selling(t *testing.T, more ...string) (*rig, client) {
	t.Helper()
	return sellingWith(t, nil, more...)
}

// sellingWith is selling with a change to the gateway before it runs.
func sellingWith(t *testing.T, inject func(*Gateway), more ...string) (*rig, client) {
	t.Helper()
	return sellingOn(t, setup{inject: inject}, more...)
}

// sellingOn is selling on a gateway that is set up otherwise.
func sellingOn(t *testing.T, s setup, more ...string) (*rig, client) {
	t.Helper()
	s.edits = append([]string{"partners/acme-retail.yaml", "mapping: acme-850, to: [erp] }",
		"mapping: base/850, to: [erp] }\n  \"850 out\": { direction: out, role: buyer, mapping: base/850, via: as2 }\n"}, more...)
	token, err := settings.ParseSecret("secret://file/keys/erp-api")
	if err != nil {
		t.Fatal(err)
	}
	before := s.before
	s.before = func(dir string) {
		if err := os.WriteFile(filepath.Join(dir, "keys", "erp-api"), []byte("a-token-of-the-erp\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if before != nil {
			before(dir)
		}
	}
	s.config = func(c *Config) {
		c.API = APIConfig{Listen: "127.0.0.1:0", MaxSize: 64 << 10, Clients: map[string]APIClient{"erp": {Token: token}}}
	}
	r := begin(t, s)
	return r, client{url: "http://" + receive(t, r.api), token: "a-token-of-the-erp"}
}

// call sends a request and returns the answer's status and JSON.
func (c client) call(t *testing.T, method, path, key string, body []byte) (int, map[string]any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, c.url+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var out map[string]any
	if err := json.NewDecoder(res.Body).Decode(&out); err != nil {
		t.Fatalf("%s %s: %d, and the answer is no JSON: %v", method, path, res.StatusCode, err)
	}
	return res.StatusCode, out
}

// order is a purchase order of ours, as one of our systems writes it.
func purchase(t *testing.T, change func(doc, body map[string]any)) []byte {
	t.Helper()
	doc := map[string]any{"kind": "order", "schemaVersion": "1.0", "partner": example.Partner}
	body := map[string]any{
		"purpose": "original", "type": "standalone", "customerOrderNumber": "9900000001", "orderDate": "2026-11-16", "currency": "USD", "revision": 1,
		"parties": map[string]any{"shipTo": map[string]any{"name": "OUR DC", "ids": []any{map[string]any{"type": "assignedByBuyer", "value": "0007"}}}},
		"lines": []any{map[string]any{
			"lineNumber": "1", "item": map[string]any{"vendorItem": "SKU-1001"},
			"quantity": map[string]any{"value": "12", "unit": "EA"}, "unitPrice": map[string]any{"amount": "2.50", "basis": "each"},
		}},
	}
	if change != nil {
		change(doc, body)
	}
	doc["body"] = body
	data, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// A document that is handed in is stored before it is acknowledged, becomes the
// partner's set, and its status says how far it is.
func TestSubmit(t *testing.T) {
	t.Parallel()
	r, erp := selling(t, "partners/acme-retail.yaml", "priority: 1", "priority: 1\nexpect:\n  functional: { for: [\"850\"], within: 24h }")
	status, said := erp.call(t, "POST", "/v1/documents", "key-1", purchase(t, nil))
	id, _ := said["id"].(string)
	if status != http.StatusAccepted || id == "" || said["duplicate"] != false || said["status"] != "/v1/documents/"+id {
		t.Fatalf("found %d %v", status, said)
	}
	until(t, "the partner has the order", func() bool { return len(r.partner.Received()) == 1 })
	if text := string(r.partner.Received()[0].Interchange); !strings.Contains(text, "BEG*00*SA*9900000001**20261116~") {
		t.Errorf("the partner has %s", text)
	}
	var followed map[string]any
	until(t, "the document is delivered", func() bool {
		_, followed = erp.call(t, "GET", "/v1/documents/"+id, "", nil)
		return followed["delivery"] == "delivered"
	})
	if followed["processing"] != "done" || followed["acknowledgement"] != "expected" || followed["document"] != "850" || followed["kind"] != "order" {
		t.Errorf("found %v", followed)
	}
	answer := "ISA*00*          *00*          *ZZ*ACMERETAIL     *ZZ*OURCO          *261116*0900*U*00401*000000901*0*P*>~\nGS*FA*ACMERETAIL*OURCO*20261116*0900*55*X*004010~\n" +
		"ST*997*0001~\nAK1*PO*1~\nAK2*850*0001~\nAK3*BEG*2**8~\nAK4*3*324*7*X~\nAK5*R*5~\nAK9*R*1*1*0~\nSE*8*0001~\nGE*1*55~\nIEA*1*000000901~\n"
	if sent, err := r.partner.Send(t.Context(), []byte(answer), sim.How{}); err != nil || !sent.Accepted() {
		t.Fatalf("the 997: %v %v", sent, err)
	}
	until(t, "the 997 settles it", func() bool {
		_, followed = erp.call(t, "GET", "/v1/documents/"+id, "", nil)
		return followed["acknowledgement"] == "rejected"
	})
	if said := r.messages(t, spool.Filter{Document: "997", Kind: stages.KindSet}); len(said) != 1 || said[0].Code != "ACK-REJECTED" || !strings.Contains(said[0].Error, "we sent") {
		t.Errorf("found %+v", said)
	}
}

// The same document a hundred times at once under one key is one order; other
// content under the key is a conflict.
func TestSubmitOnce(t *testing.T) {
	t.Parallel()
	r, erp := selling(t)
	var mu sync.Mutex
	var wait sync.WaitGroup
	ids := map[any]int{}
	fresh := 0
	for range 100 {
		wait.Go(func() {
			status, said := erp.call(t, "POST", "/v1/documents", "key-1", purchase(t, nil))
			mu.Lock()
			defer mu.Unlock()
			ids[said["id"]]++
			if status != http.StatusAccepted {
				t.Errorf("found %d %v", status, said)
			}
			if said["duplicate"] == false {
				fresh++
			}
		})
	}
	wait.Wait()
	if len(ids) != 1 || fresh != 1 {
		t.Errorf("found %d ids and %d that were new, expected one of each", len(ids), fresh)
	}
	status, said := erp.call(t, "POST", "/v1/documents", "key-1", purchase(t, func(_, body map[string]any) { body["orderDate"] = "2026-11-17" }))
	if status != http.StatusConflict || said["code"] != "API-CONFLICT" {
		t.Errorf("found %d %v", status, said)
	}
	until(t, "the partner has it once", func() bool { return len(r.partner.Received()) == 1 })
}

// What is wrong is said with its place, and nothing is stored.
func TestSubmitRefuses(t *testing.T) {
	t.Parallel()
	r, erp := selling(t)
	for _, c := range []struct {
		name, key string
		body      []byte
		status    int
		code      string
		words     string
	}{
		{"no JSON", "k", []byte("hello"), 422, "API-DOCUMENT", "document"},
		{"an unknown field", "k", purchase(t, func(_, b map[string]any) { b["custommerOrderNumber"] = "1" }), 422, "API-DOCUMENT", "custommerOrderNumber"},
		{"no lines", "k", purchase(t, func(_, b map[string]any) { delete(b, "lines") }), 422, "API-DOCUMENT", "body.lines"},
		{"an unknown partner", "k", purchase(t, func(d, _ map[string]any) { d["partner"] = "nobody" }), 422, "API-ROUTE", "nobody"},
		{"no agreement", "k", purchase(t, func(d, _ map[string]any) { d["kind"] = "orderChange" }), 422, "API-", ""},
		{"no key", "", purchase(t, nil), 400, "API-KEY", "Idempotency-Key"},
		{"a key that is none", strings.Repeat("k", 201), purchase(t, nil), 400, "API-KEY", ""},
		{"a key of the document's that is none", "", purchase(t, func(d, _ map[string]any) { d["idempotencyKey"] = strings.Repeat("k", 201) }), 422, "API-DOCUMENT", "idempotencyKey"},
		{"a thread's name that is none", "k", purchase(t, func(d, _ map[string]any) { d["correlationId"] = strings.Repeat("k", 5000) }), 400, "API-KEY", "200"},
		{"nested too deep", "k", []byte(strings.Repeat("[", 30<<10)), 422, "API-DOCUMENT", "document"},
		{"too large", "k", bytes.Repeat([]byte(" "), 65<<10), 413, "API-SIZE", "65536"},
	} {
		status, said := erp.call(t, "POST", "/v1/documents", c.key, c.body)
		text, _ := json.Marshal(said)
		code, _ := said["code"].(string)
		if status != c.status || !strings.HasPrefix(code, c.code) || !strings.Contains(string(text), c.words) {
			t.Errorf("%s: found %d %s, expected %d %s with %q", c.name, status, text, c.status, c.code, c.words)
		}
	}
	stranger := client{url: erp.url, token: "guessed"}
	if status, said := stranger.call(t, "POST", "/v1/documents", "k", purchase(t, nil)); status != http.StatusUnauthorized || said["code"] != "API-AUTH" {
		t.Errorf("found %d %v", status, said)
	}
	if status, said := erp.call(t, "GET", "/v1/documents/01ARZ3NDEKTSV4RRFFQ69G5FAV", "", nil); status != http.StatusNotFound || said["code"] != "API-ID" {
		t.Errorf("found %d %v", status, said)
	}
	if found := r.messages(t, spool.Filter{}); len(found) != 0 {
		t.Errorf("%d messages are stored", len(found))
	}
}
