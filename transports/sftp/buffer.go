package sftp

import "sync/atomic"

const (
	smallUpload = 64 << 10 // bytes of an upload that are kept in memory
	allSmall    = 16 << 20 // of all uploads together
)

// buffer is an upload in memory. A file for each costs more than all the rest of
// a small upload, the commit of its message included.
type buffer struct{ bytes []byte }

// reserve makes room for so many bytes, and says whether there is any.
func (b *buffer) reserve(size int64, all *atomic.Int64) bool {
	if size > smallUpload {
		return false
	}
	had := int64(cap(b.bytes))
	more := size - had
	if more <= 0 {
		return true
	}
	more = max(more, min(had, smallUpload-had))
	if all.Add(more) > allSmall {
		all.Add(-more)
		return false
	}
	grown := make([]byte, len(b.bytes), had+more)
	copy(grown, b.bytes)
	b.bytes = grown
	return true
}

// write puts a part where room was reserved for it.
func (b *buffer) write(p []byte, at int64) {
	if end := int(at) + len(p); end > len(b.bytes) {
		b.bytes = b.bytes[:end]
	}
	copy(b.bytes[at:], p)
}

// drop gives the memory back.
func (b *buffer) drop(all *atomic.Int64) {
	all.Add(-int64(cap(b.bytes)))
	b.bytes = nil
}
