package sim

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strings"
)

// document is what the ERP reads of a canonical document.
type document struct {
	Kind           string          `json:"kind"`
	SchemaVersion  string          `json:"schemaVersion"`
	Partner        string          `json:"partner"`
	CorrelationID  string          `json:"correlationId"`
	IdempotencyKey string          `json:"idempotencyKey"`
	Body           json.RawMessage `json:"body"`
	po             string
}

// take holds a call against what the adapter promises and takes its order once.
func (e *ERP) take(r *http.Request, data []byte) reply {
	if e.o.Bearer != "" && r.Header.Get("Authorization") != "Bearer "+e.o.Bearer {
		return say(http.StatusUnauthorized, map[string]any{"error": "the token is not right"})
	}
	d, err := e.read(r, data)
	if err != nil {
		return say(http.StatusBadRequest, map[string]any{"error": "the document is not JSON: " + err.Error()})
	}
	if wrong := d.holds(r); len(wrong) > 0 {
		return say(http.StatusBadRequest, map[string]any{"error": strings.Join(wrong, "; ")})
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, d.Body); err != nil {
		return say(http.StatusBadRequest, map[string]any{"error": "the body is not JSON: " + err.Error()})
	}
	d.Body = compact.Bytes()
	return e.record(d)
}

// read reads a document in our names or in the ERP's own.
func (e *ERP) read(r *http.Request, data []byte) (d document, err error) {
	if e.o.Read == nil {
		err = json.Unmarshal(data, &d)
		return d, err
	}
	d.IdempotencyKey, d.CorrelationID, d.Body = r.Header.Get("Idempotency-Key"), r.Header.Get("X-Correlation-ID"), data
	d.Kind, d.Partner, d.po = e.o.Read(data)
	_, d.SchemaVersion, _ = strings.Cut(r.Header.Get("Waybill-Schema"), "/")
	if !json.Valid(data) {
		err = errors.New("it cannot be read")
	}
	return d, err
}

// holds compares the headers with the document.
func (d document) holds(r *http.Request) (wrong []string) {
	for _, h := range []struct{ name, want string }{
		{"Idempotency-Key", d.IdempotencyKey}, {"X-Correlation-ID", d.CorrelationID}, {"Waybill-Schema", d.Kind + "/" + d.SchemaVersion},
	} {
		if got := r.Header.Get(h.name); got != h.want || got == "" {
			wrong = append(wrong, fmt.Sprintf("%s is %q, and the document says %q", h.name, got, h.want))
		}
	}
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/json" {
		wrong = append(wrong, "Content-Type is not application/json")
	}
	if len(d.Body) == 0 {
		wrong = append(wrong, "there is no body")
	}
	return wrong
}

// record takes a new key, or answers for one that it has. The journal is
// written first: what was answered is on the disk.
func (e *ERP) record(d document) reply {
	e.mu.Lock()
	defer e.mu.Unlock()
	if had := e.keys[d.IdempotencyKey]; had != nil {
		return e.repeat(had, d)
	}
	var body struct {
		PO string `json:"customerOrderNumber"`
	}
	// A body of another kind has no order number.
	_ = json.Unmarshal(d.Body, &body)
	body.PO = cmp.Or(body.PO, d.po)
	o := &Order{
		Key: d.IdempotencyKey, Reference: fmt.Sprintf("SO-%06d", len(e.orders)+1), Correlation: d.CorrelationID,
		Kind: d.Kind, Partner: d.Partner, PO: body.PO, Body: d.Body, At: e.o.Now().UTC(), Calls: 1,
	}
	if failed := e.keep(call{At: o.At, Order: o}); failed != nil {
		return *failed
	}
	return say(http.StatusCreated, e.said(*o, nil))
}

// said is what the ERP answers for an order: the same each time.
func (e *ERP) said(o Order, more map[string]any) map[string]any {
	fields := map[string]any{"reference": o.Reference}
	for name, value := range more {
		fields[name] = value
	}
	if e.o.Answer != nil {
		if document := e.o.Answer(o); document != nil {
			fields["document"] = document
		}
	}
	return fields
}

func (e *ERP) repeat(had *Order, d document) reply {
	c := call{At: e.o.Now().UTC(), Key: had.Key, Other: !bytes.Equal(had.Body, d.Body)}
	if failed := e.keep(c); failed != nil {
		return *failed
	}
	if c.Other {
		return say(http.StatusUnprocessableEntity, map[string]any{"error": "the key came before, with another body"})
	}
	return say(e.o.Repeat, e.said(*had, map[string]any{"idempotencyKey": had.Key}))
}

func (e *ERP) keep(c call) *reply {
	if err := e.journal.append(c); err != nil {
		failed := say(http.StatusInternalServerError, map[string]any{"error": err.Error()})
		return &failed
	}
	e.apply(c)
	return nil
}

func say(status int, fields map[string]any) reply {
	body, err := json.Marshal(fields)
	if err != nil {
		return reply{status: http.StatusInternalServerError}
	}
	return reply{status, http.Header{"Content-Type": {"application/json"}}, append(body, '\n')}
}
