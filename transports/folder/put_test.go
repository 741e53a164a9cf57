package folder

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"waybill/settings"
	"waybill/transports"
)

func prepare(t testing.TB, p *Put, out transports.Outgoing, body string) transports.Prepared {
	t.Helper()
	prepared, err := p.Prepare(t.Context(), out, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return prepared
}

func TestPut(t *testing.T) {
	dir := t.TempDir()
	p := &Put{Dir: dir, Name: DefaultName, Done: ".done"}
	out := transports.Outgoing{Message: "M1", Partner: "acme", Document: "855", Control: "000000007"}
	prepared := prepare(t, p, out, "document")
	for range 2 {
		r, err := p.Send(t.Context(), prepared, strings.NewReader("document"))
		if err != nil || !r.Settled || r.State != "accepted" {
			t.Fatalf("found %+v, %v", r, err)
		}
	}
	if got, err := os.ReadFile(filepath.Join(dir, "855_000000007_M1.edi")); err != nil || string(got) != "document" {
		t.Errorf("found %q, %v", got, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "855_000000007_M1.edi.done")); err != nil {
		t.Error(err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 2 {
		t.Errorf("found %v", entries)
	}
}

// A file of another's is never overwritten.
func TestPutNeverOverwrites(t *testing.T) {
	dir := t.TempDir()
	p := &Put{Dir: dir, Name: "{message}.edi"}
	write(t, "theirs", dir, "M1.edi")
	prepared := prepare(t, p, transports.Outgoing{Message: "M1"}, "ours")
	_, err := p.Send(t.Context(), prepared, strings.NewReader("ours"))
	if got := codeOf(t, err); got != "FOLDER-NAME false" {
		t.Errorf("found %s: %v", got, err)
	}
	if got, _ := os.ReadFile(filepath.Join(dir, "M1.edi")); string(got) != "theirs" {
		t.Errorf("found %q", got)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("found %v", entries)
	}
	_, err = p.Prepare(t.Context(), transports.Outgoing{Message: "../M1"}, strings.NewReader("ours"))
	if got := codeOf(t, err); got != "FOLDER-NAME false" {
		t.Errorf("found %s: %v", got, err)
	}
	prepared.State = []byte("{")
	_, err = p.Send(t.Context(), prepared, bytes.NewReader(nil))
	if got := codeOf(t, err); got != "FOLDER-CHANGED false" {
		t.Errorf("found %s: %v", got, err)
	}
}

func TestProfile(t *testing.T) {
	ok := DefaultProfile()
	ok.In.Dir, ok.Out.Dir = "/van/in", "/van/out"
	if found := ok.Check(); len(found) != 0 {
		t.Errorf("found %v", found)
	}
	for key, change := range map[string]func(*Profile){
		"":                func(p *Profile) { p.In.Dir, p.Out.Dir = "", "" },
		"out.dir":         func(p *Profile) { p.Out.Dir = "/van/../van/in/" },
		"every":           func(p *Profile) { p.Every = 0 },
		"in.pattern":      func(p *Profile) { p.In.Pattern = "[" },
		"in.temporary[1]": func(p *Profile) { p.In.Temporary = []string{"*.tmp", "*"} },
		"in.stable_for":   func(p *Profile) { p.In.StableFor = -time.Second },
		"in.done":         func(p *Profile) { p.In.Done = "/done" },
		"in.archive":      func(p *Profile) { p.In.Archive = "../archive" },
		"in.max_size":     func(p *Profile) { p.In.MaxSize = 0 },
		"out.name":        func(p *Profile) { p.Out.Name = "{document}.edi" },
		"out.done":        func(p *Profile) { p.Out.Done = "\n" },
	} {
		p := ok
		change(&p)
		found := p.Check()
		if len(found) != 1 || found[0].Key != key || found[0].Hint == "" || !settings.Fatal(found) {
			t.Errorf("%s: found %v", key, found)
		}
	}
}

func TestWay(t *testing.T) {
	p := DefaultProfile()
	p.In.Dir, p.Out.Dir = t.TempDir(), t.TempDir()
	write(t, "order", p.In.Dir, "a.edi")
	steps := p.Test(time.Now)
	if len(steps) != 2 || steps[0].Err != nil || steps[1].Err != nil || !strings.Contains(steps[0].Text, "1 files") {
		t.Errorf("found %+v", steps)
	}
	p.In.Dir += "/none"
	p.Out.Dir += "/none"
	for _, s := range p.Test(time.Now) {
		if s.Err == nil || s.Hint == "" {
			t.Errorf("found %+v", s)
		}
	}
}
