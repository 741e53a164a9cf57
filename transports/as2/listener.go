package as2

import (
	"fmt"
	"net"
	"strings"
	"time"

	"waybill/settings"
)

// Listener is the as2 block of waybill.yaml.
type Listener struct {
	Listen   string           `yaml:"listen"`    // address and port
	Path     string           `yaml:"path"`      // the only path that is answered
	Keys     []Key            `yaml:"keys"`      // ours; profiles name one, and use the first otherwise
	TLS      ListenerTLS      `yaml:"tls"`       // empty: plain HTTP
	InFlight int              `yaml:"in_flight"` // exchanges at once
	Timeouts ListenerTimeouts `yaml:"timeouts"`
}

// Key is one of our keys with its certificate.
type Key struct {
	Name        string          `yaml:"name"`
	Key         string          `yaml:"key"`         // PEM file of the private key, or a P12 file with both
	Certificate string          `yaml:"certificate"` // PEM or DER file; "" when the key is a P12 file
	Password    settings.Secret `yaml:"password"`    // of a P12 file; a reference
}

// ListenerTLS is the certificate of an https listener.
type ListenerTLS struct {
	Key         string `yaml:"key"`
	Certificate string `yaml:"certificate"`
}

// ListenerTimeouts bounds slow and silent peers.
type ListenerTimeouts struct {
	Header time.Duration `yaml:"header"`
	Idle   time.Duration `yaml:"idle"`
	Body   time.Duration `yaml:"body"`
	Stop   time.Duration `yaml:"stop"`
}

// DefaultListener listens on loopback only.
func DefaultListener() Listener {
	return Listener{
		Listen: "127.0.0.1:4080", Path: "/as2", InFlight: 64,
		Timeouts: ListenerTimeouts{Header: 10 * time.Second, Idle: time.Minute, Body: time.Hour, Stop: 30 * time.Second},
	}
}

// Check looks for mistakes that the shape of the block does not show. Keys are
// relative to the block; files are not opened.
func (l *Listener) Check() []settings.Problem {
	var found settings.Problems
	if _, port, err := net.SplitHostPort(l.Listen); err != nil || port == "" {
		found.Add("listen", "write an address and a port, such as 127.0.0.1:4080", "found %q", l.Listen)
	}
	if !strings.HasPrefix(l.Path, "/") || strings.ContainsAny(l.Path, "?# %") {
		found.Add("path", "write a path such as /as2", "found %q", l.Path)
	}
	if (l.TLS.Key == "") != (l.TLS.Certificate == "") {
		found.Add("tls", "give both key and certificate, or neither", "only one of key and certificate is there")
	}
	if l.InFlight < 1 || l.InFlight > 10000 {
		found.Add("in_flight", "use a number from 1 to 10000", "found %d", l.InFlight)
	}
	names := map[string]bool{}
	for i, k := range l.Keys {
		key := fmt.Sprintf("keys[%d]", i)
		if k.Name == "" || names[k.Name] {
			found.Add(key+".name", "give each key a name of its own", "found %q", k.Name)
		}
		names[k.Name] = true
		if k.Key == "" {
			found.Add(key+".key", "name the file with the private key", "there is no file")
		}
	}
	l.Timeouts.check(&found)
	return found
}

func (t ListenerTimeouts) check(found *settings.Problems) {
	for _, x := range []struct {
		key string
		d   time.Duration
	}{{"header", t.Header}, {"idle", t.Idle}, {"body", t.Body}, {"stop", t.Stop}} {
		if x.d <= 0 || x.d > 24*time.Hour {
			found.Add("timeouts."+x.key, "use a time such as 30s", "found %s", x.d)
		}
	}
}

// Options are the block's values for NewReceiver; keys and TLS are the caller's
// to load.
func (l *Listener) Options() ReceiverOptions {
	return ReceiverOptions{Address: l.Listen, Path: l.Path, InFlight: l.InFlight, Timeouts: Timeouts{
		Header: l.Timeouts.Header, Idle: l.Timeouts.Idle, Body: l.Timeouts.Body, Stop: l.Timeouts.Stop,
	}}
}
