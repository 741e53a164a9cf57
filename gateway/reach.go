package gateway

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"waybill/settings"
	"waybill/transports"
)

// Step is one step of a connection test.
type Step struct {
	Name  string        `json:"step"`
	State string        `json:"state"` // ok, failed, not tried
	Text  string        `json:"text"`
	Hint  string        `json:"hint,omitempty"`
	Took  time.Duration `json:"took"` // in nanoseconds
}

// The states of a Step.
const (
	StepOK       = "ok"
	StepFailed   = "failed"
	StepNotTried = "not tried"
)

// UnknownPartner says that a configuration has no partner of the name.
type UnknownPartner struct {
	Name string
	Near string // one that may be meant, or ""
}

func (e *UnknownPartner) Error() string { return fmt.Sprintf("there is no partner %q", e.Name) }

// Hint says which name may be meant.
func (e *UnknownPartner) Hint() string {
	if e.Near == "" {
		return "waybill partner list shows them"
	}
	return "did you mean " + e.Near + "?"
}

// Reach tests the way to a partner as a message would go, from the profile to the
// AS2 server, without sending one. The problems are those of the configuration;
// with one that is more than a warning nothing is tried.
func Reach(ctx context.Context, dir, partner string, now func() time.Time) ([]Step, []settings.Problem, error) {
	g, problems := read(dir, now)
	if g == nil {
		return nil, problems, nil
	}
	book := g.shelf.Current()
	p, ok := book.Partner(partner)
	if !ok {
		var names []string
		for _, other := range book.Partners() {
			names = append(names, other.Name())
		}
		return nil, problems, &UnknownPartner{partner, settings.Suggest(partner, names)}
	}
	others := slices.Concat(g.reachSFTP(ctx, p), g.reachFolder(p), g.reachMail(ctx, p))
	door := g.door(partner)
	if door == nil && len(others) > 0 {
		return append([]Step{{Name: "profile", State: StepOK, Text: string(p.Status())}}, others...), problems, nil
	}
	if door == nil {
		return []Step{withoutDoor()}, problems, nil
	}
	steps := []Step{
		{Name: "profile", State: StepOK, Text: fmt.Sprintf("%s, %s to %s", p.Status(), door.profile.Us, door.profile.Them)},
		g.certificateStep("their certificate", inForce(door, now()), "ask the partner for the next one; waybill cert import takes it in"),
	}
	steps = append(steps, g.way(ctx, door)...)
	ours := g.certificateStep("our certificate", []*x509.Certificate{door.material.Ours[0].Certificate}, "make a new key, and send the partner its certificate in time")
	ours.Text += "\nthey must have this one; compare by telephone:\n" + Fingerprint(door.material.Ours[0].Certificate)
	steps = append(steps, ours)
	for _, h := range g.tlsCertificate() {
		s := Step{Name: "our https server", State: StepOK, Text: fmt.Sprintf("%s, until %s, %d days left", h.Subject, h.Until.Format(time.DateOnly), h.DaysLeft)}
		if h.DaysLeft < 0 {
			s.State, s.Hint = StepFailed, "put a valid certificate into as2.tls of "+ConfigFile
		}
		steps = append(steps, s)
	}
	return append(steps, others...), problems, nil
}

// withoutDoor says why there is no way to a partner.
func withoutDoor() Step {
	return Step{Name: "profile", State: StepFailed, Text: "it has no as2 block", Hint: "write one, or test by hand what the profile has"}
}

// inForce are the certificates that the partner's messages may be signed with today.
func inForce(door *as2Door, now time.Time) []*x509.Certificate {
	terms := door.profile.Partnership(door.material, now)
	out := slices.Clone(terms.EncryptTo)
	for _, c := range terms.Verify {
		if !slices.ContainsFunc(out, c.Equal) {
			out = append(out, c)
		}
	}
	return out
}

func (g *Gateway) certificateStep(name string, all []*x509.Certificate, hint string) Step {
	s := Step{Name: name, State: StepOK}
	if len(all) == 0 {
		return Step{Name: name, State: StepFailed, Text: "none is in force today", Hint: "look at from and until of as2.certificates"}
	}
	var lines []string
	for _, c := range all {
		lines = append(lines, g.standing(c))
		if g.o.Now().After(c.NotAfter) || g.o.Now().Before(c.NotBefore) {
			s.State, s.Hint = StepFailed, hint
		}
	}
	s.Text = strings.Join(lines, "\n")
	return s
}

// standing is a certificate's subject and how long it holds.
func (g *Gateway) standing(c *x509.Certificate) string {
	h := g.held("", c, nil)
	switch {
	case g.o.Now().Before(c.NotBefore):
		return fmt.Sprintf("%s, not valid before %s", c.Subject, h.From.Format(time.DateOnly))
	case h.DaysLeft < 0:
		return fmt.Sprintf("%s, expired on %s", c.Subject, h.Until.Format(time.DateOnly))
	}
	return fmt.Sprintf("%s, until %s, %d days left", c.Subject, h.Until.Format(time.DateOnly), h.DaysLeft)
}

// way is the part of the test that leaves this machine.
func (g *Gateway) way(ctx context.Context, door *as2Door) []Step {
	u, err := url.Parse(door.profile.URL)
	if err != nil || u.Host == "" {
		return []Step{{Name: "host resolves", State: StepFailed, Text: "the profile has no as2.url to send to", Hint: "ask the partner where it receives"}}
	}
	t := &trip{g: g, url: u, began: g.o.Now()}
	var sender transports.Checker = door.sender
	err = sender.Check(httptrace.WithClientTrace(ctx, t.hooks()))
	return t.steps(err)
}

// trip is what is seen of one request on its way. The hooks are called by the
// goroutines that dial.
type trip struct {
	g     *Gateway
	url   *url.URL
	began time.Time

	mu                         sync.Mutex
	resolved, connected, shook time.Time // when each was over; zero where it did not come to that
	addresses                  []net.IPAddr
	peer                       string
	state                      tls.ConnectionState
}

func (t *trip) hooks() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		DNSDone: func(i httptrace.DNSDoneInfo) {
			if i.Err == nil {
				t.note(func(now time.Time) { t.resolved, t.addresses = now, i.Addrs })
			}
		},
		ConnectDone: func(_, address string, err error) {
			if err == nil {
				t.note(func(now time.Time) { t.connected, t.peer = now, address })
			}
		},
		TLSHandshakeDone: func(s tls.ConnectionState, err error) {
			if err == nil {
				t.note(func(now time.Time) { t.shook, t.state = now, s })
			}
		},
	}
}

func (t *trip) note(what func(now time.Time)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	what(t.g.o.Now())
}

// steps says how far the request came: what it did not come past has failed,
// and what lies behind that was not tried.
func (t *trip) steps(err error) []Step {
	t.mu.Lock()
	defer t.mu.Unlock()
	var wrapped *url.Error
	if errors.As(err, &wrapped) { // our own words name the address already
		err = wrapped.Err
	}
	literal := net.ParseIP(t.url.Hostname()) != nil
	if literal {
		t.resolved = t.began
	}
	all := []leg{
		{"host resolves", t.resolved, t.hosts(literal), "look at the host in as2.url; ask whoever keeps our DNS"},
		{"TCP connects", t.connected, t.peer, "ask the partner whether our address is let in, and our network people whether we get out"},
	}
	if t.url.Scheme == "https" {
		all = append(all, leg{"TLS handshake", t.shook, t.chain(), "ask the partner for a valid certificate of its https server; it is not the one for AS2"})
	}
	answered := time.Time{}
	if err == nil {
		answered = t.g.o.Now()
	}
	all = append(all, leg{"AS2 path answers", answered, t.url.Redacted(), "ask the partner whether its AS2 server runs"})
	return legs(all, t.began, err)
}

// leg is one part of a trip.
type leg struct {
	name string
	over time.Time // zero: it did not come to an end
	text string
	hint string
}

func legs(all []leg, began time.Time, err error) []Step {
	var out []Step
	state := StepOK
	for _, l := range all {
		s := Step{Name: l.name, State: state, Text: l.text}
		switch {
		case state != StepOK:
			s.State, s.Text = StepNotTried, ""
		case l.over.IsZero():
			state = StepFailed
			s = Step{Name: l.name, State: StepFailed, Text: fmt.Sprint(err) + unverified(err), Hint: l.hint}
			var hinted interface{ Hint() string }
			if errors.As(err, &hinted) {
				s.Hint = hinted.Hint()
			}
		default:
			s.Took = l.over.Sub(began)
			began = l.over
		}
		out = append(out, s)
	}
	return out
}

// hosts are the addresses that the host stands for.
func (t *trip) hosts(literal bool) string {
	if literal {
		return t.url.Hostname() + " is an address"
	}
	words := make([]string, len(t.addresses))
	for i, a := range t.addresses {
		words[i] = a.String()
	}
	said := t.url.Hostname() + " is " + strings.Join(words, ", ")
	if proxy, err := http.ProxyFromEnvironment(&http.Request{URL: t.url}); err == nil && proxy != nil {
		said = fmt.Sprintf("%s is the proxy's affair; the proxy %s is %s", t.url.Hostname(), proxy.Hostname(), strings.Join(words, ", "))
	}
	return said
}

// chain is what the server showed in the handshake.
func (t *trip) chain() string {
	lines := []string{tls.VersionName(t.state.Version)}
	for _, c := range t.state.PeerCertificates {
		lines = append(lines, t.g.standing(c))
	}
	return strings.Join(lines, "\n")
}

// unverified is the chain that was refused, so that the partner can be told which.
func unverified(err error) string {
	var refused *tls.CertificateVerificationError
	var b strings.Builder
	if errors.As(err, &refused) {
		for _, c := range refused.UnverifiedCertificates {
			fmt.Fprintf(&b, "\n%s, by %s, until %s", c.Subject, c.Issuer, c.NotAfter.UTC().Format(time.DateOnly))
		}
	}
	return b.String()
}
