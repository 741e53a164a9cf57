package x12

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Part is one file that Split wrote.
type Part struct {
	File        string `json:"file"`
	Interchange string `json:"interchange"`       // ISA13
	Group       string `json:"group,omitempty"`   // GS06
	Set         string `json:"set,omitempty"`     // ST01
	Control     string `json:"control,omitempty"` // ST02
	Segments    int    `json:"segments"`          // envelopes included
}

// Split writes each set of a file, or with sets false each interchange, as a
// file of its own under a name of its control numbers. A set takes its ISA and
// GS along, and trailers that count one. What stands in an interchange beside its
// groups, such as a TA1, comes into a file of its own. Memory is bounded by one
// segment; the parts so far are returned also with an error, and the last of
// them may lack its end then.
func Split(r io.Reader, sets bool, create func(name string) (io.WriteCloser, error)) ([]Part, error) {
	s := &splitter{sets: sets, create: create, names: map[string]int{}}
	err := pieces(r, s.piece)
	return s.parts, errors.Join(err, s.close())
}

// splitter writes the part that is open.
type splitter struct {
	sets    bool
	create  func(string) (io.WriteCloser, error)
	names   map[string]int
	parts   []Part
	file    io.WriteCloser
	out     *bufio.Writer
	isa, gs piece
	grouped bool  // the open part has a GS
	group   piece // the GS of the open part
}

func (s *splitter) piece(p piece) error {
	if p.id == "ISA" {
		s.isa, s.gs = p, piece{}
	}
	if !s.sets {
		return s.whole(p)
	}
	switch p.id {
	case "ISA":
		return nil
	case "GS":
		s.gs = p
		return s.finish()
	case "ST":
		if err := s.finish(); err != nil {
			return err
		}
		part := Part{Group: s.gs.element(6), Set: p.element(1), Control: p.element(2)}
		if err := s.begin(part, part.Group, part.Set, part.Control); err != nil {
			return err
		}
		return s.put(p)
	case "SE":
		if err := s.loose(p); err != nil {
			return err
		}
		return s.finish()
	case "GE", "IEA":
		s.gs = piece{}
		return s.finish()
	}
	return s.loose(p)
}

// whole copies an interchange as it is.
func (s *splitter) whole(p piece) error {
	if p.id == "ISA" {
		return s.begin(Part{})
	}
	if err := s.put(p); err != nil || p.id != "IEA" {
		return err
	}
	return s.close()
}

// loose puts a segment into the open set, or into a part for what has none.
func (s *splitter) loose(p piece) error {
	if s.file == nil {
		if err := s.begin(Part{Group: s.gs.element(6)}, s.gs.element(6), p.id); err != nil {
			return err
		}
	}
	return s.put(p)
}

// begin opens a part with the ISA, and the GS where there is one.
func (s *splitter) begin(part Part, words ...string) error {
	part.Interchange = strings.TrimSpace(s.isa.element(13))
	part.File = s.name(append([]string{part.Interchange}, words...))
	file, err := s.create(part.File)
	if err != nil {
		return fmt.Errorf("splitting: %w", err)
	}
	s.file, s.out = file, bufio.NewWriter(file)
	s.parts = append(s.parts, part)
	err = s.put(s.isa)
	if s.grouped = s.sets && s.gs.id != ""; s.grouped {
		err = errors.Join(err, s.put(s.gs))
		s.group = s.gs
	}
	return err
}

// name joins control numbers; what may not stand in a file's name goes, and a
// name that comes again is counted.
func (s *splitter) name(words []string) string {
	kept := make([]string, 0, len(words))
	for _, w := range words {
		w = strings.Map(func(r rune) rune {
			if r < 0x80 && r != ' ' && isWord(byte(r)) {
				return r
			}
			return -1
		}, w)
		if w != "" {
			kept = append(kept, w[:min(len(w), 35)])
		}
	}
	name := or(strings.Join(kept, "-"), "interchange")
	s.names[name]++
	if n := s.names[name]; n > 1 {
		name += "_" + strconv.Itoa(n)
	}
	return name + ".x12"
}

func (s *splitter) put(p piece) error {
	s.parts[len(s.parts)-1].Segments++
	return p.write(s.out, p.header.delimiters)
}

// finish writes the trailers of a set's part and closes it.
func (s *splitter) finish() error {
	if s.file == nil {
		return nil
	}
	var err error
	groups := "0"
	if s.grouped {
		groups = "1"
		set := "0"
		if s.parts[len(s.parts)-1].Set != "" {
			set = "1"
		}
		err = s.put(piece{id: "GE", elements: []string{set, s.group.element(6)}, header: s.isa.header})
	}
	err = errors.Join(err, s.put(piece{id: "IEA", elements: []string{groups, s.isa.element(13)}, header: s.isa.header}))
	return errors.Join(err, s.close())
}

func (s *splitter) close() error {
	if s.file == nil {
		return nil
	}
	err := errors.Join(s.out.Flush(), s.file.Close())
	s.file = nil
	return err
}

// element is element n, or "" where there is none.
func (p piece) element(n int) string {
	if n > len(p.elements) {
		return ""
	}
	return p.elements[n-1]
}
