package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"waybill/spool"
)

const (
	width   = 100 // columns of a terminal that every table fits
	shortID = 12  // characters at the end of an id that tell messages apart
	clock   = "2006-01-02 15:04:05"
)

// short is the end of an id: the beginning is the time, which families share.
func short(id string) string { return id[max(len(id)-shortID, 0):] }

// cell is a text in so many columns, cut with an ellipsis.
func cell(text string, columns int) string {
	r := []rune(printable(text))
	if len(r) > columns {
		r = append(r[:columns-1], '…')
	}
	return string(r) + strings.Repeat(" ", columns-len(r))
}

// printable shows what strangers sent without letting it command the terminal.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '·'
	}, text)
}

// standing is a message's status with the stage that it waits for.
func standing(m spool.Message) string {
	if m.Stage == "" || m.Status.Terminal() {
		return string(m.Status)
	}
	return string(m.Status) + " " + string(m.Stage)
}

// painted is a text in the colour of a status, where a person looks.
func painted(text string, s spool.Status, colour bool) string {
	code := map[spool.Status]string{spool.Held: "33", spool.Dead: "31", spool.Refused: "31", spool.Done: "32"}[s]
	if !colour || code == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

// printList prints messages as a table.
func printList(w io.Writer, found []spool.Message, colour bool) error {
	if len(found) == 0 {
		_, err := fmt.Fprintln(w, "no message")
		return err
	}
	var b strings.Builder
	row := func(id, at, way, document, partner, status, code string, s spool.Status) {
		line := cell(id, shortID) + "  " + cell(at, 14) + "  " + cell(way, 3) + "  " + cell(document, 12) + "  " + cell(partner, 14) + "  " +
			painted(cell(status, 14), s, colour) + "  " + printable(code)
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	row("ID", "MADE", "WAY", "WHAT", "PARTNER", "STATUS", "CODE", "")
	for _, m := range found {
		row(short(m.ID), m.CreatedAt.Local().Format("01-02 15:04:05"), m.Direction, what(m), m.Partner, standing(m), m.Code, m.Status)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// what is a message's document, or its kind where it has none.
func what(m spool.Message) string {
	if m.Document != "" {
		return m.Document
	}
	return m.Kind
}

// printShown prints a message and the timeline of its family.
func printShown(w io.Writer, sh *shown, colour bool) error {
	var b strings.Builder
	m := sh.message
	field := func(name, text string) {
		if text != "" {
			b.WriteString(wrapped(cell(name, 12), text))
		}
	}
	field("message", m.ID)
	b.WriteString(cell("status", 12) + painted(standing(m), m.Status, colour) + "\n")
	field("what", strings.Join(strings.Fields(m.Kind+" "+m.Document+" "+m.Direction), " "))
	field("partner", m.Partner)
	field("parent", m.Parent)
	field("correlation", m.Correlation)
	field("made", local(m.CreatedAt)+", changed "+local(m.UpdatedAt))
	if m.Status == spool.Ready && m.Attempts > 0 {
		field("attempts", fmt.Sprintf("%d, the next at %s", m.Attempts, local(m.RunAt)))
	}
	if m.OrderKey != "" {
		field("order", fmt.Sprintf("%s, number %d", m.OrderKey, m.OrderSeq))
	}
	if b := sh.before; b.ID != "" {
		field("behind", strings.TrimSpace(b.ID+", which is "+standing(b)+" "+b.Code))
	}
	if m.Payload.SHA256 != "" {
		field("bytes", fmt.Sprintf("%d from %d of %.16s", m.Payload.Length, m.Payload.Offset, m.Payload.SHA256))
	}
	field("error", strings.TrimPrefix(m.Code+": "+m.Error, ": "))
	field("hint", m.Hint)
	for i, l := range sh.labels {
		field(map[bool]string{true: "keys"}[i == 0], l.Name+" "+l.Value)
	}
	for i, a := range sh.awaited {
		field(map[bool]string{true: "waits for"}[i == 0], awaits(a))
	}
	b.WriteString("\n")
	printTimeline(&b, sh, colour)
	_, err := io.WriteString(w, b.String())
	return err
}

func awaits(a spool.Expectation) string {
	text := a.Kind + " " + a.Key + ": " + a.State
	switch {
	case a.AnsweredBy != "":
		return text + " by " + short(a.AnsweredBy)
	case !a.DueAt.IsZero():
		return text + ", due " + local(a.DueAt)
	}
	return text
}

// printTimeline prints when, on which message, what, by whom, and why.
func printTimeline(b *strings.Builder, sh *shown, colour bool) {
	of := map[string]spool.Message{}
	for _, m := range sh.family {
		of[m.ID] = m
	}
	revision := ""
	for _, e := range sh.timeline {
		mark := " "
		if e.Message == sh.message.ID {
			mark = ">"
		}
		became := e.Verb
		if e.To != "" && string(e.To) != e.Verb {
			became += " → " + string(e.To)
		}
		if e.To == spool.Ready && e.Stage != "" {
			became += " " + string(e.Stage)
		}
		head := mark + " " + e.At.Local().Format("01-02 15:04:05.000") + "  " + cell(short(e.Message), shortID) + " " + cell(what(of[e.Message]), 14) + "  "
		by := printable(e.Actor) + took(e.Duration)
		if by != "" {
			by = strings.Repeat(" ", max(25-len([]rune(became)), 1)) + by
		}
		b.WriteString(head + painted(printable(became), e.To, colour) + by + "\n")
		texts := []string{e.Note}
		if e.Revision != "" && e.Revision != revision {
			revision = e.Revision
			texts = append(texts, "by configuration "+revision)
		}
		if e.Code != "" || e.Error != "" {
			texts = append(texts, strings.Trim(e.Code+": "+e.Error, ": "))
		}
		for _, text := range texts {
			if text != "" {
				b.WriteString(wrapped(strings.Repeat(" ", 22), text))
			}
		}
		for line := range strings.Lines(evidence(e.Evidence)) {
			b.WriteString(strings.Repeat(" ", 22) + "| " + printable(strings.TrimRight(line, "\r\n")) + "\n")
		}
	}
}

// evidence is what was kept with an event as people can read it: headers one on a
// line, problems as they are, and of a signature that it is there.
func evidence(data []byte) string {
	if !utf8.Valid(data) {
		return fmt.Sprintf("%d bytes that are no text: -o json has them", len(data))
	}
	var headers []struct{ Name, Value string }
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if d.Decode(&headers) != nil {
		return string(data)
	}
	var b strings.Builder
	for _, h := range headers {
		b.WriteString(h.Name + ": " + h.Value + "\n")
	}
	return b.String()
}

// local is a time as the clock on the wall shows it.
func local(t time.Time) string { return t.Local().Format(clock) }

func took(d time.Duration) string {
	if d <= 0 {
		return ""
	}
	return ", " + d.Round(100*time.Microsecond).String()
}

// wrapped is a text behind a head, broken between words so that it fits.
func wrapped(head, text string) string {
	var b strings.Builder
	indent := strings.Repeat(" ", len([]rune(head)))
	line := head
	room := 0
	for _, word := range strings.Fields(printable(strings.ReplaceAll(text, "\n", " "))) {
		n := len([]rune(word))
		if room > 0 && len(indent)+room+1+n > width {
			b.WriteString(strings.TrimRight(line, " ") + "\n")
			line, room = indent, 0
		}
		if room > 0 {
			line, room = line+" ", room+1
		}
		line, room = line+word, room+n
	}
	b.WriteString(strings.TrimRight(line, " ") + "\n")
	return b.String()
}

// printFinding prints one finding of waybill spool verify.
func printFinding(w io.Writer, f spool.Finding, asJSON bool) error {
	if asJSON {
		return printLines(w, []any{struct {
			Message string `json:"message,omitempty"`
			Payload string `json:"payload,omitempty"`
			Text    string `json:"text"`
			Note    bool   `json:"note"`
		}{f.Message, f.Payload, f.Text, f.Note}})
	}
	kind := "FINDING"
	if f.Note {
		kind = "note   "
	}
	subject := "message " + f.Message
	if f.Message == "" {
		subject = "payload " + f.Payload
	}
	_, err := fmt.Fprintf(w, "%s  %s: %s\n", kind, printable(subject), f.Text)
	return err
}
