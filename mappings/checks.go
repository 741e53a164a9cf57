package mappings

import (
	"encoding/json"
	"slices"

	"go.yaml.in/yaml/v3"
)

// A check is what must hold for a document once it is read, and before it is
// written.
type check struct {
	name     string
	pos      place
	expr     *value
	severity string // error, warn or hold
	say      string // what a person reads
	drop     bool
	program  *program
}

func severities() []string { return []string{missingError, missingWarn, missingHold} }

// checks reads the checks of a file, by name.
func (l *loading) checks(n *yaml.Node) []*check {
	var all []*check
	l.pairs(n, "checks", func(k, v *yaml.Node) {
		c := &check{name: k.Value, pos: l.at(k)}
		all = append(all, c)
		if v.Kind == yaml.ScalarNode {
			if c.drop = v.Value == "drop"; !c.drop {
				c.expr = l.expression(v, "checks."+c.name)
			}
			return
		}
		l.pairs(v, "checks."+c.name, func(k, v *yaml.Node) { l.check(c, k, v) })
	})
	return all
}

func (l *loading) check(c *check, k, v *yaml.Node) {
	key := "checks." + c.name
	switch k.Value {
	case "expr":
		c.expr = l.expression(v, key)
	case "say":
		c.say = l.scalar(v, key)
	case "severity":
		if c.severity = l.scalar(v, key); !slices.Contains(severities(), c.severity) {
			l.add(l.at(v), key, "severity: "+c.severity+" is unknown", suggestion(c.severity, severities()))
			c.severity = ""
		}
	default:
		l.add(l.at(k), key, "unknown key "+k.Value, suggestion(k.Value, []string{"expr", "severity", "say"}))
	}
}

// mergeChecks lays a file's checks over those of the files before it, key by key.
func (l *loader) mergeChecks(m *merged, f *file) {
	for _, c := range f.checks {
		i := slices.IndexFunc(m.checks, func(k *check) bool { return k.name == c.name })
		switch {
		case c.drop && i < 0:
			l.add(c.pos, "checks."+c.name, "nothing to drop", "")
		case c.drop:
			m.checks = slices.Delete(m.checks, i, i+1)
		case i < 0:
			m.checks = append(m.checks, c)
		default:
			m.checks[i] = m.checks[i].under(c)
		}
	}
}

// under is the check with what a later file says of it.
func (c *check) under(over *check) *check {
	merged := *c
	merged.pos = over.pos
	if over.expr != nil {
		merged.expr = over.expr
	}
	if over.severity != "" {
		merged.severity = over.severity
	}
	if over.say != "" {
		merged.say = over.say
	}
	return &merged
}

func (c *compiler) compileChecks() {
	for _, k := range c.merged.checks {
		path := "checks." + k.name
		if k.expr == nil {
			c.add(k.pos, path, "has no expression", "write expr: …")
			continue
		}
		k := *k
		c.todo = append(c.todo, func() {
			k.program = c.program(k.expr, source{item: c.root, template: c.m.root, scope: c.m.in, field: &field{path: path, pos: k.pos}})
			if k.program != nil {
				c.m.checks = append(c.m.checks, &k)
			}
		})
	}
}

// checked says what of a body does not hold. On writing there is no X12 to look
// at, and a check that does is left out.
func (m *Map) checked(env *environment, root *frame, reading bool) []Problem {
	var all []Problem
	for _, k := range m.checks {
		if !reading && len(k.program.paths) > 0 {
			continue
		}
		ok, bad := env.holds(k.program, root)
		if ok && bad == nil {
			continue
		}
		p := Problem{Severity: k.severity, Code: CodeCheck, Field: k.program.field.path, Text: k.say, Pair: k.pos.String()}
		if p.Severity == "" {
			p.Severity = missingError
		}
		if p.Text == "" {
			p.Text = "does not hold: " + trimmed(k.program.text)
		}
		if bad != nil {
			p.Text = bad.text
		}
		all = append(all, p)
	}
	return all
}

// check runs the checks of the mapping over what was read.
func (r *reader) check(body json.RawMessage, root *frame) {
	if len(r.m.checks) == 0 {
		return
	}
	env, err := environmentOf(body, r.m.shape)
	if err != nil {
		r.problems = append(r.problems, Problem{Severity: missingError, Code: CodeCheck, Text: err.Error()})
		return
	}
	r.problems = append(r.problems, r.m.checked(env, root, true)...)
}
