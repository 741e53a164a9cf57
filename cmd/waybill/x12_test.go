package main

import (
	"encoding/json"
	"strings"
	"testing"

	"waybill/translators/x12"
)

// order is the room's own sample.
const x12Order = "../../translators/x12/testdata/order.x12"

// x12Run runs waybill x12 with the arguments.
func x12Run(args ...string) (code int, stdout, stderr string) {
	return command(append([]string{"x12"}, args...)...)
}

// x12Broken is the sample with a change, as a file.
func x12Broken(t *testing.T, from, to string) string {
	t.Helper()
	return changedFile(t, x12Order, from, to)
}

// TestX12ExitCodes: 0 good, 1 something was found, 2 the command line was wrong.
func TestX12ExitCodes(t *testing.T) {
	bad, odd := x12Broken(t, "REF*DP*020", "REF*DP"), x12Broken(t, "GS*PO", "GS*IN")
	none := tempFile(t, "a.txt", "hello")
	x12Cases(t, []x12Case{
		{"good", []string{"check", x12Order}, 0, "no problem, 0 warning(s) in 1 file(s)", ""},
		{"a problem", []string{"check", x12Order, bad}, 1, "REF02", "1 problem(s), 0 warning(s) in 2 file(s)"},
		{"only a warning", []string{"check", odd}, 0, "warning: the set stands in a group of another kind", ""},
		{"characters", []string{"check", "--charset", "basic", x12Broken(t, "NORTH STORE 12", "North Store 12")}, 1, "U+006F (o) as character 2", "1 problem(s)"},
		{"no characters asked for", []string{"check", x12Broken(t, "NORTH STORE 12", "North Store 12")}, 0, "no problem", ""},
		{"unknown characters", []string{"check", "--charset", "ebcdic", x12Order}, 2, "", "--charset is one of any, basic, extended, utf8"},
		{"trailing separators", []string{"check", "--trailing", "forbid", x12Broken(t, "92*0012~", "92*0012**~")}, 1, "N105", "1 problem(s)"},
		{"trailing separators that may be", []string{"check", x12Broken(t, "92*0012~", "92*0012**~")}, 0, "no problem", ""},
		{"missing separators", []string{"check", "--trailing", "require", x12Order}, 1, "12 elements, empty ones too", ""},
		{"unknown policy of separators", []string{"check", "--trailing", "drop", x12Order}, 2, "", "--trailing is one of forbid, optional, require"},
		{"no X12", []string{"check", none}, 1, "no interchange begins here", "1 problem(s)"},
		{"no such file", []string{"check", "nowhere.x12"}, 2, "", "nowhere.x12"},
		{"no file named", []string{"check"}, 2, "", "check --help"},
		{"output", []string{"check", "-o", "xml", x12Order}, 2, "", "-o is text or json"},
		{"answer", []string{"ack", "--accepted", x12Order}, 0, "AK2*850*0001~\nAK5*A~\nAK9*A*1*1*1~", ""},
		{"answer of a refused set", []string{"ack", bad}, 0, "AK4*2*127*2~\nAK5*R*5~\nAK9*R*1*1*0~", ""},
		{"answer with errors", []string{"ack", "--mode", "with-errors", "--ta1", "always", bad}, 0, "TA1*000000417*261201*0915*A*000~", ""},
		{"nothing to answer", []string{"ack", x12Broken(t, "IEA*1", "IEA*2")}, 1, "", "nothing would be answered"},
		{"answer of an unknown kind", []string{"ack", "--functional", "998", x12Order}, 2, "", "--functional is one of 997, 999"},
		{"unknown mode", []string{"ack", "--mode", "lenient", x12Order}, 2, "", "--mode is one of reject, with-errors, accept"},
		{"unknown detail", []string{"ack", "--detail", "all", x12Order}, 2, "", "--detail is one of errors, none"},
		{"unknown time for a TA1", []string{"ack", "--ta1", "sometimes", x12Order}, 2, "", "--ta1 is one of never"},
		{"answer to no X12", []string{"ack", none}, 1, "", "no interchange begins here"},
		{"explain", []string{"explain", x12Order}, 0, "02 Order type: SA = stand-alone order", ""},
		{"explain no X12", []string{"explain", none}, 1, "", "no interchange begins here"},
		{"help", nil, 0, "waybill x12 explain order.x12", ""},
	})
}

// TestX12JSON: one object for each problem, with nothing else on standard output.
func TestX12JSON(t *testing.T) {
	file := x12Broken(t, "REF*DP*020", "REF*D")
	code, stdout, _ := x12Run("check", "-o", "json", file)
	var codes []string
	for line := range strings.Lines(stdout) {
		var f x12.Finding
		if err := json.Unmarshal([]byte(line), &f); err != nil {
			t.Fatalf("%v in %q", err, line)
		}
		if f.File != file || f.Interchange != "000000417" || f.Group != "PO 417" || f.Set != "850 0001" || f.Position != 4 || f.Offset == 0 {
			t.Errorf("%+v", f)
		}
		codes = append(codes, f.Code)
	}
	if code != 1 || strings.Join(codes, " ") != "4 2" {
		t.Error(code, codes)
	}
	if _, stdout, _ = x12Run("check", "-o", "json", x12Order); stdout != "" {
		t.Errorf("%q", stdout)
	}
}

// TestX12Stdin reads from standard input.
func TestX12Stdin(t *testing.T) {
	c := x12Command()
	c.SetArgs([]string{"check", "-"})
	c.SetIn(strings.NewReader("hello"))
	var out strings.Builder
	c.SetOut(&out)
	c.SilenceErrors, c.SilenceUsage = true, true
	if err := c.Execute(); err == nil || !strings.Contains(out.String(), "no interchange begins here") {
		t.Error(err, out.String())
	}
}
