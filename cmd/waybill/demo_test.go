package main

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
)

// demoLines runs demo --json and returns its exit code and its lines.
func demoLines(t *testing.T, args ...string) (code int, lines []map[string]any) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = run(context.Background(), append([]string{"demo", "--json"}, args...), &stdout, &stderr)
	for text := range strings.Lines(stdout.String()) {
		var l map[string]any
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			t.Fatalf("not a line of JSON: %q", text)
		}
		lines = append(lines, l)
	}
	if len(lines) == 0 {
		t.Fatalf("no output; on the other channel:\n%s", stderr.String())
	}
	return code, lines
}

func TestDemo(t *testing.T) {
	code, lines := demoLines(t)
	if last := lines[len(lines)-1]; code != exitOK || last["result"] != "ok" {
		t.Errorf("found exit code %d and %v, expected 0 and ok", code, last)
	}
	if len(lines) != len(breaks())+1 {
		t.Fatalf("found %d lines, expected one for each of the %d steps and the result", len(lines), len(breaks()))
	}
	for i, name := range breaks() {
		if lines[i]["step"] != name || lines[i]["ok"] != true || lines[i]["at"] == nil || lines[i]["by"] == "" {
			t.Errorf("step %s: found %v", name, lines[i])
		}
	}
}

// TestDemoNamesTheStepThatBreaks lets each step go wrong once.
func TestDemoNamesTheStepThatBreaks(t *testing.T) {
	words := map[string]string{ // what the error must say
		"sent":         "connection refused",
		"stored":       "404",
		"mdn":          "decryption-failed",
		"decoded":      "ENV-SYNTAX",
		"translated":   "MAP-LOOKUP",
		"accepted":     "500",
		"acknowledged": "TRN-CONNECT",
		"settled":      "TRN-CONNECT",
		"verified":     "hash",
	}
	for _, name := range breaks() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, lines := demoLines(t, "--break", name, "--patience", "4s")
			last := lines[len(lines)-1]
			if code != exitFindings || last["result"] != "failed" {
				t.Fatalf("found exit code %d and %v, expected 1 and a failure", code, last)
			}
			text, _ := last["error"].(string)
			if !strings.Contains(text, words[name]) {
				t.Errorf("the error is %q, expected it to say %q", text, words[name])
			}
			if step := last["step"]; step != name {
				t.Errorf("the demo blames step %v, expected %s", step, name)
			}
		})
	}
}

func TestDemoForPeople(t *testing.T) {
	var stdout, stderr bytes.Buffer
	if code := run(context.Background(), []string{"demo"}, &stdout, &stderr); code != exitOK {
		t.Fatalf("found exit code %d\n%s", code, stderr.String())
	}
	for _, want := range append(breaks(), "Every step held", "timeline", "waybill init", "told by the ERP's journal") {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("the output does not say %q:\n%s", want, stdout.String())
		}
	}
	if strings.Contains(stdout.String(), "\x1b[") {
		t.Error("there are colours, and no terminal")
	}
}

func TestDemoUsage(t *testing.T) {
	var stdout, stderr bytes.Buffer
	if code := run(context.Background(), []string{"demo", "--break", "everything"}, &stdout, &stderr); code != exitUsage {
		t.Errorf("found exit code %d, expected 2", code)
	}
	if !strings.Contains(stderr.String(), "acknowledged") {
		t.Errorf("the error does not list the steps: %s", stderr.String())
	}
}
