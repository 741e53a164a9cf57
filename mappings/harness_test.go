package mappings_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"waybill/canonical"
	"waybill/mappings"
	"waybill/settings"
	"waybill/translators"
	"waybill/translators/x12"
)

// loaded reads the schemas once for all tests.
var loaded = sync.OnceValues(x12.Load) //nolint:gochecknoglobals // read-only, and dear to make

func library(t testing.TB) *x12.Library {
	t.Helper()
	l, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// against is what a mapping of the set in the release is compiled against.
func against(t testing.TB, set, release string) mappings.Against {
	t.Helper()
	s, err := library(t).Schema(set, release)
	if err != nil {
		t.Fatal(err)
	}
	return mappings.Against{Schema: s, Canonical: canonical.Schema}
}

// files makes a mappings folder over the base; names carry their ending.
func files(named map[string]string) fs.FS {
	m := fstest.MapFS{}
	for name, text := range named {
		m[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return mappings.Overlay(m)
}

func compile(t testing.TB, fsys fs.FS, name, release string) *mappings.Map {
	t.Helper()
	m, found := mappings.Compile(fsys, name, against(t, "850", release))
	if m == nil || len(found) > 0 {
		t.Fatalf("%s does not compile:\n%s", name, settings.Problems(found).Error())
	}
	return m
}

// decode hands every set of an interchange to each.
func decode(t testing.TB, data []byte, each func(*translators.Set)) {
	t.Helper()
	_, err := x12.New(library(t)).Decode(bytes.NewReader(data), translators.Options{}, func(s *translators.Set) error {
		each(s)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// interchange puts the segments of an 850, one on a line, into an envelope.
func interchange(release string, lines ...string) []byte {
	version := "00401"
	if strings.HasPrefix(release, "005010") {
		version = "00501"
	}
	var b strings.Builder
	b.WriteString("ISA*00*          *00*          *ZZ*ACMERETAIL     *ZZ*OURCO          *261116*0830*U*" + version + "*000000101*0*T*>~")
	b.WriteString("GS*PO*ACMERETAIL*OURCO*20261116*0830*101*X*" + release + "~ST*850*0001~")
	for _, line := range lines {
		b.WriteString(line + "~")
	}
	n := string(rune('0'+(len(lines)+2)/10)) + string(rune('0'+(len(lines)+2)%10))
	b.WriteString("SE*" + strings.TrimPrefix(n, "0") + "*0001~GE*1*101~IEA*1*000000101~")
	return []byte(b.String())
}

// order wraps segments into a minimal order around them.
func order(segments ...string) []byte {
	return interchange("004010", append([]string{"BEG*00*SA*PO1**20261116"}, segments...)...)
}

// in reads the only set of an interchange.
func in(t testing.TB, m *mappings.Map, data []byte) mappings.Result {
	t.Helper()
	var result mappings.Result
	decode(t, data, func(s *translators.Set) {
		var err error
		if result, err = m.In(s); err != nil {
			t.Fatal(err)
		}
	})
	if result.Body == nil {
		t.Fatal("no set was read")
	}
	return result
}

func value(t testing.TB, raw []byte) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatalf("%v in %s", err, raw)
	}
	return v
}

func read(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// interchangeOf puts the segments of any set in 004010 into an envelope.
func interchangeOf(t testing.TB, set string, lines ...string) []byte {
	t.Helper()
	functional := against(t, set, "004010").Schema.Functional
	var b strings.Builder
	b.WriteString("ISA*00*          *00*          *ZZ*ACMERETAIL     *ZZ*OURCO          *261116*0830*U*00401*000000101*0*T*>~")
	b.WriteString("GS*" + functional + "*ACMERETAIL*OURCO*20261116*0830*101*X*004010~ST*" + set + "*0001~")
	for _, line := range lines {
		b.WriteString(line + "~")
	}
	fmt.Fprintf(&b, "SE*%d*0001~GE*1*101~IEA*1*000000101~", len(lines)+2)
	return []byte(b.String())
}
