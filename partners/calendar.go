package partners

import "time"

// Calendar says when a clock runs that counts working time. A nil Calendar's
// clock never stands still. It never changes.
type Calendar struct {
	Name string

	zone     *time.Location
	days     [7]bool // by time.Weekday
	from, to clock
	holidays map[string]string // "2026-12-25", or "12-25" for each year → its name
}

// clock is a time of day in minutes; to may be 24:00.
type clock int

// farthest is how many days are looked through at most: more than the longest
// span takes with one working hour a week.
const farthest = 100000

// day is a day in the calendar's zone.
func (c *Calendar) day(t time.Time) time.Time {
	y, m, d := t.In(c.zone).Date()
	return time.Date(y, m, d, 12, 0, 0, 0, c.zone)
}

// Works says whether the day that t falls on is a working day.
func (c *Calendar) Works(t time.Time) bool {
	if c == nil {
		return true
	}
	return c.works(c.day(t))
}

func (c *Calendar) works(day time.Time) bool {
	return c.days[day.Weekday()] && c.Holiday(day) == ""
}

// Holiday is the name of the holiday that t falls on, "" for none.
func (c *Calendar) Holiday(t time.Time) string {
	if c == nil {
		return ""
	}
	day := t.In(c.zone)
	if name := c.holidays[day.Format(time.DateOnly)]; name != "" {
		return name
	}
	return c.holidays[day.Format("01-02")]
}

// hours are the working hours of a day. Where clocks are changed, a working day
// has an hour more or less.
func (c *Calendar) hours(day time.Time) (from, to time.Time) {
	return c.at(day, time.Duration(c.from)*time.Minute), c.at(day, time.Duration(c.to)*time.Minute)
}

// at is the moment at which the clocks show a time on a day. A time that is left
// out when they are put forward is the moment of that.
func (c *Calendar) at(day time.Time, shown time.Duration) time.Time {
	y, m, d := day.Date()
	want := time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Add(shown)
	got := time.Date(y, m, d, 0, 0, int(shown/time.Second), int(shown%time.Second), c.zone)
	const wall = "2006-01-02 15:04:05.999999999"
	begin, end := got.ZoneBounds()
	switch shows := got.Format(wall); {
	case shows < want.Format(wall):
		return end
	case shows > want.Format(wall):
		return begin
	}
	return got
}

// Add is the moment at which the clock has run for d since t. With d of 0 or
// less it is t itself.
func (c *Calendar) Add(t time.Time, d time.Duration) time.Time {
	if c == nil || d <= 0 {
		return t.Add(max(d, 0))
	}
	day := c.day(t)
	for range farthest {
		if c.works(day) {
			from, to := c.hours(day)
			if from.Before(t) {
				from = t
			}
			if left := to.Sub(from); left >= d {
				return from.Add(d)
			} else if left > 0 {
				d -= left
			}
		}
		day = day.AddDate(0, 0, 1)
	}
	return day
}

// next is t, or the beginning of the working time after it.
func (c *Calendar) next(t time.Time) time.Time {
	day := c.day(t)
	for range farthest {
		if c.works(day) {
			from, to := c.hours(day)
			switch {
			case t.Before(from):
				return from
			case t.Before(to):
				return t
			}
		}
		day = day.AddDate(0, 0, 1)
	}
	return t
}

// days is the same time of day n working days after t, or before it where n is
// below 0.
func (c *Calendar) daysFrom(t time.Time, n int) time.Time {
	step := 1
	if n < 0 {
		step = -1
	}
	day := c.day(t)
	for left := n * step; left > 0; {
		day = day.AddDate(0, 0, step)
		if c.works(day) {
			left--
		}
	}
	local := t.In(c.zone)
	hour, minute, second := local.Clock()
	return c.at(day, time.Duration(hour*3600+minute*60+second)*time.Second+time.Duration(local.Nanosecond()))
}

// Due is the end of a span that begins at t: first its days, each a working day,
// then its hours. What begins outside working time begins when that does.
func (c *Calendar) Due(t time.Time, s Span) time.Time {
	if c == nil {
		return t.Add(time.Duration(s.Days)*24*time.Hour + s.Time)
	}
	if s.Days > 0 {
		t = c.daysFrom(c.next(t), s.Days)
	}
	return c.Add(t, s.Time)
}

// Back is the beginning of a span that ends at t: its hours as they are, its
// days as working days.
func (c *Calendar) Back(t time.Time, s Span) time.Time {
	t = t.Add(-s.Time)
	if c == nil {
		return t.Add(-time.Duration(s.Days) * 24 * time.Hour)
	}
	return c.daysFrom(t, -s.Days)
}

// Begin is the moment at which a day such as 2026-11-26 begins in the calendar's zone.
func (c *Calendar) Begin(day string) (time.Time, error) {
	zone := time.UTC
	if c != nil {
		zone = c.zone
	}
	return time.ParseInLocation(time.DateOnly, day, zone)
}
