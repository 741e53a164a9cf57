package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// Documents takes canonical documents from our own systems and tells what became
// of them.
type Documents interface {
	// Submit returns after the commit that holds the document. What is wrong with
	// it is a *Refusal; any other error leaves open whether it was stored, and the
	// same submission may come again.
	Submit(ctx context.Context, s Submission) (Submitted, error)
	// Follow tells what became of a document that was submitted.
	Follow(ctx context.Context, id string) (Followed, error)
}

// Source reads the calls of one of our own systems, which has its own way of
// showing who it is and its own place for the document.
type Source interface {
	// Admit says why a call is not taken for the system's, nil where it is.
	Admit(h http.Header, body []byte) error
	// Open finds the event's id, which is the same for every attempt with one
	// event, and the canonical document in a call that was admitted.
	Open(h http.Header, body []byte) (event string, document []byte, err error)
}

// Submission is one document as a client hands it in.
type Submission struct {
	Door   string // api, webhook
	Client string // who proved to be
	Remote string // from where
	Key    string // of the Idempotency-Key header, or the event
	Body   []byte // canonical JSON
}

// Submitted says that a document is stored.
type Submitted struct {
	ID        string `json:"id"`
	Duplicate bool   `json:"duplicate"` // it came before under this key, with the same content
	Status    string `json:"status"`    // path that tells what becomes of it
}

// Followed is what became of a document: three statuses that never share a word.
type Followed struct {
	ID              string    `json:"id"`
	Partner         string    `json:"partner"`
	Kind            string    `json:"kind"`
	Document        string    `json:"document,omitempty"`        // the transaction set it became
	Processing      string    `json:"processing"`                // ready, running, done, held, refused, dead, dropped
	Delivery        string    `json:"delivery"`                  // waiting, sent, delivered, failed
	Acknowledgement string    `json:"acknowledgement,omitempty"` // expected, accepted, errors, partial, rejected, overdue, waived; "" where none is awaited
	Answer          string    `json:"answer,omitempty"`          // what the partner found wrong, in words
	DuplicateOf     string    `json:"duplicateOf,omitempty"`     // it was sent before as this one, whose statuses these are
	Original        string    `json:"original,omitempty"`        // path that tells what becomes of that
	Code            string    `json:"code,omitempty"`
	Error           string    `json:"error,omitempty"`
	Hint            string    `json:"hint,omitempty"`
	ReceivedAt      time.Time `json:"receivedAt"`
}

// Refusal is why a request was not taken, for whoever sent it.
type Refusal struct {
	Status   int     `json:"-"`
	Code     string  `json:"code"`
	Text     string  `json:"error"`
	Advice   string  `json:"hint,omitempty"`
	Problems []Fault `json:"problems,omitempty"`
}

// Fault is one problem of a document, with its place in the JSON.
type Fault struct {
	Path string `json:"path"`
	Text string `json:"error"`
}

// Error says what is wrong.
func (r *Refusal) Error() string { return r.Code + ": " + r.Text }

// DocumentsOptions are what the API needs beside the documents' owner.
type DocumentsOptions struct {
	// Authenticate finds the client whose token it is.
	Authenticate func(token string) (client string, ok bool)
	MaxSize      int64 // of a document
	// Patience is how long a request's body may take to come; zero is a minute.
	Patience time.Duration
	// Sources are the systems that may call, by their names.
	Sources map[string]Source
}

// KeyLimit bounds an idempotency key; a longer one is no key but a mistake.
const KeyLimit = 200

// patience is enough for the largest documents over a slow line.
const patience = time.Minute

// API serves documents: POST /v1/documents, GET /v1/documents/{id}, and the calls
// of systems: POST /v1/webhooks/{system}.
func API(d Documents, o DocumentsOptions) http.Handler {
	if o.Patience <= 0 {
		o.Patience = patience
	}
	a := &api{documents: d, o: o}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/documents", a.as(a.submit))
	mux.HandleFunc("GET /v1/documents/{id}", a.as(a.follow))
	mux.HandleFunc("POST /v1/webhooks/{system}", a.called)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		answer(w, http.StatusNotFound, &Refusal{Code: "API-PATH", Text: "there is nothing at " + r.Method + " " + r.URL.Path, Advice: "use POST /v1/documents, GET /v1/documents/{id} or POST /v1/webhooks/{system}"})
	})
	return mux
}

type api struct {
	documents Documents
	o         DocumentsOptions
}

// as lets a request through whose bearer token is a client's.
func (a *api) as(next func(w http.ResponseWriter, r *http.Request, client string)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		token, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		client, ok := "", false
		if bearer && token != "" {
			client, ok = a.o.Authenticate(token)
		}
		if !ok {
			w.Header().Set("WWW-Authenticate", `Bearer realm="waybill"`)
			answer(w, http.StatusUnauthorized, &Refusal{Code: "API-AUTH", Text: "no client has this token", Advice: "send Authorization: Bearer TOKEN with a token of api.clients in waybill.yaml"})
			return
		}
		next(w, r, client)
	}
}

func (a *api) submit(w http.ResponseWriter, r *http.Request, client string) {
	key := r.Header.Get("Idempotency-Key")
	if !keyFits(key) {
		badKey(w, "the Idempotency-Key")
		return
	}
	if body, ok := a.read(w, r); ok {
		a.take(w, r, Submission{Door: "api", Client: client, Remote: r.RemoteAddr, Key: key, Body: body})
	}
}

func keyFits(key string) bool {
	return len(key) <= KeyLimit && !strings.ContainsFunc(key, func(c rune) bool { return c < ' ' || c > '~' })
}

func badKey(w http.ResponseWriter, what string) {
	answer(w, http.StatusBadRequest, &Refusal{Code: "API-KEY", Text: what + " cannot be one", Advice: fmt.Sprintf("send 1 to %d printable ASCII characters, the same for every attempt with one document", KeyLimit)})
}

// read reads a JSON body within its bounds; it has answered where it says false.
func (a *api) read(w http.ResponseWriter, r *http.Request) ([]byte, bool) {
	if kind := r.Header.Get("Content-Type"); !strings.HasPrefix(kind, "application/json") {
		answer(w, http.StatusUnsupportedMediaType, &Refusal{Code: "API-TYPE", Text: fmt.Sprintf("the Content-Type is %q", kind), Advice: "send application/json"})
		return nil, false
	}
	// A writer that cannot say when to give up is a test's; a server's can.
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(a.o.Patience))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, a.o.MaxSize))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		answer(w, http.StatusRequestEntityTooLarge, &Refusal{Code: "API-SIZE", Text: fmt.Sprintf("the document has more than %d bytes", large.Limit), Advice: "raise api.max_size in waybill.yaml if documents may be that large"})
		return nil, false
	case err != nil:
		answer(w, http.StatusBadRequest, &Refusal{Code: "API-PARTIAL", Text: "the request broke off: " + err.Error(), Advice: "send it again"})
		return nil, false
	}
	return body, true
}

// take answers 202 after the commit that holds the document.
func (a *api) take(w http.ResponseWriter, r *http.Request, doc Submission) {
	s, err := a.documents.Submit(r.Context(), doc)
	if err != nil {
		refuse(w, err)
		return
	}
	s.Status = "/v1/documents/" + s.ID
	w.Header().Set("Location", s.Status)
	answer(w, http.StatusAccepted, s)
}

// called takes a system's own call. Who calls for a system that is not there
// learns no more than a stranger.
func (a *api) called(w http.ResponseWriter, r *http.Request) {
	body, ok := a.read(w, r)
	if !ok {
		return
	}
	system := r.PathValue("system")
	source := a.o.Sources[system]
	if source == nil {
		stranger(w, errors.New("no system of that name may call"))
		return
	}
	if err := source.Admit(r.Header, body); err != nil {
		stranger(w, err)
		return
	}
	event, document, err := source.Open(r.Header, body)
	switch {
	case err != nil:
		answer(w, http.StatusUnprocessableEntity, &Refusal{Code: "API-EVENT", Text: err.Error(), Advice: "send what the webhook block of the adapter says, or mend the block"})
	case !keyFits(event):
		badKey(w, "the event's id")
	default:
		a.take(w, r, Submission{Door: "webhook", Client: system, Remote: r.RemoteAddr, Key: event, Body: document})
	}
}

func stranger(w http.ResponseWriter, err error) {
	answer(w, http.StatusUnauthorized, &Refusal{Code: "API-AUTH", Text: "the call is not taken for the system's: " + err.Error(), Advice: "send what auth of the adapter's webhook says"})
}

func (a *api) follow(w http.ResponseWriter, r *http.Request, _ string) {
	f, err := a.documents.Follow(r.Context(), r.PathValue("id"))
	if err != nil {
		refuse(w, err)
		return
	}
	if f.DuplicateOf != "" {
		f.Original = "/v1/documents/" + f.DuplicateOf
	}
	answer(w, http.StatusOK, f)
}

// refuse answers an error; one that is no refusal leaves open what happened.
func refuse(w http.ResponseWriter, err error) {
	var r *Refusal
	if errors.As(err, &r) {
		answer(w, r.Status, r)
		return
	}
	w.Header().Set("Retry-After", "5")
	answer(w, http.StatusServiceUnavailable, &Refusal{Code: "API-STORE", Text: "the document was not stored", Advice: "send it again under the same key; the gateway's log says more"})
}

func answer(w http.ResponseWriter, status int, v any) {
	data, err := json.Marshal(v)
	if err != nil {
		status, data = http.StatusInternalServerError, []byte(`{"code":"API-STORE","error":"the answer cannot be written"}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(data, '\n')) // a client that is gone has not read it
}
