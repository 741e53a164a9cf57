package stages

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"waybill/partners"
	"waybill/spool"
	"waybill/translators"
)

// Envelope puts sets that are ready to go out under control numbers into one
// interchange, which then waits to be sent. Its members are done with it: what
// becomes of them is read from the carrier.
type Envelope struct {
	Translator translators.Translator
}

// Run writes the interchange for all messages of the work.
func (e Envelope) Run(ctx context.Context, w Work) (spool.Outcome, error) {
	drafts := make([]draft, len(w.Messages))
	members := make([]string, len(w.Messages))
	for i, m := range w.Messages {
		members[i] = m.ID
		if err := readJSON(ctx, w.Store, m.Payload, &drafts[i]); err != nil {
			return spool.Outcome{}, err
		}
	}
	m := w.Message()
	profile, ok := w.Book.Partner(m.Partner)
	if !ok {
		return held("ROUTE-PARTNER", "there is no profile for partner "+m.Partner, "restore the profile, then release"), nil
	}
	sealed, err := e.seal(ctx, w, profile, drafts)
	if err != nil {
		return spool.Outcome{}, err
	}
	if sealed.fault != nil {
		return held("SYN-OWN", "our own interchange cannot be written: "+sealed.fault.Error(),
			"this is a fault of the mapping or of the profile's delimiters: mend it, then release"), nil
	}
	return spool.Outcome{
		Note: sealed.note,
		Emit: []spool.Child{{
			Key: "interchange", Kind: KindInterchange, Direction: Outbound, Partner: m.Partner,
			Document: drafts[0].Set, Stage: ToSend, Body: sealed.body.Bytes(), Carries: members, Note: sealed.note,
			Labels: sealed.labels,
		}},
	}, nil
}

// sealed is an interchange that is written, or the fault for which it cannot be.
type sealed struct {
	body   bytes.Buffer
	fault  error
	note   string
	labels []spool.Label
}

// seal takes the control numbers and writes the interchange.
func (e Envelope) seal(ctx context.Context, w Work, profile *partners.Profile, drafts []draft) (out sealed, err error) {
	first := drafts[0]
	isa13, err := w.Store.Number(ctx, "isa:"+first.pair())
	if err != nil {
		return out, err
	}
	ic := envelopeOf(first, profile, w)
	ic.Control = fmt.Sprintf("%09d", isa13)
	out.labels = []spool.Label{{Name: "isa13", Value: ic.Control}}
	if first.Set == setTA1 {
		out.note = fmt.Sprintf("%d TA1 in interchange %s", len(drafts), ic.Control)
		out.fault = e.Translator.EncodeTA1(&out.body, ic, interchangeAnswers(drafts))
		return out, nil
	}
	gs06, err := w.Store.Number(ctx, "gs:"+first.pair()+":"+first.Functional)
	if err != nil {
		return out, err
	}
	group := translators.Group{
		Functional: first.Functional, Sender: first.Sender.Group, Receiver: first.Receiver.Group,
		Date: w.Now.UTC().Format("20060102"), Time: w.Now.UTC().Format("1504"),
		Control: strconv.FormatInt(gs06, 10), Agency: "X", Version: first.Version,
	}
	out.labels = append(out.labels, spool.Label{Name: "gs06", Value: group.Control})
	out.note = fmt.Sprintf("%s in interchange %s, group %s", counted(drafts), ic.Control, group.Control)
	out.fault = e.Translator.Encode(&out.body, ic, numbered(drafts, group))
	return out, nil
}

// envelopeOf is the ISA of a draft, without its control number.
func envelopeOf(d draft, profile *partners.Profile, w Work) translators.Interchange {
	return translators.Interchange{
		Delimiters:      profile.Delimiters(),
		SenderQualifier: d.Sender.Qualifier, Sender: d.Sender.ID,
		ReceiverQualifier: d.Receiver.Qualifier, Receiver: d.Receiver.ID,
		Date: w.Now.UTC().Format("060102"), Time: w.Now.UTC().Format("1504"),
		Standard: d.Standard, Version: d.Release, Usage: d.Usage,
	}
}

// counted says what drafts are: "997", or "12 × 997".
func counted(drafts []draft) string {
	if len(drafts) == 1 {
		return drafts[0].Set
	}
	return fmt.Sprintf("%d × %s", len(drafts), drafts[0].Set)
}

func interchangeAnswers(drafts []draft) []translators.Answer {
	out := make([]translators.Answer, 0, len(drafts))
	for _, d := range drafts {
		if d.TA1 != nil {
			out = append(out, *d.TA1)
		}
	}
	return out
}

// numbered yields the drafts as sets of one group, ST02 counted from 0001.
func numbered(drafts []draft, g translators.Group) func(func(*translators.Set, error) bool) {
	return func(yield func(*translators.Set, error) bool) {
		for i, d := range drafts {
			s := &translators.Set{
				Index: i, ID: d.Set, Control: fmt.Sprintf("%04d", i+1), Convention: d.Convention,
				Group: g, Segments: d.Segments,
			}
			if !yield(s, nil) {
				return
			}
		}
	}
}

func readJSON(ctx context.Context, s Store, ref spool.Ref, into any) error {
	r, err := s.Open(ctx, ref)
	if err != nil {
		return err
	}
	defer r.Close()
	if err := json.NewDecoder(r).Decode(into); err != nil {
		return fmt.Errorf("reading payload %.12s: %w", ref.SHA256, err)
	}
	return nil
}
