package mailbox

import "fmt"

// sendError is why an attempt failed, and whether another may help.
type sendError struct {
	code      string
	text      string
	hint      string
	temporary bool
	err       error
}

// Error says what was tried and what came of it.
func (e *sendError) Error() string {
	if e.err != nil {
		return e.text + ": " + e.err.Error()
	}
	return e.text
}

// Unwrap is the error below.
func (e *sendError) Unwrap() error { return e.err }

// Temporary says whether another attempt may help.
func (e *sendError) Temporary() bool { return e.temporary }

// Hint says who must act.
func (e *sendError) Hint() string { return e.hint }

// Code is the error's entry in the runbook.
func (e *sendError) Code() string { return e.code }

func permanent(code, hint string, err error, format string, args ...any) *sendError {
	return &sendError{code: code, text: fmt.Sprintf(format, args...), hint: hint, err: err}
}

func temporary(code, hint string, err error, format string, args ...any) *sendError {
	e := permanent(code, hint, err, format, args...)
	e.temporary = true
	return e
}
