package main

import (
	"fmt"
	"strings"
)

// structure is the file of one set: its items by area, in position order.
func structure(d digestFile, names nameTable) string {
	var b strings.Builder
	fmt.Fprintf(&b, "set: %q\nname: %q\nfunctional: %s\n", d.Set, names.Sets[d.Set], d.Functional)
	for _, area := range []string{"heading", "detail", "summary"} {
		var items []digestItem
		for _, i := range d.Structure {
			if i.Area == area {
				items = append(items, i)
			}
		}
		if len(items) > 0 {
			b.WriteString(area + ":\n")
			writeItems(&b, items, "  ")
		}
	}
	return b.String()
}

// writeItems writes "ID usage max" a line; * is no stated limit.
func writeItems(b *strings.Builder, items []digestItem, indent string) {
	for _, i := range items {
		if i.Loop == "" {
			fmt.Fprintf(b, "%s- %s %s %s\n", indent, i.Segment, i.Usage, limit(i.Max))
			continue
		}
		fmt.Fprintf(b, "%s- loop: %s %s %s\n%s  items:\n", indent, i.Loop, i.Usage, limit(i.Repeat), indent)
		writeItems(b, i.Segments, indent+"    ")
	}
}

func limit(max string) string {
	if max == ">1" || max == "" {
		return "*"
	}
	return max
}
