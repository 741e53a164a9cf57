package main

import (
	"encoding/json"
	"strings"
	"testing"
)

// stream writes events as go test -json does.
func stream(t testing.TB, events ...event) string {
	t.Helper()
	var b strings.Builder
	for _, e := range events {
		if err := json.NewEncoder(&b).Encode(e); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

// told reads events and returns what is printed, and whether all is well.
func told(t testing.TB, ci bool, events ...event) (string, bool) {
	t.Helper()
	var out strings.Builder
	s := newSummary(&out)
	if err := s.read(strings.NewReader(stream(t, events...))); err != nil {
		t.Fatal(err)
	}
	good := s.close("make deps", ci)
	return out.String(), good
}

func test(action, name, output string) event {
	return event{Action: action, Package: "waybill/spool", Test: name, Output: output}
}

func TestSummaryOfGoodTests(t *testing.T) {
	out, good := told(t, true,
		test("run", "TestA", ""), test("output", "TestA", "=== RUN TestA\n"), test("output", "TestA", "    a_test.go:3: noise\n"), test("pass", "TestA", ""),
		event{Action: "output", Package: "waybill/spool", Output: "PASS\n"},
		event{Action: "pass", Package: "waybill/spool", Elapsed: 1.25},
		event{Action: "skip", Package: "waybill/cmd"})
	want := "ok  \twaybill/spool\t1.2s\n?   \twaybill/cmd\t[no test files]\n\n1 passed, 0 failed, 0 skipped\n"
	if out != want || !good {
		t.Errorf("got %v\n%s\nwant\n%s", good, out, want)
	}
}

func TestSummaryOfFailures(t *testing.T) {
	for name, c := range map[string]struct {
		events   []event
		has, not []string
	}{
		"a failed test is shown in full, its neighbour is not": {
			[]event{
				test("run", "TestGood", ""), test("output", "TestGood", "quiet\n"), test("pass", "TestGood", ""),
				test("run", "TestBad", ""), test("output", "TestBad", "=== RUN TestBad\n"), test("output", "TestBad", "    b_test.go:9: got 1, want 2\n"), test("fail", "TestBad", ""),
				{Action: "fail", Package: "waybill/spool"},
			},
			[]string{"b_test.go:9: got 1, want 2", "FAIL\twaybill/spool", "1 passed, 1 failed, 0 skipped"}, []string{"quiet", "=== RUN"},
		},
		"a test that never ended is shown": {
			[]event{
				test("run", "TestHangs", ""), test("output", "TestHangs", "panic: test timed out\n"),
				{Action: "output", Package: "waybill/spool", Output: "FAIL\twaybill/spool\n"}, {Action: "fail", Package: "waybill/spool"},
			},
			[]string{"panic: test timed out", "0 passed, 1 failed"}, nil,
		},
		"the compiler's words are shown": {
			[]event{
				{Action: "build-output", ImportPath: "waybill/spool [waybill/spool.test]", Output: "spool/a.go:1: undefined: x\n"},
				{Action: "build-fail", ImportPath: "waybill/spool [waybill/spool.test]"},
				{Action: "fail", Package: "waybill/spool", FailedBuild: "waybill/spool [waybill/spool.test]"},
			},
			[]string{"undefined: x", "0 passed, 1 failed"}, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			out, good := told(t, false, c.events...)
			if good {
				t.Error("it is called good")
			}
			for _, want := range c.has {
				if !strings.Contains(out, want) {
					t.Errorf("%q is missing in\n%s", want, out)
				}
			}
			for _, no := range c.not {
				if strings.Contains(out, no) {
					t.Errorf("%q stands in\n%s", no, out)
				}
			}
		})
	}
}

func TestLeftOut(t *testing.T) {
	skip := func(name, why string) []event {
		return []event{test("run", name, ""), test("output", name, "    x_test.go:5: "+why+"\n"), test("output", name, "--- SKIP: "+name+" (0.00s)\n"), test("skip", name, "")}
	}
	var events []event
	for _, name := range []string{"TestA", "TestB", "TestC", "TestD"} {
		events = append(events, skip(name, "left out: PostgreSQL is not installed")...)
	}
	events = append(events, skip("TestE", "not today")...)
	events = append(events, event{Action: "pass", Package: "waybill/spool"})
	out, good := told(t, false, events...)
	want := "\nleft out (5 tests):\n" +
		"  PostgreSQL is not installed\n      waybill/spool.TestA, waybill/spool.TestB, waybill/spool.TestC and 1 more\n" +
		"  not today\n      waybill/spool.TestE\n" +
		"bring it with: make deps\n\n0 passed, 0 failed, 5 skipped\n"
	if !good || !strings.HasSuffix(out, want) {
		t.Errorf("got %v\n%s\nwant at its end\n%s", good, out, want)
	}
	if out, good := told(t, true, events...); good || !strings.Contains(out, "nothing may be left out") {
		t.Errorf("under CI: %v\n%s", good, out)
	}
}

func TestReadNeedsEvents(t *testing.T) {
	var out strings.Builder
	err := newSummary(&out).read(strings.NewReader("go: no such tool\n"))
	if err == nil || !strings.Contains(out.String(), "no such tool") {
		t.Errorf("%v, printed %q", err, out.String())
	}
}

func TestReason(t *testing.T) {
	for _, c := range []struct {
		output []string
		want   string
	}{
		{[]string{"=== RUN   TestA\n", "    open.go:51: left out: openssl is missing\n", "--- SKIP: TestA (0.00s)\n"}, "openssl is missing"},
		{[]string{"    a_test.go:4: left out: first\n        second line\n", "    --- SKIP: TestA/b (0.00s)\n"}, "first second line"},
		{[]string{"    a_test.go:4: root may read everything\n", "--- SKIP: TestA (0.00s)\n"}, "root may read everything"},
		{[]string{"--- SKIP: TestA (0.00s)\n"}, "skipped without a word"},
		{nil, "skipped without a word"},
	} {
		if got := reason(c.output); got != c.want {
			t.Errorf("%q: got %q, want %q", c.output, got, c.want)
		}
	}
}
