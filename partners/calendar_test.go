package partners

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// newYork is a working week with two holidays.
func newYork(t testing.TB, from, to string) *Calendar {
	t.Helper()
	f := calendarFile{
		Zone: "America/New_York", Days: []string{"mon", "tue", "wed", "thu", "fri"}, Hours: hoursFile{from, to},
		Holidays: []holidayFile{{"2026-11-26", "Thanksgiving"}, {"12-25", ""}},
	}
	c, found := f.calendar("us")
	if len(found) > 0 {
		t.Fatal(found)
	}
	return c
}

func at(t testing.TB, c *Calendar, s string) time.Time {
	t.Helper()
	out, err := time.ParseInLocation("2006-01-02 15:04", s, c.zone)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestDue(t *testing.T) {
	whole, office := newYork(t, "00:00", "24:00"), newYork(t, "08:00", "17:00")
	for _, tt := range []struct {
		c                 *Calendar
		from, span, until string
	}{
		{office, "2026-11-23 10:00", "4h", "2026-11-23 14:00"},
		{office, "2026-11-23 15:00", "4h", "2026-11-24 10:00"},
		{office, "2026-11-23 15:00", "2h", "2026-11-23 17:00"}, // the end of a day is not the beginning of the next
		{office, "2026-11-27 16:00", "2h", "2026-11-30 09:00"}, // over a weekend
		{office, "2026-11-25 16:00", "2h", "2026-11-27 09:00"}, // over Thanksgiving
		{office, "2026-11-28 03:00", "1h", "2026-11-30 09:00"}, // begins on a Saturday
		{office, "2026-11-23 10:00", "1d", "2026-11-24 10:00"},
		{office, "2026-11-24 10:00", "2d", "2026-11-27 10:00"},
		{office, "2026-11-23 20:00", "1d", "2026-11-25 08:00"}, // begins at 08:00 of the next day
		{office, "2026-11-23 10:00", "1d8h", "2026-11-25 09:00"},
		{office, "2027-12-24 10:00", "1d", "2027-12-27 10:00"}, // a holiday of each year on a Saturday
		{whole, "2026-11-23 10:00", "24h", "2026-11-24 10:00"},
		{whole, "2026-11-27 10:00", "24h", "2026-11-30 10:00"},
		{whole, "2026-11-28 10:00", "24h", "2026-12-01 00:00"},
		{whole, "2026-10-30 23:00", "24h", "2026-11-02 23:00"}, // the clocks go back on a Sunday
		{whole, "2026-11-28 10:00", "1d", "2026-12-01 00:00"},
	} {
		span, err := ParseSpan(tt.span)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := tt.c.Due(at(t, tt.c, tt.from), span), at(t, tt.c, tt.until); !got.Equal(want) {
			t.Errorf("%s + %s: found %s, expected %s", tt.from, tt.span, got, want)
		}
	}
}

// Where clocks are changed on a working day, hours are hours and days are days.
func TestDueWhereClocksChange(t *testing.T) {
	f := calendarFile{Zone: "America/New_York", Days: weekdays(), Hours: hoursFile{"00:00", "24:00"}}
	c, _ := f.calendar("all")
	for _, tt := range []struct{ from, span, until string }{
		{"2026-03-07 12:00", "24h", "2026-03-08 13:00"}, // that night has an hour less
		{"2026-03-07 12:00", "1d", "2026-03-08 12:00"},
		{"2026-10-31 12:00", "24h", "2026-11-01 11:00"},
		{"2026-10-31 12:00", "1d", "2026-11-01 12:00"},
		{"2026-03-07 02:30", "1d", "2026-03-08 03:00"}, // 02:30 is not there
	} {
		span, _ := ParseSpan(tt.span)
		if got, want := c.Due(at(t, c, tt.from), span), at(t, c, tt.until); !got.Equal(want) {
			t.Errorf("%s + %s: found %s, expected %s", tt.from, tt.span, got, want)
		}
	}
}

func TestNoCalendar(t *testing.T) {
	var c *Calendar
	saturday := time.Date(2026, 11, 28, 3, 0, 0, 0, time.UTC)
	if got := c.Due(saturday, Span{2, time.Hour}); !got.Equal(saturday.Add(49 * time.Hour)) {
		t.Errorf("found %s", got)
	}
	if got := c.Back(saturday, Span{1, time.Hour}); !got.Equal(saturday.Add(-25 * time.Hour)) {
		t.Errorf("found %s", got)
	}
	if !c.Works(saturday) || c.Holiday(saturday) != "" || !c.Add(saturday, -time.Hour).Equal(saturday) {
		t.Error("a clock without a calendar stood still")
	}
}

func TestBack(t *testing.T) {
	c := newYork(t, "08:00", "17:00")
	for _, tt := range []struct{ event, due, want string }{
		{"2026-11-30 10:00", "2h before delivery", "2026-11-30 08:00"},
		{"2026-11-30 10:00", "2d before delivery", "2026-11-25 10:00"},
		{"2026-11-30 10:00", "before delivery", "2026-11-30 10:00"},
		{"2026-11-30 10:00", "2h after shipment", "2026-11-30 12:00"},
		{"2026-11-30 10:00", "1d", "2026-12-01 10:00"},
	} {
		d, err := ParseDue(tt.due)
		if err != nil {
			t.Fatal(err)
		}
		if got := (Agreement{Due: d, Calendar: c}).Deadline(at(t, c, tt.event)); !got.Equal(at(t, c, tt.want)) {
			t.Errorf("%s of %s: found %s, expected %s", tt.due, tt.event, got, tt.want)
		}
	}
	if !(Agreement{}).Deadline(time.Now()).IsZero() || !(Owed{}).By(time.Now()).IsZero() {
		t.Error("there is a deadline that nobody agreed on")
	}
}

func TestParseSpan(t *testing.T) {
	for s, want := range map[string]Span{"2d": {2, 0}, "4h": {0, 4 * time.Hour}, "1d12h": {1, 12 * time.Hour}, "90m": {0, 90 * time.Minute}, "366d": {366, 0}} {
		if got, err := ParseSpan(s); err != nil || got != want {
			t.Errorf("%s: found %v, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "0s", "0d", "d", "-1h", "367d", "soon", "4", "1d-2h", "9000h", "1y", "2h1d"} {
		if got, err := ParseSpan(s); err == nil {
			t.Errorf("%s: found %v", s, got)
		}
	}
	for _, s := range []string{"", "after delivery", "4h after", "4h after lunch", "soon after delivery", "before 4h", "4h  after shipment"} {
		if got, err := ParseDue(s); err == nil {
			t.Errorf("%s: found %v", s, got)
		}
	}
}

// ran counts by looking at every minute: what Add must agree with.
func ran(c *Calendar, from, to time.Time) time.Duration {
	minutes := 0
	for t := from; t.Before(to); t = t.Add(time.Minute) {
		local := t.In(c.zone)
		now := clock(local.Hour()*60 + local.Minute())
		if c.days[local.Weekday()] && c.Holiday(t) == "" && c.from <= now && now < c.to {
			minutes++
		}
	}
	return time.Duration(minutes) * time.Minute
}

func TestAddIsTheTimeThatTheClockRuns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyCalendar(t)
		minutes := rapid.IntRange(0, 2*365*24*60).Draw(t, "from")
		from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(minutes) * time.Minute)
		d := time.Duration(rapid.IntRange(1, 600).Draw(t, "for")) * time.Minute
		until := c.Add(from, d)
		if got := ran(c, from, until); got != d {
			t.Fatalf("from %s to %s the clock ran %s, expected %s", from.In(c.zone), until.In(c.zone), got, d)
		}
		if got := ran(c, from, until.Add(-time.Minute)); got >= d {
			t.Fatalf("%s is later than it must be", until)
		}
		more := time.Duration(rapid.IntRange(1, 300).Draw(t, "more")) * time.Minute
		if a, b := c.Add(until, more), c.Add(from, d+more); !a.Equal(b) {
			t.Fatalf("in two steps %s, in one %s", a, b)
		}
	})
}

// A later beginning never makes an earlier deadline, and a deadline is in working time.
func TestDueIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyCalendar(t)
		begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		a := begin.Add(time.Duration(rapid.IntRange(0, 365*24*60).Draw(t, "a")) * time.Minute)
		b := a.Add(time.Duration(rapid.IntRange(0, 7*24*60).Draw(t, "later")) * time.Minute)
		span := Span{Days: rapid.IntRange(0, 5).Draw(t, "days"), Time: time.Duration(rapid.IntRange(1, 600).Draw(t, "minutes")) * time.Minute}
		da, db := c.Due(a, span), c.Due(b, span)
		slack := time.Duration(0)
		if span.Days > 0 { // the hour that comes twice in autumn is one hour of the day
			slack = time.Hour
		}
		if db.Before(da.Add(-slack)) {
			t.Fatalf("%s gives %s, but the later %s gives %s", a, da, b, db)
		}
		if !da.After(a) || !c.Works(da.Add(-time.Minute)) {
			t.Fatalf("%s is not in working time after %s", da, a)
		}
	})
}

func anyCalendar(t *rapid.T) *Calendar {
	f := calendarFile{
		Zone:  rapid.SampledFrom([]string{"America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns", "UTC"}).Draw(t, "zone"),
		Days:  rapid.SliceOfNDistinct(rapid.SampledFrom(weekdays()), 1, 7, rapid.ID).Draw(t, "days"),
		Hours: rapid.SampledFrom([]hoursFile{{"00:00", "24:00"}, {"08:00", "17:00"}, {"03:30", "04:00"}, {"12:00", "24:00"}}).Draw(t, "hours"),
	}
	for _, d := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"2026-03-08", "03-29", "10-25", "2026-11-01", "12-25"}), 0, 3, rapid.ID).Draw(t, "holidays") {
		f.Holidays = append(f.Holidays, holidayFile{Date: d})
	}
	c, found := f.calendar("any")
	if len(found) > 0 {
		t.Fatal(found)
	}
	return c
}

func BenchmarkCalendarDue(b *testing.B) {
	c := newYork(b, "08:00", "17:00")
	from := at(b, c, "2026-11-23 10:00")
	for b.Loop() {
		c.Due(from, Span{Days: 2, Time: 12 * time.Hour})
	}
}
