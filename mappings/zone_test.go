package mappings

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func zoneOf(t testing.TB, name string) *time.Location {
	t.Helper()
	if name == "" {
		return nil
	}
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// TestZones reads and writes times of a mapping that says where its clocks hang.
func TestZones(t *testing.T) {
	for _, c := range []struct {
		zone     string
		elements int
		sent     string // the tuple, / between its elements
		want     string // or what is wrong
		written  string // "" as sent
	}{
		{"", 3, "20260705/1400/", "2026-07-05T14:00", ""},
		{"", 3, "20260705/1400/ET", "2026-07-05T14:00-04:00", "20260705/1400/ED"},
		{"America/New_York", 3, "20260705//", "2026-07-05", ""},
		{"America/New_York", 2, "20260705/1400/", "2026-07-05T14:00-04:00", ""},
		{"America/New_York", 2, "20260105/140030/", "2026-01-05T14:00:30-05:00", ""},
		{"America/New_York", 2, "20260105/14003055/", "2026-01-05T14:00:30.55-05:00", ""},
		{"America/New_York", 3, "20260705/1400/", "2026-07-05T14:00-04:00", "20260705/1400/ED"},
		{"America/New_York", 3, "20260705/1400/LT", "2026-07-05T14:00", ""},
		{"America/New_York", 3, "20260705/1400/PD", "2026-07-05T14:00-07:00", "20260705/1400/PD"},
		{"UTC", 2, "20260705/1400/", "2026-07-05T14:00Z", ""},
		{"Asia/Kolkata", 3, "20260705/1400/", "2026-07-05T14:00+05:30", ""},
		{"America/New_York", 2, "20260308/0230/", `"2026-03-08T02:30" does not exist in America/New_York`, ""},
	} {
		z := zoned{c.elements, zoneOf(t, c.zone)}
		got, bad := z.read(strings.Split(c.sent, "/"))
		if bad != nil {
			got = bad.text
		}
		if !strings.HasPrefix(got, c.want) || bad == nil && got != c.want {
			t.Errorf("%s in %q is %s, expected %s", c.sent, c.zone, got, c.want)
			continue
		}
		if bad != nil {
			continue
		}
		back, bad := z.write(got)
		if bad != nil || strings.Join(back, "/") != orWord(c.written, c.sent) {
			t.Errorf("%s in %q is written %v %v, expected %s", got, c.zone, back, bad, orWord(c.written, c.sent))
		}
	}
}

// TestZonesRefuse writes times that would be read back as others.
func TestZonesRefuse(t *testing.T) {
	for _, c := range []struct {
		zone     string
		elements int
		v, want  string
	}{
		{"", 1, "2026-07-05T14:00", "has a time, and the pair has no element for it"},
		{"", 2, "2026-07-05T14:00-04:00", "has an offset, and the pair has no element for a time code"},
		{"", 3, "2026-07-05T14:00+05:30", "has an offset that X12 has no code for"},
		{"America/New_York", 2, "2026-11-01T01:30-05:00", "is one of two times that clocks in America/New_York showed alike"},
		{"America/New_York", 2, "2026-07-05T14-04:00", "is no time such as 2026-11-20T14:30Z"},
		{"", 3, "2026-07-05T99:00", "is no time such as 14:30"},
	} {
		z := zoned{c.elements, zoneOf(t, c.zone)}
		if back, bad := z.write(c.v); bad == nil || !strings.Contains(bad.text, c.want) {
			t.Errorf("%s in %q is written %v %v, expected %q", c.v, c.zone, back, bad, c.want)
		}
	}
	z := zoned{2, zoneOf(t, "America/New_York")}
	back, bad := z.write("2026-07-05T18:00Z")
	if bad != nil || strings.Join(back, "/") != "20260705/1400/" {
		t.Errorf("another offset is written %v %v", back, bad)
	}
}

// TestZonesComeBack draws times of all zones and days: what is read is written as
// it came, or refused.
func TestZonesComeBack(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		z := zoned{2, zoneOf(t, rapid.SampledFrom([]string{"", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC", "America/St_Johns"}).Draw(r, "zone"))}
		at := time.Unix(rapid.Int64Range(1e9, 2e9).Draw(r, "second"), 0).UTC()
		layout := rapid.SampledFrom([]string{"1504", "150405"}).Draw(r, "layout")
		parts := []string{at.Format("20060102"), at.Format(layout), ""}
		v, bad := z.read(parts)
		if bad != nil {
			if !strings.Contains(bad.text, "does not exist") {
				r.Fatal(bad.text)
			}
			return
		}
		back, bad := z.write(v)
		if bad != nil && strings.Contains(bad.text, "showed alike") {
			return
		}
		if bad != nil || strings.Join(back, "/") != strings.Join(parts, "/") {
			r.Fatalf("%v is %s and is written %v %v", parts, v, back, bad)
		}
	})
}
