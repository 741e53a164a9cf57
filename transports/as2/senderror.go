package as2

import (
	"fmt"
	"net/http"
)

// sendError is why an attempt failed, and whether another may help.
type sendError struct {
	code      string
	text      string
	hint      string
	temporary bool
	err       error
}

func (e *sendError) Error() string {
	if e.err != nil {
		return e.text + ": " + e.err.Error()
	}
	return e.text
}
func (e *sendError) Unwrap() error   { return e.err }
func (e *sendError) Temporary() bool { return e.temporary }
func (e *sendError) Hint() string    { return e.hint }
func (e *sendError) Code() string    { return e.code }

func permanent(code, hint string, err error, format string, args ...any) *sendError {
	return &sendError{code: code, text: fmt.Sprintf(format, args...), hint: hint, err: err}
}

func temporary(code, hint string, err error, format string, args ...any) *sendError {
	e := permanent(code, hint, err, format, args...)
	e.temporary = true
	return e
}

// statusError classes an HTTP status that is no success (RFC 4130bis: repeat
// after 408, 425, 429 and 5xx only).
func statusError(status int, said string) *sendError {
	text := fmt.Sprintf("the partner's server answered %d %s", status, http.StatusText(status))
	if said != "" {
		text += fmt.Sprintf(": %.200q", said)
	}
	switch {
	case status == http.StatusRequestTimeout, status == http.StatusTooEarly, status == http.StatusTooManyRequests, status >= 500:
		return &sendError{code: "TRN-HTTP", text: text, hint: "the partner's server is in trouble; the message is sent again by itself", temporary: true}
	case status >= 300 && status < 400:
		return &sendError{code: "TRN-HTTP", text: text, hint: "redirects are not followed: put the new address into as2.url, if the partner confirms it"}
	}
	return &sendError{code: "TRN-HTTP", text: text, hint: "check as2.url and the partner's access rules, then retry the message"}
}
