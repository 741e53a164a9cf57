package sim

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"waybill/cms"
)

// PartnerOptions of a Partner. Name and AS2 are needed; the rest has useful zero values.
type PartnerOptions struct {
	Name    string        // of the profile that the gateway has of it
	AS2     string        // its AS2 identifier
	Address string        // to listen on; default a free port of 127.0.0.1
	Keys    *cms.Identity // its key and certificate; nil makes some on the spot
	MDN     MDNFaults
	Now     func() time.Time
}

// Gateway is the other side of a partner's agreement.
type Gateway struct {
	URL         string // where it receives
	AS2         string // its AS2 identifier
	Certificate *x509.Certificate
}

// Partner is a trading partner: an AS2 client and an AS2 server with keys of its
// own. It is safe for concurrent use.
type Partner struct {
	o      PartnerOptions
	keys   cms.Identity
	wrong  func() (cms.Identity, error) // a key that nobody knows
	client *http.Client
	server *server

	mu       sync.Mutex
	gateway  Gateway
	mdn      MDNFaults
	received []*Received
	seen     map[string]*Received // by dedupe key
}

// OpenPartner makes a partner, its keys included, and starts its server.
func OpenPartner(o PartnerOptions) (*Partner, error) {
	if o.Name == "" || o.AS2 == "" {
		return nil, errors.New("open partner: it needs a name and an AS2 identifier")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	p := &Partner{o: o, mdn: o.MDN, seen: map[string]*Received{}, client: newClient()}
	p.wrong = sync.OnceValues(func() (cms.Identity, error) { return cms.NewIdentity("Nobody", 2, o.Now(), nil) })
	var err error
	if o.Keys != nil {
		p.keys = *o.Keys
	} else if p.keys, err = cms.NewIdentity(o.Name, 2, o.Now(), nil); err != nil {
		return nil, fmt.Errorf("open partner: %w", err)
	}
	if p.server, err = serve(o.Address, nil, func(*server) http.Handler { return http.HandlerFunc(p.receive) }); err != nil {
		return nil, fmt.Errorf("open partner: %w", err)
	}
	return p, nil
}

// newClient makes a client that repeats nothing on its own.
func newClient() *http.Client {
	return &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true, MaxResponseHeaderBytes: 64 << 10},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Close stops the partner's server and waits for its last answer.
func (p *Partner) Close() error {
	if err := p.server.stop(); err != nil {
		return fmt.Errorf("close partner %s: %w", p.o.Name, err)
	}
	return nil
}

// Join tells the partner of its gateway, or that it has moved.
func (p *Partner) Join(g Gateway) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.gateway = g
}

func (p *Partner) joined() Gateway {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.gateway
}

// Use switches the faults of the partner's receipts, from the next message on.
func (p *Partner) Use(f MDNFaults) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mdn = f
}

// Name is the name of the profile that the gateway has of it.
func (p *Partner) Name() string { return p.o.Name }

// AS2 is its AS2 identifier.
func (p *Partner) AS2() string { return p.o.AS2 }

// URL is where the partner receives.
func (p *Partner) URL() string { return "http://" + p.server.addr.String() + "/as2" }

// Keys are the partner's key and certificate.
func (p *Partner) Keys() cms.Identity { return p.keys }
