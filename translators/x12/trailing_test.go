package x12

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"waybill/translators"
)

// TestTrailing: where forbidden, an empty element at the end is one too many (X12
// 723 code 3, at the first) and an empty component 13, or 3 before 005010; where
// required, the first separator that does not come is missing (1).
func TestTrailing(t *testing.T) {
	for _, c := range []struct {
		release, policy, segment string
		want                     []string
	}{
		{"004010", "", "N1*ST*ACME****", nil},
		{"004010", "optional", "N1*ST*ACME****", nil},
		{"004010", "forbid", "N1*ST*ACME", nil},
		{"004010", "forbid", "N1*ST*ACME**", []string{"element 3@3 N103"}},
		{"004010", "forbid", "N1*ST*ACME*********", []string{"element 3@3 N103"}},
		{"004010", "forbid", "REF*IA*1**AA>B", nil},
		{"004010", "forbid", "REF*IA*1**AA>B>>", []string{"element 3@3 REF04-03"}},
		{"005010", "forbid", "REF*IA*1**AA>B>>", []string{"element 13@3 REF04-03"}},
		{"005010", "forbid", "REF*IA*1**AA>B>*", []string{"element 13@3 REF04-03", "element 3@3 REF05"}},
	} {
		rep, _ := agreedReading(t, wrap(c.release, "PO", order("0001", []string{c.segment}, nil)...), "", c.policy)
		got := codesOf(rep)
		if diff := cmp.Diff(append([]string{}, c.want...), got); diff != "" {
			t.Errorf("%s %s %s: %s", c.release, c.policy, c.segment, diff)
		}
	}
}

// TestTrailingMutations: of every set in every release, a document is clean under
// forbid; each segment of it with a separator more is a finding at that segment
// and nothing else; padded by our writer it is clean under require, and each
// segment with a separator less is a finding there.
func TestTrailingMutations(t *testing.T) {
	eachSchema(t, func(t *testing.T, _ *maker, s *translators.Schema) {
		good := string(manySampled(t, s.Set, s.Release, 1, 2))
		if rep, _ := agreedReading(t, good, "", "forbid"); len(codesOf(rep)) > 0 {
			t.Fatalf("found %q", codesOf(rep))
		}
		_, sets := agreedReading(t, good, "", "")
		ic := sets[0].Interchange
		ic.Trailing = "require"
		padded, err := encode(t, ic, sets[0])
		if err != nil {
			t.Fatal(err)
		}
		oneMutation(t, good, "forbid", func(line string) string { return line + "*" }, "element 3@")
		oneMutation(t, padded, "require", func(line string) string { return strings.TrimSuffix(line, "*") }, "element 1@")
	})
}

// oneMutation changes one segment of the set at a time; where it changes, one
// finding with the prefix is expected.
func oneMutation(t *testing.T, text, policy string, change func(string) string, prefix string) {
	t.Helper()
	lines := strings.SplitAfter(text, "~")
	changed := 0
	for i, line := range lines {
		id, _, _ := strings.Cut(strings.TrimSpace(line), "*")
		body := strings.TrimSuffix(line, "~")
		if strings.Contains("ISA GS ST SE GE IEA", id) || change(body) == body {
			continue
		}
		changed++
		parts := append([]string{}, lines...)
		parts[i] = change(body) + "~"
		rep, _ := agreedReading(t, strings.Join(parts, ""), "", policy)
		if got := codesOf(rep); len(got) != 1 || !strings.HasPrefix(got[0], prefix) || !strings.Contains(got[0], id) {
			t.Errorf("%s %q: found %q", policy, parts[i], got)
		}
	}
	if changed == 0 {
		t.Error("no segment could be changed")
	}
}

// TestTrailingAnswer: the 997 names the first empty element as one too many.
func TestTrailingAnswer(t *testing.T) {
	text := wrap("004010", "PO", order("0001", []string{"N1*ST*ACME**"}, nil)...)
	rep, _ := agreedReading(t, text, "", "forbid")
	var out bytes.Buffer
	if _, err := translator(t).Reply(&out, rep, translators.AckPolicy{Functional: "997", Detail: "errors", Mode: "reject", Per: "set"}, time.Date(2026, 12, 1, 9, 15, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "~\nAK3*N1*3**8~\nAK4*3*66*3~\nAK5*R*5~") {
		t.Errorf("found %s", out.String())
	}
}

// TestRequiredSeparators: all elements of a segment get their separators; the
// envelope and the components stay as they are.
func TestRequiredSeparators(t *testing.T) {
	_, sets := agreedReading(t, wrap("004010", "PO", order("0001", []string{"N1*ST*ACME"}, nil)...), "", "")
	ic := sets[0].Interchange
	ic.Trailing = "require"
	text, err := encode(t, ic, sets[0])
	if err != nil || !strings.Contains(text, "~ST*850*0001~") || !strings.Contains(text, "~N1*ST*ACME****~") {
		t.Errorf("found %v in %s", err, text)
	}
	rep, _ := agreedReading(t, text, "", "require")
	if got := codesOf(rep); len(got) != 0 {
		t.Errorf("found %q", got)
	}
}
