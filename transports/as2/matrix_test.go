package as2

import (
	"bytes"
	"crypto"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"

	"waybill/cms"
)

// Every combination that a profile can ask for arrives, octet by octet, and the
// sender gets the receipt that it asked for with the right MIC.
func TestMatrix(t *testing.T) {
	ours, theirs := terms(t)
	ours.Require = Require{}
	r := receive(t, ours)
	contents := [][]byte{order(), bytes.ReplaceAll(order(), []byte("\r\n"), []byte("\n")), {0, '\r', '\n', '-', '-', 0xff}, {}}
	n := 0
	for _, sign := range []crypto.Hash{0, crypto.SHA1, crypto.SHA256, crypto.SHA384, crypto.SHA512} {
		for _, encrypt := range []cms.Cipher{"", "3des", "aes128-cbc", "aes192-cbc", "aes256-cbc"} {
			for _, compress := range []Compression{CompressNone, CompressBefore, CompressAfter} {
				for _, receipt := range []ReceiptKind{ReceiptNone, ReceiptUnsigned, ReceiptSigned} {
					n++
					theirs.Sign, theirs.Encrypt, theirs.Compress, theirs.MDN.Request = sign, encrypt, compress, receipt
					theirs.Base64, theirs.Chunked, theirs.HyphenMIC = n%2 == 0, n%3 == 0, n%5 == 0
					name := fmt.Sprintf("%v/%s/%s/%s/base64=%v", sign, encrypt, compress, receipt, theirs.Base64)
					matrixCase(t, r, theirs, name, fmt.Sprintf("01MATRIX%018d", n), contents[n%len(contents)])
				}
			}
		}
	}
	if got := len(r.in.Accepted()); got != n {
		t.Errorf("%d of %d accepted", got, n)
	}
}

func matrixCase(t *testing.T, r running, theirs Partnership, name, id string, content []byte) {
	t.Helper()
	rec, err := post(t, r.url, theirs, id, content)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if !rec.Settled || rec.State != stateAccepted {
		t.Errorf("%s: %s: %s", name, rec.State, rec.Summary)
	}
	if theirs.MDN.Request != ReceiptNone && !strings.Contains(rec.Summary, "MIC matched") {
		t.Errorf("%s: %s", name, rec.Summary)
	}
	list := r.in.Arrivals()
	a := list[len(list)-1]
	if !a.Released || a.Verdict.Problem != nil || len(a.Verdict.Payloads) != 1 {
		t.Errorf("%s: verdict %+v", name, a.Verdict)
		return
	}
	if got := a.Payload(t, 0); !bytes.Equal(got, content) {
		t.Errorf("%s: %d octets came as %d", name, len(content), len(got))
	}
	if f := a.Verdict.Payloads[0].File; f != "order 1.edi" {
		t.Errorf("%s: file %q", name, f)
	}
	if want := "as2:ACME AS2:" + id + "@ACME-AS2"; a.Verdict.Dedupe != want {
		t.Errorf("%s: key %q, want %q", name, a.Verdict.Dedupe, want)
	}
	if b, err := hex.DecodeString(a.Verdict.Digest); err != nil || len(b) != 32 {
		t.Errorf("%s: digest %q", name, a.Verdict.Digest)
	}
}

// A message that is encrypted anew for its repetition is still the same message.
func TestDigestSurvivesNewEncryption(t *testing.T) {
	ours, theirs := terms(t)
	r := receive(t, ours)
	theirs.URL = r.url
	one, two := pack(t, theirs, "01A", order()), pack(t, theirs, "01A", order())
	if bytes.Equal(one.body, two.body) {
		t.Fatal("two encryptions are the same")
	}
	// The boundary is fixed by Prepare; a Sender repeats one Prepared.
	s := NewSender(always(theirs), SenderOptions{})
	prep, err := s.Prepare(t.Context(), outgoing("01A"), bytes.NewReader(order()))
	if err != nil {
		t.Fatal(err)
	}
	var receipts [][]byte
	for range 2 {
		if _, err := s.Send(t.Context(), prep, bytes.NewReader(order())); err != nil {
			t.Fatal(err)
		}
		list := r.in.Arrivals()
		receipts = append(receipts, list[len(list)-1].Result.Receipt)
	}
	list := r.in.Arrivals()
	if !list[1].Result.Duplicate || !bytes.Equal(receipts[0], receipts[1]) {
		t.Errorf("the repetition is no duplicate: %+v", list[1].Result)
	}
	if bytes.Equal(list[0].Bytes(t), list[1].Bytes(t)) {
		t.Error("the repetition was not encrypted anew")
	}
}

func TestSendErrorsAreClassed(t *testing.T) {
	for status, temporary := range map[int]bool{400: false, 401: false, 403: false, 404: false, 408: true, 411: false, 413: false, 425: true, 429: true, 500: true, 502: true, 503: true, 301: false, 307: false} {
		err := error(statusError(status, "x"))
		var classed interface {
			Temporary() bool
			Hint() string
		}
		if !errors.As(err, &classed) || classed.Temporary() != temporary || classed.Hint() == "" {
			t.Errorf("%d: %v", status, err)
		}
	}
}
