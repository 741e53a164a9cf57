package workbench

import (
	"encoding/json"
	"fmt"

	"waybill/mappings"
	"waybill/translators"
)

// Name is what one side of an exchange is called in its envelopes.
type Name struct {
	Qualifier, ID string // of ISA
	Group         string // of GS; the ID where it is ""
}

// Envelope is whom an interchange goes between; the zero Envelope is made up.
type Envelope struct{ Us, Them Name }

// or is the name, or where there is none what is made up.
func (n Name) or(id string) Name {
	if n.ID == "" {
		n = Name{Qualifier: "ZZ", ID: id}
	}
	if n.Group == "" {
		n.Group = n.ID
	}
	return n
}

// around puts a set and its group under the names.
func (e Envelope) around(set *translators.Set) {
	g := &set.Group
	g.Sender, g.Receiver, g.Date, g.Time, g.Control, g.Agency = e.Us.or("OURCO").Group, e.Them.or("PARTNER").Group, "20260101", "0000", "1", "X"
}

// interchange is one between the names, on a day and under a number that are made up.
func (e Envelope) interchange(s *translators.Schema) translators.Interchange {
	us, them := e.Us.or("OURCO"), e.Them.or("PARTNER")
	ic := translators.Interchange{
		SenderQualifier: us.Qualifier, Sender: us.ID, ReceiverQualifier: them.Qualifier, Receiver: them.ID,
		Date: "260101", Time: "0000", Standard: "U", Version: "00401", Control: "000000001", Usage: "T",
		Delimiters: translators.Delimiters{Element: '*', Component: '>', Segment: '~'},
	}
	if s.Release >= "005010" {
		ic.Version, ic.Standard, ic.Delimiters.Repetition = "00501", "", '^'
	}
	return ic
}

// Write makes one interchange of documents, or of their bodies, one after another.
// The documents are held against their schema first, as the API does it.
func (b *Bench) Write(r *mappings.Resolved, data []byte, e Envelope) ([]byte, []mappings.Problem, error) {
	schema, err := b.Schema(r)
	if err != nil {
		return nil, nil, err
	}
	m, err := b.compiled(r, schema)
	if err != nil {
		return nil, nil, err
	}
	docs, err := documents(data)
	if err != nil {
		return nil, nil, err
	}
	var sets []*translators.Set
	var all []mappings.Problem
	for i, doc := range docs {
		body, wrong, err := b.body(m.Canonical(), doc)
		if err != nil {
			return nil, nil, fmt.Errorf("document %d: %w", i+1, err)
		}
		set, problems, err := m.Out(body)
		if err != nil {
			return nil, nil, fmt.Errorf("document %d: %w", i+1, err)
		}
		all = append(append(all, problems...), unsaid(wrong, problems)...)
		set.Control = fmt.Sprintf("%04d", i+1)
		e.around(set)
		sets = append(sets, set)
	}
	if len(sets) == 0 {
		return nil, nil, fmt.Errorf("there is no document in it")
	}
	text, err := b.encoded(e.interchange(schema), sets)
	if err != nil {
		return nil, all, err
	}
	return text, all, nil
}

// body is what the mapping reads of a document, and what is wrong with that.
func (b *Bench) body(kind string, doc json.RawMessage) (json.RawMessage, []mappings.Problem, error) {
	if b.Document == nil {
		return inside(doc), nil, nil
	}
	return b.Document(kind, doc)
}

// unsaid leaves out the fields of which the mapping has said that they are missing.
func unsaid(wrong, said []mappings.Problem) []mappings.Problem {
	fields := map[string]bool{}
	for _, p := range said {
		fields[p.Field] = true
	}
	var all []mappings.Problem
	for _, p := range wrong {
		if !fields[p.Field] {
			all = append(all, p)
		}
	}
	return all
}

// inside is the body of a document in its envelope, or the body that it is.
func inside(doc json.RawMessage) json.RawMessage {
	var envelope struct {
		SchemaVersion string          `json:"schemaVersion"`
		Body          json.RawMessage `json:"body"`
	}
	if json.Unmarshal(doc, &envelope) == nil && envelope.SchemaVersion != "" && len(envelope.Body) > 0 {
		return envelope.Body
	}
	return doc
}
