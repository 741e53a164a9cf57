package stages

import (
	"waybill/partners"
	"waybill/spool"
)

// Documents whose agreement says keep_order are in one order for each partner: as
// they stand in their files, and the files as they came. Each step has a key of
// its own, so that a step is done in that order and the next is not waited for:
// reading files, mapping, and delivering to each system.
//
// A place in the order is the file's number and the place in the file.

// placeBits are what a place in a file takes of a place in the order. Sixteen
// bytes are a step: no set is shorter (ST and SE).
const (
	placeBits = 24
	placeStep = 4
)

// Place is the place in the order of what begins at an offset of the file with
// that number, which grows with each file.
func Place(file, offset int64) int64 {
	return file<<placeBits + min(offset>>placeStep, 1<<placeBits-1)
}

// FileAt is the number of the file that a place in the order belongs to.
func FileAt(place int64) int64 { return place >> placeBits }

// FileNumber is the number of a file that came at a time in milliseconds: eight of
// them are a step, so that the numbers last until 2109.
func FileNumber(millis int64) int64 { return millis >> 3 }

// FilesOf is the order key under which a partner's files are read.
func FilesOf(partner string) string { return partner + " files" }

// KeepsOrder says that a partner's documents to us have an order to be kept.
func KeepsOrder(p *partners.Profile) bool {
	for _, a := range p.Agreements() {
		if a.Direction == Inbound && a.KeepOrder {
			return true
		}
	}
	return false
}

// placed gives a part of a file its place among the partner's files.
func placed(c spool.Child, file spool.Message) spool.Child {
	if file.OrderKey != "" {
		c.OrderKey, c.OrderSeq = file.OrderKey, Place(FileAt(file.OrderSeq), c.Payload.Offset)
	}
	return c
}

// inOrder gives a set its place in the order of its partner's.
func inOrder(c *spool.Child, file spool.Message, p *partners.Profile) {
	a, ok := p.Agreement(c.Document, Inbound)
	if !ok || !a.KeepOrder || c.Stage == "" {
		return
	}
	number := FileAt(file.OrderSeq)
	if number == 0 { // it came before anybody asked for an order
		number = FileNumber(file.CreatedAt.UnixMilli())
	}
	c.OrderKey, c.OrderSeq = p.Name(), Place(number, c.Payload.Offset)
}

// inTurn gives what is made of a set the set's place, in an order for each system:
// one that is down holds up no other.
func inTurn(o spool.Outcome, set spool.Message) spool.Outcome {
	for i := range o.Emit {
		if c := &o.Emit[i]; set.OrderKey != "" && c.Stage == ToDeliver {
			c.OrderKey, c.OrderSeq = set.OrderKey+" "+c.GroupKey, set.OrderSeq
		}
	}
	return o
}

// passed lets those behind a file that is held go on: nobody knows yet what is in
// it, and acknowledgements would wait with the rest.
func passed(o spool.Outcome) spool.Outcome {
	o.Passed = o.Status == spool.Held
	return o
}
