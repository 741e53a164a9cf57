package mailbox

import (
	"fmt"
	"strings"

	"waybill/transports/entity"
)

// report is what the parts come to.
func (r *reporting) report(header entity.Fields) (*Report, error) {
	if !r.seen {
		return nil, fmt.Errorf("read a report: %w", errNoReport)
	}
	out := &Report{Original: r.about(header)}
	if out.Original == "" {
		return nil, fmt.Errorf("read a report: %w", errNoOriginal)
	}
	if r.isMDN {
		r.disposition(out)
	} else {
		r.delivery(out)
	}
	if out.Fate == "" {
		return nil, fmt.Errorf("read a report: %w", errNoFate)
	}
	return out, nil
}

// about is the mail that a report is about: by the envelope id that we gave
// (RFC 3464 2.2.1), by the header that came back, by what the report refers to.
func (r *reporting) about(header entity.Fields) string {
	for _, id := range []string{
		reference(r.message.Get("Original-Envelope-Id")), reference(r.message.Get("Original-Message-ID")), r.original,
		reference(header.Get("In-Reply-To")), reference(header.Get("References")),
	} {
		if id != "" {
			return id
		}
	}
	return ""
}

// reference is the last message id in a field, without its brackets; "" where it
// holds none.
func reference(value string) string {
	ids := strings.Fields(value)
	if len(ids) == 0 {
		return ""
	}
	id := strings.TrimSuffix(strings.TrimPrefix(ids[len(ids)-1], "<"), ">")
	if !isMessageID(id) {
		return ""
	}
	return id
}

// delivery finds the worst that became of the mail (RFC 3464 2.3.3).
func (r *reporting) delivery(out *Report) {
	fates := map[string]Fate{"failed": Failed, "delayed": Delayed, "relayed": Relayed, "expanded": Relayed, "delivered": Delivered}
	for _, action := range []string{"failed", "delayed", "relayed", "expanded", "delivered"} {
		for _, x := range r.fates {
			if x.action == action {
				out.Fate, out.Text = fates[action], r.inWords(x)
				return
			}
		}
	}
}

// inWords says who could not deliver what, and why.
func (r *reporting) inWords(x recipient) string {
	said := map[string]string{"failed": "not delivered", "delayed": "not delivered yet", "relayed": "passed on to a server that gives no notice", "expanded": "passed on to a list", "delivered": "delivered"}[x.action]
	text := said
	if x.address != "" {
		text += " to " + x.address
	}
	if who := typed(r.message.Get("Reporting-MTA")); who != "" {
		text += ", says " + who
	}
	if x.status != "" {
		text += ": " + x.status
	}
	why := typed(x.diagnostic)
	if why == "" && (x.action == "failed" || x.action == "delayed") {
		why = r.words
	}
	if why != "" {
		text += ": " + why
	}
	return entity.Printable(text, longestWords)
}

// disposition finds what was done with the mail (RFC 8098 3.2.6).
func (r *reporting) disposition(out *Report) {
	value := r.message.Get("Disposition")
	_, kind, _ := strings.Cut(value, ";")
	kind, modifier, _ := strings.Cut(strings.ToLower(kind), "/")
	who := typed(r.message.Get("Final-Recipient"))
	switch kind = strings.TrimSpace(kind); {
	case kind == "" || value == "":
		return
	case kind == "displayed" || kind == "processed" || kind == "dispatched":
		out.Fate = Opened
		if modifier = strings.TrimSpace(modifier); modifier == "error" || modifier == "failure" {
			out.Fate = Ignored
		}
	default: // deleted, denied, failed, and what nobody knows
		out.Fate = Ignored
	}
	out.Text = entity.Printable(fmt.Sprintf("%s: %s", who, value), longestWords)
	if out.Fate == Ignored {
		out.Text = "not read: " + out.Text
		for _, name := range []string{"Error", "Failure"} {
			if why := r.message.Get(name); why != "" {
				out.Text += ": " + entity.Printable(why, longestWords)
			}
		}
	}
}

// typed is a value without the type that stands before it, as in rfc822;a@b (RFC
// 3464 2.1.2).
func typed(value string) string {
	kind, rest, ok := strings.Cut(value, ";")
	if !ok || strings.ContainsAny(strings.TrimSpace(kind), " @") {
		return strings.TrimSpace(value)
	}
	return strings.TrimSpace(rest)
}

// word is the first word of a value: comments may follow.
func word(value string) string {
	w, _, _ := strings.Cut(strings.TrimSpace(value), " ")
	return strings.TrimSuffix(w, ";")
}
