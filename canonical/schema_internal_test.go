package canonical

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// tiny has one field of each kind that the generator knows.
type tiny struct {
	Name    string             `json:"name" canonical:"required,max=5" doc:"who"`
	Note    string             `json:"note,omitempty"`
	Mode    string             `json:"mode,omitempty" codes:"direction"`
	Value   Decimal            `json:"value,omitempty" doc:"how much"`
	Count   *int               `json:"count,omitempty" canonical:"min=2"`
	Sure    bool               `json:"sure,omitempty"`
	Items   []string           `json:"items,omitempty" canonical:"max=3"`
	Inner   *Attributes        `json:"inner,omitempty"`
	Private map[string]Private `json:"private,omitempty"`
	Raw     json.RawMessage    `json:"raw,omitempty"`
	Unnamed int                // no JSON name: no part of the schema
}

func TestGenerateEveryKindOfField(t *testing.T) {
	data, err := generate("tiny", "small", reflect.TypeFor[tiny]())
	if err != nil {
		t.Fatal(err)
	}
	text := `{"type":"string","pattern":` + quoted(textPattern)
	want := `{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "urn:waybill:schema:tiny:v1", "title": "small",
		"type": "object", "required": ["name"], "additionalProperties": false,
		"properties": {
			"name": ` + text + `,"maxLength":5,"description":"who"},
			"note": ` + text + `},
			"mode": {"type":"string","enum":["inbound","outbound"]},
			"value": {"$ref":"#/$defs/Decimal","description":"how much"},
			"count": {"type":"integer","minimum":2},
			"sure": {"type":"boolean"},
			"items": {"type":"array","minItems":1,"maxItems":3,"items":` + text + `}},
			"inner": {"$ref":"#/$defs/Attributes"},
			"private": {"type":"object","minProperties":1,"additionalProperties":{"type":"object","minProperties":1}},
			"raw": {"type":"object"}
		},
		"$defs": {
			"Decimal": {"type":"string","format":"decimal","title":"a decimal number in its shortest form, as text, such as \"2.5\" or \"1200\"",
				"pattern":"^(0|-?[1-9]\\d{0,17}|-?(0|[1-9]\\d{0,17})\\.\\d{0,8}[1-9])$"},
			"Attributes": {"type":"object","minProperties":1,"additionalProperties":false,"properties":{
				"color":` + text + `,"description":"BO, CM, BL"},"colorAsSent":` + text + `,"description":"the partner's qualifier, where it is not the first of these"},"size":` + text + `,"description":"IZ, SM"},"sizeAsSent":` + text + `,"description":"the partner's qualifier, where it is not the first of these"},"style":` + text + `,"description":"IT, ST"},"styleAsSent":` + text + `,"description":"the partner's qualifier, where it is not the first of these"}}}
		}
	}`
	var got, expect any
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(want), &expect); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(expect, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func quoted(s string) string { return string(mustJSON(s)) }

// A mistake in a type is found when the schema is made, by the field's name.
func TestGenerateRefusesMistakesInTheTypes(t *testing.T) {
	type stranger string
	for _, c := range []struct {
		t    reflect.Type
		says string
	}{
		{reflect.TypeFor[struct {
			A string `json:"a" codes:"nonsense"`
		}](), `.A: no code list is named "nonsense"`},
		{reflect.TypeFor[struct {
			A string `json:"a" canonical:"requierd"`
		}](), `.A: tag "requierd" is not known`},
		{reflect.TypeFor[struct {
			A float64 `json:"a"`
		}](), ".A: no schema for float64"},
		{reflect.TypeFor[struct {
			A []float64 `json:"a"`
		}](), ".A: no schema for float64"},
		{reflect.TypeFor[struct {
			A map[string]float64 `json:"a"`
		}](), ".A: no schema for float64"},
		{reflect.TypeFor[struct {
			A stranger `json:"a"`
		}](), ".A: no schema for canonical.stranger"},
		{reflect.TypeFor[struct {
			A *struct {
				B chan int `json:"b"`
			} `json:"a"`
		}](), ".B: no schema for chan int"},
	} {
		if _, err := generate("x", "x", c.t); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: found %v, expected …%s", c.t, err, c.says)
		}
	}
}

func TestCompileRefusesWhatIsNoSchema(t *testing.T) {
	for data, says := range map[string]string{
		`{`:                         "schema x: ",
		`{"type":"nonsense"}`:       "schema x: ",
		`{"$ref":"#/$defs/Absent"}`: "schema x: ",
	} {
		if _, err := compile("x", json.RawMessage(data)); err == nil || !strings.HasPrefix(err.Error(), says) {
			t.Errorf("compile(%s): %v", data, err)
		}
	}
}

// Words for rules that no type of ours uses yet are still words.
func TestViolationsOfOtherSchemas(t *testing.T) {
	for _, c := range []struct{ schema, value, want string }{
		{`{"type":["string","null"]}`, `1`, "thing: found 1; expected null or text"},
		{`{"pattern":"^a$"}`, `"b"`, `thing: found "b"; expected a name that matches ^a$`},
		{`{"uniqueItems":true}`, `[1,1]`, "thing: found a list; expected what the schema says: uniqueItems"},
		{`{"required":["a"]}`, `{}`, "a: is missing; expected something else"},
		{`{"required":["a"],"properties":{"a":{"type":"integer"}}}`, `{}`, "a: is missing; expected integer"},
		{`{"required":["a"],"properties":{"a":{"enum":["x","y"]}}}`, `{}`, "a: is missing; expected one of: x, y"},
		{`{"required":["a"],"properties":{"a":{"title":"a word"}}}`, `{}`, "a: is missing; expected a word"},
		{`{"properties":{"a":{"items":{"items":{"type":"string"}}}}}`, `{"a":[["x"],["y",true]]}`, "a[1][1]: found true; expected text"},
		{`{"additionalProperties":{"additionalProperties":{"type":"string"}}}`, `{"a":{"b":null}}`, "a.b: found null; expected text"},
		{`{"allOf":[{"minimum":3},{"multipleOf":2}]}`, `1`, "thing: found 1; expected at least 3"},
		{`{"additionalProperties":false}`, `{"a":1}`, "a: unknown field; known here: "},
	} {
		schema, err := compile("x", json.RawMessage(c.schema))
		if err != nil {
			t.Fatal(err)
		}
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(c.value))
		if err != nil {
			t.Fatal(err)
		}
		found := violations(schema, v, "thing")
		if len(found) == 0 || found[0].Path+": "+found[0].Text != c.want {
			t.Errorf("%s against %s: found %+v\nexpected %s", c.value, c.schema, found, c.want)
		}
	}
}
