package x12

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/translators"
)

// TestStraySegment: a segment that nobody knows is one problem wherever it stands, and moves nothing.
func TestStraySegment(t *testing.T) {
	sampledSchemas(t, func(t *testing.T, m *maker, s *translators.Schema) {
		for range 10 {
			segments := m.set(s)
			at := m.r.IntN(len(segments) + 1)
			segments = slices.Insert(segments, at, line3("ZZZ", "1"))
			if diff := cmp.Diff([]string{fmt.Sprintf("segment 1@%d ZZZ", at+2)}, codesOf(decode(t, plainText(s, segments)))); diff != "" {
				t.Fatal(diff)
			}
		}
	})
}

// TestAnyDamage: whatever segments are lost, doubled or swapped, the walker ends,
// loses no known segment and the answer to it can be written.
func TestAnyDamage(t *testing.T) {
	sampledSchemas(t, func(t *testing.T, m *maker, s *translators.Schema) {
		for range 20 {
			segments := m.set(s)
			for range 3 {
				i, j := m.r.IntN(len(segments)), m.r.IntN(len(segments))
				switch m.r.IntN(3) {
				case 0:
					segments = slices.Insert(slices.Clone(segments), i, segments[j])
				case 1:
					segments[i], segments[j] = segments[j], segments[i]
				default:
					if len(segments) > 1 {
						segments = slices.Delete(slices.Clone(segments), i, i+1)
					}
				}
			}
			text := plainText(s, segments)
			eachSet(t, text, func(set *translators.Set) {
				inOrder(t, set)
				if n := countSegments(set.Root); n != len(segments)+2 {
					t.Fatalf("%d segments in the tree of %d\n%s", n, len(segments)+2, strings.ReplaceAll(text, "~", "~\n"))
				}
			})
			if s.Functional != "FA" {
				if got := reply(t, text, translators.AckPolicy{Functional: "997", Accepted: true}); !strings.Contains(got, "AK9*") {
					t.Error(got)
				}
			}
		}
	})
}
