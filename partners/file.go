package partners

import (
	"time"

	"go.yaml.in/yaml/v3"

	"waybill/settings"
)

// file is a profile as it is written. defaults.yaml has the same shape, less
// what makes a partner a partner.
type file struct {
	Partner     string                  `yaml:"partner"`
	Name        string                  `yaml:"name"`
	Status      Status                  `yaml:"status" words:"draft testing production suspended"`
	Group       string                  `yaml:"group"`                    // a word of ours for partners that belong together, such as retailers
	Priority    int                     `yaml:"priority" min:"1" max:"9"` // 1 to 9; 1 is looked at first
	Calendar    string                  `yaml:"calendar"`                 // a file of calendars/ without its ending; "" is a clock that never stands still
	Contacts    []Contact               `yaml:"contacts"`
	X12         x12File                 `yaml:"x12"`
	AS2         yaml.Node               `yaml:"as2"`
	SFTP        yaml.Node               `yaml:"sftp"`
	Mailbox     yaml.Node               `yaml:"mailbox"`
	Folder      yaml.Node               `yaml:"folder"`
	Documents   map[string]documentFile `yaml:"documents"`
	Acknowledge acknowledgeFile         `yaml:"acknowledge"`
	Expect      expectFile              `yaml:"expect"`
	Silence     map[string]string       `yaml:"silence"` // by set: how long none may come before somebody is told; and calendar
	Limits      limitsFile              `yaml:"limits"`
	Retention   retentionFile           `yaml:"retention"`
}

// x12File is the x12 block.
type x12File struct {
	Them          Party          `yaml:"them"`
	Also          []Party        `yaml:"also"` // further ids that they send under
	Us            Party          `yaml:"us"`
	Version       string         `yaml:"version"`                                             // GS08
	OtherRelease  string         `yaml:"other_release" words:"accept hold refuse nearest"`    // a set that comes in another release (GS08) than agreed: accept, where we have its schema, hold, refuse, or nearest: where we have no schema of it, read by the nearest that there is
	Charset       string         `yaml:"charset" words:"basic extended utf8"`                 // basic, extended, utf8: the characters of what they and we send; extended is ISO 8859-1 beyond ASCII; where nothing is said, none is asked for, and what is not UTF-8 is held
	Trailing      string         `yaml:"trailing_separators" words:"forbid optional require"` // separators behind the last value of a segment: forbid refuses theirs, require wants every segment to its last element and sends ours so
	Delimiters    delimitersFile `yaml:"delimiters"`                                          //
	InData        string         `yaml:"delimiter_in_data" words:"refuse replace"`            // a delimiter inside a value that we send: refuse the document, or replace it by a blank
	Control       controlFile    `yaml:"control"`                                             //
	UsageMismatch string         `yaml:"usage_mismatch" words:"hold accept refuse"`           //
	Duplicate     duplicateFile  `yaml:"duplicate"`                                           //
}

// delimitersFile is how our own interchanges are punctuated.
type delimitersFile struct {
	Element    string `yaml:"element"`
	Component  string `yaml:"component"`
	Segment    string `yaml:"segment"`
	Repetition string `yaml:"repetition"`                    // "" follows from the version
	LineEnd    string `yaml:"line_end" words:"none lf crlf"` // none, lf, crlf
}

// controlFile is how our own envelopes are numbered.
type controlFile struct {
	Interchange isaNumbersFile `yaml:"interchange"`
	Group       gsNumbersFile  `yaml:"group"`
	Set         stNumbersFile  `yaml:"set"`
}

// isaNumbersFile numbers interchanges; ISA13 has nine digits always.
type isaNumbersFile struct {
	Start int64  `yaml:"start" min:"1" max:"999999999"` // ISA13 of the first
	Per   string `yaml:"per" words:"pair us"`           // pair: each sender and receiver counts on its own; us: all that leaves under one id of ours
}

// gsNumbersFile numbers groups.
type gsNumbersFile struct {
	Start  int64  `yaml:"start" min:"1" max:"999999999"` // GS06 of the first
	Length int    `yaml:"length" min:"1" max:"9"`        // filled up with zeros to so many digits
	Per    string `yaml:"per" words:"function pair us"`  // function: each GS01 of a pair counts on its own; pair; us
}

// stNumbersFile numbers sets.
type stNumbersFile struct {
	Start  int64  `yaml:"start" min:"1" max:"999999999"` // ST02 of the first
	Length int    `yaml:"length" min:"4" max:"9"`        // filled up with zeros to so many digits
	Per    string `yaml:"per" words:"group set pair"`    // group: begins again in each; set: each kind of a pair counts on its own; pair
}

// duplicateFile is what happens with what came before.
type duplicateFile struct {
	Window time.Duration `yaml:"window"`                                 // how long back is looked; 0s is for ever
	Action string        `yaml:"action" words:"hold accept refuse drop"` // hold, accept, refuse, drop
}

// documentFile is one entry of documents.
type documentFile struct {
	Direction string         `yaml:"direction" words:"in out"` // in, out
	Mapping   string         `yaml:"mapping"`
	Guide     string         `yaml:"guide"`                                         // a file under guides/, without its ending: what the partner demands beyond the standard
	Version   string         `yaml:"version"`                                       // "" is the one of x12
	Role      string         `yaml:"role" words:"seller buyer depositor warehouse"` // what we are: seller, buyer, depositor, warehouse
	To        []string       `yaml:"to"`
	Via       string         `yaml:"via" words:"as2 sftp mailbox folder"`
	Priority  int            `yaml:"priority" min:"1" max:"9"` // 1 to 9; that of the partner where nothing is said
	KeepOrder bool           `yaml:"keep_order"`               // none overtakes another; one that is held stops those behind it
	Due       string         `yaml:"due"`                      // out: when ours must have left: 4h, 24h after shipment, before delivery
	Calendar  string         `yaml:"calendar"`                 // of due; that of the partner where nothing is said
	Batch     batchFile      `yaml:"batch"`
	Duplicate *duplicateFile `yaml:"duplicate"` // in: a document whose number came before, in another interchange
}

// batchFile is how documents share an interchange.
type batchFile struct {
	Max    int           `yaml:"max" min:"1" max:"10000"` // documents in one interchange
	Window time.Duration `yaml:"window"`                  // how long the first waits for others
	By     []string      `yaml:"by"`                      // fields that must be the same in all of one interchange, such as shipTo.id
}

// acknowledgeFile is which acknowledgements we send.
type acknowledgeFile struct {
	Via         string          `yaml:"via" words:"as2 sftp mailbox folder"` // the transport that takes them; the partner's only one where nothing is said
	Functional  functionalFile  `yaml:"functional"`
	Interchange interchangeFile `yaml:"interchange"`
}

// functionalFile is the 997's part of acknowledge.
type functionalFile struct {
	Send   string    `yaml:"send" words:"997 999 none"`             // 997, 999 (for 005010 and later), none
	Detail string    `yaml:"detail" words:"errors none"`            // errors says which segment and element is wrong, none that something is
	Accept string    `yaml:"accept" words:"strict with-errors all"` // strict refuses a set with a problem; with-errors takes it and notes them; all takes it and notes nothing
	Per    string    `yaml:"per" words:"set group interchange"`     // how far a refusal reaches: the set, its group, its interchange
	List   string    `yaml:"list" words:"all refused"`              // the sets that are named: all, refused
	Batch  batchFile `yaml:"batch"`
}

// interchangeFile is the TA1's part of acknowledge.
type interchangeFile struct {
	Send string `yaml:"send" words:"never on-error always on-request"` // never, on-error, always, on-request (ISA14 = 1)
}

// limitsFile is how much we take from a partner.
type limitsFile struct {
	Size      settings.Size `yaml:"size"`                             // of one file
	Segments  int           `yaml:"segments" min:"0" max:"10000000"`  // of one set; 0 is our own limit
	PerMinute int           `yaml:"per_minute" min:"0" max:"1000000"` // messages; more wait, none is lost; 0 is no limit
}

// retentionFile is how long messages are kept.
type retentionFile struct {
	Raw       time.Duration `yaml:"raw"`       // what came and what left, byte for byte; 0s is for ever
	Canonical time.Duration `yaml:"canonical"` // the documents between; 0s is for ever
}

// transportBlocks are the keys that hold a transport's own block.
func transportBlocks() []string { return []string{"as2", "sftp", "mailbox", "folder"} }

// blocks are the transport blocks that stand in the file, by key.
func (f *file) blocks() map[string]*yaml.Node {
	out := map[string]*yaml.Node{}
	for name, node := range map[string]*yaml.Node{"as2": &f.AS2, "sftp": &f.SFTP, "mailbox": &f.Mailbox, "folder": &f.Folder} {
		if node.Kind != 0 {
			out[name] = node
		}
	}
	return out
}

// transports are the names of the blocks that the file has, in order.
func (f *file) transports() []string {
	var out []string
	blocks := f.blocks()
	for _, name := range transportBlocks() {
		if blocks[name] != nil {
			out = append(out, name)
		}
	}
	return out
}
