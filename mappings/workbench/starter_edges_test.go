package workbench_test

import (
	"strings"
	"testing"

	"waybill/mappings/workbench"
)

// TestStarterOfHostileSamples: values that mean something to YAML, or nothing to a
// person, are quoted or left out, and the starter compiles.
func TestStarterOfHostileSamples(t *testing.T) {
	for name, c := range map[string]struct{ old, with string }{
		"brackets":               {"REF*ZZ*XX~", "REF*ZZ*: {[~"},
		"signs of YAML":          {"BOLT DC RENO", "# \" ' : |"},
		"a number of YAML":       {"*92*0007~", "*92*: {[#~"},
		"a word of YAML":         {"*92*0007~", "*92*null~"},
		"control characters":     {"PKG*F*64***BOX~", "PKG*F*64***\x00\x01\t~"},
		"in a name":              {"BOLT DC RENO", "BOLT\x01\x02"},
		"a strange qualifier":    {"*QQ*12~", "*Q: *12~"},
		"a code of the wrong":    {"REF*19*044~", "REF*#*044~"},
		"bytes that are no text": {"BOLT DC RENO", "BOLT \xff\xfe"},
	} {
		t.Run(name, func(t *testing.T) {
			data := strings.Replace(bolt, c.old, c.with, 1)
			all, err := bench(t, nil).Starters(workbench.StarterOptions{Partner: "bolt", Samples: []workbench.Sample{{Name: "tests/bolt.edi", Data: []byte(data)}}})
			if err != nil || len(all) != 1 {
				t.Fatalf("%d starters, %v", len(all), err)
			}
			b := bench(t, map[string]string{all[0].Name: all[0].Text})
			if got, _, err := b.Test(resolve(t, b, all[0].Name), memory{"tests/bolt.edi": data}, true); err != nil || !got[0].Good() {
				t.Errorf("%+v %v\n%s", got, err, all[0].Text)
			}
		})
	}
}

// TestStarterOfSeveralSamples: what they say is put together; where they disagree
// every value is named, and each set has a mapping of its own.
func TestStarterOfSeveralSamples(t *testing.T) {
	b := bench(t, nil)
	other := strings.NewReplacer("REF*ZZ*XX~", "REF*ZZ*YY~", "MEA*PD*G*12*LB~", "MEA*PD*G*15*KG~", "RENO*92*0007", "TULSA*92*0008").Replace(bolt)
	two := []workbench.Sample{{Name: "tests/a.edi", Data: []byte(bolt)}, {Name: "tests/b.edi", Data: []byte(other)}}
	s := starters(t, b, workbench.StarterOptions{Partner: "bolt", Samples: two})[0]
	text := squeezed(s.Text)
	for _, line := range []string{
		"# 850 of bolt: what 2 sample document(s) use and base/850 does not cover.",
		"# Always so in the samples: purpose original, type standalone, lines[].quantity.unit EA, lines[].unitPrice.basis each.",
		"MEA[PD]03 # Measurement, Value: 12, 15\n", "MEA[PD]04-01 # Measurement, Unit: LB (pound), KG (kilogram)\n",
		"0007: 0007 # BOLT DC RENO", "0008: 0008 # BOLT DC TULSA", "- tests/a.edi", "- tests/b.edi",
	} {
		if !strings.Contains(text, line) {
			t.Errorf("not there: %s", line)
		}
	}
	if t.Failed() {
		t.Log(s.Text)
	}
	sets := starters(t, b, workbench.StarterOptions{Partner: "bolt", Samples: append(two, workbench.Sample{Name: "tests/c.edi", Data: []byte(ours(t, "810-retail"))})})
	if len(sets) != 2 || sets[0].Name != "bolt-810" || sets[1].Text != s.Text || strings.Contains(sets[0].Text, "tests/a.edi") {
		t.Errorf("%+v", sets)
	}
	for name, samples := range map[string][]workbench.Sample{"one mapping is for one set": {two[0], {Name: "c", Data: []byte(ours(t, "810-retail"))}}, "c: ": {two[0], {Name: "c"}}} {
		if _, err := b.Starters(workbench.StarterOptions{Name: "x", Partner: "bolt", Samples: samples}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("found %v, expected %s", err, name)
		}
	}
	if all, err := b.Starters(workbench.StarterOptions{Partner: "bolt"}); err != nil || len(all) > 0 {
		t.Errorf("without a sample: %v %v", all, err)
	}
}
