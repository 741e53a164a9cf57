package file

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"time"
	"unicode/utf8"

	"waybill/files"
	"waybill/settings"
)

// Kind is the word that chooses this adapter in waybill.yaml.
const Kind = "file"

// The formats of files.
const (
	JSON = "json"
	XML  = "xml"
	CSV  = "csv"
)

// Config is one block under adapters in waybill.yaml. Relative paths start at the
// config directory.
type Config struct {
	Kind    string            `yaml:"kind"`
	Out     OutBlock          `yaml:"out"`     // documents for the system
	In      InBlock           `yaml:"in"`      // documents of the system, for partners
	Every   time.Duration     `yaml:"every"`   // how often we look
	Mapping map[string]string `yaml:"mapping"` // for each kind of document the file of adapters/, without its ending, that has the system's own names
}

// OutBlock is where documents for the system go.
type OutBlock struct {
	Dir       string `yaml:"dir"` // "" writes nothing; it must be there
	Format    string `yaml:"format" words:"json xml csv"`
	Name      string `yaml:"name"`      // of files: {kind}, {partner}, {key}, {format}
	Root      string `yaml:"root"`      // element around everything, of XML
	Separator string `yaml:"separator"` // between cells, of CSV
	Done      string `yaml:"done"`      // ending of an empty file that follows each of ours
}

// InBlock is where documents of the system come from.
type InBlock struct {
	Dir       string        `yaml:"dir"` // "" takes nothing; it must be there
	Format    string        `yaml:"format" words:"json xml csv"`
	Kind      string        `yaml:"kind"` // of all documents there; "" is what each says
	Separator string        `yaml:"separator"`
	Pattern   string        `yaml:"pattern"`    // of file names
	Temporary []string      `yaml:"temporary"`  // names that a file has only while it is written
	StableFor time.Duration `yaml:"stable_for"` // a file is taken when size and time did not change for so long
	Done      string        `yaml:"done"`       // a file is taken when there is one of its name with this ending
	Order     string        `yaml:"order" words:"name time"`
	After     string        `yaml:"after" words:"archive delete"` // what becomes of a file once it is stored here
	Archive   string        `yaml:"archive"`                      // directory for archive, below dir
	Failed    string        `yaml:"failed"`                       // directory, below dir, for files that are no documents, each with a file that says why
	MaxSize   settings.Size `yaml:"max_size"`                     // of one file
}

// DefaultConfig is what holds where a block says nothing.
func DefaultConfig() Config {
	return Config{
		Kind: Kind, Every: 10 * time.Second,
		Out: OutBlock{Format: "json", Name: "{kind}_{key}.{format}", Root: "document", Separator: ","},
		In: InBlock{
			Format: "json", Separator: ",", Pattern: "*", Temporary: []string{".*", "*.tmp", "*.part", "*.filepart"}, StableFor: 5 * time.Second,
			Order: "time", After: "archive", Archive: "archive", Failed: "failed", MaxSize: 10 << 20,
		},
	}
}

func (b OutBlock) comma() rune { return comma(b.Separator) }

func (b InBlock) comma() rune { return comma(b.Separator) }

func comma(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// Check looks for mistakes that the shape of the block does not show. Keys are
// relative to the block; nothing is opened.
func (c *Config) Check() []settings.Problem {
	var l settings.Problems
	if c.Out.Dir == "" && c.In.Dir == "" {
		l.Add("", "give it out.dir, for documents for the system, in.dir, for its own, or both", "the block leads nowhere")
	}
	if c.Out.Dir != "" && c.In.Dir != "" && filepath.Clean(c.Out.Dir) == filepath.Clean(c.In.Dir) {
		l.Add("in.dir", "give each direction a directory of its own", "found %s, which is out.dir, too: we would take our own files", c.In.Dir)
	}
	if c.Every < time.Second || c.Every > 24*time.Hour {
		l.Add("every", "use a time from 1s to 24h, such as 10s", "found %s", c.Every)
	}
	c.checkOut(&l)
	if c.In.Dir != "" {
		c.checkIn(&l)
	}
	return l
}

func (c *Config) checkOut(l *settings.Problems) {
	if err := files.Name(c.Out.Name).Check([]string{"kind", "partner", "key", "format"}, []string{"key"}); err != nil {
		l.Add("out.name", "use {kind}, {partner}, {key} and {format}, such as {kind}_{key}.{format}", "%v", err)
	}
	if !isElement(c.Out.Root) {
		l.Add("out.root", "use the name of an XML element, such as document", "found %q", c.Out.Root)
	}
	if c.Out.Done != "" && files.CheckName("x"+c.Out.Done) != nil {
		l.Add("out.done", "use an ending such as .done", "found %q", c.Out.Done)
	}
	if c.Out.Dir != "" && c.Out.Format == CSV && len(c.Mapping) == 0 {
		l.Add("mapping", "name a mapping that makes one list of flat rows", "is missing: rows of CSV have no place for our own nested fields")
	}
	separator(l, "out.separator", c.Out.Separator)
}

func (c *Config) checkIn(l *settings.Problems) {
	b := &c.In
	separator(l, "in.separator", b.Separator)
	if len(c.Mapping) == 0 && b.Format != JSON {
		l.Add("mapping", "name a mapping for the kinds that come; it says which fields are lists", "is missing: %s does not say it itself", b.Format)
	}
	if _, ok := c.Mapping[b.Kind]; len(c.Mapping) > 0 && !ok {
		l.Add("in.kind", "name one of the kinds under mapping", "found %q", b.Kind)
	}
	if _, err := path.Match(b.Pattern, "x"); err != nil || b.Pattern == "" {
		l.Add("in.pattern", "use a pattern such as *.json", "found %q", b.Pattern)
	}
	for i, pattern := range b.Temporary {
		if _, err := path.Match(pattern, "x"); err != nil || pattern == "*" {
			l.Add(fmt.Sprintf("in.temporary[%d]", i), "use a pattern such as *.part", "found %q", pattern)
		}
	}
	if b.StableFor < 0 || b.StableFor > 24*time.Hour {
		l.Add("in.stable_for", "use a time such as 5s", "found %s", b.StableFor)
	}
	if b.Done != "" && files.CheckName("x"+b.Done) != nil {
		l.Add("in.done", "use an ending such as .done", "found %q", b.Done)
	}
	for _, x := range [][2]string{{"in.archive", b.Archive}, {"in.failed", b.Failed}} {
		if files.CheckName(x[1]) != nil {
			l.Add(x[0], "name a directory below in.dir", "found %q", x[1])
		}
	}
	if b.MaxSize < 1 || b.MaxSize > 1<<30 {
		l.Add("in.max_size", "use a size from 1 byte to 1GB", "found %d", b.MaxSize)
	}
}

func separator(l *settings.Problems, key, s string) {
	if utf8.RuneCountInString(s) != 1 || slices.Contains([]rune{'"', '\r', '\n', utf8.RuneError}, comma(s)) {
		l.Add(key, "use one character, such as , or ;", "found %q", s)
	}
}
