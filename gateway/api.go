package gateway

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"maps"
	"net"
	"slices"

	"go.yaml.in/yaml/v3"

	adapter "waybill/adapters/http"
	"waybill/settings"
	"waybill/spool"
	"waybill/web"
)

// serveAPI takes documents from our own systems until ctx ends.
func (g *Gateway) serveAPI(ctx context.Context, s *spool.Spool) error {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", g.config.API.Listen)
	if err != nil {
		return fmt.Errorf("open the api listener: %w", err)
	}
	g.o.Listening("api", l.Addr())
	return web.Serve(ctx, l, web.API(intake{spool: s, shelf: g.shelf, checker: g.parts.checker}, web.DocumentsOptions{
		Authenticate: g.client, MaxSize: int64(g.config.API.MaxSize), Sources: g.parts.callers,
	}))
}

// client finds the client of the API whose token it is. Every token is looked at,
// and read anew, so that the time tells nothing and a renewed file takes effect.
func (g *Gateway) client(token string) (string, bool) {
	given, found := sha256.Sum256([]byte(token)), ""
	for _, name := range slices.Sorted(maps.Keys(g.config.API.Clients)) {
		want, err := g.config.API.Clients[name].Token.Reveal(g.config.Dir)
		if err != nil || want == "" {
			g.o.Log.Error("token of an api client cannot be read", "client", name, "err", err)
			continue
		}
		if sum := sha256.Sum256([]byte(want)); subtle.ConstantTimeCompare(sum[:], given[:]) == 1 {
			found = name
		}
	}
	return found, found != ""
}

// source makes the way in for a system that calls us, beside the API.
func (g *Gateway) source(node *yaml.Node, at, name string, c adapter.Webhook) []settings.Problem {
	if g.config.API.Listen == "" {
		return settings.Place(ConfigFile, node, at, []settings.Problem{{
			Key: "webhook", Text: "there is no door that the system could call", Hint: "give api.listen an address; it calls /v1/webhooks/" + name + " there",
		}})
	}
	s, err := adapter.NewSource(c, adapter.Options{Dir: g.config.Dir, Now: g.o.Now})
	if err != nil {
		return settings.Place(ConfigFile, node, at, []settings.Problem{{Key: "webhook.auth.secret", Text: err.Error(), Hint: "give the secret that the reference names"}})
	}
	g.parts.callers[name] = s
	return nil
}

// callers says that an API is open and nobody may use it.
func (g *Gateway) callers() []settings.Problem {
	if g.config.API.Listen == "" || len(g.config.API.Clients) > 0 || len(g.parts.callers) > 0 {
		return nil
	}
	return []settings.Problem{{
		File: ConfigFile, Key: "api.clients", Text: "is missing",
		Hint: "name each system that may hand in documents, such as erp: { token: secret://file/keys/erp-api }, or give its adapter a webhook",
	}}
}
