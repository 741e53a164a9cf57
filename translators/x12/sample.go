package x12

import (
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

	"waybill/translators"
)

// SampleOptions say what document Sample makes.
type SampleOptions struct {
	Set     string // "850"
	Version string // "004010"
	Lines   int
	At      time.Time

	Documents int                 // in the file that SampleMany makes
	Progress  func(documents int) // told by SampleMany how many are written; may be nil
}

// Sample writes a made-up document of a set: a good one, as real as the ones that
// partners send, with as many lines as asked for. It is written by Encode, which
// holds it against the schema of the version first.
func (t *Translator) Sample(w io.Writer, o SampleOptions) error {
	text, err := fs.ReadFile(schemaFiles, "samples/"+o.Set+".txt")
	if err != nil {
		text = nil
	}
	return t.sample(w, string(text), o)
}

func (t *Translator) sample(w io.Writer, text string, o SampleOptions) error {
	schema, err := t.schemaOf(o)
	if err != nil {
		return err
	}
	if text == "" {
		return fmt.Errorf("there is no sample of set %s", o.Set)
	}
	ic, group := sampleEnvelope(text, o)
	set := &translators.Set{ID: o.Set, Control: "0001", Group: group, Schema: schema, Segments: sampleSegments(text, o)}
	if schema.Guide != nil {
		if err := t.fit(ic, set, o.At); err != nil {
			return err
		}
	}
	return t.Encode(w, ic, func(yield func(*translators.Set, error) bool) { yield(set, nil) })
}

// schemaOf is what a sample is made by: the translator's guide, or the standard.
func (t *Translator) schemaOf(o SampleOptions) (*translators.Schema, error) {
	if t.guide == nil {
		return t.library.Schema(o.Set, o.Version)
	}
	if o.Set != t.guide.Set || !strings.HasPrefix(o.Version, t.guide.Release) {
		return nil, fmt.Errorf("guide %s is for %s in %s, not for %s in %s", t.guide.Guide.Name, t.guide.Set, t.guide.Release, o.Set, o.Version)
	}
	return t.guide, nil
}

// Samples are the sets that Sample makes.
func (l *Library) Samples() []string {
	var all []string
	for _, r := range l.releases {
		all = append(all, slices.Sorted(maps.Keys(r.sets))...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// sampleEnvelope is the envelope that the first row of a template speaks of:
// its group, and whether we receive it.
func sampleEnvelope(text string, o SampleOptions) (translators.Interchange, translators.Group) {
	from, to := "OURCO", "NORTHSTORES"
	row, _, _ := strings.Cut(text, "\n")
	group, incoming := strings.CutSuffix(strings.TrimPrefix(row, "# group "), ", to us")
	group, _, _ = strings.Cut(group, ",")
	if incoming {
		from, to = to, from
	}
	version := "00401"
	if o.Version >= "005010" {
		version = "00501"
	}
	ic := translators.Interchange{
		Delimiters: translators.Delimiters{LineEnd: "\n"}, SenderQualifier: "ZZ", Sender: from, ReceiverQualifier: "ZZ", Receiver: to,
		Date: o.At.Format("060102"), Time: o.At.Format("1504"), Version: version, Control: "000000001", Usage: "T",
	}
	return ic, translators.Group{
		Functional: group, Sender: from, Receiver: to, Date: o.At.Format("20060102"), Time: o.At.Format("1504"), Control: "1", Version: o.Version,
	}
}

// sampleSegments fills in a template.
func sampleSegments(text string, o SampleOptions) []translators.Segment {
	var out []translators.Segment
	at := sampleAt{o: &o}
	fill := func(rows []string) {
		for _, row := range rows {
			out = append(out, sampleSegment(row, at))
		}
	}
	head, line, end := sampleRows(text, o.Version)
	fill(head)
	for range o.Lines {
		at.next()
		fill(line)
	}
	at.total()
	fill(end)
	return out
}

// sampleRows cuts a template up: of its rows, those between [line] and [end] come
// for each line. "from 005010: " stands before what only newer releases have.
func sampleRows(text, version string) (head, line, end []string) {
	parts := [3]*[]string{&head, &line, &end}
	part := 0
	for row := range strings.Lines(text) {
		row = strings.TrimSpace(row)
		if row == "[line]" || row == "[end]" {
			part++
			continue
		}
		if since, later, found := strings.Cut(row, ": "); found {
			row = later
			if version < strings.TrimPrefix(since, "from ") {
				continue
			}
		}
		if row != "" && row[0] != '#' {
			*parts[part] = append(*parts[part], row)
		}
	}
	return head, line, end
}

func sampleSegment(row string, at sampleAt) translators.Segment {
	words := strings.Split(row, "*")
	s := translators.Segment{ID: words[0]}
	for i, word := range words[1:] {
		if strings.HasPrefix(word, "@") {
			word = string(at.append(nil, word))
		}
		e := translators.Element{Text: word}
		if s.ID == "POC" && i == 4 { // the unit is a composite there
			e = translators.Element{Repeats: [][]string{{word}}}
		}
		s.Elements = append(s.Elements, e)
	}
	return s
}
