//go:build faults

package crash

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"waybill/sim"
)

// deskToken is what our own system shows at the API.
const deskToken = "a-token-of-the-desk"

// outbound is what a profile has of the way out: the answers of the ERP go at
// once, what is handed in waits for company.
const outbound = `  "855": { direction: out, role: seller, mapping: base/855, via: as2 }
  "810": { direction: out, role: seller, mapping: base/810, via: as2, batch: { max: 4, window: 150ms } }
`

// desk is one of our own systems: it hands invoices in, each until it is told that
// it was taken, and asks again for some that it was told of.
type desk struct {
	url string

	mu    sync.Mutex
	taken map[string]string // ids by invoice number
	calls int
}

// invoices has every partner billed until ctx ends; what is begun by then is
// handed in to the end. It is over when the returned function returns.
func (w *world) invoices(ctx context.Context) func() *desk {
	d := &desk{url: "http://" + w.api + "/v1/documents", taken: map[string]string{}}
	last, abandon := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Minute)
	var clerks sync.WaitGroup
	for _, p := range w.partners {
		clerks.Go(func() {
			for n := 1; ctx.Err() == nil; n++ {
				if err := d.bill(last, p.Name(), fmt.Sprintf("INV-%s-%05d", p.AS2(), n), n%10 == 0); err != nil {
					w.t.Error(err)
					return
				}
				time.Sleep(15 * time.Millisecond)
			}
		})
	}
	return func() *desk {
		clerks.Wait()
		abandon()
		return d
	}
}

// bill hands an invoice in until it is taken, and once more where it is asked to.
func (d *desk) bill(ctx context.Context, partner, number string, again bool) error {
	body := invoice(partner, number)
	times := 1
	if again {
		times = 2
	}
	for range times {
		for {
			id, err := d.post(ctx, number, body)
			if err == nil {
				err = d.note(number, id)
			}
			if err == nil {
				break
			}
			var fatal *refused
			if errors.As(err, &fatal) || ctx.Err() != nil {
				return fmt.Errorf("invoice %s: %w", number, err)
			}
			time.Sleep(30 * time.Millisecond)
		}
	}
	return nil
}

// refused is an answer that no further attempt would change.
type refused struct{ text string }

func (e *refused) Error() string { return e.text }

// post hands the document in once and returns the id that it was taken under.
func (d *desk) post(ctx context.Context, key string, body []byte) (string, error) {
	d.mu.Lock()
	d.calls++
	d.mu.Unlock()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.url, bytes.NewReader(body))
	if err != nil {
		return "", &refused{err.Error()}
	}
	req.GetBody = nil // it repeats nothing by itself
	for name, value := range map[string]string{"Authorization": "Bearer " + deskToken, "Content-Type": "application/json", "Idempotency-Key": key} {
		req.Header.Set(name, value)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	said, err := io.ReadAll(io.LimitReader(res.Body, 64<<10))
	switch {
	case err != nil:
		return "", err
	case res.StatusCode >= 500:
		return "", fmt.Errorf("%d %s", res.StatusCode, said)
	case res.StatusCode != http.StatusAccepted:
		return "", &refused{fmt.Sprintf("the gateway said %d %s", res.StatusCode, said)}
	}
	var answer struct{ ID string }
	if err := json.Unmarshal(said, &answer); err != nil || answer.ID == "" {
		return "", &refused{fmt.Sprintf("the gateway said %s", said)}
	}
	return answer.ID, nil
}

// note keeps what an invoice was taken as; a second name is a second document.
func (d *desk) note(number, id string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if had, ok := d.taken[number]; ok && had != id {
		return &refused{"it was taken as " + had + ", and again as " + id}
	}
	d.taken[number] = id
	return nil
}

// invoice is a canonical invoice of one line.
func invoice(partner, number string) []byte {
	return fmt.Appendf(nil, `{"kind":"invoice","schemaVersion":"1.0","partner":%q,"body":{
		"invoiceNumber":%q,"type":"invoice","purpose":"original","invoiceDate":"2026-11-25","currency":"USD","customerOrderNumber":"PO-%s",
		"parties":{"remitTo":{"name":"OURCO","ids":[{"type":"assignedBySeller","value":"OURCO"}]},"shipTo":{"name":"STORE 7","ids":[{"type":"assignedByBuyer","value":"0007"}]}},
		"lines":[{"lineNumber":"1","orderLine":"1","item":{"vendorItem":"SKU-1001"},"quantity":{"value":"2","unit":"EA"},"unitPrice":{"amount":"2.50","basis":"each"}}],
		"totals":{"due":{"amount":"5.00","currency":"USD"}}}}`, partner, number, number)
}

// sentAs is the identity under which a document came to a partner.
type sentAs struct{ partner, document, isa13, gs06, st02 string }

// came is what partners have of the road out, read without the gateway's reader.
type came struct {
	documents    map[string][]sentAs        // by number
	interchanges map[string]map[string]bool // ISA13 by partner
	repeats      int                        // messages that came again, byte for byte, under their Message-ID
}

func (w *world) came() came {
	c := came{documents: map[string][]sentAs{}, interchanges: map[string]map[string]bool{}}
	for _, p := range w.partners {
		isas, groups := map[string]bool{}, map[string]bool{}
		c.interchanges[p.Name()] = isas
		for _, r := range p.Received() {
			c.repeats += r.Repeats
			segments, err := sim.Segments(r.Interchange)
			if err != nil {
				w.t.Errorf("%s has something that is no interchange: %v", p.Name(), err)
				continue
			}
			w.identities(&c, p.Name(), segments, isas, groups)
		}
	}
	return c
}

// identities reads one interchange: its numbers must be new, its documents are noted.
func (w *world) identities(c *came, partner string, segments [][]string, isas, groups map[string]bool) {
	once := func(seen map[string]bool, what, number string) {
		if seen[number] {
			w.t.Errorf("%s has %s %s twice", partner, what, number)
		}
		seen[number] = true
	}
	at := sentAs{partner: partner}
	for _, s := range segments {
		switch s[0] {
		case "ISA":
			at.isa13 = s[13]
			once(isas, "interchange", s[13])
		case "GS":
			at.gs06 = s[6]
			once(groups, "group", s[1]+" "+s[6])
		case "ST":
			at.document, at.st02 = s[1], s[2]
		case "BIG":
			c.documents[s[2]] = append(c.documents[s[2]], at)
		case "BAK":
			c.documents[s[3]] = append(c.documents[s[3]], at)
		}
	}
}

// wantOneIdentityEach compares what was promised with what partners have: each
// invoice that was taken and the answer to each acknowledged order came, nothing
// came under two identities, and no control number is missing without a line.
func (w *world) wantOneIdentityEach(d *desk) {
	w.t.Helper()
	c := w.came()
	owed := map[string]string{}
	for number := range d.taken {
		owed[number] = "810"
	}
	for _, e := range w.ledger.Entries() {
		if e.Acked {
			owed[e.PO] = "855"
		}
	}
	for number, document := range owed {
		if len(c.documents[number]) == 0 {
			w.t.Errorf("%s %s was promised and never came", document, number)
		}
	}
	for number, all := range c.documents {
		if len(all) > 1 {
			w.t.Errorf("%s came under %d identities: %v", number, len(all), all)
		}
	}
	skipped := w.wantNumbersTold(c)
	w.t.Logf("%d invoices taken in %d calls, %d documents came, %d messages came again byte for byte, %d control numbers given and never used, each with its line",
		len(d.taken), d.calls, len(c.documents), c.repeats, skipped)
}

// wantNumbersTold asks the database itself, once the gateway has stopped: each
// ISA13 from the first to the last has one line in the history, and of those that
// no partner has it counts how many there are.
func (w *world) wantNumbersTold(c came) (skipped int) {
	w.t.Helper()
	told := map[string]int{}
	for _, note := range w.notes() {
		told[note]++
	}
	for _, p := range w.partners {
		last := 0
		for isa13 := range c.interchanges[p.Name()] {
			var n int
			_, _ = fmt.Sscanf(isa13, "%d", &n) // it was written by %09d, or it is not among the told
			last = max(last, n)
			if told[numbered(p, n)] == 0 {
				w.t.Errorf("%s has interchange %s, and no line says that the number was given", p.Name(), isa13)
			}
		}
		for n := 1; n <= last; n++ {
			if lines := told[numbered(p, n)]; lines != 1 {
				w.t.Errorf("of control number %d to %s the history has %d lines, expected 1", n, p.Name(), lines)
			}
			if !c.interchanges[p.Name()][fmt.Sprintf("%09d", n)] {
				skipped++
			}
		}
	}
	return skipped
}

// numbered is the line of an ISA13 in the history.
func numbered(p *sim.Partner, n int) string {
	return fmt.Sprintf("isa:ZZ:OURCO:ZZ:%s: number %d", p.AS2(), n)
}

// notes are the lines of control numbers as the database has them.
func (w *world) notes() []string {
	w.t.Helper()
	driver, address := "postgres", w.store
	if path, ok := strings.CutPrefix(w.store, "sqlite:"); ok {
		driver, address = "sqlite", path
	}
	db, err := sqlx.ConnectContext(context.Background(), driver, address)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var notes []string
	if err := db.Select(&notes, `SELECT note FROM history WHERE verb = 'numbered'`); err != nil {
		w.t.Fatal(err)
	}
	for i := range notes {
		notes[i] = strings.TrimSuffix(notes[i], ", the sequence begins")
	}
	return notes
}

// trouble has partners lose, refuse and miss some of what comes next.
func (w *world) trouble() {
	for _, p := range w.partners {
		p.Use(sim.MDNFaults{Script: []sim.MDNFault{sim.Fine, sim.NoMDN, sim.Fine, sim.Fails, sim.Fine, sim.Unreachable, sim.NoMDN}})
	}
}

// TestIdentitiesAreSeen is the control of this file: what it must find, it finds.
func TestIdentitiesAreSeen(t *testing.T) {
	c := came{documents: map[string][]sentAs{}}
	probe := &world{t: &testing.T{}}
	isas, groups := map[string]bool{}, map[string]bool{}
	one := [][]string{append(strings.Split(strings.Repeat("ISA ", 13), " ")[:13], "000000007"), {"GS", "IN", "", "", "", "", "3"}, {"ST", "810", "0001"}, {"BIG", "", "INV-1"}}
	probe.identities(&c, "p", one, isas, groups)
	if probe.t.Failed() || len(c.documents["INV-1"]) != 1 {
		t.Errorf("found %v, failed %v", c.documents, probe.t.Failed())
	}
	probe.identities(&c, "p", one, isas, groups)
	if !probe.t.Failed() || len(c.documents["INV-1"]) != 2 {
		t.Errorf("a number that came twice was not seen: %v", c.documents)
	}
}
