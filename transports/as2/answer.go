package as2

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"

	"waybill/transports"
	"waybill/transports/entity"
)

// States of a Receipt.
const (
	stateAccepted = "accepted"
	stateErrors   = "errors"
	stateRejected = "rejected"
)

// answer reads the response and judges it. The MDN must be in it; an
// asynchronous one would leave the receipt unsettled here and come in through
// the Receiver.
func (a *attempt) answer(ctx context.Context, res *http.Response) (transports.Receipt, error) {
	body, err := io.ReadAll(io.LimitReader(res.Body, maxMDN+1))
	if err != nil {
		return transports.Receipt{}, a.unsent(ctx, err, nil)
	}
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return transports.Receipt{}, statusError(res.StatusCode, said(res.Header, body))
	}
	rec := transports.Receipt{Settled: true, State: stateAccepted, Remote: a.remote, Evidence: evidence(res, body)}
	if a.st.Receipt == ReceiptNone {
		rec.Summary = fmt.Sprintf("HTTP %d; no MDN was asked for", res.StatusCode)
		return rec, nil
	}
	mdn, err := ParseMDN(res.Header, body)
	if err != nil {
		return transports.Receipt{}, transports.Temporary("AS2-MDN", "the message is sent again with the same Message-ID; if that does not help, ask the partner whether MDNs are switched on",
			err, "the answer %d holds no MDN that can be read", res.StatusCode)
	}
	if bare(mdn.OriginalMessageID) != bare(a.st.MessageID) {
		return transports.Receipt{}, transports.Temporary("AS2-MDN", "ask the partner to look for the message", nil,
			"the MDN is for %.80q, not for %s", mdn.OriginalMessageID, a.st.MessageID)
	}
	rec.State, rec.Summary = a.judge(ctx, mdn)
	return rec, nil
}

// judge decides what an MDN is worth. Only one that says processed, is signed as
// asked and has the right MIC makes the message accepted.
func (a *attempt) judge(ctx context.Context, m *MDN) (state, summary string) {
	said := "MDN: " + entity.Printable(m.Disposition.String(), 200)
	if !m.Disposition.Accepted() {
		if m.Text != "" {
			said += " (" + entity.Printable(m.Text, 200) + ")"
		}
		return stateRejected, said
	}
	if a.st.Receipt == ReceiptSigned {
		form, signer, err := m.Verify(a.p.Verify, a.o.Now())
		if err != nil {
			return stateErrors, fmt.Sprintf("%s, but its signature proves nothing: %v", said, err)
		}
		said += fmt.Sprintf(", signed by %s (%s)", signer.Certificate.Subject, form)
	}
	mic := m.Compare(a.st.digests())
	switch {
	case mic == MICMatched:
		return stateAccepted, said + ", MIC matched by " + nameOf(m.MICHash, a.st.HyphenMIC)
	case mic == MICAbsent && a.p.Accept.NoMIC:
		return stateAccepted, said + ", without a MIC, which the profile accepts"
	case mic == MICAbsent:
		return stateErrors, said + ", but without a MIC that can be compared"
	}
	return stateErrors, said + ", but its MIC is not that of what was sent" + a.variant(ctx, m)
}

// said is the beginning of a server's own words, when they are text.
func said(h http.Header, body []byte) string {
	if !strings.HasPrefix(entity.ParseMedia(h.Get("Content-Type")).Kind, "text/plain") {
		return ""
	}
	return strings.TrimSpace(string(body[:min(len(body), 200)]))
}

// evidence is the answer as it came: status, header, body.
func evidence(res *http.Response, body []byte) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s\r\n", res.Proto, res.Status)
	if err := res.Header.Write(&b); err != nil { // a bytes.Buffer does not fail
		return body
	}
	b.WriteString("\r\n")
	b.Write(body)
	return b.Bytes()
}
