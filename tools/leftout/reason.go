package main

import (
	"regexp"
	"strings"
)

// mark begins the words of a test that leaves itself out.
const mark = "left out: "

// reason finds in a skipped test's output why it was skipped.
func reason(output []string) string {
	text := strings.Join(output, "")
	if _, after, found := strings.Cut(text, mark); found {
		text = after
	}
	place := regexp.MustCompile(`^\s*[\w.-]+\.go:\d+: `)
	var words []string
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "=== ") || strings.HasPrefix(strings.TrimSpace(line), "--- SKIP") {
			continue
		}
		words = append(words, strings.Fields(place.ReplaceAllString(line, ""))...)
	}
	if len(words) == 0 {
		return "skipped without a word"
	}
	return strings.Join(words, " ")
}
