package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A page of the documents is a session: its commands are run from top to bottom
// in one directory, and must print what stands below them. Comments that readers
// do not see direct it; one that is about a block stands right above it:
//
//	<!-- docs: file PATH -->            the block is the content of PATH
//	<!-- docs: has PATH -->             the lines of the block stand in PATH
//	<!-- docs: any order -->            so do the lines of the output; order varies
//	<!-- docs: exit N -->               the last command ends with N, not 0
//	<!-- docs: arrives FILE at DIR -->  a partner sends FILE to a gateway that runs on DIR
//	<!-- docs: arrives FILE at DIR, OLD as NEW -->
//	<!-- docs: copy FILE to FILE -->    as a reader would
//	<!-- docs: stop -->                 what runs in the background is ended
type piece struct {
	line   int      // of its first line in the page, from 1
	orders []string // the directions above a block, or a direction alone
	kind   string   // the language of a block, "" for a direction alone
	lines  []string // of a block
}

// fence is what begins and ends a block.
const fence = "```"

// pieces cuts a page into what the test must look at.
func pieces(text string) []piece {
	var all []piece
	var orders []string
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		if order, ok := direction(lines[i]); ok {
			if alone(order) {
				all = append(all, piece{line: i + 1, orders: []string{order}})
			} else {
				orders = append(orders, order)
			}
			continue
		}
		kind, ok := strings.CutPrefix(lines[i], fence)
		if !ok {
			continue
		}
		p := piece{line: i + 2, orders: orders, kind: kind}
		for i++; i < len(lines) && lines[i] != fence; i++ {
			p.lines = append(p.lines, lines[i])
		}
		all, orders = append(all, p), nil
	}
	return all
}

func direction(line string) (string, bool) {
	rest, ok := strings.CutPrefix(line, "<!-- docs: ")
	if !ok {
		return "", false
	}
	return strings.CutSuffix(rest, " -->")
}

// alone says that a direction is about no block.
func alone(order string) bool {
	return order == "stop" || strings.HasPrefix(order, "arrives ") || strings.HasPrefix(order, "copy ")
}

// value is what follows a word among a piece's directions.
func (p piece) value(word string) (string, bool) {
	for _, o := range p.orders {
		if rest, ok := strings.CutPrefix(o, word); ok {
			return strings.TrimSpace(rest), true
		}
	}
	return "", false
}

// shell is one command of a block with what it prints.
type shell struct {
	line   int // in the page
	text   string
	output []string
}

// shells are the commands of a console block, or those of a plain block that
// begin with bin/waybill, whose output is not shown; nil where there are none.
func (p piece) shells() []shell {
	if p.kind == "" {
		return p.silent()
	}
	if p.kind != "console" || len(p.lines) == 0 || !strings.HasPrefix(p.lines[0], "$ waybill ") {
		return nil
	}
	var all []shell
	for i, l := range p.lines {
		if text, ok := strings.CutPrefix(l, "$ "); ok {
			all = append(all, shell{line: p.line + i, text: text})
			continue
		}
		last := &all[len(all)-1]
		last.output = append(last.output, l)
	}
	return all
}

func (p piece) silent() []shell {
	var all []shell
	for i, l := range p.lines {
		text, _, _ := strings.Cut(l, "  #")
		if rest, ok := strings.CutPrefix(strings.TrimSpace(text), "bin/waybill "); ok {
			all = append(all, shell{line: p.line + i, text: "waybill " + rest, output: []string{elided}})
		}
	}
	return all
}

// want is the output without the blank lines between two commands.
func (c shell) want() []string {
	want := c.output
	for len(want) > 0 && want[len(want)-1] == "" {
		want = want[:len(want)-1]
	}
	if len(want) == 0 {
		return []string{""}
	}
	return want
}

// words splits a command line: blanks separate, quotes hold together. What
// follows > is the file that its output goes to.
func words(line string) (args []string, file string, err error) {
	var word strings.Builder
	var quote rune
	begun := false
	end := func() {
		if begun {
			args = append(args, word.String())
		}
		word.Reset()
		begun = false
	}
	for _, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '"' || r == '\''):
			quote, begun = r, true
		case quote == 0 && r == ' ':
			end()
		default:
			word.WriteRune(r)
			begun = true
		}
	}
	end()
	if quote != 0 {
		return nil, "", fmt.Errorf("a quote is left open in %s", line)
	}
	if i := slices.Index(args, ">"); i >= 0 {
		if i != len(args)-2 {
			return nil, "", fmt.Errorf("one file follows > in %s", line)
		}
		return args[:i], args[i+1], nil
	}
	return args, "", nil
}

func TestPieces(t *testing.T) {
	const page = "# T\n\n<!-- docs: exit 1 -->\n<!-- docs: any order -->\n```console\n$ waybill a\nx\n\n$ waybill b\n```\ntext\n<!-- docs: stop -->\n```yaml\na: 1\n```\n```console\n$ make\n```\n"
	got := pieces(page)
	want := []piece{
		{6, []string{"exit 1", "any order"}, "console", []string{"$ waybill a", "x", "", "$ waybill b"}},
		{12, []string{"stop"}, "", nil},
		{14, nil, "yaml", []string{"a: 1"}},
		{17, nil, "console", []string{"$ make"}},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(piece{})); diff != "" {
		t.Fatal(diff)
	}
	commands := []shell{{6, "waybill a", []string{"x", ""}}, {9, "waybill b", nil}}
	if diff := cmp.Diff(commands, got[0].shells(), cmp.AllowUnexported(shell{})); diff != "" {
		t.Error(diff)
	}
	plain := pieces("```\nmake build\nbin/waybill init shop   # a tree\n```\n")[0].shells()
	if diff := cmp.Diff([]shell{{3, "waybill init shop", []string{elided}}}, plain, cmp.AllowUnexported(shell{})); diff != "" {
		t.Error(diff)
	}
	if v, ok := got[0].value("exit"); v != "1" || !ok || got[3].shells() != nil {
		t.Errorf("found exit %q, and commands that are not ours: %v", v, got[3].shells())
	}
}

func TestWords(t *testing.T) {
	args, file, err := words(`waybill spool drop 1 --reason "it's late" '' > out.txt`)
	want := []string{"waybill", "spool", "drop", "1", "--reason", "it's late", ""}
	if diff := cmp.Diff(want, args); diff != "" || file != "out.txt" || err != nil {
		t.Errorf("%s: %q, %v", diff, file, err)
	}
	for _, wrong := range []string{`waybill "open`, "waybill > a b", "waybill >"} {
		if _, _, err := words(wrong); err == nil {
			t.Errorf("%s: no error", wrong)
		}
	}
}
