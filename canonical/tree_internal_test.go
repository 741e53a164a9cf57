package canonical

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestTreeReadsJSON(t *testing.T) {
	for _, in := range []string{
		`null`, `true`, `false`, `0`, `-0`, `10`, `-1.5e+10`, `1E-2`, `""`, `"a"`, `"a\"b\\c\/d\u00e9\ud83d\ude00\n"`, `"é😀"`,
		`[]`, `[ ]`, `[1,2 , 3]`, `{}`, `{ }`, `{"a":1, "b" : [{"c":null}]}`, " \t\r\n1 \n", `{"":""}`, `"\ud800"`,
	} {
		got, err := tree([]byte(in))
		want, reference := standard([]byte(in))
		if err != nil || reference != nil || !cmp.Equal(want, got) {
			t.Errorf("tree(%s) = %v, %v; encoding/json reads %v, %v", in, got, err, want, reference)
		}
	}
}

func TestTreeRefuses(t *testing.T) {
	for _, in := range []string{
		``, ` `, `nul`, `nulll`, `True`, `01`, `-`, `+1`, `.5`, `1.`, `1e`, `1e+`, `"`, `"a`, `"\`, `"\x"`, `"\u12"`, "\"\n\"", "\x00", "1\x00",
		`[`, `[1`, `[1,`, `[1,]`, `[,1]`, `{`, `{"a"`, `{"a":`, `{"a":1`, `{"a":1,`, `{"a":1,}`, `{a:1}`, `{1:1}`, `{"a" 1}`, `[1 2]`, `]`, `1 2`,
		"\ufeff1", `{"a":1,"a":1}`, `{"a":[{"b":1,"b":2}]}`, "\"\xff\"", "\xc3", `1e1000`, `1E+0001`, `-1.5e-1000`, strings.Repeat("1", 33), strings.Repeat("[", 66) + strings.Repeat("]", 66),
	} {
		if v, err := tree([]byte(in)); err == nil {
			t.Errorf("tree(%q) = %v; expected an error", in, v)
		}
	}
}

func TestTreeTakesNestingUpToItsBound(t *testing.T) {
	if _, err := tree([]byte(strings.Repeat("[", maxDepth+1) + strings.Repeat("]", maxDepth+1))); err != nil {
		t.Errorf("%d levels: %v", maxDepth, err)
	}
}

// standard reads one value with encoding/json.
func standard(data []byte) (v any, err error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, io.ErrUnexpectedEOF
	}
	return v, nil
}

// FuzzTree holds our reader against encoding/json: what we accept, it reads as
// the same value; what we refuse and it accepts has one of our reasons.
func FuzzTree(f *testing.F) {
	for _, seed := range []string{`{"a":[1,-2.5e3,"x\u0041",true,null,{}]}`, `[1,]`, `{"a":1,"a":2}`, `"\ud800"`, "[\"\xff\"]", `-01`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := tree(data)
		want, reference := standard(data)
		switch {
		case err == nil && (reference != nil || !cmp.Equal(want, got)):
			t.Errorf("tree(%q) = %v; encoding/json: %v, %v", data, got, want, reference)
		case err != nil && reference == nil && !ours(err):
			t.Errorf("tree(%q): %v; encoding/json reads %v", data, err, want)
		}
	})
}

func ours(err error) bool {
	for _, reason := range []string{"stands twice", "not UTF-8", "nested deeper", "too many", "too large", "more than 32 characters"} {
		if strings.Contains(err.Error(), reason) {
			return true
		}
	}
	return false
}

// anyJSON draws a value of our model: whole numbers, any text, some depth.
func anyJSON(depth int) *rapid.Generator[any] {
	leaves := []*rapid.Generator[any]{
		rapid.Just[any](nil),
		rapid.Bool().AsAny(),
		rapid.String().AsAny(),
		rapid.Map(rapid.Int64Range(-maxInteger, maxInteger), func(i int64) any {
			return json.Number(string(mustJSON(i)))
		}),
	}
	if depth == 0 {
		return rapid.OneOf(leaves...)
	}
	return rapid.OneOf(append(leaves,
		rapid.SliceOfN(anyJSON(depth-1), 0, 4).AsAny(),
		rapid.MapOfN(rapid.String(), anyJSON(depth-1), 0, 4).AsAny(),
	)...)
}

func mustJSON(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		return []byte(err.Error()) // no JSON: the test that reads it fails
	}
	return data
}
