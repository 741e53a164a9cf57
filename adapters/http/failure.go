package http

import (
	"fmt"
	nethttp "net/http"
	"strconv"
	"strings"
	"time"
)

// failure is why an attempt did not hand the document over, and whether another
// may help.
type failure struct {
	code      string
	text      string
	hint      string
	temporary bool
	after     time.Duration
	sound     bool // the system is well, this document alone has to wait
	pause     bool // the system asks for after, for every document
	err       error
}

func (f *failure) Error() string {
	if f.err != nil {
		return f.text + ": " + f.err.Error()
	}
	return f.text
}
func (f *failure) Unwrap() error   { return f.err }
func (f *failure) Temporary() bool { return f.temporary }
func (f *failure) Hint() string    { return f.hint }
func (f *failure) Code() string    { return f.code }

// Sound says that the failure tells nothing bad of the system.
func (f *failure) Sound() bool { return f.sound }

// Pause is how long the system asked to be left alone; 0 when it did not.
func (f *failure) Pause() time.Duration {
	if !f.pause {
		return 0
	}
	return f.after
}

// RetryAfter is how long the system asked us to wait; 0 when it did not.
func (f *failure) RetryAfter() time.Duration { return f.after }

const again = "it is sent again by itself under the same key"

// refused classes an answer that is no acceptance by its status (RFC 9110 §15).
func (t *Target) refused(a *answer) *failure {
	f := &failure{text: fmt.Sprintf("answered %d %s", a.status, nethttp.StatusText(a.status)), after: retryAfter(a.header, t.o.Now())}
	if said := a.said(); said != "" {
		f.text += fmt.Sprintf(": %q", said)
	}
	f.pause = a.status == nethttp.StatusTooManyRequests || a.status == nethttp.StatusServiceUnavailable // RFC 6585 4, RFC 9110 15.6.4
	switch s := a.status; {
	case s >= 500:
		f.code, f.hint, f.temporary = "ERP-FAILED", "the system is in trouble; "+again, true
	case s == nethttp.StatusRequestTimeout, s == nethttp.StatusTooEarly, s == nethttp.StatusTooManyRequests:
		f.code, f.hint, f.temporary = "ERP-BUSY", "the system asks for patience; "+again, true
	case s == nethttp.StatusConflict && f.after > 0: // the first attempt is still at work there
		f.code, f.hint, f.temporary, f.sound = "ERP-BUSY", "the system still works on the first attempt; "+again, true, true
	case s == nethttp.StatusConflict:
		f.code = "ERP-CONFLICT"
		f.hint = "the answer names neither a reference nor our key: find out there what it conflicts with, then retry or drop"
	case s == nethttp.StatusUnauthorized: // it would say so to every document
		f.code, f.hint, f.temporary = "ERP-AUTH", "mend the adapter's auth; "+again, true
	case s == nethttp.StatusForbidden:
		f.code, f.hint = "ERP-REJECTED", "mend the adapter's auth or its rights there, then retry"
	case s == nethttp.StatusNotFound, s == nethttp.StatusMethodNotAllowed:
		f.code, f.hint = "ERP-REJECTED", "check the adapter's url, then retry"
	case s >= 400:
		f.code, f.hint = "ERP-REJECTED", "read the answer, mend the cause there or in the mapping, then retry"
	default:
		f.code, f.hint = "ERP-REDIRECT", "redirects are not followed: put the new address into the adapter's url, if it is theirs, then retry"
	}
	return f
}

// retryAfter reads Retry-After: seconds or a date (RFC 9110 §10.2.3).
func retryAfter(h nethttp.Header, now time.Time) time.Duration {
	v := strings.TrimSpace(h.Get("Retry-After"))
	if seconds, err := strconv.ParseInt(v, 10, 32); err == nil {
		return max(0, time.Duration(seconds)*time.Second)
	}
	at, err := nethttp.ParseTime(v)
	if err != nil {
		return 0
	}
	return max(0, at.Sub(now))
}
