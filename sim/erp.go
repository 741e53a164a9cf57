package sim

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// ERPOptions of an ERP; every field has a useful zero value.
type ERPOptions struct {
	Address string      // to listen on; default a free port of 127.0.0.1
	Path    string      // of the orders; default /orders
	Journal string      // file that keeps every accepted call, synced; "" keeps them in memory only
	Repeat  int         // answer to a key that it has: 409, the default, or 200
	Bearer  string      // token to ask for; "" asks for none
	TLS     *tls.Config // nil: plain HTTP
	// Admit looks at a call before anything else; an error is told with 401.
	Admit  func(r *http.Request, body []byte) error
	Faults Faults
	Switch bool // faults are switched by PUT /faults, with the words of ParseFaults
	// Answer is the canonical document that the ERP answers an order with, beside
	// its reference; nil answers with none.
	Answer func(Order) json.RawMessage
	// Read is how an ERP with field names of its own finds its way in a document,
	// which is its own then, without our envelope; nil reads ours.
	Read func(document json.RawMessage) (kind, partner, po string)
	Now  func() time.Time
}

// ERP takes orders over HTTP, one for each idempotency key.
type ERP struct {
	o      ERPOptions
	faults chooser
	server *server

	mu      sync.Mutex
	journal *journal
	orders  []*Order
	keys    map[string]*Order
	calls   int
}

// Order is one order that the ERP took.
type Order struct {
	Key         string          `json:"key"`
	Reference   string          `json:"reference"`
	Correlation string          `json:"correlation"`
	Kind        string          `json:"kind"`
	Partner     string          `json:"partner"`
	PO          string          `json:"po"` // the body's customerOrderNumber
	Body        json.RawMessage `json:"body"`
	At          time.Time       `json:"at"`
	Calls       int             `json:"calls"`     // how often it was handed over, the first time included
	Conflicts   int             `json:"conflicts"` // how often the key came with another body; those were refused
}

// call is one line of the ERP's journal.
type call struct {
	At    time.Time `json:"at"`
	Order *Order    `json:"order,omitempty"` // of a new key
	Key   string    `json:"key,omitempty"`   // of one that it had
	Other bool      `json:"other,omitempty"` // with another body
}

// OpenERP starts an ERP. What a journal holds from an earlier run it still has.
func OpenERP(o ERPOptions) (*ERP, error) {
	if o.Path == "" {
		o.Path = "/orders"
	}
	if o.Repeat == 0 {
		o.Repeat = http.StatusConflict
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	e := &ERP{o: o, keys: map[string]*Order{}}
	e.faults.use(o.Faults)
	if o.Journal != "" {
		var err error
		if e.journal, err = openJournal(o.Journal, e.replay); err != nil {
			return nil, fmt.Errorf("open ERP: %w", err)
		}
	}
	var err error
	if e.server, err = serve(o.Address, o.TLS, e.handler); err != nil {
		return nil, fmt.Errorf("open ERP: %w", err)
	}
	return e, nil
}

// Close stops the ERP and waits for its last answer.
func (e *ERP) Close() error {
	if err := e.server.stop(); err != nil {
		return fmt.Errorf("close ERP: %w", err)
	}
	return e.journal.close()
}

// URL is where orders are posted.
func (e *ERP) URL() string {
	scheme := "http://"
	if e.o.TLS != nil {
		scheme = "https://"
	}
	return scheme + e.server.addr.String() + e.o.Path
}

// Use switches the faults, from the next call on.
func (e *ERP) Use(f Faults) { e.faults.use(f) }

// Journal lists the orders that it took, in their order.
func (e *ERP) Journal() []Order {
	e.mu.Lock()
	defer e.mu.Unlock()
	list := make([]Order, len(e.orders))
	for i, o := range e.orders {
		list[i] = *o
	}
	return list
}

// Calls counts the requests that reached it, whatever became of them.
func (e *ERP) Calls() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.calls
}

func (e *ERP) replay(line []byte) error {
	var c call
	if err := json.Unmarshal(line, &c); err != nil {
		return err
	}
	e.apply(c)
	return nil
}

func (e *ERP) apply(c call) {
	if c.Order != nil {
		e.orders = append(e.orders, c.Order)
		e.keys[c.Order.Key] = c.Order
		return
	}
	if o := e.keys[c.Key]; o != nil && c.Other {
		o.Conflicts++
	} else if o != nil {
		o.Calls++
	}
}

func (e *ERP) handler(s *server) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+e.o.Path, func(w http.ResponseWriter, r *http.Request) { e.post(s, w, r) })
	if e.o.Switch {
		mux.HandleFunc("PUT "+switchPath, e.switched)
	}
	return mux
}

const switchPath = "/faults"

// SwitchURL is where faults are switched.
func (e *ERP) SwitchURL() string { return strings.TrimSuffix(e.URL(), e.o.Path) + switchPath }

func (e *ERP) switched(w http.ResponseWriter, r *http.Request) {
	const most = 1000
	words, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	if err != nil {
		http.Error(w, "too many words", http.StatusBadRequest)
		return
	}
	f, err := ParseFaults(string(words))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	e.Use(f)
	fmt.Fprintln(w, "switched")
}

// post takes one call through its fault.
func (e *ERP) post(s *server, w http.ResponseWriter, r *http.Request) {
	e.mu.Lock()
	e.calls++
	e.mu.Unlock()
	f := e.faults.next()
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 64<<20))
	if err != nil {
		http.Error(w, "the body did not come whole", http.StatusBadRequest)
		return
	}
	if e.o.Admit != nil {
		if err := e.o.Admit(r, data); err != nil {
			http.Error(w, err.Error(), http.StatusUnauthorized)
			return
		}
	}
	if !wait(f.Delay, r, s) {
		return
	}
	answer := reply{status: f.Status, header: f.Header, body: []byte(f.Body)}
	if f.Takes {
		if taken := e.take(r, data); f.End == Answers {
			answer = taken
		}
	}
	switch f.End {
	case Closes:
		hangUp(w)
	case Hangs:
		wait(time.Hour, r, s)
		hangUp(w)
	default:
		answer.write(w)
	}
}

// wait waits, and says whether caller and server are still there.
func wait(d time.Duration, r *http.Request, s *server) bool {
	if d == 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-r.Context().Done():
	case <-s.quit:
	}
	return false
}

// reply is an answer of the ERP.
type reply struct {
	status int
	header http.Header
	body   []byte
}

func (a reply) write(w http.ResponseWriter) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // a caller that has gone is its own affair
}
