package x12

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/translators"
)

// shelf keeps the files that Split makes.
type shelf map[string]*bytes.Buffer

func (s shelf) create(name string) (io.WriteCloser, error) {
	if s[name] != nil {
		return nil, errors.New("the name came twice: " + name)
	}
	s[name] = &bytes.Buffer{}
	return closing{s[name]}, nil
}

type closing struct{ io.Writer }

func (closing) Close() error { return nil }

func splitUp(t testing.TB, text string, sets bool) ([]string, shelf) {
	t.Helper()
	files := shelf{}
	parts, err := Split(strings.NewReader(text), sets, files.create)
	if err != nil {
		t.Fatal(err)
	}
	names := make([]string, len(parts))
	for i, p := range parts {
		names[i] = p.File
	}
	return names, files
}

// TestSplitSets: each set is a whole interchange, and good where it was good.
func TestSplitSets(t *testing.T) {
	body := append(order("0001", nil, nil), order("0002", []string{"REF*DP*1"}, nil)...)
	text := wrap("004010", "PO", body...) + wrap("004010", "PO", order("0001", nil, nil)...)
	names, files := splitUp(t, text, true)
	want := []string{"000000417-417-850-0001.x12", "000000417-417-850-0002.x12", "000000417-417-850-0001_2.x12"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Fatal(diff)
	}
	for name, file := range files {
		if found := codesOf(decode(t, file.String())); len(found) > 0 {
			t.Error(name, found)
		}
	}
	if got := files[names[1]].String(); got != wrap("004010", "PO", order("0002", []string{"REF*DP*1"}, nil)...) {
		t.Error(got)
	}
}

// TestSplitInterchanges: each is copied as it is, and together they are the file.
func TestSplitInterchanges(t *testing.T) {
	one, two := wrap("004010", "PO", order("0001", nil, nil)...), wrap("005010", "PO", order("0002", nil, nil)...)
	names, files := splitUp(t, one+"\n"+two, false)
	if diff := cmp.Diff([]string{"000000417.x12", "000000417_2.x12"}, names); diff != "" {
		t.Fatal(diff)
	}
	if files[names[0]].String() != one || files[names[1]].String() != two {
		t.Error(files)
	}
}

// TestSplitLoose: nothing of a file gets lost, not what stands beside the sets either.
func TestSplitLoose(t *testing.T) {
	text := wrap("004010", "PO", append(order("00/1", nil, nil), "MSG*LOST", "MSG*TOO")...)
	text = strings.Replace(text, "~GS*", "~TA1*000000001*261201*0915*A*000~GS*", 1)
	names, files := splitUp(t, text, true)
	if diff := cmp.Diff([]string{"000000417-TA1.x12", "000000417-417-850-001.x12", "000000417-417-MSG.x12"}, names); diff != "" {
		t.Fatal(diff)
	}
	if got := files[names[0]].String(); !strings.HasSuffix(got, "~TA1*000000001*261201*0915*A*000~IEA*0*000000417~") {
		t.Error(got)
	}
	if got := files[names[2]].String(); !strings.HasSuffix(got, "~MSG*LOST~MSG*TOO~GE*0*417~IEA*1*000000417~") {
		t.Error(got)
	}
}

// TestSplitFails: the parts so far are named, and what failed is said.
func TestSplitFails(t *testing.T) {
	text := wrap("004010", "PO", order("0001", nil, nil)...)
	parts, err := Split(strings.NewReader(text+text[:150]), true, shelf{}.create)
	if err == nil || len(parts) != 1 {
		t.Error(parts, err)
	}
	full := errors.New("the disk is full")
	parts, err = Split(strings.NewReader(text), true, func(string) (io.WriteCloser, error) { return nil, full })
	if !errors.Is(err, full) || len(parts) != 0 {
		t.Error(parts, err)
	}
}

// TestSplitCorpus: the sets of all parts are the sets of the file, with the same problems.
func TestSplitCorpus(t *testing.T) {
	root := shared(t, "x12", "corpus")
	for _, file := range corpusFiles(t, root) {
		text, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			t.Fatal(err)
		}
		files := shelf{}
		parts, err := Split(bytes.NewReader(text), true, files.create)
		if err != nil {
			continue
		}
		var before, after []string
		for _, ic := range decode(t, string(text)).Interchanges {
			for _, g := range ic.Groups {
				for _, s := range g.Sets {
					before = append(before, setCodes(s.Problems)...)
				}
			}
		}
		for _, p := range parts {
			for _, ic := range decode(t, files[p.File].String()).Interchanges {
				for _, g := range ic.Groups {
					for _, s := range g.Sets {
						after = append(after, setCodes(s.Problems)...)
					}
				}
			}
		}
		if diff := cmp.Diff(before, after); diff != "" {
			t.Error(file, diff)
		}
	}
}

// setCodes lists the problems of a set, but that a control number came before.
func setCodes(problems []translators.Problem) []string {
	all := []string{"set"}
	for _, p := range problems {
		if p.Code != "23" {
			all = append(all, p.Code+"@"+p.Where())
		}
	}
	return all
}

// FuzzSplit: every part of a file that is whole is whole, and a part of it is the part.
func FuzzSplit(f *testing.F) {
	f.Add(sample(f, "order.x12"))
	f.Add(sample(f, "ship.x12"))
	f.Fuzz(func(t *testing.T, text string) {
		files := shelf{}
		parts, err := Split(strings.NewReader(text), true, files.create)
		if err != nil {
			return
		}
		for _, p := range parts {
			again := shelf{}
			more, err := Split(bytes.NewReader(files[p.File].Bytes()), true, again.create)
			if err != nil || len(more) != 1 || again[more[0].File].String() != files[p.File].String() {
				t.Errorf("%q: part %+v: %v %+v", text, p, err, more)
			}
		}
	})
}
