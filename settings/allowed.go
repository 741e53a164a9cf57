package settings

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// allowed checks a value that was decoded against the tags of its field.
func (d *decoder) allowed(n *yaml.Node, v reflect.Value, tag reflect.StructTag, key string) {
	if words := strings.Fields(tag.Get("words")); len(words) > 0 {
		d.words(n, v, words, key)
	}
	if low, high, ok := bounds(tag); ok && v.CanInt() && (v.Int() < low || v.Int() > high) {
		d.add(n, key, fmt.Sprintf("found %d", v.Int()), fmt.Sprintf("use a number from %d to %d", low, high))
	}
}

// words checks a text, or each text of a list.
func (d *decoder) words(n *yaml.Node, v reflect.Value, words []string, key string) {
	if v.Kind() == reflect.Slice {
		for i, c := range n.Content {
			d.words(c, v.Index(i), words, fmt.Sprintf("%s[%d]", key, i))
		}
		return
	}
	if found := v.String(); v.Kind() == reflect.String && found != "" && !slices.Contains(words, found) {
		hint := "use one of: " + strings.Join(words, ", ")
		if near := Suggest(found, words); near != "" && len(words) > few {
			hint = "did you mean " + near + "? " + hint
		}
		d.add(n, key, fmt.Sprintf("found %.60q", found), hint)
	}
}

// few words are taken in at a glance.
const few = 5

// bounds are the lowest and the highest number that a tag allows.
func bounds(tag reflect.StructTag) (low, high int64, ok bool) {
	low, err := strconv.ParseInt(tag.Get("min"), 10, 64)
	if err != nil {
		return 0, 0, false
	}
	high, err = strconv.ParseInt(tag.Get("max"), 10, 64)
	return low, high, err == nil
}
