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
)

//go:embed templates
var templates embed.FS

// Start is what the files of a new partner are made from. What defaults.yaml
// says already may be left empty: Us, OurAS2 and Version.
type Start struct {
	Name        string // of the files
	Title       string // as people write it
	Template    string // the name of one of Templates
	Them, Us    Party
	AS2, OurAS2 string // as2
	URL         string // as2
	Certificate []byte // as2: as the partner sent it
	Host, User  string // sftp: of their server
	Mail        string // mailbox: their address
	Version     string
	Documents   []string // sets of the template; nil: the usual ones
	To          []string // the adapters that get what comes in
	DefaultsSay Habits   // what need not be written again
}

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
	kind, err := FindTemplate(s.Template)
	if err != nil {
		return nil, err
	}
	documents, err := kind.choose(s.Documents, s.version())
	if err != nil {
		return nil, err
	}
	var files []StartFile
	if kind.Transport == "as2" {
		certificates, err := ReadReceived(s.Certificate)
		if err != nil {
			return nil, fmt.Errorf("read the partner's certificate: %w", err)
		}
		files = append(files, StartFile{"certs/" + s.Name + ".cer", EncodeCertificates(certificates)})
	}
	for _, d := range documents {
		file, err := s.mapping(d)
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	text, err := fill(s.Template, profileStart{s.short(), documents, others(kind.Documents, documents)})
	if err != nil {
		return nil, err
	}
	return append(files, StartFile{ProfilePath(s.Name), text}), nil
}

// profileStart is what the template of a profile is filled with.
type profileStart struct {
	Start
	Agreed, Others []StartDocument
}

// others are the documents that are not among the chosen.
func others(all, chosen []StartDocument) []StartDocument {
	return slices.DeleteFunc(slices.Clone(all), func(d StartDocument) bool { return slices.Contains(chosen, d) })
}

// mapping makes the mapping of one document.
func (s Start) mapping(d StartDocument) (StartFile, error) {
	base, err := baseFor(d.Set, s.version())
	if err != nil {
		return StartFile{}, err
	}
	name := "mapping"
	if _, err := fs.Stat(templates, "templates/mapping-"+d.Set+".yaml"); err == nil {
		name += "-" + d.Set
	}
	text, err := fill(name, map[string]string{"Name": s.Name, "Title": d.Title, "Map": s.Name + "-" + d.Set, "Base": base})
	return StartFile{"mappings/" + s.Name + "-" + d.Set + ".yaml", text}, err
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

// fill writes a template. Texts are quoted as YAML takes them.
func fill(name string, with any) ([]byte, error) {
	text, err := templates.ReadFile("templates/" + name + ".yaml")
	if err != nil {
		return nil, fmt.Errorf("template %s: %w", name, err)
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

// ProfilePath is where the profile of a partner stands in a config directory.
func ProfilePath(partner string) string { return "partners/" + partner + ".yaml" }

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
