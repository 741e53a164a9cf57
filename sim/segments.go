package sim

import (
	"errors"
	"strings"
)

// Segments cuts an interchange into segments and those into elements, by the
// delimiters of its own ISA and nothing else: the simulated sides share no code
// with the gateway's reader. Element 0 is the segment's name.
func Segments(data []byte) ([][]string, error) {
	text := strings.TrimLeft(string(data), " \r\n")
	if len(text) < 106 || !strings.HasPrefix(text, "ISA") {
		return nil, errors.New("read X12: there is no ISA of 106 characters")
	}
	var out [][]string
	for segment := range strings.SplitSeq(text, text[105:106]) {
		if segment = strings.Trim(segment, "\r\n"); segment != "" {
			out = append(out, strings.Split(segment, text[3:4]))
		}
	}
	if last := out[len(out)-1][0]; last != "IEA" {
		return nil, errors.New("read X12: the last segment is " + last + ", expected IEA")
	}
	return out, nil
}

// element is the n-th element of a segment, "" where it has none.
func element(segment []string, n int) string {
	if n < len(segment) {
		return strings.TrimSpace(segment[n])
	}
	return ""
}

// paired is the value behind a qualifier, looked for in pairs from an element on.
func paired(segment []string, from int, qualifier string) string {
	for n := from; n+1 < len(segment); n += 2 {
		if segment[n] == qualifier {
			return segment[n+1]
		}
	}
	return ""
}
