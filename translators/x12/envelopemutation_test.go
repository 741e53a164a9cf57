package x12

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"waybill/translators"
)

// paper is an interchange of one set as rows of words, so that a mutation can
// change any of them. Word 0 of a row is the segment's id.
type paper struct {
	isa, gs, ge, iea []string
	set              [][]string // ST … SE
	rest             string     // after the GE: more groups
	unended          bool       // without the last terminator
}

// paperOf is the sample document of a schema as a paper.
func paperOf(t *testing.T, s *translators.Schema) *paper {
	t.Helper()
	p := &paper{}
	for _, row := range strings.Split(strings.TrimSuffix(sampled(t, s.Set, s.Release, 2), "~\n"), "~\n") {
		words := strings.Split(row, "*")
		switch words[0] {
		case "ISA":
			p.isa = words
		case "GS":
			p.gs = words
		case "GE":
			p.ge = words
		case "IEA":
			p.iea = words
		default:
			p.set = append(p.set, words)
		}
	}
	return p
}

func (p *paper) String() string {
	var b strings.Builder
	for _, row := range append(append([][]string{p.isa, p.gs}, p.set...), p.ge) {
		if row != nil {
			b.WriteString(strings.Join(row, "*") + "~")
		}
	}
	b.WriteString(p.rest)
	if p.iea != nil {
		b.WriteString(strings.Join(p.iea, "*") + "~")
	}
	if p.unended {
		return strings.TrimSuffix(b.String(), "~")
	}
	return b.String()
}

func (p *paper) se() []string { return p.set[len(p.set)-1] }

// again repeats the set in the same group, changed by change.
func (p *paper) again(change func(st, se []string)) {
	st := append([]string{}, p.set[0]...)
	se := append([]string{}, p.se()...)
	change(st, se)
	body := p.set[1 : len(p.set)-1]
	p.set = append(append(append(p.set, st), body...), se)
	p.ge[1] = "2"
}

// group is the GS, the set and the GE as text.
func (p *paper) group() string {
	whole := p.String()
	return whole[strings.Index(whole, "~GS")+1 : strings.Index(whole, "~IEA")+1]
}

// envelopeMutation is one thing wrong with an envelope, and what has to be said.
type envelopeMutation struct {
	what   string
	change func(p *paper)
	want   []string // as codesOf; N stands for the position of the SE
}

// envelopeMutations breaks the envelopes of a sample of every set.
func envelopeMutations(t *testing.T, seen *tally) {
	eachSchema(t, func(t *testing.T, _ *maker, s *translators.Schema) {
		var all []envelopeMutation
		all = append(append(append(all, interchangeMutations(s)...), groupMutations(s)...), setMutations(s)...)
		for _, c := range all {
			p := paperOf(t, s)
			n := len(p.set)
			c.change(p)
			var want []string
			for _, w := range c.want {
				want = append(want, strings.Replace(w, "@N", fmt.Sprint("@", n), 1))
			}
			rep := decode(t, p.String())
			if diff := cmp.Diff(want, codesOf(rep), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s: %s\n%s", c.what, diff, p)
				continue
			}
			seen.add(s, c.what, p.String())
			for _, w := range want {
				words := strings.Fields(strings.TrimPrefix(w, "~"))
				code, _, _ := strings.Cut(words[1], "@")
				seen.provoked(map[string]string{"interchange": "I18", "group": "716", "set": "718", "segment": "720", "element": "723"}[words[0]], code, c.what)
			}
			replied(t, s, seen, c.what, rep, want)
		}
	})
}

// replied holds the answers against what was found: a TA1 for the interchange,
// AK9 for the group and AK5 for the set, each with its code.
func replied(t *testing.T, s *translators.Schema, seen *tally, what string, rep *translators.Report, want []string) {
	t.Helper()
	for _, functional := range []string{"997", "999"} {
		var out strings.Builder
		policy := translators.AckPolicy{Functional: functional, Interchange: "always", Accepted: true}
		if _, err := translator(t).Reply(&out, rep, policy, time.Date(2026, 12, 1, 10, 0, 0, 0, time.UTC)); err != nil {
			if strings.Contains(strings.Join(want, " "), "ISA") {
				continue // such an ISA cannot be answered: ours would have the same fault
			}
			t.Fatalf("%s: %v", what, err)
		}
		got := map[string]string{}
		for _, row := range strings.Split(out.String(), "~") {
			switch words := strings.Split(strings.TrimSpace(row), "*"); words[0] {
			case "TA1":
				got["I17"], got["I18"] = words[4], words[5]
			case "AK5", "IK5":
				got["717"] += words[1]
				got["718"] += strings.Join(words[2:], " ")
			case "AK9":
				got["715"] += words[1]
				got["716"] += strings.Join(words[5:], " ")
			}
		}
		if diff := cmp.Diff(answerFor(rep, want), got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s, %s: %s\n%s", what, functional, diff, out.String())
		}
		if got["I18"] == "000" {
			seen.provoked("I18", "000", what)
		}
		for _, list := range []string{"I17", "715", "717"} {
			for _, code := range strings.Split(got[list], "") {
				if code != "" {
					seen.provoked(list, code, what)
				}
			}
		}
	}
}

// answerFor says what a finding must be answered with. A refused interchange has
// no 997; a refused group refuses its sets; a wrong GE01 refuses nothing.
func answerFor(rep *translators.Report, want []string) map[string]string {
	codes := map[string][]string{}
	refused := map[string]bool{}
	for _, w := range want {
		words := strings.Fields(strings.TrimPrefix(w, "~"))
		code, _, _ := strings.Cut(words[1], "@")
		if w[0] != '~' {
			refused[words[0]] = refused[words[0]] || words[0] != "group" || code != "5"
		}
		if code != "" && (w[0] != '~' || words[0] == "interchange") {
			codes[words[0]] = append(codes[words[0]], code)
		}
	}
	answer := map[string]string{"I17": "A", "I18": "000"}
	if list := codes["interchange"]; len(list) > 0 {
		answer["I17"], answer["I18"] = map[bool]string{true: "R", false: "E"}[refused["interchange"]], list[0]
	}
	groups := rep.Interchanges[0].Groups
	if len(codes["interchange"]) == 0 && len(groups) > 0 && !slices.ContainsFunc(groups, func(g translators.GroupReport) bool { return g.Functional != "FA" }) {
		return nil // acknowledgements alone get no TA1 while nothing is wrong with their envelope
	}
	if refused["interchange"] || len(groups) == 0 || groups[0].Functional == "FA" || len(groups[0].Control) > 9 { // AK102 has 9 digits
		return answer
	}
	answer["716"] = strings.Join(codes["group"], " ")
	for _, g := range rep.Interchanges[0].Groups {
		verdicts := ""
		for _, set := range g.Sets {
			v := "A"
			if refused["group"] || !set.Accepted {
				v = "R"
			}
			verdicts += v
			if len(set.ID) == 3 && len(set.Control) >= 4 { // else no AK2 can name the set
				answer["717"] += v
				answer["718"] = strings.Join(codes["set"], " ")
			}
		}
		switch {
		case strings.Count(verdicts, "A") == 0:
			answer["715"] += "R"
		case strings.Contains(verdicts, "R"):
			answer["715"] += "P"
		case len(codes["group"]) > 0:
			answer["715"] += "E"
		default:
			answer["715"] += "A"
		}
	}
	return answer
}
