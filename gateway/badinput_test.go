package gateway

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"waybill/sim"
	"waybill/spool"
	"waybill/stages"
)

// TestBadInputIsTested: every kind of bad input in the table has a scenario or a
// test, and what the table names exists.
func TestBadInputIsTested(t *testing.T) {
	data, err := os.ReadFile("testdata/bad-input.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for line := range strings.Lines(string(data)) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) != 5 || strings.HasPrefix(line, "|---") || strings.HasPrefix(line, "| What") {
			continue
		}
		rows++
		named := 0
		for name := range namesIn(cells[2]) {
			named++
			if _, err := os.Stat(filepath.Join("testdata", "scenarios", name+".txtar")); err != nil {
				t.Errorf("%s: %v", cells[1], err)
			}
		}
		for name := range namesIn(cells[3]) {
			named++
			if err := findTest(name); err != nil {
				t.Errorf("%s: %v", cells[1], err)
			}
		}
		if named == 0 {
			t.Errorf("%s: nothing tests it", cells[1])
		}
	}
	if rows != 24 {
		t.Errorf("the table has %d rows, expected 24", rows)
	}
}

func namesIn(cell string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for name := range strings.SplitSeq(cell, ",") {
			if name = strings.TrimSpace(name); name != "" && !yield(name) {
				return
			}
		}
	}
}

// findTest looks for "package TestName", or "package TestName/case of its table", in
// the package's files.
func findTest(name string) error {
	dir, test, ok := strings.Cut(name, " ")
	test, row, _ := strings.Cut(test, "/")
	if !ok {
		return fmt.Errorf("%q is no package and test", name)
	}
	files, err := filepath.Glob(filepath.Join("..", filepath.FromSlash(dir), "*_test.go"))
	if err != nil {
		return err
	}
	function := regexp.MustCompile(`(?m)^func ` + regexp.QuoteMeta(test) + `\(t \*testing\.T\)`)
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if function.Match(data) && (row == "" || strings.Contains(string(data), fmt.Sprintf("{%q, ", row))) {
			return nil
		}
	}
	return fmt.Errorf("%s has no %s", dir, test)
}

// TestTenThousandProblems: a set with 10,000 problems ends in a refusal, a row, a
// history and a 997 of bounded size; its neighbour is taken.
func TestTenThousandProblems(t *testing.T) {
	t.Parallel()
	r := begin(t, setup{edits: base()})
	good := string(sim.Order850(sim.Spec{Control: 1}))
	st := strings.Index(good, "ST*850*")
	bad := good[st:strings.Index(good, "GE*1*")]
	segments := strings.Count(bad, "~")
	bad = strings.Replace(bad, "REF*DP*031~", strings.Repeat("REF*DP~", 10_000), 1)
	bad = strings.Replace(bad, "ST*850*0001~", "ST*850*0002~", 1)
	bad = strings.Replace(bad, fmt.Sprintf("SE*%d*0001~", segments), fmt.Sprintf("SE*%d*0002~", segments+9_999), 1)
	file := strings.Replace(good, "GE*1*", bad+"GE*2*", 1)
	sent, err := r.partner.Send(t.Context(), []byte(file), sim.How{})
	if err != nil || !sent.Accepted() {
		t.Fatalf("the receipt is %q, %v: the bytes are safe", sent.Disposition, err)
	}
	until(t, "the 997 is there", func() bool { return len(r.partner.Received()) == 1 })
	r.calm(t)

	answer := r.partner.Received()[0]
	if n := len(answer.Interchange); n > 64<<10 {
		t.Errorf("the 997 has %d bytes", n)
	}
	if len(answer.Answers) != 1 || answer.Answers[0].Result != "P" || len(answer.Answers[0].Sets) != 2 ||
		answer.Answers[0].Sets[0].Result != "A" || answer.Answers[0].Sets[1].Result != "R" {
		t.Errorf("found the answers %.500v", answer.Answers)
	}
	m := r.one(t, spool.Filter{Kind: stages.KindSet, Status: string(spool.Refused)})
	if len(m.Error)+len(m.Hint) > 2<<10 || !regexp.MustCompile(`and \d{4,} more`).MatchString(m.Error) {
		t.Errorf("the row says, in %d bytes: %.300s", len(m.Error), m.Error)
	}
	history, err := r.Spool().History(t.Context(), m.ID)
	if err != nil {
		t.Fatal(err)
	}
	size := 0
	for _, e := range history {
		size += len(e.Note) + len(e.Error) + len(e.Evidence)
	}
	if size > 256<<10 {
		t.Errorf("the history has %d bytes", size)
	}
	if len(r.erp.Journal()) != 1 {
		t.Errorf("the ERP has %d orders, expected the neighbour's", len(r.erp.Journal()))
	}
	if text := r.log.String(); len(text) > 128<<10 {
		t.Errorf("the log has %d bytes", len(text))
	}
}
