package main

import (
	"slices"
	"strings"
	"testing"
)

// loopSteps are what each loop must tell, in this order.
func loopSteps() map[string][]string {
	end := []string{"settled", "acknowledged", "counted", "verified"}
	return map[string][]string{
		"order-to-cash":  append([]string{"850 in", "855 out", "940 out", "945 in", "856 out", "810 out"}, end...),
		"procure-to-pay": append([]string{"850 out", "855 in", "856 in", "810 in"}, end...),
		"warehouse":      append([]string{"940 in", "945 out"}, end...),
	}
}

func TestLoops(t *testing.T) {
	for _, p := range loopPlans() {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			want := loopSteps()[p.name]
			code, lines := demoLines(t, "--loop", p.name)
			if last := lines[len(lines)-1]; code != exitOK || last["result"] != "ok" {
				t.Fatalf("found exit code %d and %v, expected 0 and ok", code, last)
			}
			var steps []string
			for _, l := range lines[:len(lines)-2] {
				if l["ok"] != true || l["at"] == nil || l["by"] == "" || l["text"] == "" {
					t.Errorf("found %v", l)
				}
				steps = append(steps, l["step"].(string))
			}
			if !slices.Equal(steps, want) {
				t.Errorf("found the steps %q, expected %q", steps, want)
			}
			thread, _ := lines[len(lines)-2]["thread"].(map[string]any)
			if documents, _ := thread["documents"].([]any); len(documents) != len(p.legs) {
				t.Errorf("the thread has %d documents, expected %d: %v", len(documents), len(p.legs), thread)
			}
		})
	}
}

// A document that the other side rejects ends the loop at its step.
func TestLoopNamesTheStepThatBreaks(t *testing.T) {
	for _, p := range loopPlans() {
		broken := p.breaks()[0]
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			code, lines := demoLines(t, "--loop", p.name, "--break", broken, "--patience", "6s")
			last := lines[len(lines)-1]
			if text, _ := last["error"].(string); code != exitFindings || last["step"] != broken || !strings.Contains(text, "reject") {
				t.Errorf("found exit code %d and %v, expected that step %q was rejected", code, last, broken)
			}
		})
	}
}

func TestLoopForPeople(t *testing.T) {
	code, stdout, stderr := command("demo", "--loop", "order-to-cash")
	if code != exitOK {
		t.Fatalf("found exit code %d\n%s", code, stderr)
	}
	for _, want := range append(loopSteps()["order-to-cash"], "24 short", "2544 shipped, announced and billed", "4500012345: 6 document(s)") {
		if !strings.Contains(stdout, want) {
			t.Errorf("the output does not say %q:\n%s", want, stdout)
		}
	}
}

func TestLoopUsage(t *testing.T) {
	commandCases(t, "demo", []commandCase{
		{"an unknown loop", []string{"--loop", "round"}, exitUsage, "", "order-to-cash"},
		{"a step that cannot break", []string{"--loop", "order-to-cash", "--break", "945 in"}, exitUsage, "", "855 out"},
	})
}
