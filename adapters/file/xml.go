package file

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// isElement says whether a name can be that of an XML element or attribute.
func isElement(name string) bool {
	for i, r := range name {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_' || r >= 0x80
		if !letter && (i == 0 || !(r >= '0' && r <= '9' || r == '-' || r == '.')) {
			return false
		}
	}
	return name != ""
}

// writeXML writes a tree: a field is an element, a list the element once for each
// item, and a field whose name begins with @ an attribute.
func writeXML(root string, v any) ([]byte, error) {
	b := bytes.NewBufferString(xml.Header)
	if err := element(b, root, v); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

func element(b *bytes.Buffer, name string, v any) error {
	if list, ok := v.([]any); ok {
		for _, item := range list {
			if err := element(b, name, item); err != nil {
				return err
			}
		}
		return nil
	}
	if v == nil {
		return nil
	}
	if !isElement(name) {
		return fmt.Errorf("%q cannot be the name of an element", name)
	}
	b.WriteString("<" + name)
	o, nested := v.(object)
	if nested {
		if err := attributes(b, o); err != nil {
			return err
		}
	}
	b.WriteByte('>')
	if !nested {
		if err := text(b, v); err != nil {
			return err
		}
	}
	for _, f := range o {
		switch {
		case f.name == "#text":
			if err := text(b, f.value); err != nil {
				return err
			}
		case !strings.HasPrefix(f.name, "@"):
			if err := element(b, f.name, f.value); err != nil {
				return err
			}
		}
	}
	b.WriteString("</" + name + ">")
	return nil
}

func attributes(b *bytes.Buffer, o object) error {
	for _, f := range o {
		name, ok := strings.CutPrefix(f.name, "@")
		if !ok {
			continue
		}
		if !isElement(name) {
			return fmt.Errorf("%q cannot be the name of an attribute", name)
		}
		b.WriteString(" " + name + `="`)
		if err := text(b, f.value); err != nil {
			return err
		}
		b.WriteByte('"')
	}
	return nil
}

// text writes a single value. Characters that XML has no way to write are refused
// and not replaced.
func text(b *bytes.Buffer, v any) error {
	switch v.(type) {
	case object, []any:
		return errors.New("a list or an object stands where a text belongs")
	}
	s := fmt.Sprint(v)
	for _, r := range s {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF || r == 0xFFFD {
			return fmt.Errorf("%q has a character that XML cannot hold", s)
		}
	}
	return xml.EscapeText(b, []byte(s))
}

// readXML reads one document as a tree of what stands in its root: elements of
// one name beside one another are a list. Nothing that a document declares is
// followed: there are no entities but those of XML itself.
func readXML(data []byte) (object, error) {
	d := xml.NewDecoder(bytes.NewReader(data))
	for {
		token, err := d.Token()
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = errors.New("there is no element")
			}
			return nil, err
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		v, err := children(d, start, 0)
		if err != nil {
			return nil, err
		}
		if err := ended(d); err != nil {
			return nil, err
		}
		if o, ok := v.(object); ok {
			return o, nil
		}
		return nil, errors.New("the root has no elements")
	}
}

// ended holds that nothing but blanks and comments follows.
func ended(d *xml.Decoder) error {
	for {
		token, err := d.Token()
		switch token := token.(type) {
		case nil:
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		case xml.StartElement:
			return fmt.Errorf("a second root follows: %s", token.Name.Local)
		}
	}
}

// children reads what stands in an element: a text, or an object.
func children(d *xml.Decoder, start xml.StartElement, depth int) (any, error) {
	if depth > mostNested {
		return nil, fmt.Errorf("elements lie more than %d deep in one another", mostNested)
	}
	o := object{}
	at := map[string]int{}
	for _, a := range start.Attr {
		if a.Name.Space != "xmlns" && a.Name.Local != "xmlns" {
			o.add(at, "@"+a.Name.Local, a.Value)
		}
	}
	var words strings.Builder
	for {
		token, err := d.Token()
		if err != nil {
			return nil, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			v, err := children(d, token, depth+1)
			if err != nil {
				return nil, err
			}
			o.add(at, token.Name.Local, v)
		case xml.CharData:
			words.Write(token)
		case xml.EndElement:
			said := strings.TrimSpace(words.String())
			if len(o) == 0 {
				return said, nil
			}
			if said != "" {
				o.add(at, "#text", said)
			}
			return o, nil
		}
	}
}

// add adds a field; the second of a name makes a list of both.
func (o *object) add(at map[string]int, name string, v any) {
	i, had := at[name]
	if !had {
		at[name] = len(*o)
		*o = append(*o, field{name, v})
		return
	}
	f := &(*o)[i]
	if list, ok := f.value.([]any); ok {
		f.value = append(list, v)
		return
	}
	f.value = []any{f.value, v}
}
