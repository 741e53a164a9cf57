package gateway

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"net/url"
	"os"
	"slices"
	"time"

	adapter "waybill/adapters/http"
	"waybill/cms"
	"waybill/partners"
	"waybill/settings"
)

// Trial is what somebody must know who plays a partner of a configuration, to
// try it on one machine.
type Trial struct {
	Gateway  string       // where the gateway receives
	Us, Them string       // AS2 identifiers
	Ours     cms.Identity // of which the partner has the certificate only
	Keys     cms.Identity // the partner's own
	Partner  string       // host and port where it receives
	Test     bool         // the status asks for test data
	Systems  []string     // URLs of our own systems
}

// ReadTrial reads what it takes to play a partner, whose key is in a PEM file.
func ReadTrial(dir, partner, key string, now func() time.Time) (*Trial, []settings.Problem, error) {
	g, problems := read(dir, now)
	if g == nil {
		return nil, problems, nil
	}
	p, ok := g.shelf.Current().Partner(partner)
	if !ok {
		var names []string
		for _, other := range g.shelf.Current().Partners() {
			names = append(names, other.Name())
		}
		return nil, problems, &UnknownPartner{partner, settings.Suggest(partner, names)}
	}
	door := g.door(partner)
	if door == nil || door.profile.URL == "" {
		return nil, problems, fmt.Errorf("%s cannot be played: its profile has no as2.url", partner)
	}
	data, err := os.ReadFile(key)
	if err != nil {
		return nil, problems, fmt.Errorf("the partner's own key: %w", err)
	}
	t := &Trial{
		Gateway: g.receives(), Us: door.profile.Us, Them: door.profile.Them, Ours: door.material.Ours[0],
		Test: p.Status() == partners.Testing, Systems: g.systems(),
	}
	if t.Keys, err = cms.ParseIdentity(data, ""); err != nil {
		return nil, problems, fmt.Errorf("the partner's own key in %s: %w", key, err)
	}
	u, err := url.Parse(door.profile.URL)
	if err != nil {
		return nil, problems, err
	}
	if t.Partner = u.Host; !loopback(u.Hostname()) {
		return nil, problems, errors.New("the partner receives at " + u.Host + ", which is not this machine: nobody else can be played")
	}
	return t, problems, nil
}

// receives is the address of the AS2 listener as this machine reaches it.
func (g *Gateway) receives() string {
	l := g.parts.listener
	host, port, _ := net.SplitHostPort(l.Listen) // checked before
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	scheme := "http"
	if l.TLS.Key != "" {
		scheme = "https"
	}
	return scheme + "://" + net.JoinHostPort(host, port) + l.Path
}

// systems are the addresses of our own systems that would be on this machine.
func (g *Gateway) systems() []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(g.config.Adapters)) {
		node := g.config.Adapters[name]
		c := adapter.DefaultConfig()
		_ = settings.Decode(ConfigFile, &node, &c) // what is wrong with it was said before
		if u, err := url.Parse(c.URL); err == nil && loopback(u.Hostname()) {
			out = append(out, c.URL)
		}
	}
	return out
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
