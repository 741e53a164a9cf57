package sim

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// slowly is how long a slow ERP takes where nothing is said.
const slowly = 2 * time.Second

// named are the faults that can be asked for by a word.
func named() map[string]Fault {
	return map[string]Fault{
		"none": None(), "down": Down(), "slow": Slow(slowly), "500": Status(500, "out of order"), "503": Status(503, "closed for a while"),
		"busy": Busy("5"), "garbage": Garbage(), "garbage-after-commit": GarbageAfterCommit(),
		"close-after-commit": CloseAfterCommit(), "timeout-after-commit": TimeoutAfterCommit(),
	}
}

// FaultWords are the words that ParseFaults knows, in order.
func FaultWords() []string { return slices.Sorted(maps.Keys(named())) }

// ParseFaults reads which calls go wrong: words with commas between, each with the
// share of the calls that it takes, or of all of them, such as "down",
// "500:0.2,slow=5s:0.3". What is left goes well; "" lets all go well.
func ParseFaults(text string) (Faults, error) {
	var f Faults
	total := 0.0
	for word := range strings.SplitSeq(text, ",") {
		word = strings.TrimSpace(word)
		if word == "" {
			continue
		}
		s, err := parseShare(word)
		if err != nil {
			return Faults{}, err
		}
		if total += s.Of; total > 1.000001 {
			return Faults{}, fmt.Errorf("the shares of %q are more than 1", text)
		}
		f.Mix = append(f.Mix, s)
	}
	return f, nil
}

func parseShare(word string) (Share, error) {
	name, of, shared := strings.Cut(word, ":")
	name, after, timed := strings.Cut(name, "=")
	fault, known := named()[name]
	if !known {
		return Share{}, fmt.Errorf("there is no fault %q; there are %s", name, strings.Join(FaultWords(), ", "))
	}
	s := Share{1, fault}
	var err error
	if shared {
		if s.Of, err = strconv.ParseFloat(of, 64); err != nil || !(s.Of >= 0 && s.Of <= 1) {
			return s, fmt.Errorf("%q has the share %q, expected 0 to 1", word, of)
		}
	}
	if !timed {
		return s, nil
	}
	d, err := time.ParseDuration(after)
	if err != nil || d < 0 || name != "slow" {
		return s, fmt.Errorf("%q has the time %q; slow has one, such as slow=5s", word, after)
	}
	s.Fault = Slow(d)
	return s, nil
}
