package partners

// The directions of an agreement, seen from us.
const (
	inbound  = "in"
	outbound = "out"
)

// Agreement is what we agreed with a partner about one transaction set.
type Agreement struct {
	Document  string   // the set: "850"
	Direction string   // "in" or "out"
	Role      string   // what we are in it: seller, buyer, depositor, warehouse
	Via       string   // out: the transport that takes it
	To        []string // in: the adapters that get the document

	mapping string
	maps    *maps
}
