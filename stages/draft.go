package stages

import (
	"encoding/json"
	"strings"

	"waybill/translators"
)

// draft is what goes out, without an envelope, as it stands in the spool: one
// transaction set, or an interchange acknowledgement, which is none.
type draft struct {
	Set        string                `json:"set"` // "TA1" for an interchange acknowledgement
	Functional string                `json:"functional,omitempty"`
	Version    string                `json:"version,omitempty"`
	Convention string                `json:"convention,omitempty"`
	Sender     envelopeParty         `json:"sender"`
	Receiver   envelopeParty         `json:"receiver"`
	Usage      string                `json:"usage"`
	Standard   string                `json:"standard,omitempty"`
	Release    string                `json:"release"` // ISA12
	Segments   []translators.Segment `json:"segments,omitempty"`
	TA1        *translators.Answer   `json:"ta1,omitempty"`
	Orders     []string              `json:"orders,omitempty"` // the purchase orders it is about, for which the partner may owe documents
}

type envelopeParty struct {
	Qualifier string `json:"qualifier"`
	ID        string `json:"id"`
	Group     string `json:"group,omitempty"`
}

// functionalAck is GS01 of a group of acknowledgements (X12 479).
const functionalAck = "FA"

// setTA1 is what a draft calls an interchange acknowledgement (X12 TA1).
const setTA1 = "TA1"

// acknowledgementDraft keeps a 997 or 999 for the envelope stage: addressed to
// whoever sent what it answers, under the same usage and versions.
func acknowledgementDraft(a translators.Acknowledgement) draft {
	g := a.Group
	version := a.Set.Group.Version
	if version == "" {
		version = g.Version
	}
	d := back(a.Interchange)
	d.Set, d.Functional, d.Version, d.Convention, d.Segments = a.Set.ID, functionalAck, version, a.Set.Convention, a.Set.Segments
	d.Sender.Group, d.Receiver.Group = g.Receiver, g.Sender
	return d
}

// ta1Draft keeps the answer to an interchange for the envelope stage.
func ta1Draft(ic translators.Interchange, a translators.Answer) draft {
	d := back(ic)
	a.Problems = nil // a TA1 has no room for them, and the interchange keeps them
	d.Set, d.TA1 = setTA1, &a
	return d
}

// back is a draft to whoever sent ic.
func back(ic translators.Interchange) draft {
	return draft{
		Sender:   envelopeParty{Qualifier: ic.ReceiverQualifier, ID: ic.Receiver},
		Receiver: envelopeParty{Qualifier: ic.SenderQualifier, ID: ic.Sender},
		Usage:    ic.Usage, Standard: ic.Standard, Release: ic.Version,
	}
}

// pair names both ends of the envelope.
func (d draft) pair() string {
	return d.Sender.Qualifier + ":" + d.Sender.ID + ":" + d.Receiver.Qualifier + ":" + d.Receiver.ID
}

// groupKey is the same for drafts to a partner that can share an interchange.
func (d draft) groupKey(partner string) string {
	return strings.Join([]string{
		"out", partner, d.pair(), d.Sender.Group, d.Receiver.Group, d.Functional, d.Version, d.Usage, d.Standard, d.Release,
	}, "|")
}

func (d draft) encode() ([]byte, error) { return json.Marshal(d) }
