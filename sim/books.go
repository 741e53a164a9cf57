package sim

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// Books are what one partner sent and got, octet by octet. They are read by the
// delimiters of each ISA and counted here: nothing of the gateway's own reader or
// writer has a say in whether they hold.
type Books struct {
	Partner   string
	Sent, Got [][]byte
}

// Sets are the transaction sets with an id in files, in their order.
func Sets(files [][]byte, id string) []ReceivedSet {
	var out []ReceivedSet
	for _, f := range files {
		sets, err := cut(f)
		if err != nil {
			continue // Audit says so
		}
		for _, s := range sets {
			if s.ID == id {
				out = append(out, s)
			}
		}
	}
	return out
}

// Audit lists what does not hold: counts and numbers of the envelopes that the
// partner got, control numbers that are missing or came twice, groups that were
// acknowledged never, twice or badly, and acknowledgements of acknowledgements.
func (b Books) Audit() []string {
	var wrong []string
	numbers := map[string][]int{} // by what is numbered
	for i, f := range b.Got {
		e := envelope{numbers: numbers}
		if err := e.read(f); err != nil {
			wrong = append(wrong, fmt.Sprintf("file %d that %s got: %v", i+1, b.Partner, err))
		}
	}
	for _, what := range slices.Sorted(maps.Keys(numbers)) {
		if gap := consecutive(numbers[what]); gap != "" {
			wrong = append(wrong, fmt.Sprintf("%s to %s: %s", what, b.Partner, gap))
		}
	}
	wrong = append(wrong, answered(b.Sent, b.Got, "from "+b.Partner)...)
	return append(wrong, answered(b.Got, b.Sent, "to "+b.Partner)...)
}

// envelope follows the envelopes of one interchange.
type envelope struct {
	numbers                 map[string][]int
	interchange, group, set string
	kind                    string // GS01
	groups, sets, segments  int
}

// read holds every trailer against its header and what is between.
func (e *envelope) read(file []byte) error {
	segments, err := Segments(file)
	if err != nil {
		return err
	}
	for _, s := range segments {
		e.segments++
		switch s[0] {
		case "ISA":
			e.interchange = element(s, 13)
			e.note("ISA13", e.interchange)
		case "GS":
			e.kind, e.group, e.sets = element(s, 1), element(s, 6), 0
			e.groups++
			e.note("GS06 of "+e.kind, e.group)
		case "ST":
			e.set, e.segments = element(s, 2), 1
			e.sets++
		}
		if err := e.trailer(s); err != nil {
			return err
		}
	}
	return nil
}

func (e *envelope) trailer(s []string) error {
	count, number := 0, ""
	switch s[0] {
	case "SE":
		count, number = e.segments, e.set
	case "GE":
		count, number = e.sets, e.group
	case "IEA":
		count, number = e.groups, e.interchange
	default:
		return nil
	}
	if element(s, 1) != strconv.Itoa(count) || element(s, 2) != number {
		return fmt.Errorf("%s says %s and %s, expected %d and %s", s[0], element(s, 1), element(s, 2), count, number)
	}
	return nil
}

func (e *envelope) note(what, number string) {
	n, err := strconv.Atoi(number)
	if err != nil {
		n = -1 // nothing that is consecutive
	}
	e.numbers[what] = append(e.numbers[what], n)
}

// consecutive says what is wrong with numbers that should follow each other,
// whatever the order in which they came.
func consecutive(numbers []int) string {
	slices.Sort(numbers)
	for i := 1; i < len(numbers); i++ {
		if numbers[i] != numbers[i-1]+1 {
			return fmt.Sprintf("%d follows %d", numbers[i], numbers[i-1])
		}
	}
	return ""
}

// answered holds the groups of files against the 997s of the other direction.
func answered(files, answers [][]byte, way string) []string {
	verdicts := map[string][]string{} // AK901 by group
	for _, f := range answers {
		acks, err := ReadAcks(f)
		if err != nil {
			return []string{fmt.Sprintf("the answers %s cannot be read: %v", way, err)}
		}
		for _, a := range acks {
			verdicts[a.Functional+" "+a.Group] = append(verdicts[a.Functional+" "+a.Group], a.Result)
		}
	}
	var wrong []string
	for _, f := range files {
		segments, err := Segments(f)
		if err != nil {
			wrong = append(wrong, fmt.Sprintf("a file %s: %v", way, err))
		}
		for _, s := range segments {
			if s[0] != "GS" || element(s, 1) == "FA" {
				continue
			}
			group := element(s, 1) + " " + element(s, 6)
			if said := verdicts[group]; !slices.Equal(said, []string{"A"}) {
				wrong = append(wrong, fmt.Sprintf("group %s %s has the answers %v, expected one A", group, way, said))
			}
			delete(verdicts, group)
		}
	}
	for _, group := range slices.Sorted(maps.Keys(verdicts)) {
		wrong = append(wrong, fmt.Sprintf("a 997 answers group %s %s, which was not sent or is an acknowledgement", group, way))
	}
	return wrong
}
