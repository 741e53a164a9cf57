package sim

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"sync"
	"time"
)

// Entry is one line of a Ledger.
type Entry struct {
	At          time.Time `json:"at"`
	Partner     string    `json:"partner"`
	MessageID   string    `json:"messageID"`
	ISA13       string    `json:"isa13"`
	PO          string    `json:"po"`
	Acked       bool      `json:"acked"` // false: sending begins
	Disposition string    `json:"disposition,omitempty"`
	Vouched     bool      `json:"vouched,omitempty"` // the receipt says processed, its signature holds and its MIC is right
	MDN         string    `json:"mdn,omitempty"`     // SHA-256 of the receipt
}

// Ledger is what partners sent and what the gateway acknowledged, kept outside
// the gateway: in a file, each line synced before the call returns.
type Ledger struct {
	journal *journal

	mu      sync.Mutex
	entries []Entry
}

// OpenLedger opens or makes the ledger of that file name; "" keeps it in memory.
func OpenLedger(name string) (*Ledger, error) {
	l := &Ledger{}
	if name == "" {
		return l, nil
	}
	var err error
	l.journal, err = openJournal(name, func(line []byte) error {
		var e Entry
		if err := json.Unmarshal(line, &e); err != nil {
			return err
		}
		l.entries = append(l.entries, e)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("open ledger: %w", err)
	}
	return l, nil
}

// Sending notes that a message is about to be sent for the first time.
func (l *Ledger) Sending(partner, messageID, isa13, po string) error {
	return l.add(Entry{Partner: partner, MessageID: messageID, ISA13: isa13, PO: po})
}

// Acked notes the receipt that came for a message.
func (l *Ledger) Acked(partner string, s Sent, isa13, po string) error {
	sum := sha256.Sum256(s.MDN)
	return l.add(Entry{
		Partner: partner, MessageID: s.MessageID, ISA13: isa13, PO: po, Acked: true,
		Disposition: s.Disposition, Vouched: s.Accepted(), MDN: hex.EncodeToString(sum[:]),
	})
}

func (l *Ledger) add(e Entry) error {
	e.At = time.Now().UTC()
	if err := l.journal.append(e); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries = append(l.entries, e)
	return nil
}

// Entries lists what the ledger holds, in its order.
func (l *Ledger) Entries() []Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]Entry(nil), l.entries...)
}

// Close closes the file.
func (l *Ledger) Close() error { return l.journal.close() }
