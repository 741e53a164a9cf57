package mailbox

import "fmt"

// failure is why something did not work, and whether another attempt may help.
type failure struct {
	code      string
	text      string
	hint      string
	temporary bool
	err       error
}

// Error says what was tried and what came of it.
func (e *failure) Error() string {
	if e.err != nil {
		return e.text + ": " + e.err.Error()
	}
	return e.text
}

// Unwrap is the error below.
func (e *failure) Unwrap() error { return e.err }

// Temporary says whether another attempt may help.
func (e *failure) Temporary() bool { return e.temporary }

// Hint says who must act.
func (e *failure) Hint() string { return e.hint }

// Code is the error's entry in the runbook.
func (e *failure) Code() string { return e.code }

func permanent(code, hint string, err error, format string, args ...any) *failure {
	return &failure{code: code, text: fmt.Sprintf(format, args...), hint: hint, err: err}
}

func temporary(code, hint string, err error, format string, args ...any) *failure {
	e := permanent(code, hint, err, format, args...)
	e.temporary = true
	return e
}
