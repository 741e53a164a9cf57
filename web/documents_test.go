package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// nobody owns no documents.
type nobody struct{}

func (nobody) Submit(context.Context, Submission) (Submitted, error) {
	return Submitted{}, errors.New("nothing may be stored")
}

func (nobody) Follow(context.Context, string) (Followed, error) {
	return Followed{}, errors.New("nothing is stored")
}

// A body that never ends holds its connection no longer than was said.
func TestASlowBody(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(API(nobody{}, DocumentsOptions{
		Authenticate: func(string) (string, bool) { return "erp", true }, MaxSize: 1 << 20, Patience: 50 * time.Millisecond,
	}))
	defer s.Close()
	body, hold := io.Pipe()
	defer hold.Close()
	go func() { _, _ = hold.Write([]byte("{")) }() // ends with the pipe
	req, err := http.NewRequestWithContext(t.Context(), "POST", s.URL+"/v1/documents", body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer x")
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return // the connection was closed, which is as good
	}
	defer res.Body.Close()
	said, _ := io.ReadAll(res.Body)
	if res.StatusCode != http.StatusBadRequest || !strings.Contains(string(said), "API-PARTIAL") {
		t.Errorf("found %d %s", res.StatusCode, said)
	}
}
