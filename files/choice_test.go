package files

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// listings gives one listing after another, and then the last again.
func listings(all ...[]Entry) func(context.Context) ([]Entry, error) {
	return func(context.Context) ([]Entry, error) {
		l := all[0]
		if len(all) > 1 {
			all = all[1:]
		}
		return l, nil
	}
}

func names(all []Entry) string {
	var out []string
	for _, e := range all {
		out = append(out, e.Name)
	}
	return strings.Join(out, " ")
}

func TestChoice(t *testing.T) {
	first := []Entry{{"c.edi", 3, 1}, {"b.edi", 2, 2}, {"a.edi", 1, 2}, {"a.edi.done", 0, 3}, {"d.tmp", 1, 1}, {"e.txt", 1, 1}, {"f\n.edi", 1, 1}, {"b.edi.part", 1, 1}}
	grown := []Entry{{"c.edi", 4, 1}, {"b.edi", 2, 3}, {"a.edi", 1, 2}}
	temporary := []string{"*.tmp", "*.part"}
	for name, c := range map[string]struct {
		choice Choice
		want   string
	}{
		"all by name":      {Choice{Pattern: "*", Temporary: temporary, Order: ByName}, "a.edi a.edi.done b.edi c.edi e.txt"},
		"all by time":      {Choice{Pattern: "*.edi", Order: ByTime}, "c.edi a.edi b.edi"},
		"pattern":          {Choice{Pattern: "[ab].edi", Order: ByName}, "a.edi b.edi"},
		"no such":          {Choice{Pattern: "*.x12", StableFor: time.Hour}, ""},
		"marked":           {Choice{Pattern: "*", Done: ".done", StableFor: time.Hour, Order: ByName}, "a.edi"},
		"still the same":   {Choice{Pattern: "*.edi", StableFor: time.Minute, Order: ByName}, "a.edi"},
		"pattern is wrong": {Choice{Pattern: "[", Order: ByName}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				got, err := c.choice.Ready(t.Context(), listings(first, grown))
				if err != nil || names(got) != c.want {
					t.Errorf("found %q, %v; expected %q", names(got), err, c.want)
				}
			})
		})
	}
}

func TestChoiceStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		c := Choice{Pattern: "*", StableFor: time.Hour}
		if _, err := c.Ready(ctx, listings([]Entry{{"a", 1, 1}})); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("found %v", err)
		}
	})
	broken := errors.New("unmounted")
	c := Choice{Pattern: "*", StableFor: time.Nanosecond}
	if _, err := c.Ready(t.Context(), func(context.Context) ([]Entry, error) { return nil, broken }); !errors.Is(err, broken) {
		t.Errorf("found %v", err)
	}
	looks := 0
	_, err := c.Ready(t.Context(), func(context.Context) ([]Entry, error) {
		if looks++; looks == 2 {
			return nil, broken
		}
		return []Entry{{"a", 1, 1}}, nil
	})
	if !errors.Is(err, broken) {
		t.Errorf("found %v", err)
	}
}

// A directory of 100,000 files is one that takes longer, and no other.
func TestManyFiles(t *testing.T) {
	var all []Entry
	for i := range 100_000 {
		all = append(all, Entry{string(rune('a'+i%26)) + time.Unix(int64(i), 0).Format("150405") + ".edi", int64(i), int64(100_000 - i)})
	}
	c := Choice{Pattern: "*.edi", Order: ByTime, StableFor: time.Nanosecond}
	got, err := c.Ready(t.Context(), listings(all))
	if err != nil || len(got) != len(all) || !slices.IsSortedFunc(got, c.compare) || got[0].Time != 1 {
		t.Errorf("found %d, %v", len(got), err)
	}
}
