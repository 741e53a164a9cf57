package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// event is one line of go test -json (go doc test2json).
type event struct {
	Action      string
	Package     string
	ImportPath  string // of build events
	Test        string
	Output      string
	Elapsed     float64
	FailedBuild string
}

// summary keeps what is not yet known to be good, and counts the rest.
type summary struct {
	w                       io.Writer
	packages                map[string]*unit
	builds                  map[string][]string // compiler's words by import path
	left                    []omission
	passed, failed, skipped int
}

// unit is one package under test.
type unit struct {
	output map[string][]string // by test; "" is the package itself
	order  []string            // tests as they began
	failed map[string]bool
}

// omission is one reason, and the tests that it kept from running.
type omission struct {
	why   string
	tests []string
}

func newSummary(w io.Writer) *summary {
	return &summary{w: w, packages: map[string]*unit{}, builds: map[string][]string{}}
}

// read takes events to the end of r.
func (s *summary) read(r io.Reader) error {
	d := json.NewDecoder(r)
	for {
		var e event
		err := d.Decode(&e)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			// The rest is read too, or go test would wait for its reader.
			_, _ = io.Copy(s.w, io.MultiReader(d.Buffered(), r))
			return fmt.Errorf("read go test's events: %w", err)
		}
		s.take(e)
	}
}

func (s *summary) take(e event) {
	switch {
	case e.Action == "build-output":
		s.builds[e.ImportPath] = append(s.builds[e.ImportPath], e.Output)
	case e.Package == "":
	case e.Test == "" && (e.Action == "pass" || e.Action == "fail" || e.Action == "skip"):
		s.end(e)
	default:
		s.unit(e.Package).take(s, e)
	}
}

func (s *summary) unit(name string) *unit {
	u := s.packages[name]
	if u == nil {
		u = &unit{output: map[string][]string{}, failed: map[string]bool{}}
		s.packages[name] = u
	}
	return u
}

// take books an event of one test.
func (u *unit) take(s *summary, e event) {
	switch e.Action {
	case "run":
		u.order = append(u.order, e.Test)
	case "output":
		u.output[e.Test] = append(u.output[e.Test], e.Output)
	case "pass":
		s.passed++
		delete(u.output, e.Test)
	case "skip":
		s.skipped++
		s.omit(reason(u.output[e.Test]), e.Package+"."+e.Test)
		delete(u.output, e.Test)
	case "fail":
		s.failed++
		u.failed[e.Test] = true
	}
}

// end prints a package's line; that of a failed one stands under all it said.
func (s *summary) end(e event) {
	u := s.unit(e.Package)
	delete(s.packages, e.Package)
	switch e.Action {
	case "pass":
		fmt.Fprintf(s.w, "ok  \t%s\t%.1fs\n", e.Package, e.Elapsed)
	case "skip":
		fmt.Fprintf(s.w, "?   \t%s\t[no test files]\n", e.Package)
	case "fail":
		if len(u.failed) == 0 {
			s.failed++ // the package itself: it did not build, panicked or ran out of time
		}
		s.print(s.builds[e.FailedBuild])
		for _, test := range u.order {
			s.print(u.output[test]) // failed, or never ended
		}
		s.print(u.output[""])
		fmt.Fprintf(s.w, "FAIL\t%s\t%.1fs\n", e.Package, e.Elapsed)
	}
}

func (s *summary) print(lines []string) {
	for _, l := range lines {
		if !strings.HasPrefix(l, "=== ") {
			fmt.Fprint(s.w, l)
		}
	}
}

func (s *summary) omit(why, test string) {
	at := slices.IndexFunc(s.left, func(o omission) bool { return o.why == why })
	if at < 0 {
		at = len(s.left)
		s.left = append(s.left, omission{why: why})
	}
	s.left[at].tests = append(s.left[at].tests, test)
}

// close prints the list of what was left out and the counts, and says whether
// all is well.
func (s *summary) close(bring string, ci bool) bool {
	if len(s.left) > 0 {
		fmt.Fprintf(s.w, "\nleft out (%d tests):\n", s.skipped)
		for _, o := range s.left {
			fmt.Fprintf(s.w, "  %s\n      %s\n", o.why, named(o.tests))
		}
		if bring != "" {
			fmt.Fprintf(s.w, "bring it with: %s\n", bring)
		}
		if ci {
			fmt.Fprintln(s.w, "under CI=true nothing may be left out")
		}
	}
	fmt.Fprintf(s.w, "\n%d passed, %d failed, %d skipped\n", s.passed, s.failed, s.skipped)
	return s.failed == 0 && (!ci || len(s.left) == 0)
}

// named lists a few tests, and how many more there are.
func named(tests []string) string {
	const few = 3
	if len(tests) <= few {
		return strings.Join(tests, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(tests[:few], ", "), len(tests)-few)
}
