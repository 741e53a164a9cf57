package stages

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"

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

// member is one message of a batch with what it will be.
type member struct {
	id    string
	draft draft
}

// Run writes the interchanges for all messages of the work: one, or several where
// the agreement bounds how many sets one may carry.
func (e Envelope) Run(ctx context.Context, w Work) (spool.Outcome, error) {
	members := make([]member, len(w.Messages))
	for i, m := range w.Messages {
		members[i].id = m.ID
		if err := readJSON(ctx, w.Store, m.Payload, &members[i].draft); err != nil {
			return spool.Outcome{}, err
		}
	}
	m := w.Message()
	profile, ok := w.Book.Partner(m.Partner)
	if !ok {
		return held("ROUTE-PARTNER", "there is no profile for partner "+m.Partner, "restore the profile, then release"), nil
	}
	if first := members[0].draft; first.Functional != functionalAck && first.Set != setTA1 {
		if stop, err := stopped(ctx, w, profile); stop != nil || err != nil {
			return *cmp.Or(stop, &spool.Outcome{}), err
		}
	}
	var o spool.Outcome
	var notes []string
	for chunk := range slices.Chunk(members, inOne(profile, members[0].draft)) {
		sealed, err := e.seal(ctx, w, profile, chunk)
		if err != nil {
			return spool.Outcome{}, err
		}
		if sealed.fault != nil {
			return held("SYN-OWN", "our own interchange cannot be written: "+sealed.fault.Error(),
				"this is a fault of the mapping or of the profile's delimiters: mend it, then release"), nil
		}
		o.Emit = append(o.Emit, sealed.child(m.Partner, len(o.Emit)))
		o.Expect, o.Answers = append(o.Expect, sealed.expect...), append(o.Answers, sealed.left...)
		notes = append(notes, sealed.note)
	}
	o.Note = firstOf(notes, shownProblems, 0)
	return o, nil
}

// inOne is how many sets may share an interchange with d.
func inOne(p *partners.Profile, d draft) int {
	batch := p.AckBatch
	if d.Functional != functionalAck && d.Set != setTA1 {
		a, _ := p.Agreement(d.Set, Outbound)
		batch = a.Batch
	} else if batch.Window == 0 { // whatever is ready goes along
		return math.MaxInt
	}
	return max(batch.Max, 1)
}

// sealed is an interchange that is written, or the fault for which it cannot be.
type sealed struct {
	body    bytes.Buffer
	fault   error
	note    string
	set     string
	labels  []spool.Label
	members []string
	expect  []spool.Expectation
	left    []spool.Answer // what we owed, and do no longer
}

// child is the n-th interchange that a step wrote, to be sent.
func (s *sealed) child(partner string, n int) spool.Child {
	key := "interchange"
	if n > 0 {
		key = fmt.Sprintf("interchange:%d", n)
	}
	return spool.Child{
		Key: key, Kind: KindInterchange, Direction: Outbound, Partner: partner, Document: s.set, Stage: ToSend,
		Body: s.body.Bytes(), Carries: s.members, Note: s.note, Labels: s.labels,
	}
}

// seal takes the control numbers and writes the interchange.
func (e Envelope) seal(ctx context.Context, w Work, profile *partners.Profile, members []member) (*sealed, error) {
	first := members[0].draft
	out := &sealed{set: first.Set}
	drafts := make([]draft, len(members))
	for i, m := range members {
		drafts[i] = m.draft
		out.members = append(out.members, m.id)
	}
	numbers := numbering{store: w.Store, control: profile.Outbound.Control, draft: first}
	ic := envelopeOf(first, profile, w)
	var err error
	if ic.Control, err = numbers.interchange(ctx, out.members); err != nil {
		return nil, err
	}
	out.labels = []spool.Label{{Name: "isa13", Value: ic.Control}}
	if first.Set == setTA1 {
		out.note = fmt.Sprintf("%s in interchange %s", counted(drafts), ic.Control)
		out.fault = e.Translator.EncodeTA1(&out.body, ic, interchangeAnswers(drafts))
		return out, nil
	}
	group := translators.Group{
		Functional: first.Functional, Sender: first.Sender.Group, Receiver: first.Receiver.Group,
		Date: w.Now.UTC().Format("20060102"), Time: w.Now.UTC().Format("1504"), Agency: "X", Version: first.Version,
	}
	if group.Control, err = numbers.group(ctx, out.members); err != nil {
		return nil, err
	}
	sets, err := numbers.sets(ctx, out.members)
	if err != nil {
		return nil, err
	}
	out.labels = append(out.labels, spool.Label{Name: "gs06", Value: group.Control})
	out.note = fmt.Sprintf("%s in interchange %s, group %s", counted(drafts), ic.Control, group.Control)
	out.fault = e.Translator.Encode(&out.body, ic, numbered(drafts, sets, group))
	for _, d := range drafts {
		out.left = append(out.left, left(profile.Name(), d.Set, d.Orders, ic.Control)...)
	}
	out.expect = owed(profile, members, sets, ic, group, w)
	return out, nil
}

// owed are the answers that the partner owes for the sets of a group: the 997s or
// 999s, and the documents that were agreed on.
func owed(p *partners.Profile, members []member, sets []string, ic translators.Interchange, g translators.Group, w Work) []spool.Expectation {
	var out []spool.Expectation
	e, partner := p.Expect(), p.Name()
	if g.Functional == functionalAck {
		return nil
	}
	for i, m := range members {
		out = append(out, spool.Expectation{Message: m.id, Kind: "ta1", Key: ta1Key(ofOurs(ic), ic.Control), State: "possible"})
		if e.Functional.Answers(m.draft.Set) {
			key := functionalKey(ofOurs(ic), g.Functional, plain(g.Control, 1)) + plain(sets[i], setDigits)
			out = append(out, spool.Expectation{Message: m.id, Kind: "fa", Key: key, DueAt: e.Functional.By(w.Now)})
		}
		for _, o := range e.Documents {
			if !o.Answers(m.draft.Set) {
				continue
			}
			for _, order := range m.draft.Orders {
				out = append(out, spool.Expectation{Message: m.id, Kind: o.Document, Key: documentKey(partner, o.Document, order), Shared: true, DueAt: o.By(w.Now)})
			}
		}
	}
	return out
}

// documentKey is the expectation of a document of the partner's about an order.
func documentKey(partner, set, order string) string {
	return "doc:" + partner + ":" + set + ":" + order
}

// functionalKey begins the expectation of an acknowledgement for a set of a group
// that went over a pair; the set's number ends it.
func functionalKey(pair, functional, gs06 string) string {
	return "fa:" + pair + ":" + functional + ":" + gs06 + ":"
}

// ofOurs names both ends of an interchange of ours. An id alone says little: two
// partners may have the same under two qualifiers (X12 ISA05, ISA07).
func ofOurs(ic translators.Interchange) string {
	return ic.SenderQualifier + ":" + ic.Sender + ":" + ic.ReceiverQualifier + ":" + ic.Receiver
}

// ofTheirs names both ends of what an interchange of theirs answers: its receiver sent that.
func ofTheirs(ic translators.Interchange) string {
	return ic.ReceiverQualifier + ":" + ic.Receiver + ":" + ic.SenderQualifier + ":" + ic.Sender
}

// envelopeOf is the ISA of a draft, without its control number. An acknowledgement
// quotes what came, so that no agreement on characters stops it.
func envelopeOf(d draft, profile *partners.Profile, w Work) translators.Interchange {
	ic := translators.Interchange{
		Delimiters:      profile.Delimiters(),
		SenderQualifier: d.Sender.Qualifier, Sender: d.Sender.ID,
		ReceiverQualifier: d.Receiver.Qualifier, Receiver: d.Receiver.ID,
		Date: w.Now.UTC().Format("060102"), Time: w.Now.UTC().Format("1504"),
		Standard: d.Standard, Version: d.Release, Usage: d.Usage, Trailing: profile.Outbound.Trailing,
	}
	if d.Functional != functionalAck {
		ic.Charset = profile.Outbound.Charset
	}
	return ic
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

// numbered yields the drafts as sets of one group, each under its ST02.
func numbered(drafts []draft, numbers []string, g translators.Group) func(func(*translators.Set, error) bool) {
	return func(yield func(*translators.Set, error) bool) {
		for i, d := range drafts {
			s := &translators.Set{
				Index: i, ID: d.Set, Control: numbers[i], Convention: d.Convention,
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
