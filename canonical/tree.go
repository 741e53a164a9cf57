package canonical

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf8"
)

// Bounds of a document, whoever sent it.
const (
	maxBytes    = 32 << 20
	maxDepth    = 64
	maxProblems = 1000
)

// tree reads one JSON value into maps, slices, strings, bools and json.Numbers.
// Unlike encoding/json it refuses a second key of the same name, text that is not
// UTF-8 and excessive depth: two readers must never see different documents.
func tree(data []byte) (any, error) {
	if len(data) > maxBytes {
		return nil, fmt.Errorf("%d bytes are too many; at most %d", len(data), maxBytes)
	}
	if !utf8.Valid(data) {
		return nil, fmt.Errorf("not UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	v, err := value(d, "", 0)
	if err == nil {
		if _, end := d.Token(); end != io.EOF {
			err = fmt.Errorf("something follows at byte %d, after the end", d.InputOffset())
		}
	}
	return v, err
}

func value(d *json.Decoder, path string, depth int) (any, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("nested deeper than %d levels at byte %d", maxDepth, d.InputOffset())
	}
	t, err := d.Token()
	if err != nil {
		return nil, syntax(d, err)
	}
	switch t {
	case json.Delim('{'):
		return object(d, path, depth)
	case json.Delim('['):
		return list(d, path, depth)
	}
	return t, nil
}

func object(d *json.Decoder, path string, depth int) (any, error) {
	m := map[string]any{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, syntax(d, err)
		}
		key, _ := t.(string) // the decoder lets nothing else stand here
		if _, twice := m[key]; twice {
			return nil, fmt.Errorf("%s stands twice in its object, again at byte %d", cut(under(path, key)), d.InputOffset())
		}
		if m[key], err = value(d, under(path, key), depth+1); err != nil {
			return nil, err
		}
	}
	_, err := d.Token()
	return m, syntax(d, err)
}

func list(d *json.Decoder, path string, depth int) (any, error) {
	l := []any{}
	for d.More() {
		v, err := value(d, path+"[]", depth+1)
		if err != nil {
			return nil, err
		}
		l = append(l, v)
	}
	_, err := d.Token()
	return l, syntax(d, err)
}

func syntax(d *json.Decoder, err error) error {
	if err == nil {
		return nil
	}
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("not JSON: %w at byte %d", err, d.InputOffset())
}
