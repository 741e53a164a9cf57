package gateway

import (
	"os"

	"go.yaml.in/yaml/v3"

	"waybill/adapters"
	"waybill/adapters/names"
	"waybill/canonical"
	"waybill/settings"
)

// systemsDir holds the mappings of our own systems' names.
const systemsDir = "adapters"

// named puts a system's mappings before its adapter, where it has some.
func (g *Gateway) named(node *yaml.Node, at string, files map[string]string, target adapters.Target) (adapters.Target, []settings.Problem) {
	if len(files) == 0 {
		return target, nil
	}
	maps, found := g.systemMaps(node, at+".mapping", files)
	return names.New(target, maps), found
}

// systemMaps compiles the mappings that a block names.
func (g *Gateway) systemMaps(node *yaml.Node, at string, files map[string]string) (names.Maps, []settings.Problem) {
	maps, found := names.Load(os.DirFS(g.config.path(systemsDir)), systemsDir, files, canonical.Schema)
	for i, p := range found {
		if p.File == "" {
			found[i] = at1(node, at+"."+p.Key, p.Text, p.Hint)
		}
	}
	return maps, found
}
