package gateway

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"waybill/spool"
	"waybill/stages"
	"waybill/web"
)

// answers are our 997s and 999s about some interchanges, with what became of each.
type answers struct {
	spool  *spool.Spool
	about  map[string][]spool.Message // by the interchange that they answer
	lines  lines
	groups map[string]string // GS06 that each answers
	read   map[string]string // GS06 of a group, by its payload and place
}

// readAnswers finds our answers to the interchanges that inbound sets came in.
func readAnswers(ctx context.Context, s *spool.Spool, sets []spool.Message) (answers, error) {
	a := answers{spool: s, about: map[string][]spool.Message{}, read: map[string]string{}}
	seen := map[string]bool{}
	var interchanges, ids []string
	for _, m := range sets {
		if m.Direction == stages.Inbound && m.Kind == stages.KindSet && !seen[m.Parent] {
			seen[m.Parent] = true
			interchanges = append(interchanges, m.Parent)
		}
	}
	found, err := s.Offsprings(ctx, interchanges, stages.KindAcknowledgement)
	if err != nil {
		return a, err
	}
	for interchange, all := range found {
		for _, m := range all {
			if m.Document != "TA1" {
				a.about[interchange] = append(a.about[interchange], m)
				ids = append(ids, m.ID)
			}
		}
	}
	if a.lines, err = readLines(ctx, s, ids); err != nil {
		return a, err
	}
	a.groups, err = s.Labelled(ctx, "answers-gs06", ids)
	return a, err
}

// to says which of them answers the group of an inbound set, and how far that is:
// "997 delivered". Where there are several, the last counts.
func (a answers) to(ctx context.Context, set spool.Message) (string, error) {
	all := a.about[set.Parent]
	group := ""
	if len(all) > 1 {
		var err error
		if group, err = a.groupOf(ctx, set.Payload); err != nil {
			return "", err
		}
	}
	said := ""
	for _, m := range all {
		if group != "" && a.groups[m.ID] != group {
			continue
		}
		f := web.Followed{Delivery: "waiting"}
		a.lines.follow(&f, m.ID, "")
		said = m.Document + " " + f.Delivery
	}
	return said, nil
}

// groupOf reads GS06 of the group that a set is in.
func (a answers) groupOf(ctx context.Context, r spool.Ref) (string, error) {
	place := fmt.Sprintf("%s:%d", r.SHA256, r.GS)
	if group, ok := a.read[place]; ok {
		return group, nil
	}
	whole, err := a.spool.OpenWhole(ctx, r)
	if err != nil {
		return "", err
	}
	defer whole.Close()
	const longest = 512
	isa, gs := make([]byte, 4), make([]byte, longest)
	for at, into := range map[int64][]byte{r.ISA: isa, r.GS: gs} {
		if _, err := whole.Seek(at, io.SeekStart); err != nil {
			return "", err
		}
		if _, err := io.ReadFull(whole, into); err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			return "", err
		}
	}
	elements := strings.SplitN(string(gs), string(isa[3:]), 8) // the element separator follows the letters ISA
	if len(elements) == 8 {
		a.read[place] = elements[6]
	}
	return a.read[place], nil
}
