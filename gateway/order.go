package gateway

import (
	"context"
	"sync"
	"time"

	"waybill/partners"
	"waybill/spool"
	"waybill/stages"
)

// order numbers the files of partners whose documents keep their order.
type order struct {
	shelf *partners.Shelf
	now   func() time.Time

	mu   sync.Mutex
	last int64
}

// resume goes on behind what is unfinished: numbers may have run ahead of the clock.
func (o *order) resume(ctx context.Context, s *spool.Spool) error {
	last, err := s.LastInOrder(ctx)
	o.last = stages.FileAt(last)
	return err
}

// place gives the files that came through a door their places, one after another.
func (o *order) place(files []spool.Child) {
	for i := range files {
		c := &files[i]
		p, ok := o.shelf.Current().Partner(c.Partner)
		if !ok || !stages.KeepsOrder(p) {
			continue
		}
		c.OrderKey, c.OrderSeq = stages.FilesOf(c.Partner), stages.Place(o.next(), 0)
	}
}

func (o *order) next() int64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.last = max(stages.FileNumber(o.now().UnixMilli()), o.last+1)
	return o.last
}
