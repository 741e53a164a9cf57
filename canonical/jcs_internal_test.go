package canonical

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func jcs(t interface{ Fatalf(string, ...any) }, data []byte) string {
	v, err := tree(data)
	if err != nil {
		t.Fatalf("tree(%s): %v", data, err)
	}
	out, err := appendJCS(nil, v)
	if err != nil {
		t.Fatalf("appendJCS(%s): %v", data, err)
	}
	return string(out)
}

func TestJCS(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"blanks", " { \"b\" : [ 1 , true,\tnull ] ,\n \"a\":{}, \"c\":[] } ", `{"a":{},"b":[1,true,null],"c":[]}`},
		{"nothing more is escaped than must be", `"\u003c\u003e\u0026\/\u2028\u00e9\u007f"`, "\"<>&/\u2028é\u007f\""},
		{"what must be is escaped in one way", `"\u0022\u005c\u0008\u0009\u000A\u000c\u000D\u0000\u001F"`, `"\"\\\b\t\n\f\r\u0000\u001f"`},
		{"keys by UTF-16", `{"\uffee":1,"\ud83d\ude9a":2,"z":3,"":4,"aa":5,"a":6,"\u00df":7,"\t":8}`,
			"{\"\":4,\"\\t\":8,\"a\":6,\"aa\":5,\"z\":3,\"ß\":7,\"\U0001F69A\":2,\"\uffee\":1}"},
		{"zero has one sign", `[-0,0]`, `[0,0]`},
		{"the largest numbers", `[9007199254740991,-9007199254740991]`, `[9007199254740991,-9007199254740991]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, jcs(t, []byte(c.in))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestJCSRefusesNumbersThatReadersDisagreeOn(t *testing.T) {
	for _, in := range []string{`1.5`, `1.0`, `1e2`, `9007199254740992`, `-9007199254740992`, `123456789012345678901234567890`, `{"a":[1.5]}`} {
		v, err := tree([]byte(in))
		if err != nil {
			t.Fatal(err)
		}
		if out, err := appendJCS(nil, v); err == nil || !strings.Contains(err.Error(), "no whole number") {
			t.Errorf("appendJCS(%s) = %s, %v; expected an error about the number", in, out, err)
		}
	}
}

func TestJCSIsItsOwnFormAndTheSameValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := mustJSON(anyJSON(3).Draw(t, "value"))
		once := jcs(t, data)
		if twice := jcs(t, []byte(once)); twice != once {
			t.Fatalf("%s becomes %s", once, twice)
		}
		before, _ := tree(data)
		after, err := tree([]byte(once))
		if diff := cmp.Diff(before, after); err != nil || diff != "" {
			t.Fatalf("another value: %v\n%s", err, diff)
		}
	})
}

func TestJCSDoesNotDependOnTheOrderOfKeys(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := rapid.MapOfN(rapid.String(), anyJSON(1), 2, 6).Draw(t, "object")
		keys := make([]string, 0, len(m))
		for k := range m {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		write := func(keys []string) []byte {
			members := make([]string, len(keys))
			for i, k := range keys {
				members[i] = string(mustJSON(k)) + ":" + string(mustJSON(m[k]))
			}
			return []byte("{" + strings.Join(members, ",") + "}")
		}
		sorted := jcs(t, write(keys))
		if shuffled := jcs(t, write(rapid.Permutation(keys).Draw(t, "order"))); shuffled != sorted {
			t.Fatalf("%s\n%s", sorted, shuffled)
		}
	})
}

// The order of keys is that of their UTF-16 code units, worked out the long way.
func TestCompareUTF16(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("ab\u0000é\ud7ff\ue000\uffff\U00010000\U0001F69A\U0010FFFF")), 0, 5, -1)
		a, b := text.Draw(t, "a"), text.Draw(t, "b")
		want := slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b)))
		if got := compareUTF16(a, b); got != want {
			t.Fatalf("compareUTF16(%q, %q) = %d, expected %d", a, b, got, want)
		}
	})
}

func TestEveryControlCharacterHasOneSpelling(t *testing.T) {
	for c := range rune(' ') {
		out := appendString(nil, string(c))
		var back string
		if err := json.Unmarshal(out, &back); err != nil || back != string(c) {
			t.Errorf("%U is written %s, which reads %q, %v", c, out, back, err)
		}
	}
}
