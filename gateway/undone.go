package gateway

import (
	"context"
	"strings"

	"waybill/spool"
)

// refused says that the partner refused, also where somebody has waived that since.
func refused(e spool.Expectation) bool {
	return e.State == "rejected" || e.State == "waived" && strings.HasPrefix(e.Note, "rejected")
}

// undone says why what a document of ours led to stands no longer.
func undone(ctx context.Context, s *spool.Spool, id string) (string, error) {
	made, err := s.Offspring(ctx, id)
	if err != nil {
		return "", err
	}
	for _, c := range made {
		if c.Status == spool.Dropped {
			return "was dropped", nil
		}
		waits, err := s.Expectations(ctx, c.ID)
		if err != nil {
			return "", err
		}
		for _, w := range waits {
			if refused(w) && (w.Kind == "fa" || w.Kind == "ta1") {
				return "the partner rejected", nil
			}
		}
		if why, err := undone(ctx, s, c.ID); err != nil || why != "" {
			return why, err
		}
	}
	return "", nil
}
