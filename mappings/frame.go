package mappings

import (
	"math/bits"

	"waybill/translators"
)

// A frame holds the values of one template while a document is read or written.
// Most of a template's slots stay empty, so a frame keeps those that are not,
// and one bit for each that is set.
type frame struct {
	template *template
	parent   *frame
	index    int                  // in the parent's list
	segment  *translators.Segment // where it began
	bits     []uint64
	slots    []uint16
	texts    []string
	lists    []items
}

// items are what a slot that is a list holds.
type items struct {
	slot int
	all  []*frame
}

const wordBits = 64

// usual is how many values an item of a document mostly has; more find room too.
const usual = 16

// An arena makes the frames of one document, many at a time. Its room serves the
// next document when it is reset.
type arena struct {
	room      // what is left
	made room // the largest that was made
}

// room is what frames are made of.
type room struct {
	frames []frame
	bits   []uint64
	slots  []uint16
	texts  []string
}

// chunk is how many frames an arena makes room for at first; then twice as many.
const chunk = 24

// frame makes an empty frame of a template.
func (a *arena) frame(t *template, parent *frame, index int) *frame {
	words, n := (t.slots+wordBits-1)/wordBits, min(t.slots, usual)
	if len(a.frames) == 0 {
		a.made.frames = make([]frame, max(chunk, 2*len(a.made.frames)))
		a.frames = a.made.frames
	}
	if len(a.bits) < words {
		a.made.bits = make([]uint64, max(words, chunk*4, 2*len(a.made.bits)))
		a.bits = a.made.bits
	}
	if len(a.slots) < n {
		size := max(chunk*usual/2, 2*len(a.made.slots))
		a.made.slots, a.made.texts = make([]uint16, size), make([]string, size)
		a.slots, a.texts = a.made.slots, a.made.texts
	}
	f := &a.frames[0]
	a.frames = a.frames[1:]
	*f = frame{
		template: t, parent: parent, index: index, bits: a.bits[:words:words],
		slots: a.slots[:0:n], texts: a.texts[:0:n], lists: f.lists[:0],
	}
	a.bits, a.slots, a.texts = a.bits[words:], a.slots[n:], a.texts[n:]
	return f
}

// reset takes all frames back.
func (a *arena) reset() {
	clear(a.made.bits[:len(a.made.bits)-len(a.bits)])
	clear(a.made.texts[:len(a.made.texts)-len(a.texts)])
	a.room = a.made
}

// has says whether the slot holds something.
func (f *frame) has(slot int) bool {
	return f.bits[slot/wordBits]&(1<<(slot%wordBits)) != 0
}

// any says whether one of the slots from lo to below hi holds something.
func (f *frame) any(lo, hi int) bool {
	for lo < hi {
		word := f.bits[lo/wordBits] >> (lo % wordBits)
		n := wordBits - lo%wordBits
		if hi-lo < n {
			n = hi - lo
			word &= 1<<n - 1
		}
		if word != 0 {
			return true
		}
		lo += n
	}
	return false
}

// next is the first slot from lo to below hi that holds something; hi where none
// does.
func (f *frame) next(lo, hi int) int {
	for lo < hi {
		if word := f.bits[lo/wordBits] >> (lo % wordBits); word != 0 {
			return min(lo+bits.TrailingZeros64(word), hi)
		}
		lo += wordBits - lo%wordBits
	}
	return hi
}

// meets says whether the frame holds something in one of the slots.
func (f *frame) meets(s slotSet) bool {
	for i, word := range s.words {
		if at := s.first + i; at < len(f.bits) && f.bits[at]&word != 0 {
			return true
		}
	}
	return false
}

// empty says whether the frame holds nothing.
func (f *frame) empty() bool {
	for i, word := range f.bits {
		if word&^f.template.hidden.word(i) != 0 {
			return false
		}
	}
	return true
}

// clear takes away what the slots from lo to below hi hold.
func (f *frame) clear(lo, hi int) {
	for ; lo < hi; lo++ {
		f.bits[lo/wordBits] &^= 1 << (lo % wordBits)
	}
}

// get is the text of a slot; "" where it is not set.
func (f *frame) get(slot int) string {
	if !f.has(slot) {
		return ""
	}
	for i := len(f.slots) - 1; i >= 0; i-- { // the last one, if it was taken away before
		if int(f.slots[i]) == slot {
			return f.texts[i]
		}
	}
	return ""
}

// put sets the text of a slot; "" takes it away.
func (f *frame) put(slot int, text string) {
	word, bit := &f.bits[slot/wordBits], uint64(1)<<(slot%wordBits)
	if text == "" {
		*word &^= bit
		return
	}
	if *word&bit != 0 {
		for i := len(f.slots) - 1; i >= 0; i-- {
			if int(f.slots[i]) == slot {
				f.texts[i] = text
				return
			}
		}
	}
	*word |= bit
	f.slots, f.texts = append(f.slots, uint16(slot)), append(f.texts, text)
}

// list is what a list slot holds.
func (f *frame) list(slot int) []*frame {
	if !f.has(slot) {
		return nil
	}
	for _, l := range f.lists {
		if l.slot == slot {
			return l.all
		}
	}
	return nil
}

// add appends an item to a list slot.
func (f *frame) add(slot int, item *frame) {
	f.bits[slot/wordBits] |= 1 << (slot % wordBits)
	for i := range f.lists {
		if f.lists[i].slot == slot {
			f.lists[i].all = append(f.lists[i].all, item)
			return
		}
	}
	if n := len(f.lists); n < cap(f.lists) {
		f.lists = f.lists[:n+1]
		f.lists[n] = items{slot, append(f.lists[n].all[:0], item)}
		return
	}
	f.lists = append(f.lists, items{slot, []*frame{item}})
}
