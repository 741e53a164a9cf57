package mappings

// A value is the right side of a pair: where it stands in X12, what converts it,
// or the word that removes it.
type value struct {
	path  *path
	calls []call
	as    string // the part that is put at path
	drop  bool
	expr  string // an expression, without the sign before it
	text  string // as written
	pos   place  // of its first character
}

// A path leads from a scope to a segment, and mostly on to elements or a
// qualifier pair in it.
type path struct {
	steps []step // the last one names the segment
	refs  []ref  // elements that make one value; several: a tuple
	alts  []alt  // (UP:12|EN:13)
	rest  bool   // (other)
	slot  int    // (other@03)
	root  bool   // /BEG03: from the set, wherever it is written
	group bool   // SDQ03+04...
	until int    // W1004..05: groups up to this element, in a segment that others share
	pos   place
}

// element says whether the path goes on into the segment.
func (p *path) element() bool { return len(p.refs) > 0 || p.pair() }

// pair says whether the path ends in a qualifier pair.
func (p *path) pair() bool { return p.rest || len(p.alts) > 0 }

// A step is one segment or loop, and which of its occurrences.
type step struct {
	segment string
	choice  choice
	pos     place
}

// A choice is the part in brackets: conditions, [other] or [*].
type choice struct {
	conds []cond
	rest  bool // [other]
	all   bool // [*]
}

func (c choice) none() bool { return len(c.conds) == 0 && !c.rest && !c.all }

// several says whether an occurrence may match by one of several codes, so that
// the choice alone cannot say which to write.
func (c choice) several() bool {
	for _, k := range c.conds {
		if len(k.codes) > 1 {
			return true
		}
	}
	return false
}

// A cond is one test of an occurrence; element 0 is the segment's key.
type cond struct {
	ref
	codes []string // one must stand there; none: the element must be empty
}

// A ref names an element and, of a composite, its component; both 1-based.
type ref struct{ element, component int }

// An alt is one qualifier in parentheses.
type alt struct {
	code   string
	length int // only values of this length; 0 any
	slot   int // the qualifier's element, where it is fixed
}

// A call is a function after the bar.
type call struct {
	name string
	args []argument
	pos  place
}

// An argument is a word, or a named one: missing:warn.
type argument struct {
	name, text string
	pos        place
}

// named finds an argument by name.
func (c call) named(name string) (string, bool) {
	for _, a := range c.args {
		if a.name == name {
			return a.text, true
		}
	}
	return "", false
}

// has says whether a plain word is among the arguments.
func (c call) has(word string) bool {
	for _, a := range c.args {
		if a.name == "" && a.text == word {
			return true
		}
	}
	return false
}

// plain returns the i-th argument without a name.
func (c call) plain(i int) (argument, bool) {
	for _, a := range c.args {
		if a.name != "" {
			continue
		}
		if i == 0 {
			return a, true
		}
		i--
	}
	return argument{}, false
}
