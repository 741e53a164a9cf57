package as2

import (
	"crypto"
	"net/http"
	"slices"
	"strings"

	"waybill/transports"
	"waybill/transports/entity"
)

// request is what the HTTP header of a message says.
type request struct {
	us, them  string
	messageID string // as it came, "" when it cannot be used
	fields    entity.Fields
	receipt   receiptRequest
}

// receiptRequest is which MDN the sender asks for (RFC 4130 §7.3).
type receiptRequest struct {
	wanted   bool
	signed   bool
	required bool     // signed-receipt-protocol=required with a protocol we do not have
	micalgs  []string // as the sender spells them, in the sender's order
	micMust  bool     // signed-receipt-micalg=required
	async    bool     // an asynchronous MDN; its place is receipt.go
}

// readRequest reads the header of a message. Without two AS2 identifiers a
// request is no message and nothing is kept of it.
func readRequest(h http.Header) (*request, error) {
	r := &request{fields: fieldsOf(h)}
	// A proxy before us may have read the other one.
	for _, name := range []string{"AS2-From", "AS2-To", "Message-ID", "Content-Type"} {
		if values := slices.Compact(h.Values(name)); len(values) > 1 {
			return nil, &syntaxError{"the header says it twice, and not the same", name}
		}
	}
	var err error
	if r.them, err = parseName("AS2-From", h.Get("AS2-From")); err != nil {
		return nil, err
	}
	if r.us, err = parseName("AS2-To", h.Get("AS2-To")); err != nil {
		return nil, err
	}
	if id := h.Get("Message-ID"); checkMessageID(id) == nil {
		r.messageID = id
	}
	r.receipt = parseReceiptRequest(h)
	return r, nil
}

// parseReceiptRequest reads the options as tolerantly as peers write them:
// optional and required in any place, lists, quotes, missing algorithms.
func parseReceiptRequest(h http.Header) receiptRequest {
	var r receiptRequest
	if r.wanted = h.Get("Disposition-Notification-To") != ""; !r.wanted {
		return r // the other fields say nothing without it
	}
	r.async = strings.TrimSpace(h.Get("Receipt-Delivery-Option")) != ""
	for option := range strings.SplitSeq(h.Get("Disposition-Notification-Options"), ";") {
		name, list, _ := strings.Cut(option, "=")
		must, values := importance(list)
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "signed-receipt-protocol":
			r.signed = len(values) == 0 || slices.ContainsFunc(values, isPKCS7)
			r.required = must && !r.signed
		case "signed-receipt-micalg":
			r.micalgs, r.micMust = values, must
		}
	}
	return r
}

func isPKCS7(v string) bool { return strings.Contains(strings.ToLower(v), "pkcs7") }

// importance splits "optional, a, b" from its first word.
func importance(list string) (must bool, values []string) {
	for v := range strings.SplitSeq(list, ",") {
		v = strings.Trim(strings.TrimSpace(v), `"'`)
		switch strings.ToLower(v) {
		case "":
		case "required":
			must = true
		case "optional":
		default:
			values = append(values, v)
		}
	}
	return must, values
}

// micalg chooses the MIC's algorithm and its spelling: the first of the
// request's list that we have (RFC 4130 §7.3), else the signature's own, else
// SHA-256. It fails when the sender insists on others.
func (r receiptRequest) micalg(signature crypto.Hash, hyphen bool) (crypto.Hash, string, *failure) {
	for _, name := range r.micalgs {
		if h := hashByName(name); h != 0 {
			return h, name, nil
		}
	}
	if r.micMust && len(r.micalgs) > 0 {
		return 0, "", fail(failMICAlg, nil, "the partner must ask for sha-256", "the MIC algorithms asked for are not supported: %.60q", strings.Join(r.micalgs, ", "))
	}
	if nameOf(signature, hyphen) == "" {
		signature = crypto.SHA256
	}
	return signature, nameOf(signature, hyphen), nil
}

// arrival is what is known before the body is read.
func (r *request) arrival(h *http.Request, partner string) transports.Arrival {
	a := transports.Arrival{
		Door:    "as2",
		Partner: partner,
		Remote:  h.RemoteAddr,
		File:    r.fields.File(),
		Labels:  []transports.Label{{Name: "as2-from", Value: r.them}, {Name: "as2-to", Value: r.us}},
	}
	if r.messageID != "" {
		a.Labels = append(a.Labels, transports.Label{Name: "as2-message-id", Value: bare(r.messageID)})
	}
	for _, f := range r.fields {
		if f.Name == "Authorization" || f.Name == "Proxy-Authorization" || f.Name == "Cookie" {
			continue
		}
		a.Headers = append(a.Headers, transports.Header{Name: spelt(f.Name), Value: f.Value})
	}
	slices.SortStableFunc(a.Headers, func(x, y transports.Header) int { return strings.Compare(x.Name, y.Name) })
	return a
}

// spelt gives back the usual spelling of a header name, which the HTTP server
// has changed.
func spelt(name string) string {
	for _, usual := range []string{"AS2-From", "AS2-To", "AS2-Version", "Message-ID", "MIME-Version", "EDIINT-Features"} {
		if strings.EqualFold(name, usual) {
			return usual
		}
	}
	return name
}
