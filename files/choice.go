package files

import (
	"cmp"
	"context"
	"path"
	"slices"
	"strings"
	"time"
)

// Entry is a plain file as a listing shows it. Its time is the clock of whoever
// keeps the directory, which is compared with nothing but itself.
type Entry struct {
	Name string
	Size int64
	Time int64
}

// Choice says which files of a directory may be taken, and in what order.
type Choice struct {
	Pattern   string        // of names
	Temporary []string      // patterns of names that a file has only while it is written
	Done      string        // a file is ready when there is one of its name with this ending; "" asks for none
	StableFor time.Duration // without Done, a file is ready when it did not change for so long
	Order     string        // name, time
}

// The values of Order.
const (
	ByName = "name"
	ByTime = "time"
)

// Ready lists what is ready, by two listings with a pause between them, by the
// steps of our own clock and not by anybody's hour: a clock that jumps makes no
// file ready. What a file with another name than ours could be called is
// nobody's affair here; such names are left out.
func (c Choice) Ready(ctx context.Context, list func(context.Context) ([]Entry, error)) ([]Entry, error) {
	all, err := list(ctx)
	if err != nil {
		return nil, err
	}
	ready := c.candidates(all)
	switch {
	case len(ready) == 0:
		return nil, nil
	case c.Done != "":
		ready = c.marked(all, ready)
	case c.StableFor > 0:
		if ready, err = c.still(ctx, ready, list); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(ready, c.compare)
	return ready, nil
}

// candidates are the files that the names speak for.
func (c Choice) candidates(all []Entry) []Entry {
	var out []Entry
	for _, e := range all {
		if CheckName(e.Name) != nil || c.Done != "" && strings.HasSuffix(e.Name, c.Done) || c.temporary(e.Name) {
			continue
		}
		if ok, err := path.Match(c.Pattern, e.Name); ok && err == nil {
			out = append(out, e)
		}
	}
	return out
}

func (c Choice) temporary(name string) bool {
	for _, pattern := range c.Temporary {
		if ok, err := path.Match(pattern, name); ok && err == nil {
			return true
		}
	}
	return false
}

// marked are the files that have their marker.
func (c Choice) marked(all, files []Entry) []Entry {
	markers := map[string]bool{}
	for _, e := range all {
		if name, ok := strings.CutSuffix(e.Name, c.Done); ok {
			markers[name] = true
		}
	}
	return slices.DeleteFunc(files, func(e Entry) bool { return !markers[e.Name] })
}

// still are the files that are the same after a while.
func (c Choice) still(ctx context.Context, files []Entry, list func(context.Context) ([]Entry, error)) ([]Entry, error) {
	t := time.NewTimer(c.StableFor)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-t.C:
	}
	again, err := list(ctx)
	if err != nil {
		return nil, err
	}
	same := make(map[Entry]bool, len(again))
	for _, e := range again {
		same[e] = true
	}
	return slices.DeleteFunc(files, func(e Entry) bool { return !same[e] }), nil
}

func (c Choice) compare(a, b Entry) int {
	if c.Order == ByTime && a.Time != b.Time {
		return cmp.Compare(a.Time, b.Time)
	}
	return cmp.Compare(a.Name, b.Name)
}
