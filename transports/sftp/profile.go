package sftp

import (
	"fmt"
	"path"
	"time"

	"golang.org/x/crypto/bcrypt"

	"waybill/settings"
)

// Profile is the sftp block of a partner's profile: the partner's account on our
// server, its own server, or both. With both our files go to its server.
type Profile struct {
	Account  AccountBlock    `yaml:"account"`  // theirs on our server
	Host     string          `yaml:"host"`     // their server: name and, where it is not 22, port
	User     string          `yaml:"user"`     // our login there
	Key      settings.Secret `yaml:"key"`      // our private key; a reference
	Password settings.Secret `yaml:"password"` // where they take no keys; a reference
	HostKey  string          `yaml:"host_key"` // SHA-256 fingerprint of their server's key; nothing is exchanged without it
	Older    []string        `yaml:"older"`    // algorithms beside the modern ones, for an old server
	Fetch    FetchBlock      `yaml:"fetch"`    // what we take from their server
	Put      PutBlock        `yaml:"put"`      // where our files go
	Every    time.Duration   `yaml:"every"`    // how often we look
}

// FetchBlock is what we take from a partner's server.
type FetchBlock struct {
	Dir       string        `yaml:"dir"`        // "" fetches nothing
	Pattern   string        `yaml:"pattern"`    // of file names
	StableFor time.Duration `yaml:"stable_for"` // a file is taken when size and time did not change for so long
	Done      string        `yaml:"done"`       // a file is taken when there is one of its name with this ending, such as .done
	Order     string        `yaml:"order" words:"name time"`
	After     string        `yaml:"after" words:"archive delete"` // what becomes of a file once it is stored here
	Archive   string        `yaml:"archive"`                      // directory for archive; below dir where it is no path
	MaxSize   settings.Size `yaml:"max_size"`                     // of one file
}

// PutBlock is where our files go on a partner's server.
type PutBlock struct {
	Dir  string `yaml:"dir"`  // "" puts nothing
	Name string `yaml:"name"` // of our files: {document}, {control}, {message}, {partner}
}

// DefaultProfile is what holds where a profile says nothing.
func DefaultProfile() Profile {
	return Profile{
		Account: DefaultAccount(), Every: 5 * time.Minute,
		Fetch: FetchBlock{Pattern: "*", StableFor: 10 * time.Second, Order: "time", After: Archive, Archive: "archive", MaxSize: 2 << 30},
		Put:   PutBlock{Name: DefaultName},
	}
}

// HasAccount says whether the partner may log in here.
func (p *Profile) HasAccount() bool { return len(p.Account.Keys)+len(p.Account.Passwords) > 0 }

// AccountBlock is the account block: what a partner has on our server.
type AccountBlock struct {
	Login     string          `yaml:"login"`     // user name; the partner's name where nothing is said
	Keys      []KeyBlock      `yaml:"keys"`      // public keys that prove the partner
	Passwords []PasswordBlock `yaml:"passwords"` // hashes of passwords that do
	Inbound   string          `yaml:"inbound"`   // their name of the directory for uploads
	Outbound  string          `yaml:"outbound"`  // … for what they fetch
	Archive   string          `yaml:"archive"`   // … for what was fetched
	Temporary []string        `yaml:"temporary"` // names of uploads that are taken when they are renamed
	Fetched   string          `yaml:"fetched" words:"keep archive delete"`
	Within    time.Duration   `yaml:"within"`     // how long they may take to fetch before somebody is told
	Name      string          `yaml:"name"`       // of our files: {document}, {control}, {message}, {partner}
	MaxSize   settings.Size   `yaml:"max_size"`   // of one upload
	Quota     settings.Size   `yaml:"quota"`      // of uploads that are no messages yet
	Sessions  int             `yaml:"sessions"`   // at once
	PerMinute int             `yaml:"per_minute"` // uploads; 0 is no limit
}

// KeyBlock is a public key with its days.
type KeyBlock struct {
	Key   string `yaml:"key" required:"true"` // the line of the .pub file
	From  string `yaml:"from"`                // a day, such as 2026-12-01; "" has no bound
	Until string `yaml:"until"`
}

// PasswordBlock is the hash of a password with its days.
type PasswordBlock struct {
	Hash  string `yaml:"hash" required:"true"` // bcrypt, as htpasswd -nB writes it
	From  string `yaml:"from"`
	Until string `yaml:"until"`
}

// DefaultAccount is what holds where an account block says nothing.
func DefaultAccount() AccountBlock {
	return AccountBlock{
		Inbound: "inbound", Outbound: "outbound", Archive: "archive", Temporary: []string{"*.tmp", "*.part", "*.filepart"},
		Fetched: Archive, Within: 24 * time.Hour, Name: DefaultName, MaxSize: 2 << 30, Quota: 4 << 30, Sessions: 8,
	}
}

// check looks at an account. Keys are relative to its block.
func (b *AccountBlock) check() settings.Problems {
	var l settings.Problems
	_, found := b.keys()
	l = append(l, found...)
	_, found = b.passwords()
	l = append(l, found...)
	names := map[string]bool{}
	for _, d := range [][2]string{{"inbound", b.Inbound}, {"outbound", b.Outbound}, {"archive", b.Archive}} {
		if err := checkName(d[1]); err != nil || names[d[1]] {
			l.Add(d[0], "give each directory a name of its own, without /", "found %q", d[1])
		}
		names[d[1]] = true
	}
	for i, pattern := range b.Temporary {
		if _, err := path.Match(pattern, "x"); err != nil || pattern == "*" {
			l.Add(fmt.Sprintf("temporary[%d]", i), "use a pattern such as *.part", "found %q", pattern)
		}
	}
	if text := checkTemplate(b.Name); text != "" {
		l.Add("name", "use {document}, {control}, {message} and {partner}, such as "+DefaultName, "%s", text)
	}
	b.checkNumbers(&l)
	return l
}

func (b *AccountBlock) checkNumbers(l *settings.Problems) {
	if b.Within <= 0 {
		l.Add("within", "use a time such as 24h", "found %s", b.Within)
	}
	if b.MaxSize < 1 || b.Quota < b.MaxSize {
		l.Add("quota", "use sizes such as 2GB, the quota not below max_size", "found max_size %d, quota %d", b.MaxSize, b.Quota)
	}
	if b.Sessions < 1 || b.Sessions > 1000 {
		l.Add("sessions", "use a number from 1 to 1000", "found %d", b.Sessions)
	}
	if b.PerMinute < 0 {
		l.Add("per_minute", "use a number, or 0 for no limit", "found %d", b.PerMinute)
	}
}

func (b *AccountBlock) keys() ([]Key, settings.Problems) {
	var l settings.Problems
	var out []Key
	for i, k := range b.Keys {
		at := fmt.Sprintf("keys[%d]", i)
		key, err := ParsePublic(k.Key)
		if err != nil {
			l.Add(at+".key", "write the line of the partner's .pub file", "%v", err)
		}
		from, until := days(&l, at, k.From, k.Until)
		out = append(out, Key{key, from, until})
	}
	return out, l
}

func (b *AccountBlock) passwords() ([]Password, settings.Problems) {
	var l settings.Problems
	var out []Password
	for i, p := range b.Passwords {
		at := fmt.Sprintf("passwords[%d]", i)
		if cost, err := bcrypt.Cost([]byte(p.Hash)); err != nil || cost < bcrypt.DefaultCost {
			l.Add(at+".hash", "write a bcrypt hash of cost 10 or more, as htpasswd -nBC 12 prints it after the colon", "this is no such hash")
		}
		from, until := days(&l, at, p.From, p.Until)
		out = append(out, Password{p.Hash, from, until})
	}
	return out, l
}

// days reads two days.
func days(l *settings.Problems, key, from, until string) (time.Time, time.Time) {
	first, err1 := parseDay(from)
	last, err2 := parseDay(until)
	if err1 != nil || err2 != nil || !first.IsZero() && !last.IsZero() && last.Before(first) {
		l.Add(key, "write days as 2026-12-31, from not after until", "found from %q until %q", from, until)
	}
	return first, last
}

func parseDay(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	return time.Parse(time.DateOnly, s)
}

// For is the account of a partner, from a block that was checked.
func (b *AccountBlock) For(partner string, suspended bool) Account {
	keys, _ := b.keys()
	passwords, _ := b.passwords()
	login := b.Login
	if login == "" {
		login = partner
	}
	return Account{
		Partner: partner, Login: login, Keys: keys, Passwords: passwords,
		Inbound: b.Inbound, Outbound: b.Outbound, Archive: b.Archive, Temporary: b.Temporary, Fetched: b.Fetched,
		MaxBytes: int64(b.MaxSize), Quota: int64(b.Quota), Sessions: b.Sessions, PerMinute: b.PerMinute, Suspended: suspended,
	}
}
