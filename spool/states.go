package spool

import "strings"

// Transition is one allowed change of status, and when it happens.
type Transition struct {
	From, To Status
	When     string
}

// Transitions is the whole state machine. A change that is not listed is refused.
// The empty status stands for a message that is not there yet.
func Transitions() []Transition {
	return []Transition{
		{"", Arrived, "a door has stored the bytes"},
		{"", Staged, "a child of a large step was inserted before its parent's outcome"},
		{"", Ready, "a step made a child that waits for a stage"},
		{"", Done, "a step made a child that waits for nothing"},
		{"", Refused, "the bytes broke off, or a child was refused with its parent's step"},
		{"", Held, "a step made a child that a person must decide on"},
		{Arrived, Done, "the door has released what the bytes turned out to be"},
		{Arrived, Refused, "the door told the sender no, or lost its lease before it could answer"},
		{Arrived, Held, "the same transmission id came before with other content"},
		{Staged, Ready, "the parent's outcome was applied"},
		{Staged, Done, "the parent's outcome was applied to a child that waits for nothing"},
		{Staged, Refused, "the parent's outcome was applied to a child that was refused, or the parent was refused"},
		{Staged, Held, "the parent's outcome was applied to a child for a person"},
		{Ready, Running, "a worker has leased it"},
		{Running, Ready, "the step goes on with another stage, failed and will be tried again, or lost its lease"},
		{Running, Done, "the step was the last"},
		{Running, Held, "the step needs a person"},
		{Running, Refused, "the step refused it, and the sender is told"},
		{Running, Dead, "attempts are used up, or the step panicked"},
		{Ready, Held, "an operator put it on hold"},
		{Done, Held, "an answer that came later says that it came to nothing"},
		{Held, Ready, "an operator released it"},
		{Held, Dropped, "an operator dropped it"},
		{Dead, Ready, "an operator has it tried again"},
		{Dead, Dropped, "an operator dropped it"},
		{Ready, Dropped, "an operator dropped it"},
	}
}

// allowed says whether the table has the change.
func allowed(from, to Status) bool {
	for _, t := range Transitions() {
		if t.From == from && t.To == to {
			return true
		}
	}
	return false
}

// Terminal says that nothing follows on its own: neither a worker nor a receiver
// will touch the message.
func (s Status) Terminal() bool {
	return s == Done || s == Refused || s == Dropped
}

// StatesDoc is docs/spool-states.md: the state machine as a picture and a table.
func StatesDoc() string {
	var b strings.Builder
	b.WriteString("# The states of a message\n\nMade from the table in spool/states.go; a change that is not listed is refused.\n\n```mermaid\nstateDiagram-v2\n")
	for _, t := range Transitions() {
		b.WriteString("    " + node(t.From) + " --> " + node(t.To) + "\n")
	}
	b.WriteString("```\n\n| from | to | when |\n|---|---|---|\n")
	for _, t := range Transitions() {
		from := string(t.From)
		if from == "" {
			from = "(new)"
		}
		b.WriteString("| " + from + " | " + string(t.To) + " | " + t.When + " |\n")
	}
	return b.String()
}

func node(s Status) string {
	if s == "" {
		return "[*]"
	}
	return string(s)
}
