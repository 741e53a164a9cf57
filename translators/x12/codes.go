package x12

import (
	"math/bits"

	"waybill/translators"
)

// codeTable has the codes of a list as numbers, by hash, with open addressing. It
// is for codes of at most eight characters; longer ones it does not have.
type codeTable struct {
	slots []uint64
	shift int
}

const codeHash = 0x9e3779b97f4a7c15

func newCodeTable(list *translators.Codes) *codeTable {
	size := bits.Len(uint(2 * len(list.Members)))
	t := &codeTable{slots: make([]uint64, 1<<size), shift: 64 - size}
	for code := range list.Members {
		key := codeKey(code)
		if key == 0 {
			continue
		}
		i := key * codeHash >> t.shift
		for t.slots[i] != 0 {
			i = (i + 1) % uint64(len(t.slots))
		}
		t.slots[i] = key
	}
	return t
}

// codeKey puts a code into a number; 0 is none.
func codeKey(code string) uint64 {
	if len(code) > 8 {
		return 0
	}
	key := uint64(0)
	for i := range len(code) {
		key = key<<8 | uint64(code[i])
	}
	return key
}

// has says that the list has the code. That it does not may be wrong of a code
// with blanks at its end, or of a long one.
func (t *codeTable) has(code string) bool {
	key := codeKey(code)
	if key == 0 {
		return false
	}
	mask := uint64(len(t.slots) - 1)
	for i := key * codeHash >> t.shift; ; i++ {
		switch t.slots[i&mask] {
		case key:
			return true
		case 0:
			return false
		}
	}
}
