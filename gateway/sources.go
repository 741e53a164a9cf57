package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"os"

	"go.yaml.in/yaml/v3"

	"waybill/adapters"
	"waybill/adapters/file"
	"waybill/adapters/names"
	"waybill/canonical"
	"waybill/settings"
	"waybill/spool"
	"waybill/transports"
	"waybill/web"
)

// source is a directory that one of our own systems drops documents into.
type source struct {
	name string
	file *file.Source
}

// fileAdapter makes the target and the source of a system that exchanges files.
func (g *Gateway) fileAdapter(name string, node *yaml.Node, at string) (adapters.Target, []settings.Problem) {
	c := file.DefaultConfig()
	found := settings.DecodeBlock(ConfigFile, node, at, &c)
	if settings.Fatal(found) {
		return nil, found
	}
	found = append(found, settings.Place(ConfigFile, node, at, c.Check())...)
	for _, x := range []struct {
		key string
		dir *string
	}{{"out.dir", &c.Out.Dir}, {"in.dir", &c.In.Dir}} {
		if *x.dir == "" {
			continue
		}
		*x.dir = g.config.path(*x.dir)
		if _, err := os.Stat(*x.dir); err != nil {
			found = append(found, settings.Place(ConfigFile, node, at, []settings.Problem{{Key: x.key, Warning: true, Text: err.Error(),
				Hint: "make the directory, or mount it; nothing is made by itself, and until it is there nothing comes or leaves this way"}})...)
		}
	}
	if settings.Fatal(found) {
		return nil, found
	}
	maps, more := g.systemMaps(node, at+".mapping", c.Mapping)
	found = append(found, more...)
	if c.In.Dir != "" {
		s := &file.Source{Config: c, Now: g.o.Now, Log: g.o.Log.With("door", "file", "system", name)}
		if len(c.Mapping) > 0 {
			s.Read = maps.Read
		}
		g.parts.sources = append(g.parts.sources, source{name, s})
	}
	if len(c.Mapping) > 0 {
		return names.New(file.New(c), maps), found
	}
	return file.New(c), found
}

// sourceLooks are the directories of our own systems.
func (g *Gateway) sourceLooks(s *spool.Spool) []look {
	var out []look
	for _, x := range g.parts.sources {
		out = append(out, look{
			lock: "file:" + x.name, every: x.file.Config.Every, failed: "directory not read", log: x.file.Log,
			once: func(ctx context.Context, _ transports.Inbox, l look) error {
				_, err := x.file.Once(ctx, dropped{intake{spool: s, shelf: g.shelf, checker: g.parts.checker}, x}, l.keep)
				return err
			},
		})
	}
	return out
}

// dropped hands what a system dropped to the intake, as a client of its name.
type dropped struct {
	intake intake
	from   source
}

// Submit implements adapters.Intake. What the intake refuses is refused for good.
func (d dropped) Submit(ctx context.Context, doc canonical.Document) (string, error) {
	body, err := json.Marshal(doc)
	if err != nil {
		return "", err
	}
	got, err := d.intake.Submit(ctx, web.Submission{Client: d.from.name, Key: doc.IdempotencyKey, Remote: d.from.file.Config.In.Dir, Body: body})
	var refused *web.Refusal
	if errors.As(err, &refused) {
		return "", unwanted{refused}
	}
	return got.ID, err
}

// unwanted is a refusal that no other attempt will change.
type unwanted struct{ *web.Refusal }

// Temporary says that another attempt helps nobody.
func (unwanted) Temporary() bool { return false }

// Error is the refusal with what is wrong where.
func (r unwanted) Error() string {
	text := r.Refusal.Error()
	for _, p := range r.Problems {
		text += "; " + p.Path + ": " + p.Text
	}
	return text
}

// Unwrap is the intake's own refusal.
func (r unwanted) Unwrap() error { return r.Refusal }
