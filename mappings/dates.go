package mappings

import (
	"fmt"
	"strings"
	"time"

	"waybill/translators"
)

// dateConv reads CCYYMMDD, or YYMMDD with the canonical model's century: 70 to 99 are
// of the last one. It writes the width that the schema has.
func dateConv(width int) conv {
	return single("date", readDay, func(v string) (string, *fault) { return writeDay(v, width) })
}

func makeDate(c call, e translators.ElementRule) (conv, string) {
	a, ok := c.plain(0)
	if !ok {
		return dateConv(e.Max), ""
	}
	switch a.text {
	case "YYMMDD":
		return dateConv(6), ""
	case "CCYYMMDD", "YYYYMMDD":
		return dateConv(8), ""
	}
	return conv{}, "date takes YYMMDD or CCYYMMDD"
}

func readDay(s string) (string, *fault) {
	whole := s
	if len(s) == 6 && allDigits(s) {
		whole = "20" + s
		if s[0] >= '7' {
			whole = "19" + s
		}
	}
	if len(whole) != 8 || !isDay(whole) {
		return "", wrongType("%s is no date", quote(s))
	}
	return whole[:4] + "-" + whole[4:6] + "-" + whole[6:], nil
}

// isDay says whether eight digits are a day of the calendar.
func isDay(s string) bool {
	_, err := time.Parse("20060102", s)
	return err == nil && allDigits(s)
}

func writeDay(v string, width int) (string, *fault) {
	if len(v) != 10 || v[4] != '-' || v[7] != '-' || !isDay(v[:4]+v[5:7]+v[8:]) {
		return "", wrongType("%s is no day such as 2026-11-20", quote(v))
	}
	s := v[:4] + v[5:7] + v[8:]
	if width != 6 {
		return s, nil
	}
	short := s[2:]
	if back, f := readDay(short); f != nil || back != v {
		return "", wrongType("%s does not fit six digits", quote(v))
	}
	return short, nil
}

// timeConv reads HHMM, HHMMSS and tenths or hundredths after it.
func timeConv() conv { return single("time", readClock, writeClock) }

func readClock(s string) (string, *fault) {
	n := len(s)
	if n < 4 || n > 8 || n == 5 || !allDigits(s) || s[:2] > "23" || s[2:4] > "59" || n > 4 && s[4:6] > "59" {
		return "", wrongType("%s is no time", quote(s))
	}
	v := s[:2] + ":" + s[2:4]
	if n > 4 {
		v += ":" + s[4:6]
	}
	if n > 6 {
		v += "." + s[6:]
	}
	return v, nil
}

func writeClock(v string) (string, *fault) {
	s := strings.NewReplacer(":", "", ".", "").Replace(v)
	if back, f := readClock(s); f != nil || back != v {
		return "", wrongType("%s is no time such as 14:30", quote(v))
	}
	return s, nil
}

// offsetOf is the offset that a time code has on a day (X12 element 623). ET, CT,
// MT and PT are what the clocks there showed.
func offsetOf(code, day, clock string) (string, bool) {
	hours, ok := fixedHours(code)
	if !ok {
		if len(code) != 2 || code[1] != 'T' {
			return "", false
		}
		if hours, ok = fixedHours(code[:1] + "S"); !ok {
			return "", false
		}
		if summer(day, clock) {
			hours++
		}
	}
	if code == "UT" || code == "GM" {
		return "Z", true
	}
	sign := '+'
	if hours < 0 {
		sign, hours = '-', -hours
	}
	return fmt.Sprintf("%c%02d:00", sign, hours), true
}

// fixedHours are the codes that say the same all year: standard and daylight
// times of North America, and 01 to 24 for the offsets of ISO.
func fixedHours(code string) (int, bool) {
	switch code {
	case "UT", "GM":
		return 0, true
	case "ES", "CD":
		return -5, true
	case "CS", "MD":
		return -6, true
	case "MS", "PD":
		return -7, true
	case "PS":
		return -8, true
	case "ED":
		return -4, true
	}
	switch n := number(code); {
	case n >= 1 && n <= 12:
		return n, true
	case n >= 13 && n <= 24:
		return n - 25, true
	}
	return 0, false
}

// codeOf is the code that is written for an offset: where clocks in the United
// States were one hour ahead, that of their daylight time.
func codeOf(offset, day, clock string) (string, bool) {
	if code := daylight(offset); code != "" && summer(day, clock) {
		return code, true
	}
	switch offset {
	case "Z":
		return "UT", true
	case "-04:00":
		return "ED", true
	case "-05:00":
		return "ES", true
	case "-06:00":
		return "CS", true
	case "-07:00":
		return "MS", true
	case "-08:00":
		return "PS", true
	}
	if len(offset) != 6 || offset[3:] != ":00" {
		return "", false
	}
	n := number(offset[1:3])
	if n < 1 || n > 12 {
		return "", false
	}
	if offset[0] == '-' {
		n = 25 - n
	}
	return fmt.Sprintf("%02d", n), true
}

// daylight is the code of a daylight time of North America (X12 element 623).
func daylight(offset string) string {
	switch offset {
	case "-04:00":
		return "ED"
	case "-05:00":
		return "CD"
	case "-06:00":
		return "MD"
	case "-07:00":
		return "PD"
	}
	return ""
}

// summer says whether clocks in the United States were one hour ahead: since
// 2007 from the second Sunday in March to the first in November, since 1987 from
// the first in April to the last in October; before, nothing is claimed.
func summer(day, clock string) bool {
	t, err := time.Parse("2006-01-02T15:04", day+"T"+clock[:5])
	if err != nil || t.Year() < 1987 {
		return false
	}
	from, to := sunday(t.Year(), time.March, 8), sunday(t.Year(), time.November, 1)
	if t.Year() < 2007 {
		from, to = sunday(t.Year(), time.April, 1), sunday(t.Year(), time.October, 25)
	}
	return !t.Before(from) && t.Before(to)
}

// sunday is 02:00 on the first Sunday from that day on.
func sunday(year int, month time.Month, day int) time.Time {
	t := time.Date(year, month, day, 2, 0, 0, 0, time.UTC)
	return t.AddDate(0, 0, (7-int(t.Weekday()))%7)
}
