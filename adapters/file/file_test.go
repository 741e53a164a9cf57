package file

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"waybill/adapters"
	"waybill/adapters/adaptertest"
	"waybill/canonical"
)

var (
	_ adapters.Target = (*Target)(nil)
	_ adapters.Source = (*Source)(nil)
)

func config(dir, format string) Config {
	c := DefaultConfig()
	c.Out.Dir, c.Out.Format = dir, format
	return c
}

func TestConforms(t *testing.T) {
	for _, format := range []string{JSON, XML} {
		t.Run(format, func(t *testing.T) {
			adaptertest.RunSystem(t, func(t *testing.T) adaptertest.System {
				dir := filepath.Join(t.TempDir(), "out")
				if err := os.Mkdir(dir, 0o700); err != nil {
					t.Fatal(err)
				}
				return adaptertest.System{
					Target: New(config(dir, format)),
					Taken:  func(t testing.TB) []string { return keys(t, dir) },
					Down: func(t testing.TB, down bool) {
						from, to := dir, dir+".unmounted"
						if !down {
							from, to = to, from
						}
						if err := os.Rename(from, to); err != nil {
							t.Fatal(err)
						}
					},
				}
			})
		})
	}
}

// keys reads what stands in the files, with readers that are not ours.
func keys(t testing.TB, dir string) []string {
	t.Helper()
	var out []string
	for name, text := range standing(t, dir) {
		var doc struct {
			Key string `json:"idempotencyKey" xml:"idempotencyKey"`
		}
		read := json.Unmarshal
		if strings.HasSuffix(name, ".xml") {
			read = xml.Unmarshal
		}
		if err := read([]byte(text), &doc); err != nil {
			t.Fatal(err)
		}
		out = append(out, doc.Key)
	}
	return out
}

func standing(t testing.TB, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out[e.Name()] = string(data)
	}
	return out
}

func doc(key, body string) canonical.Document {
	return canonical.Document{Kind: "order", SchemaVersion: "1.0", Partner: "acme", IdempotencyKey: key, Body: json.RawMessage(body)}
}

func TestFormats(t *testing.T) {
	const body = `{"h":{"po":"1 & <2>","n":2.50,"@id":"x"},"rows":[{"a":"1"},{"a":"2","b":true}],"none":null}`
	for format, want := range map[string]string{
		JSON: body + "\n",
		XML:  xml.Header + `<order><h id="x"><po>1 &amp; &lt;2&gt;</po><n>2.50</n></h><rows><a>1</a></rows><rows><a>2</a><b>true</b></rows></order>` + "\n",
	} {
		dir := t.TempDir()
		c := config(dir, format)
		c.Mapping, c.Out.Root, c.Out.Done, c.Out.Name = map[string]string{"order": "x"}, "order", ".ok", "{partner}-{kind}-{key}.{format}"
		if _, _, err := New(c).Deliver(t.Context(), doc("k/1", body)); err != nil {
			t.Fatal(err)
		}
		got := standing(t, dir)
		name := "acme-order-k-1-" // and a part of the key's hash
		for at, text := range got {
			if !strings.HasPrefix(at, name) || text != want && !strings.HasSuffix(at, ".ok") {
				t.Errorf("%s holds %s", at, text)
			}
		}
		if len(got) != 2 {
			t.Errorf("found %v", got)
		}
	}
}

func TestCSV(t *testing.T) {
	for body, want := range map[string]string{
		`{"rows":[{"a":"1","b":"x;y"},{"c":"q\"","a":2.50}]}`: "a;b;c\n1;\"x;y\";\n2.50;;\"q\"\"\"\n",
		`{"a":"1","b":"2"}`: "a;b\n1;2\n",
	} {
		v, err := parse([]byte(body))
		if err != nil {
			t.Fatal(err)
		}
		got, err := writeCSV(v, ';')
		if err != nil || string(got) != want {
			t.Errorf("found %q, %v", got, err)
		}
	}
	for _, body := range []string{`{}`, `"x"`, `{"rows":["x"]}`, `{"rows":[{"a":{"b":"c"}}]}`, `{"a":["b"],"c":"d"}`} {
		v, err := parse([]byte(body))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := writeCSV(v, ','); err == nil {
			t.Errorf("%s became %q", body, got)
		}
	}
	got, err := readCSV([]byte("\xef\xbb\xbfa,b\n1,\n2,x\n"), ',')
	if text, _ := json.Marshal(got); err != nil || string(text) != `{"rows":[{"a":"1"},{"a":"2","b":"x"}]}` {
		t.Errorf("found %s, %v", text, err)
	}
	for _, text := range []string{"", "a,b\n", "a,a\n1,2\n", "a,\n1,2\n", "a,b\n1\n", "a\n\"1\n"} {
		if got, err := readCSV([]byte(text), ','); err == nil {
			t.Errorf("%q became %v", text, got)
		}
	}
}

func TestXML(t *testing.T) {
	got, err := readXML([]byte(`<?xml version="1.0"?><!-- c --><o xmlns="urn:x" v="1"><a>1</a><b><c>2</c><c> 3 </c><c/></b><a>4</a><d e="f">g</d></o>`))
	if text, _ := json.Marshal(got); err != nil || string(text) != `{"@v":"1","a":["1","4"],"b":{"c":["2","3",""]},"d":{"@e":"f","#text":"g"}}` {
		t.Errorf("found %s, %v", text, err)
	}
	for name, text := range map[string]string{
		"empty": "", "no element": "<!-- x -->", "open": "<a><b></a>", "a text": "<a>1</a>", "two roots": "<a><b>1</b></a><c/>",
		"an entity": `<!DOCTYPE a [<!ENTITY x "y">]><a><b>&x;</b></a>`, "deep": strings.Repeat("<a>", 100) + strings.Repeat("</a>", 100),
		"another charset": `<?xml version="1.0" encoding="utf-16"?><a><b>1</b></a>`,
	} {
		if got, err := readXML([]byte(text)); err == nil {
			t.Errorf("%s became %v", name, got)
		}
	}
	for _, body := range []string{`{"a b":"1"}`, `{"@a b":"1"}`, `{"@a":["1"]}`, `{"a":"\u0001"}`, `{"#text":{}}`} {
		v, err := parse([]byte(body))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := writeXML("r", v); err == nil {
			t.Errorf("%s became %s", body, got)
		}
	}
}

// What cannot be handed over says who must act, and is not tried for ever.
func TestDeliverFails(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]struct {
		change func(*Config)
		doc    canonical.Document
		want   string
	}{
		"no key":    {func(*Config) {}, doc("", `{}`), "ERP-DOCUMENT"},
		"no format": {func(c *Config) { c.Out.Format, c.Mapping = CSV, map[string]string{"order": "x"} }, doc("k", `{"a":{}}`), "ERP-DOCUMENT"},
		"no JSON":   {func(c *Config) { c.Mapping = map[string]string{"order": "x"} }, doc("k", `{"a":1}{}`), "ERP-DOCUMENT"},
		"no name":   {func(c *Config) { c.Out.Name = "a/{key}" }, doc("k", `{}`), "ERP-DOCUMENT"},
		"no out":    {func(c *Config) { c.Out.Dir = "" }, doc("k", `{}`), "ERP-DOCUMENT"},
		"taken":     {func(c *Config) { c.Out.Name = "one" }, doc("k", `{}`), "ERP-CONFLICT"},
	} {
		if err := os.WriteFile(filepath.Join(dir, "one"), []byte("another"), 0o600); err != nil {
			t.Fatal(err)
		}
		conf := config(dir, JSON)
		c.change(&conf)
		_, _, err := New(conf).Deliver(t.Context(), c.doc)
		var f *failure
		if !errors.As(err, &f) || f.Code() != c.want || f.Temporary() || f.Hint() == "" || f.Error() == "" {
			t.Errorf("%s: found %v", name, err)
		}
	}
	if got := standing(t, dir); len(got) != 1 {
		t.Errorf("found %v", got)
	}
}

func TestCheck(t *testing.T) {
	ok := DefaultConfig()
	ok.Out.Dir, ok.In.Dir = "out", "in"
	if found := ok.Check(); len(found) != 0 {
		t.Errorf("found %v", found)
	}
	for key, change := range map[string]func(*Config){
		"":                func(c *Config) { c.Out.Dir, c.In.Dir = "", "" },
		"in.dir":          func(c *Config) { c.In.Dir = "./out" },
		"every":           func(c *Config) { c.Every = 0 },
		"out.name":        func(c *Config) { c.Out.Name = "{kind}.json" },
		"out.root":        func(c *Config) { c.Out.Root = "1a" },
		"out.done":        func(c *Config) { c.Out.Done = "/" },
		"out.separator":   func(c *Config) { c.Out.Separator = ";;" },
		"in.separator":    func(c *Config) { c.In.Separator = `"` },
		"in.kind":         func(c *Config) { c.Mapping = map[string]string{"order": "x"} },
		"mapping":         func(c *Config) { c.Out.Format = CSV },
		"in.pattern":      func(c *Config) { c.In.Pattern = "[" },
		"in.temporary[0]": func(c *Config) { c.In.Temporary = []string{"*"} },
		"in.stable_for":   func(c *Config) { c.In.StableFor = -1 },
		"in.done":         func(c *Config) { c.In.Done = "/" },
		"in.archive":      func(c *Config) { c.In.Archive = "" },
		"in.failed":       func(c *Config) { c.In.Failed = "../x" },
		"in.max_size":     func(c *Config) { c.In.MaxSize = 0 },
	} {
		c := ok
		change(&c)
		if found := c.Check(); len(found) != 1 || found[0].Key != key || found[0].Hint == "" {
			t.Errorf("%s: found %v", key, found)
		}
	}
	c := ok
	c.In.Format = XML
	if found := c.Check(); len(found) != 1 || found[0].Key != "mapping" {
		t.Errorf("found %v", found)
	}
}

// FuzzReaders feeds files of strangers: what is read is a tree that can be
// written as JSON, and XML that is written is read again.
func FuzzReaders(f *testing.F) {
	f.Add([]byte(`<o v="1"><a>1</a><a>2</a><b>x</b></o>`))
	f.Add([]byte("a,b\n1,2\n"))
	f.Add([]byte(`{"a":[{"b":1.50}],"c":null}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if o, err := readXML(data); err == nil {
			if text, err := writeXML("o", o); err == nil {
				if _, err := readXML(text); err != nil {
					t.Errorf("%q was written and is not read: %v", text, err)
				}
			}
		}
		for _, read := range []func() (any, error){
			func() (any, error) { return readXML(data) }, func() (any, error) { return readCSV(data, ',') }, func() (any, error) { return parse(data) },
		} {
			v, err := read()
			if err != nil {
				continue
			}
			if err := json.NewEncoder(io.Discard).Encode(v); err != nil {
				t.Error(err)
			}
		}
	})
}
