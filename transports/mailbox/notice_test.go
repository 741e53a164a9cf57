package mailbox

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"waybill/transports/transporttest"
)

// takeNotice has a desk take a mail, and returns what the inbox has of it.
func takeNotice(t testing.TB, address string, mail []byte) (*transporttest.Arrival, fate) {
	t.Helper()
	in := transporttest.NewInbox(t)
	d := &desk{lookup: accounts{acme()}, address: address, now: time.Now, log: slog.New(slog.DiscardHandler)}
	f, err := d.take(t.Context(), in, bytes.NewReader(mail))
	if err != nil {
		t.Fatal(err)
	}
	return in.Arrivals()[0], f
}

// A notice is no document: it answers what it is about, and is put away.
func TestNoticesAnswer(t *testing.T) {
	a, f := takeNotice(t, "edi@our.test", reportFile(t, "exim-failed.eml"))
	v := a.Verdict
	if f != fateTaken || len(v.Payloads) > 0 || v.Hold != nil || v.Problem != nil || v.Dedupe != "mailbox-notice:E1xW4Zo-000442-06@mx.test" {
		t.Errorf("found %+v", v)
	}
	if len(v.Answers) != 2 || v.Answers[0].Key != "dsn:01J0000000000000000000000A@our.test" || v.Answers[0].Hold == nil {
		t.Errorf("found the answers %+v", v.Answers)
	}
	labels := map[string]string{}
	for _, l := range v.Labels {
		labels[l.Name] = l.Value
	}
	if labels["notice"] != "failed" || labels["about"] != "01J0000000000000000000000A@our.test" || !strings.Contains(string(v.Evidence), "Unrouteable") {
		t.Errorf("found %v, %s", labels, v.Evidence)
	}
}

// What is about nobody's mail, or says nothing, is for a person.
func TestNoticesForAPerson(t *testing.T) {
	good := reportFile(t, "exim-failed.eml")
	for name, c := range map[string]struct {
		address string
		mail    []byte
	}{
		"another's mail":   {"edi@another.test", good},
		"no fate":          {"edi@our.test", bytes.ReplaceAll(good, []byte("Action: failed"), []byte("Action: ???"))},
		"another report":   {"edi@our.test", bytes.ReplaceAll(good, []byte("message/delivery-status"), []byte("message/feedback-report"))},
		"a broken message": {"edi@our.test", good[:1000]},
	} {
		a, f := takeNotice(t, c.address, c.mail)
		if f != fateAside || a.Verdict.Hold == nil || a.Verdict.Hold.Code != "MAIL-NOTICE" || len(a.Verdict.Answers) > 0 {
			t.Errorf("%s: found %+v", name, a.Verdict)
		}
	}
}
