package settings

import "testing"

func TestPlace(t *testing.T) {
	node, problems := Parse("p.yaml", []byte("as2:\n  us: A\n  certificates:\n    - { file: a.cer }\n    - { file: b.cer, use: [sing] }\n"))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	block := child(node, "as2")
	for _, c := range []struct{ key, want string }{
		{"us", "p.yaml:2:7: as2.us: x"},
		{"certificates[1].use", "p.yaml:5:27: as2.certificates[1].use: x"},
		{"certificates[7]", "p.yaml:4:5: as2.certificates[7]: x"},
		{"certificates[-1]", "p.yaml:4:5: as2.certificates[-1]: x"},
		{"mdn.timeout", "p.yaml:2:3: as2.mdn.timeout: x"},
		{"", "p.yaml:2:3: as2: x"},
	} {
		got := Place("p.yaml", block, "as2", []Problem{{Key: c.key, Text: "x"}})
		if len(got) != 1 || got[0].String() != c.want {
			t.Errorf("key %q: found %v, expected %s", c.key, got, c.want)
		}
	}
}
