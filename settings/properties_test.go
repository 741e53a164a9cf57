package settings_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"waybill/settings"
)

func TestSizesCountTheirUnits(t *testing.T) {
	units := map[string]int64{"": 1, "B": 1, "kB": 1e3, "KB": 1e3, "MB": 1e6, "GB": 1e9, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}
	names := strings.Split(",B,kB,KB,MB,GB,KiB,MiB,GiB", ",")
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(0, 1<<31).Draw(t, "number")
		unit := rapid.SampledFrom(names).Draw(t, "unit")
		got, err := settings.ParseSize(fmt.Sprint(n) + unit)
		if err != nil || int64(got) != n*units[unit] {
			t.Fatalf("%d%s is %d, %v", n, unit, got, err)
		}
	})
}

func TestDurationsAreThoseOfTimeAndDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := time.Duration(rapid.Int64Range(0, 1<<62).Draw(t, "span"))
		if got, err := settings.ParseDuration(want.String()); got != want || err != nil {
			t.Fatalf("%s is %v, %v", want, got, err)
		}
		days := rapid.Int64Range(0, 106751).Draw(t, "days")
		if got, err := settings.ParseDuration(fmt.Sprintf("%dd", days)); got != time.Duration(days)*24*time.Hour || err != nil {
			t.Fatalf("%d days are %v, %v", days, got, err)
		}
	})
}

// A word with one slip is found again, if it is long enough to be known by the rest.
func TestSuggestFindsAWordWithOneSlip(t *testing.T) {
	known := []string{"certificates", "encrypt", "compress", "algorithm", "timeout"}
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.SampledFrom(known).Draw(t, "word")
		at := rapid.IntRange(0, len(word)-2).Draw(t, "place")
		slips := map[string]string{
			"left out": word[:at] + word[at+1:],
			"doubled":  word[:at] + word[at:at+1] + word[at:],
			"swapped":  word[:at] + word[at+1:at+2] + word[at:at+1] + word[at+2:],
			"wrong":    word[:at] + "x" + word[at+1:],
			"upper":    strings.ToUpper(word),
		}
		for slip, written := range slips {
			if got := settings.Suggest(written, known); got != word {
				t.Fatalf("%s: %q is taken for %q, not %q", slip, written, got, word)
			}
		}
	})
}

// What is written as plain YAML text comes back as it was written.
func TestTextIsTakenAsItIsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[0-9A-Za-z][0-9A-Za-z_./+-]{0,20}`).Draw(t, "text")
		node, found := settings.Parse("f.yaml", []byte("listen: "+text+"\nnames: ['"+text+"', \""+text+"\"]\n"))
		if len(found) > 0 {
			t.Fatal(said(found))
		}
		var d door
		if found := settings.Decode("f.yaml", node, &d); len(found) > 0 {
			t.Fatal(said(found))
		}
		if d.Listen != text || d.Names[0] != text || d.Names[1] != text {
			t.Fatalf("%q is read as %q and %q", text, d.Listen, d.Names)
		}
	})
}
