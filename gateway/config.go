package gateway

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"waybill/settings"
)

// ConfigFile is the name of the static configuration in a config directory.
const ConfigFile = "waybill.yaml"

// Config is waybill.yaml: what is read once, at start. Partners and mappings,
// beside it in directories of their own, are reloaded while the gateway runs.
type Config struct {
	Dir       string               `yaml:"-"` // the config directory; relative paths start there
	Node      string               `yaml:"node"`
	Store     string               `yaml:"store"`
	Payloads  string               `yaml:"payloads"`
	Inline    settings.Size        `yaml:"inline"` // payloads up to this size stand in the database
	Workers   int                  `yaml:"workers"`
	Lease     time.Duration        `yaml:"lease"` // how long a silent worker keeps its message
	AS2       yaml.Node            `yaml:"as2"`
	SFTP      yaml.Node            `yaml:"sftp"`
	Mailboxes map[string]yaml.Node `yaml:"mailboxes"`
	Observe   Listener             `yaml:"observe"`
	API       APIConfig            `yaml:"api"`
	Adapters  map[string]yaml.Node `yaml:"adapters"`
	Route     []Route              `yaml:"route"` // which of our own systems get a document whose profile does not say
	Log       LogConfig            `yaml:"log"`
	Retry     Retry                `yaml:"retry"`
}

// Listener is an address to listen on.
type Listener struct {
	Listen string `yaml:"listen"`
}

// LogConfig says how much is logged, and how.
type LogConfig struct {
	Level  string `yaml:"level"`  // debug, info, warn, error
	Format string `yaml:"format"` // json, text
}

// APIConfig is where our own systems hand in documents; without an address there
// is no such door.
type APIConfig struct {
	Listen  string               `yaml:"listen"`
	MaxSize settings.Size        `yaml:"max_size"` // of a document
	Clients map[string]APIClient `yaml:"clients"`
}

// APIClient is one of our own systems and its bearer token.
type APIClient struct {
	Token settings.Secret `yaml:"token"`
}

// Load reads waybill.yaml in dir and reports every problem in it.
func Load(dir string) (*Config, []settings.Problem) {
	name, err := os.Hostname()
	if err != nil {
		name = "node"
	}
	c := &Config{
		Dir: dir, Node: name, Store: "sqlite:data/waybill.db", Payloads: "data/payloads", Inline: 64 << 10,
		Workers: 8, Lease: 15 * time.Second, Observe: Listener{"127.0.0.1:4081"}, API: APIConfig{MaxSize: 10 << 20}, Log: LogConfig{"info", "json"}, Retry: DefaultRetry(),
	}
	data, err := os.ReadFile(filepath.Join(dir, ConfigFile))
	if err != nil {
		return nil, []settings.Problem{{File: ConfigFile, Text: unread(dir, err), Hint: "name the directory that holds it with --config; waybill init DIR writes an example"}}
	}
	node, problems := settings.Parse(ConfigFile, data)
	if len(problems) > 0 {
		return nil, problems
	}
	problems = settings.Decode(ConfigFile, node, c)
	problems = append(problems, settings.Place(ConfigFile, node, "", c.check())...)
	return c, problems
}

// unread says why there is no configuration, without its own name once more.
func unread(dir string, err error) string {
	if errors.Is(err, fs.ErrNotExist) {
		return "there is no such file in " + dir
	}
	return err.Error()
}

// check looks at what decoding alone cannot see.
func (c *Config) check() []settings.Problem {
	var found []settings.Problem
	add := func(key, text, hint string) {
		found = append(found, settings.Problem{Key: key, Text: text, Hint: hint})
	}
	switch scheme, _, ok := strings.Cut(c.Store, ":"); {
	case !ok || !oneOf(scheme, "sqlite", "postgres", "postgresql"): // the rest may hold a password
		add("store", "found another kind of store", "expected sqlite:PATH or postgres://USER@HOST/DATABASE")
	case scheme != "sqlite" && !strings.HasPrefix(c.Store, scheme+"://"):
		add("store", "found no address after "+scheme+":", "expected sqlite:PATH or postgres://USER@HOST/DATABASE")
	}
	if c.Workers < 1 || c.Workers > 256 {
		add("workers", fmt.Sprintf("found %d", c.Workers), "expected 1 to 256")
	}
	if c.Lease < time.Second || c.Lease > time.Hour {
		add("lease", fmt.Sprintf("found %s", c.Lease), "expected 1s to 1h")
	}
	if r := c.Retry; r.First <= 0 || r.Max < r.First || r.Attempts < 1 {
		add("retry", fmt.Sprintf("found first %s, max %s, attempts %d", r.First, r.Max, r.Attempts), "expected 0 < first ≤ max and at least one attempt, such as 1s, 10m, 160")
	}
	if _, port, err := net.SplitHostPort(c.Observe.Listen); err != nil || port == "" {
		add("observe.listen", fmt.Sprintf("found %q", c.Observe.Listen), "expected an address and a port, such as 127.0.0.1:4081")
	}
	c.API.check(add)
	c.checkRoutes(add)
	if !oneOf(c.Log.Level, "debug", "info", "warn", "error") {
		add("log.level", fmt.Sprintf("found %q", c.Log.Level), "expected debug, info, warn or error")
	}
	if !oneOf(c.Log.Format, "json", "text") {
		add("log.format", fmt.Sprintf("found %q", c.Log.Format), "expected json or text")
	}
	return found
}

// check looks at what decoding alone cannot see.
func (c APIConfig) check(add func(key, text, hint string)) {
	if c.Listen == "" {
		if len(c.Clients) > 0 {
			add("api.listen", "is missing", "expected an address and a port, such as 127.0.0.1:4083")
		}
		return
	}
	if _, port, err := net.SplitHostPort(c.Listen); err != nil || port == "" {
		add("api.listen", fmt.Sprintf("found %q", c.Listen), "expected an address and a port, such as 127.0.0.1:4083")
	}
	for _, name := range slices.Sorted(maps.Keys(c.Clients)) {
		if c.Clients[name].Token.IsZero() {
			add("api.clients."+name+".token", "is missing", "refer to it: secret://env/NAME or secret://file/PATH")
		}
	}
	if c.MaxSize < 1<<10 || c.MaxSize > 1<<30 {
		add("api.max_size", fmt.Sprintf("found %d bytes", c.MaxSize), "expected 1KB to 1GB")
	}
}

func oneOf(word string, among ...string) bool {
	for _, a := range among {
		if word == a {
			return true
		}
	}
	return false
}

// path is a path of the configuration: relative ones start at the config directory.
func (c *Config) path(p string) string {
	if filepath.IsAbs(p) {
		return p
	}
	return filepath.Join(c.Dir, p)
}

// StorePath is the store with a relative SQLite path made absolute.
func (c *Config) StorePath() string {
	if file, ok := strings.CutPrefix(c.Store, "sqlite:"); ok {
		return "sqlite:" + c.path(file)
	}
	return c.Store
}

// PayloadPath is the directory of payload files.
func (c *Config) PayloadPath() string { return c.path(c.Payloads) }
