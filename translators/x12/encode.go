package x12

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"

	"github.com/moov-io/x12/pkg/segments"

	"waybill/translators"
)

// Encode writes one interchange, see translators.Translator. Sets that name the
// same group one after the other share it. ST and SE are written from the set's
// id, control number and convention; a set may hold them or not. Everything is
// written to memory, read back and held against the schemas before the first
// byte leaves; what is wrong is a *Refusal.
func (t *Translator) Encode(w io.Writer, ic translators.Interchange, sets iter.Seq2[*translators.Set, error]) error {
	e := &encoder{library: t.library, ic: ic, schemas: map[string]*translators.Schema{}}
	e.header()
	for set, err := range sets {
		if err != nil {
			return fmt.Errorf("encoding interchange %s: %w", ic.Control, err)
		}
		e.set(set)
		if len(e.refusal.Problems) > problemsInHeaders {
			return &e.refusal
		}
	}
	e.endGroup()
	if e.groups == 0 {
		e.refuse("GS", 0, "there is nothing to write", "", "at least one set")
	}
	e.envelope(&segments.IEA{NumberOfFunctionalGroups: strconv.Itoa(e.groups), InterchangeControlNumber: ic.Control}, 2)
	if err := e.verify(t); err != nil {
		return err
	}
	_, err := w.Write(e.out.Bytes())
	return err
}

// encoder writes an interchange into memory.
type encoder struct {
	library *Library
	ic      translators.Interchange
	out     bytes.Buffer
	group   translators.Group
	open    bool // a group is
	groups  int
	sets    int // in the group
	lines   int // in the set
	schemas map[string]*translators.Schema
	refusal Refusal
	widths  map[string]int // of segments, where all separators are written
	inData  byte           // see Delimiters
}

// header completes the delimiters and writes the ISA, each element in its width.
func (e *encoder) header() {
	ic := &e.ic
	ic.Delimiters = delimiters(ic.Delimiters, ic.Version)
	if end := ic.Delimiters.LineEnd; end != "" && end != "\n" && end != "\r\n" && end != "\r" {
		e.refuse("ISA", 0, "what stands after each segment is no line end", end, "CR, LF, both or nothing")
	}
	standard := ic.Standard
	if ic.Delimiters.Repetition != 0 {
		standard = string([]byte{ic.Delimiters.Repetition})
	} else if standard == "" {
		standard = "U"
	}
	asked := "0"
	if ic.AcknowledgementRequested {
		asked = "1"
	}
	isa := segments.ISA{
		AuthorizationQualifier: or(ic.Authorization[0], "00"), AuthorizationInformation: padded(ic.Authorization[1], 10),
		SecurityQualifier: or(ic.Security[0], "00"), SecurityInformation: padded(ic.Security[1], 10),
		SenderQualifier: padded(ic.SenderQualifier, 2), SenderId: padded(ic.Sender, 15),
		ReceiverQualifier: padded(ic.ReceiverQualifier, 2), ReceiverId: padded(ic.Receiver, 15),
		Date: ic.Date, Time: ic.Time, StandardsId: standard, Version: ic.Version,
		InterchangeControlNumber: ic.Control, AcknowledgmentRequested: asked, TestIndicator: ic.Usage,
		ComponentElementSeparator: string([]byte{ic.Delimiters.Component}),
	}
	e.envelope(&isa, 16)
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func padded(s string, width int) string { return fmt.Sprintf("%-*s", width, s) }

// delimiters fills in the usual ones. There is a repetition separator from version 00402 on.
func delimiters(d translators.Delimiters, version string) translators.Delimiters {
	for _, d := range []struct {
		at    *byte
		usual byte
	}{{&d.Element, '*'}, {&d.Component, '>'}, {&d.Repetition, '^'}, {&d.Segment, '~'}} {
		if *d.at == 0 {
			*d.at = d.usual
		}
	}
	if version < "00402" {
		d.Repetition = 0
	}
	return d
}

func (e *encoder) startGroup(g translators.Group) {
	e.endGroup()
	e.group, e.open, e.sets = g, true, 0
	e.groups++
	e.envelope(&segments.GS{
		FunctionalIdentifierCode: g.Functional, ApplicationSenderCode: g.Sender, ApplicationReceiverCode: g.Receiver,
		Date: g.Date, Time: g.Time, GroupControlNumber: g.Control, ResponsibleAgencyCode: or(g.Agency, "X"), Version: g.Version,
	}, 8)
}

func (e *encoder) endGroup() {
	if e.open {
		e.envelope(&segments.GE{NumberOfTransactionSet: strconv.Itoa(e.sets), GroupControlNumber: e.group.Control}, 2)
	}
	e.open = false
}

// sameGroup says whether a set belongs into the open group.
func (e *encoder) sameGroup(g translators.Group) bool {
	o := e.group
	return e.open && g.Control == o.Control && g.Functional == o.Functional && g.Version == o.Version &&
		g.Sender == o.Sender && g.Receiver == o.Receiver
}

func (e *encoder) set(s *translators.Set) {
	if !e.sameGroup(s.Group) {
		e.startGroup(s.Group)
	}
	e.sets++
	e.lines = 0
	if s.Schema != nil && strings.HasPrefix(s.Group.Version, s.Schema.Release) {
		e.schemas[s.ID+s.Group.Version] = s.Schema
	}
	e.widths = e.padding(s)
	e.envelope(&segments.ST{
		TransactionSetIdentifierCode: s.ID, TransactionSetControlNumber: s.Control, ImplementationConventionReference: s.Convention,
	}, 3)
	for i := range s.Segments {
		if seg := &s.Segments[i]; seg.ID != "ST" && seg.ID != "SE" {
			e.segment(seg)
		}
	}
	e.envelope(&segments.SE{NumberOfSegments: strconv.Itoa(e.lines + 1), TransactionSetControlNumber: s.Control}, 2)
}

// padding is how many elements each segment of a set gets, where that was agreed.
func (e *encoder) padding(s *translators.Set) map[string]int {
	if e.ic.Trailing != trailingRequire {
		return nil
	}
	schema := e.schemas[s.ID+s.Group.Version]
	if schema == nil {
		var err error
		if schema, err = e.library.Schema(s.ID, s.Group.Version); err != nil {
			return nil // verify says so
		}
	}
	return widths(schema)
}
