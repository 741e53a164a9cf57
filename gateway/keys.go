package gateway

import (
	"errors"
	"fmt"

	"waybill/cms"
	"waybill/partners"
	"waybill/settings"
)

// key is one of our AS2 keys under its name.
type key struct {
	name     string
	identity cms.Identity
}

// loadKeys reads the keys that waybill.yaml lists, with each Book anew, so that a
// key that was replaced takes effect with a reload.
func (g *Gateway) loadKeys(book *partners.Book) ([]key, []settings.Problem) {
	var keys []key
	var found []settings.Problem
	for i, k := range g.parts.listener.Keys {
		password, err := "", error(nil)
		if !k.Password.IsZero() {
			password, err = k.Password.Reveal(g.config.Dir)
		}
		var identity cms.Identity
		if err == nil {
			identity, err = book.Identity(k.Key, k.Certificate, password)
		}
		if err != nil {
			found = append(found, settings.Place(ConfigFile, &g.config.AS2, "as2", []settings.Problem{{
				Key: fmt.Sprintf("keys[%d].key", i), Text: err.Error(), Hint: "name a PEM key with its certificate, or a P12 file",
			}})...)
			continue
		}
		keys = append(keys, key{k.Name, identity})
	}
	return keys, found
}

// ours are our keys with the named one first: it signs, any of them decrypts.
func ours(keys []key, name string) ([]cms.Identity, error) {
	var out []cms.Identity
	found := name == ""
	for _, k := range keys {
		if k.name == name {
			found = true
			out = append([]cms.Identity{k.identity}, out...)
			continue
		}
		out = append(out, k.identity)
	}
	if !found {
		return nil, fmt.Errorf("there is no key %q", name)
	}
	if len(out) == 0 {
		return nil, errors.New("there is no key of ours")
	}
	return out, nil
}
