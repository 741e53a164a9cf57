package file

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
)

// writeCSV writes the rows of a document that is one list of flat rows, or one
// flat row, under a line with the names of their fields.
func writeCSV(v any, comma rune) ([]byte, error) {
	rows, err := rowsOf(v)
	if err != nil {
		return nil, err
	}
	var head []string
	at := map[string]int{}
	for _, r := range rows {
		for _, f := range r {
			if _, had := at[f.name]; !had {
				at[f.name] = len(head)
				head = append(head, f.name)
			}
		}
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Comma = comma
	if err := w.Write(head); err != nil {
		return nil, err
	}
	for i, r := range rows {
		cells := make([]string, len(head))
		for _, f := range r {
			switch f.value.(type) {
			case object, []any:
				return nil, fmt.Errorf("row %d: %s is a list or an object, and a cell holds one value", i+1, f.name)
			case nil:
				continue
			}
			cells[at[f.name]] = fmt.Sprint(f.value)
		}
		if err := w.Write(cells); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// rowsOf are the rows of a document.
func rowsOf(v any) ([]object, error) {
	o, ok := v.(object)
	if !ok || len(o) == 0 {
		return nil, errors.New("there is nothing to write")
	}
	list, ok := o[0].value.([]any)
	if !ok || len(o) > 1 {
		return []object{o}, nil
	}
	var rows []object
	for i, item := range list {
		row, ok := item.(object)
		if !ok {
			return nil, fmt.Errorf("row %d is no object", i+1)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// readCSV reads rows under a line with names, as the list rows.
func readCSV(data []byte, comma rune) (object, error) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))))
	r.Comma = comma
	lines, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	if len(lines) < 2 {
		return nil, fmt.Errorf("there are %d lines; expected one with names and at least one more", len(lines))
	}
	seen := map[string]bool{}
	for i, name := range lines[0] {
		if name == "" || seen[name] {
			return nil, fmt.Errorf("column %d has no name of its own: %q", i+1, name)
		}
		seen[name] = true
	}
	var rows []any
	for _, cells := range lines[1:] {
		row := object{}
		for i, cell := range cells {
			if cell != "" {
				row = append(row, field{lines[0][i], cell})
			}
		}
		rows = append(rows, row)
	}
	return object{{"rows", rows}}, nil
}
