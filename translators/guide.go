package translators

import "slices"

// Guide is what a partner demands beyond the standard: where it stands, in words
// for people and as rules for those occurrences of a place that a qualifier
// picks. What holds for every occurrence stands in the items and rules of the
// guided schema as well, so that one walker judges by both.
type Guide struct {
	Name   string
	Title  string  // of the guide, for people
	Notes  string  // for people
	Base   *Schema // the standard's own, which the guide changes
	Places []*GuidePlace
}

// GuidePlace is what a guide says of a segment or loop, or of those of its
// occurrences that a choice picks.
type GuidePlace struct {
	Path     string // as people write it: N1[ST]/N3
	Item     *Item  // of the guided schema
	Choice   []Condition
	Some     bool  // of some occurrences only: by the choice, or by one around it
	Usage    Usage // 0: not said
	Max      int   // 0: not said
	Demand   Demand
	Notes    string
	Elements []GuideElement
	Places   []*GuidePlace // within the loop
}

// GuideElement is what a guide says of an element or component of a place.
type GuideElement struct {
	Element, Component int
	Rule               ElementRule // whole: the standard's with what the guide changes
	Notes              string
}

// Condition is a test of an occurrence: one of the codes stands in the element.
type Condition struct {
	Element, Component int
	Codes              []string // none: the element is empty
}

// Demand says where a guide demands a thing, as file:line; "" is the standard's own.
type Demand struct {
	Usage, Min, Max, Codes string
	Widened                bool // allows more than the standard does
}

// Picks says whether a segment is one that all conditions hold for.
func Picks(choice []Condition, s *Segment) bool {
	for _, c := range choice {
		text := s.Component(c.Element, max(c.Component, 1))
		if len(c.Codes) == 0 && text != "" || len(c.Codes) > 0 && !slices.Contains(c.Codes, text) {
			return false
		}
	}
	return true
}
