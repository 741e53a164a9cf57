package workbench_test

import (
	"io/fs"
	"os"
	"sync"
	"testing"
	"testing/fstest"

	"waybill/canonical"
	"waybill/mappings"
	"waybill/mappings/workbench"
	"waybill/settings"
	"waybill/translators"
	"waybill/translators/x12"
)

// loaded reads the schemas once for all tests.
var loaded = sync.OnceValues(x12.Load) //nolint:gochecknoglobals // read-only, and dear to make

// bench has the mappings over the base.
func bench(t testing.TB, named map[string]string) *workbench.Bench {
	t.Helper()
	l, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	for name, text := range named {
		files[name+".yaml"] = &fstest.MapFile{Data: []byte(text)}
	}
	return &workbench.Bench{Maps: mappings.Overlay(files), Library: l, Canonical: canonical.Schema}
}

func resolve(t testing.TB, b *workbench.Bench, name string) *mappings.Resolved {
	t.Helper()
	r, found := mappings.Resolve(b.Maps, name)
	if r == nil {
		t.Fatal(settings.Problems(found))
	}
	return r
}

// sample is the mappings room's own order.
func sample(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile("../testdata/order.x12")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// memory are files that a test writes.
type memory map[string]string

func (m memory) Read(name string) ([]byte, error) {
	text, ok := m[name]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return []byte(text), nil
}

func (m memory) Write(name string, data []byte) error {
	m[name] = string(data)
	return nil
}

// prove reads the only set of a file and takes it back.
func prove(t testing.TB, b *workbench.Bench, name, data string) *workbench.Proof {
	t.Helper()
	var p *workbench.Proof
	err := b.Sets([]byte(data), func(s *translators.Set) error {
		m, found := b.Compile(name, s.Schema)
		if m == nil {
			t.Fatal(settings.Problems(found))
		}
		result, lines, err := m.Trace(s)
		if err != nil {
			return err
		}
		p, err = b.Prove(m, s, result, lines)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}
