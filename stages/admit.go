package stages

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strings"

	"waybill/partners"
	"waybill/spool"
	"waybill/translators"
)

// reading is one interchange with what we make of it.
type reading struct {
	report  *translators.InterchangeReport
	profile *partners.Profile // nil until it is known whose interchange it is
	key     string            // (sender, receiver, ISA13)
	hash    string

	answered map[int]bool // the groups that get an acknowledgement, by index
}

// admit decides whether the interchange may be worked on; if not, it returns the
// outcome that says why.
func (r *reading) admit(ctx context.Context, w Work, file io.ReadSeeker) (*spool.Outcome, error) {
	m, ic := w.Message(), r.report
	stop := func(code, text, hint string) (*spool.Outcome, error) {
		o := held(code, text, hint)
		return &o, nil
	}
	profile, err := w.Book.ByEnvelope(ic.SenderQualifier, ic.Sender, ic.ReceiverQualifier, ic.Receiver)
	if text := envelopeProblems(ic); text != "" {
		if err == nil && (m.Partner == "" || m.Partner == profile.Name()) {
			r.profile = profile
		}
		return stop("ENV-BROKEN", text, "the envelope is broken: ask the partner to send the interchange again, then drop this one")
	}
	if err != nil {
		return stop("ENV-PARTNER", err.Error(), "add the partner's ISA ids to a profile, then release")
	}
	r.profile = profile
	if m.Partner != "" && m.Partner != profile.Name() {
		return stop("ENV-PARTNER", fmt.Sprintf("interchange %s names %s, but it came through the door of %s", ic.Control, profile.Name(), m.Partner),
			"find out whether the partner sends for another; drop it, or correct the profiles and release")
	}
	if why := profile.UsageStop(ic.Usage); why != "" {
		return stop("ENV-USAGE", fmt.Sprintf("interchange %s: %s", ic.Control, why),
			"drop it if it was a test, or change usage_mismatch or status in the profile and release")
	}
	return r.once(ctx, w, file)
}

// envelopeProblems puts what is wrong with the ISA…IEA into words, "" for nothing.
func envelopeProblems(ic *translators.InterchangeReport) string {
	var words []string
	for _, p := range ic.Problems {
		if !p.Warning {
			words = append(words, fmt.Sprintf("%s (TA1 %s)", p.Text, p.Code))
		}
	}
	if len(words) == 0 {
		return ""
	}
	return fmt.Sprintf("interchange %s: %s", ic.Control, strings.Join(words, "; "))
}

// once looks for an earlier interchange with the same sender, receiver and ISA13.
func (r *reading) once(ctx context.Context, w Work, file io.ReadSeeker) (*spool.Outcome, error) {
	m, ic := w.Message(), r.report
	r.key = "isa:" + ic.SenderQualifier + ":" + ic.Sender + ":" + ic.ReceiverQualifier + ":" + ic.Receiver + ":" + ic.Control
	var err error
	if r.hash, err = digest(file, ic.Offset, ic.End); err != nil {
		return nil, err
	}
	prior, hash, taken, err := w.Store.Prior(ctx, r.key)
	switch {
	case err != nil:
		return nil, err
	case !taken || prior.ID == m.ID:
		return nil, nil
	case hash == r.hash:
		return &spool.Outcome{Partner: r.profile.Name(), Note: fmt.Sprintf("interchange %s: duplicate-of %s, nothing to do", ic.Control, prior.ID)}, nil
	}
	o := held("ENV-DUP", fmt.Sprintf("interchange %s came before as %s with other content", ic.Control, prior.ID),
		"ask the partner which of the two counts; drop this one, or have it sent again under a new control number")
	return &o, nil
}

func digest(file io.ReadSeeker, from, to int64) (string, error) {
	if _, err := file.Seek(from, io.SeekStart); err != nil {
		return "", err
	}
	h := sha256.New()
	if _, err := io.Copy(h, io.LimitReader(file, to-from)); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// refusal puts the first problems of a refused set into words.
func refusal(g *translators.GroupReport, s *translators.SetReport) (code, text, hint string) {
	var words []string
	for _, p := range append(append([]translators.Problem(nil), s.Problems...), g.Problems...) {
		if p.Warning {
			continue
		}
		words = append(words, inPlace(p))
		if own := p.GuideCode(); own == "" {
			code = "SYN-SET" // the standard's rules come before the guide's
		} else if code == "" {
			code = own
		}
	}
	if len(words) == 0 {
		code, words = "SYN-SET", []string{"the set is good, but the profile refuses it with another one of its group or interchange"}
	}
	return code, firstOf(words, 3, s.Dropped), "the partner was told by the acknowledgement; it must correct and send again"
}

// inPlace is a problem with its place and what was found there; what is wrong with
// a group stands in no segment of a set.
func inPlace(p translators.Problem) string {
	text := p.Where()
	if p.Position > 0 {
		text += fmt.Sprintf(" at segment %d", p.Position)
	}
	text = strings.TrimPrefix(text+": "+p.Text, ": ")
	if p.Found != "" {
		text += fmt.Sprintf(", found %.40q", p.Found)
	}
	if p.Guide != "" {
		text += ", demanded by " + p.Guide
	}
	return text
}

// firstOf joins the first few of many findings, and says how many there are
// beside them: a row and a log line stay of a size that people read.
func firstOf(words []string, few, dropped int) string {
	more := dropped
	if len(words) > few {
		words, more = words[:few], more+len(words)-few
	}
	text := strings.Join(words, "; ")
	if more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	return text
}

// summary is the history line of a decoded interchange.
func summary(ic *translators.InterchangeReport) string {
	sets, refused := 0, 0
	for _, g := range ic.Groups {
		sets += len(g.Sets)
		for _, s := range g.Sets {
			if !s.Accepted {
				refused++
			}
		}
	}
	note := fmt.Sprintf("interchange %s: %d group(s), %d set(s)", ic.Control, len(ic.Groups), sets)
	if refused > 0 {
		note += fmt.Sprintf(", %d with problems", refused)
	}
	return note
}
