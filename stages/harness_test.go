package stages_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"waybill/canonical"
	"waybill/example"
	"waybill/partners"
	"waybill/sim"
	"waybill/spool"
	"waybill/stages"
	"waybill/translators/x12"
)

// rig is what a stage works with: the example's Book, the real translator and
// model, and a spool in memory.
type rig struct {
	*memory
	book       *partners.Book
	library    *x12.Library
	translator *x12.Translator
	checker    *canonical.Checker
}

// shared is what every test may use at once: it does not change.
type shared struct {
	library *x12.Library
	checker *canonical.Checker
	tree    fs.FS // the example's
}

// load makes what is shared, once.
var load = sync.OnceValues(func() (shared, error) {
	var s shared
	var err error
	if s.library, err = x12.Load(); err != nil {
		return s, err
	}
	if s.checker, err = canonical.NewChecker(); err != nil {
		return s, err
	}
	partner, err := example.NewPartner(time.Now())
	if err != nil {
		return s, err
	}
	dir, err := os.MkdirTemp("", "waybill-stages-")
	if err != nil {
		return s, err
	}
	defer os.RemoveAll(dir)
	if _, err = example.Write(dir, example.Addresses{}, partner, time.Now()); err != nil {
		return s, err
	}
	s.tree, err = inMemory(os.DirFS(dir))
	return s, err
})

func inMemory(from fs.FS) (fs.FS, error) {
	files := fstest.MapFS{}
	return files, fs.WalkDir(from, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(from, path)
		files[path] = &fstest.MapFile{Data: data, Mode: 0o600}
		return err
	})
}

// newRig makes a rig over the example tree with changes: file, old, new, and so on.
func newRig(t testing.TB, changes ...string) *rig {
	t.Helper()
	s, err := load()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "config")
	if err := os.CopyFS(dir, s.tree); err != nil {
		t.Fatal(err)
	}
	for ; len(changes) > 2; changes = changes[3:] {
		change(t, filepath.Join(dir, changes[0]), changes[1], changes[2])
	}
	shelf, problems := partners.Open(dir, partners.Options{Schemas: s.library.Schema, Nearest: s.library.Nearest, Guides: s.library.Guide, Canonical: canonical.Schema, Targets: []string{"erp", "wms"}})
	if shelf == nil {
		t.Fatal(problems)
	}
	return &rig{
		memory: newMemory(), book: shelf.Current(),
		library: s.library, translator: x12.New(s.library), checker: s.checker,
	}
}

// base is the change to the base mapping, which knows every item.
func base() []string {
	return []string{"partners/acme-retail.yaml", "mapping: acme-850", "mapping: base/850"}
}

func change(t testing.TB, file, old, with string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(data), old) {
		t.Fatalf("%s has no %q", file, old)
	}
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(string(data), old, with)), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (r *rig) decode() stages.Decode {
	return stages.Decode{Translator: r.translator, Schemas: r.library.Schema}
}

func (r *rig) mapping() stages.Map {
	return stages.Map{Translator: r.translator, Schemas: r.library.Schema, Checker: r.checker}
}

// run runs a stage with messages and expects an outcome.
func (r *rig) run(t testing.TB, s stages.Stage, m ...spool.Message) spool.Outcome {
	t.Helper()
	o, err := r.try(s, m...)
	if err != nil {
		t.Fatalf("the stage failed: %v", err)
	}
	return o
}

func (r *rig) try(s stages.Stage, m ...spool.Message) (spool.Outcome, error) {
	return s.Run(context.Background(), stages.Work{Messages: m, Book: r.book, Now: now(), Store: r.leased(m[0])})
}

func now() time.Time { return time.Date(2026, 11, 16, 8, 30, 12, 0, time.UTC) }

// arrive is the message of a file that came from the example's partner.
func (r *rig) arrive(id string, data []byte) spool.Message {
	return spool.Message{
		ID: id, Correlation: id, Kind: stages.KindInterchange, Direction: stages.Inbound, Partner: example.Partner,
		Stage: stages.ToDecode, Status: spool.Running, Payload: r.put(data),
	}
}

// finish applies an outcome as the spool does and returns the children as messages.
func (r *rig) finish(m spool.Message, o spool.Outcome) []spool.Message {
	for _, c := range o.Claims {
		r.claims[c.Key] = claim{m, c.Hash}
	}
	emitted := o.Emit
	if o.Staged {
		emitted = append(emitted, r.staged...)
	}
	var out []spool.Message
	for _, c := range emitted {
		out = append(out, r.child(m, c))
	}
	return out
}

func (r *rig) child(m spool.Message, c spool.Child) spool.Message {
	out := spool.Message{
		ID: m.ID + "/" + c.Key, Parent: m.ID, Correlation: m.Correlation, Kind: c.Kind, Direction: c.Direction, Partner: c.Partner,
		Document: c.Document, Stage: c.Stage, Status: c.Status, GroupKey: c.GroupKey, Payload: c.Payload, Code: c.Code, Error: c.Error, Hint: c.Hint,
	}
	if c.Correlation == "self" {
		out.Correlation = out.ID
	}
	if c.Body != nil {
		out.Payload = r.put(c.Body)
	}
	return out
}

// sets are the accepted sets of an interchange, ready to be mapped.
func (r *rig) sets(t testing.TB, id string, data []byte) []spool.Message {
	t.Helper()
	m := r.arrive(id, data)
	var out []spool.Message
	for _, c := range r.finish(m, r.run(t, r.decode(), m)) {
		if c.Stage == stages.ToMap || c.Stage == stages.ToSettle {
			out = append(out, c)
		}
	}
	if len(out) == 0 {
		t.Fatalf("no set of %s was accepted", id)
	}
	return out
}

// only is the emitted child of a kind; there must be one.
func only(t testing.TB, o spool.Outcome, kind string) spool.Child {
	t.Helper()
	var found []spool.Child
	for _, c := range o.Emit {
		if c.Kind == kind {
			found = append(found, c)
		}
	}
	if len(found) != 1 {
		t.Fatalf("found %d children of kind %s, expected one; the stage says %q %s %s", len(found), kind, o.Status, o.Code, o.Error+o.Note)
	}
	return found[0]
}

// wantHeld expects that a person must decide, and is told what, by whom and how.
func wantHeld(t testing.TB, o spool.Outcome, code string, words ...string) {
	t.Helper()
	if o.Status != spool.Held || o.Code != code {
		t.Fatalf("found %q with code %q (%s), expected held with %s", o.Status, o.Code, o.Error+o.Note, code)
	}
	if o.Hint == "" || o.Error == "" || o.Next != "" || len(o.Emit)+len(o.Claims) > 0 {
		t.Errorf("held without words or a hint, or with an effect: %.200s; %s; next %q, %d children, %d claims", o.Error, o.Hint, o.Next, len(o.Emit), len(o.Claims))
	}
	for _, w := range words {
		if !strings.Contains(o.Error, w) {
			t.Errorf("the error is %q, expected it to say %q", o.Error, w)
		}
	}
}

// label is the value of an outcome's label, "" where there is none.
func label(labels []spool.Label, name string) string {
	for _, l := range labels {
		if l.Name == name {
			return l.Value
		}
	}
	return ""
}

// order is an interchange with one purchase order that the example's mapping knows.
func order(changes ...string) []byte {
	return []byte(strings.NewReplacer(changes...).Replace(string(example.Order())))
}

// interchange puts the sets of several orders into groups of one interchange.
func interchange(control int, end string, groups ...[]sim.Spec) []byte {
	frame := string(sim.Order850(sim.Spec{Control: control, LineEnd: end}))
	head, _, _ := strings.Cut(frame, "GS*")
	var b strings.Builder
	b.WriteString(head)
	for g, specs := range groups {
		fmt.Fprintf(&b, "GS*PO*ACMERETAIL*OURCO*20261116*0830*%d*X*004010~%s", g+1, end)
		for i, spec := range specs {
			b.WriteString(set(spec, i+1) + end)
		}
		fmt.Fprintf(&b, "GE*%d*%d~%s", len(specs), g+1, end)
	}
	fmt.Fprintf(&b, "IEA*%d*%09d~%s", len(groups), control, end)
	return []byte(b.String())
}

// set is ST…SE of an order, under another control number.
func set(spec sim.Spec, control int) string {
	text := string(sim.Order850(spec))
	text = text[strings.Index(text, "ST*850*0001~"):strings.LastIndex(text, "GE*1*")]
	text = strings.TrimSuffix(text, spec.LineEnd)
	number := fmt.Sprintf("%04d", control)
	text = strings.Replace(text, "ST*850*0001~", "ST*850*"+number+"~", 1)
	return strings.TrimSuffix(text, "*0001~") + "*" + number + "~"
}

// claim is who holds a key, and with which content.
type claim struct {
	holder spool.Message
	hash   string
}

// memory is the spool as a stage sees it, in memory.
type memory struct {
	payloads map[string][]byte
	claims   map[string]claim
	numbers  map[string]int64         // last of a scope
	given    map[string]int64         // by scope and work
	awaiting map[string]spool.Message // by expectation
	undone   map[string]string        // why, by message
	staged   []spool.Child
	troubled map[string][]spool.Expectation // by partner
	broken   error                          // every call fails with it
}

func newMemory() *memory {
	return &memory{payloads: map[string][]byte{}, claims: map[string]claim{}, numbers: map[string]int64{}, given: map[string]int64{}, awaiting: map[string]spool.Message{}, troubled: map[string][]spool.Expectation{}, undone: map[string]string{}}
}

// put stores a payload.
func (s *memory) put(data []byte) spool.Ref {
	sum := sha256.Sum256(data)
	name := hex.EncodeToString(sum[:])
	s.payloads[name] = bytes.Clone(data)
	return spool.Ref{SHA256: name, Length: int64(len(data)), ISA: -1, GS: -1}
}

// read is the content of a range.
func (s *memory) read(t testing.TB, r spool.Ref) string {
	t.Helper()
	data, ok := s.payloads[r.SHA256]
	if !ok || r.Offset < 0 || r.Offset+r.Length > int64(len(data)) {
		t.Fatalf("no payload for %+v", r)
	}
	return string(data[r.Offset : r.Offset+r.Length])
}

// leased is the store bound to the work of a message.
func (s *memory) leased(m spool.Message) leased { return leased{s, m.ID} }

// leased implements stages.Store.
type leased struct {
	*memory
	work string
}

type file struct{ *bytes.Reader }

func (file) Close() error { return nil }

// Open implements stages.Store.
func (s leased) Open(_ context.Context, r spool.Ref) (io.ReadSeekCloser, error) {
	data, ok := s.payloads[r.SHA256]
	if s.broken != nil || !ok {
		return nil, fmt.Errorf("payload %.12s: %w", r.SHA256, s.broken)
	}
	return file{bytes.NewReader(data[r.Offset : r.Offset+r.Length])}, nil
}

// OpenWhole implements stages.Store.
func (s leased) OpenWhole(ctx context.Context, r spool.Ref) (io.ReadSeekCloser, error) {
	return s.Open(ctx, spool.Ref{SHA256: r.SHA256, Length: int64(len(s.payloads[r.SHA256]))})
}

// Stage implements stages.Store.
func (s leased) Stage(_ context.Context, children iter.Seq[spool.Child]) error {
	s.memory.staged = nil // those of an earlier run that did not finish fall away
	for c := range children {
		s.memory.staged = append(s.memory.staged, c)
	}
	return s.broken
}

// Prior implements stages.Store.
func (s leased) Prior(_ context.Context, key string) (spool.Message, string, bool, error) {
	c, ok := s.claims[key]
	return c.holder, c.hash, ok, s.broken
}

// Number implements stages.Store.
func (s leased) Number(_ context.Context, scope string, first int64, messages ...string) (int64, error) {
	if s.broken != nil {
		return 0, s.broken
	}
	for _, m := range messages {
		if n, ok := s.given[scope+"\x00"+m]; ok {
			return n, nil
		}
	}
	if s.numbers[scope] == 0 {
		s.numbers[scope] = first - 1
	}
	s.numbers[scope]++
	s.given[scope+"\x00"+messages[0]] = s.numbers[scope]
	return s.numbers[scope], nil
}

// Awaiting implements stages.Store.
func (s leased) Awaiting(_ context.Context, key string) (spool.Message, bool, error) {
	m, ok := s.awaiting[key]
	return m, ok, s.broken
}

// Undone implements stages.Store.
func (s leased) Undone(_ context.Context, id string) (string, error) {
	return s.undone[id], s.broken
}

// AwaitingAny implements stages.Store.
func (s leased) AwaitingAny(_ context.Context, prefix string) (bool, error) {
	for key := range s.awaiting {
		if strings.HasPrefix(key, prefix) {
			return true, s.broken
		}
	}
	return false, s.broken
}

// Troubled implements stages.Store.
func (s leased) Troubled(_ context.Context, partner string, limit int) ([]spool.Expectation, error) {
	found := s.troubled[partner]
	return found[:min(len(found), limit)], s.broken
}
