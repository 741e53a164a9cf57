// Package translators holds what every translator between bytes and documents
// shares: the transaction set as a tree, the schema that tree was read against,
// the problems found on the way, and the Translator contract itself. It knows
// nothing of partners, mappings or the spool.
package translators

import (
	"io"
	"iter"
)

// Translator turns bytes into transaction sets and back, and speaks the
// acknowledgements of its syntax.
type Translator interface {
	// Decode reads every interchange in r and hands its transaction sets to each,
	// one at a time, valid or not; a set must not be kept after each returns.
	// What is wrong with the data is in the Report; the error is for the reader,
	// for each, and for data that is not this syntax at all (then a *SyntaxError).
	Decode(r io.Reader, o Options, each func(*Set) error) (*Report, error)
	// Encode writes one interchange with the groups that sets name, counts and
	// trailers computed. It refuses a value it cannot carry and writes nothing
	// that its own Decode would find fault with.
	Encode(w io.Writer, ic Interchange, sets iter.Seq2[*Set, error]) error
	// EncodeTA1 writes an interchange of interchange acknowledgements alone.
	EncodeTA1(w io.Writer, ic Interchange, answers []Answer) error
	// Acknowledge builds the answers that rep asks for under p.
	Acknowledge(rep *Report, p AckPolicy) (Acks, error)
	// Answers reads whom an inbound acknowledgement answers, and how.
	Answers(set *Set) ([]Answer, error)
}

// Options of a Decode.
type Options struct {
	// Rules names the schema and the limits for a set; nil means the
	// translator's own schemas and default limits.
	Rules func(ic Interchange, g Group, set string) Rules
	// Inside says that r holds an ISA, a GS and one ST…SE without trailers, as
	// cut out of a larger interchange; missing trailers are then no problem.
	Inside bool
	// Reuse says that nothing of a set is kept when each returns, not even a text
	// of it: they are read where they lie.
	Reuse bool
	// Brief says that the report keeps only what something is wrong with, and the
	// last interchange, so that a file may hold any number of sets.
	Brief bool
}

// Rules apply to one transaction set.
type Rules struct {
	Schema *Schema // nil: the translator looks for its own by set and release
	Refuse string  // not empty: the set or version is not supported, and why
	Note   string  // not empty: a warning about the set, such as that its schema is another release's
	Bare   bool    // the set is cut up and counted, but held against no schema: it has no tree
	// Business asks for warnings about sums and levels that contradict each other.
	Business bool
	// Charset is what the characters must be of, and how the bytes beyond ASCII are
	// read: "basic", "extended" (X12.5; ISO 8859-1) or "utf8"; "" asks for nothing.
	// Texts of a set that is read as extended are UTF-8 when it is handed out.
	Charset string
	// Trailing says what separators at the end of a segment are: "forbid" and
	// "require" make findings, all else allows them.
	Trailing string
	Limits   Limits
}

// Limits bound what one set may cost; zero means the translator's default.
type Limits struct {
	Problems int // kept per set; more are counted, not kept
	Segments int // in one set
	Bytes    int // in one set
}

// Delimiters of an interchange. Repetition is 0 where the version has none.
type Delimiters struct {
	Element, Component, Repetition, Segment byte
	LineEnd                                 string // after each segment terminator: "", "\n", "\r\n"
	InData                                  byte   // is written for a delimiter inside a value of a set; 0 refuses the value
}

// Interchange is an ISA…IEA envelope.
type Interchange struct {
	Index                    int // 0-based in the file
	Offset, End              int64
	Delimiters               Delimiters
	Authorization, Security  [2]string // ISA01/02, ISA03/04
	SenderQualifier, Sender  string    // ISA05, ISA06, trimmed
	ReceiverQualifier        string    // ISA07
	Receiver                 string    // ISA08
	Date, Time               string    // ISA09 YYMMDD, ISA10 HHMM
	Standard                 string    // ISA11 where it is no repetition separator
	Version                  string    // ISA12
	Control                  string    // ISA13, nine digits as sent
	AcknowledgementRequested bool      // ISA14
	Usage                    string    // ISA15: P, T or I
	Charset, Trailing        string    // of what is written, see Rules
}

// Group is a GS…GE functional group.
type Group struct {
	Index            int // 0-based in its interchange
	Offset, End      int64
	Functional       string // GS01
	Sender, Receiver string // GS02, GS03
	Date, Time       string // GS04, GS05
	Control          string // GS06 as sent
	Agency           string // GS07
	Version          string // GS08, such as 004010VICS
}

// Set is one ST…SE transaction set.
type Set struct {
	Index       int // 0-based in its group
	ID          string
	Control     string // ST02 as sent
	Convention  string // ST03
	Interchange Interchange
	Group       Group
	Offset, End int64 // byte range ST…SE with its terminator
	Schema      *Schema
	Root        *Node // the set as a tree; nil where there is no schema for it
	Segments    []Segment
	Problems    []Problem
	Dropped     int // problems over the limit, counted and not kept
}

// Segment is one segment as read or to be written. Elements[0] is element 01.
type Segment struct {
	ID       string
	Position int   // in its set, ST = 1
	Offset   int64 // in the file
	Elements []Element
}

// Element is one element: plain text, or a composite or repeated value.
type Element struct {
	Text    string
	Repeats [][]string // repetition, then component; nil for a plain element
}

// Element returns the text of element n (1-based), or "" where there is none.
// Of a composite or repeated element it is the first component.
func (s *Segment) Element(n int) string {
	if s == nil || n < 1 || n > len(s.Elements) {
		return ""
	}
	e := s.Elements[n-1]
	if len(e.Repeats) > 0 {
		if len(e.Repeats[0]) == 0 {
			return ""
		}
		return e.Repeats[0][0]
	}
	return e.Text
}

// Component returns component c (1-based) of element n in its first repetition.
func (s *Segment) Component(n, c int) string {
	if s == nil || n < 1 || n > len(s.Elements) || c < 1 {
		return ""
	}
	e := s.Elements[n-1]
	if len(e.Repeats) == 0 {
		if c == 1 {
			return e.Text
		}
		return ""
	}
	if c > len(e.Repeats[0]) {
		return ""
	}
	return e.Repeats[0][c-1]
}

// Node is one occurrence of a loop or segment in a set's tree. A loop's first
// child is its trigger segment; HL loops nest by HL02.
type Node struct {
	Item     *Item
	Segment  *Segment // nil for a loop
	Children []*Node
}

// Trigger is the segment that opened the loop, or the segment itself.
func (n *Node) Trigger() *Segment {
	if n.Segment != nil || len(n.Children) == 0 {
		return n.Segment
	}
	return n.Children[0].Segment
}
