package main

import (
	"bytes"
	"context"
	"flag"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// update lets the tests write what they would complain of.
var update = flag.Bool("update", false, "write the outputs of commands into the documents, and the page of the commands")

// The documents show commands with what they print: here they are run.
func TestDocuments(t *testing.T) {
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	commands := 0
	for _, file := range documentFiles(t, root) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all := pieces(string(text))
		for _, p := range all {
			commands += len(p.shells())
		}
		name, _ := filepath.Rel(root, file)
		t.Run(filepath.ToSlash(name), func(t *testing.T) {
			s := session{t: t, file: file, page: strings.Split(string(text), "\n"), names: names{}}
			s.run(all)
		})
	}
	if commands < 30 {
		t.Errorf("only %d commands were found: are these the documents?", commands)
	}
}

// documentFiles are README.md and all pages below docs.
func documentFiles(t *testing.T, root string) []string {
	t.Helper()
	all := []string{filepath.Join(root, "README.md")}
	err := filepath.WalkDir(filepath.Join(root, "docs"), func(name string, d fs.DirEntry, err error) error {
		if err == nil && filepath.Ext(name) == ".md" {
			all = append(all, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// session runs one page.
type session struct {
	t     *testing.T
	file  string
	page  []string
	names names
	world *world
	stops []func()
	wrote []rewrite
}

// rewrite is an output that -update puts into the page.
type rewrite struct {
	from, to int // lines of the page, from 0; to is behind the last
	lines    []string
}

func (s *session) run(all []piece) {
	s.t.Setenv("TMPDIR", s.t.TempDir()) // what a demo leaves behind goes with the test
	s.t.Chdir(s.t.TempDir())
	defer s.stop()
	for _, p := range all {
		s.piece(p)
	}
	s.save()
}

// piece does what a piece of the page says.
func (s *session) piece(p piece) {
	if file, ok := p.value("file"); ok {
		s.write(file, p.lines)
		return
	}
	if file, ok := p.value("has"); ok {
		s.has(file, p)
		return
	}
	if order, ok := p.value("copy"); ok {
		from, to, _ := strings.Cut(order, " to ")
		data, err := os.ReadFile(from)
		if err != nil {
			s.t.Fatalf("line %d: %v", p.line, err)
		}
		s.write(to, []string{strings.TrimSuffix(string(data), "\n")})
		return
	}
	if order, ok := p.value("arrives"); ok {
		s.arrives(order, p.line)
		return
	}
	if _, ok := p.value("stop"); ok {
		s.stop()
		return
	}
	commands := p.shells()
	for i, c := range commands {
		want := exitOK
		if n, ok := p.value("exit"); ok && i == len(commands)-1 {
			want, _ = strconv.Atoi(n)
		}
		_, anyOrder := p.value("any order")
		s.command(c, want, anyOrder)
	}
}

func (s *session) stop() {
	for len(s.stops) > 0 {
		last := s.stops[len(s.stops)-1]
		s.stops = s.stops[:len(s.stops)-1]
		last()
	}
	s.world = nil
}

func (s *session) write(file string, lines []string) {
	s.t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
		s.t.Fatal(err)
	}
	if s.world != nil { // it would see the change by itself, a moment later
		s.world.gateway.Reload()
	}
}

// has holds the lines of a block against a file.
func (s *session) has(file string, p piece) {
	s.t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		s.t.Fatalf("line %d: %v", p.line, err)
	}
	for i, l := range p.lines {
		if strings.TrimSpace(l) != elided && !strings.Contains("\n"+string(data), "\n"+l+"\n") {
			s.t.Errorf("line %d: %s has no line %q", p.line+i, file, l)
		}
	}
}

func (s *session) arrives(order string, line int) {
	s.t.Helper()
	file, dir, old, by, err := arrival(order)
	if err != nil {
		s.t.Fatalf("line %d: %v", line, err)
	}
	if s.world == nil {
		var stop func()
		s.world, stop = openWorld(s.t, dir)
		s.stops = append(s.stops, stop)
	}
	if err := s.world.receive(s.t.Context(), file, old, by); err != nil {
		s.t.Fatalf("line %d: %v", line, err)
	}
}

// command runs one command and compares.
func (s *session) command(c shell, want int, anyOrder bool) {
	s.t.Helper()
	args, file, err := words(s.names.here(c.text))
	if err != nil {
		s.t.Fatalf("line %d: %v", c.line, err)
	}
	if s.world != nil { // what the last command began has to be over
		if err := s.world.quiet(s.t.Context()); err != nil {
			s.t.Fatalf("line %d: %v", c.line, err)
		}
	}
	if runsOn(args) {
		s.background(c, args[1:], anyOrder)
		return
	}
	var stdout, stderr bytes.Buffer
	code := run(s.t.Context(), args[1:], &stdout, &stderr)
	if file != "" {
		s.write(file, []string{strings.TrimSuffix(stdout.String(), "\n")})
		stdout.Reset()
	}
	if code != want {
		s.t.Errorf("line %d: %s ended with %d, expected %d\n%s", c.line, c.text, code, want, stderr.String())
	}
	s.compare(c, stdout.String()+stderr.String(), anyOrder)
}

// runsOn says that a command does not end by itself.
func runsOn(args []string) bool {
	line := strings.Join(args, " ")
	return strings.HasPrefix(line, "waybill serve") && !strings.Contains(line, "--help") || strings.HasPrefix(line, "waybill demo") && strings.Contains(line, "--keep")
}

// background starts a command, waits until it has printed what the page shows,
// and lets it run until the page ends or says stop.
func (s *session) background(c shell, args []string, anyOrder bool) {
	s.t.Helper()
	if dir := configOf(args); args[0] == "serve" {
		if err := realPorts(dir); err != nil {
			s.t.Fatalf("line %d: %v", c.line, err)
		}
	}
	ctx, cancel := context.WithCancel(s.t.Context())
	var out output
	ended := make(chan int, 1)
	go func() { ended <- run(ctx, args, &out, &out) }()
	s.stops = append(s.stops, func() {
		cancel()
		if code := <-ended; code != exitOK {
			s.t.Errorf("line %d: %s ended with %d:\n%s", c.line, c.text, code, out.text())
		}
	})
	last := "nothing yet"
	for range 1500 {
		text := out.text()
		if text != last && maps.Clone(s.names).match(c.want(), splitLines(text), anyOrder) == nil {
			break
		}
		last = text
		select {
		case code := <-ended:
			ended <- code
			s.t.Fatalf("line %d: %s ended with %d:\n%s", c.line, c.text, code, out.text())
		case <-time.After(20 * time.Millisecond):
		}
	}
	s.compare(c, out.text(), anyOrder)
}

func configOf(args []string) string {
	for i, a := range args {
		if a == "--config" && i+1 < len(args) {
			return args[i+1]
		}
	}
	return "."
}

// output is what a command in the background has printed so far.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) text() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// splitLines are the lines of an output, with a name of no machine in them.
func splitLines(text string) []string {
	if host, err := os.Hostname(); err == nil && host != "" {
		text = strings.ReplaceAll(text, " "+host+",", " node-1,")
		text = strings.ReplaceAll(text, " "+host+"\n", " node-1\n")
	}
	return strings.Split(strings.TrimRight(text, "\n"), "\n")
}

func (s *session) compare(c shell, text string, anyOrder bool) {
	s.t.Helper()
	lines := splitLines(text)
	err := s.names.match(c.want(), lines, anyOrder)
	if err == nil {
		return
	}
	if *update {
		s.wrote = append(s.wrote, rewrite{c.line, c.line + len(c.output), lines})
		return
	}
	s.t.Errorf("line %d: %s: %v\nthe page has:\n%s\nthe command printed:\n%s\n(go test ./cmd/waybill -run TestDocuments -update writes it)",
		c.line, c.text, err, strings.Join(c.output, "\n"), strings.Join(lines, "\n"))
}

// save writes the page with the outputs of this run.
func (s *session) save() {
	if len(s.wrote) == 0 {
		return
	}
	page := s.page
	for i := len(s.wrote) - 1; i >= 0; i-- {
		w := s.wrote[i]
		page = append(append(append([]string{}, page[:w.from]...), w.lines...), page[w.to:]...)
	}
	if err := os.WriteFile(s.file, []byte(strings.Join(page, "\n")), 0o644); err != nil {
		s.t.Fatal(err)
	}
	s.t.Logf("wrote %d output(s) into %s: shorten them with …", len(s.wrote), filepath.Base(s.file))
}
