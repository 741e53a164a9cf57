package adaptertest

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"waybill/adapters"
	"waybill/canonical"
	"waybill/sim"
)

// believer is what the suite is against: it takes every answer below 300 for an
// acceptance, and has no class for its errors.
type believer struct{ url string }

func (b believer) Deliver(ctx context.Context, doc canonical.Document) (string, json.RawMessage, error) {
	data, err := json.Marshal(doc)
	if err != nil {
		return "", nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, b.url, bytes.NewReader(data))
	if err != nil {
		return "", nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", doc.IdempotencyKey)
	req.Header.Set("X-Correlation-ID", doc.CorrelationID)
	req.Header.Set("Waybill-Schema", "order/1.0")
	res, err := (&http.Client{Timeout: Patience}).Do(req)
	if err != nil {
		return "", nil, err
	}
	defer res.Body.Close()
	var answer struct {
		Reference string `json:"reference"`
	}
	_ = json.NewDecoder(res.Body).Decode(&answer)
	return answer.Reference, nil, nil
}

// TestSuiteAgainstABeliever is run by the test below, in a process of its own.
func TestSuiteAgainstABeliever(t *testing.T) {
	if os.Getenv("WAYBILL_BELIEVER") == "" {
		return
	}
	Run(t, func(_ *testing.T, erp *sim.ERP) adapters.Target {
		return believer{erp.URL()}
	})
}

// The suite must fail where it should, or it proves nothing.
func TestSuiteCanFail(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestSuiteAgainstABeliever$", "-test.v", "-test.timeout=60s")
	cmd.Env = append(os.Environ(), "WAYBILL_BELIEVER=1")
	out, err := cmd.CombinedOutput()
	if err == nil {
		t.Fatalf("an adapter that believes everything passed:\n%s", out)
	}
	for name, passes := range map[string]bool{
		"accepted once": true, "same key again, answered 200": true, "slow": true,
		"garbage": false, "garbage after commit": false, "down": false, "500": false, "429": false,
		"closed after commit": false, "refused with 422": false, "refused with 409": false,
	} {
		verdict := "--- FAIL: TestSuiteAgainstABeliever/"
		if passes {
			verdict = "--- PASS: TestSuiteAgainstABeliever/"
		}
		if want := verdict + strings.ReplaceAll(name, " ", "_") + " "; !strings.Contains(string(out), want) {
			t.Errorf("the suite's output has no %q", want)
		}
	}
	if t.Failed() {
		t.Logf("%s", out)
	}
}
