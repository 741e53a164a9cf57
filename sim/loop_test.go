package sim

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"waybill/transports/transporttest"

	"waybill/transports"
)

// loop is a whole world: partners, a miniature of a gateway, an ERP. The
// miniature answers each accepted message at the ERP and with a 997, unless the
// test has it break a promise.
type loop struct {
	*house
	erp    *ERP
	ledger *Ledger
	breaks func(n int) broken997
}

// broken997 says what the miniature does wrong with a message.
type broken997 struct {
	noOrder, twoOrders, otherBody bool
	no997, two997, rejects        bool
}

func newLoop(t *testing.T, breaks func(n int) broken997) *loop {
	t.Helper()
	ledger, err := OpenLedger("")
	if err != nil {
		t.Fatal(err)
	}
	return &loop{open(t), openERP(t, ERPOptions{}), ledger, breaks}
}

// run storms the miniature and has it answer what it accepted.
func (l *loop) run(t *testing.T, orders int) []Finding {
	t.Helper()
	s := Storm{Partners: []*Partner{l.partner}, Ledger: l.ledger, Orders: orders, Again: 3, Lines: 1, Producers: 2}
	if acked, err := s.Run(t.Context()); err != nil || acked != orders {
		t.Fatalf("%d acknowledged, %v", acked, err)
	}
	for i, a := range l.in.Accepted() {
		l.answer(t, i+1, string(a.Payload(t, 0)))
	}
	return Compare(Record{Ledger: l.ledger.Entries(), Orders: l.erp.Journal(), Received: map[string][]Received{l.partner.Name(): l.partner.Received()}})
}

func (l *loop) answer(t *testing.T, n int, order string) {
	t.Helper()
	var po, group string
	for segment := range strings.SplitSeq(order, "~") {
		switch f := strings.Split(segment, "*"); f[0] {
		case "BEG":
			po = f[3]
		case "GS":
			group = f[6]
		}
	}
	b := l.breaks(n)
	if !b.noOrder {
		give(t.Context(), t, l.erp, hand{key: "order:" + po, po: po})
		give(t.Context(), t, l.erp, hand{key: "order:" + po, po: po})
	}
	if b.twoOrders {
		give(t.Context(), t, l.erp, hand{key: "again:" + po, po: po})
	}
	if b.otherBody {
		give(t.Context(), t, l.erp, hand{key: "order:" + po, po: po + "x"})
	}
	result := "A"
	if b.rejects {
		result = "R"
	}
	for i := range 2 {
		if b.no997 || i == 1 && !b.two997 {
			continue
		}
		control := 1000*i + n
		for range 2 { // resent, octet for octet, under the same Message-ID
			if _, err := l.reply(t, fmt.Sprintf("01X%d", control), ack997(control, group, result)); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// Nothing lost, nothing doubled: no finding. Each broken promise: its finding.
func TestLoop(t *testing.T) {
	third := func(b broken997) func(int) broken997 {
		return func(n int) broken997 {
			if n == 3 {
				return b
			}
			return broken997{}
		}
	}
	for name, c := range map[string]struct {
		breaks broken997
		want   string
	}{
		"nothing":          {broken997{}, ""},
		"an order lost":    {broken997{noOrder: true}, "lost"},
		"an order doubled": {broken997{twoOrders: true}, "doubled"},
		"an order changed": {broken997{otherBody: true}, "changed"},
		"no 997":           {broken997{no997: true}, "unacknowledged"},
		"two 997s":         {broken997{two997: true}, "acknowledged-twice"},
		"a rejection":      {broken997{rejects: true}, "rejected"},
	} {
		t.Run(name, func(t *testing.T) {
			found := newLoop(t, third(c.breaks)).run(t, 5)
			if c.want == "" && len(found) != 0 || c.want != "" && (len(found) != 1 || found[0].Kind != c.want) {
				t.Errorf("found %v, want %q", found, c.want)
			}
		})
	}
}

// A gateway that acknowledges and forgets what it accepted loses, and is found out.
func TestLoopFindsForgetting(t *testing.T) {
	l := newLoop(t, func(int) broken997 { return broken997{} })
	forgot := 0
	l.in.Hook(transporttest.Hooks{Release: func(_ string, v transports.Verdict) error {
		if forgot++; forgot == 2 {
			return errors.New("not stored") // the partner is told so and sends again
		}
		return nil
	}})
	if found := l.run(t, 4); len(found) != 0 {
		t.Errorf("found %v", found)
	}
	for _, e := range l.ledger.Entries() {
		if e.PO == "ACME AS2-0000002" && e.Acked {
			found := Compare(Record{Ledger: l.ledger.Entries(), Orders: l.erp.Journal()[:1], Received: map[string][]Received{l.partner.Name(): l.partner.Received()}})
			if len(found) != 3 || found[0].Kind != "lost" {
				t.Errorf("found %v", found)
			}
			return
		}
	}
	t.Error("order 2 was not acknowledged")
}
