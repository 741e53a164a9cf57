package sftp

import (
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"waybill/settings"
)

// Listener is the sftp block of waybill.yaml: our server.
type Listener struct {
	Listen   string           `yaml:"listen"`    // address and port
	Dir      string           `yaml:"dir"`       // the partners' trees, one directory each
	HostKeys []string         `yaml:"host_keys"` // files; one that is missing is made at the start, and never replaced
	Older    []string         `yaml:"older"`     // algorithms beside the modern ones: diffie-hellman-group14-sha1, aes128-cbc, hmac-sha1, ssh-rsa
	Sessions int              `yaml:"sessions"`  // connections at once
	Timeouts ListenerTimeouts `yaml:"timeouts"`
}

// ListenerTimeouts bounds slow and silent peers.
type ListenerTimeouts struct {
	Handshake time.Duration `yaml:"handshake"` // until the login
	Idle      time.Duration `yaml:"idle"`
	Stop      time.Duration `yaml:"stop"` // for uploads when the gateway stops
}

// DefaultListener listens on loopback only.
func DefaultListener() Listener {
	return Listener{
		Listen: "127.0.0.1:4022", Dir: "data/sftp", HostKeys: []string{"keys/sftp-host"}, Sessions: 256,
		Timeouts: ListenerTimeouts{Handshake: 20 * time.Second, Idle: 10 * time.Minute, Stop: 30 * time.Second},
	}
}

// Check looks for mistakes that the shape of the block does not show. Keys are
// relative to the block; files are not opened.
func (l *Listener) Check() []settings.Problem {
	var found settings.Problems
	if _, port, err := net.SplitHostPort(l.Listen); err != nil || port == "" {
		found.Add("listen", "write an address and a port, such as 127.0.0.1:4022", "found %q", l.Listen)
	}
	if l.Dir == "" {
		found.Add("dir", "name a directory on a disk with room, such as data/sftp", "there is none")
	}
	if len(l.HostKeys) == 0 {
		found.Add("host_keys", "name a file, such as keys/sftp-host; it is made when it is missing", "there is none")
	}
	for i, name := range l.Older {
		if !slices.Contains(OlderAlgorithms(), name) {
			found.Add(fmt.Sprintf("older[%d]", i), "use one of: "+strings.Join(OlderAlgorithms(), ", "), "found %q", name)
		}
	}
	if l.Sessions < 1 || l.Sessions > 10000 {
		found.Add("sessions", "use a number from 1 to 10000", "found %d", l.Sessions)
	}
	for _, x := range []struct {
		key string
		d   time.Duration
	}{{"handshake", l.Timeouts.Handshake}, {"idle", l.Timeouts.Idle}, {"stop", l.Timeouts.Stop}} {
		if x.d <= 0 || x.d > 24*time.Hour {
			found.Add("timeouts."+x.key, "use a time such as 30s", "found %s", x.d)
		}
	}
	return found
}

// Options are the block's values for NewReceiver; the directory and the keys are
// the caller's to resolve.
func (l *Listener) Options() ReceiverOptions {
	return ReceiverOptions{Address: l.Listen, Older: l.Older, Sessions: l.Sessions, Timeouts: Timeouts{
		Handshake: l.Timeouts.Handshake, Idle: l.Timeouts.Idle, Stop: l.Timeouts.Stop,
	}}
}
