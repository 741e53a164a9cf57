package stages

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"

	"waybill/partners"
	"waybill/spool"
	"waybill/translators"
)

// Decode reads one file of interchanges. Several are parted, so that each is
// decided on its own; of one it makes a child per transaction set and an
// acknowledgement per functional group. A refused set is a refused child with
// every problem and its place, and sinks none of its neighbours.
type Decode struct {
	Translator translators.Translator
	Schemas    func(set, version string) (*translators.Schema, error)
}

// stagedFrom is how many sets a file may have before its children are staged in chunks.
const stagedFrom = 500

// Run reads the file and decides on what is in it.
func (d Decode) Run(ctx context.Context, w Work) (spool.Outcome, error) {
	o, err := d.file(ctx, w)
	return passed(o), err
}

func (d Decode) file(ctx context.Context, w Work) (spool.Outcome, error) {
	m := w.Message()
	file, err := w.Store.Open(ctx, m.Payload)
	if err != nil {
		return spool.Outcome{}, err
	}
	defer file.Close()

	report, err := d.read(file, w.Book)
	var syntax *translators.SyntaxError
	if err != nil && !errors.As(err, &syntax) {
		return spool.Outcome{}, err
	}
	found := 0
	if report != nil {
		found = len(report.Interchanges)
	}
	switch {
	case found == 0 && syntax != nil:
		return held("ENV-SYNTAX", syntax.Error(), cure(syntax)), nil
	case found == 0:
		return held("ENV-SYNTAX", "the file holds no interchange", notX12), nil
	case found > 1 || syntax != nil || len(strays(report, m.Payload.Length)) > 0:
		return part(m, report, syntax != nil), nil
	}
	return d.interchange(ctx, w, file, &report.Interchanges[0])
}

const (
	notX12  = "this is not an X12 interchange: ask the partner for the file it meant to send, then drop this one"
	tooMuch = "ask the partner to send it in several files, then drop this one"
	untold  = "no acknowledgement can tell the partner, because none is agreed or the group's GS01 or GS06 cannot be answered: tell it what is wrong, then drop this one"
)

func cure(e *translators.SyntaxError) string {
	if e.Limit {
		return tooMuch
	}
	return notX12
}

// read walks the whole file; a set that is not supported or not agreed is
// refused, not its neighbours.
func (d Decode) read(file io.Reader, book *partners.Book) (*translators.Report, error) {
	return d.Translator.Decode(file, translators.Options{
		Rules: func(ic translators.Interchange, g translators.Group, set string) translators.Rules {
			p, err := book.ByEnvelope(ic.SenderQualifier, ic.Sender, ic.ReceiverQualifier, ic.Receiver)
			if err == nil {
				if a, ok := p.Agreement(set, Inbound); ok {
					return agreed(p, a, g.Version)
				}
			}
			rules := rules(d.Schemas(set, g.Version))
			if err == nil && rules.Refuse == "" && !acknowledges(set) {
				rules.Refuse = fmt.Sprintf("partner %s has no agreement for inbound %s", p.Name(), set)
			}
			return rules
		},
	}, func(*translators.Set) error { return nil })
}

// agreed are the rules of an agreement: the partner's guide, where there is one,
// and what its profile says of characters and separators.
func agreed(p *partners.Profile, a partners.Agreement, version string) translators.Rules {
	schema, note, err := a.Schema(version)
	r := rules(schema, err)
	r.Note, r.Business = note, true
	r.Charset, r.Trailing = p.Outbound.Charset, p.Outbound.Trailing
	return r
}

func rules(schema *translators.Schema, err error) translators.Rules {
	if err != nil {
		return translators.Rules{Refuse: err.Error()}
	}
	return translators.Rules{Schema: schema}
}

// readable is the policy for what answers ours: nobody corrects an acknowledgement,
// so that one is taken as far as it says anything. Some leave the zeros before AK202
// out, or have codes of their own.
func readable() translators.AckPolicy { return translators.AckPolicy{Mode: "with-errors"} }

// acknowledges says that a set answers ours and needs no agreement.
func acknowledges(set string) bool { return set == "997" || set == "999" }

// part makes a child of each interchange of a file, and one that is held of each
// stretch of text between or behind them: it may be an interchange whose ISA is
// spoiled, and nothing that came goes without a word. Where the file holds more
// than is read at once, the rest is a child that is read next.
func part(m spool.Message, report *translators.Report, more bool) spool.Outcome {
	o := spool.Outcome{Note: fmt.Sprintf("%d interchange(s), each on its own from here", len(report.Interchanges))}
	child := func(key string, at stretch) spool.Child {
		return spool.Child{
			Key: key, Correlation: "self", Kind: KindInterchange, Direction: Inbound, Partner: m.Partner, Stage: ToDecode,
			Payload: spool.Ref{SHA256: m.Payload.SHA256, Offset: m.Payload.Offset + at.from, Length: at.to - at.from, ISA: -1, GS: -1},
		}
	}
	for i, ic := range report.Interchanges {
		c := child(fmt.Sprintf("interchange:%d", i), stretch{from: ic.Offset, to: ic.End})
		c.Labels = []spool.Label{{Name: "isa13", Value: ic.Control}}
		o.Emit = append(o.Emit, placed(c, m))
	}
	for i, at := range strays(report, m.Payload.Length) {
		c := child(fmt.Sprintf("stray:%d", i), at)
		c.Status, c.Code, c.Hint = spool.Held, "ENV-SYNTAX", notX12
		c.Error = fmt.Sprintf("byte %d of the file: %s: found %q", at.from, at.why.Text, at.why.Found)
		o.Emit = append(o.Emit, c)
	}
	if n := len(o.Emit) - len(report.Interchanges); n > 0 {
		o.Note += fmt.Sprintf(", and %d stretch(es) of text that are none", n)
	}
	rest := stretch{from: report.Interchanges[len(report.Interchanges)-1].End, to: m.Payload.Length}
	if strays := strays(report, rest.to); more && (len(strays) == 0 || strays[len(strays)-1].to < rest.to) {
		o.Emit = append(o.Emit, placed(child("rest", rest), m))
		o.Note += ", and the rest of the file"
	}
	return o
}

// stretch is a part of a file.
type stretch struct {
	from, to int64
	why      translators.Problem
}

// strays are the stretches of a file that belong to no interchange. Each is told
// by a warning of the interchange before it (TA1 022, element I18).
func strays(report *translators.Report, size int64) []stretch {
	var out []stretch
	for i, ic := range report.Interchanges {
		end := size
		if i+1 < len(report.Interchanges) {
			end = report.Interchanges[i+1].Offset
		}
		for _, p := range ic.Problems {
			if p.Warning && p.Level == translators.AtInterchange && p.Offset >= ic.End && p.Offset < end {
				out = append(out, stretch{p.Offset, end, p})
			}
		}
	}
	return out
}

// interchange decides on the only interchange of a file.
func (d Decode) interchange(ctx context.Context, w Work, file io.ReadSeeker, report *translators.InterchangeReport) (spool.Outcome, error) {
	r := reading{report: report}
	stop, err := r.admit(ctx, w, file)
	if err != nil {
		return spool.Outcome{}, err
	}
	if stop != nil {
		stop.Labels = append(stop.Labels, spool.Label{Name: "isa13", Value: report.Control})
		return d.told(w, *stop, &r)
	}
	o := spool.Outcome{
		Partner: r.profile.Name(), Note: summary(report), Answers: settledTA1(report),
		Claims: []spool.Claim{{Key: r.key, Hash: r.hash}},
		Labels: []spool.Label{{Name: "isa13", Value: report.Control}},
	}
	for _, a := range o.Answers {
		if a.Whole {
			o.Code, o.Error, o.Hint = "ACK-REJECTED", a.Text, mendRefused
		}
	}
	if o.Emit, err = d.acknowledgements(w, &r); err != nil {
		return o, err
	}
	sets := 0
	for _, g := range report.Groups {
		sets += len(g.Sets)
	}
	children := r.children(w.Message(), sets == 1)
	if sets >= stagedFrom {
		o.Staged = true
		return o, w.Store.Stage(ctx, children)
	}
	for c := range children {
		o.Emit = append(o.Emit, c)
	}
	return o, nil
}

// told refuses what is held for a broken envelope when the partner's policy has a
// TA1 say so: then it is the partner's turn.
func (d Decode) told(w Work, stop spool.Outcome, r *reading) (spool.Outcome, error) {
	if stop.Code != "ENV-BROKEN" || r.profile == nil {
		return stop, nil
	}
	acks, err := d.acknowledgements(w, r)
	if err != nil || len(acks) == 0 {
		return stop, err
	}
	stop.Status, stop.Partner, stop.Emit = spool.Refused, r.profile.Name(), acks
	stop.Hint = "the partner was told by a TA1; it must correct the envelope and send again"
	return stop, nil
}

// acknowledgements are the TA1, 997s and 999s that the partner's policy asks for.
func (d Decode) acknowledgements(w Work, r *reading) ([]spool.Child, error) {
	acks, err := d.Translator.Acknowledge(&translators.Report{Interchanges: []translators.InterchangeReport{*r.report}}, r.profile.AckPolicy())
	if err != nil {
		return nil, err
	}
	out := make([]spool.Child, 0, len(acks.TA1)+len(acks.Sets))
	about := []spool.Label{{Name: "answers-isa13", Value: r.report.Control}}
	for i, a := range acks.TA1 {
		if !answerable(a) {
			continue
		}
		out = append(out, spool.Child{Key: fmt.Sprintf("ta1:%d", i), Labels: about, Note: "answers interchange " + r.report.Control + ": " + a.Result})
		if err := address(&out[len(out)-1], ta1Draft(r.report.Interchange, a), w, r.profile); err != nil {
			return nil, err
		}
	}
	r.answered = map[int]bool{}
	for i, a := range acks.Sets {
		r.answered[a.Group.Index] = true
		out = append(out, spool.Child{
			Key: fmt.Sprintf("ack:%d", i), Labels: append(about[:1:1], spool.Label{Name: "answers-gs06", Value: a.Group.Control}),
			Note: "answers group " + a.Group.Control + " of interchange " + r.report.Control,
		})
		if err := address(&out[len(out)-1], acknowledgementDraft(a), w, r.profile); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// answerable says that a TA1 can carry what it answers: control number, date and
// time are copied from the ISA and have fixed widths (X12 I12, I08, I09).
func answerable(a translators.Answer) bool {
	return len(a.Interchange) == 9 && len(a.Date) == 6 && len(a.Time) == 4
}

// address completes the child that carries an acknowledgement to the envelope stage.
func address(c *spool.Child, d draft, w Work, profile *partners.Profile) error {
	var err error
	partner := profile.Name()
	c.RunAt = w.Now.Add(profile.AckBatch.Window)
	c.Kind, c.Direction, c.Partner, c.Document = KindAcknowledgement, Outbound, partner, d.Set
	c.Stage, c.GroupKey = ToEnvelope, d.groupKey(partner)
	c.Body, err = d.encode()
	return err
}

// children yields a child per set: a range of the interchange, never a copy.
func (r reading) children(file spool.Message, alone bool) iter.Seq[spool.Child] {
	return func(yield func(spool.Child) bool) {
		accepts, answers := r.profile.AckPolicy().Judge(r.report), readable().Judge(r.report)
		for gi := range r.report.Groups {
			g := &r.report.Groups[gi]
			for si := range g.Sets {
				s := &g.Sets[si]
				accepted := accepts(g, s) || acknowledges(s.ID) && answers(g, s)
				if !yield(r.child(file, g, s, accepted, alone)) {
					return
				}
			}
		}
	}
}

func (r reading) child(file spool.Message, g *translators.GroupReport, s *translators.SetReport, accepted, alone bool) spool.Child {
	payload := file.Payload
	c := spool.Child{
		Key:  fmt.Sprintf("set:%d:%d", g.Index, s.Index),
		Kind: KindSet, Direction: Inbound, Partner: r.profile.Name(), Document: s.ID, Stage: ToMap,
		Payload: spool.Ref{
			SHA256: payload.SHA256, Offset: payload.Offset + s.Offset, Length: s.End - s.Offset,
			ISA: payload.Offset + r.report.Offset, GS: payload.Offset + g.Offset,
		},
		Labels: []spool.Label{{Name: "st02", Value: s.Control}},
	}
	if !alone {
		c.Correlation = "self"
	}
	switch {
	case !accepted:
		c.Stage, c.Status = "", spool.Refused
		c.Code, c.Error, c.Hint = refusal(g, s)
		c.Note = "refused: " + c.Error
		if !r.answered[g.Index] {
			c.Status, c.Note, c.Hint = spool.Held, "", untold
		}
		// Problems are plain data: they always become JSON.
		c.Evidence, _ = json.Marshal(append(append([]translators.Problem(nil), g.Problems...), s.Problems...))
	case len(s.Problems) > 0:
		c.Note = fmt.Sprintf("accepted with %d problems noted", len(s.Problems)+s.Dropped)
	}
	if accepted && acknowledges(s.ID) {
		c.Stage = ToSettle
	}
	inOrder(&c, file, r.profile)
	return c
}
