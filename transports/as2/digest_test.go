package as2

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"crypto/sha512"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The three forms, computed in one pass over any cut of the octets, are the
// digests of the three forms written out.
func TestDigesterForms(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "\r", "\n", "\r\n", "ISA*00*"}), 0, 30)
		header := "Content-Type: x" + rapid.SampledFrom([]string{"\r\n\r\n", "\n\n", "\n\r\n"}).Draw(t, "end")
		body := strings.Join(text.Draw(t, "body"), "")
		d := newDigester([]byte(header))
		for rest := body; rest != ""; {
			n := min(rapid.IntRange(1, 5).Draw(t, "piece"), len(rest))
			if _, err := d.Write([]byte(rest[:n])); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		canon := func(s string) string {
			return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\n", "\r\n")
		}
		want := map[Form]string{FormRaw: header + body, FormHeader: canon(header) + body, FormAll: canon(header) + canon(body)}
		got := map[Form]bool{}
		for _, f := range d.forms() {
			got[f.form] = true
			sum := sha256.Sum256([]byte(want[f.form]))
			sum512 := sha512.Sum512([]byte(want[f.form]))
			if !bytes.Equal(f.sums[crypto.SHA256], sum[:]) || !bytes.Equal(f.digest(crypto.SHA512), sum512[:]) {
				t.Fatalf("form %s of %q %q", f.form, header, body)
			}
		}
		if !got[FormRaw] || got[FormHeader] != (canon(header) != header) || got[FormAll] != (canon(body) != body) {
			t.Fatalf("forms of %q %q: %v", header, body, got)
		}
	})
}

func TestHashNames(t *testing.T) {
	for name, want := range map[string]crypto.Hash{
		"sha1": crypto.SHA1, "SHA-1": crypto.SHA1, "rsa-sha1": crypto.SHA1,
		"sha256": crypto.SHA256, "sha-256": crypto.SHA256, " SHA_256 ": crypto.SHA256, "sha2-256": crypto.SHA256, `"sha256"`: crypto.SHA256,
		"sha384": crypto.SHA384, "sha-512": crypto.SHA512, "sha2_512": crypto.SHA512,
		"md5": 0, "": 0, "sha224": 0, "sha3-256": 0, "none": 0,
	} {
		if got := hashByName(name); got != want {
			t.Errorf("hashByName(%q) = %v, want %v", name, got, want)
		}
	}
	if nameOf(crypto.SHA256, true) != "sha-256" || nameOf(crypto.SHA256, false) != "sha256" || nameOf(crypto.MD5, false) != "" {
		t.Error("names are written wrong")
	}
}
