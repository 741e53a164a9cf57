package partners

import (
	"go.yaml.in/yaml/v3"
)

// file is a profile as it is written. defaults.yaml has the same shape, less
// what makes a partner a partner.
type file struct {
	Partner     string                  `yaml:"partner"`
	Name        string                  `yaml:"name"`
	Status      Status                  `yaml:"status"`
	Priority    int                     `yaml:"priority"` // 1 to 9
	Contacts    []Contact               `yaml:"contacts"`
	X12         x12File                 `yaml:"x12"`
	AS2         yaml.Node               `yaml:"as2"`
	Documents   map[string]documentFile `yaml:"documents"`
	Acknowledge acknowledgeFile         `yaml:"acknowledge"`
}

// x12File is the x12 block.
type x12File struct {
	Them          Party          `yaml:"them"`
	Us            Party          `yaml:"us"`
	Version       string         `yaml:"version"` // GS08
	Delimiters    delimitersFile `yaml:"delimiters"`
	UsageMismatch string         `yaml:"usage_mismatch"` // hold, accept
}

// delimitersFile is how our own interchanges are punctuated.
type delimitersFile struct {
	Element    string `yaml:"element"`
	Component  string `yaml:"component"`
	Segment    string `yaml:"segment"`
	Repetition string `yaml:"repetition"` // "" follows from the version
	LineEnd    string `yaml:"line_end"`   // none, lf, crlf
}

// documentFile is one entry of documents.
type documentFile struct {
	Direction string   `yaml:"direction"` // in, out
	Mapping   string   `yaml:"mapping"`
	Version   string   `yaml:"version"` // "" is the one of x12
	Role      string   `yaml:"role"`    // seller, buyer, depositor, warehouse
	To        []string `yaml:"to"`
	Via       string   `yaml:"via"`
}

// acknowledgeFile is which acknowledgements we send.
type acknowledgeFile struct {
	Functional  functionalFile  `yaml:"functional"`
	Interchange interchangeFile `yaml:"interchange"`
}

// functionalFile is the 997's part of acknowledge.
type functionalFile struct {
	Send   string `yaml:"send"`   // 997, none
	Detail string `yaml:"detail"` // errors, none
	Accept string `yaml:"accept"` // strict, with-errors
	Per    string `yaml:"per"`    // set, group
}

// interchangeFile is the TA1's part of acknowledge.
type interchangeFile struct {
	Send string `yaml:"send"` // never
}

// unsaid is what holds where neither the profile nor defaults.yaml says more.
func unsaid() file {
	return file{
		Priority: 5,
		X12: x12File{
			UsageMismatch: "hold",
			Delimiters:    delimitersFile{Element: "*", Component: ">", Segment: "~", LineEnd: "none"},
		},
		Acknowledge: acknowledgeFile{
			Functional:  functionalFile{Send: "997", Detail: "errors", Accept: "strict", Per: "set"},
			Interchange: interchangeFile{Send: "never"},
		},
	}
}

// transportBlocks are the keys that hold a transport's own block.
func transportBlocks() []string { return []string{"as2"} }

// blocks are the transport blocks that stand in the file, by key.
func (f *file) blocks() map[string]*yaml.Node {
	out := map[string]*yaml.Node{}
	if f.AS2.Kind != 0 {
		out["as2"] = &f.AS2
	}
	return out
}
