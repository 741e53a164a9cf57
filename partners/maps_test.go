package partners

import (
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"waybill/mappings"
	"waybill/settings"
	"waybill/translators"
)

const tinyMapping = "map: tiny\nx12: \"850\"\ncanonical: order/v1\nfields:\n  customerOrderNumber: BEG03\n"

// tiny is a profile whose 850 goes through the mapping of that name.
func tiny(name, sender, version string) string {
	return strings.Replace(profileOf(name, sender, "OURCO"), "004010", version, 1) +
		"documents:\n  \"850\": { direction: in, mapping: tiny, to: [erp] }\n"
}

// counting counts how often the canonical schema is asked for, which each
// compilation does, and the schemas that were found.
func counting(o *Options) (compilations *atomic.Int64) {
	compilations = &atomic.Int64{}
	canonicalSchema := o.Canonical
	o.Canonical = func(kind string) (raw json.RawMessage, err error) { compilations.Add(1); return canonicalSchema(kind) }
	return compilations
}

func agreementOf(t testing.TB, b *Book, partner string) Agreement {
	t.Helper()
	p, ok := b.Partner(partner)
	if !ok {
		t.Fatalf("no partner %s", partner)
	}
	a, ok := p.Agreement("850", "in")
	if !ok {
		t.Fatalf("%s has no agreement about the 850", partner)
	}
	return a
}

func TestAgreementMap(t *testing.T) {
	o := options()
	compilations := counting(&o)
	book := open(t, o, "mappings/tiny.yaml", tinyMapping,
		"partners/a.yaml", tiny("a", "A1", "004010"), "partners/b.yaml", tiny("b", "B1", "004010VICS")).Current()
	atLoad := compilations.Load()
	a := agreementOf(t, book, "a")
	first, err := a.Map("004010")
	if err != nil {
		t.Fatal(err)
	}
	if first.Name() != "tiny" || first.Canonical() != "order" {
		t.Errorf("found %s for %s", first.Name(), first.Canonical())
	}
	for _, version := range []string{"004010", "004010VICS"} {
		for _, partner := range []string{"a", "b"} {
			if m, err := agreementOf(t, book, partner).Map(version); err != nil || m != first {
				t.Errorf("%s in %s: found %v, %v; expected the same mapping", partner, version, m, err)
			}
		}
	}
	if compilations.Load() != atLoad {
		t.Errorf("what was compiled at load was compiled again")
	}
	later, err := a.Map("005010")
	if err != nil || later == first {
		t.Errorf("found %v, %v; expected a mapping of its own for another release", later, err)
	}
	if compilations.Load() == atLoad {
		t.Error("nothing was compiled for another release")
	}
}

func TestAgreementMapAtOnce(t *testing.T) {
	o := options()
	compilations := counting(&o)
	book := open(t, o, "mappings/tiny.yaml", tinyMapping, "partners/a.yaml", tiny("a", "A1", "004010")).Current()
	one := compilations.Load() // what one compilation asks for
	got := make([]*mappings.Map, 8)
	var asking sync.WaitGroup
	for i := range got {
		asking.Go(func() {
			m, err := agreementOf(t, book, "a").Map("005010")
			if err != nil {
				t.Error(err)
			}
			got[i] = m
		})
	}
	asking.Wait()
	for _, m := range got {
		if m != got[0] {
			t.Error("two askers got two mappings")
		}
	}
	if compilations.Load() != 2*one {
		t.Errorf("asked %d times, expected %d", compilations.Load(), 2*one)
	}
}

func TestAgreementMapRefuses(t *testing.T) {
	o := options()
	fits := o.Schemas
	o.Schemas = func(set, version string) (*translators.Schema, error) {
		if version == "005010" { // a release in which the 850 has no BEG
			s, err := fits(set, "004010")
			if err != nil {
				return nil, err
			}
			return &translators.Schema{
				Set: s.Set, Release: "005010", Name: s.Name, Functional: s.Functional, Items: s.Items,
				Root: &translators.Item{ID: "ST", Loop: true, Items: s.Root.Items[:1]},
			}, nil
		}
		return fits(set, version)
	}
	book := open(t, o, "mappings/tiny.yaml", tinyMapping, "partners/a.yaml", tiny("a", "A1", "004010")).Current()
	a := agreementOf(t, book, "a")
	for version, want := range map[string]string{
		"005010": "mapping tiny does not fit 850 in version 005010: mappings/tiny.yaml:5:",
		"003010": "mapping tiny: there is no schema of 850 in version 003010",
	} {
		for range 2 { // the second time from memory
			m, err := a.Map(version)
			if m != nil || err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("found %v, %v; expected %s", m, err, want)
			}
		}
	}
	var all settings.Problems
	if _, err := a.Map("005010"); !errors.As(err, &all) || len(all) == 0 {
		t.Errorf("the problems are not in %v", err)
	}
}

// A mapping compiled later is the one that the book was made of.
func TestAgreementMapIsOfTheBook(t *testing.T) {
	dir := configDir(t, "mappings/tiny.yaml", tinyMapping, "partners/a.yaml", tiny("a", "A1", "004010"))
	s, found := Open(dir, options())
	if len(found) > 0 {
		t.Fatal(text(found))
	}
	write(t, dir, "mappings/tiny.yaml", "map: [\n")
	if _, err := agreementOf(t, s.Current(), "a").Map("005010"); err != nil {
		t.Errorf("the old book reads the new files: %v", err)
	}
	if found := s.Reload(); !settings.Fatal(found) {
		t.Error("a bad mapping was accepted")
	}
	if _, err := agreementOf(t, s.Current(), "a").Map("004010"); err != nil {
		t.Error(err)
	}
}

// One mapping is wrong, many partners use it: its problems are told once.
func TestMappingProblemsAreToldOnce(t *testing.T) {
	dir := configDir(t, "mappings/tiny.yaml", strings.Replace(tinyMapping, "customerOrderNumber", "customerOrderNumbre", 1),
		"partners/a.yaml", tiny("a", "A1", "004010"), "partners/b.yaml", tiny("b", "B1", "004010"), "partners/c.yaml", tiny("c", "C1", "004010VICS"))
	_, found := Open(dir, options())
	if len(found) != 2 || !strings.Contains(found[0].String(), "mappings/tiny.yaml:5:") ||
		found[1].String() != `partners/a.yaml:8:36: documents.850.mapping: tiny cannot be used for 850 in version 004010; mend what is said of it` {
		t.Errorf("found %s", text(found))
	}
}

func TestUserMappingOverBuiltIn(t *testing.T) {
	own := strings.Replace(tinyMapping, "map: tiny", "map: base/850", 1)
	profile := strings.Replace(tiny("a", "A1", "004010"), "mapping: tiny", "mapping: base/850", 1)
	broken := strings.Replace(own, "BEG03", "BEGG3", 1)
	if _, found := Open(configDir(t, "partners/a.yaml", profile, "mappings/base/850.yaml", own), options()); len(found) > 0 {
		t.Error(text(found))
	}
	_, found := Open(configDir(t, "partners/a.yaml", profile, "mappings/base/850.yaml", broken), options())
	if len(found) == 0 || found[0].File != "mappings/base/850.yaml" {
		t.Errorf("found %s", text(found))
	}
}
