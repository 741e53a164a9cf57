package partners

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"waybill/settings"
)

// calendarFile is a calendar as it is written, in calendars/NAME.yaml.
type calendarFile struct {
	Calendar string        `yaml:"calendar"`                                 // the name of the file, without .yaml
	Zone     string        `yaml:"zone" required:"true"`                     // such as America/New_York
	Days     []string      `yaml:"days" words:"mon tue wed thu fri sat sun"` // the working days
	Hours    hoursFile     `yaml:"hours"`
	Holidays []holidayFile `yaml:"holidays"`
}

// hoursFile is the working time of a day.
type hoursFile struct {
	From string `yaml:"from"` // such as 08:00
	To   string `yaml:"to"`   // such as 17:00, at the latest 24:00
}

// holidayFile is a day on which nobody works.
type holidayFile struct {
	Date string `yaml:"date" required:"true"` // 2026-11-26, or 12-25 for each year
	Name string `yaml:"name"`
}

func weekdays() []string { return []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"} }

// calendars reads every file of calendars/.
func (l *loader) calendars() {
	l.book.calendars = map[string]*Calendar{}
	for _, file := range sortedKeys(l.tree.below("calendars/")) {
		name, isYAML := strings.CutSuffix(path.Base(file), ".yaml")
		switch {
		case path.Ext(file) == ".yml":
			l.add(file, "is not read", "name it "+strings.TrimSuffix(path.Base(file), ".yml")+".yaml")
		case isYAML && path.Dir(file) != "calendars":
			l.add(file, "is not read", "calendars stand in calendars/ itself, not in a directory below it")
		case isYAML && !partnerName().MatchString(name):
			l.add(file, fmt.Sprintf("%q cannot be a calendar's name", name), "use small letters, digits, - and _, at most 63, such as us-business")
		case isYAML:
			l.book.calendars[name] = l.calendar(name, file)
		}
	}
}

// calendar reads one. With problems it is still there, so that who names it is
// not told that there is none.
func (l *loader) calendar(name, file string) *Calendar {
	node, found := settings.Parse(file, l.tree.files[file])
	l.found = append(l.found, found...)
	if node == nil {
		return &Calendar{Name: name, zone: time.UTC}
	}
	f := unsaidCalendar()
	found = settings.Decode(file, node, &f)
	c, more := f.calendar(name)
	l.found = append(l.found, append(found, settings.Place(file, node, "", uncovered(more, found))...)...)
	return c
}

// calendar turns a file into a Calendar.
func (f *calendarFile) calendar(name string) (*Calendar, problems) {
	var l problems
	c := &Calendar{Name: name, zone: time.UTC, holidays: map[string]string{}}
	if f.Calendar != "" && f.Calendar != name {
		l.add("calendar", "the two must be the same", "found %q, but the file is %s.yaml", f.Calendar, name)
	}
	zone, err := time.LoadLocation(f.Zone)
	if err != nil || f.Zone == "" || f.Zone == "Local" {
		l.add("zone", "write a place as the time zone database has it, such as America/New_York, or UTC", "found %q", f.Zone)
	} else {
		c.zone = zone
	}
	for _, d := range f.Days {
		if i := slices.Index(weekdays(), d); i >= 0 {
			c.days[i] = true
		}
	}
	if len(f.Days) == 0 {
		l.add("days", "name the working days, such as [mon, tue, wed, thu, fri]", "there is no working day")
	}
	var ok [2]bool
	c.from, ok[0] = timeOfDay(f.Hours.From)
	c.to, ok[1] = timeOfDay(f.Hours.To)
	if ok != [2]bool{true, true} || c.from >= c.to {
		l.add("hours", "write from before to, such as { from: \"08:00\", to: \"17:00\" }", "found from %q to %q", f.Hours.From, f.Hours.To)
	}
	c.closed(f.Holidays, &l)
	return c, l
}

// timeOfDay reads 08:30.
func timeOfDay(s string) (clock, bool) {
	m := regexp.MustCompile(`^(\d\d):(\d\d)$`).FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	h, _ := strconv.Atoi(m[1]) // two digits
	min, _ := strconv.Atoi(m[2])
	return clock(h*60 + min), min < 60 && h*60+min <= 24*60
}

// closed notes the holidays.
func (c *Calendar) closed(holidays []holidayFile, l *problems) {
	for i, h := range holidays {
		key := fmt.Sprintf("holidays[%d].date", i)
		_, err := time.Parse(time.DateOnly, h.Date)
		if len(h.Date) == len("12-25") {
			_, err = time.Parse(time.DateOnly, "2024-"+h.Date) // a leap year
		}
		if err != nil {
			l.add(key, "write a day such as 2026-11-26, or 12-25 for each year", "found %q", h.Date)
			continue
		}
		if _, twice := c.holidays[h.Date]; twice {
			l.add(key, "name each day once", "%s stands here twice", h.Date)
		}
		c.holidays[h.Date] = h.Name
		if h.Name == "" {
			c.holidays[h.Date] = h.Date
		}
	}
}
