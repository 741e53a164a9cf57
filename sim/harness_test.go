package sim

import (
	"context"
	"crypto"
	"crypto/x509"
	"net"
	"sync"
	"testing"
	"time"

	"waybill/cms"
	"waybill/transports/as2"
	"waybill/transports/transporttest"
)

// castKeys are the keys of the tests, made once: the gateway's and the partner's.
var castKeys = sync.OnceValues(func() ([2]cms.Identity, error) {
	var made [2]cms.Identity
	for i, name := range []string{"OurCo", "Acme"} {
		id, err := cms.NewIdentity(name, 2, time.Now(), nil)
		if err != nil {
			return made, err
		}
		made[i] = id
	}
	return made, nil
})

func keys(t testing.TB) (gateway, partner cms.Identity) {
	t.Helper()
	made, err := castKeys()
	if err != nil {
		t.Fatal(err)
	}
	return made[0], made[1]
}

// house is a receiver that stands for the gateway, and a partner that has joined it.
type house struct {
	in      *transporttest.Inbox
	partner *Partner
	terms   as2.Partnership // how the gateway sees the partner
}

// Partnership implements as2.Lookup.
func (h *house) Partnership(us, them string) (as2.Partnership, error) {
	if us != h.terms.Us || them != h.terms.Them {
		return as2.Partnership{}, as2.ErrUnknownPair
	}
	return h.terms, nil
}

func open(t testing.TB) *house {
	t.Helper()
	ours, theirs := keys(t)
	p, err := OpenPartner(PartnerOptions{Name: "acme-retail", AS2: "ACME AS2", Keys: &theirs})
	if err != nil {
		t.Fatal(err)
	}
	certs := []*x509.Certificate{theirs.Certificate}
	h := &house{in: transporttest.NewInbox(t), partner: p, terms: as2.Partnership{
		Partner: p.Name(), Us: "OURCO", Them: p.AS2(), URL: p.URL(), Verify: certs, EncryptTo: certs, Ours: []cms.Identity{ours},
		Require: as2.Require{Signed: true, Encrypted: true}, Sign: crypto.SHA256, Encrypt: "aes256-cbc",
		MDN: as2.MDNTerms{Request: as2.ReceiptSigned},
	}}
	ctx, cancel := context.WithCancel(context.Background())
	addr, done := make(chan net.Addr, 1), make(chan error, 1)
	r := as2.NewReceiver(as2.ReceiverOptions{Address: "127.0.0.1:0", Lookup: h, Listening: func(a net.Addr) { addr <- a }})
	go func() { done <- r.Receive(ctx, h.in) }()
	p.Join(Gateway{URL: "http://" + (<-addr).String() + "/as2", AS2: "OURCO", Certificate: ours.Certificate})
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

func order(control int) []byte { return Order850(Spec{Control: control}) }
