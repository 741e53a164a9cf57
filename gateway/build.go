package gateway

import (
	"crypto/tls"
	"fmt"
	"maps"
	"net"
	"slices"

	"go.yaml.in/yaml/v3"

	"waybill/adapters"
	"waybill/adapters/file"
	adapter "waybill/adapters/http"
	"waybill/canonical"
	"waybill/partners"
	"waybill/settings"
	"waybill/spool"
	"waybill/stages"
	"waybill/translators/x12"
	"waybill/transports"
	"waybill/transports/as2"
	"waybill/transports/sftp"
	"waybill/web"
)

// parts are the rooms' pieces that the gateway runs.
type parts struct {
	stages    map[spool.Stage]stages.Stage
	receivers []transports.Receiver
	listener  as2.Listener          // the as2 block of waybill.yaml
	sftp      *sftp.Listener        // the sftp block; nil where there is none
	boxes     map[string]*box       // our mailboxes, by name
	callers   map[string]web.Source // that our own systems call, by their names
	guards    *guards               // before the adapters
	sources   []source              // that our own systems drop documents into
	checker   *canonical.Checker
}

// build makes every part from the configuration. It is the one place that
// switches over kinds: a new transport or adapter is one case here.
func (g *Gateway) build() []settings.Problem {
	g.parts.guards, g.parts.callers = &guards{of: map[string]*adapters.Guard{}}, map[string]web.Source{}
	targets, problems := g.targets()
	problems = append(problems, g.callers()...)
	receiving, more := g.as2Listener()
	problems = append(problems, more...)
	problems = append(problems, g.sftpListener()...)
	problems = append(problems, g.mailboxes()...)

	library, err := x12.Load()
	if err != nil {
		return append(problems, settings.Problem{File: "schemas", Text: err.Error(), Hint: "this is a fault of Waybill"})
	}
	checker, err := canonical.NewChecker()
	if err != nil {
		return append(problems, settings.Problem{File: "schemas", Text: err.Error(), Hint: "this is a fault of Waybill"})
	}
	g.shelf, more = partners.Open(g.config.Dir, partners.Options{
		Schemas: library.Schema, Nearest: library.Nearest, Guides: library.Guide, Canonical: canonical.Schema, Targets: slices.Sorted(maps.Keys(g.config.Adapters)), Routed: len(g.config.Route) > 0, Attach: g.attach,
		Log: g.o.Log, Now: g.o.Now,
		Changed: func(_ string, rejected bool) { g.counts.revision(g.shelf.Current().Revision, rejected) },
	})
	problems = append(problems, more...)
	if settings.Fatal(problems) {
		return problems
	}
	g.counts.revision(g.shelf.Current().Revision, false)

	g.parts.checker = checker
	translator := x12.New(library)
	g.parts.stages = map[spool.Stage]stages.Stage{
		stages.ToDecode:   stages.Decode{Translator: translator, Schemas: library.Schema},
		stages.ToMap:      stages.Map{Translator: translator, Schemas: library.Schema, Checker: checker, Route: g.config.route},
		stages.ToDeliver:  stages.Deliver{Targets: targets, Checker: checker},
		stages.ToCompose:  stages.Compose{Translator: translator, Checker: checker},
		stages.ToEnvelope: stages.Envelope{Translator: translator},
		stages.ToSend:     stages.Send{Senders: g.senders},
		stages.ToSettle:   stages.Settle{Translator: translator, Schemas: library.Schema},
	}
	if receiving != nil {
		g.parts.receivers = append(g.parts.receivers, as2.NewReceiver(*receiving))
	}
	return problems
}

// targets makes the adapters, by their kind.
func (g *Gateway) targets() (map[string]stages.Target, []settings.Problem) {
	out := map[string]stages.Target{}
	var problems []settings.Problem
	for _, name := range slices.Sorted(maps.Keys(g.config.Adapters)) {
		node := g.config.Adapters[name]
		at := "adapters." + name
		var head struct {
			Kind string `yaml:"kind"`
		}
		_ = node.Decode(&head) // what is wrong with the block is found when its kind decodes it
		switch head.Kind {
		case "http":
			c := adapter.DefaultConfig()
			found := settings.DecodeBlock(ConfigFile, &node, at, &c)
			if !settings.Fatal(found) {
				found = append(found, settings.Place(ConfigFile, &node, at, c.Check())...)
			}
			if c.Webhook.Used() && !settings.Fatal(found) {
				found = append(found, g.source(&node, at, name, c.Webhook)...)
			}
			problems = append(problems, found...)
			if settings.Fatal(found) {
				continue
			}
			target, err := adapter.New(c, adapter.Options{Dir: g.config.Dir, Now: g.o.Now})
			if err != nil {
				problems = append(problems, at1(&node, at, err.Error(), ""))
				continue
			}
			named, found := g.named(&node, at, c.Mapping, target)
			problems = append(problems, found...)
			out[name] = g.guard(name, named, c.Limits)
		case file.Kind:
			target, found := g.fileAdapter(name, &node, at)
			problems = append(problems, found...)
			if target != nil {
				out[name] = g.guard(name, target, adapters.DefaultLimits())
			}
		default:
			problems = append(problems, at1(&node, at+".kind", fmt.Sprintf("found %q", head.Kind), "expected http or file"))
		}
	}
	return out, problems
}

// as2Listener makes the options of the AS2 receiver; without an as2 block there
// is none.
func (g *Gateway) as2Listener() (*as2.ReceiverOptions, []settings.Problem) {
	node := &g.config.AS2
	if node.Kind == 0 {
		return nil, nil
	}
	listener := as2.DefaultListener()
	problems := settings.DecodeBlock(ConfigFile, node, "as2", &listener)
	g.parts.listener = listener // profiles look their keys up in what could be read
	if settings.Fatal(problems) {
		return nil, problems
	}
	problems = append(problems, settings.Place(ConfigFile, node, "as2", listener.Check())...)
	if _, port, _ := net.SplitHostPort(listener.Listen); listener.Listen == g.config.Observe.Listen && port != "0" {
		problems = append(problems, settings.Place(ConfigFile, node, "as2", []settings.Problem{{
			Key: "listen", Text: "found " + listener.Listen + ", which is observe.listen, too", Hint: "give each an address of its own",
		}})...)
	}
	o := listener.Options()
	o.Lookup, o.Now, o.Log = lookup{g}, g.o.Now, g.o.Log
	o.Answered = func(string) { g.o.Failpoint("answered") }
	o.Listening = func(a net.Addr) { g.o.Listening("as2", a) }
	if listener.TLS.Key != "" {
		pair, err := tls.LoadX509KeyPair(g.config.path(listener.TLS.Certificate), g.config.path(listener.TLS.Key))
		if err != nil {
			problems = append(problems, at1(node, "as2.tls", err.Error(), "name a PEM certificate and its key"))
		}
		o.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	}
	return &o, problems
}

func at1(node *yaml.Node, key, text, hint string) settings.Problem {
	return settings.Problem{File: ConfigFile, Line: node.Line, Column: node.Column, Key: key, Text: text, Hint: hint}
}
