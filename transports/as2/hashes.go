package as2

import (
	"crypto"
	_ "crypto/sha1" // old partners, by named exception; MICs
	_ "crypto/sha256"
	_ "crypto/sha512"
	"encoding/base64"
	"strings"
)

// hashName is one algorithm with its names in micalg and Received-Content-MIC.
type hashName struct {
	hash   crypto.Hash
	name   string // RFC 3851, as most products write it
	hyphen string // RFC 5751
}

// hashNames are the algorithms that are computed over every message.
func hashNames() [4]hashName {
	return [4]hashName{
		{crypto.SHA1, "sha1", "sha-1"},
		{crypto.SHA256, "sha256", "sha-256"},
		{crypto.SHA384, "sha384", "sha-384"},
		{crypto.SHA512, "sha512", "sha-512"},
	}
}

// hashByName reads a micalg name in any of the spellings seen in the field:
// sha1, SHA-1, sha_256, sha2-256, rsa-sha256.
func hashByName(name string) crypto.Hash {
	n := strings.ToLower(strings.Trim(strings.TrimSpace(name), `"'`))
	n = strings.TrimPrefix(n, "rsa-")
	n = strings.NewReplacer("-", "", "_", "", " ", "", "/", "").Replace(n)
	if rest, ok := strings.CutPrefix(n, "sha2"); ok && (rest == "256" || rest == "384" || rest == "512") {
		n = "sha" + rest
	}
	for _, h := range hashNames() {
		if n == h.name {
			return h.hash
		}
	}
	return 0
}

// nameOf is the name of an algorithm for micalg and Received-Content-MIC.
func nameOf(h crypto.Hash, hyphen bool) string {
	for _, n := range hashNames() {
		if n.hash == h && hyphen {
			return n.hyphen
		}
		if n.hash == h {
			return n.name
		}
	}
	return ""
}

// Digests holds one content's digest by each algorithm.
type Digests map[crypto.Hash][]byte

// MIC writes the digest as Received-Content-MIC has it (RFC 4130 §7.4.3), with
// the algorithm spelt as name.
func (d Digests) MIC(h crypto.Hash, name string) string {
	return base64.StdEncoding.EncodeToString(d[h]) + ", " + name
}
