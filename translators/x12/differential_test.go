//go:build interop

package x12

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"waybill/translators"
)

// document is a text that two readers judge.
type document struct {
	name string // of the file, or of what was done to it
	text string
	sets []string // schema of each set, such as 850-004010; - for none
}

// schemasOf names the schema of each set in a text.
func schemasOf(t testing.TB, text string) []string {
	var sets []string
	// A text that is no X12 has no sets.
	_, _ = translator(t).Decode(strings.NewReader(text), translators.Options{}, func(s *translators.Set) error {
		name := "-"
		if s.Schema != nil {
			name = s.Schema.Set + "-" + s.Schema.Release
		}
		sets = append(sets, name)
		return nil
	})
	return sets
}

// ourDocuments are the samples of every set and release, and those of the warehouse.
func ourDocuments(t *testing.T) []document {
	var all []document
	eachSchema(t, func(t *testing.T, _ *maker, s *translators.Schema) {
		text := sampled(t, s.Set, s.Release, 3)
		all = append(all, document{"sample " + s.Set + " " + s.Release, text, schemasOf(t, text)})
	})
	for _, name := range []string{"order.x12", "ship.x12"} {
		text := sample(t, name)
		all = append(all, document{name, text, schemasOf(t, text)})
	}
	return all
}

// corpusDocuments are the files of the reference corpus that hold our sets, and the examples.
func corpusDocuments(t *testing.T) []document {
	root := shared(t, "x12", "corpus")
	examples, err := filepath.Glob(filepath.Join(shared(t, "examples"), "*.x12"))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range corpusFiles(t, root) {
		files[f] = filepath.Join(root, f)
	}
	for _, f := range examples {
		files["examples/"+filepath.Base(f)] = f
	}
	var all []document
	for _, name := range slices.Sorted(maps.Keys(files)) {
		text, err := os.ReadFile(files[name])
		if err != nil {
			t.Fatal(err)
		}
		text = bytes.TrimPrefix(text, []byte("\ufeff"))
		all = append(all, document{name, string(text), schemasOf(t, string(text))})
	}
	return all
}

// compared holds the differences against a committed table: what was read, what
// only we and only they say, how often, and the rule by which ours is right.
func compared(t *testing.T, documents []document, ours func(*translators.Report) []string, theirs [][]string, reason func(we, they string) string, table string) {
	t.Helper()
	times := map[string]int{}
	same := 0
	for i, d := range documents {
		var found []string
		if rep, err := translator(t).Decode(strings.NewReader(d.text), translators.Options{}, func(*translators.Set) error { return nil }); err == nil {
			found = ours(rep)
		}
		found = disagreements(found, theirs[i])
		if len(found) == 0 {
			same++
		}
		for _, f := range found {
			times[d.name+" | "+f]++
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# %d documents, %d of them found the same in every segment\n# what\twe\tthey\ttimes\tX12 rule\n", len(documents), same)
	for _, key := range slices.Sorted(maps.Keys(times)) {
		parts := strings.Split(key, " | ")
		why := reason(parts[1], parts[2])
		if why == "" {
			t.Errorf("no rule says why %s: we %s, they %s", parts[0], parts[1], parts[2])
		}
		fmt.Fprintf(&b, "%s\t%s\t%s\t%d\t%s\n", parts[0], parts[1], parts[2], times[key], why)
	}
	golden(t, table, b.String())
	t.Log(len(documents), "documents,", same, "found the same in every segment")
}

// batch writes the documents into a file as the drivers read them.
func batch(t *testing.T, documents []document) (file string) {
	t.Helper()
	var all bytes.Buffer
	for i, d := range documents {
		fmt.Fprintf(&all, "%d\t%s\t%d\n%s", i, or(strings.Join(d.sets, ","), "-"), len(d.text), d.text)
	}
	file = filepath.Join(t.TempDir(), "documents")
	if err := os.WriteFile(file, all.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// driven runs a driver and shows its lines, document by document.
func driven(t *testing.T, documents []document, cmd *exec.Cmd, finding func(line string) string) [][]string {
	t.Helper()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %.2000s", err, stderr.String())
	}
	found := make([][]string, len(documents))
	n := -1
	for line := range strings.Lines(string(out)) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "= ") {
			n++
		} else if f := finding(line); f != "" {
			found[n] = append(found[n], f)
		}
	}
	if n+1 != len(documents) {
		t.Fatalf("%d documents of %d", n+1, len(documents))
	}
	return found
}

// disagreements compares what two readers found in a document, segment by segment. A
// difference is "ours | theirs": the codes that only one has, with the element
// as e and a component as c, and the envelope's by their lists.
func disagreements(ours, theirs []string) []string {
	at := map[string][2][]string{}
	for i, found := range [2][]string{ours, theirs} {
		for _, f := range found {
			if f[0] != '~' {
				place, sign := signOf(f)
				both := at[place]
				both[i] = append(both[i], sign)
				at[place] = both
			}
		}
	}
	var all []string
	for _, f := range theirs {
		if strings.HasPrefix(f, "other EXCEPTION") {
			return []string{"- | it stops"}
		}
	}
	for _, place := range slices.Sorted(maps.Keys(at)) {
		both := at[place]
		slices.Sort(both[0])
		slices.Sort(both[1])
		if !slices.Equal(both[0], both[1]) {
			we, they := onlyIn(both[0], both[1]), onlyIn(both[1], both[0])
			all = append(all, shown(we)+" | "+shown(they))
		}
	}
	return all
}

// shown lists signs, each once, and segments by their codes.
func shown(signs []string) string {
	for i, s := range signs {
		if words := strings.Fields(s); words[0] == "segment" {
			signs[i] = "segment " + words[1]
		}
	}
	return or(strings.Join(slices.Compact(signs), ", "), "-")
}

// signOf splits a finding into its place and what is said there.
func signOf(f string) (place, sign string) {
	head, where, _ := strings.Cut(strings.Split(f, " repetition")[0], "@")
	position, segment, _ := strings.Cut(where, " ")
	level, code, _ := strings.Cut(head, " ")
	switch level {
	case "interchange", "group", "set":
		return "envelope", head
	case "element":
		segment, component, inside := strings.Cut(segment, "-")
		element := segment[max(len(segment)-2, 0):]
		if _, err := strconv.Atoi(element); err != nil {
			element = ""
		}
		_ = component
		if inside {
			return position + " " + element, "element " + code + " in a component"
		}
		return position + " " + element, head
	}
	return position, head + " " + segment
}

// onlyIn are the signs of a that b lacks.
func onlyIn(a, b []string) []string {
	left := slices.Clone(b)
	var only []string
	for _, s := range a {
		if i := slices.Index(left, s); i >= 0 {
			left = slices.Delete(left, i, i+1)
			continue
		}
		only = append(only, s)
	}
	return only
}
