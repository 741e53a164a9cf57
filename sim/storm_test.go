package sim

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"waybill/transports/transporttest"

	"waybill/transports"
)

// A storm sends every order once, and some again, until each has its receipt,
// though the gateway fails now and then.
func TestStorm(t *testing.T) {
	h := open(t)
	n := 0
	h.in.Hook(transporttest.Hooks{Release: func(string, transports.Verdict) error {
		if n++; n%5 == 0 {
			return errors.New("the disk is full")
		}
		return nil
	}})
	ledger, err := OpenLedger("")
	if err != nil {
		t.Fatal(err)
	}
	s := Storm{Partners: []*Partner{h.partner}, Ledger: ledger, Orders: 12, First: 100, Again: 4, Lines: 2}
	acked, err := s.Run(t.Context())
	if err != nil || acked != 12 {
		t.Fatalf("%d acknowledged, %v", acked, err)
	}
	if got := len(h.in.Accepted()); got != 12 {
		t.Errorf("%d accepted, want 12", got)
	}
	sent, receipts := map[string]string{}, map[string]int{}
	for _, e := range ledger.Entries() {
		if !e.Acked {
			sent[e.PO] = e.ISA13
			continue
		}
		receipts[e.MessageID]++
		if !e.Vouched || e.Partner != "acme-retail" || sent[e.PO] != e.ISA13 {
			t.Errorf("entry %+v", e)
		}
	}
	if len(sent) != 12 || sent["ACME AS2-0000100"] != "000000100" || sent["ACME AS2-0000111"] != "000000111" {
		t.Errorf("sent %v", sent)
	}
	if len(receipts) != 12 || receipts["000000100.acme-retail@sim"] != 2 || receipts["000000101.acme-retail@sim"] != 1 {
		t.Errorf("receipts %v", receipts)
	}
	for _, f := range Compare(Record{Ledger: ledger.Entries(), Orders: orders(t, h)}) {
		if f.Kind != "unacknowledged" {
			t.Error(f)
		}
	}
}

// orders is what an ERP would have of what the gateway accepted.
func orders(t testing.TB, h *house) (list []Order) {
	for _, a := range h.in.Accepted() {
		for segment := range bytes.SplitSeq(a.Payload(t, 0), []byte("~")) {
			if f := bytes.Split(segment, []byte("*")); string(f[0]) == "BEG" {
				list = append(list, Order{Key: string(f[3]), PO: string(f[3]), Calls: 1})
			}
		}
	}
	return list
}

// A storm without end stops when it is told to, and what had begun is finished.
func TestStormStops(t *testing.T) {
	h := open(t)
	ledger, err := OpenLedger("")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	seen := 0
	h.in.Hook(transporttest.Hooks{Accept: func(transports.Arrival) error {
		if seen++; seen == 3 {
			cancel()
		}
		return nil
	}})
	s := Storm{Partners: []*Partner{h.partner}, Ledger: ledger}
	if acked, err := s.Run(ctx); err != nil || acked != 3 || len(h.in.Accepted()) != 3 {
		t.Errorf("%d acknowledged, %d accepted, %v", acked, len(h.in.Accepted()), err)
	}
}

// A message whose receipt never comes is in the ledger as begun, and no error.
func TestStormGivesUp(t *testing.T) {
	h := open(t)
	ledger, err := OpenLedger("")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	h.in.Hook(transporttest.Hooks{Accept: func(transports.Arrival) error {
		cancel()
		return errors.New("the disk is full for ever")
	}})
	s := Storm{Partners: []*Partner{h.partner}, Ledger: ledger, Producers: 2, Patience: time.Millisecond}
	acked, err := s.Run(ctx)
	if err != nil || acked != 0 {
		t.Errorf("%d acknowledged, %v", acked, err)
	}
	for _, e := range ledger.Entries() {
		if e.Acked {
			t.Errorf("entry %+v", e)
		}
	}
	if found := Compare(Record{Ledger: ledger.Entries()}); len(found) != 0 {
		t.Errorf("found %v", found)
	}
}

// A ledger that cannot be written stops the storm: what it does not hold is not checked.
func TestStormWithoutLedger(t *testing.T) {
	h := open(t)
	ledger, err := OpenLedger(fmt.Sprintf("%s/ledger", t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	if err := ledger.Close(); err != nil {
		t.Fatal(err)
	}
	s := Storm{Partners: []*Partner{h.partner}, Ledger: ledger, Orders: 3}
	if acked, err := s.Run(t.Context()); err == nil || acked != 0 {
		t.Errorf("%d acknowledged, %v", acked, err)
	}
	if n := len(h.in.Arrivals()); n != 0 {
		t.Errorf("%d messages left without a line in the ledger", n)
	}
}
