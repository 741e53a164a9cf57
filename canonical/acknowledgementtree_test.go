package canonical_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/canonical"
)

// acknowledgements are what a tree of the given JSON answers, checked.
func acknowledgements(t *testing.T, text string) []canonical.Acknowledgement {
	t.Helper()
	c := checker(t)
	if found := c.Check("acknowledgementTree", json.RawMessage(text)); found != nil {
		t.Fatal(lines(found))
	}
	var tree canonical.AcknowledgementTree
	if err := json.Unmarshal([]byte(text), &tree); err != nil {
		t.Fatal(err)
	}
	all := canonical.FromAcknowledgementTree(&tree)
	for _, a := range all {
		body, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		if found := c.Check("acknowledgement", body); found != nil {
			t.Errorf("%s: %q", body, lines(found))
		}
	}
	return all
}

// short is an acknowledgement in one line.
func short(a canonical.Acknowledgement) string {
	words := []string{a.Of.Document, a.Of.Transaction, a.Result, a.ResultAsSent}
	for _, e := range a.Errors {
		words = append(words, e.Level+":"+e.Segment+":"+e.Code+":"+e.CodeAsSent)
	}
	return strings.Join(words, " ")
}

func TestAcknowledgementsOfATree(t *testing.T) {
	for name, c := range map[string]struct {
		tree string
		want []string
	}{
		"each set has its own": {`{"form":"997","group":"7","verdict":{"resultAsSent":"P"},"sets":[
			{"document":"810","transaction":"1","resultAsSent":"A"},
			{"document":"810","transaction":"2","resultAsSent":"R","codes":["4","3"]}]}`,
			[]string{"810 1 accepted A", "810 2 rejected R transaction::segmentCountWrong:4 transaction::controlNumberMismatch:3"}},
		"a group without sets is answered whole": {`{"form":"997","groupType":"IN","group":"7","verdict":{"resultAsSent":"A","included":3,"received":3,"accepted":3}}`,
			[]string{"  accepted A"}},
		"a refused group refuses what was found good": {`{"form":"999","group":"7","verdict":{"resultAsSent":"R","codes":["5"]},"sets":[{"document":"856","transaction":"1","resultAsSent":"A"}]}`,
			[]string{"856 1 rejected A"}},
		"elements before their segment": {`{"form":"999","group":"7","verdict":{"resultAsSent":"E"},"sets":[{"document":"856","transaction":"1","resultAsSent":"E",
			"segments":[{"segment":"SN1","position":4,"codeAsSent":"8","elements":[{"element":2,"codeAsSent":"I11"},{"element":3,"codeAsSent":"7"}]},{"segment":"N4","codeAsSent":"I9"}]}]}`,
			[]string{"856 1 acceptedWithErrors E element:SN1:tooFewRepetitions:I11 element:SN1:invalidCodeValue:7 segment:SN1:elementErrors:8 segment:N4:dependentNotUsed:I9"}},
		"a code without a word stays": {`{"form":"997","group":"7","verdict":{"resultAsSent":"M","codes":["18","6"]},"sets":[{"document":"850","transaction":"1","resultAsSent":"X","codes":["16"]}]}`,
			[]string{"850 1 rejected X transaction:::16 group:::18"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, a := range acknowledgements(t, c.tree) {
				got = append(got, short(a))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestAcknowledgedGroupHasItsCounts(t *testing.T) {
	all := acknowledgements(t, `{"form":"997","groupType":"IN","group":"7","release":"004010","verdict":{"resultAsSent":"E","included":3,"received":2,"accepted":0,"codes":["5","19"]}}`)
	body, err := json.Marshal(all[0])
	if err != nil {
		t.Fatal(err)
	}
	want := `{"type":"functional","form":"997","of":{"group":"7","groupType":"IN","release":"004010"},"result":"acceptedWithErrors","resultAsSent":"E",` +
		`"group":{"result":"acceptedWithErrors","resultAsSent":"E","included":3,"received":2,"accepted":0,"codes":["setCountWrong","controlNumberNotUnique"]}}`
	if string(body) != want {
		t.Errorf("found    %s\nexpected %s", body, want)
	}
}

func TestContextsOfA999AreItsMessage(t *testing.T) {
	all := acknowledgements(t, `{"form":"999","group":"7","verdict":{"resultAsSent":"R"},"sets":[{"resultAsSent":"R","segments":[
		{"segment":"N3","contexts":[{"name":"SITUATIONAL TRIGGER","segment":"N1","position":"7","element":"3"},{"name":"PO","value":"4711"}]}]}]}`)
	if got := all[0].Errors[0].Message; got != "SITUATIONAL TRIGGER N1 7 3; PO 4711" {
		t.Errorf("the message is %q", got)
	}
}

// Every word for an error of a 997 or 999 has its code, and no code has two words.
func TestEveryErrorWordIsReached(t *testing.T) {
	codes := strings.Fields("1 2 3 4 5 6 7 8 9 10 12 13 19 23 I4 I6 I7 I8 I9 I10 I11 I12 I13")
	for level, words := range map[string]int{"segment": 13, "element": 18, "transaction": 9, "group": 7} {
		seen := map[string]bool{}
		for _, code := range codes {
			tree := canonical.AcknowledgementTree{Sets: []canonical.TreeSet{{}}}
			set := &tree.Sets[0]
			switch level {
			case "segment":
				set.Segments = []canonical.TreeSegment{{CodeAsSent: code}}
			case "element":
				set.Segments = []canonical.TreeSegment{{Elements: []canonical.TreeElement{{CodeAsSent: code}}}}
			case "transaction":
				set.Codes = []string{code}
			case "group":
				tree.Verdict.Codes = []string{code}
			}
			a := canonical.FromAcknowledgementTree(&tree)[0]
			for _, e := range a.Errors {
				if e.Code != "" && seen[e.Code] {
					t.Errorf("%s: %s stands for two codes", level, e.Code)
				}
				seen[e.Code] = e.Code != ""
			}
			for _, word := range a.Group.Codes {
				seen[word] = true
			}
		}
		delete(seen, "")
		if len(seen) != words {
			t.Errorf("level %s: %d words are reached, expected %d", level, len(seen), words)
		}
	}
}

func TestATreeOfAcknowledgementsIsOneDocument(t *testing.T) {
	kind, body, err := canonical.FromMapped("acknowledgementTree", json.RawMessage(`{"form":"997","group":"7","verdict":{"resultAsSent":"A"}}`))
	if want := `{"type":"functional","form":"997","of":{"group":"7"},"result":"accepted","resultAsSent":"A","group":{"result":"accepted","resultAsSent":"A"}}`; err != nil || kind != "acknowledgement" || string(body) != want {
		t.Errorf("%s %s %v", kind, body, err)
	}
	_, _, err = canonical.FromMapped("acknowledgementTree", json.RawMessage(`{"form":"997","sets":[{},{}]}`))
	if want := "a 997 that answers 2 sets makes 2 acknowledgements, not one document"; err == nil || err.Error() != want {
		t.Errorf("%v, expected %s", err, want)
	}
	if _, err := canonical.ToMapped("acknowledgementTree", json.RawMessage(`{}`)); err == nil || !strings.Contains(err.Error(), "the gateway writes acknowledgements itself") {
		t.Error(err)
	}
}
