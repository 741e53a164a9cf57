package sftp

import (
	"fmt"
	"net"
	"path"
	"slices"
	"strings"
	"time"

	"waybill/settings"
)

// Check looks for mistakes that the shape of the block does not show. Keys are
// relative to the block.
func (p *Profile) Check() []settings.Problem {
	var l settings.Problems
	if !p.HasAccount() && p.Host == "" {
		l.Add("", "give it account.keys, for an account on our server, or host, for theirs", "the block leads nowhere")
	}
	if p.HasAccount() {
		for _, found := range p.Account.check() {
			found.Key = "account." + found.Key
			l = append(l, found)
		}
	}
	if p.Host != "" {
		p.checkServer(&l)
	}
	return l
}

// checkServer looks at what leads to the partner's server.
func (p *Profile) checkServer(l *settings.Problems) {
	if host, port, err := net.SplitHostPort(p.Address()); err != nil || host == "" || port == "" || strings.ContainsAny(p.Host, "/@ ") {
		l.Add("host", "write a name and, where it is not 22, a port, such as sftp.partner.example:2222", "found %q", p.Host)
	}
	if p.User == "" {
		l.Add("user", "write the login that the partner gave us", "is missing")
	}
	if p.Key.IsZero() && p.Password.IsZero() {
		l.Add("key", "refer to our private key: secret://file/keys/NAME-sftp", "there is nothing to log in with")
	}
	switch {
	case p.HostKey == "":
		*l = append(*l, settings.Problem{Key: "host_key", Warning: true, Text: "is missing: nothing is fetched or sent until it is there",
			Hint: "waybill partner test shows the server's fingerprint; compare it with the partner by telephone, then write it here"})
	case !strings.HasPrefix(p.HostKey, "SHA256:") || len(p.HostKey) != len("SHA256:")+43:
		l.Add("host_key", "write a fingerprint such as SHA256:… with 43 characters after the colon", "found %q", p.HostKey)
	}
	for i, name := range p.Older {
		if !slices.Contains(OlderAlgorithms(), name) {
			l.Add(fmt.Sprintf("older[%d]", i), "use one of: "+strings.Join(OlderAlgorithms(), ", "), "found %q", name)
		}
	}
	if p.Every < time.Second || p.Every > 24*time.Hour {
		l.Add("every", "use a time from 1s to 24h, such as 5m", "found %s", p.Every)
	}
	if text := checkTemplate(p.Put.Name); text != "" {
		l.Add("put.name", "use {document}, {control}, {message} and {partner}, such as "+DefaultName, "%s", text)
	}
	p.Fetch.check(l)
}

func (f *FetchBlock) check(l *settings.Problems) {
	if _, err := path.Match(f.Pattern, "x"); err != nil || f.Pattern == "" {
		l.Add("fetch.pattern", "use a pattern such as *.edi", "found %q", f.Pattern)
	}
	if f.StableFor < 0 || f.StableFor > 24*time.Hour {
		l.Add("fetch.stable_for", "use a time such as 10s", "found %s", f.StableFor)
	}
	if f.Done != "" && checkName("x"+f.Done) != nil {
		l.Add("fetch.done", "use an ending such as .done", "found %q", f.Done)
	}
	if f.After == Archive && f.Archive == "" {
		l.Add("fetch.archive", "name a directory on their server", "there is none")
	}
	if f.MaxSize < 1 {
		l.Add("fetch.max_size", "use a size such as 100MB", "found %d", f.MaxSize)
	}
}

// Address is the host with its port.
func (p *Profile) Address() string {
	if _, _, err := net.SplitHostPort(p.Host); err == nil {
		return p.Host
	}
	return net.JoinHostPort(p.Host, "22")
}
