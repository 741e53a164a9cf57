package mappings

import (
	"strings"
	"time"
	_ "time/tzdata" // the same zones on every machine
)

// dateTimeConv reads a day, a time and a time code: DTM02+03+04. Without a code a
// time is one of the mapping's zone; where it has none, no zone is invented.
func dateTimeConv(elements int, zone *time.Location) conv {
	z := zoned{elements, zone}
	return conv{name: "datetime", in: z.read, out: z.write, parts: 3}
}

// zoned reads and writes times of a zone; nil is none.
type zoned struct {
	elements int // of the tuple
	zone     *time.Location
}

func (z zoned) read(parts []string) (string, *fault) {
	day, f := readDay(parts[0])
	if f != nil || len(parts) < 2 || parts[1] == "" {
		return day, f
	}
	clock, f := readClock(parts[1])
	if f != nil {
		return "", f
	}
	v := day + "T" + clock
	if len(parts) < 3 || parts[2] == "" {
		return z.here(v)
	}
	if parts[2] == "LT" {
		return v, nil
	}
	offset, ok := offsetOf(parts[2], day, clock)
	if !ok {
		return "", wrongType("%s is no time code that is known here (X12 element 623)", quote(parts[2]))
	}
	return v + offset, nil
}

// minutes is how a time begins that the zone's rules are asked about.
const minutes = "2006-01-02T15:04"

// here adds the zone's offset to a local time.
func (z zoned) here(v string) (string, *fault) {
	if z.zone == nil {
		return v, nil
	}
	t, err := time.ParseInLocation(minutes, v[:len(minutes)], z.zone)
	if err != nil || t.Format(minutes) != v[:len(minutes)] {
		return "", wrongType("%s does not exist in %s, where clocks were put forward", quote(v), z.zone)
	}
	return v + t.Format("Z07:00"), nil
}

func (z zoned) write(v string) ([]string, *fault) {
	day, clock, timed := strings.Cut(v, "T")
	d, f := writeDay(day, 8)
	if f != nil || !timed {
		return []string{d, "", ""}, f
	}
	if z.elements < 2 {
		return nil, wrongType("%s has a time, and the pair has no element for it", quote(v))
	}
	code := ""
	if at := strings.LastIndexAny(clock, "Z+-"); at > 0 {
		offset := clock[at:]
		if z.elements > 2 {
			code, _ = codeOf(offset, day, clock)
		}
		if code == "" {
			return z.there(v, clock[:at])
		}
		clock = clock[:at]
	} else if z.zone != nil && z.elements > 2 {
		code = "LT"
	}
	c, f := writeClock(clock)
	return []string{d, c, code}, f
}

// there writes a time with an offset as the zone's clocks showed it, if it is read
// back as the same instant.
func (z zoned) there(v, clock string) ([]string, *fault) {
	if z.zone == nil {
		if z.elements < 3 {
			return nil, wrongType("%s has an offset, and the pair has no element for a time code and the mapping has no zone", quote(v))
		}
		return nil, wrongType("%s has an offset that X12 has no code for", quote(v))
	}
	layout := "2006-01-02T15:04Z07:00"
	seconds := ""
	if len(clock) > 5 {
		seconds = clock[5:]
	}
	t, err := time.Parse(layout, strings.Replace(v, clock, clock[:min(5, len(clock))], 1))
	if err != nil {
		return nil, wrongType("%s is no time such as 2026-11-20T14:30Z", quote(v))
	}
	local := t.In(z.zone)
	back, f := z.here(local.Format(minutes))
	if again, err := time.Parse(layout, back); f != nil || err != nil || !again.Equal(t) {
		return nil, wrongType("%s is one of two times that clocks in %s showed alike", quote(v), z.zone)
	}
	c, f := writeClock(local.Format("15:04") + seconds)
	return []string{local.Format("20060102"), c, ""}, f
}

// zone loads the mapping's zone.
func (c *compiler) loadZone() {
	name := c.merged.zone
	if name == "" {
		return
	}
	at, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		c.add(c.merged.zonePlace, "zone", quote(name)+" is no zone that is known", "write one such as America/New_York or UTC")
		return
	}
	c.zone = at
}
