package gateway

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"waybill/spool"
	"waybill/stages"
)

// shifted is a clock that goes on as the system's does, and can be set.
type shifted struct{ by atomic.Int64 }

func (s *shifted) now() time.Time { return time.Now().Add(time.Duration(s.by.Load())) }

// set makes it the time t.
func (s *shifted) set(t time.Time) { s.by.Store(int64(time.Until(t))) }

// friday is the next Friday at 15:00 UTC.
func friday() time.Time {
	day := time.Now().UTC().Truncate(24 * time.Hour).Add(24 * time.Hour)
	for day.Weekday() != time.Friday {
		day = day.Add(24 * time.Hour)
	}
	return day.Add(15 * time.Hour)
}

// waiting is a gateway on a Friday afternoon that has sent an order. Its 997 is owed
// within four hours of a week that works from 08:00 to 17:00 and has a holiday on
// Monday: by Tuesday, 10:00.
func waiting(t *testing.T, then string) (r *rig, erp client, clock *shifted, id string) {
	t.Helper()
	clock = &shifted{}
	clock.set(friday())
	r, erp = sellingOn(t, setup{now: clock.now, before: func(dir string) {
		calendar := fmt.Sprintf("zone: UTC\nhours: { from: \"08:00\", to: \"17:00\" }\nholidays: [ { date: %s, name: a holiday } ]\n", friday().Add(3*24*time.Hour).Format(time.DateOnly))
		if err := os.MkdirAll(filepath.Join(dir, "calendars"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "calendars", "us-business.yaml"), []byte(calendar), 0o600); err != nil {
			t.Fatal(err)
		}
	}}, "partners/acme-retail.yaml", "priority: 1", "priority: 1\nexpect:\n  functional: { for: [\"850\"], within: 4h, calendar: us-business, "+then+" }")
	id = erp.ordered(t, "PO-1")
	until(t, "the partner has it", func() bool { return len(r.partner.Received()) == 1 && erp.acknowledged(t, id) == "expected" })
	r.calm(t)
	return r, erp, clock, id
}

// sweep has the gateway look for what is late, as it does every few seconds.
func (r *rig) sweep(t *testing.T) {
	t.Helper()
	if err := r.worker(r.Spool()).overdue(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// An answer is overdue by the business calendar, over a weekend and a holiday;
// somebody is told, once; and the late answer settles it.
func TestOverdueByCalendar(t *testing.T) {
	t.Parallel()
	r, erp, clock, id := waiting(t, "overdue: [alert]")
	due := friday().Add(4*24*time.Hour - 5*time.Hour)
	for _, c := range []struct {
		at   time.Time
		want string
	}{
		{friday().Add(6 * time.Hour), "expected"}, {friday().Add(3 * 24 * time.Hour), "expected"},
		{due.Add(-time.Minute), "expected"}, {due.Add(time.Minute), "overdue"}, {due.Add(2 * time.Minute), "overdue"},
	} {
		clock.set(c.at)
		r.sweep(t)
		if state := erp.acknowledged(t, id); state != c.want {
			t.Errorf("on %s it is %q, expected %q", c.at.Format("Monday 15:04"), state, c.want)
		}
	}
	lines := r.log.lines(t, "code", "ACK-OVERDUE")
	if len(lines) != 1 || lines[0]["partner"] != "acme-retail" || lines[0]["document"] != "850" || lines[0]["level"] != "WARN" || lines[0]["awaits"] != "fa" {
		t.Errorf("told %v", lines)
	}
	if _, text := r.page(t, "/metrics"); !strings.Contains(text, `waybill_alerts_total{code="ACK-OVERDUE",document="850",partner="acme-retail"} 1`) {
		t.Error("the metrics do not count the alert")
	}
	erp.ordered(t, "PO-2") // nothing is held
	until(t, "the partner has the next", func() bool { return len(r.partner.Received()) == 2 })
	r.reply(t, "ACMERETAIL", "AK1*PO*1", "AK9*A*1*1*1")
	r.calm(t)
	if state := erp.acknowledged(t, id); state != "accepted" {
		t.Errorf("after the late answer it is %q", state)
	}
}

// Where the profile asks for it, nothing goes out while an answer is overdue: a
// person may let one go, the late answer lets the rest go, and nobody is told who
// did not want to be.
func TestOverdueHolds(t *testing.T) {
	t.Parallel()
	r, erp, clock, _ := waiting(t, "overdue: [hold]")
	clock.set(friday().Add(5 * 24 * time.Hour))
	r.sweep(t)
	erp.ordered(t, "PO-2")
	held := r.one(t, spool.Filter{Kind: stages.KindSet, Status: string(spool.Held)})
	if held.Code != "ACK-OVERDUE" || !strings.Contains(held.Error, "997 or 999") || !strings.Contains(held.Hint, "waive") || len(r.partner.Received()) != 1 {
		t.Errorf("found %s %s; %s", held.Code, held.Error, held.Hint)
	}
	if lines := r.log.lines(t, "msg", "an answer is overdue"); len(lines) > 0 {
		t.Errorf("told %v", lines)
	}
	if err := r.Spool().Unhold(t.Context(), held.ID, "ann", "they know"); err != nil {
		t.Fatal(err)
	}
	until(t, "what was released is there", func() bool { return len(r.partner.Received()) == 2 })
	erp.ordered(t, "PO-3")
	held = r.one(t, spool.Filter{Kind: stages.KindSet, Status: string(spool.Held)})
	r.reply(t, "ACMERETAIL", "AK1*PO*1", "AK9*A*1*1*1")
	r.calm(t)
	erp.ordered(t, "PO-4")
	until(t, "what comes after the late answer goes", func() bool { return len(r.partner.Received()) == 3 })
	if err := r.Spool().Unhold(t.Context(), held.ID, "ann", "answered"); err != nil {
		t.Fatal(err)
	}
	until(t, "what was held goes", func() bool { return len(r.partner.Received()) == 4 })
}

// The same after a refusal, until it is waived.
func TestRejectedHolds(t *testing.T) {
	t.Parallel()
	r, erp, _, id := waiting(t, "rejected: [alert, hold]")
	r.reply(t, "ACMERETAIL", "AK1*PO*1", "AK2*850*0001", "AK5*R*5", "AK9*R*1*1*0")
	until(t, "somebody is told", func() bool {
		return len(r.log.lines(t, "msg", "the partner refuses what we sent", "code", "ACK-REJECTED", "partner", "acme-retail")) == 1
	})
	erp.ordered(t, "PO-2")
	held := r.one(t, spool.Filter{Kind: stages.KindSet, Status: string(spool.Held)})
	if held.Code != "ACK-REJECTED" {
		t.Errorf("found %s %s", held.Code, held.Error)
	}
	sent := r.messages(t, spool.Filter{Label: "PO-1", Kind: stages.KindSet})
	if len(sent) != 1 || !strings.Contains(held.Error, sent[0].ID) {
		t.Fatalf("%s does not name the message that was refused: %v", held.Error, sent)
	}
	if _, err := r.Spool().Waive(t.Context(), sent[0].ID, "ann", "they will do without it"); err != nil {
		t.Fatal(err)
	}
	if state := erp.acknowledged(t, id); state != "waived" {
		t.Errorf("it is %q", state)
	}
	erp.ordered(t, "PO-3")
	until(t, "the next goes", func() bool { return len(r.partner.Received()) == 2 })
}
