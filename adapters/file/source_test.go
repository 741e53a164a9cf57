package file

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"waybill/canonical"
)

// taker is an intake that refuses what it is told to.
type taker struct {
	got  []canonical.Document
	fail error
}

func (k *taker) Submit(_ context.Context, doc canonical.Document) (string, error) {
	if k.fail != nil {
		return "", k.fail
	}
	k.got = append(k.got, doc)
	return "01", nil
}

func source(t testing.TB, change func(*Config)) (*Source, *bytes.Buffer) {
	t.Helper()
	c := DefaultConfig()
	c.In.Dir, c.In.StableFor = t.TempDir(), 0
	change(&c)
	log := &bytes.Buffer{}
	return &Source{Config: c, Now: time.Now, Log: slog.New(slog.NewTextHandler(log, nil))}, log
}

func (s *Source) drop(t testing.TB, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(s.Config.In.Dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (s *Source) look(t testing.TB, in *taker, want int) {
	t.Helper()
	n, err := s.Once(t.Context(), in, func(context.Context) error { return nil })
	if err != nil || n != want {
		t.Errorf("%d taken, %v; expected %d", n, err, want)
	}
}

// left are the files below the directory.
func (s *Source) left(t testing.TB) []string {
	t.Helper()
	out := []string{}
	err := filepath.WalkDir(s.Config.In.Dir, func(at string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			name, _ := filepath.Rel(s.Config.In.Dir, at)
			out = append(out, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSource(t *testing.T) {
	s, _ := source(t, func(c *Config) { c.In.Order = "name" })
	s.drop(t, "a.json", `{"kind":"orderResponse","partner":"acme","idempotencyKey":"K","body":{"result":"accepted"}}`)
	s.drop(t, "b.json", "\xef\xbb\xbf"+`{"kind":"invoice","body":{}}`)
	s.drop(t, "c.json.tmp", `{`)
	in := &taker{}
	s.look(t, in, 2)
	if in.got[0].IdempotencyKey != "K" || in.got[0].Partner != "acme" || !strings.HasPrefix(in.got[1].IdempotencyKey, "sha256:") {
		t.Errorf("found %+v", in.got)
	}
	if diff := cmp.Diff([]string{"archive/a.json", "archive/b.json", "c.json.tmp"}, s.left(t)); diff != "" {
		t.Error(diff)
	}
}

// What is no document is moved aside with the reason, and keeps no other waiting.
func TestSourceAside(t *testing.T) {
	s, log := source(t, func(c *Config) { c.In.Kind, c.In.Done, c.In.After, c.In.MaxSize = "invoice", ".ok", "delete", 100 })
	for name, text := range map[string]string{
		"a": `{`, "b": `{"kind":"order","body":{}}`, "c": `{"kind":"invoice","body":{}}`, "d": strings.Repeat(" ", 101), "e": `{"kind":"invoice","body":{}} x`,
	} {
		s.drop(t, name, text)
		s.drop(t, name+".ok", "")
	}
	in := &taker{}
	s.look(t, in, 1)
	want := []string{"failed/a", "failed/a.error", "failed/b", "failed/b.error", "failed/d", "failed/d.error", "failed/e", "failed/e.error"}
	if diff := cmp.Diff(want, s.left(t)); diff != "" {
		t.Error(diff)
	}
	why, err := os.ReadFile(filepath.Join(s.Config.In.Dir, "failed", "b.error"))
	if err != nil || string(why) != "it is a document of kind \"order\", and here come those of kind invoice\n" || strings.Count(log.String(), "ERP-REFUSED") != 4 {
		t.Errorf("found %s, %v, %s", why, err, log)
	}
}

// lasting is a refusal of the intake.
type lasting struct{ error }

func (lasting) Temporary() bool { return false }

// A store that does not take a document keeps its file; one that refuses it for
// good has it moved aside.
func TestSourceRefused(t *testing.T) {
	s, _ := source(t, func(*Config) {})
	s.drop(t, "a", `{"kind":"invoice","body":{}}`)
	full := errors.New("disk full")
	_, err := s.Once(t.Context(), &taker{fail: full}, func(context.Context) error { return nil })
	var f *failure
	if !errors.Is(err, full) || !errors.As(err, &f) || f.Code() != "TRN-STORE" || len(s.left(t)) != 1 {
		t.Errorf("found %v, %v", err, s.left(t))
	}
	s.look(t, &taker{fail: lasting{errors.New("no such partner")}}, 0)
	if diff := cmp.Diff([]string{"failed/a", "failed/a.error"}, s.left(t)); diff != "" {
		t.Error(diff)
	}
	lost := errors.New("another node has the lock")
	s.drop(t, "b", `{}`)
	if _, err := s.Once(t.Context(), &taker{}, func(context.Context) error { return lost }); !errors.Is(err, lost) {
		t.Errorf("found %v", err)
	}
	s.Config.In.Dir += "/none"
	if _, err := s.Once(t.Context(), &taker{}, nil); !errors.As(err, &f) || f.Code() != "ERP-FILE" {
		t.Errorf("found %v", err)
	}
}

// What the system's names say is asked of the mapping, whatever the format.
func TestSourceReads(t *testing.T) {
	for format, text := range map[string]string{XML: "<r><po>1</po></r>", CSV: "po\n1\n", JSON: `{"po":"1"}`} {
		s, _ := source(t, func(c *Config) { c.In.Kind, c.In.Format = "order", format })
		var got string
		s.Read = func(kind string, data []byte) (canonical.Document, error) {
			got = kind + " " + string(data)
			return canonical.Document{Kind: kind, ID: "X"}, nil
		}
		s.drop(t, "a", text)
		in := &taker{}
		s.look(t, in, 1)
		want := `order {"po":"1"}`
		if format == CSV {
			want = `order {"rows":[{"po":"1"}]}`
		}
		if got != want || in.got[0].ID != "X" || in.got[0].IdempotencyKey != "" {
			t.Errorf("%s: found %s", format, got)
		}
	}
}

func TestRunEnds(t *testing.T) {
	s, log := source(t, func(c *Config) { c.Every = time.Millisecond })
	ctx, cancel := context.WithCancel(t.Context())
	in := &taker{}
	s.drop(t, "a", `{"kind":"invoice","body":{}}`)
	s.Now = func() time.Time { cancel(); return time.Now() }
	if err := s.Run(ctx, in); err != nil || len(in.got) != 1 {
		t.Errorf("found %v, %d, %s", err, len(in.got), log)
	}
}
