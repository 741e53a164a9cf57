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
	for _, door := range demoDoors() {
		code, lines := demoLines(t, "--door", door)
		if last := lines[len(lines)-1]; code != exitOK || last["result"] != "ok" {
			t.Errorf("%s: found exit code %d and %v, expected 0 and ok", door, code, last)
		}
		if len(lines) != len(breaks(door))+1 {
			t.Fatalf("%s: found %d lines, expected one for each of the %d steps and the result", door, len(lines), len(breaks(door)))
		}
		for i, name := range breaks(door) {
			if lines[i]["step"] != name || lines[i]["ok"] != true || lines[i]["at"] == nil || lines[i]["by"] == "" {
				t.Errorf("%s, step %s: found %v", door, name, lines[i])
			}
		}
	}
}

// TestDemoNamesTheStepThatBreaks lets each step of each door go wrong once.
func TestDemoNamesTheStepThatBreaks(t *testing.T) {
	words := map[string]map[string]string{ // what the error must say
		"as2": {
			"sent":         "connection refused",
			"stored":       "404",
			"mdn":          "decryption-failed",
			"acknowledged": "TRN-CONNECT",
			"settled":      "TRN-CONNECT",
		},
		"sftp": {
			"sent":         "connection refused",
			"stored":       "the spool has nothing of it; the partner was told",
			"closed":       "is empty",
			"acknowledged": "connection refused",
			"settled":      "nothing is recorded yet",
		},
	}
	any := map[string]string{"decoded": "ENV-SYNTAX", "translated": "MAP-LOOKUP", "accepted": "500", "verified": "hash"}
	for _, door := range demoDoors() {
		for _, name := range breaks(door) {
			t.Run(door+" "+name, func(t *testing.T) {
				t.Parallel()
				code, lines := demoLines(t, "--door", door, "--break", name, "--patience", "4s")
				last := lines[len(lines)-1]
				if code != exitFindings || last["result"] != "failed" {
					t.Fatalf("found exit code %d and %v, expected 1 and a failure", code, last)
				}
				text, _ := last["error"].(string)
				if want := words[door][name] + any[name]; want == "" || !strings.Contains(text, want) {
					t.Errorf("the error is %q, expected it to say %q", text, want)
				}
				if step := last["step"]; step != name {
					t.Errorf("the demo blames step %v, expected %s", step, name)
				}
			})
		}
	}
}

func TestDemoForPeople(t *testing.T) {
	var stdout, stderr bytes.Buffer
	if code := run(context.Background(), []string{"demo"}, &stdout, &stderr); code != exitOK {
		t.Fatalf("found exit code %d\n%s", code, stderr.String())
	}
	for _, want := range append(breaks("as2"), "Every step held", "timeline", "waybill init", "told by the ERP's journal") {
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
	stderr.Reset()
	if code := run(context.Background(), []string{"demo", "--door", "window"}, &stdout, &stderr); code != exitUsage || !strings.Contains(stderr.String(), "--door is one of as2, sftp") {
		t.Errorf("found exit code %d: %s", code, stderr.String())
	}
}
