package main

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"waybill/gateway"
)

func TestPrintThread(t *testing.T) {
	at := time.Date(2026, 11, 16, 8, 30, 0, 0, time.UTC)
	var b strings.Builder
	err := printThread(&b, gateway.Thread{
		Key: "4500012345",
		Documents: []gateway.ThreadDocument{
			{At: at, Message: "01KA00000000000000000000AA", Direction: "in", Partner: "acme-retail", Document: "850", Processing: "done", Acknowledgement: "997 delivered"},
			{At: at.Add(time.Hour), Message: "01KA00000000000000000000BB", Direction: "out", Partner: "acme-retail", Document: "855", Processing: "held", Code: "MAP-REQUIRED",
				Error: "lines[0].item: required", Delivery: "waiting"},
			{At: at, Message: "01KA00000000000000000000CC", Direction: "out", Partner: "acme-retail", Document: "810", Acknowledgement: "rejected", Answer: "BIG01 at segment 2: AK403 8, the date is not valid, we sent \"BIG*20261325*1\""},
		},
		Events: []gateway.ThreadEvent{{At: at, Message: "01KA00000000000000000000CC", Document: "945", Event: "short pick",
			Text: "line 2 SKU-93731: ordered 684 EA, shipped 660 EA, short 24 EA, cancelled 24 EA; line 3 SKU-1: ordered 10 EA, shipped 0 EA, short 10 EA"}},
		Cut: true,
		Open: []gateway.ThreadOpen{
			{Message: "01KA00000000000000000000BB", Document: "855", Partner: "acme-retail", Awaits: "fa", By: "them", Due: at, Overdue: true},
			{Message: "01KA00000000000000000000BB", Document: "855", Partner: "acme-retail", Awaits: "mdn", By: "them"},
			{Message: "01KA00000000000000000000AA", Document: "850", Partner: "acme-retail", Awaits: "856", By: "us", Due: at},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		if n := utf8.RuneCountInString(line); n > width+1 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	for _, want := range []string{
		"4500012345: 3 document(s)", "0000000000CC  BIG01 at segment 2: AK403 8", "in  850", "997 delivered", "out 855", "held MAP-REQUIRED", "lines[0].item: required",
		"997 or 999 from acme-retail for the 855", "overdue since", "MDN from acme-retail", "at no agreed time",
		"shipped otherwise than ordered:\n  945 0000000000CC  short pick: line 2 SKU-93731: ordered 684", "owed by us:\n  856 to acme-retail for the 850 0000000000AA, by ", "these are the first 3",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("found no %q in\n%s", want, b.String())
		}
	}
}
