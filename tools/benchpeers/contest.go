package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"syscall"
	"time"

	"waybill/canonical"
	"waybill/mappings"
	"waybill/translators"
	"waybill/translators/x12"
)

// contest reads the file as one of ours and prints seconds, seconds of processor
// and how many orders it saw.
func contest(w io.Writer, as, file string) error {
	read, err := reader(as)
	if err != nil {
		return err
	}
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	runtime.GOMAXPROCS(1)
	from, busy := time.Now(), processor()
	n, err := read(f)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%.6f %.6f %d\n", time.Since(from).Seconds(), (processor() - busy).Seconds(), n)
	return err
}

// processor is the time that the process has had of the processor.
func processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// reader is what reads as the contestant; it returns the number of orders.
func reader(as string) (func(io.Reader) (int, error), error) {
	library, err := x12.Load()
	if err != nil {
		return nil, err
	}
	t := x12.New(library)
	schema, err := library.Schema("850", "004010")
	if err != nil {
		return nil, err
	}
	switch as {
	case "floor":
		return floor, nil
	case "envelopes":
		return decoding(t, translators.Options{Reuse: true, Brief: true, Rules: func(translators.Interchange, translators.Group, string) translators.Rules {
			return translators.Rules{Bare: true}
		}}), nil
	case "check":
		return decoding(t, translators.Options{Reuse: true, Brief: true}), nil
	case "report":
		return decoding(t, translators.Options{}), nil
	case "json":
		m, found := mappings.Compile(mappings.Base(), "base/850", mappings.Against{Schema: schema, Canonical: canonical.Schema})
		if m == nil {
			return nil, fmt.Errorf("the mapping of orders: %v", found)
		}
		return mapping(t, m), nil
	}
	return nil, fmt.Errorf("there is no contestant %q", as)
}

// floor finds both separators and does nothing else.
func floor(r io.Reader) (int, error) {
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 64<<10), 64<<10)
	s.Split(func(data []byte, end bool) (int, []byte, error) {
		if i := bytes.IndexByte(data, '~'); i >= 0 {
			return i + 1, data[:i], nil
		}
		return 0, nil, nil
	})
	orders, elements := 0, 0
	for s.Scan() {
		rest := s.Bytes()
		if len(rest) > 2 && rest[0] == 'S' && rest[1] == 'E' {
			orders++
		}
		for i := bytes.IndexByte(rest, '*'); i >= 0; i = bytes.IndexByte(rest, '*') {
			rest = rest[i+1:]
			elements++
		}
	}
	if elements < 300*orders {
		return 0, errors.New("the floor did not see all elements")
	}
	return orders, s.Err()
}

// decoding counts the orders that are right, and looks at every element's place.
func decoding(t *x12.Translator, o translators.Options) func(io.Reader) (int, error) {
	return func(r io.Reader) (int, error) {
		orders, elements := 0, 0
		_, err := t.Decode(r, o, func(s *translators.Set) error {
			if len(s.Problems) == 0 {
				orders++
			}
			for i := range s.Segments {
				elements += len(s.Segments[i].Elements)
			}
			return nil
		})
		if elements < 300*orders {
			return 0, errors.New("not all elements were seen")
		}
		return orders, err
	}
}

// mapping writes each order as canonical JSON to nowhere.
func mapping(t *x12.Translator, m *mappings.Map) func(io.Reader) (int, error) {
	return func(r io.Reader) (int, error) {
		orders := 0
		_, err := t.Decode(r, translators.Options{Reuse: true, Brief: true}, func(s *translators.Set) error {
			result, err := m.In(s)
			if err != nil || len(s.Problems)+len(result.Problems) > 0 || len(result.Body) < 1000 {
				return fmt.Errorf("order %s: %v, %v, %v, %d bytes", s.Control, err, s.Problems, result.Problems, len(result.Body))
			}
			orders++
			_, err = io.Discard.Write(result.Body)
			return err
		})
		return orders, err
	}
}
