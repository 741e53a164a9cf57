package sftp

import (
	"bytes"
	"slices"

	"golang.org/x/crypto/bcrypt"
	"golang.org/x/crypto/ssh"
)

// What a login leaves in the connection's permissions. They come from the key or
// password that was proven, never from one that was merely offered.
const (
	provenLogin = "login"
	provenBy    = "by"
)

// config is how connections are made: modern algorithms, and the older ones that
// the configuration names.
func (s *server) config() *ssh.ServerConfig {
	kex, ciphers, macs, keys := algorithms(s.Older)
	c := &ssh.ServerConfig{
		Config:                  ssh.Config{KeyExchanges: kex, Ciphers: ciphers, MACs: macs},
		PublicKeyAuthAlgorithms: keys,
		MaxAuthTries:            6,
		ServerVersion:           "SSH-2.0-Waybill",
		PublicKeyCallback:       s.byKey,
		PasswordCallback:        s.byPassword,
	}
	for _, key := range s.HostKeys {
		c.AddHostKey(key)
	}
	return c
}

// OlderAlgorithms are those that a configuration may name.
func OlderAlgorithms() []string {
	return []string{
		ssh.InsecureKeyExchangeDH14SHA1, ssh.InsecureCipherAES128CBC, ssh.HMACSHA1, ssh.KeyAlgoRSA,
	}
}

// algorithms are what both sides of this package offer, modern ones first.
func algorithms(older []string) (kex, ciphers, macs, keys []string) {
	kex = []string{ssh.KeyExchangeMLKEM768X25519, ssh.KeyExchangeCurve25519, "curve25519-sha256@libssh.org",
		ssh.KeyExchangeECDHP256, ssh.KeyExchangeECDHP384, ssh.KeyExchangeECDHP521, ssh.KeyExchangeDH16SHA512, ssh.KeyExchangeDH14SHA256}
	ciphers = []string{ssh.CipherAES128GCM, ssh.CipherAES256GCM, ssh.CipherChaCha20Poly1305, ssh.CipherAES256CTR, ssh.CipherAES128CTR}
	macs = []string{ssh.HMACSHA256ETM, ssh.HMACSHA512ETM, ssh.HMACSHA256, ssh.HMACSHA512}
	keys = []string{ssh.KeyAlgoED25519, ssh.KeyAlgoSKED25519, ssh.KeyAlgoECDSA256, ssh.KeyAlgoECDSA384, ssh.KeyAlgoECDSA521,
		ssh.KeyAlgoSKECDSA256, ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256}
	for _, name := range older {
		switch name {
		case ssh.InsecureKeyExchangeDH14SHA1:
			kex = append(kex, name)
		case ssh.InsecureCipherAES128CBC:
			ciphers = append(ciphers, name)
		case ssh.HMACSHA1:
			macs = append(macs, name)
		case ssh.KeyAlgoRSA:
			keys = append(keys, name)
		}
	}
	return kex, ciphers, macs, keys
}

const errLogin = fault("the login is refused")

// byKey looks a key up. It is called for keys that are only offered, too, so
// nothing is kept but what it returns.
func (s *server) byKey(c ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
	a, err := s.Lookup.Account(c.User())
	if err != nil || a.Suspended {
		return nil, errLogin
	}
	offered := key.Marshal()
	known := slices.ContainsFunc(a.Keys, func(k Key) bool {
		return bytes.Equal(k.Key.Marshal(), offered) && inForce(k.From, k.Until, s.Now())
	})
	if !known {
		return nil, errLogin
	}
	return proven(a, "key "+ssh.FingerprintSHA256(key)), nil
}

// nobody is the hash of no password: who is not known waits as long as who is.
const nobody = "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"

func (s *server) byPassword(c ssh.ConnMetadata, password []byte) (*ssh.Permissions, error) {
	a, err := s.Lookup.Account(c.User())
	if err != nil || a.Suspended || len(a.Passwords) == 0 {
		_ = bcrypt.CompareHashAndPassword([]byte(nobody), password)
		return nil, errLogin
	}
	for _, p := range a.Passwords {
		if inForce(p.From, p.Until, s.Now()) && bcrypt.CompareHashAndPassword([]byte(p.Hash), password) == nil {
			return proven(a, "password"), nil
		}
	}
	return nil, errLogin
}

func proven(a Account, by string) *ssh.Permissions {
	return &ssh.Permissions{Extensions: map[string]string{provenLogin: a.Login, provenBy: by}}
}
