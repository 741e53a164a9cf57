package mailbox

import (
	"encoding/base64"
	"strings"

	"github.com/emersion/go-sasl"
)

// login is the LOGIN mechanism. Servers word its two questions differently, and
// some ask for the name where it could have come with the command.
type login struct{ user, password string }

// Start implements sasl.Client.
func (l login) Start() (string, []byte, error) { return sasl.Login, nil, nil }

// Next implements sasl.Client.
func (l login) Next(question []byte) ([]byte, error) {
	asked := strings.ToLower(string(question))
	switch {
	case strings.Contains(asked, "pass"):
		return []byte(l.password), nil
	case strings.Contains(asked, "user"):
		return []byte(l.user), nil
	}
	return nil, sasl.ErrUnexpectedServerChallenge
}

// hidden is an error without the password: a server may repeat in its answer what
// it was told.
func (l Login) hidden(err error) error {
	if l.Password == "" {
		return err
	}
	var pairs []string
	for _, secret := range []string{
		base64.StdEncoding.EncodeToString([]byte("\x00" + l.User + "\x00" + l.Password)), base64.StdEncoding.EncodeToString([]byte(l.Password)), l.Password,
	} {
		pairs = append(pairs, secret, "***")
	}
	if text := strings.NewReplacer(pairs...).Replace(err.Error()); text != err.Error() {
		return fault(text)
	}
	return err
}
