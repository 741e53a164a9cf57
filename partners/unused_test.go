package partners

import (
	"strings"
	"testing"

	"waybill/settings"
)

// What nobody names yet is read, too, and told as a warning: a mapping is mostly
// written before the profile says its name.
func TestUnusedFiles(t *testing.T) {
	wrong := strings.Replace(tinyMapping, "customerOrderNumber", "customerOrderNumbr", 1)
	tests := []struct{ name, file, text, want string }{
		{"a field that is not", "mappings/other.yaml", strings.Replace(wrong, "map: tiny", "map: other", 1),
			`mappings/other.yaml:5:3: warning: customerOrderNumbr: order/v1 has no "customerOrderNumbr"; did you mean customerOrderNumber?`},
		{"no YAML", "mappings/other.yaml", "map: [", "mappings/other.yaml:1:1: warning: not YAML"},
		{"an element that is not", "mappings/other.yaml", "map: other\nextends: base/850\nfields:\n  promotion: PO131\n", "no element 31 in PO1; PO1 has 25"},
		{"another release", "mappings/other.yaml", "map: other\nextends: base/850-005010\nfields:\n  promotion: REF[YD]02\n", ""},
		{"parts for others", "mappings/other.yaml", "map: other\nparts:\n  promoted:\n    promotion: REF[YD]02\n", ""},
		{"a table", "mappings/tables/other.yaml", "a: b\n", ""},
		{"good", "mappings/other.yaml", strings.Replace(tinyMapping, "map: tiny", "map: other", 1), ""},
		{"a guide", "guides/other.yaml", "guide: other\nset: \"850\"\nrelease: \"004010\"\nsegmets: {}\n", `guides/other.yaml:4:1: warning: the key "segmets" is not known`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			book, found := loadFiles(map[string][]byte{
				"mappings/tiny.yaml": []byte(tinyMapping), "partners/a.yaml": []byte(tiny("a", "A1", "004010")), tt.file: []byte(tt.text),
			})
			if got := text(found); tt.want == "" && got != "" || !strings.Contains(got, tt.want) || settings.Fatal(found) {
				t.Errorf("found %q, expected %q", got, tt.want)
			}
			if _, ok := book.Partner("a"); !ok {
				t.Error("the partner is gone")
			}
		})
	}
}

// What another mapping extends is told of once, as a problem of that one.
func TestWhatIsExtendedIsNotUnused(t *testing.T) {
	wrong := strings.Replace(tinyMapping, "map: tiny", "map: ours", 1) + "  promotoin: REF[YD]02\n"
	_, found := loadFiles(map[string][]byte{
		"mappings/ours.yaml": []byte(wrong), "mappings/tiny.yaml": []byte("map: tiny\nextends: ours\n"), "partners/a.yaml": []byte(tiny("a", "A1", "004010")),
	})
	if got := text(found); strings.Count(got, "promotoin: ") != 1 || !settings.Fatal(found) {
		t.Errorf("found %s", got)
	}
}
