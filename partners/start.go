package partners

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"waybill/mappings"
)

//go:embed templates
var templates embed.FS

// Start is what the files of a new partner are made from. What defaults.yaml
// says already may be left empty: Us, OurAS2 and Version.
type Start struct {
	Name        string // of the files
	Title       string // as people write it
	Template    string // one of Templates
	Them, Us    Party
	AS2, OurAS2 string
	URL         string
	Version     string
	Documents   []string // sets that come in
	To          []string // the adapters that get them
	Certificate []byte   // as the partner sent it
	DefaultsSay Habits   // what need not be written again
}

// Templates are the kinds of partners that a Start can be of.
func Templates() []string { return []string{"retailer-as2"} }

// Taken says that a file of the partner is there already.
type Taken struct{ File string }

func (e *Taken) Error() string {
	return e.File + " is there already: nothing was written"
}

// Files makes the partner's files, by their paths in the config directory, in
// the order in which to write them: the profile, which names the others, is last.
func (s Start) Files() ([]StartFile, error) {
	if !partnerName().MatchString(s.Name) || s.Name == "defaults" {
		return nil, fmt.Errorf("%q cannot be a partner's name: use small letters, digits, - and _, at most 63, such as acme-retail", s.Name)
	}
	if len(s.Documents) == 0 {
		return nil, errors.New("a partner without documents has nothing to say: name a set, such as 850")
	}
	certificates, err := ReadReceived(s.Certificate)
	if err != nil {
		return nil, fmt.Errorf("read the partner's certificate: %w", err)
	}
	files := []StartFile{{"certs/" + s.Name + ".cer", EncodeCertificates(certificates)}}
	s.Documents = slices.Compact(slices.Sorted(slices.Values(s.Documents)))
	for _, set := range s.Documents {
		base, err := baseFor(set, s.version())
		if err != nil {
			return nil, err
		}
		text, err := fill("mapping-"+set, map[string]string{"Name": s.Name, "Map": s.Name + "-" + set, "Base": base})
		if err != nil {
			return nil, err
		}
		files = append(files, StartFile{"mappings/" + s.Name + "-" + set + ".yaml", text})
	}
	text, err := fill(s.Template, s.short())
	if err != nil {
		return nil, err
	}
	return append(files, StartFile{"partners/" + s.Name + ".yaml", text}), nil
}

func (s Start) version() string {
	if s.Version != "" {
		return s.Version
	}
	return s.DefaultsSay.Version
}

// short leaves out what defaults.yaml says in the same words.
func (s Start) short() Start {
	if s.Title == "" {
		s.Title = s.Name
	}
	if s.Us == s.DefaultsSay.Us {
		s.Us = Party{}
	}
	if s.OurAS2 == s.DefaultsSay.AS2 {
		s.OurAS2 = ""
	}
	if s.Version == s.DefaultsSay.Version {
		s.Version = ""
	}
	return s
}

// partnerName is the shape of a name: it is also that of a file, and of labels.
func partnerName() *regexp.Regexp { return regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,62}$`) }

// baseFor is the base map for a set, the one for the release where there is one.
func baseFor(set, version string) (string, error) {
	release := version[:min(len(version), len("004010"))]
	for _, name := range []string{"base/" + set + "-" + release, "base/" + set} {
		if _, err := fs.Stat(mappings.Base(), name+".yaml"); err == nil {
			if _, err := templates.Open("templates/mapping-" + set + ".yaml"); err == nil {
				return name, nil
			}
		}
	}
	return "", fmt.Errorf("there is no base map for the document %q; there is one for 850", set)
}

// fill writes a template. Texts are quoted as YAML takes them.
func fill(name string, with any) ([]byte, error) {
	text, err := templates.ReadFile("templates/" + name + ".yaml")
	if err != nil {
		return nil, fmt.Errorf("there is no template %q; there are: %s", name, strings.Join(Templates(), ", "))
	}
	t, err := template.New(name).Funcs(template.FuncMap{"quote": strconv.Quote}).Parse(string(text))
	if err != nil {
		return nil, fmt.Errorf("template %s: %w", name, err)
	}
	var b strings.Builder
	if err := t.Execute(&b, with); err != nil {
		return nil, fmt.Errorf("template %s: %w", name, err)
	}
	return []byte(b.String()), nil
}

// StartFile is one file of a new partner.
type StartFile struct {
	Path string // in the config directory, with slashes
	Data []byte
}

// WriteNew writes files into dir, all or none: one that is there already, or that
// cannot be written, takes the others away again.
func WriteNew(dir string, files []StartFile) error {
	for i, f := range files {
		name := filepath.Join(dir, filepath.FromSlash(f.Path))
		err := os.MkdirAll(filepath.Dir(name), 0o755)
		if err == nil {
			err = writeOnce(name, f.Data)
		}
		if err == nil {
			continue
		}
		if errors.Is(err, fs.ErrExist) {
			err = &Taken{f.Path}
		}
		return errors.Join(err, RemoveNew(dir, files[:i]))
	}
	return nil
}

// writeOnce writes a file that is not there yet.
func writeOnce(name string, data []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(name))
	}
	return nil
}

// RemoveNew takes away what WriteNew wrote.
func RemoveNew(dir string, files []StartFile) error {
	var failed error
	for _, f := range files {
		failed = errors.Join(failed, os.Remove(filepath.Join(dir, filepath.FromSlash(f.Path))))
	}
	return failed
}
