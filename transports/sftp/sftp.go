// Package sftp exchanges documents with trading partners over SFTP (the SSH File
// Transfer Protocol, draft-ietf-secsh-filexfer-02, over SSH, RFC 4251 to 4254): a
// Receiver that is a server where each partner has a tree of its own, and a Drop
// that puts files there for the partner to fetch. It knows nothing of profiles:
// what it needs of a partner is an Account, found through a Lookup.
//
// An upload becomes a message when it is closed, or when it is renamed from a
// temporary name; the close or the rename succeeds only after the message is
// stored. An upload that breaks off is kept as a refused arrival.
package sftp

import (
	"path"
	"time"

	"golang.org/x/crypto/ssh"
)

// Account is what the server grants one partner, as it stands at a login. It is
// read only.
type Account struct {
	Partner   string // key of the partner's profile
	Login     string // user name
	Keys      []Key
	Passwords []Password

	Inbound, Outbound, Archive string   // names of the directories as the partner sees them
	Temporary                  []string // names that become messages when they are renamed to others
	Fetched                    string   // what becomes of a file that was fetched: keep, archive, delete

	MaxBytes  int64 // of one file
	Quota     int64 // of all the partner's files here together
	Sessions  int   // at once
	PerMinute int   // uploads; 0 is no limit
	Suspended bool  // logins are refused
}

// Key is a public key that proves the partner, in its days.
type Key struct {
	Key         ssh.PublicKey
	From, Until time.Time // the first day and the last; zero has no bound
}

// Password is the hash of a password that proves the partner, in its days.
type Password struct {
	Hash        string // bcrypt
	From, Until time.Time
}

// Lookup finds the account of a login when somebody comes.
type Lookup interface {
	Account(login string) (Account, error)
}

// ErrUnknownLogin says that no profile has an account of this name.
const ErrUnknownLogin = fault("no profile has an account of this name")

// fault is an error that is a constant.
type fault string

// Error is the fault's text.
func (f fault) Error() string { return string(f) }

// inForce says whether a day lies between two, both included, in UTC.
func inForce(from, until, now time.Time) bool {
	return !now.Before(from) && (until.IsZero() || now.Before(until.AddDate(0, 0, 1)))
}

// InForce counts the keys and the passwords that are taken at a time.
func (a *Account) InForce(now time.Time) (keys, passwords int) {
	for _, k := range a.Keys {
		if inForce(k.From, k.Until, now) {
			keys++
		}
	}
	for _, p := range a.Passwords {
		if inForce(p.From, p.Until, now) {
			passwords++
		}
	}
	return keys, passwords
}

// temporary says whether a name is one that an upload has only for a while.
func (a *Account) temporary(name string) bool {
	for _, pattern := range a.Temporary {
		if ok, err := path.Match(pattern, name); ok && err == nil {
			return true
		}
	}
	return false
}

// The directories of a partner's tree on our disk. The first three are what the
// partner sees, under names of its profile's choice.
const (
	inboundDir  = "inbound"
	outboundDir = "outbound"
	archiveDir  = "archive"
	stagingDir  = "staging" // our own files until they are whole
	waitingDir  = "waiting" // for each file in outbound the key that its fetch settles
)
