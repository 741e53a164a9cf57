package as2

import (
	"fmt"
	"net/http"

	"waybill/transports"
)

// statusError classes an HTTP status that is no success (RFC 4130bis: repeat
// after 408, 425, 429 and 5xx only).
func statusError(status int, said string) *transports.Failure {
	text := fmt.Sprintf("the partner's server answered %d %s", status, http.StatusText(status))
	if said != "" {
		text += fmt.Sprintf(": %.200q", said)
	}
	hint, failed := "check as2.url and the partner's access rules, then retry the message", transports.Permanent
	switch {
	case status == http.StatusRequestTimeout, status == http.StatusTooEarly, status == http.StatusTooManyRequests, status >= 500:
		hint, failed = "the partner's server is in trouble; the message is sent again by itself", transports.Temporary
	case status >= 300 && status < 400:
		hint = "redirects are not followed: put the new address into as2.url, if the partner confirms it"
	}
	return failed("TRN-HTTP", hint, nil, "%s", text)
}
