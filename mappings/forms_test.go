package mappings

import (
	"regexp"
	"testing"
)

// TestForms parses every form of the reference, and as the schema of editors does.
func TestForms(t *testing.T) {
	read, both := regexp.MustCompile(readForm), regexp.MustCompile(valueForm)
	for _, f := range Forms() {
		v, err := parseValue(f.Write, place{})
		switch {
		case err != nil:
			t.Errorf("%s: %v", f.Write, err)
		case !read.MatchString(f.Write) && !both.MatchString(f.Write):
			t.Errorf("%s is not what an editor takes", f.Write)
		case f.Means == "":
			t.Errorf("%s has no words", f.Write)
		case v.path == nil && !v.drop && v.expr == "":
			t.Errorf("%s says nothing", f.Write)
		}
	}
}
