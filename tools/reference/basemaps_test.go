package main

import (
	"strings"
	"testing"
)

// TestBaseMapsPage holds that every mapping has its section, and that one-way
// fields are marked.
func TestBaseMapsPage(t *testing.T) {
	text, err := baseMaps("")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"\n## base/850\n", "\n## base/945-005010\n", "| `totals.lines` | ← | `CTT01` |", "| `customerOrderNumber` | ⇄ | `BEG03` |", "| – | → | `CUR01` | always `SE` |", "`parties.seller` | ⇄ | `N1[SE\\|SU\\|VN]`"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for field, want := range map[string]string{"parties.seller.name": "seller", "lines[].parties.shipTo": "shipTo", "lines[].item": ""} {
		if role, _ := ofParty(field); role != want {
			t.Errorf("%s is of %q, expected %q", field, role, want)
		}
	}
	if n := levels("tares[].packs[].marks[]"); n != 2 {
		t.Errorf("tares and packs are %d levels, expected 2", n)
	}
}
