package spool

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/oklog/ulid/v2"
)

// messageColumns are the columns of a message in the order of scanMessage and
// of txn.message.
const (
	messageColumns = `id, parent, correlation, kind, direction, partner, document, stage, status, run_at, attempts,
	fence, lease_until, dedupe, order_key, order_seq, group_key, sha256, start, length, isa, gs, prepared, code, error, hint, created_at, updated_at`
	messageColumnCount = 28
)

type scanner interface{ Scan(...any) error }

func scanMessage(r scanner) (Message, error) {
	var m Message
	var run, lease, created, updated int64
	err := r.Scan(&m.ID, &m.Parent, &m.Correlation, &m.Kind, &m.Direction, &m.Partner, &m.Document, &m.Stage, &m.Status,
		&run, &m.Attempts, &m.Fence, &lease, &m.Dedupe, &m.OrderKey, &m.OrderSeq, &m.GroupKey, &m.Payload.SHA256,
		&m.Payload.Offset, &m.Payload.Length, &m.Payload.ISA, &m.Payload.GS, &m.Prepared, &m.Code, &m.Error, &m.Hint, &created, &updated)
	m.RunAt, m.LeaseUntil, m.CreatedAt, m.UpdatedAt = millis(run), millis(lease), millis(created), millis(updated)
	return m, err
}

// message puts a new message's row into the transaction.
func (t *txn) message(m Message, receipt []byte) { t.messageMeant(m, receipt, "") }

// messageMeant is message for a staged child, with what it is to become.
func (t *txn) messageMeant(m Message, receipt []byte, meant Status) {
	t.ready = t.ready || m.Status == Ready
	t.insert(intoMessages, m.ID, m.Parent, m.Correlation, m.Kind, m.Direction, m.Partner, m.Document, string(m.Stage), string(m.Status),
		m.RunAt.UnixMilli(), m.Attempts, m.Fence, m.LeaseUntil.UnixMilli(), m.Dedupe, m.OrderKey, m.OrderSeq, m.GroupKey, m.Payload.SHA256,
		m.Payload.Offset, m.Payload.Length, m.Payload.ISA, m.Payload.GS, m.Prepared, m.Code, m.Error, m.Hint,
		m.CreatedAt.UnixMilli(), m.UpdatedAt.UnixMilli(), receipt, string(meant), t.holder(m.Status))
}

// holder is the node that a new message is leased to: an arrival to its receiver's.
func (t *txn) holder(s Status) string {
	if s == Arrived {
		return t.w.s.c.Node
	}
	return ""
}

func (t *txn) labels(id string, labels []Label) {
	for _, l := range labels {
		if l.Value != "" {
			t.insert(intoLabels, id, l.Name, labelOf(l.Value))
		}
	}
}

// labelLimit is how much of a business key is kept and searched by, in bytes:
// PostgreSQL has no index for values of more than 2.7 kB, a quarter of which may be
// left when each byte is written as four.
const labelLimit = 500

// labelOf cuts a business key to what is searched by, between two characters.
func labelOf(value string) string {
	if len(value) <= labelLimit {
		return value
	}
	end := labelLimit
	for end > labelLimit-utf8.UTFMax && !utf8.RuneStart(value[end]) {
		end--
	}
	return value[:end]
}

func (t *txn) event(e Event) {
	if e.Actor == "" {
		e.Actor = t.w.s.c.Node
	}
	t.insert(intoHistory, e.Message, t.now, e.Actor, e.Verb, string(e.From), string(e.To), string(e.Stage),
		e.Note, e.Code, e.Error, e.Revision, e.Duration.Microseconds(), e.Evidence)
}

// began is the first history line of a message.
func (t *txn) began(e Event) {
	t.event(e)
	t.rows[len(t.rows)-1].made = true
}

// lock reads a message for a change, and keeps others from changing it until the commit.
func (t *txn) lock(id string) (Message, error) {
	query := `SELECT ` + messageColumns + ` FROM messages WHERE id = ?`
	if t.w.s.d.skip != "" {
		query += ` FOR UPDATE`
	}
	rows, err := t.tx.QueryContext(t.ctx, t.tx.Rebind(query), id)
	if err != nil {
		return Message{}, t.failed("reading a message", err)
	}
	defer rows.Close()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return Message{}, t.failed("reading a message", err)
		}
		return Message{}, fmt.Errorf("message %s: %w", id, ErrNotFound)
	}
	m, err := scanMessage(rows)
	return m, t.failed("reading a message", err)
}

// leaseClock is the time that leases go by: the database's own where several
// nodes share it.
func (t *txn) leaseClock() (int64, error) {
	if t.w.s.d.skip == "" {
		return t.now, nil
	}
	var now int64
	_, err := t.get(&now, `SELECT `+t.w.s.d.clock, t.now)
	return now, err
}

// claim takes a unique key for a message. When another message has it already,
// the conflict is returned and nothing has changed.
func (t *txn) claim(key, hash, message string) (*ClaimConflict, error) {
	n, err := t.exec(`INSERT INTO claims (key, hash, message) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`, key, hash, message)
	if err != nil || n == 1 {
		return nil, err
	}
	held := struct{ Hash, Message string }{}
	found, err := t.get(&held, `SELECT hash, message FROM claims WHERE key = ?`, key)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, t.failed("claiming "+key, errors.New("its holder has vanished"))
	}
	if held.Message == message {
		return nil, nil
	}
	return &ClaimConflict{Key: key, Holder: held.Message, Hash: held.Hash}, nil
}

// child makes the message that c describes. Its id follows from the parent's and
// the key, so that a step that runs again makes the same children.
func (t *txn) child(parent Message, c Child) (Message, error) {
	id := childID(parent.ID, c.Key)
	m := Message{
		ID: id, Parent: parent.ID, Correlation: c.Correlation, Kind: c.Kind, Direction: c.Direction, Partner: c.Partner,
		Document: c.Document, Stage: c.Stage, Status: c.Status, RunAt: c.RunAt, OrderKey: c.OrderKey, OrderSeq: c.OrderSeq,
		GroupKey: c.GroupKey, Payload: c.Payload, Code: c.Code, Error: c.Error, Hint: c.Hint,
		CreatedAt: millis(t.now), UpdatedAt: millis(t.now),
	}
	switch {
	case c.Correlation == "self":
		m.Correlation = id
	case c.Correlation == "":
		m.Correlation = parent.Correlation
	}
	if m.Partner == "" {
		m.Partner = parent.Partner
	}
	if m.RunAt.IsZero() {
		m.RunAt = millis(t.now)
	}
	if m.Status == "" {
		m.Status = Done
		if m.Stage != "" {
			m.Status = Ready
		}
	}
	if !allowed("", m.Status) {
		return m, fmt.Errorf("child %s: a message cannot begin as %s", c.Key, m.Status)
	}
	if m.Status == Ready && m.Stage == "" {
		return m, fmt.Errorf("child %s: a ready message waits for a stage, and none is named", c.Key)
	}
	if m.Payload.SHA256 == "" && m.Payload.Length < 0 { // the bytes as they came
		m.Payload = parent.Payload
	}
	t.labels(id, c.Labels)
	for _, member := range c.Carries {
		t.insert(intoLinks, member, id)
	}
	return m, nil
}

// distinct refuses children of one step that have one key: the second would be lost.
func distinct(children []Child) error {
	keys := make(map[string]bool, len(children))
	for _, c := range children {
		if keys[c.Key] {
			return errSameKey(c.Key)
		}
		keys[c.Key] = true
	}
	return nil
}

func errSameKey(key string) error {
	return &storeError{text: fmt.Sprintf("a step makes two children with the key %q", key), hint: "this is a fault of the program: report it"}
}

// emit makes a child and its row.
func (t *txn) emit(parent Message, c Child) error {
	m, err := t.child(parent, c)
	if err != nil {
		return err
	}
	t.message(m, nil)
	t.began(Event{Message: m.ID, Verb: "made", To: m.Status, Stage: m.Stage, Note: c.Note, Code: c.Code, Error: c.Error, Evidence: c.Evidence})
	return nil
}

// childID derives an id from the parent's: its time, so that families sort
// together, and 80 bits of a hash.
func childID(parent, key string) string {
	sum := sha256.Sum256([]byte(parent + "\x00" + key))
	var id ulid.ULID
	if p, err := ulid.ParseStrict(parent); err == nil {
		_ = id.SetTime(p.Time()) // it came from an id, so it fits into one
	}
	_ = id.SetEntropy(sum[:10]) // ten bytes are what it takes
	return id.String()
}

func millis(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

func sizeInWords(n int64) string {
	switch {
	case n < 10_000:
		return fmt.Sprintf("%d bytes", n)
	case n < 10_000_000:
		return fmt.Sprintf("%d kB", n/1000)
	}
	return fmt.Sprintf("%d MB", n/1_000_000)
}
