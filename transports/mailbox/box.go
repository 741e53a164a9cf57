package mailbox

import (
	"net"
	"net/mail"
	"net/url"
	"time"

	"waybill/settings"
)

// Box is one entry of mailboxes in waybill.yaml: a mail account of ours.
type Box struct {
	Address  string          `yaml:"address" required:"true"` // ours; From of what we send
	User     string          `yaml:"user"`                    // of the login; the address where nothing is said
	Password settings.Secret `yaml:"password"`                // a reference
	OAuth    OAuth           `yaml:"oauth"`                   // instead of a password
	IMAP     IMAP            `yaml:"imap"`                    // where mails are read
	SMTP     SMTP            `yaml:"smtp"`                    // where mails are submitted
}

// OAuth is where a token comes from that is shown instead of a password (RFC
// 6749): by a refresh token where there is one, else by client credentials.
type OAuth struct {
	TokenURL     string          `yaml:"token_url"`
	Client       string          `yaml:"client"` // client id
	Secret       settings.Secret `yaml:"secret"` // of the client; a reference
	RefreshToken settings.Secret `yaml:"refresh_token"`
	Scopes       []string        `yaml:"scopes"`
	Mechanism    string          `yaml:"mechanism" words:"xoauth2 oauthbearer"`
}

// IMAP is where mails are read.
type IMAP struct {
	Host     string        `yaml:"host"` // name and port, such as imap.ourco.example:993; "" reads nothing
	Security string        `yaml:"security" words:"tls starttls none"`
	CA       string        `yaml:"ca"`     // PEM file: only certificates by these are trusted
	Folder   string        `yaml:"folder"` // that is read
	After    string        `yaml:"after" words:"move flag delete"`
	Taken    string        `yaml:"taken"`    // folder for mails that were taken
	Aside    string        `yaml:"aside"`    // folder for mails that a person must look at
	Every    time.Duration `yaml:"every"`    // how often we look where the server does not tell
	MaxSize  settings.Size `yaml:"max_size"` // of one mail; larger ones are put aside unread
	Timeout  time.Duration `yaml:"timeout"`  // for one answer of the server
}

// SMTP is where mails are submitted.
type SMTP struct {
	Host     string        `yaml:"host"` // name and port, such as smtp.ourco.example:587; "" sends nothing
	Security string        `yaml:"security" words:"tls starttls none"`
	CA       string        `yaml:"ca"`                   // PEM file: only certificates by these are trusted
	Login    string        `yaml:"login" words:"yes no"` // no where the server lets our address in
	Timeout  time.Duration `yaml:"timeout"`              // for one answer of the server
}

// DefaultBox is what holds where an entry of mailboxes says nothing.
func DefaultBox() Box {
	return Box{
		OAuth: OAuth{Mechanism: "xoauth2"},
		IMAP: IMAP{
			Security: "tls", Folder: "INBOX", After: "move", Taken: "Waybill", Aside: "Waybill held",
			Every: time.Minute, MaxSize: 100 << 20, Timeout: 2 * time.Minute,
		},
		SMTP: SMTP{Security: "starttls", Login: "yes", Timeout: 5 * time.Minute},
	}
}

// Check looks for mistakes that the shape of the block does not show. Keys are
// relative to the block; files are not opened.
func (b *Box) Check() []settings.Problem {
	var l settings.Problems
	if a, err := mail.ParseAddress(b.Address); err != nil || a.Address != b.Address {
		l.Add("address", "write the address alone, such as edi@ourco.example", "found %q", b.Address)
	}
	if b.IMAP.Host == "" && b.SMTP.Host == "" {
		l.Add("imap.host", "name the server where mails are read, such as imap.ourco.example:993, or smtp.host, or both", "the mailbox leads nowhere")
	}
	checkServer(&l, "imap", b.IMAP.Host, b.IMAP.Security, b.IMAP.Timeout)
	checkServer(&l, "smtp", b.SMTP.Host, b.SMTP.Security, b.SMTP.Timeout)
	b.checkIMAP(&l)
	b.checkLogin(&l)
	return l
}

func checkServer(l *settings.Problems, key, host, security string, timeout time.Duration) {
	name, port, err := net.SplitHostPort(host)
	switch {
	case host == "":
		return
	case err != nil || name == "" || port == "":
		l.Add(key+".host", "write a name and a port, such as imap.ourco.example:993 or smtp.ourco.example:587", "found %q", host)
	case security == "none" && !loopback(name):
		l.Add(key+".security", "use tls or starttls", "found none, and %s is not this machine", name)
	}
	if timeout <= 0 || timeout > time.Hour {
		l.Add(key+".timeout", "use a time such as 2m", "found %s", timeout)
	}
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (b *Box) checkIMAP(l *settings.Problems) {
	i := b.IMAP
	if i.Host == "" {
		return
	}
	if i.Folder == "" || i.Aside == "" || i.Taken == "" || i.Aside == i.Folder || i.Taken == i.Folder {
		l.Add("imap.folder", "give folder, taken and aside names; what is read is none of the others", "found folder %q, taken %q, aside %q", i.Folder, i.Taken, i.Aside)
	}
	if i.Every < time.Second || i.Every > 24*time.Hour {
		l.Add("imap.every", "use a time such as 1m", "found %s", i.Every)
	}
	if i.MaxSize < 1 {
		l.Add("imap.max_size", "use a size such as 100MB", "found %d", i.MaxSize)
	}
}

func (b *Box) checkLogin(l *settings.Problems) {
	o := b.OAuth
	token := o.TokenURL != "" || o.Client != ""
	switch {
	case token && !b.Password.IsZero():
		l.Add("oauth", "keep one of the two", "there is a password, too")
	case !token && b.Password.IsZero() && (b.IMAP.Host != "" || b.SMTP.Login == "yes"):
		l.Add("password", "refer to it: secret://env/NAME or secret://file/PATH, or give oauth", "there is neither a password nor oauth")
	case !token:
		return
	}
	u, err := url.Parse(o.TokenURL)
	if err != nil || u.Host == "" || u.Scheme != "https" && !(u.Scheme == "http" && loopback(u.Hostname())) {
		l.Add("oauth.token_url", "write https:// with a host", "found %q", o.TokenURL)
	}
	if o.Client == "" {
		l.Add("oauth.client", "give the id under which we are registered", "there is none")
	}
	if o.Secret.IsZero() && o.RefreshToken.IsZero() {
		l.Add("oauth.secret", "refer to the client's secret or to a refresh_token: secret://file/PATH", "there is neither a secret nor a refresh token")
	}
}
