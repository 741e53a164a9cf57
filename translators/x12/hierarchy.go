package x12

import (
	"strings"

	"waybill/translators"
)

// levels are the HL loops of a set: by HL01, and in the order they came.
type levels struct {
	byID map[string]*translators.Node
	past []*translators.Node
}

func (l *levels) clear() {
	clear(l.byID)
	l.past = l.past[:0]
}

// levelOrder ranks HL03 where HL02 does not say which level another belongs to:
// shipment, equipment, order, tare, pack, inner pack, item.
const levelOrder = "SEOTPQI"

// level returns the node that an HL loop hangs below, and remembers the loop.
func (w *walker) level(node *translators.Node, seg *translators.Segment, top *translators.Node) *translators.Node {
	l := &w.levels
	if l.byID == nil {
		l.byID = map[string]*translators.Node{}
	}
	parent := top
	if up := seg.Element(2); up != "" {
		if known, ok := l.byID[up]; ok {
			parent = known
		} else {
			w.noLevel(seg, 2, "the parent level did not come before", "the HL01 of an earlier HL")
		}
	} else if above := l.above(strings.Index(levelOrder, seg.Element(3))); above != nil {
		parent = above
	}
	if _, twice := l.byID[seg.Element(1)]; twice {
		w.noLevel(seg, 1, "the level id was that of an earlier level", "an id of its own")
	}
	l.byID[seg.Element(1)] = node
	l.past = append(l.past, node)
	return parent
}

// above is the level that came last of those with a lower rank.
func (l *levels) above(rank int) *translators.Node {
	for i := len(l.past) - 1; i >= 0; i-- {
		if r := strings.Index(levelOrder, l.past[i].Trigger().Element(3)); r >= 0 && r < rank {
			return l.past[i]
		}
	}
	return nil
}

// noLevel notes a level id that leads nowhere. X12 723 has no code of its own
// for it; the set can still be read.
func (w *walker) noLevel(seg *translators.Segment, element int, text, expected string) {
	at := place{seg: seg, loop: "HL", element: element}
	w.found.add(translators.Problem{
		Level: translators.AtElement, Code: "7", Warning: true, Segment: "HL", Position: seg.Position, Loop: "HL", Element: element,
		Offset: offsetOf(at), Text: text, Found: clip(seg.Element(element)), Expected: expected,
	})
}
