package translators

import "sync"

// Usage says whether a segment, loop or element must be there.
type Usage byte

// What a schema or a partner's guide says of usage.
const (
	Optional  Usage = 'O'
	Mandatory Usage = 'M'
	NotUsed   Usage = 'N' // by a partner's guide
)

// Schema is one transaction set in one release, compiled and immutable.
type Schema struct {
	Set        string // "850"
	Release    string // "004010"
	Name       string
	Functional string // GS01 that carries it: "PO"
	Root       *Item  // the set as a loop: its children are ST … SE
	Items      int    // number of items; every Item.Index is below it
	Guide      *Guide // the partner's, where the schema is the standard's as changed by one

	derived struct { // see Derived
		once  sync.Once
		value any
	}
}

// Item is a segment or a loop at one place of a schema, in position order.
type Item struct {
	ID      string // segment id; of a loop the id of its trigger
	Name    string
	Loop    bool
	Usage   Usage
	Max     int // occurrences allowed here; 0 is unlimited
	Index   int // dense within the schema
	Area    string
	Segment *SegmentRule // of a loop: its trigger's
	Items   []*Item      // of a loop: the trigger first, then the rest in order
	Parent  *Item
	Demand  *Demand // of a partner's guide
}

// SegmentRule is what a schema says of a segment wherever it stands.
type SegmentRule struct {
	ID       string
	Name     string
	Key      int // the element that a qualifier choice such as N1[ST] tests; 1 unless stated (HL 3, TD5 2)
	Elements []ElementRule
	Notes    []Note
	Pairs    []Pair // qualifier and value elements that travel together, such as PO106/PO107
}

// Pair is a qualifier element and the value element that it describes.
type Pair struct{ Qualifier, Value int }

// ElementRule is what a schema says of one element or component.
type ElementRule struct {
	Number     string // dictionary number, such as "143"; of a composite its id, such as "C040"
	Name       string
	Type       string // AN ID DT TM R N0…N9 B, or "" for a composite
	Min, Max   int
	Usage      Usage
	Repeat     int // 1 unless the element repeats; 0 is unlimited
	Codes      *Codes
	Components []ElementRule
	Notes      []Note  // of a composite: between its components
	Demand     *Demand // of a partner's guide
}

// Codes is a code list. Words may lack a code that the list has.
type Codes struct {
	Number  string
	Members map[string]struct{}
	Words   map[string]string // code → meaning in our words
	Partial bool              // the list is known to be incomplete: an unknown code is no problem
}

// Has reports whether the list has the code; a nil list has every code.
func (c *Codes) Has(code string) bool {
	if c == nil || len(c.Members) == 0 {
		return true
	}
	_, ok := c.Members[code]
	return ok
}

// Note is a syntax note: X12 P (paired), R (required), E (exclusion),
// C (conditional) or L (list conditional), with element positions.
type Note struct {
	Kind     byte
	Elements []int
}

// Derived returns what a translator works out from the schema to read faster,
// which make is asked for once. It lives as long as the schema.
func (s *Schema) Derived(make func() any) any {
	s.derived.once.Do(func() { s.derived.value = make() })
	return s.derived.value
}
