//go:build interop

package gateway

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"waybill/sim"
	"waybill/tools/staedi"
	"waybill/translators"
	"waybill/translators/x12"
)

// named are the sets of an interchange: "856 004010 of structure 0001", "TA1 00501".
func named(t *testing.T, text string) (names []string, sets [][2]string) {
	t.Helper()
	segments, err := sim.Segments([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	version, release := "", ""
	for _, s := range segments {
		switch s[0] {
		case "ISA":
			release = s[12] + "0"
		case "GS":
			version = s[8]
		case "TA1":
			names = append(names, "TA1 "+release)
		case "ST":
			sets = append(sets, [2]string{s[1], version[:6]})
			names = append(names, s[1]+" "+version[:6])
		case "BSN":
			if len(s) > 5 {
				names[len(names)-1] += " of structure " + s[5]
			}
		case "BIG":
			if len(s) > 7 && s[7] == "CR" {
				names[len(names)-1] += " credit"
			}
		}
	}
	return names, sets
}

// judged asks both readers about all that went out, and whether anything was left out.
func judged(t *testing.T, library *x12.Library, reader staedi.Reader, all []outgoing) {
	t.Helper()
	seen := map[string]int{}
	names, documents := make([]string, len(all)), make([]staedi.Document, len(all))
	for i, o := range all {
		list, sets := named(t, o.text)
		names[i], documents[i].Text = strings.Join(list, ", "), o.text
		for _, n := range list {
			seen[n]++
		}
		for _, s := range sets {
			schema, err := library.Schema(s[0], s[1])
			if err != nil {
				t.Fatal(err)
			}
			documents[i].Sets = append(documents[i].Sets, schema)
		}
	}
	theirs, err := reader.Read(t.TempDir(), documents)
	if err != nil {
		t.Fatal(err)
	}
	for i, o := range all {
		we, they := checked(library, o), ofStaedi(theirs[i])
		t.Logf("%-28s %-28s x12 check: %s; StAEDI: %s", names[i], o.from, we, they)
		if they != accepted || !strings.HasPrefix(we, accepted) {
			t.Errorf("refused:\n%s", o.text)
		}
	}
	for _, want := range everyDocument() {
		if seen[want] == 0 {
			t.Errorf("no %s went out; there were %v", want, seen)
		}
	}
}

const accepted = "accepted"

func ofStaedi(lines []string) string {
	if len(lines) == 0 {
		return accepted
	}
	return strings.Join(lines, "; ")
}

// checked is what x12 check says, with the partner's guide where there is one.
func checked(library *x12.Library, o outgoing) string {
	ours := x12.New(library)
	if o.guide != nil {
		ours = ours.By(o.guide)
	}
	found, err := ours.Check("out", strings.NewReader(o.text))
	if err != nil || x12.Problems(found) > 0 {
		return fmt.Sprint(found, err)
	}
	if o.guide != nil {
		return accepted + " by guide " + o.guide.Guide.Name
	}
	return accepted
}

// everyDocument is what we make, in both versions.
func everyDocument() []string {
	all := []string{"999 005010"}
	for _, version := range []string{"004010", "005010"} {
		for _, set := range []string{"810", "846", "850", "855", "860", "940", "945", "997", "TA1"} {
			all = append(all, set+" "+version)
		}
		all = append(all, "810 "+version+" credit", "856 "+version+" of structure 0001", "856 "+version+" of structure 0004")
	}
	return all
}

// TestInteropBothReadersRefuse is the control of the test above: what is spoilt is
// refused by both.
func TestInteropBothReadersRefuse(t *testing.T) {
	reader := staediReader(t)
	library, err := x12.Load()
	if err != nil {
		t.Fatal(err)
	}
	schema, err := library.Schema("850", "004010")
	if err != nil {
		t.Fatal(err)
	}
	good := string(sim.Order850(sim.Spec{Control: 1}))
	for name, text := range map[string]string{
		"a code":  strings.Replace(good, "BEG*00*SA*", "BEG*00*SAX*", 1),
		"a date":  strings.Replace(good, "**20261116", "**20261316", 1),
		"a count": strings.Replace(good, "~GE*1*", "~GE*2*", 1),
	} {
		t.Run(name, func(t *testing.T) {
			theirs, err := reader.Read(t.TempDir(), []staedi.Document{{Text: text, Sets: []*translators.Schema{schema}}})
			if err != nil {
				t.Fatal(err)
			}
			if we := checked(library, outgoing{text: text}); text == good || we == accepted || len(theirs[0]) == 0 {
				t.Errorf("x12 check: %s; StAEDI: %v", we, theirs[0])
			}
		})
	}
}

// staediReader finds the jar that make deps brings, and a java.
func staediReader(t *testing.T) staedi.Reader {
	t.Helper()
	jar := filepath.Join("..", ".deps", "staedi", "staedi.jar")
	if named := os.Getenv("WAYBILL_STAEDI"); named != "" {
		jar = named
	}
	_, err := os.Stat(jar)
	if err == nil {
		_, err = exec.LookPath("java")
	}
	if err != nil {
		text := fmt.Sprintf("left out: StAEDI or java is missing; make deps brings them, or name the jar in WAYBILL_STAEDI (%v)", err)
		if os.Getenv("CI") == "true" {
			t.Fatal(text)
		}
		t.Skip(text)
	}
	return staedi.Reader{Jar: jar, Driver: filepath.Join("..", "translators", "x12", "testdata", "staedi", "Driver.java")}
}
