package canonical

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
)

// BodyHash is the SHA-256 of a body's content, in hex: of its RFC 8785 form
// without extensions, without the partner's own codes (…AsSent) at any depth, and
// without the revision. The revision is counted by the gateway: the same content
// has the same hash whichever revision it became, and a reader of any revision
// can compute it.
func BodyHash(body json.RawMessage) (string, error) {
	v, err := tree(body)
	if err != nil {
		return "", fmt.Errorf("body hash: %w", err)
	}
	m, ok := v.(map[string]any)
	if !ok {
		return "", fmt.Errorf("body hash: found %s; expected keys and values", describe(v))
	}
	delete(m, "revision")
	strip(m)
	text, err := appendJCS(make([]byte, 0, len(body)), m)
	if err != nil {
		return "", fmt.Errorf("body hash: %w", err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// strip removes what is no part of a body's content.
func strip(v any) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			strip(item)
		}
	case map[string]any:
		for key, item := range v {
			if key == "extensions" || strings.HasSuffix(key, "AsSent") {
				delete(v, key)
				continue
			}
			strip(item)
		}
	}
}
