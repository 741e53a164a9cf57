package mappings

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// Test is one golden test that a mapping file names: a sample and what must
// come of it. The paths are relative to the file's folder.
type Test struct {
	Sample   string   // an X12 file, or a .json with canonical bodies to be written
	JSON     string   // the bodies that an X12 sample must give; SAMPLE.json unless said
	X12      string   // the sets that writing must give; "" for none unless the sample is .json
	Problems []string // what reading is expected to report: CODE FIELD
	At       string   // file:line:column
}

// tests reads the samples of a file, a path or a block each.
func (l *loading) tests(n *yaml.Node) []Test {
	if n.Kind != yaml.SequenceNode {
		l.add(l.at(n), "tests", "expected a list of samples", "write - tests/order.x12 below tests:")
		return nil
	}
	var all []Test
	for _, c := range n.Content {
		t := Test{At: l.at(c).String()}
		if c.Kind == yaml.ScalarNode {
			t.Sample = l.scalar(c, "tests")
		} else {
			l.pairs(c, "tests", func(k, v *yaml.Node) { l.test(&t, k, v) })
		}
		if t.Sample == "" {
			l.add(l.at(c), "tests", "a test without a sample", "write sample: tests/order.x12")
			continue
		}
		all = append(all, t.filled())
	}
	return all
}

func (l *loading) test(t *Test, k, v *yaml.Node) {
	switch k.Value {
	case "sample":
		t.Sample = l.scalar(v, "tests")
	case "json":
		t.JSON = l.scalar(v, "tests")
	case "x12":
		t.X12 = l.scalar(v, "tests")
	case "problems":
		if v.Kind != yaml.SequenceNode {
			l.add(l.at(v), "tests", "problems is a list such as [MAP-LOOKUP lines[0].item.sku]", "")
			return
		}
		for _, p := range v.Content {
			t.Problems = append(t.Problems, l.scalar(p, "tests"))
		}
	default:
		l.add(l.at(k), "tests", "unknown key "+k.Value, suggestion(k.Value, []string{"sample", "json", "x12", "problems"}))
	}
}

// Writes says whether the sample is what we have, to be written.
func (t Test) Writes() bool { return strings.HasSuffix(t.Sample, ".json") }

// filled names the golden file that a test leaves out.
func (t Test) filled() Test {
	stem := t.Sample
	if i := strings.LastIndexByte(stem, '.'); i > strings.LastIndexByte(stem, '/') {
		stem = stem[:i]
	}
	switch {
	case t.Writes() && t.X12 == "":
		t.X12 = stem + ".x12"
	case !t.Writes() && t.JSON == "":
		t.JSON = stem + ".json"
	}
	return t
}
