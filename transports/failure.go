package transports

import "fmt"

// Failure is why an attempt failed, and whether another may help.
type Failure struct {
	code      string
	text      string
	hint      string
	temporary bool
	err       error
}

// Permanent is a failure that another attempt would meet again. The code has its
// entry in the runbook, the hint says who must act; err may be nil.
func Permanent(code, hint string, err error, format string, args ...any) *Failure {
	return &Failure{code: code, text: fmt.Sprintf(format, args...), hint: hint, err: err}
}

// Temporary is a failure that another attempt may not meet.
func Temporary(code, hint string, err error, format string, args ...any) *Failure {
	f := Permanent(code, hint, err, format, args...)
	f.temporary = true
	return f
}

// Error says what was tried and what came of it.
func (f *Failure) Error() string {
	if f.err != nil {
		return f.text + ": " + f.err.Error()
	}
	return f.text
}

// Unwrap is the error below.
func (f *Failure) Unwrap() error { return f.err }

// Temporary says whether another attempt may help.
func (f *Failure) Temporary() bool { return f.temporary }

// Hint says who must act.
func (f *Failure) Hint() string { return f.hint }

// Code is the error's entry in the runbook.
func (f *Failure) Code() string { return f.code }
