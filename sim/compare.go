package sim

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
)

// Record is what the world around a gateway saw of it.
type Record struct {
	Ledger   []Entry
	Orders   []Order               // the ERP's journal
	Received map[string][]Received // by the partner's name
}

// Finding is one broken promise.
type Finding struct {
	Kind    string // lost, doubled, changed, stranger, unvouched, unacknowledged, acknowledged-twice, rejected, receipts-differ, unreadable
	Subject string // the order number, Message-ID or interchange
	Text    string
}

// String is the finding on one line.
func (f Finding) String() string { return f.Kind + ": " + f.Subject + ": " + f.Text }

// Compare holds the records against each other. What was acknowledged must be at
// the ERP exactly once and have exactly one 997 content, and every Message-ID
// exactly one receipt; what was sent and not acknowledged must be there at most
// once. No finding means that nothing was lost and nothing doubled.
func Compare(r Record) []Finding {
	c := comparison{Record: r, sent: map[string]*sending{}, orders: map[string][]Order{}, acks: map[string]map[string]Ack{}}
	c.readLedger()
	c.readOrders()
	c.readAcks()
	for _, s := range c.inOrder {
		c.atERP(s)
		c.answered(s)
	}
	slices.SortStableFunc(c.found, func(a, b Finding) int {
		return strings.Compare(a.Kind+a.Subject, b.Kind+b.Subject)
	})
	return c.found
}

// sending is a message as the ledger has it.
type sending struct {
	Entry
	receipts map[string]bool // by their SHA-256
}

type comparison struct {
	Record
	sent    map[string]*sending // by Message-ID
	inOrder []*sending
	orders  map[string][]Order        // by order number
	acks    map[string]map[string]Ack // by partner and group, then by the interchange they came in
	found   []Finding
}

func (c *comparison) add(kind, subject, format string, args ...any) {
	c.found = append(c.found, Finding{kind, subject, fmt.Sprintf(format, args...)})
}

func (c *comparison) readLedger() {
	for _, e := range c.Ledger {
		s := c.sent[e.MessageID]
		if s == nil {
			s = &sending{Entry: e, receipts: map[string]bool{}}
			c.sent[e.MessageID] = s
			c.inOrder = append(c.inOrder, s)
		}
		if !e.Acked {
			continue
		}
		s.Acked = true
		s.receipts[e.MDN] = true
		if !e.Vouched {
			c.add("unvouched", e.MessageID, "the receipt says %q, or its signature or MIC is wrong", e.Disposition)
		}
	}
	for id, s := range c.sent {
		if len(s.receipts) > 1 {
			c.add("receipts-differ", id, "%d different receipts came for one message", len(s.receipts))
		}
	}
}

func (c *comparison) readOrders() {
	known := map[string]bool{}
	for _, s := range c.inOrder {
		known[s.PO] = true
	}
	for _, o := range c.Orders {
		c.orders[o.PO] = append(c.orders[o.PO], o)
		if o.Conflicts > 0 {
			c.add("changed", o.Key, "the key came %d times with another body", o.Conflicts)
		}
		if !known[o.PO] {
			c.add("stranger", o.PO, "the ERP has an order that nobody sent, as %s", o.Reference)
		}
	}
}

// readAcks sorts the 997s by the group they answer. The same interchange may
// come again, octet for octet: it is one.
func (c *comparison) readAcks() {
	known := map[string]bool{}
	for _, s := range c.inOrder {
		known[s.group()] = true
	}
	for partner, list := range c.Received {
		for _, m := range list {
			if m.NotRead != "" {
				c.add("unreadable", m.MessageID, "%s", m.NotRead)
			}
			interchange := fmt.Sprintf("%x", sha256.Sum256(m.Interchange))
			for _, a := range m.Answers {
				group := partner + " " + strings.TrimLeft(a.Group, "0")
				if c.acks[group] == nil {
					c.acks[group] = map[string]Ack{}
				}
				c.acks[group][interchange+" "+a.Set] = a
				if !known[group] {
					c.add("stranger", group, "a 997 answers a group that nobody sent")
				}
			}
		}
	}
}

// group names the functional group: its number is that of its interchange.
func (s *sending) group() string { return s.Partner + " " + strings.TrimLeft(s.ISA13, "0") }

func (c *comparison) atERP(s *sending) {
	switch n := len(c.orders[s.PO]); {
	case n == 0 && s.Acked:
		c.add("lost", s.PO, "message %s was acknowledged, and the ERP does not have its order", s.MessageID)
	case n > 1:
		keys := make([]string, n)
		for i, o := range c.orders[s.PO] {
			keys[i] = o.Key
		}
		c.add("doubled", s.PO, "the ERP has it %d times, under %s", n, strings.Join(keys, ", "))
	}
}

func (c *comparison) answered(s *sending) {
	acks := c.acks[s.group()]
	switch {
	case len(acks) == 0 && s.Acked:
		c.add("unacknowledged", s.group(), "message %s was acknowledged, and no 997 came for its interchange", s.MessageID)
	case len(acks) > 1:
		c.add("acknowledged-twice", s.group(), "%d different 997s came for one interchange", len(acks))
	}
	for _, a := range acks {
		if a.Result != "A" {
			c.add("rejected", s.group(), "the 997 says %s", a.Result)
		}
	}
}
