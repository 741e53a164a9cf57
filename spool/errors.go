package spool

import (
	"errors"
	"fmt"
)

// Errors of the spool.
var (
	// ErrNotFound says that there is no such message.
	ErrNotFound = errors.New("no such message")
	// ErrLeaseLost says that the work belongs to somebody else by now; nothing was changed.
	ErrLeaseLost = errors.New("the lease was lost")
)

// ClaimConflict says that another message holds a key; nothing was changed.
type ClaimConflict struct{ Key, Holder, Hash string }

func (e *ClaimConflict) Error() string {
	return fmt.Sprintf("claim %s is held by message %s", e.Key, e.Holder)
}

// PartialError says that an arrival's bytes broke off. What came is kept as a
// refused message.
type PartialError struct {
	ID    string
	Bytes int64
	Err   error
}

func (e *PartialError) Error() string {
	return fmt.Sprintf("arrival %s broke off after %d bytes: %v", e.ID, e.Bytes, e.Err)
}

// Unwrap returns the reader's error.
func (e *PartialError) Unwrap() error { return e.Err }

// storeError is a failure of the store, worded for the operator.
type storeError struct {
	text, hint string
	temporary  bool
	err        error
}

func (e *storeError) Error() string   { return e.text }
func (e *storeError) Hint() string    { return e.hint }
func (e *storeError) Temporary() bool { return e.temporary }
func (e *storeError) Unwrap() error   { return e.err }
