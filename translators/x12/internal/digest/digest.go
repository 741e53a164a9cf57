package main

// digestFile is one set of the digest.
type digestFile struct {
	Set        string                   `yaml:"set"`
	Functional string                   `yaml:"functional_group"`
	Structure  []digestItem             `yaml:"structure"`
	Segments   map[string]digestSegment `yaml:"segments"`
	Composites map[string]digestSegment `yaml:"composites"`
}

// digestItem is a segment or a loop in position order.
type digestItem struct {
	Segment  string       `yaml:"seg"`
	Loop     string       `yaml:"loop"`
	Usage    string       `yaml:"usage"`
	Max      string       `yaml:"max"`
	Repeat   string       `yaml:"repeat"`
	Area     string       `yaml:"area"`
	Segments []digestItem `yaml:"segments"`
}

// digestSegment is a segment with its elements or a composite with its components.
type digestSegment struct {
	Elements   []digestElement `yaml:"elements"`
	Components []digestElement `yaml:"components"`
	Syntax     []string        `yaml:"syntax"`
}

type digestElement struct {
	Position int    `yaml:"pos"`
	Number   string `yaml:"id"`
	Type     string `yaml:"type"`
	Min      int    `yaml:"min"`
	Max      int    `yaml:"max"`
	Usage    string `yaml:"usage"`
	Repeat   int    `yaml:"repeat"`
}

// digestCodes is a code list; without values only some meanings are known.
type digestCodes struct {
	Values   []string          `yaml:"values"`
	Meanings map[string]string `yaml:"meanings"`
}

// nameTable holds our names.
type nameTable struct {
	Sets     map[string]string `yaml:"sets"`
	Segments map[string]string `yaml:"segments"`
	Elements map[string]string `yaml:"elements"`
}
