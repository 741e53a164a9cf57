package stages

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"waybill/spool"
	"waybill/translators"
)

// Envelope puts sets that are ready to go out under control numbers into one
// interchange, which then waits to be sent. Its members are done with it: what
// becomes of them is read from the carrier.
type Envelope struct {
	Translator translators.Translator
}

// draft is an outbound set without an envelope, as it stands in the spool.
type draft struct {
	Set        string                `json:"set"`
	Functional string                `json:"functional"`
	Version    string                `json:"version"`
	Convention string                `json:"convention,omitempty"`
	Sender     envelopeParty         `json:"sender"`
	Receiver   envelopeParty         `json:"receiver"`
	Usage      string                `json:"usage"`
	Standard   string                `json:"standard,omitempty"`
	Release    string                `json:"release"` // ISA12
	Segments   []translators.Segment `json:"segments"`
}

type envelopeParty struct {
	Qualifier string `json:"qualifier"`
	ID        string `json:"id"`
	Group     string `json:"group"`
}

// encodeDraft keeps an acknowledgement for the envelope stage: addressed to
// whoever sent what it answers, under the same usage and versions.
func encodeDraft(a translators.Acknowledgement) ([]byte, error) {
	ic, g := a.Interchange, a.Group
	version := a.Set.Group.Version
	if version == "" {
		version = g.Version
	}
	return json.Marshal(draft{
		Set: a.Set.ID, Functional: "FA", Version: version, Convention: a.Set.Convention,
		Sender:   envelopeParty{ic.ReceiverQualifier, ic.Receiver, g.Receiver},
		Receiver: envelopeParty{ic.SenderQualifier, ic.Sender, g.Sender},
		Usage:    ic.Usage, Standard: ic.Standard, Release: ic.Version,
		Segments: a.Set.Segments,
	})
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
	m, first := w.Message(), drafts[0]
	profile, ok := w.Book.Partner(m.Partner)
	if !ok {
		return held("ROUTE-PARTNER", "there is no profile for partner "+m.Partner, "restore the profile, then release"), nil
	}
	pair := first.Sender.Qualifier + ":" + first.Sender.ID + ":" + first.Receiver.Qualifier + ":" + first.Receiver.ID
	isa13, err := w.Store.Number(ctx, "isa:"+pair)
	if err != nil {
		return spool.Outcome{}, err
	}
	gs06, err := w.Store.Number(ctx, "gs:"+pair+":"+first.Functional)
	if err != nil {
		return spool.Outcome{}, err
	}
	ic := translators.Interchange{
		Delimiters:      profile.Delimiters(),
		SenderQualifier: first.Sender.Qualifier, Sender: first.Sender.ID,
		ReceiverQualifier: first.Receiver.Qualifier, Receiver: first.Receiver.ID,
		Date: w.Now.UTC().Format("060102"), Time: w.Now.UTC().Format("1504"),
		Standard: first.Standard, Version: first.Release,
		Control: fmt.Sprintf("%09d", isa13), Usage: first.Usage,
	}
	group := translators.Group{
		Functional: first.Functional, Sender: first.Sender.Group, Receiver: first.Receiver.Group,
		Date: w.Now.UTC().Format("20060102"), Time: w.Now.UTC().Format("1504"),
		Control: strconv.FormatInt(gs06, 10), Agency: "X", Version: first.Version,
	}
	var out bytes.Buffer
	if err := e.Translator.Encode(&out, ic, numbered(drafts, group)); err != nil {
		return held("SYN-OWN", "our own interchange cannot be written: "+err.Error(),
			"this is a fault of the mapping or of the profile's delimiters: mend it, then release"), nil
	}
	note := fmt.Sprintf("%s in interchange %s, group %s", first.Set, ic.Control, group.Control)
	return spool.Outcome{
		Note: note,
		Emit: []spool.Child{{
			Key: "interchange", Kind: KindInterchange, Direction: Outbound, Partner: m.Partner,
			Document: first.Set, Stage: ToSend, Body: out.Bytes(), Carries: members, Note: note,
			Labels: []spool.Label{{Name: "isa13", Value: ic.Control}, {Name: "gs06", Value: group.Control}},
		}},
	}, nil
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
