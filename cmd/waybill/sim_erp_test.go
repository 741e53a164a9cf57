package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestSimERPRefuses(t *testing.T) {
	commandCases(t, "sim", []commandCase{
		{"an unknown fault", []string{"erp", "--fault", "tired"}, exitUsage, "", "there is no fault"},
		{"short without an api", []string{"erp", "--short", "SKU-1=2"}, exitUsage, "", "name the --api"},
		{"an api without a token", []string{"erp", "--api", "http://127.0.0.1:1"}, exitUsage, "", "--token-env"},
		{"a token that is not set", []string{"erp", "--api", "http://127.0.0.1:1", "--token-env", "WAYBILL_NOT_SET"}, exitUsage, "", "is not set"},
		{"an address that is not ours", []string{"erp", "--listen", "192.0.2.1:1"}, exitFindings, "", "open a listener"},
	})
}

// free is an address that nobody listens at.
func free(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// playing runs sim erp until the test ends, and returns its address.
func playing(t *testing.T, args ...string) string {
	t.Helper()
	address := free(t)
	ctx, stop := context.WithCancel(context.Background())
	var wait sync.WaitGroup
	wait.Go(func() {
		var out, said bytes.Buffer
		if code := run(ctx, append([]string{"sim", "erp", "--listen", address}, args...), &out, &said); code != exitOK {
			t.Errorf("exit %d: %s", code, said.String())
		}
		if !strings.Contains(out.String(), "listens") || !strings.Contains(out.String(), "stopped") {
			t.Errorf("it said %s", out.String())
		}
	})
	t.Cleanup(func() { stop(); wait.Wait() })
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address); err == nil {
			_ = c.Close()
			return "http://" + address
		}
	}
	t.Fatal("it does not listen")
	return ""
}

// hand posts a document, and returns the status, 0 for no answer.
func hand(t *testing.T, method, url string, body string) int {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", "k")
	req.Header.Set("X-Correlation-ID", "C1")
	req.Header.Set("Waybill-Schema", "warehouseOrder/1.0")
	req.GetBody = nil
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, res.Body)
	return res.StatusCode
}

const pickTen = `{"kind":"warehouseOrder","schemaVersion":"1.0","partner":"depositor","correlationId":"C1","idempotencyKey":"k","body":{
	"warehouseOrderNumber":"W1","customerOrderNumber":"P1","lines":[{"lineNumber":"1","item":{"vendorItem":"SKU-1"},"quantity":{"value":"10","unit":"EA"}}]}}`

// Each fault is there from the start, or is switched while it runs.
func TestSimERPFaults(t *testing.T) {
	for fault, want := range map[string]int{"": 201, "slow=10ms": 201, "down": 0, "500": 500, "garbage": 200, "timeout-after-commit": 0} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			url := playing(t, "--fault", fault)
			if got := hand(t, "POST", url+"/orders", pickTen); got != want {
				t.Errorf("answered %d, expected %d", got, want)
			}
			if got := hand(t, "PUT", url+"/faults", "503"); got != 200 {
				t.Fatalf("switching is answered with %d", got)
			}
			if got := hand(t, "POST", url+"/orders", pickTen); got != 503 {
				t.Errorf("answered %d after the switch", got)
			}
		})
	}
}

// A short pick is what the warehouse reports to the gateway.
func TestSimWMSPicksShort(t *testing.T) {
	reports := make(chan map[string]any, 1)
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var doc map[string]any
		if err := json.NewDecoder(r.Body).Decode(&doc); err != nil || r.Header.Get("Authorization") != "Bearer a-token" {
			t.Errorf("%v, %q", err, r.Header.Get("Authorization"))
		}
		w.WriteHeader(http.StatusAccepted)
		reports <- doc
	}))
	t.Cleanup(api.Close)
	t.Setenv("WAYBILL_TEST_TOKEN", "a-token")
	url := playing(t, "--api", api.URL, "--token-env", "WAYBILL_TEST_TOKEN", "--short", "SKU-1=2")
	if got := hand(t, "POST", url+"/orders", pickTen); got != 201 {
		t.Fatalf("answered %d", got)
	}
	select {
	case doc := <-reports:
		body, _ := doc["body"].(map[string]any)
		lines, _ := body["lines"].([]any)
		line, _ := lines[0].(map[string]any)
		if shipped, _ := line["shipped"].(map[string]any); doc["kind"] != "shipment" || line["status"] != "short" || shipped["value"] != "8" {
			t.Errorf("reported %v", doc)
		}
	case <-time.After(10 * time.Second):
		t.Error("nothing was reported")
	}
}
