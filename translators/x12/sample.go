package x12

import (
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
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
}

// Sample writes a made-up document of a set: a good one, as real as the ones that
// partners send, with as many lines as asked for. It is written by Encode, which
// holds it against the schema of the version first.
func (t *Translator) Sample(w io.Writer, o SampleOptions) error {
	schema, err := t.library.Schema(o.Set, o.Version)
	if err != nil {
		return err
	}
	text, err := fs.ReadFile(schemaFiles, "samples/"+o.Set+".txt")
	if err != nil {
		return fmt.Errorf("there is no sample of set %s", o.Set)
	}
	incoming := strings.HasPrefix(string(text), "# group "+schema.Functional+", to us\n")
	ic, group := sampleEnvelope(o, incoming)
	group.Functional = schema.Functional
	set := &translators.Set{ID: o.Set, Control: "0001", Group: group, Schema: schema, Segments: sampleSegments(string(text), o)}
	return t.Encode(w, ic, func(yield func(*translators.Set, error) bool) { yield(set, nil) })
}

// Samples are the sets that Sample makes.
func (l *Library) Samples() []string {
	var all []string
	for _, r := range l.releases {
		all = append(all, sortedKeys(r.sets)...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func sampleEnvelope(o SampleOptions, incoming bool) (translators.Interchange, translators.Group) {
	from, to := "OURCO", "NORTHSTORES"
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
		Sender: from, Receiver: to, Date: o.At.Format("20060102"), Time: o.At.Format("1504"), Control: "1", Version: o.Version,
	}
}

// sampleSegments fills in a template: segments, of which those between [line] and
// [end] come for each line. "from 005010: " stands before what only newer releases have.
func sampleSegments(text string, o SampleOptions) []translators.Segment {
	head, rest, _ := strings.Cut(text, "[line]\n")
	line, end, _ := strings.Cut(rest, "[end]\n")
	var out []translators.Segment
	sum, cents := 0, 0
	fill := func(part string, n int) {
		values := sampleValues(o, n, sum, cents)
		for row := range strings.Lines(part) {
			row = strings.TrimSpace(row)
			if since, later, found := strings.Cut(row, ": "); found {
				row = later
				if o.Version < strings.TrimPrefix(since, "from ") {
					continue
				}
			}
			if row != "" && row[0] != '#' {
				out = append(out, sampleSegment(row, values))
			}
		}
	}
	fill(head, 0)
	for n := 1; n <= o.Lines; n++ {
		fill(line, n)
		l := sampleLine(n)
		sum += l.quantity
		cents += l.quantity * l.cents
	}
	fill(end, 0)
	return out
}

// sampleValues are what the words with @ stand for in line n.
func sampleValues(o SampleOptions, n, sum, cents int) map[string]string {
	l := sampleLine(n)
	return map[string]string{
		"@po": "N-77120", "@date": o.At.Format("20060102"), "@later": o.At.AddDate(0, 0, 9).Format("20060102"),
		"@line": strconv.Itoa(n), "@number": fmt.Sprintf("%04d", n), "@level": strconv.Itoa(n + 2),
		"@quantity": strconv.Itoa(l.quantity), "@price": money(l.cents), "@upc": l.upc, "@sku": l.sku, "@item": l.item,
		"@lines": strconv.Itoa(o.Lines), "@levels": strconv.Itoa(o.Lines + 2),
		"@sum": strconv.Itoa(sum), "@cents": strconv.Itoa(cents), "@total": money(cents),
	}
}

func sampleSegment(row string, values map[string]string) translators.Segment {
	words := strings.Split(row, "*")
	s := translators.Segment{ID: words[0]}
	for i, word := range words[1:] {
		if v, ok := values[word]; ok {
			word = v
		}
		e := translators.Element{Text: word}
		if s.ID == "POC" && i == 4 { // the unit is a composite there
			e = translators.Element{Repeats: [][]string{{word}}}
		}
		s.Elements = append(s.Elements, e)
	}
	return s
}

// lineOfSample is what a line is about.
type lineOfSample struct {
	quantity, cents int
	upc, sku, item  string
}

func sampleLine(n int) lineOfSample {
	items := []string{"DESK LAMP", "LED LAMP A19 9W", "LED LAMP BR30 11W", "EXTENSION CORD 10FT", "NIGHT LIGHT", "WALL TIMER", "POWER STRIP 6"}
	code := fmt.Sprintf("6141410%04d", n%10_000)
	return lineOfSample{
		quantity: 12 * (1 + n%5), cents: 415 + 85*(n%7),
		upc: code + checkDigit(code), sku: fmt.Sprintf("SKU-%d", 1000+n), item: items[n%len(items)],
	}
}

// checkDigit is the last digit of a UPC: with it, three times the digits at odd
// places and once the others make a multiple of ten.
func checkDigit(code string) string {
	sum := 0
	for i, c := range code {
		sum += int(c-'0') * (3 - i%2*2)
	}
	return strconv.Itoa((10 - sum%10) % 10)
}

// money writes cents as an R element: without zeros that say nothing.
func money(cents int) string {
	text := fmt.Sprintf("%d.%02d", cents/100, cents%100)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}
