package sim

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestParseFaults(t *testing.T) {
	for text, c := range map[string]struct {
		shares []float64
		says   string
	}{
		"":                               {nil, ""},
		"down":                           {[]float64{1}, ""},
		" 500:0.2 , slow=5s:0.3":         {[]float64{.2, .3}, ""},
		"timeout-after-commit:0":         {[]float64{0}, ""},
		"tired":                          {nil, "there is no fault"},
		"down,down":                      {nil, "more than 1"},
		"down:2":                         {nil, "0 to 1"},
		"down:NaN":                       {nil, "0 to 1"},
		"down:x":                         {nil, "0 to 1"},
		"down=5s":                        {nil, "slow has one"},
		"slow=soon":                      {nil, "slow has one"},
		"slow=-1s":                       {nil, "slow has one"},
		"garbage:.5,busy:.5":             {[]float64{.5, .5}, ""},
		"503,garbage-after-commit:0.001": {nil, "more than 1"},
	} {
		f, err := ParseFaults(text)
		if c.says != "" {
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%q: found %v, expected %q", text, err, c.says)
			}
			continue
		}
		if err != nil || len(f.Mix) != len(c.shares) {
			t.Errorf("%q: found %+v, %v", text, f, err)
			continue
		}
		for i, want := range c.shares {
			if f.Mix[i].Of != want {
				t.Errorf("%q: share %g, expected %g", text, f.Mix[i].Of, want)
			}
		}
	}
}

// Every word does to a call what it says, and its order is taken or not.
func TestFaultWords(t *testing.T) {
	want := map[string]struct {
		status, orders int // status 0: no answer
	}{
		"none": {201, 1}, "down": {0, 0}, "slow": {201, 1}, "500": {500, 0}, "503": {503, 0}, "busy": {429, 0}, "garbage": {200, 0},
		"garbage-after-commit": {200, 1}, "close-after-commit": {0, 1}, "timeout-after-commit": {0, 1},
	}
	for _, word := range FaultWords() {
		t.Run(word, func(t *testing.T) {
			t.Parallel()
			c, known := want[word]
			if !known {
				t.Fatal("nobody knows what it should do")
			}
			text := word
			if word == "slow" {
				text = "slow=50ms"
			}
			f, err := ParseFaults(text)
			if err != nil {
				t.Fatal(err)
			}
			e := openERP(t, ERPOptions{Faults: f})
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
			defer cancel()
			began := time.Now()
			status, _, _ := give(ctx, t, e, hand{key: "k", po: "1"})
			if status != c.status || len(e.Journal()) != c.orders {
				t.Errorf("answered %d with %d order(s), expected %d and %d", status, len(e.Journal()), c.status, c.orders)
			}
			if took := time.Since(began); word == "slow" && took < 50*time.Millisecond {
				t.Errorf("it took %s", took)
			}
		})
	}
}

// Faults are switched over HTTP while the ERP runs, whatever they are.
func TestSwitch(t *testing.T) {
	e := openERP(t, ERPOptions{Switch: true})
	put := func(words string) (int, string) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, e.SwitchURL(), strings.NewReader(words))
		if err != nil {
			t.Fatal(err)
		}
		res, err := newClient().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		said, _ := io.ReadAll(res.Body)
		return res.StatusCode, string(said)
	}
	if status, said := put("down"); status != 200 {
		t.Fatalf("%d %s", status, said)
	}
	if status, _, _ := give(t.Context(), t, e, hand{key: "k", po: "1"}); status != 0 {
		t.Errorf("down answers %d", status)
	}
	if status, said := put("tired"); status != 400 || !strings.Contains(said, "there is no fault") {
		t.Errorf("%d %s", status, said)
	}
	if status, _ := put("none"); status != 200 {
		t.Errorf("none is answered with %d", status)
	}
	if status, _, _ := give(t.Context(), t, e, hand{key: "k", po: "1"}); status != 201 {
		t.Errorf("none answers %d", status)
	}
}
