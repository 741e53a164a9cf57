package partners

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"waybill/settings"
)

// CertificateEntry is an entry of as2.certificates.
type CertificateEntry struct {
	File string // relative to the config directory
	From string // a day, or ""
}

// String is the entry as it stands in a profile.
func (e CertificateEntry) String() string {
	if e.From == "" {
		return "{ file: " + e.File + " }"
	}
	return "{ file: " + e.File + ", from: " + e.From + " }"
}

// AddCertificate adds an entry at the end of as2.certificates in the text of a
// profile, and leaves every other byte as it is. It says false where the list is
// not one to a line, or is not there: then a person has to do it.
func AddCertificate(profile []byte, e CertificateEntry) ([]byte, bool) {
	list := certificateList(profile)
	if list == nil || list.Kind != yaml.SequenceNode || list.Style&yaml.FlowStyle != 0 || len(list.Content) == 0 {
		return nil, false
	}
	lines := bytes.SplitAfter(profile, []byte("\n"))
	dash := regexp.MustCompile(`^ *- `).Find(lines[list.Content[0].Line-1])
	last := lastLine(list.Content[len(list.Content)-1])
	if dash == nil || last > len(lines) {
		return nil, false
	}
	end := "\n"
	if bytes.HasSuffix(lines[0], []byte("\r\n")) {
		end = "\r\n"
	}
	if !bytes.HasSuffix(lines[last-1], []byte("\n")) {
		lines[last-1] = append(bytes.Clone(lines[last-1]), end...)
	}
	added := []byte(string(dash) + e.String() + end)
	out := bytes.Join(append(append(append([][]byte{}, lines[:last]...), added), lines[last:]...), nil)
	return out, onlyAdded(profile, out, e)
}

// certificateList is as2.certificates of a profile, nil where it has none.
func certificateList(profile []byte) *yaml.Node {
	node, found := settings.Parse("", profile)
	if settings.Fatal(found) {
		return nil
	}
	for _, key := range []string{"as2", "certificates"} {
		var below *yaml.Node
		for i := 0; node.Kind == yaml.MappingNode && i+1 < len(node.Content); i += 2 {
			if node.Content[i].Value == key {
				below = node.Content[i+1]
			}
		}
		if below == nil {
			return nil
		}
		node = below
	}
	return node
}

// lastLine is the last line on which something of a node begins.
func lastLine(n *yaml.Node) int {
	last := n.Line
	for _, c := range n.Content {
		last = max(last, lastLine(c))
	}
	return last
}

// onlyAdded says that the text after means what it meant before, with one entry more.
func onlyAdded(before, after []byte, e CertificateEntry) bool {
	var was, is, added map[string]any
	if yaml.Unmarshal(before, &was) != nil || yaml.Unmarshal(after, &is) != nil || yaml.Unmarshal([]byte(e.String()), &added) != nil {
		return false
	}
	as2, ok := was["as2"].(map[string]any)
	if !ok {
		return false
	}
	list, ok := as2["certificates"].([]any)
	as2["certificates"] = append(list, added)
	return ok && reflect.DeepEqual(was, is)
}

// Replace puts data in the place of a file at once, so that whoever reads it sees
// the old text or the new one.
func Replace(name string, data []byte) error {
	mode := os.FileMode(0o644)
	if info, err := os.Stat(name); err == nil {
		mode = info.Mode().Perm()
	}
	next := filepath.Join(filepath.Dir(name), "."+filepath.Base(name)+".tmp")
	err := os.WriteFile(next, data, mode)
	if err == nil {
		err = os.Rename(next, name)
	}
	if err != nil {
		_ = os.Remove(next) // it may not be there
	}
	return err
}

// FreeCertificateName is a path in certs/ for a partner's certificate of a year
// that no file has yet.
func FreeCertificateName(dir, partner, year string) string {
	for n := ""; ; n += "b" {
		name := "certs/" + strings.Join([]string{partner, year + n}, "-") + ".cer"
		if _, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(name))); err != nil {
			return name
		}
	}
}
