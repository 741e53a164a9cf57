package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// names are the ids and directories of a page and what they are in this run: by
// the last twelve characters of an id, and by a directory's whole name.
type names map[string]string

// elided stands for any lines, or within a line for any text.
const elided = "…"

// tail is how much of an id commands print.
const tail = 12

// varying finds what is different in every run, by its kind.
var varying = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(strings.Join([]string{
		`(?P<id>\b(?:[0-9A-HJKMNP-TV-Z]{26}|[0-9A-HJKMNP-TV-Z]{12})\b)`,
		`(?P<dir>/tmp/waybill-demo-\d+)`,
		`(?P<time>\b(?:(?:\d{4}-)?\d\d-\d\d[ T])?\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?|\b\d\d-\d\d \d\d:\d\d\b)`,
		`(?P<sent>\*\d{6}(?:\d\d)?\*\d{4}\*)`, // of an ISA or a GS
		`(?P<took>\b\d+(?:\.\d+)?(?:µs|ms|s)\b)`,
		`(?P<addr>127\.0\.0\.1:\d+)`,
		`(?P<size>\b\d+ (?:bytes|from 0)\b|\(\d+ bytes\))`,
		`(?P<hash>\b[0-9a-f]{12,}\b|[A-Za-z0-9+/]{43}=)`,
		`(?P<wide> {2,})`,
		`(?P<any>…)`,
	}, "|"))
})

// alike is a pattern for what may stand in place of a varying text of a kind.
func alike(kind string) string {
	return map[string]string{
		"time": `(?:(?:\d{4}-)?\d\d-\d\d[ T])?\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?`, "sent": `\*\d{6,8}\*\d{4}\*`, "took": `\d+(?:\.\d+)?(?:µs|ms|s)`,
		"addr": `127\.0\.0\.1:\d+`, "size": `\(?\d+ (?:bytes|from 0)\)?`, "hash": `(?:[0-9a-f]{12,}|[A-Za-z0-9+/]{43}=)`, "wide": ` {2,}`, "any": `.*`,
		"dir": `(\S*/waybill-demo-\d+)`,
	}[kind]
}

// mixed says that a text has letters and digits: a number alone is no id and no hash.
func mixed(s string) bool {
	return strings.ContainsAny(s, "0123456789") && strings.ContainsFunc(s, func(r rune) bool { return r > '9' })
}

// pattern makes a line of a page into a pattern of lines like it. known says
// what the ids in it are by now; those that are new are captured, in the order
// of fresh.
func pattern(line string, known names) (re *regexp.Regexp, fresh []string) {
	v := varying()
	var b strings.Builder
	b.WriteString("^")
	at := 0
	for _, m := range v.FindAllStringSubmatchIndex(line, -1) {
		text, kind := line[m[0]:m[1]], ""
		for i, name := range v.SubexpNames() {
			if name != "" && m[2*i] >= 0 {
				kind = name
			}
		}
		if (kind == "id" || kind == "hash") && !mixed(text) {
			continue
		}
		b.WriteString(regexp.QuoteMeta(line[at:m[0]]))
		at = m[1]
		key := text
		if kind == "id" {
			key = text[len(text)-tail:]
			b.WriteString(strings.Repeat("[0-9A-Z]", len(text)-tail))
		}
		switch {
		case kind != "id" && kind != "dir":
			b.WriteString(alike(kind))
		case known[key] != "":
			b.WriteString(regexp.QuoteMeta(known[key]))
		case kind == "id":
			b.WriteString(`([0-9A-Z]{12})`)
			fresh = append(fresh, key)
		default:
			b.WriteString(alike(kind))
			fresh = append(fresh, key)
		}
	}
	b.WriteString(regexp.QuoteMeta(line[at:]) + `\s*$`)
	return regexp.MustCompile(b.String()), fresh
}

// find is the index of the first line that is like the page's, -1 where there is
// none; it learns that line's ids.
func (n names) find(page string, lines []string) int {
	re, fresh := pattern(page, n)
	for i, l := range lines {
		m := re.FindStringSubmatch(l)
		if m == nil {
			continue
		}
		for j, key := range fresh {
			n[key] = m[j+1]
		}
		return i
	}
	return -1
}

// match holds output against the page and says where they part.
func (n names) match(page, output []string, anyOrder bool) error {
	output = slices.Clone(output)
	skipping := anyOrder
	for i, p := range page {
		if strings.TrimSpace(p) == elided {
			skipping = true
			continue
		}
		found := n.find(p, output)
		if found < 0 || found > 0 && !skipping {
			return fmt.Errorf("line %d of the output is not %q", i+1, p)
		}
		if anyOrder {
			output = slices.Delete(output, found, found+1)
			continue
		}
		output, skipping = output[found+1:], false
	}
	if rest := strings.TrimSpace(strings.Join(output, "\n")); rest != "" && !skipping {
		return fmt.Errorf("the page does not have what follows: %.200q", rest)
	}
	if anyOrder && len(output) > 0 && !slices.ContainsFunc(page, func(p string) bool { return strings.TrimSpace(p) == elided }) {
		return fmt.Errorf("the page does not have %q", output)
	}
	return nil
}

// here puts this run's ids and directories into a command.
func (n names) here(command string) string {
	return regexp.MustCompile(`/tmp/waybill-demo-\d+|\b[0-9A-HJKMNP-TV-Z]{12,26}\b`).ReplaceAllStringFunc(command, func(s string) string {
		key := s
		if !strings.HasPrefix(s, "/") {
			key = s[len(s)-tail:]
		}
		if is := n[key]; is != "" {
			return is
		}
		return s
	})
}

func TestMatch(t *testing.T) {
	const a, b = "01M87VZZ5W5SS3RE53131PA71N", "01M87WWWWWWWWWRE5313222222"
	for name, c := range map[string]struct {
		page, output string
		anyOrder     bool
		err          string
	}{
		"the same":                    {"a\nb", "a\nb", false, ""},
		"another line":                {"a\nb", "a\nc", false, "line 2"},
		"a line more":                 {"a", "a\nb", false, "what follows"},
		"a line fewer":                {"a\nb", "a", false, "line 2"},
		"elided":                      {"a\n…\nd", "a\nb\nc\nd", false, ""},
		"elided at the end":           {"a\n  …", "a\nb", false, ""},
		"elided, but not there":       {"a\n…\ne", "a\nb", false, "line 3"},
		"elided within":               {"a … d", "a b c d", false, ""},
		"times, spans, hosts, widths": {"at 11-24 22:49:30.160  took 105.3ms by 127.0.0.1:80", "at 01-02 03:04:05.006 x took 1µs by 127.0.0.1:4711", false, "line 1"},
		"times and spans":             {"at 11-24 22:49:30.160  took 105.3ms by 127.0.0.1:80", "at 01-02 03:04:05.006    took 1µs by 127.0.0.1:4711", false, ""},
		"dates of the data":           {"due 2026-12-04", "due 2026-12-05", false, "line 1"},
		"numbers are no ids":          {"614141001019", "614141001026", false, "line 1"},
		"one id":                      {a + "\n" + a[14:], b + "\n" + b[14:], false, ""},
		"one id is another":           {a + "\n" + a[14:], b + "\n" + a[14:], false, "line 2"},
		"any order":                   {"b\na", "a\nb", true, ""},
		"any order, one missing":      {"b\na", "a\nc", true, "line 1"},
		"any order, one more":         {"b\na", "a\nb\nc", true, "does not have"},
		"any order, elided":           {"b\n…", "a\nb\nc", true, ""},
		"sizes":                       {"3448 bytes by as2", "3449 bytes by as2", false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			err := names{}.match(strings.Split(c.page, "\n"), strings.Split(c.output, "\n"), c.anyOrder)
			if c.err == "" && err != nil || c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) {
				t.Errorf("found %v, expected %q", err, c.err)
			}
		})
	}
}

func TestCommandsGetTheIdsOfThisRun(t *testing.T) {
	n := names{}
	page := []string{"message 01M87VZZ5W5SS3RE53131PA71N in /tmp/waybill-demo-1/config"}
	if err := n.match(page, []string{"message 01M87WWWWWWWWWRE5313222222 in /var/x/waybill-demo-22/config"}, false); err != nil {
		t.Fatal(err)
	}
	got := n.here("waybill spool show RE53131PA71N 614141001019 --config /tmp/waybill-demo-1/config")
	if want := "waybill spool show RE5313222222 614141001019 --config /var/x/waybill-demo-22/config"; got != want {
		t.Errorf("found %s", got)
	}
}
