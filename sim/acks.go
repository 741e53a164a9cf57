package sim

import (
	"errors"
	"fmt"
	"strings"
)

// Ack is what a 997 says of one functional group.
type Ack struct {
	Interchange string // ISA13 of the interchange that the 997 came in
	Set         string // ST02 of the 997
	Functional  string // AK1-01, such as PO
	Group       string // AK1-02: GS06 of the group that is answered
	Result      string // AK9-01: A, E, P, R …
	Sets        []AckSet
	Content     string // AK1 to AK9 as they stand, one segment on a line
}

// AckSet is what a 997 says of one transaction set.
type AckSet struct {
	ID      string // AK2-01, such as 850
	Control string // AK2-02: its ST02
	Result  string // AK5-01
}

// ReadAcks reads the 997s of an interchange file. A file that holds other sets
// has none; one whose segments do not add up is an error.
func ReadAcks(data []byte) ([]Ack, error) {
	text := strings.TrimLeft(string(data), " \r\n")
	if len(text) < 106 || !strings.HasPrefix(text, "ISA") {
		return nil, errors.New("read 997: there is no ISA of 106 characters")
	}
	r := ackReader{element: text[3:4]}
	for segment := range strings.SplitSeq(text, text[105:106]) {
		if segment = strings.Trim(segment, "\r\n"); segment == "" {
			continue
		}
		if err := r.segment(segment); err != nil {
			return nil, fmt.Errorf("read 997: %w", err)
		}
	}
	if r.open != "" || r.ack != nil {
		return nil, fmt.Errorf("read 997: interchange %s does not end", r.control)
	}
	return r.acks, nil
}

// ackReader follows the segments of an interchange.
type ackReader struct {
	element string
	control string // ISA13
	open    string // "", ISA, GS, ST: the innermost envelope
	set     string // ST01
	number  string // ST02
	count   int    // segments since ST
	ack     *Ack
	acks    []Ack
}

func (r *ackReader) segment(segment string) error {
	f := strings.Split(segment, r.element)
	at := func(n int) string {
		if n < len(f) {
			return strings.TrimSpace(f[n])
		}
		return ""
	}
	r.count++
	switch f[0] {
	case "ISA":
		r.control = at(13)
		return r.step("", "ISA")
	case "GS":
		return r.step("ISA", "GS")
	case "ST":
		r.set, r.number, r.count = at(1), at(2), 1
		return r.step("GS", "ST")
	case "SE":
		if at(1) != fmt.Sprint(r.count) || at(2) != r.number || r.ack != nil {
			return fmt.Errorf("SE is %q, and %d segments and number %s were found", segment, r.count, r.number)
		}
		return r.step("ST", "GS")
	case "GE":
		return r.step("GS", "ISA")
	case "IEA":
		if at(2) != r.control {
			return fmt.Errorf("IEA02 is %s, and ISA13 is %s", at(2), r.control)
		}
		return r.step("ISA", "")
	}
	if r.set == "997" && r.open == "ST" {
		return r.answer(segment, f[0], at)
	}
	return nil
}

// step goes from one envelope into the next.
func (r *ackReader) step(from, to string) error {
	if r.open != from {
		return fmt.Errorf("found %s inside %q, expected it inside %q", to, r.open, from)
	}
	r.open = to
	return nil
}

// answer reads a segment inside a 997.
func (r *ackReader) answer(segment, id string, at func(int) string) error {
	if id == "AK1" {
		if r.ack != nil {
			return fmt.Errorf("found a second AK1")
		}
		r.ack = &Ack{Interchange: r.control, Set: r.number, Functional: at(1), Group: at(2)}
	}
	if r.ack == nil {
		return fmt.Errorf("found %s before AK1", id)
	}
	r.ack.Content += segment + "\n"
	switch id {
	case "AK2":
		r.ack.Sets = append(r.ack.Sets, AckSet{ID: at(1), Control: at(2)})
	case "AK5":
		if len(r.ack.Sets) == 0 {
			return fmt.Errorf("found AK5 before AK2")
		}
		r.ack.Sets[len(r.ack.Sets)-1].Result = at(1)
	case "AK9":
		r.ack.Result = at(1)
		r.acks, r.ack = append(r.acks, *r.ack), nil
	}
	return nil
}
