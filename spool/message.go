package spool

import (
	"context"
	"database/sql"
	"time"
)

// Status is where a message stands. The table of allowed transitions is in states.go.
type Status string

const (
	Staged  Status = "staged"  // a child that waits for its parent's outcome
	Arrived Status = "arrived" // bytes are stored, what they are is not known yet
	Ready   Status = "ready"   // waits for its stage
	Running Status = "running" // leased by a worker
	Done    Status = "done"
	Held    Status = "held"    // a person must decide
	Refused Status = "refused" // the sender was told; terminal
	Dead    Status = "dead"    // attempts used up
	Dropped Status = "dropped" // by an operator, with a reason
)

// Stage names what a ready message waits for. The spool gives it no meaning.
type Stage string

// Message is one row: the durable record and the job in one.
type Message struct {
	ID          string // ULID, time-ordered
	Parent      string
	Correlation string
	Kind        string // transmission, interchange, set, document, acknowledgement …
	Direction   string // in, out
	Partner     string
	Document    string // 850, 997, order …
	Stage       Stage
	Status      Status
	RunAt       time.Time
	Attempts    int
	Fence       int64 // grows with every lease; Finish is conditional on it
	LeaseUntil  time.Time
	Dedupe      string
	OrderKey    string
	OrderSeq    int64
	GroupKey    string
	Payload     Ref
	Prepared    []byte
	Code        string // stable error code of the last error, such as ENV-USAGE
	Error       string // last error, in words
	Hint        string // who must act, and how
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// Ref is a payload, or a range of one. A child's payload is a range of its
// parent's, never a copy. ISA and GS are the offsets of the envelope segments
// that govern the range, -1 where there are none.
type Ref struct {
	SHA256 string // of the whole payload, hex; "" for no payload
	Offset int64
	Length int64
	ISA    int64
	GS     int64
}

// Child is a message to be made by a step.
type Child struct {
	Key         string // distinguishes siblings; with the parent's id it makes the child's id, the same on every rerun
	Correlation string // "" inherits; "self" starts a thread of its own
	Kind        string
	Direction   string
	Partner     string
	Document    string
	Stage       Stage  // "" for a record that waits for nothing
	Status      Status // "" is Ready with a stage, Done without
	RunAt       time.Time
	OrderKey    string
	OrderSeq    int64
	GroupKey    string
	Payload     Ref    // a range of an existing payload, or what Create made, or
	Body        []byte // small content to store
	Labels      []Label
	Carries     []string // ids of the members that this message carries (links)
	Code        string
	Error       string
	Hint        string
	Note        string // for the child's first history line
	Evidence    []byte
}

// Label is a business key people search by.
type Label struct{ Name, Value string }

// Claim is a unique key with the hash of what claims it. A second claim of the
// same key by another message fails with *ClaimConflict.
type Claim struct{ Key, Hash string }

// Expectation is an answer that a message waits for.
type Expectation struct {
	Message    string
	Kind       string    // mdn, ta1, fa
	Key        string    // unique among the unsettled
	Shared     bool      // where a message waits for the key already, that is enough; else it is a *ClaimConflict
	DueAt      time.Time // zero: never overdue
	State      string    // expected, possible (nobody waits, but an answer may come), accepted, errors, partial, rejected, overdue, waived
	AnsweredBy string
	Note       string            // what the answer said
	Digests    map[string]string // what an asynchronous MDN is compared with
}

// Answer settles expectations: those with Key, or all open ones whose key begins
// with Key when Prefix is set.
type Answer struct {
	Key    string
	Prefix bool
	Quiet  bool   // no line in the history where nothing waits for it
	Whole  bool   // it also settles everything else that the same messages wait for
	State  string // "" is news: it stands in the history, and they wait on
	Text   string
	Hold   *Hold // the messages that it settles came to nothing
}

// Hold has a message that was done, or waits for its stage, wait for a person
// instead: released, it does its stage again.
type Hold struct {
	Stage             Stage
	Code, Error, Hint string
}

// Outcome is the whole effect of one step, applied in one transaction.
type Outcome struct {
	Next     Stage     // where the message goes; "" ends it
	Status   Status    // "" is Ready with Next and Done without; Held and Refused are a stage's choice
	RunAt    time.Time // with Next: not before
	Partner  string    // "" keeps
	Document string    // "" keeps
	Emit     []Child
	Staged   bool // children staged in chunks become ready with this outcome (or are dropped when Status is Refused)
	Expect   []Expectation
	Answers  []Answer
	Claims   []Claim
	Prepared []byte
	Labels   []Label
	Events   []Event // further lines for the history: Verb, Note, Code and Evidence count
	Note     string  // one line for the history
	Evidence []byte
	Passed   bool   // with Held: those behind it in the order of its key go on without it
	Code     string // with Held and Refused: error code, words and hint
	Error    string
	Hint     string
	Revision string // of the Book that the step used
	Duration time.Duration
	// Also runs short database work of another room in the same transaction.
	Also func(ctx context.Context, tx *sql.Tx) error
}

// Event is one line of a message's history.
type Event struct {
	Seq      int64
	Message  string
	At       time.Time
	Actor    string // worker, door, or operator
	Verb     string // accepted, released, leased, finished, retried, held …
	From, To Status
	Stage    Stage
	Note     string
	Code     string
	Error    string
	Revision string
	Duration time.Duration
	Evidence []byte
}
