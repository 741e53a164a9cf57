// Package canonical is what a document is inside Waybill, whoever sent it and in
// whatever format: the envelope that the gateway writes, the body that a mapping
// writes, the JSON Schema of the body, its check, its hash and its keys. Partners'
// words end at the mapping; from there to our own systems everybody reads these
// fields.
package canonical

import "encoding/json"

// SchemaVersion is the version of the bodies that this package writes and checks.
const SchemaVersion = "1.0"

// Document is one business document in its envelope. What is absent is an absent
// key: there is no null, no empty text and no empty object.
type Document struct {
	ID             string          `json:"id,omitempty" doc:"ULID of this document in this gateway"`
	Kind           string          `json:"kind" canonical:"required" codes:"kind" doc:"what the body is"`
	SchemaVersion  string          `json:"schemaVersion" canonical:"required" doc:"major.minor of the body's schema"`
	Tenant         string          `json:"tenant,omitempty" doc:"whose gateway this is"`
	Partner        string          `json:"partner,omitempty" doc:"profile of the trading partner; absent for our own master data"`
	Role           string          `json:"role,omitempty" codes:"role" doc:"what we are in this exchange"`
	Direction      string          `json:"direction,omitempty" codes:"direction" doc:"seen from us"`
	Channel        string          `json:"channel,omitempty" codes:"channel" doc:"how it came or goes"`
	Environment    string          `json:"environment,omitempty" codes:"environment" doc:"ISA15"`
	CorrelationID  string          `json:"correlationId,omitempty" doc:"ULID of the thread of one commercial order"`
	CausationID    string          `json:"causationId,omitempty" doc:"document or event that caused this one"`
	IdempotencyKey string          `json:"idempotencyKey,omitempty" canonical:"max=200" doc:"the same for every delivery of the same revision"`
	CreatedAt      string          `json:"createdAt,omitempty" doc:"RFC 3339, UTC"`
	Source         *Source         `json:"source,omitempty" doc:"where it came from"`
	Mapping        *Mapping        `json:"mapping,omitempty" doc:"what produced or will render the body"`
	BodyHash       string          `json:"bodyHash,omitempty" doc:"SHA-256 of the body in RFC 8785 form, hex"`
	Unmapped       []Unmapped      `json:"unmapped,omitempty" doc:"source elements that no rule read"`
	Body           json.RawMessage `json:"body" canonical:"required" doc:"the document itself, by its kind's schema"`
	Process        json.RawMessage `json:"process,omitempty" doc:"what our own stages and systems learned later"`
}

// Source says which bytes of which interchange a document was read from.
type Source struct {
	Format      string `json:"format,omitempty" doc:"x12, json and so on"`
	Document    string `json:"document,omitempty" doc:"ST01"`
	Release     string `json:"release,omitempty" doc:"GS08"`
	Transport   string `json:"transport,omitempty" doc:"as2, sftp and so on"`
	Interchange string `json:"interchange,omitempty" doc:"ISA13"`
	Group       string `json:"group,omitempty" doc:"GS06"`
	Transaction string `json:"transaction,omitempty" doc:"ST02"`
	MessageID   string `json:"messageId,omitempty" doc:"message in the spool"`
	ReceivedAt  string `json:"receivedAt,omitempty" doc:"RFC 3339, UTC"`
	SHA256      string `json:"sha256,omitempty" doc:"of the stored bytes, hex"`
}

// Mapping names the mapping file that a body was made with.
type Mapping struct {
	Name    string `json:"name,omitempty" doc:"file under mappings"`
	Version int    `json:"version,omitempty" canonical:"min=1" doc:"its version"`
}

// Unmapped is one source element that no rule of the mapping read.
type Unmapped struct {
	Path  string `json:"path" canonical:"required" doc:"where it stood, such as 850/PO1[3]/CTP05-01"`
	Value string `json:"value" canonical:"required" doc:"what stood there"`
}

// Problem is one finding about a document, with the place in its JSON.
type Problem struct {
	Path string // such as lines[2].item; the kind where it is about the whole
	Text string // what was found and what is expected
}
