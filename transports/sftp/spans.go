package sftp

import (
	"slices"
	"sync"
)

// maxSpans bounds the pieces that a file may come or go in out of order.
const maxSpans = 4096

// spans says which parts of a file were written or read.
type spans struct {
	mu   sync.Mutex
	list []span // in order, none touching another
}

type span struct{ from, to int64 }

// add notes a part, and says whether it could.
func (s *spans) add(from, to int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if from >= to {
		return true
	}
	i, _ := slices.BinarySearchFunc(s.list, from, func(x span, at int64) int {
		switch {
		case x.to < at:
			return -1
		case x.to > at:
			return 1
		}
		return 0
	})
	j := i
	for ; j < len(s.list) && s.list[j].from <= to; j++ {
		from, to = min(from, s.list[j].from), max(to, s.list[j].to)
	}
	if i == j && len(s.list) >= maxSpans {
		return false
	}
	s.list = slices.Replace(s.list, i, j, span{from, to})
	return true
}

// whole says whether a file of that size was written or read without a gap.
func (s *spans) whole(size int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return size == 0 || len(s.list) == 1 && s.list[0].from == 0 && s.list[0].to >= size
}
