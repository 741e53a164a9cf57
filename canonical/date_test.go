package canonical_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"waybill/canonical"
)

func TestParseDate(t *testing.T) {
	for _, c := range []struct {
		in   string
		form canonical.DateForm
	}{
		{"2026-11-20", canonical.Day},
		{"2024-02-29", canonical.Day},
		{"2026-11-20T14:30", canonical.LocalTime},
		{"2026-11-20T00:00", canonical.LocalTime},
		{"2026-11-20T14:30:59", canonical.LocalTime},
		{"2026-11-20T14:30:59.25", canonical.LocalTime},
		{"2026-11-20T14:30-06:00", canonical.OffsetTime},
		{"2026-11-20T14:30+05:45", canonical.OffsetTime},
		{"2026-11-20T14:30Z", canonical.OffsetTime},
		{"2026-11-20T14:30:59.123+00:00", canonical.OffsetTime},
		{"", canonical.NoDate},
		{"20261120", canonical.NoDate},
		{"2026-02-29", canonical.NoDate},
		{"2026-13-01", canonical.NoDate},
		{"2026-1-01", canonical.NoDate},
		{"2026-11-20T", canonical.NoDate},
		{"2026-11-20T14", canonical.NoDate},
		{"2026-11-20T24:00", canonical.NoDate},
		{"2026-11-20T4:30:0", canonical.NoDate},
		{"2026-11-20 14:30", canonical.NoDate},
		{"2026-11-20T14:30:59,25", canonical.NoDate},
		{"2026-11-20T14:30:59.1234", canonical.NoDate},
		{"2026-11-20T14:30-0600", canonical.NoDate},
		{"2026-11-20T14:30-00:00", canonical.NoDate},
		{"2026-11-20T14:30+25:00", canonical.NoDate},
		{"2026-11-20Z", canonical.NoDate},
		{"2026-11-20TZ", canonical.NoDate},
		{"2026-11-20-06:00", canonical.NoDate},
		{"2026-11-20T14:30z", canonical.NoDate},
		{" 2026-11-20", canonical.NoDate},
	} {
		got, err := canonical.ParseDate(c.in)
		if (err != nil) != (c.form == canonical.NoDate) {
			t.Errorf("ParseDate(%q): %v", c.in, err)
		}
		if f := canonical.Date(c.in).Form(); f != c.form || err == nil && string(got) != c.in {
			t.Errorf("%q has form %d, expected %d; ParseDate gave %q", c.in, f, c.form, got)
		}
	}
}

// Every moment has each of the three forms, and each says what it is.
func TestDatesOfAnyMoment(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		offset := rapid.IntRange(-14*60, 14*60).Draw(t, "minutes from UTC")
		zone := time.FixedZone("", offset*60)
		at := time.Unix(rapid.Int64Range(-2e9, 1e11).Draw(t, "moment"), 0).In(zone)
		for layout, form := range map[string]canonical.DateForm{
			"2006-01-02":                    canonical.Day,
			"2006-01-02T15:04":              canonical.LocalTime,
			"2006-01-02T15:04:05":           canonical.LocalTime,
			"2006-01-02T15:04-07:00":        canonical.OffsetTime,
			"2006-01-02T15:04:05.000-07:00": canonical.OffsetTime,
		} {
			if s := at.Format(layout); canonical.Date(s).Form() != form {
				t.Fatalf("%q has form %d, expected %d", s, canonical.Date(s).Form(), form)
			}
		}
	})
}

// The schema's pattern takes every date that Form takes: no reader refuses what
// another accepted.
func TestTheSchemaTakesEveryDate(t *testing.T) {
	c := checker(t)
	rapid.Check(t, func(r *rapid.T) {
		s := rapid.StringMatching(`20[0-9]{2}-[01][0-9]-[0-3][0-9](T[0-2][0-9]:[0-5][0-9](:[0-5][0-9])?(Z|[+-]0[0-9]:[0-5][0-9])?)?`).Draw(r, "date")
		found := c.Check("order", edit(t, [2]string{"orderDate", fmt.Sprintf("%q", s)}))
		if (canonical.Date(s).Form() == canonical.NoDate) != (len(found) == 1) {
			r.Fatalf("%q has form %d; found %q", s, canonical.Date(s).Form(), lines(found))
		}
	})
}
