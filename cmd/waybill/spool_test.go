package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/jmoiron/sqlx"
	"github.com/spf13/cobra"

	"waybill/gateway"
	"waybill/spool"
)

const spoolPayload = "ISA~ST*850~SE~"

// spoolEvidence is no text, like a signature.
const spoolEvidence = "0\x80\xff"

// spoolTree is a config directory with a spool in it: a purchase order that was
// mapped and is held, with its acknowledgement. It returns the held message.
func spoolTree(t *testing.T) (dir string, held spool.Message) {
	t.Helper()
	dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "waybill.yaml"), []byte("store: sqlite:data/s.db\npayloads: data/p\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	s, err := spool.Open(ctx, spool.Config{Store: "sqlite:" + filepath.Join(dir, "data", "s.db"), Dir: filepath.Join(dir, "data", "p")})
	if err != nil {
		t.Fatal(err)
	}
	a := spool.Arrival{Door: "as2", Partner: "acme-retail", Kind: "transmission", Headers: []byte(`[{"Name":"AS2-From","Value":"ACME"},{"Name":"Subject","Value":"\u001b[31mred"}]`)}
	r, err := s.Take(ctx, a, strings.NewReader(spoolPayload), func(r spool.Ref) spool.Verdict {
		r.Offset, r.Length = 4, 6
		return spool.Verdict{Children: []spool.Child{{
			Key: "1", Kind: "set", Document: "850", Direction: "in", Stage: "map", Payload: r, Labels: []spool.Label{{Name: "po", Value: "4500012345"}},
		}}}
	})
	if err != nil {
		t.Fatal(err)
	}
	ls, err := s.Lease(ctx, spool.LeaseQuery{Stages: []spool.Stage{"map"}, Limit: 1, For: 1e12, Worker: "node-1"})
	if err != nil || len(ls) != 1 {
		t.Fatalf("leased %d, error %v", len(ls), err)
	}
	err = s.Finish(ctx, ls[0], spool.Outcome{
		Status: spool.Held, Code: "MAP-CODE", Error: "PO1[2]: unit " + strings.Repeat("very long words ", 12) + "XX is in no table", Hint: "add it to tables/units.yaml, then retry",
		Emit:     []spool.Child{{Key: "997", Kind: "acknowledgement", Document: "997", Direction: "out", Stage: "envelope", Body: []byte("ST*997~")}},
		Evidence: []byte(spoolEvidence),
		Expect:   []spool.Expectation{{Kind: "fa", Key: "fa:us:them:PO:1:0001"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	found, err := s.List(ctx, spool.Filter{Parent: r.ID})
	if err := errors.Join(err, s.Close()); err != nil || len(found) != 1 {
		t.Fatalf("found %d, error %v", len(found), err)
	}
	return dir, found[0]
}

// spoolRun runs waybill spool with the arguments.
func spoolRun(t *testing.T, dir string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, problems strings.Builder
	c := &cobra.Command{Use: "waybill", SilenceErrors: true, SilenceUsage: true}
	c.AddCommand(spoolCommand())
	c.SetArgs(append([]string{"spool", "--config", dir}, args...))
	c.SetOut(&out)
	c.SetErr(&problems)
	err := c.ExecuteContext(t.Context())
	var coded *exit
	switch {
	case errors.As(err, &coded):
		return coded.code, out.String(), problems.String() + coded.Error()
	case err != nil:
		return exitUsage, out.String(), err.Error()
	}
	return exitOK, out.String(), problems.String()
}

// fits says that no line is wider than a terminal.
func fits(t *testing.T, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > width {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	if strings.Contains(text, "\x1b") {
		t.Error("escape sequences although nobody looks")
	}
}

func TestSpoolList(t *testing.T) {
	dir, held := spoolTree(t)
	for name, c := range map[string]struct {
		args []string
		want int
	}{
		"all": {nil, 3}, "held": {[]string{"--status", "held"}, 1}, "partner": {[]string{"--partner", "acme-retail"}, 3}, "document": {[]string{"--document", "997"}, 1},
		"key": {[]string{"--key", "4500012345"}, 1}, "older": {[]string{"--older", "1h"}, 0}, "newer": {[]string{"--newer", "1h"}, 3}, "limit": {[]string{"--limit", "2"}, 2},
	} {
		code, out, problems := spoolRun(t, dir, append([]string{"list", "-o", "json"}, c.args...)...)
		if n := strings.Count(out, "\n"); code != exitOK || n != c.want {
			t.Errorf("%s: exit %d, %d lines, expected %d; %s", name, code, n, c.want, problems)
		}
	}
	_, out, _ := spoolRun(t, dir, "list")
	fits(t, out)
	if !strings.Contains(out, short(held.ID)) || !strings.Contains(out, "held map") || !strings.Contains(out, "MAP-CODE") {
		t.Errorf("list:\n%s", out)
	}
	for _, args := range [][]string{{"-o", "xml"}, {"--status", "hold"}} {
		if code, _, problems := spoolRun(t, dir, append([]string{"list"}, args...)...); code != exitUsage || !strings.Contains(problems, args[1]) {
			t.Errorf("%v: exit %d, expected %d; %s", args, code, exitUsage, problems)
		}
	}
	if _, out, _ := spoolRun(t, dir, "list", "--partner", "none"); out != "no message\n" {
		t.Errorf("list of none: %q", out)
	}
}

func TestSpoolShow(t *testing.T) {
	dir, held := spoolTree(t)
	code, out, problems := spoolRun(t, dir, "show", short(held.ID))
	if code != exitOK {
		t.Fatalf("exit %d: %s", code, problems)
	}
	fits(t, out)
	for _, want := range []string{held.ID, "held map", "po 4500012345", "fa:us:them:PO:1:0001: expected", "MAP-CODE: PO1[2]", "tables/units.yaml", "stored → arrived", "map → held", "made → ready envelope", "node-1"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing:\n%s", want, out)
		}
	}
	if strings.Contains(out, "AS2-From") {
		t.Error("evidence is shown that nobody asked for")
	}
	_, out, _ = spoolRun(t, dir, "show", held.ID, "--evidence")
	fits(t, out)
	if !strings.Contains(out, "| AS2-From: ACME\n") || !strings.Contains(out, "| 3 bytes that are no text: -o json has them\n") {
		t.Errorf("evidence is missing:\n%s", out)
	}
	_, out, _ = spoolRun(t, dir, "show", held.ID, "-o", "json")
	var v shownView
	if err := json.Unmarshal([]byte(out), &v); err != nil || v.Message.ID != held.ID || len(v.Family) != 3 || len(v.Timeline) != 5 || len(v.Labels) != 1 {
		t.Errorf("%v: %s", err, out)
	}
	_, out, _ = spoolRun(t, dir, "show", held.ID, "-o", "json", "--evidence")
	kept := map[string]bool{}
	if err := json.Unmarshal([]byte(out), &v); err != nil {
		t.Fatal(err)
	}
	for _, e := range v.Timeline {
		kept[e.Evidence+string(e.Bytes)] = true
	}
	if !kept[spoolEvidence] {
		t.Errorf("the evidence is not what was kept: %v", kept)
	}
	if code, _, problems := spoolRun(t, dir, "show", "ZZZZZZ"); code != exitFindings || !strings.Contains(problems, "no such message") {
		t.Errorf("exit %d: %s", code, problems)
	}
}

func TestSpoolBody(t *testing.T) {
	dir, held := spoolTree(t)
	for flag, want := range map[string]string{"--whole=false": "ST*850", "--whole": spoolPayload} {
		if code, out, problems := spoolRun(t, dir, "body", held.ID, flag); code != exitOK || out != want {
			t.Errorf("%s: exit %d, %q, expected %q; %s", flag, code, out, want, problems)
		}
	}
}

func TestSpoolChange(t *testing.T) {
	dir, held := spoolTree(t)
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"hold", held.ID}, exitFindings, ""},
		{[]string{"release", short(held.ID), "--by", "ann", "--reason", "table mended"}, exitOK, held.ID + " is ready map\n"},
		{[]string{"release", held.ID}, exitFindings, ""},
		{[]string{"hold", held.ID}, exitOK, held.ID + " is held map\n"},
		{[]string{"release", "--skip", held.ID}, exitFindings, ""},
		{[]string{"retry", held.ID}, exitOK, held.ID + " is ready map\n"},
		{[]string{"drop", held.ID}, exitUsage, ""},
		{[]string{"drop", held.ID, "ZZZZZZ", "--reason", "sent twice"}, exitFindings, held.ID + " is dropped\n"},
		{[]string{"retry", held.ID}, exitFindings, ""},
	} {
		if code, out, problems := spoolRun(t, dir, c.args...); code != c.code || out != c.want {
			t.Errorf("%v: exit %d, %q; %s", c.args, code, out, problems)
		}
	}
	_, out, _ := spoolRun(t, dir, "show", held.ID)
	if !strings.Contains(out, "ann") || !strings.Contains(out, "table mended") || !strings.Contains(out, "sent twice") {
		t.Errorf("the timeline does not say who and why:\n%s", out)
	}
}

func TestSpoolVerify(t *testing.T) {
	dir, held := spoolTree(t)
	code, out, problems := spoolRun(t, dir, "verify")
	if code != exitOK || !strings.Contains(out, "no finding") {
		t.Errorf("exit %d: %s%s", code, out, problems)
	}
	if err := os.MkdirAll(filepath.Join(dir, "data", "p", "ab"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "data", "p", "ab", "abcd"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out, _ := spoolRun(t, dir, "verify"); code != exitOK || !strings.Contains(out, "note     payload abcd: a file that no row names") {
		t.Errorf("exit %d: %s", code, out)
	}
	damage(t, dir, held.Payload.SHA256)
	code, out, problems = spoolRun(t, dir, "verify", "-o", "json")
	if code != exitFindings || !strings.Contains(out, `"payload":"`+held.Payload.SHA256) || !strings.Contains(problems, "1 finding(s)") {
		t.Errorf("exit %d: %s%s", code, out, problems)
	}
	if code, _, problems := spoolRun(t, dir, "body", held.ID); code != exitFindings || !strings.Contains(problems, "does not match its hash") {
		t.Errorf("exit %d: %s", code, problems)
	}
}

func TestSpoolWithout(t *testing.T) {
	dir := t.TempDir()
	if code, _, problems := spoolRun(t, dir, "list"); code != exitFindings || !strings.Contains(problems, "waybill.yaml") {
		t.Errorf("exit %d: %s", code, problems)
	}
	if err := os.WriteFile(filepath.Join(dir, "waybill.yaml"), []byte("store: sqlite:data/s.db\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, problems := spoolRun(t, dir, "list"); code != exitFindings || !strings.Contains(problems, "there is no spool") {
		t.Errorf("exit %d: %s", code, problems)
	}
	config, problems := gateway.Load(dir)
	if config == nil {
		t.Fatal(problems)
	}
	var coded *exit
	if err := unopened(config, fmt.Errorf("opening: %w", fs.ErrPermission)); !errors.As(err, &coded) || coded.code != exitDenied || !strings.Contains(hintOf(err), "sudo -u waybill") {
		t.Errorf("of another's spool: %v; %s", err, hintOf(err))
	}
	if err := unopened(config, passing{}); !errors.As(err, &coded) || coded.code != exitFindings || !strings.Contains(hintOf(err), filepath.Join(dir, "data", "s.db")) {
		t.Errorf("of a damaged file: %v; %s", err, hintOf(err))
	}
	config.Store = "postgres://waybill@db.example/waybill"
	if err := unopened(config, passing{}); !errors.As(err, &coded) || coded.code != exitRemote || strings.Contains(hintOf(err), "again") {
		t.Errorf("of a database that is down: %v; %s", err, hintOf(err))
	}
	if _, err := os.Stat(filepath.Join(dir, "data")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a command made the spool: %v", err)
	}
}

// passing is an error of the spool's that may pass.
type passing struct{}

func (passing) Error() string   { return "down" }
func (passing) Temporary() bool { return true }
func (passing) Hint() string    { return "it is tried again" }

func hintOf(err error) string {
	var hinted interface{ Hint() string }
	if errors.As(err, &hinted) {
		return hinted.Hint()
	}
	return ""
}

// damage changes one byte of a payload in the database.
func damage(t *testing.T, dir, sum string) {
	t.Helper()
	db, err := sqlx.Open("sqlite", filepath.Join(dir, "data", "s.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(`UPDATE payloads SET body = CAST('ISA~ST*851~SE~' AS BLOB) WHERE sha256 = ?`, sum); err != nil {
		t.Fatal(err)
	}
}

// An empty list for a name that nobody has is a slip of the pen.
func TestSpoolListOfAnUnknownPartner(t *testing.T) {
	dir, _ := spoolTree(t)
	if code, _, stderr := command("spool", "list", "--config", dir, "--partner", "acme-retial"); code != exitOK { // without the configuration nobody is known
		t.Errorf("found exit code %d: %s", code, stderr)
	}
	err := os.Mkdir(filepath.Join(dir, "partners"), 0o700)
	for _, name := range []string{"acme-retail.yaml", "bolt.yaml", "defaults.yaml"} {
		err = errors.Join(err, os.WriteFile(filepath.Join(dir, "partners", name), nil, 0o600))
	}
	if err != nil {
		t.Fatal(err)
	}
	if code, stdout, stderr := command("spool", "list", "--config", dir, "--partner", "acme-retial"); code != exitUsage || stdout != "" || !strings.Contains(stderr, `there is no partner "acme-retial"`) || !strings.Contains(stderr, "did you mean acme-retail?") {
		t.Errorf("found exit code %d: %s%s", code, stdout, stderr)
	}
	if code, _, stderr := command("spool", "list", "--config", dir, "--partner", "bolt"); code != exitOK {
		t.Errorf("found exit code %d: %s", code, stderr)
	}
	code, stdout, _ := command("spool", "verify", "--config", dir, "-o", "json")
	var v verified
	if err := json.Unmarshal([]byte(stdout), &v); err != nil || code != exitOK || v.Findings != 0 {
		t.Errorf("found exit code %d, %v: %s", code, err, stdout)
	}
}
