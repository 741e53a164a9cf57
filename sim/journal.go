package sim

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

// journal is a file of JSON lines, each on the disk before append returns, so
// that it outlives whatever happens to the processes around it.
type journal struct {
	mu   sync.Mutex
	file *os.File
}

// openJournal opens or makes the file and hands each line of it to replay. A
// last line without its end was never promised to anybody and is cut off.
func openJournal(name string, replay func(line []byte) error) (*journal, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open journal: %w", err)
	}
	data, err := io.ReadAll(f)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("read journal: %w", err), f.Close())
	}
	whole := data[:bytes.LastIndexByte(data, '\n')+1]
	n := 0
	for line := range bytes.Lines(whole) {
		n++
		if err := replay(bytes.TrimSpace(line)); err != nil {
			return nil, errors.Join(fmt.Errorf("read journal %s, line %d: %w", name, n, err), f.Close())
		}
	}
	if err := f.Truncate(int64(len(whole))); err != nil {
		return nil, errors.Join(fmt.Errorf("open journal: %w", err), f.Close())
	}
	if _, err := f.Seek(0, io.SeekEnd); err != nil {
		return nil, errors.Join(fmt.Errorf("open journal: %w", err), f.Close())
	}
	return &journal{file: f}, nil
}

// append writes one line and syncs it; a nil journal keeps nothing.
func (j *journal) append(entry any) error {
	if j == nil {
		return nil
	}
	line, err := json.Marshal(entry)
	if err != nil {
		return fmt.Errorf("write journal: %w", err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if _, err := j.file.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("write journal: %w", err)
	}
	if err := j.file.Sync(); err != nil {
		return fmt.Errorf("write journal: %w", err)
	}
	return nil
}

func (j *journal) close() error {
	if j == nil {
		return nil
	}
	return j.file.Close()
}
