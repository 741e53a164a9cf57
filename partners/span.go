package partners

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// Span is a time that is given for something: days, which are working days where
// a calendar is named, and then hours.
type Span struct {
	Days int
	Time time.Duration
}

// maxSpan is the longest time that is given for anything.
const maxSpan = 366

// ParseSpan reads 2d, 4h, 30m or 1d12h.
func ParseSpan(s string) (Span, error) {
	m := regexp.MustCompile(`^(?:(\d{1,3})d)?(.*)$`).FindStringSubmatch(s)
	if m == nil || s == "" {
		return Span{}, fmt.Errorf("%q is no time", s)
	}
	out := Span{}
	if m[1] != "" {
		out.Days, _ = strconv.Atoi(m[1]) // three digits at most
	}
	if m[2] != "" {
		var err error
		if out.Time, err = time.ParseDuration(m[2]); err != nil || out.Time < 0 {
			return Span{}, fmt.Errorf("%q is no time", s)
		}
	}
	if out == (Span{}) || out.Days > maxSpan || out.Time > maxSpan*24*time.Hour {
		return Span{}, fmt.Errorf("%q is not between 1s and %dd", s, maxSpan)
	}
	return out, nil
}

// IsZero says that no time is given.
func (s Span) IsZero() bool { return s == Span{} }

// String is the span as ParseSpan reads it.
func (s Span) String() string {
	switch {
	case s.Days == 0:
		return s.Time.String()
	case s.Time == 0:
		return fmt.Sprintf("%dd", s.Days)
	}
	return fmt.Sprintf("%dd%s", s.Days, s.Time)
}

// Due is when a document of ours must have left.
type Due struct {
	Span   Span
	Before bool   // the span ends at the event; else it begins there
	Event  string // "receipt" of what it answers, "shipment" or "delivery"
}

// ParseDue reads 4h, 24h after shipment, before delivery or 2h before delivery.
func ParseDue(s string) (Due, error) {
	m := regexp.MustCompile(`^(?:(\S+)(?: (after|before) (receipt|shipment|delivery))?|before (receipt|shipment|delivery))$`).FindStringSubmatch(s)
	if m == nil {
		return Due{}, fmt.Errorf("%q is no deadline", s)
	}
	if m[4] != "" {
		return Due{Before: true, Event: m[4]}, nil
	}
	span, err := ParseSpan(m[1])
	if err != nil {
		return Due{}, err
	}
	d := Due{Span: span, Before: m[2] == "before", Event: m[3]}
	if d.Event == "" {
		d.Event = "receipt"
	}
	return d, nil
}

// IsZero says that nothing was agreed.
func (d Due) IsZero() bool { return d == Due{} }

// At is the deadline where the event is at t; c may be nil.
func (d Due) At(c *Calendar, t time.Time) time.Time {
	if d.Before {
		return c.Back(t, d.Span)
	}
	return c.Due(t, d.Span)
}
