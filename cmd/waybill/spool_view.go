package main

import (
	"context"
	"encoding/json"
	"io"
	"time"
	"unicode/utf8"

	"waybill/spool"
)

// shown is what waybill spool show prints.
type shown struct {
	message  spool.Message
	before   spool.Message // what it waits for, because their order is kept; without an ID for nothing
	labels   []spool.Label
	awaited  []spool.Expectation
	family   []spool.Message
	timeline []spool.Event
}

func readShown(ctx context.Context, s *spool.Spool, id string) (*shown, error) {
	var sh shown
	var err error
	if sh.message, err = s.Get(ctx, id); err != nil {
		return nil, err
	}
	if sh.message.Status == spool.Ready {
		if sh.before, _, err = s.Blocker(ctx, sh.message); err != nil {
			return nil, err
		}
	}
	if sh.labels, err = s.Labels(ctx, sh.message.ID); err != nil {
		return nil, err
	}
	if sh.awaited, err = s.Expectations(ctx, sh.message.ID); err != nil {
		return nil, err
	}
	sh.family, sh.timeline, err = s.Thread(ctx, sh.message.ID)
	return &sh, err
}

func (sh *shown) dropEvidence() {
	for i := range sh.timeline {
		sh.timeline[i].Evidence = nil
	}
}

// messageView is a message in JSON.
type messageView struct {
	ID          string    `json:"id"`
	Parent      string    `json:"parent,omitempty"`
	Correlation string    `json:"correlation"`
	Kind        string    `json:"kind"`
	Direction   string    `json:"direction,omitempty"`
	Partner     string    `json:"partner,omitempty"`
	Document    string    `json:"document,omitempty"`
	Stage       string    `json:"stage,omitempty"`
	Status      string    `json:"status"`
	RunAt       time.Time `json:"runAt"`
	Attempts    int       `json:"attempts"`
	OrderKey    string    `json:"orderKey,omitempty"`
	SHA256      string    `json:"sha256,omitempty"`
	Offset      int64     `json:"offset"`
	Length      int64     `json:"length"`
	Code        string    `json:"code,omitempty"`
	Error       string    `json:"error,omitempty"`
	Hint        string    `json:"hint,omitempty"`
	CreatedAt   time.Time `json:"createdAt"`
	UpdatedAt   time.Time `json:"updatedAt"`
}

func view(m spool.Message) messageView {
	return messageView{
		ID: m.ID, Parent: m.Parent, Correlation: m.Correlation, Kind: m.Kind, Direction: m.Direction, Partner: m.Partner, Document: m.Document,
		Stage: string(m.Stage), Status: string(m.Status), RunAt: m.RunAt, Attempts: m.Attempts, OrderKey: m.OrderKey, SHA256: m.Payload.SHA256,
		Offset: m.Payload.Offset, Length: m.Payload.Length, Code: m.Code, Error: m.Error, Hint: m.Hint, CreatedAt: m.CreatedAt, UpdatedAt: m.UpdatedAt,
	}
}

func views(ms []spool.Message) []messageView {
	out := make([]messageView, 0, len(ms))
	for _, m := range ms {
		out = append(out, view(m))
	}
	return out
}

// eventView is a line of the timeline in JSON.
type eventView struct {
	At         time.Time `json:"at"`
	Message    string    `json:"message"`
	Actor      string    `json:"actor,omitempty"`
	Verb       string    `json:"verb"`
	From       string    `json:"from,omitempty"`
	To         string    `json:"to,omitempty"`
	Stage      string    `json:"stage,omitempty"`
	Note       string    `json:"note,omitempty"`
	Code       string    `json:"code,omitempty"`
	Error      string    `json:"error,omitempty"`
	Revision   string    `json:"revision,omitempty"`
	DurationMS float64   `json:"durationMs,omitempty"`
	Evidence   string    `json:"evidence,omitempty"`       // where it is text
	Bytes      []byte    `json:"evidenceBase64,omitempty"` // where it is not, such as a signature
}

// awaitedView is an answer that a message waits for, in JSON.
type awaitedView struct {
	Kind       string    `json:"kind"`
	Key        string    `json:"key"`
	DueAt      time.Time `json:"dueAt"`
	State      string    `json:"state"`
	AnsweredBy string    `json:"answeredBy,omitempty"`
}

type shownView struct {
	Message  messageView   `json:"message"`
	Behind   string        `json:"behind,omitempty"` // the message that it waits for, because their order is kept
	Labels   [][2]string   `json:"labels"`
	Awaited  []awaitedView `json:"awaited"`
	Family   []messageView `json:"family"`
	Timeline []eventView   `json:"timeline"`
}

func (sh *shown) view() shownView {
	v := shownView{Message: view(sh.message), Behind: sh.before.ID, Labels: [][2]string{}, Awaited: []awaitedView{}, Family: views(sh.family), Timeline: []eventView{}}
	for _, l := range sh.labels {
		v.Labels = append(v.Labels, [2]string{l.Name, l.Value})
	}
	for _, a := range sh.awaited {
		v.Awaited = append(v.Awaited, awaitedView{a.Kind, a.Key, a.DueAt, a.State, a.AnsweredBy})
	}
	for _, e := range sh.timeline {
		text, other := string(e.Evidence), []byte(nil)
		if !utf8.Valid(e.Evidence) { // JSON would spoil it
			text, other = "", e.Evidence
		}
		v.Timeline = append(v.Timeline, eventView{
			At: e.At, Message: e.Message, Actor: e.Actor, Verb: e.Verb, From: string(e.From), To: string(e.To), Stage: string(e.Stage), Note: e.Note,
			Code: e.Code, Error: e.Error, Revision: e.Revision, DurationMS: float64(e.Duration.Microseconds()) / 1000, Evidence: text, Bytes: other,
		})
	}
	return v
}

// printLines prints one JSON object a line.
func printLines[T any](w io.Writer, items []T) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	for _, item := range items {
		if err := e.Encode(item); err != nil {
			return err
		}
	}
	return nil
}
