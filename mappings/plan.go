package mappings

import "waybill/translators"

// A template is the JSON shape of one frame: the document, or one item of a list.
type template struct {
	path   string // canonical path of the list, "" for the document
	slots  int    // of values and lists
	fields []*node
	object *object // of the fields
	rules  []*rule
	hidden slotSet      // slots that are read for expressions, and are no fields
	copies []rootCopy   // values that are read from the root of the set
	makes  []*computed  // expressions that are read
	whens  []*condition // what must hold for slots to be written
	scalar bool         // an item is one value, not an object
}

// A node is one key of a template.
type node struct {
	name   string
	quoted string // "name": as it is written
	leaf   leaf
	slot   int
	fields []*node   // of an object
	below  *object   // the same
	item   *template // of a list
	lo, hi int       // the slots of the node and what is below it
}

// leaf says how a slot is written in JSON; noLeaf is an object or a list.
type leaf byte

const (
	noLeaf leaf = iota
	text
	bare   // a number or true
	amount // text with the digits of the document's currency
	money  // amount and currency
)

// A rule holds for a field once its frame is read.
type rule struct {
	field    *field
	slot     int
	required bool
	reads    bool   // it holds on reading
	writes   bool   // it holds on writing
	fill     string // default
	ordinal  int    // slot of the mark that the ordinal was assigned; -1 for none
	always   bool   // the parent is the frame itself
	lo, hi   int    // slots of which one makes the parent exist
	from     string // where it is read from, as written
}

// A field is one canonical path as a file places it.
type field struct {
	path string
	pos  place
	over []place // the pairs that it replaced
	via  []place // where the parts were named that brought it here
}

// field is the entry's field.
func (e *entry) field() *field { return &field{path: e.path, pos: e.pos, over: e.over, via: e.via} }

// A scope is what to do with one occurrence of a loop or segment.
type scope struct {
	item    *translators.Item
	outer   *scope // the occurrence around it that items of the same list share
	reads   []*access
	repeats []*repeat
	pairs   []*pairRule
	readers []*pairRule        // of a scope that is written: the rules that will read it
	slots   []translators.Pair // qualifier pairs, in order
	consts  []constant
	groups  []*group
	inside  []*claim         // lists of groups of elements in the segment itself
	groupOf map[int]int      // index of a child item to its group
	groupAt []marks          // by index behind the scope's own, once they are in order
	ruleOf  map[string]marks // by qualifier
	// computes says that an expression may write something here or below.
	computes bool
	needs    slotSet // slots of which one must be set for anything to be written
}

// A group is all claims on one child item.
type group struct {
	item    *translators.Item
	claims  []*claim
	needs   slotSet  // of all claims
	always  bool     // something may be written without any of them
	readers []*claim // of a group that is written: the claims that will read it
}

// A claim takes occurrences of a child.
type claim struct {
	choice choice
	many   bool  // each occurrence is an item of a list
	all    bool  // [*]: all occurrences make one value
	peek   bool  // nothing here has a way back: others may claim the same
	must   bool  // it is written without data too, where there is some around it
	late   bool  // only where an earlier place of the field had nothing
	refs   []int // elements of a group in the segment: SDQ03+04...
	until  int   // last element of such groups; 0 is the end of the segment
	list   int
	item   *template
	scope  *scope
	inner  *claim // at LX/W01: what repeats within
	folded bool   // it is the inner claim of another, which reads and writes it
	pos    place
	path   string
	order  int
}

// A repeat is a list whose items are the repetitions of one element.
type repeat struct {
	access *access
	list   int
	item   *template
}

// An access moves one value between elements and a slot.
type access struct {
	field  *field
	slot   int
	keep   int // slot of the partner's own code; -1 for none
	always bool
	with   int // slot of the list of words that a table gives beside its word; -1 for none
	beside *template
	sent   int  // slot of the code that a choice or a pair had, where it is not the first; -1 for none
	raw    bool // sent is the text itself
	choice cond // the condition with several codes that sent is about
	refs   []ref
	convs  []conv
	codes  *codes
	rank   int  // 0 is the first place of the field
	room   int  // characters that the first element has room for; 0 unknown
	owned  bool // counted by the writer
	counts bool // where there is no value, the next number is written
	split  *splitting
	twoWay bool // one value serves both directions
	value  *value
}

// A pairRule moves values between qualifier pairs and slots.
type pairRule struct {
	access *access
	alts   []alt
	rest   bool
	peek   bool
	list   int // -1: one value
	item   *template
	kind   int // slot of the type in an item of (other)
	kept   int // slot of the partner's own code; -1 for none
	order  int
}

// A constant is an element that write: fixes.
type constant struct {
	ref
	text    string
	program *program // nil where it is always the same
}
