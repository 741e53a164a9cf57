package main

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"waybill/gateway"
)

func TestPrintStatus(t *testing.T) {
	at := time.Date(2026, 11, 16, 8, 30, 0, 0, time.UTC)
	st := gateway.Status{
		Messages: []gateway.StatusCount{{Status: "ready", Stage: "deliver", Count: 148}, {Status: "held", Stage: "deliver", Count: 1}},
		Systems: []gateway.StatusSystem{
			{Name: "erp", Node: "a-node-with-a-long-name", Breaker: "open", Since: at, Until: at.Add(time.Minute), Reason: "5 failure(s) in a row, the last: no answer", Waiting: 148, Oldest: at},
			{Name: "wms", Breaker: "unknown"},
		},
		Heads: []gateway.StatusHead{{Message: "01KA00000000000000000000AA", Partner: "acme-retail", Status: "held", Stage: "deliver", Behind: 147, Code: "ERP-REJECTED"}},
	}
	var b strings.Builder
	if err := printStatus(&b, st); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		if n := utf8.RuneCountInString(line); n > width+1 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	for _, want := range []string{"148  ready deliver", "1    held deliver", "erp", "open", "5 failure(s) in a row", "wms", "unknown", "0000000000AA", "held deliver", "147", "ERP-REJECTED"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("found no %q in\n%s", want, b.String())
		}
	}
	if err := trouble(st); err == nil || err.Error() != "1 message(s) wait for a person, erp is left alone" {
		t.Errorf("found %v", err)
	}
	b.Reset()
	well := gateway.Status{Systems: []gateway.StatusSystem{{Name: "erp", Breaker: "closed"}}}
	if err := printStatus(&b, well); err != nil || trouble(well) != nil || !strings.Contains(b.String(), "no message is under way") || strings.Contains(b.String(), "BEHIND") {
		t.Errorf("found %v, %v:\n%s", err, trouble(well), b.String())
	}
}
