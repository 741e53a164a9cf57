package as2

import (
	"context"
	"crypto"
	"encoding/hex"
	"errors"
	"net/http"
	"sync"
	"time"

	"waybill/transports"
)

// door is the HTTP handler. Nothing is shared between requests but the slots.
type door struct {
	o         ReceiverOptions
	in        transports.Inbox
	slots     chan struct{}
	strangers chan struct{} // slots of their own: whom nobody knows shall not shut the door
	running   sync.WaitGroup
}

func newDoor(o ReceiverOptions, in transports.Inbox) *door {
	return &door{o: o, in: in, slots: make(chan struct{}, o.InFlight), strangers: make(chan struct{}, max(1, o.InFlight/8))}
}

// ServeHTTP answers its own path and nothing else.
func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.running.Add(1)
	defer d.running.Done()
	w.Header()["X-Content-Type-Options"] = []string{"nosniff"}
	// The server reads what is left of a body before it answers, and has no deadline
	// for that. A handler that runs without a connection has none either.
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(d.o.Timeouts.Idle))
	switch {
	case r.URL.Path != d.o.Path:
		http.NotFound(w, r)
		return
	case r.Method != http.MethodPost: // browsers and scanners come by; that is no event
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "AS2 messages are sent by POST", http.StatusMethodNotAllowed)
		return
	}
	d.post(w, r)
}

func later(w http.ResponseWriter, why string) {
	w.Header().Set("Retry-After", "30")
	http.Error(w, why+"; send the message again later", http.StatusServiceUnavailable)
}

func (d *door) post(w http.ResponseWriter, r *http.Request) {
	if isMDN(r.Header.Get("Content-Type")) {
		row := failMDN.row()
		http.Error(w, row.told, row.status)
		return
	}
	req, err := readRequest(r.Header)
	if err != nil {
		d.o.Log.Info("request refused: no AS2 message", "remote", r.RemoteAddr, "error", err)
		http.Error(w, "not an AS2 message: "+err.Error(), http.StatusBadRequest)
		return
	}
	x := &exchange{door: d, req: req, began: d.o.Now(), stranger: true}
	terms, err := d.o.Lookup.Partnership(req.us, req.them)
	switch {
	case err == nil:
		x.terms, x.stranger = terms, false
	case !errors.Is(err, ErrUnknownPair):
		d.o.Log.Error("partner terms unavailable", "as2-from", req.them, "as2-to", req.us, "error", err)
		later(w, "the agreement cannot be read now")
		return
	}
	if terms.Suspended { // nothing is kept, so that the partner keeps it and sends it again
		later(w, "the exchange with this partner is suspended")
		return
	}
	slots := d.slots
	if x.stranger {
		slots = d.strangers
	}
	select {
	case slots <- struct{}{}:
		defer func() { <-slots }()
	default:
		later(w, "too many exchanges at once")
		return
	}
	x.run(w, r)
}

// exchange is one message and its answer.
type exchange struct {
	*door
	req      *request
	terms    Partnership
	stranger bool
	began    time.Time
	failed   *failure // why the message is refused
}

// run keeps the order that everything rests on: store, open, release, answer.
func (x *exchange) run(w http.ResponseWriter, r *http.Request) {
	// A peer that hangs up after its last byte has still sent its message.
	ctx := context.WithoutCancel(r.Context())
	body := x.body(w, r)
	stored, err := x.in.Accept(ctx, x.req.arrival(r, x.terms.Partner), body)
	if err != nil {
		x.notStored(w, body, err)
		return
	}
	verdict, err := x.judge(stored)
	if err != nil {
		x.o.Log.Error("message stored, but it cannot be opened now", "msg_id", stored.ID(), "correlation", stored.ID(), "stage", "receive", "partner", x.terms.Partner, "error", err)
		x.giveUp(ctx, stored.ID(), err)
		later(w, "the message cannot be processed now")
		return
	}
	verdict.Duration = x.o.Now().Sub(x.began)
	rel, err := x.in.Release(ctx, stored.ID(), *verdict)
	if err != nil {
		x.o.Log.Error("message stored, but not released", "msg_id", stored.ID(), "correlation", stored.ID(), "stage", "receive", "partner", x.terms.Partner, "error", err)
		later(w, "the message cannot be processed now")
		return
	}
	x.log(rel, verdict)
	x.answer(w, rel)
	x.o.Answered(rel.ID)
}

// giveUp closes an arrival that our own failure stopped. It leaves no receipt
// and no key, so that the partner's next attempt is as good as the first. When
// this fails too, the arrival's lease ends it.
func (x *exchange) giveUp(ctx context.Context, id string, cause error) {
	_, err := x.in.Release(ctx, id, transports.Verdict{Partner: x.terms.Partner, Problem: &transports.Problem{
		Code: "SYS-STORE", Text: "the stored message could not be opened: " + cause.Error(),
		Hint: "look after the disk; the partner was asked to send the message again",
	}})
	if err != nil {
		x.o.Log.Error("arrival left to its lease", "msg_id", id, "correlation", id, "stage", "receive", "partner", x.terms.Partner, "error", err)
	}
}

// judge opens the stored bytes and makes the verdict with its receipt. An error
// is our own, never the sender's.
func (x *exchange) judge(stored transports.Stored) (*transports.Verdict, error) {
	got, failed, err := x.open(stored)
	if err != nil {
		return nil, err
	}
	v := &transports.Verdict{Partner: x.terms.Partner}
	var hash crypto.Hash
	var name string
	if failed == nil {
		hash, name, failed = x.req.receipt.micalg(got.hash, x.terms.HyphenMIC)
	}
	if failed != nil {
		x.failed, v.Problem = failed, failed.problem()
		v.Receipt, err = x.refusal(failed)
		return v, err
	}
	v.Payloads, v.Evidence = got.payloads, got.signature
	v.Dedupe = dedupeKey(x.req.them, x.req.messageID)
	v.Digest = hex.EncodeToString(got.mic[crypto.SHA256])
	v.Labels = x.labels(got)
	v.Receipt, err = x.acceptance(got, hash, name)
	return v, err
}

// open returns what the message holds, or why it is refused.
func (x *exchange) open(stored transports.Stored) (*opened, *failure, error) {
	switch {
	case x.stranger:
		return nil, fail(failUnknownPair, nil, "make a profile for this pair, or ask them which identifiers they mean",
			"no profile has us=%q and them=%q", x.req.us, x.req.them), nil
	case x.req.messageID == "":
		return nil, fail(failMessageID, nil, "the partner must send a Message-ID of printable characters", "the Message-ID is missing or cannot be used"), nil
	case x.req.receipt.async:
		return nil, fail(failAsync, nil, "ask the partner for synchronous receipts", "the partner asks for an asynchronous MDN"), nil
	case x.req.receipt.required:
		return nil, fail(failFormat, nil, "ask the partner for pkcs7-signature", "the partner insists on a receipt protocol that is not supported"), nil
	}
	body, err := stored.Open()
	if err != nil {
		return nil, nil, err
	}
	got, err := newOpener(&x.terms, x.o.Now(), stored.Create).message(x.req.fields, body)
	if closed := body.Close(); closed != nil {
		return nil, nil, closed
	}
	var f *failure
	if errors.As(err, &f) {
		return nil, f, nil
	}
	return got, nil, err
}

func (x *exchange) labels(got *opened) []transports.Label {
	var list []transports.Label
	for _, p := range got.payloads {
		if p.File != "" {
			list = append(list, transports.Label{Name: "file", Value: p.File})
		}
	}
	if got.signed {
		list = append(list, transports.Label{Name: "as2-signature-form", Value: string(got.form)})
	}
	return list
}

// acceptance is the receipt of a good message, nil when none was asked for.
func (x *exchange) acceptance(got *opened, hash crypto.Hash, name string) ([]byte, error) {
	return x.receipt(&receipt{
		disposition: Disposition{Type: "processed"},
		mic:         got.mic.MIC(hash, name),
		text:        "The message was received and its bytes are safe. This does not say that its content is right.",
		hash:        hash,
	})
}

// refusal is the receipt of a bad message. A stranger's is never signed: there
// is no agreement under which our key would vouch for anything.
func (x *exchange) refusal(f *failure) ([]byte, error) {
	row := f.row()
	if row.disposition.Type == "" || x.req.messageID == "" {
		return nil, nil
	}
	hash, _, unsupported := x.req.receipt.micalg(crypto.SHA256, x.terms.HyphenMIC)
	if unsupported != nil {
		hash = crypto.SHA256
	}
	return x.receipt(&receipt{disposition: row.disposition, text: row.told, hash: hash})
}

func (x *exchange) receipt(r *receipt) ([]byte, error) {
	if !x.req.receipt.wanted {
		return nil, nil
	}
	r.from, r.to, r.originalID, r.hyphen = x.req.us, x.req.them, x.req.messageID, x.terms.HyphenMIC
	if x.req.receipt.signed && len(x.terms.Ours) > 0 {
		r.signer = &x.terms.Ours[0]
	}
	return r.build(x.o.Now(), x.o.Rand)
}

// answer sends what Release returned: for a repeated message that is the first
// receipt.
func (x *exchange) answer(w http.ResponseWriter, rel transports.Released) {
	// The connection's deadline is only a bound; without it the write ends with the connection.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(x.o.Timeouts.Answer))
	switch {
	case len(rel.Receipt) > 0:
		if err := writeReceipt(w, rel.Receipt); err != nil {
			x.o.Log.Warn("receipt not sent; the partner's repetition will get it", "msg_id", rel.ID, "correlation", rel.ID, "stage", "receive", "partner", x.terms.Partner, "error", err)
		}
	case x.failed != nil:
		row := x.failed.row()
		http.Error(w, row.told, row.status)
	default:
		w.Header().Set("Content-Length", "0")
		w.WriteHeader(http.StatusOK)
	}
}
