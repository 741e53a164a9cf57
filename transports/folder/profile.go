package folder

import (
	"fmt"
	"path"
	"path/filepath"
	"time"

	"waybill/files"
	"waybill/settings"
)

// Profile is the folder block of a partner's profile. Relative paths start at the
// config directory.
type Profile struct {
	In    InBlock       `yaml:"in"`    // where the partner's files come from
	Out   OutBlock      `yaml:"out"`   // where ours go
	Every time.Duration `yaml:"every"` // how often we look
}

// InBlock is what we take.
type InBlock struct {
	Dir       string        `yaml:"dir"`        // "" takes nothing; it must be there
	Pattern   string        `yaml:"pattern"`    // of file names
	Temporary []string      `yaml:"temporary"`  // names that a file has only while it is written
	StableFor time.Duration `yaml:"stable_for"` // a file is taken when size and time did not change for so long
	Done      string        `yaml:"done"`       // a file is taken when there is one of its name with this ending, such as .done
	Order     string        `yaml:"order" words:"name time"`
	After     string        `yaml:"after" words:"archive delete"` // what becomes of a file once it is stored here
	Archive   string        `yaml:"archive"`                      // directory for archive, below dir
	MaxSize   settings.Size `yaml:"max_size"`                     // of one file
}

// OutBlock is where our files go.
type OutBlock struct {
	Dir  string `yaml:"dir"`  // "" writes nothing; it must be there
	Name string `yaml:"name"` // of our files: {document}, {control}, {message}, {partner}
	Done string `yaml:"done"` // ending of an empty file that follows each of ours, such as .done
}

// What becomes of a file that is stored here.
const (
	Archive = "archive"
	Delete  = "delete"
)

// DefaultProfile is what holds where a profile says nothing.
func DefaultProfile() Profile {
	return Profile{
		In: InBlock{
			Pattern: "*", Temporary: []string{".*", "*.tmp", "*.part", "*.filepart"}, StableFor: 10 * time.Second,
			Order: "time", After: Archive, Archive: "archive", MaxSize: 2 << 30,
		},
		Out: OutBlock{Name: DefaultName}, Every: 30 * time.Second,
	}
}

// choice is the block as its rules of choosing.
func (b *InBlock) choice() files.Choice {
	return files.Choice{Pattern: b.Pattern, Temporary: b.Temporary, Done: b.Done, StableFor: b.StableFor, Order: b.Order}
}

// Check looks for mistakes that the shape of the block does not show. Keys are
// relative to the block; nothing is opened.
func (p *Profile) Check() []settings.Problem {
	var l settings.Problems
	if p.In.Dir == "" && p.Out.Dir == "" {
		l.Add("", "give it in.dir, for what we take, out.dir, for what we write, or both", "the block leads nowhere")
	}
	if p.In.Dir != "" && p.Out.Dir != "" && filepath.Clean(p.In.Dir) == filepath.Clean(p.Out.Dir) {
		l.Add("out.dir", "give each direction a directory of its own", "found %s, which is in.dir, too: we would take our own files", p.Out.Dir)
	}
	if p.Every < time.Second || p.Every > 24*time.Hour {
		l.Add("every", "use a time from 1s to 24h, such as 30s", "found %s", p.Every)
	}
	p.In.check(&l)
	if err := checkTemplate(p.Out.Name); err != nil {
		l.Add("out.name", "use {document}, {control}, {message} and {partner}, such as "+DefaultName, "%v", err)
	}
	if p.Out.Done != "" && files.CheckName("x"+p.Out.Done) != nil {
		l.Add("out.done", "use an ending such as .done", "found %q", p.Out.Done)
	}
	return l
}

func (b *InBlock) check(l *settings.Problems) {
	if _, err := path.Match(b.Pattern, "x"); err != nil || b.Pattern == "" {
		l.Add("in.pattern", "use a pattern such as *.edi", "found %q", b.Pattern)
	}
	for i, pattern := range b.Temporary {
		if _, err := path.Match(pattern, "x"); err != nil || pattern == "*" {
			l.Add(fmt.Sprintf("in.temporary[%d]", i), "use a pattern such as *.part", "found %q", pattern)
		}
	}
	if b.StableFor < 0 || b.StableFor > 24*time.Hour {
		l.Add("in.stable_for", "use a time such as 10s", "found %s", b.StableFor)
	}
	if b.Done != "" && files.CheckName("x"+b.Done) != nil {
		l.Add("in.done", "use an ending such as .done", "found %q", b.Done)
	}
	if b.After == Archive && files.CheckName(b.Archive) != nil {
		l.Add("in.archive", "name a directory below in.dir, such as archive", "found %q", b.Archive)
	}
	if b.MaxSize < 1 {
		l.Add("in.max_size", "use a size such as 100MB", "found %d", b.MaxSize)
	}
}
