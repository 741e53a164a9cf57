package mailbox

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"waybill/transports"
	"waybill/transports/entity"
)

// readReport reads a whole mail as a report.
func readReport(mail []byte) (*Report, error) {
	br := bufio.NewReaderSize(bytes.NewReader(mail), entity.BufferSize)
	f, _, err := entity.ReadFields(br)
	if err != nil {
		return nil, err
	}
	return ReadReport(f, br)
}

func reportFile(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "reports", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestReports(t *testing.T) {
	const id = "01J0000000000000000000000A@our.test"
	for _, c := range []struct {
		file string
		fate Fate
		text string
	}{
		{"exim-failed.eml", Failed, "not delivered to nobody@acme.test, says mx.test: 5.0.0: This message was created automatically by mail delivery software. A message that you sent could not be delivered to one or more of its recipients. This is a permanent error. The following address(es) failed: nobody@acme.test Unrouteable address"},
		{"exim-delivered.eml", Delivered, "delivered to orders@acme.test, says mx.test: 2.0.0: relayed via non SMTP router"},
		{"delayed.eml", Delayed, "not delivered yet to orders@acme.test, says mx.acme.test: 4.4.1: It did not go well."},
		{"relayed.eml", Relayed, "passed on to a server that gives no notice to orders@acme.test, says mx.our.test: 2.0.0"},
		{"failed-of-two.eml", Failed, "not delivered to orders@acme.test, says mx.acme.test: 5.2.2: 552 5.2.2 mailbox full, sorry"},
		{"failed-without-original.eml", Failed, "not delivered to orders@acme.test, says mx.acme.test: 5.1.1: It did not go well."},
		{"failed-cut.eml", Failed, "not delivered to orders@acme.test, says mx.acme.test: 5.7.1: 554 no"},
		{"read.eml", Opened, "orders@acme.test: manual-action/MDN-sent-manually; displayed"},
		{"deleted.eml", Ignored, "not read: orders@acme.test: automatic-action/MDN-sent-automatically; deleted"},
		{"processed-error.eml", Ignored, "not read: orders@acme.test: automatic-action/MDN-sent-automatically; processed/error: unknown attachment"},
	} {
		t.Run(c.file, func(t *testing.T) {
			r, err := readReport(reportFile(t, c.file))
			if err != nil {
				t.Fatal(err)
			}
			if r.Original != id || r.Fate != c.fate || strings.TrimSpace(r.Text) != c.text {
				t.Errorf("found %+v, expected %s of %s: %s", r, c.fate, id, c.text)
			}
		})
	}
}

// What a report comes to for the mail that it is about.
func TestAnswersOfReports(t *testing.T) {
	held := func(code string) *transports.Problem { return &transports.Problem{Code: code, Text: "words"} }
	answer := func(kind, state string, quiet bool, hold *transports.Problem) transports.Settlement {
		return transports.Settlement{Key: kind + ":a@b", State: state, Text: "words", Quiet: quiet, Hold: hold}
	}
	for fate, want := range map[Fate][]transports.Settlement{
		Delivered: {answer("dsn", "accepted", false, nil)},
		Opened:    {answer("mdn", "accepted", false, nil), answer("dsn", "accepted", true, nil)},
		Failed:    {answer("dsn", "rejected", true, held("MAIL-BOUNCED")), answer("mdn", "rejected", true, held("MAIL-BOUNCED"))},
		Ignored:   {answer("mdn", "rejected", false, held("MAIL-UNREAD"))},
		Delayed:   {answer("dsn", "", true, nil), answer("mdn", "", true, nil)},
		Relayed:   {answer("dsn", "", true, nil), answer("mdn", "", true, nil)},
	} {
		got := (&Report{Original: "a@b", Fate: fate, Text: "words"}).Answers()
		for i := range got {
			if a := &got[i]; a.Hold != nil {
				if a.Hold.Hint == "" {
					t.Errorf("%s: nobody is told what to do", fate)
				}
				a.Hold = &transports.Problem{Code: a.Hold.Code, Text: a.Hold.Text}
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", fate, diff)
		}
	}
}

// What is no report, or says nothing, is an error and no answer.
func TestNoReports(t *testing.T) {
	good := string(reportFile(t, "delayed.eml"))
	for name, c := range map[string]struct{ mail, want string }{
		"another multipart":  {strings.Replace(good, "multipart/report", "multipart/mixed", 1), "no report"},
		"no status":          {strings.Replace(good, "message/delivery-status", "text/csv", 1), "no report"},
		"no action":          {strings.Replace(good, "Action: delayed", "Action: none", 1), "what became"},
		"about nothing":      {strings.NewReplacer("Original-Envelope-Id", "X", "Message-ID", "X").Replace(good), "which mail"},
		"an id of blanks":    {strings.Replace(good, "01J0000000000000000000000A@our.test", "<a b@c> x", 1), ""},
		"no parts":           {"Content-Type: multipart/report; boundary=x\r\n\r\nnothing", "boundary"},
		"no boundary":        {"Content-Type: multipart/report\r\n\r\nnothing", "boundary"},
		"thousands of parts": {"Content-Type: multipart/report; boundary=x\r\n\r\n" + strings.Repeat("--x\r\n\r\n\r\n", 5000), "parts"},
		"a header without end": {"Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\nAction: " +
			strings.Repeat("x", 100_000), "which mail"},
	} {
		r, err := readReport([]byte(c.mail))
		if c.want == "" { // the header that came back says which mail it is
			if err != nil || r.Original != "other@elsewhere.test" {
				t.Errorf("%s: found %+v, %v", name, r, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: found %+v, %v", name, r, err)
		}
	}
}

// A report of a million recipients costs what one of a hundred does.
func TestReportWithoutEnd(t *testing.T) {
	good := string(reportFile(t, "failed-of-two.eml"))
	more := strings.Repeat("Final-Recipient: rfc822; x@acme.test\r\nAction: delivered\r\n\r\n", 50_000)
	r, err := readReport([]byte(strings.Replace(good, "Final-Recipient: rfc822; archive", more+"Final-Recipient: rfc822; archive", 1)))
	if err != nil || r.Fate != Delivered {
		t.Errorf("found %+v, %v", r, err)
	}
}

// Nothing that a stranger writes goes into a log or a header as it is.
func TestReportsAreShownSafely(t *testing.T) {
	good := string(reportFile(t, "failed-of-two.eml"))
	evil := strings.Replace(good, "552 5.2.2 mailbox full", "\x1b[2Jpwn\x00\xff"+strings.Repeat("y", 5000), 1)
	r, err := readReport([]byte(evil))
	if err != nil || len(r.Text) > 600 || !utf8.ValidString(r.Text) || strings.ContainsAny(r.Text, "\x1b\x00\r\n") {
		t.Errorf("found %+v, %v", r, err)
	}
}

func FuzzReport(f *testing.F) {
	files, err := filepath.Glob("testdata/reports/*.eml")
	if err != nil || len(files) == 0 {
		f.Fatal("no seeds", err)
	}
	for _, name := range files {
		f.Add(reportFile(f, filepath.Base(name)))
	}
	f.Add([]byte("Content-Type: multipart/report; boundary=x\n\n--x\n\n--x--"))
	f.Fuzz(func(t *testing.T, mail []byte) {
		r, err := readReport(mail)
		if err != nil {
			return
		}
		if !isMessageID(r.Original) || r.Fate == "" || len(r.Text) > 4*longestWords+10 {
			t.Errorf("found %+v", r)
		}
		for _, a := range r.Answers() {
			if strings.ContainsAny(a.Key+a.Text, "\r\n\x00") {
				t.Errorf("found %q", fmt.Sprint(a))
			}
		}
	})
}
