package mappings

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// decoded is what encoding/json makes of a text that is one value and nothing else.
func decoded(text string) (any, error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("has more behind it")
	}
	return v, nil
}

// depth is how deep brackets nest outside of strings.
func depth(text string) int {
	deepest, at, quoted := 0, 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			at++
			deepest = max(deepest, at)
		case c == '}' || c == ']':
			at--
		}
	}
	return deepest
}

// likeJSON says that the scanner and encoding/json agree on a text: whether it is
// JSON, and which values it holds.
func likeJSON(t testing.TB, text string) {
	t.Helper()
	var s bodyScanner
	err := s.scan(text)
	want, refused := decoded(text)
	if !utf8.ValidString(text) || depth(text) > maxNested {
		if err == nil {
			t.Fatalf("%q is read", text)
		}
		return
	}
	if (err == nil) != (refused == nil) {
		t.Fatalf("%q: %v; encoding/json: %v", text, err, refused)
	}
	if err != nil {
		return
	}
	if got := s.any(0); !reflect.DeepEqual(want, got) { // cmp takes long where much nests
		t.Fatalf("%q is %#v; encoding/json: %#v", text, got, want)
	}
	if s.after(0) != len(s.tokens) {
		t.Fatalf("%q: the value ends at token %d of %d", text, s.after(0), len(s.tokens))
	}
}

// shapesOfJSON are texts that are JSON, nearly, or not at all.
func shapesOfJSON() []string {
	return []string{
		``, ` `, `null`, `true`, `false`, `nul`, `nullx`, `truefalse`, `{}`, `[]`, ` { } `, "\t[\n]\r ", `{"a":1}`, `{"a" : [ 1 , 2 ] }`, `{"a":{"a":{}}}`,
		`{`, `}`, `[`, `]`, `{"a"}`, `{"a":}`, `{"a":1,}`, `{a:1}`, `{1:1}`, `{,}`, `[,]`, `[1,]`, `[1 2]`, `[1]]`, `{}{}`, `{"a":1 "b":2}`, `{"a":1]`, `[1}`, `{"a":1,"a":2}`,
		`0`, `-0`, `-`, `01`, `-01`, `1.`, `.5`, `1.0`, `1.50`, `1e5`, `1E+5`, `1e-05`, `1e`, `1e+`, `1.e1`, `+1`, `1x`, `123456789012345678901234567890.10`, `NaN`, `--1`,
		`"`, `""`, `"a`, `"a"b`, `"\"`, `"\""`, `"\\"`, `"\/\b\f\n\r\t"`, `"\x"`, `"\u0041"`, `"\u004"`, `"\u00e9é"`, `"\U0041"`, `"\u+041"`, `"\u0000"`, "\"\x00\"", "\"\n\"", "\"\x7f\"",
		`"\ud83d\ude00"`, `"\ud83d"`, `"\ud83dx"`, `"\ud83d\n"`, `"\ude00\ud83d"`, `"\ud83d\ud83d\ude00"`, `"\ud83d\u0041"`, `"\ud83d\u"`, "\"\xff\"", "\"\u2028\"", "\ufeff{}", "\v1", "\u00a01",
		"\"a\\n\x01\"", `{"\u0061":1}`, `{"a\"b":{"c":"\\"}}`, strings.Repeat("[", maxNested) + strings.Repeat("]", maxNested), strings.Repeat("[", maxNested+1) + strings.Repeat("]", maxNested+1),
		strings.Repeat(`{"a":`, maxNested) + "1" + strings.Repeat("}", maxNested), strings.Repeat(`{"a":`, 100000),
	}
}

func TestScan(t *testing.T) {
	for _, text := range shapesOfJSON() {
		likeJSON(t, text)
	}
}

// FuzzScan holds the scanner against encoding/json.
func FuzzScan(f *testing.F) {
	for _, text := range shapesOfJSON() {
		f.Add(text)
	}
	f.Add(`{"customerOrderNumber":"PO1","orderDate":"2026-11-16","lines":[{"lineNumber":"1","quantity":{"value":"1","unit":"EA"}}],"totals":{"lines":1}}`)
	f.Fuzz(func(t *testing.T, text string) { likeJSON(t, text) })
}

// anyJSON draws a value, not too deep.
func anyJSON(deep int) *rapid.Generator[any] {
	leaves := []*rapid.Generator[any]{
		rapid.String().AsAny(), rapid.Bool().AsAny(), rapid.Int().AsAny(), rapid.Just[any](nil),
	}
	if deep == 0 {
		return rapid.OneOf(leaves...)
	}
	below := anyJSON(deep - 1)
	return rapid.OneOf(append(leaves, rapid.SliceOfN(below, 0, 4).AsAny(), rapid.MapOfN(rapid.String(), below, 0, 4).AsAny())...)
}

// TestScanReadsWhatIsMarshalled scans values as encoding/json writes them, in one
// line and in many.
func TestScanReadsWhatIsMarshalled(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		text, err := json.Marshal(anyJSON(4).Draw(r, "value"))
		if err != nil {
			t.Fatal(err)
		}
		var indented bytes.Buffer
		if err := json.Indent(&indented, text, "", "\t"); err != nil {
			t.Fatal(err)
		}
		likeJSON(t, string(text))
		likeJSON(t, indented.String())
	})
}

// TestScanErrors says where a text went wrong, and what belongs there.
func TestScanErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{``, "ends at byte 0, expected a value"},
		{`{"a":`, "ends at byte 5, expected a value"},
		{`{"a":x}`, `byte 6: found 'x', expected a value`},
		{`{"a":1 2}`, `byte 8: found '2', expected a comma or }`},
		{`[1;2]`, `byte 3: found ';', expected a comma or ]`},
		{`{'a':1}`, `byte 2: found '\'', expected a name in quotes`},
		{`{"a" 1}`, `byte 6: found '1', expected a colon`},
		{`{} {}`, `byte 4: found '{', expected the end`},
		{`{"a":-x}`, `byte 7: found 'x', expected a digit`},
		{`"abc`, "ends at byte 4, expected a quote"},
		{"\"a\n\"", `byte 3: found '\n', expected it as \u escape`},
		{`"\q"`, `byte 2: found '\\', expected an escape: \" \\ \/ \b \f \n \r \t or \u and four hexadecimal digits`},
		{"\"\xff\"", "is no UTF-8"},
		{strings.Repeat("[", maxNested+1), "byte 201: nests deeper than 200"},
	} {
		var s bodyScanner
		if err := s.scan(c.text); err == nil || err.Error() != c.want {
			t.Errorf("%.40q: %v; expected %s", c.text, err, c.want)
		}
	}
	var s bodyScanner
	if err := s.object("[1]"); err == nil || err.Error() != "is not one JSON object" {
		t.Error(err)
	}
	if err := s.scan(strings.Repeat(" ", maxBody+1)); err == nil {
		t.Error("a body without bounds is read")
	}
}

// TestScannerIsUsedAgain reads another text after one with escapes.
func TestScannerIsUsedAgain(t *testing.T) {
	var s bodyScanner
	for range 3 {
		for _, text := range []string{`{"a":"\n","b":["\t"]}`, `[1,"x"]`, `{"c":"\u0041"}`} {
			if err := s.scan(text); err != nil {
				t.Fatal(err)
			}
			want, _ := decoded(text)
			if diff := cmp.Diff(want, s.any(0)); diff != "" {
				t.Fatal(diff)
			}
			s.leave()
		}
	}
}
