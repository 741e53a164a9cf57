package x12

import (
	"encoding/binary"
	"math/bits"

	"waybill/translators"
)

// cuts is where the segments and elements of a set lie, found in one pass over
// its bytes, eight at a time.
type cuts struct {
	delimiters translators.Delimiters
	at         int      // bytes that were looked at
	from       int      // where the open segment begins
	first      int      // of its places
	odd        bool     // see glance
	places     []uint32 // of each segment: its separators, and its end
	segments   []cut
	end        int // behind the terminator of the SE
}

// cut is one segment: where it begins, and which of the places are its own.
type cut struct {
	glance
	from, first, last int
}

// glance is what is seen of a segment in passing.
type glance struct {
	id  uint32 // see packed
	odd bool   // a control character, one beyond ASCII, or a separator within an element
}

// reach says how far a scan came.
type reach byte

const (
	unfinished reach = iota // the bytes end within the set
	complete                // the set ends with its SE
	strange                 // the set ends otherwise, or is too long
)

func (c *cuts) begin(d translators.Delimiters) {
	*c = cuts{delimiters: d, places: c.places[:0], segments: c.segments[:0]}
}

const (
	ones  = 0x0101010101010101
	highs = 0x80 * ones
)

// zeros has a high bit for each byte of x that is zero, and maybe for the byte above one.
func zeros(x uint64) uint64 { return (x - ones) &^ x }

// load takes eight bytes from at on; what is missing at the end of b is digits.
func load(b []byte, at int) uint64 {
	if at+8 <= len(b) {
		return binary.LittleEndian.Uint64(b[at:])
	}
	tail := [8]byte{'0', '0', '0', '0', '0', '0', '0', '0'}
	copy(tail[:], b[at:])
	return binary.LittleEndian.Uint64(tail[:])
}

// scan looks at what it has not yet seen of b, which begins with the ST. It may be
// called again with more bytes; last says that no more will come.
func (c *cuts) scan(b []byte, last bool) reach {
	d := &c.delimiters
	separators, terminators := ones*uint64(d.Element), ones*uint64(d.Segment)
	components, repetitions := ones*uint64(d.Component), ones*uint64(d.Component)
	if d.Repetition != 0 {
		repetitions = ones * uint64(d.Repetition)
	}
	c.from += gap(b[c.from:])
	at, places := c.at, c.places
	for ; at+8 <= len(b) || last && at < len(b); at += 8 {
		x := load(b, at)
		hits := (zeros(x^separators) | zeros(x^terminators) | zeros(x^components) | zeros(x^repetitions) |
			zeros(x^0x7f*ones) | (x-0x20*ones)&^x | x) & highs
		for ; hits != 0; hits &= hits - 1 {
			bit := bits.TrailingZeros64(hits)
			i := at + bit>>3
			if i < c.from {
				continue
			}
			switch char := byte(x >> (bit &^ 7)); {
			case char == d.Element:
				places = append(places, uint32(i))
			case char == d.Segment:
				c.places = places
				if r := c.endSegment(b, i); r != unfinished {
					return r
				}
				places = c.places
			case char < ' ' || char >= 0x7f || char == d.Component || char == d.Repetition && char != 0:
				c.odd = c.odd || char != '\r' || d.Segment != '\n' || i+1 >= len(b) || b[i+1] != '\n'
			}
		}
	}
	c.at, c.places = at, places
	return unfinished
}

// gap counts what may stand before a segment.
func gap(b []byte) int {
	n := 0
	for n < len(b) && isGap(b[n]) {
		n++
	}
	return n
}

// endSegment closes the segment that ends at the terminator i.
func (c *cuts) endSegment(b []byte, i int) reach {
	end := i
	if c.delimiters.Segment == '\n' && end > c.from && b[end-1] == '\r' {
		end--
	}
	c.places = append(c.places, uint32(end))
	id := packed(b[c.from:c.places[c.first]])
	c.segments = append(c.segments, cut{glance{id, c.odd}, c.from, c.first, len(c.places)})
	c.from, c.first, c.odd = i+1, len(c.places), false
	c.from += gap(b[c.from:])
	switch id {
	case idSE:
		c.end = i + 1
		return complete
	case idST:
		if len(c.segments) == 1 {
			return unfinished
		}
		return strange
	case idGS, idGE, idISA, idIEA:
		return strange
	}
	return unfinished
}

// The ids that end a set, packed.
const (
	idST  = 'S' | 'T'<<8
	idSE  = 'S' | 'E'<<8
	idGS  = 'G' | 'S'<<8
	idGE  = 'G' | 'E'<<8
	idISA = 'I' | 'S'<<8 | 'A'<<16
	idIEA = 'I' | 'E'<<8 | 'A'<<16
)

// packed puts an id of two or three characters into a number; others are 0.
func packed[T string | []byte](id T) uint32 {
	switch len(id) {
	case 2:
		return uint32(id[0]) | uint32(id[1])<<8
	case 3:
		return uint32(id[0]) | uint32(id[1])<<8 | uint32(id[2])<<16
	}
	return 0
}

// glanceAt is the glance of a segment that is not scanned as part of a set.
func glanceAt(text []byte, d translators.Delimiters) glance {
	s := glance{id: packed(segmentID(text, d.Element))}
	for _, char := range text {
		if char != d.Element && (char < ' ' || char >= 0x7f || char == d.Component || char == d.Repetition && char != 0) {
			s.odd = true
		}
	}
	return s
}
