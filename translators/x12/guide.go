package x12

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"sort"

	"waybill/settings"
	"waybill/translators"
)

// Guide reads the named guide from a folder, with all that it extends, and
// returns the standard's schema as the guide changes it. dir is what stands
// before the files' names in problems and in what documents are told. All
// problems are returned; the schema is nil if one of them is more than a warning.
func (l *Library) Guide(fsys fs.FS, dir, name string) (*translators.Schema, []settings.Problem) {
	c := &guideCompiler{library: l, fsys: fsys, dir: dir}
	files := c.chain(name)
	if len(files) == 0 || settings.Fatal(c.found) {
		return nil, byLine(c.found)
	}
	own := files[len(files)-1]
	set, release, at := c.head(files)
	if settings.Fatal(c.found) {
		return nil, byLine(c.found)
	}
	base, err := l.Schema(set, release)
	if err != nil {
		c.add(at, "", err.Error(), "")
		return nil, byLine(c.found)
	}
	schema := c.apply(base, own, c.merge(files))
	if settings.Fatal(c.found) {
		return nil, byLine(c.found)
	}
	return schema, byLine(c.found)
}

// guideCompiler turns a chain of guide files into a schema.
type guideCompiler struct {
	library *Library
	fsys    fs.FS
	dir     string
	found   []settings.Problem

	base   *translators.Schema
	owned  map[*translators.SegmentRule]bool // already a copy of this guide's
	places map[string]*translators.GuidePlace
}

func (c *guideCompiler) add(at guideSpot, key, text, hint string) {
	c.found = append(c.found, settings.Problem{File: at.file, Line: at.line, Column: at.column, Key: key, Text: text, Hint: hint})
}

// byLine sorts by file and place.
func byLine(found []settings.Problem) []settings.Problem {
	sort.SliceStable(found, func(i, j int) bool {
		a, b := found[i], found[j]
		if a.File != b.File {
			return a.File < b.File
		}
		if a.Line != b.Line {
			return a.Line < b.Line
		}
		return a.Column < b.Column
	})
	return found
}

// chain reads the guide and those that it extends, the outermost first.
func (c *guideCompiler) chain(name string) []*guideFile {
	var files []*guideFile
	at := guideSpot{file: c.dir + name + ".yaml"}
	for name != "" {
		switch {
		case !regexp.MustCompile("^" + guideName + "$").MatchString(name):
			c.add(at, "", fmt.Sprintf("%q cannot be a guide's name", name), "use small letters, digits, - and _")
			return nil
		case slices.ContainsFunc(files, func(f *guideFile) bool { return f.name == name }):
			c.add(at, "extends", name+" extends itself in the end", "take one extends away")
			return nil
		case len(files) == guideChain:
			c.add(at, "extends", fmt.Sprintf("more than %d guides extend one another", guideChain), "")
			return nil
		}
		f, found := readGuideFile(c.fsys, c.dir, name)
		if f == nil && len(files) > 0 && len(found) == 1 && found[0].Line == 0 {
			c.add(at, "extends", fmt.Sprintf("there is no guide %q", name), c.nearGuide(name))
			return nil
		}
		c.found = append(c.found, found...)
		if f == nil {
			return nil
		}
		files = append(files, f)
		name, at = f.extends, f.extendsAt
	}
	slices.Reverse(files)
	return files
}

// nearGuide names the file that was probably meant.
func (c *guideCompiler) nearGuide(name string) string {
	files, _ := fs.Glob(c.fsys, "*.yaml") // the pattern is a good one
	for i, f := range files {
		files[i] = f[:len(f)-len(".yaml")]
	}
	if near := settings.Suggest(name, files); near != "" {
		return "did you mean " + near + "?"
	}
	return "guides are files such as guides/acme-850.yaml"
}

// head finds the set and release, which the files of a chain must agree on.
func (c *guideCompiler) head(files []*guideFile) (set, release string, at guideSpot) {
	for _, f := range files {
		if set != "" && f.set != "" && f.set != set {
			c.add(f.setAt, "set", fmt.Sprintf("the guide is for %s, and extends one for %s", f.set, set), "leave set out, or extend another")
		}
		if release != "" && f.release != "" && f.release[:6] != release[:6] {
			c.add(f.setAt, "release", fmt.Sprintf("the guide is for %s, and extends one for %s", f.release, release), "leave release out, or extend another")
		}
		if f.set != "" {
			set = f.set
		}
		if f.release != "" {
			release = f.release
		}
		if f.setAt.file != "" {
			at = f.setAt
		}
	}
	own := files[len(files)-1]
	if set == "" {
		c.add(own.base, "set", "is missing", `write set: "850", or extends`)
	}
	if release == "" {
		c.add(own.base, "release", "is missing", `write release: "004010", or extends`)
	}
	return set, release, at
}

// merge joins the rules of a chain by place; what is said later holds.
func (c *guideCompiler) merge(files []*guideFile) []*guideRule {
	var all []*guideRule
	at := map[string]*guideRule{}
	for i, f := range files {
		for _, r := range f.rules {
			old := at[r.key]
			switch {
			case r.drop && old == nil:
				c.add(r.at, "rules."+r.key, "there is nothing to drop", map[bool]string{true: "only what another guide says can be dropped; take the line away", false: "no guide that this one extends has the place"}[i == 0])
			case r.drop:
				all = slices.DeleteFunc(all, func(o *guideRule) bool { return o == old })
				delete(at, r.key)
			case old == nil:
				copied := *r
				at[r.key] = &copied
				all = append(all, &copied)
			default:
				old.override(r)
			}
		}
	}
	return all
}

// override takes over what another guide says of the same place.
func (g *guideRule) override(by *guideRule) {
	g.at = by.at
	later(&g.usage, by.usage)
	later(&g.min, by.min)
	later(&g.max, by.max)
	later(&g.codes, by.codes)
	later(&g.extra, by.extra)
	later(&g.notes, by.notes)
}

func later[T any](s *said[T], by said[T]) {
	if by.ok {
		*s = by
	}
}
