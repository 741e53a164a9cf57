package x12

import (
	"bufio"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"strings"
)

// documentsInInterchange is how many SampleMany writes between ISA and IEA.
const documentsInInterchange = 20

// SampleMany writes a file of as many documents as asked for, in interchanges of
// twenty, and holds no more than one of them. The same options write the same
// bytes. The first document is held against the schema; the others differ from it
// in numbers only.
func (t *Translator) SampleMany(w io.Writer, o SampleOptions) error {
	if t.guide != nil {
		return fmt.Errorf("guide %s: many documents are made by the standard only", t.guide.Guide.Name)
	}
	text, err := fs.ReadFile(schemaFiles, "samples/many/"+o.Set+".txt")
	if err != nil {
		if text, err = fs.ReadFile(schemaFiles, "samples/"+o.Set+".txt"); err != nil {
			text = nil
		}
	}
	if err := t.sample(io.Discard, string(text), o); err != nil {
		return err
	}
	m := newManySamples(string(text), o)
	out := bufio.NewWriterSize(w, 64<<10)
	for done := 0; done < o.Documents; {
		n := min(o.Documents-done, documentsInInterchange)
		if _, err := out.Write(m.interchange(done, n)); err != nil {
			return err
		}
		if done += n; o.Progress != nil {
			o.Progress(done)
		}
	}
	return out.Flush()
}

// manySamples writes documents of a template that was cut up before.
type manySamples struct {
	o               SampleOptions
	isa, gs         string // up to their control numbers
	isaEnd, gsEnd   string // after them
	head, line, end []samplePart
	segments        int // in a document, ST and SE too
	text            []byte
}

// samplePart is text that stays as it is, and a word with @ after it.
type samplePart struct{ text, word string }

func newManySamples(text string, o SampleOptions) *manySamples {
	ic, group := sampleEnvelope(text, o)
	standard, separator := "U", ">"
	if o.Version >= "005010" {
		standard = "^"
	}
	m := &manySamples{o: o}
	m.isa = fmt.Sprintf("ISA*00*          *00*          *ZZ*%-15s*ZZ*%-15s*%s*%s*%s*%s*", ic.Sender, ic.Receiver, ic.Date, ic.Time, standard, ic.Version)
	m.isaEnd = "*0*T*" + separator + "~"
	m.gs = strings.Join([]string{"GS", group.Functional, group.Sender, group.Receiver, group.Date, group.Time, ""}, "*")
	m.gsEnd = "*X*" + o.Version + "~"
	head, line, end := sampleRows(text, o.Version)
	m.segments = 2 + len(head) + len(line)*o.Lines + len(end)
	m.head, m.line, m.end = sampleParts(head, o), sampleParts(line, o), sampleParts(end, o)
	return m
}

// sampleParts joins the rows and cuts them at their words with @. Those that are
// the same in all documents are filled in.
func sampleParts(rows []string, o SampleOptions) []samplePart {
	var parts []samplePart
	var text []byte
	at := sampleAt{o: &o}
	for _, row := range rows {
		for i, word := range strings.Split(row, "*") {
			if i > 0 {
				text = append(text, '*')
			}
			switch word {
			case "@date", "@later", "@lines", "@levels":
				text = at.append(text, word)
				continue
			}
			if !strings.HasPrefix(word, "@") {
				text = append(text, word...)
				continue
			}
			parts = append(parts, samplePart{string(text), word})
			text = text[:0]
		}
		text = append(text, '~')
	}
	return append(parts, samplePart{text: string(text)})
}

// interchange writes n documents, the first of which has the number given. The
// bytes are good until the next call.
func (m *manySamples) interchange(first, n int) []byte {
	number := first/documentsInInterchange + 1
	b := append(m.text[:0], m.isa...)
	b = append(appendDigits(b, number, 9), m.isaEnd...)
	b = append(b, m.gs...)
	b = append(strconv.AppendInt(b, int64(number), 10), m.gsEnd...)
	for i := range n {
		b = m.document(b, first+i, i+1)
	}
	b = strconv.AppendInt(append(b, "GE*"...), int64(n), 10)
	b = strconv.AppendInt(append(b, '*'), int64(number), 10)
	b = append(appendDigits(append(b, "~IEA*1*"...), number, 9), '~')
	m.text = b
	return b
}

func (m *manySamples) document(b []byte, document, control int) []byte {
	at := sampleAt{o: &m.o, document: document}
	b = append(append(append(b, "ST*"...), m.o.Set...), '*')
	b = append(appendDigits(b, control, 4), '~')
	b = at.fill(b, m.head)
	for range m.o.Lines {
		at.next()
		b = at.fill(b, m.line)
	}
	at.total()
	b = at.fill(b, m.end)
	b = strconv.AppendInt(append(b, "SE*"...), int64(m.segments), 10)
	return append(appendDigits(append(b, '*'), control, 4), '~')
}

// fill writes the parts with what their words stand for.
func (at *sampleAt) fill(b []byte, parts []samplePart) []byte {
	for _, p := range parts {
		b = append(b, p.text...)
		if p.word != "" {
			b = at.append(b, p.word)
		}
	}
	return b
}
