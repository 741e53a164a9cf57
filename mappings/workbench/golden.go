package workbench

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"waybill/mappings"
	"waybill/translators"
	"waybill/translators/x12"
)

// Files are the samples and golden files, by their path from the mappings folder.
type Files interface {
	Read(name string) ([]byte, error)
	Write(name string, data []byte) error
}

// Golden is what became of one golden test of a mapping.
type Golden struct {
	Map      string   `json:"map"`
	Sample   string   `json:"sample"`
	At       string   `json:"at"` // where the mapping names it
	Changes  []string `json:"changes,omitempty"`
	Problems []string `json:"problems,omitempty"` // that the test does not expect
	Error    string   `json:"error,omitempty"`    // why it could not be run
	Wrote    []string `json:"wrote,omitempty"`    // golden files
}

// Good says whether the test found nothing.
func (g Golden) Good() bool { return len(g.Changes)+len(g.Problems) == 0 && g.Error == "" }

// golden runs one test.
type golden struct {
	*Bench
	*Golden
	test     mappings.Test
	files    Files
	update   bool
	coverage *Coverage
	bodies   []json.RawMessage
	expected []string // problems that the test names and that have not come yet
}

// Test runs the golden tests that a mapping names; update writes what comes out
// as the golden files. The error is for a mapping that cannot be read.
func (b *Bench) Test(r *mappings.Resolved, files Files, update bool) ([]Golden, *Coverage, error) {
	c, err := b.coverage(r)
	if err != nil {
		return nil, nil, err
	}
	var all []Golden
	for _, t := range r.Tests {
		g := golden{Bench: b, Golden: &Golden{Map: r.Name, Sample: t.Sample, At: t.At}, test: t, files: files, update: update, coverage: c,
			expected: slices.Clone(t.Problems)}
		if err := g.run(r); err != nil {
			g.Error = err.Error()
		}
		for _, p := range g.expected {
			g.Changes = append(g.Changes, "- problem "+p)
		}
		all = append(all, *g.Golden)
	}
	return all, c, nil
}

// at is a test's file, from the mappings folder.
func (g *golden) at(name string) string { return path.Join(path.Dir(g.Map), name) }

func (g *golden) run(r *mappings.Resolved) error {
	data, err := g.files.Read(g.at(g.test.Sample))
	if err != nil {
		return err
	}
	if g.test.Writes() {
		return g.write(r, data)
	}
	var written []*translators.Set
	var ic translators.Interchange
	own, _, _ := strings.Cut(r.X12, " ")
	err = g.Sets(data, func(s *translators.Set) error {
		if s.ID != own { // a file may hold sets of other mappings
			return nil
		}
		m, err := g.mapped(g.Map, s)
		if err != nil {
			return err
		}
		result, err := m.In(s)
		if err != nil {
			return err
		}
		g.coverage.read(s, result)
		g.bodies = append(g.bodies, result.Body)
		g.report(result.Problems)
		if g.test.X12 == "" {
			return nil
		}
		out, problems, err := m.Out(result.Body)
		if err != nil {
			return err
		}
		g.report(problems)
		out.Control, out.Group, ic = s.Control, s.Group, s.Interchange
		written = append(written, out)
		return nil
	})
	if err != nil {
		return err
	}
	if len(g.bodies) == 0 {
		return fmt.Errorf("%s holds no %s", g.test.Sample, own)
	}
	if g.test.X12 != "" {
		now, err := g.encoded(ic, written)
		if err := errors.Join(err, g.same(now)); err != nil {
			return err
		}
	}
	return g.json()
}

// write runs a test whose sample is what we have.
func (g *golden) write(r *mappings.Resolved, data []byte) error {
	now, problems, err := g.Bench.Write(r, data, Envelope{})
	g.report(problems)
	if err != nil {
		return err
	}
	bodies, err := documents(data)
	for _, body := range bodies {
		g.coverage.wrote(inside(body))
	}
	return errors.Join(err, g.same(now))
}

// documents cuts a file into its JSON documents.
func documents(data []byte) ([]json.RawMessage, error) {
	var all []json.RawMessage
	for d := json.NewDecoder(bytes.NewReader(data)); ; {
		var body json.RawMessage
		if err := d.Decode(&body); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, fmt.Errorf("document %d: %w", len(all)+1, err)
		}
		all = append(all, body)
	}
}

// report keeps the problems that the test does not expect; warnings are left out.
func (g *golden) report(problems []mappings.Problem) {
	for _, p := range problems {
		name := p.Code + " " + p.Field
		if i := slices.Index(g.expected, name); i >= 0 {
			g.expected = slices.Delete(g.expected, i, i+1)
			continue
		}
		if p.Severity != "warn" && !slices.Contains(g.test.Problems, name) {
			g.Problems = append(g.Problems, p.Severity+": "+p.Error())
		}
	}
}

// json holds the bodies against the golden file.
func (g *golden) json() error {
	name := g.at(g.test.JSON)
	var text bytes.Buffer
	for _, body := range g.bodies {
		if err := json.Indent(&text, body, "", "  "); err != nil {
			return err
		}
		text.WriteByte('\n')
	}
	old, err := g.files.Read(name)
	if done, err := g.settled(name, old, text.Bytes(), err); done {
		return err
	}
	want, err := documents(old)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for i := range max(len(want), len(g.bodies)) {
		var a, b json.RawMessage
		if i < len(want) {
			a = want[i]
		}
		if i < len(g.bodies) {
			b = g.bodies[i]
		}
		changes, err := Changes(a, b)
		if err != nil {
			return err
		}
		for _, c := range changes {
			if len(g.bodies) > 1 {
				c.Path = fmt.Sprintf("document %d: %s", i+1, c.Path)
			}
			g.Changes = append(g.Changes, c.String())
		}
	}
	return nil
}

// settled says whether a golden file needs no comparing: it is the same, or it is
// written now.
func (g *golden) settled(name string, old, now []byte, err error) (bool, error) {
	switch {
	case err == nil && bytes.Equal(old, now):
		return true, nil
	case g.update:
		g.Wrote = append(g.Wrote, name)
		return true, g.files.Write(name, now)
	case errors.Is(err, fs.ErrNotExist):
		return true, fmt.Errorf("there is no %s yet: map test %s --update writes it", name, g.Map)
	case err != nil:
		return true, err
	}
	return false, nil
}

// same holds what was written against the golden file.
func (g *golden) same(now []byte) error {
	name := g.at(g.test.X12)
	old, err := g.files.Read(name)
	if done, err := g.settled(name, old, now, err); done {
		return err
	}
	found, err := x12.New(g.Library).Diff(bytes.NewReader(old), bytes.NewReader(now), false)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for _, d := range found {
		g.Changes = append(g.Changes, strings.TrimSpace(d.String()))
	}
	return nil
}
