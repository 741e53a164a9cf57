package partners

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"

	"waybill/translators"
)

// Status is how far the trade with a partner has come.
type Status string

// The statuses, in the order of a partner's life.
const (
	Draft      Status = "draft"      // being written: nothing is exchanged
	Testing    Status = "testing"    // test interchanges only
	Production Status = "production" // the real thing
	Suspended  Status = "suspended"  // stopped; the profile stays
)

// Party is one end of an envelope: the ISA qualifier and id, and the id of the
// functional group (GS02, GS03).
type Party struct {
	Qualifier string `yaml:"qualifier"`
	ID        string `yaml:"id"`
	Group     string `yaml:"group"` // the same as ID where nothing is said
}

// Contact is a person or desk at the partner's.
type Contact struct {
	Role  string `yaml:"role"`
	Name  string `yaml:"name"`
	Email string `yaml:"email"`
	Phone string `yaml:"phone"`
}

// Profile is what we agreed with one partner. It never changes.
type Profile struct {
	Title         string // the partner's name as people write it
	Group         string // a word for partners that belong together
	Priority      int    // 1 is looked at first
	Contacts      []Contact
	Them, Us      Party
	Also          []Party   // further ids that they send under
	UsageMismatch string    // an interchange whose usage does not fit the status: "hold", "accept" or "refuse"
	OtherRelease  string    // a set of another release than agreed: "accept", "hold" or "refuse"
	Duplicate     Duplicate // an interchange whose number came before
	Outbound      Outbound
	AckBatch      Batch  // of acknowledgements
	AckVia        string // the transport that takes acknowledgements; "" where there is none
	Limits        Limits
	Retention     Retention

	name, file string
	status     Status
	delimiters translators.Delimiters
	acks       translators.AckPolicy
	blocks     map[string]*yaml.Node
	agreements map[agreed]Agreement
	expect     Expect
	silence    []Silence
}

// Name is the partner's short name, which is also its file's.
func (p *Profile) Name() string { return p.name }

// Status is how far the trade has come.
func (p *Profile) Status() Status { return p.status }

// Block is the raw block of a transport, such as as2, with what defaults.yaml
// says of it already merged in, and the file that it stands in. What came from
// defaults.yaml has a negative line; the Shelf gives problems that carry one
// their right place.
func (p *Profile) Block(name string) (node *yaml.Node, file string, ok bool) {
	node, ok = p.blocks[name]
	return node, p.file, ok
}

// Agreement is what we agreed about one transaction set in one direction ("in", "out").
func (p *Profile) Agreement(document, direction string) (Agreement, bool) {
	a, ok := p.agreements[agreed{document, direction}]
	return a.clone(), ok
}

// Silence is how long the partner may be silent, by set.
func (p *Profile) Silence() []Silence { return slices.Clone(p.silence) }

// UsageStop says why an interchange with that ISA15 must not be worked on, or
// "" where nothing is in its way.
func (p *Profile) UsageStop(usage string) string {
	switch {
	case p.status == Suspended || p.status == Draft:
		return fmt.Sprintf("the status of %s is %s, nothing is exchanged", p.name, p.status)
	case p.UsageMismatch == "accept":
		return ""
	case p.status == Production && usage != "P":
		return fmt.Sprintf("ISA15 = %s (%s), but the status of %s is production", usage, usageWord(usage), p.name)
	case p.status == Testing && usage == "P":
		return fmt.Sprintf("ISA15 = P (production data), but the status of %s is testing", p.name)
	}
	return ""
}

// usageWord is the meaning of ISA15 (X12 element I14).
func usageWord(usage string) string {
	switch usage {
	case "T":
		return "test data"
	case "I":
		return "information only"
	}
	return "not a code of X12"
}

// AckPolicy is which acknowledgements the partner gets from us.
func (p *Profile) AckPolicy() translators.AckPolicy { return p.acks }

// Delimiters are those of what we send; on the way in they are read from the ISA.
func (p *Profile) Delimiters() translators.Delimiters { return p.delimiters }

func (p *Profile) them() identity { return identity{p.Them.Qualifier, p.Them.ID} }

// identities are all ids that the partner sends under.
func (p *Profile) identities() []identity {
	out := []identity{p.them()}
	for _, also := range p.Also {
		out = append(out, identity{also.Qualifier, also.ID})
	}
	return out
}

func (p *Profile) us() identity { return identity{p.Us.Qualifier, p.Us.ID} }
