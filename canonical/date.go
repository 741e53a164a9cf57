package canonical

import (
	"fmt"
	"strings"
	"time"
)

// Date is a day, a local time whose zone is not known, or a time with its offset:
// "2026-11-20", "2026-11-20T14:30", "2026-11-20T14:30-06:00". It is as precise as
// what was said; no zone and no midnight is invented.
type Date string

// DateForm says how precise a Date is.
type DateForm int

// The three forms of a Date; NoDate is none of them.
const (
	NoDate DateForm = iota
	Day
	LocalTime
	OffsetTime
)

// ParseDate reads one of the three forms and refuses a day that no calendar has.
func ParseDate(s string) (Date, error) {
	if Date(s).Form() == NoDate {
		return "", fmt.Errorf("%q is no date such as 2026-11-20, 2026-11-20T14:30 or 2026-11-20T14:30-06:00", cut(s))
	}
	return Date(s), nil
}

// Form says which of the forms d has, NoDate for anything else. Seconds and
// thousandths may follow the minutes.
func (d Date) Form() DateForm {
	const longest = "2006-01-02T15:04:05.000"
	clock, zone := string(d), ""
	if t := strings.IndexByte(clock, 'T'); t > 0 {
		if z := strings.LastIndexAny(clock, "Z+-"); z > t {
			clock, zone = clock[:z], clock[z:]
		}
	}
	layout, form := "", LocalTime
	switch n := len(clock); n {
	case 10:
		layout, form = longest[:n], Day
	case 16, 19, 21, 22, 23:
		layout = longest[:n]
	default:
		return NoDate
	}
	if zone != "" {
		form = OffsetTime
		if zone != "Z" {
			zone = "-07:00"
		}
		layout += zone
	}
	// Formatting again refuses what Parse lets pass: one-digit hours, commas.
	at, err := time.Parse(layout, string(d))
	if err != nil || at.Format(layout) != string(d) || form == OffsetTime && len(clock) == 10 {
		return NoDate
	}
	return form
}
