//go:build interop

package x12

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	schemas "waybill/tools/staedi"
	"waybill/translators"
)

// staedi finds the jar that make deps brings, and a java.
func staedi(t testing.TB) string {
	t.Helper()
	jar := filepath.Join("..", "..", ".deps", "staedi", "staedi.jar")
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
	return jar
}

// askStaedi has StAEDI read all documents; what it finds comes per document.
func askStaedi(t *testing.T, documents []document) [][]string {
	t.Helper()
	jar, dir := staedi(t), t.TempDir()
	l := translator(t).library
	for _, version := range l.versions() {
		for set := range l.releases[version].sets {
			s, err := l.Schema(set, version)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, set+"-"+version+".xml"), []byte(schemas.Schema(s)), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	cmd := exec.Command("java", "-cp", jar, "-XX:+UseSerialGC", "testdata/staedi/Driver.java", dir, batch(t, documents))
	return driven(t, documents, cmd, staediFinding)
}

// staediFinding puts what StAEDI says as codesOf puts what we say.
func staediFinding(line string) string {
	words := strings.Split(line, "\t")
	element, component := count(words[3]), count(words[4])
	kind, code := staediCode(words[0])
	if f := controlFinding(kind, code, words[2], element); f != "" {
		return f
	}
	where := translators.Problem{Segment: words[2], Element: element, Component: component}.Where()
	if kind == "segment" {
		where = words[2]
	}
	return fmt.Sprintf("%s %s@%s %s", kind, code, words[1], where)
}

// controlFinding is what StAEDI says of an envelope in the codes of 716, 718 and I18.
func controlFinding(kind, code, segment string, element int) string {
	place := fmt.Sprintf("%s%02d", segment, element)
	lists := map[string]string{
		"GS06": "group 6", "GE01": "group 5", "GE02": "group 4", "IEA01": "interchange 021", "IEA02": "interchange 001",
		"ST01": "set 6", "ST02": "set 7", "SE01": "set 4", "SE02": "set 3",
	}
	if kind == "segment" {
		lists = map[string]string{"SE00": "set 2", "GE00": "group 3", "IEA00": "interchange 023"}
		if segment == "TA1" || segment == "ISX" {
			return "interchange 024@0 " + segment
		}
		if code != "3" {
			return ""
		}
		place = segment + "00"
	}
	said := lists[place]
	switch {
	case segment == "ISA" && kind == "element":
		said = "interchange " + isaCode(element)
	case segment == "GS" && kind == "element" && said == "":
		said = "group -" // of which X12 716 knows no code
	}
	if said == "" {
		return ""
	}
	return said + "@0 " + place
}

// staediCode is the X12 code of an error type (720, 723; others by name).
func staediCode(name string) (kind, code string) {
	segment := []string{"", "UNRECOGNIZED_SEGMENT_ID", "UNEXPECTED_SEGMENT", "MANDATORY_SEGMENT_MISSING", "LOOP_OCCURS_OVER_MAXIMUM_TIMES",
		"SEGMENT_EXCEEDS_MAXIMUM_USE", "SEGMENT_NOT_IN_DEFINED_TRANSACTION_SET", "SEGMENT_NOT_IN_PROPER_SEQUENCE", "SEGMENT_HAS_DATA_ELEMENT_ERRORS"}
	element := []string{"", "REQUIRED_DATA_ELEMENT_MISSING", "CONDITIONAL_REQUIRED_DATA_ELEMENT_MISSING", "TOO_MANY_DATA_ELEMENTS",
		"DATA_ELEMENT_TOO_SHORT", "DATA_ELEMENT_TOO_LONG", "INVALID_CHARACTER_DATA", "INVALID_CODE_VALUE", "INVALID_DATE", "INVALID_TIME",
		"EXCLUSION_CONDITION_VIOLATED", "", "TOO_MANY_REPETITIONS", "TOO_MANY_COMPONENTS"}
	for i, n := range segment {
		if n == name {
			return "segment", fmt.Sprint(i)
		}
	}
	for i, n := range element {
		if n == name {
			return "element", fmt.Sprint(i)
		}
	}
	return "other", name
}

// TestInteropStaediMutations has StAEDI read every document of TestMutations by
// schemas made of ours. Where it says something else, the table says why.
func TestInteropStaediMutations(t *testing.T) {
	staedi(t)
	var documents []document
	seen := &tally{codes: map[string]map[string]bool{}}
	seen.broken = func(s *translators.Schema, what, text string) {
		documents = append(documents, document{what, text, schemasOf(t, text)})
	}
	elementMutations(t, seen)
	structureMutations(t, seen)
	envelopeMutations(t, seen)
	compared(t, documents, codesOf, askStaedi(t, documents), staediReason, "testdata/staedi-mutations.tsv")
}

// TestInteropStaediFiles has it read our samples and, where they are, the
// reference corpus and the examples.
func TestInteropStaediFiles(t *testing.T) {
	staedi(t)
	documents := ourDocuments(t)
	compared(t, documents, codesOf, askStaedi(t, documents), staediReason, "testdata/staedi-samples.tsv")
	t.Run("corpus", func(t *testing.T) {
		documents := corpusDocuments(t)
		compared(t, documents, codesOf, askStaedi(t, documents), staediReason, "testdata/staedi-corpus.tsv")
	})
}

// staediReason says by which rule ours is what it is where StAEDI says something else.
func staediReason(we, they string) string {
	elements := strings.HasPrefix(we, "element") || we == "-" && strings.HasPrefix(they, "element")
	switch {
	case they == "it stops":
		return "StAEDI reads no further; X12 I18 has a code for what is wrong, and the rest is read"
	case strings.Contains(they, "segment 6") && we == "segment 1":
		return "720: 1 is for an id that no set of the release has, 6 for one that this set has not; a StAEDI schema knows one set"
	case strings.HasPrefix(we, "segment") || we == "-" && strings.HasPrefix(they, "segment"):
		return "720: 7 where an open loop has a place for the segment before or behind, 3 where a mandatory loop lost its first segment, 2 for another loop that is not open; one fault is said once"
	case we == "-" && (they == "element 5" || they == "element 7" || they == "element 8" || they == "element 9" || they == "element 5 in a component"):
		return "723: of one value we say what is wrong first; StAEDI goes on to its code, date or length"
	case we == "element 6" && they == "element 5, element 7":
		return "723: of one value we say what is wrong first"
	case we == "-" && they == "element 13 in a component":
		return "separators at the end of a composite hold no component"
	case we == "-" && strings.HasPrefix(they, "element 12, "):
		return "723 = 12 and 13 are said of the value; what stands behind the separator is not judged as a value of its own"
	case we == "-" && they == "element 3":
		return "723 = 3 is said of the first element too many; StAEDI says it of each"
	case we == "-" && they == "element 2":
		return "notes R and L: 723 = 2 is said of the first element that would do; StAEDI says it of each"
	case we == "element 1" && they == "element 1 in a component":
		return "a mandatory composite that is missing is missing as a whole"
	case we == "element 13" || we == "element 12", we == "element 6" && strings.HasPrefix(they, "element 13"):
		return "a value that is no composite has no components: 723 = 13 or 12 at the element, and 6 in 004010, which has neither"
	case strings.HasPrefix(we, "element 3") && strings.HasPrefix(they, "element 13"):
		return "004010 has no 723 = 13; 3 is too many"
	case strings.HasPrefix(we, "element 6") && strings.HasPrefix(they, "element 7"):
		return "a control character is 723 = 6 in whatever type; StAEDI looks for the code alone"
	case elements:
		return ""
	}
	return envelopeReason(we, they)
}

// envelopeReason is the same for what is wrong with envelopes.
func envelopeReason(we, they string) string {
	switch {
	case strings.Contains(we, "group 2") || strings.Contains(we, "group 1") || we == "set 1":
		return "716 = 2 or 1 and 718 = 1: no schema for the version or set; StAEDI is told which schema to use, and to use none is no fault there"
	case we == "interchange 006" || we == "interchange 008":
		return "I18 = 006, 008: an id of blanks names nobody; StAEDI's ISA06 and ISA08 may be blank"
	case we == "-" && strings.HasPrefix(they, "group -"):
		return "716 has a code for GS06 alone: what else is wrong in a GS is noted, and a date of six digits taken as one"
	case we == "-" && (they == "interchange 005" || they == "interchange 007"):
		return "I05: the list of qualifiers is open, the profile says which pair is agreed, and another finds no partner"
	case we == "-" && they == "interchange 024":
		return "a TA1 is an answer wherever between ISA and IEA it stands, also behind a GE"
	case we == "-" && they == "interchange 021":
		return "I16: a TA1 alone is counted as 0 or 1, both are seen"
	case we == "-" && strings.HasPrefix(they, "interchange 01"):
		return "I18 with TA104 = E: noted, nothing is refused for a date, a time, ISA11 or a version of the envelope"
	case strings.HasPrefix(we, "interchange 02"):
		return "I18 = 022, 024, 026: said once of the interchange"
	case we == "interchange 017":
		return "ISA12 is digits (I11)"
	case we == "-" && (they == "interchange 001" || they == "group 4" || they == "set 3"):
		return "the numbers are the same; that they are no numbers is said once, where the ISA13, GS06 or ST02 stands"
	case we == "set 23":
		return "718 = 23: a control number is used once in a group; StAEDI does not compare them"
	case strings.HasPrefix(we, "group 5"):
		return "716 = 5 for what stands between sets and is not counted"
	}
	return ""
}
