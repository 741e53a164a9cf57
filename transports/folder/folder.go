// Package folder exchanges documents with trading partners through directories
// of this machine: where the client of a VAN (a value-added network) drops and
// picks up, or a person does. Fetch takes what is ready into the inbox; Put, a
// transports.Sender, writes what is ours. It knows nothing of profiles.
package folder

import "fmt"

// Door is the name of this door in the history.
const Door = "folder"

// failure is why an attempt failed, and whether another may help.
type failure struct {
	code      string
	text      string
	hint      string
	temporary bool
	err       error
}

// Error says what was tried and what came of it.
func (f *failure) Error() string {
	if f.err != nil {
		return f.text + ": " + f.err.Error()
	}
	return f.text
}

// Unwrap is the error below.
func (f *failure) Unwrap() error { return f.err }

// Temporary says whether another attempt may help.
func (f *failure) Temporary() bool { return f.temporary }

// Hint says who must act.
func (f *failure) Hint() string { return f.hint }

// Code is the error's entry in the runbook.
func (f *failure) Code() string { return f.code }

func permanent(code, hint string, err error, format string, args ...any) *failure {
	return &failure{code: code, text: fmt.Sprintf(format, args...), hint: hint, err: err}
}

func temporary(code, hint string, err error, format string, args ...any) *failure {
	f := permanent(code, hint, err, format, args...)
	f.temporary = true
	return f
}
