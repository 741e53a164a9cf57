package spool

import "errors"

// decision is what a verdict does to its arrival.
type decision struct {
	status            Status
	code, text, hint  string
	note, original    string
	receipt           []byte
	duplicate, accept bool
}

// decide looks whether the arrival is new, seen before, or in conflict with one
// that was; and takes the dedupe key if it is new (R-7: only an accepted arrival
// takes it, so that a retry after a failure is no duplicate).
func (t *txn) decide(m Message, v Verdict) (decision, error) {
	d := decision{status: Done, receipt: v.Receipt, note: v.Note}
	if v.Code != "" {
		d.status, d.code, d.text, d.hint = Refused, v.Code, v.Error, v.Hint
		return d, nil
	}
	if v.Dedupe == "" {
		d.accept = true
		return d, nil
	}
	conflict, err := t.claim(v.Dedupe, digestOf(v), m.ID)
	switch {
	case err != nil:
		return d, err
	case conflict == nil:
		d.accept = true
	case conflict.Hash == digestOf(v):
		d.duplicate, d.original, d.note = true, conflict.Holder, "duplicate-of "+conflict.Holder
		// The original may stand in this very batch.
		if err = t.early(); err == nil {
			err = t.tx.QueryRowContext(t.ctx, t.tx.Rebind(`SELECT receipt FROM messages WHERE id = ?`), conflict.Holder).Scan(&d.receipt)
		}
		err = t.failed("reading the original receipt", err)
	default:
		d.status, d.original = Held, conflict.Holder
		d.code = "TRN-DUP"
		d.text = "the transmission id " + v.Dedupe + " came before as " + conflict.Holder + " with other content"
		d.hint = "ask the partner which of the two counts; drop this one, or have it sent again under a new id"
		d.note = "held: " + d.text
	}
	return d, err
}

func digestOf(v Verdict) string {
	if v.Digest != "" || len(v.Children) == 0 {
		return v.Digest
	}
	digest := ""
	for _, c := range v.Children {
		digest += c.Payload.SHA256 + " "
	}
	return digest
}

// release applies a verdict to an arrival that has its row.
func (t *txn) release(out *Released, m Message, v Verdict, bodies []*BodyWriter) error {
	d, err := t.decide(m, v)
	if err != nil {
		return err
	}
	n, err := t.exec(`UPDATE messages SET status = ?, partner = ?, dedupe = ?, receipt = ?, code = ?, error = ?, hint = ?, lease_until = 0, updated_at = ?
		WHERE id = ? AND status = 'arrived'`, string(d.status), or(v.Partner, m.Partner), v.Dedupe, d.receipt, d.code, d.text, d.hint, t.now, m.ID)
	if err != nil {
		return err
	}
	if n == 0 {
		return ErrLeaseLost
	}
	for _, b := range bodies {
		b.row(t)
	}
	m.Partner = or(v.Partner, m.Partner)
	return t.released(out, m, v, d)
}

// releaseNew applies a verdict to an arrival that gets its row now.
func (t *txn) releaseNew(out *Released, m Message, v Verdict) error {
	d, err := t.decide(m, v)
	if err != nil {
		return err
	}
	m.Status, m.Partner, m.Dedupe = d.status, or(v.Partner, m.Partner), v.Dedupe
	m.Code, m.Error, m.Hint = d.code, d.text, d.hint
	t.message(m, d.receipt)
	return t.released(out, m, v, d)
}

// released makes the rest of a verdict's effect: children, answers, labels, history.
func (t *txn) released(out *Released, m Message, v Verdict, d decision) error {
	out.Duplicate, out.Held, out.Original, out.Receipt = d.duplicate, d.status == Held, d.original, d.receipt
	t.labels(m.ID, v.Labels)
	t.event(Event{
		Message: m.ID, Verb: verbOf(d.status), From: Arrived, To: d.status, Note: d.note, Code: d.code, Error: d.text,
		Duration: v.Duration, Evidence: v.Evidence,
	})
	if !d.accept {
		return nil
	}
	for _, c := range v.Children {
		if c.Payload.SHA256 != "" && c.Payload.Length < 0 {
			size, err := t.payloadSize(c.Payload.SHA256)
			if err != nil {
				return err
			}
			c.Payload.Length = size
		}
		if err := t.emit(m, c); err != nil {
			return err
		}
	}
	return t.settle(m.ID, v.Answers)
}

// payloadSize finds the size of a payload that is stored, or about to be.
func (t *txn) payloadSize(sum string) (int64, error) {
	for _, r := range t.rows {
		if r.table == intoPayloads && r.values[0] == sum {
			size, _ := r.values[1].(int64)
			return size, nil
		}
	}
	var size int64
	found, err := t.get(&size, `SELECT size FROM payloads WHERE sha256 = ?`, sum)
	if err == nil && !found {
		err = errors.New("a verdict names a payload that is not stored: " + sum)
	}
	return size, err
}

func verbOf(s Status) string {
	switch s {
	case Refused:
		return "refused"
	case Held:
		return "held"
	}
	return "released"
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
