package settings_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"waybill/settings"
)

type bounded struct {
	Mode  string    `yaml:"mode" words:"a b 997"`
	Modes []string  `yaml:"modes" words:"x y"`
	Level int       `yaml:"level" min:"1" max:"9"`
	Door  door      `yaml:"door"`
	Block yaml.Node `yaml:"block"`
}

func compiled(t testing.TB, v any) *jsonschema.Schema {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("it.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("it.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// What Decode takes, the schema takes; what one refuses, the other refuses.
func TestSchemaAgreesWithDecode(t *testing.T) {
	s := compiled(t, settings.Schema("it", &bounded{}, map[string]any{"block": settings.Schema("block", tls{}, nil)}))
	for text, good := range map[string]bool{
		"mode: a": true, "mode: 997": true, "mode: \"997\"": true, "mode: c": false, "mode: 998": false,
		"modes: [x, y]": true, "modes: [x, z]": false, "modes: x": false,
		"level: 9": true, "level: 0": false, "level: 10": false, "level: many": false,
		"lavel: 1": false, "door: { listen: 0711, timeout: 90s, max_body: 20MB, strict: true, workers: 3 }": true,
		"door: { listen: x, timeout: soon }": false, "door: { listen: x, max_body: big }": false, "door: { listen: x, password: hunter2 }": false,
		"door: { listen: x, password: secret://env/PW, names: [a, 1, true], tags: { x: 1.5 } }": true, "door: { timeout: 1h30m }": false,
		"door: { listen: x, tls: { cert: a, kay: b } }": false, "door: { listen: x, peers: [{ cert: a }] }": true, "door: { listen: x, named: { m: [{ cert: c }] } }": true,
		"door: { listen: x, timeout: 90d, strict: no }": false, "door: { listen: x, Untagged: y }": false,
		"block: { cert: a }": true, "block: { crt: a }": false,
	} {
		node, found := settings.Parse("f.yaml", []byte(text))
		if len(found) > 0 {
			t.Fatal(said(found))
		}
		var b bounded
		var block tls
		problems := settings.Decode("f.yaml", node, &b)
		if b.Block.Kind != 0 {
			problems = append(problems, settings.Decode("f.yaml", &b.Block, &block)...)
		}
		var plain any
		if err := node.Decode(&plain); err != nil {
			t.Fatal(err)
		}
		err := s.Validate(plain)
		if (len(problems) == 0) != good || (err == nil) != good {
			t.Errorf("%s: expected %t; Decode says %v, the schema %v", text, good, said(problems), err)
		}
	}
}

func TestAllowed(t *testing.T) {
	var b bounded
	want := []string{
		"f.yaml:1:7: mode: found \"c\"; use one of: a, b, 997",
		"f.yaml:2:12: modes[1]: found \"z\"; use one of: x, y",
		"f.yaml:3:8: level: found 12; use a number from 1 to 9",
	}
	if diff := cmp.Diff(want, decode(t, "mode: c\nmodes: [x, z]\nlevel: 12\n", &b)); diff != "" {
		t.Error(diff)
	}
}
