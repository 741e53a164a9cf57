package gateway

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"net"

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
		Authenticate: g.client, MaxSize: int64(g.config.API.MaxSize),
	}))
}

// client finds the client of the API whose token it is. Every token is looked at,
// and read anew, so that the time tells nothing and a renewed file takes effect.
func (g *Gateway) client(token string) (string, bool) {
	given, found := sha256.Sum256([]byte(token)), ""
	for _, name := range sorted(g.config.API.Clients) {
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
