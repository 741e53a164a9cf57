package main

import (
	"strings"
	"testing"
)

func TestBy(t *testing.T) {
	for key, want := range map[string]string{
		"status": "decode, send", "contacts[].role": "people", "x12.them.id": "decode", "x12.control.group.start": "envelope", "documents.NAME.batch.by": nothing,
		"documents.NAME.mapping": "map", "documents.NAME.batch.max": "compose, envelope", "priority": "partner list", "prioritys": nothing,
	} {
		if got := by(actors(), key); got != want {
			t.Errorf("%s: found %q, expected %q", key, got, want)
		}
	}
}

// Nobody is said to act on a key that is not there.
func TestActorsActOnKeys(t *testing.T) {
	page, err := partnerProfile(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range actors() {
		found := strings.Contains(page, "| `"+a.path+"`") || strings.Contains(page, "| `"+a.path+".") || strings.Contains(page, "| `"+a.path+"[")
		if !found {
			t.Errorf("the page has no key %s", a.path)
		}
	}
}
