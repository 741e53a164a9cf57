package sim

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadAcks(t *testing.T) {
	got, err := ReadAcks(ack997(7, "101", "R"))
	if err != nil {
		t.Fatal(err)
	}
	want := []Ack{{Interchange: "000000007", Set: "0001", Functional: "PO", Group: "101", Result: "R",
		Sets: []AckSet{{"850", "0001", "R"}}, Content: "AK1*PO*101\nAK2*850*0001\nAK5*R\nAK9*R*1*1*1\n"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Other delimiters, line ends and details make no difference.
func TestReadAcksShapes(t *testing.T) {
	whole := string(ack997(7, "101", "A"))
	other := strings.NewReplacer("*", "|", "~\n", "\x1c").Replace(whole)
	for name, text := range map[string]string{
		"no line ends":     strings.ReplaceAll(whole, "\n", ""),
		"both line ends":   strings.ReplaceAll(whole, "\n", "\r\n"),
		"other delimiters": other,
		"twice":            whole + whole,
		"with AK3 and AK4": strings.Replace(strings.Replace(whole, "AK5", "AK3*BEG*2**8~\nAK4*5*373*8*20261345~\nAK5", 1), "SE*6", "SE*8", 1),
	} {
		got, err := ReadAcks([]byte(text))
		if err != nil || len(got) == 0 || got[len(got)-1].Result != "A" || got[0].Group != "101" {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	if got, err := ReadAcks(order(1)); err != nil || len(got) != 0 {
		t.Errorf("an order holds no 997: %+v, %v", got, err)
	}
}

func TestReadAcksRefuses(t *testing.T) {
	whole := string(ack997(7, "101", "A"))
	for name, text := range map[string]string{
		"nothing":       "",
		"no ISA":        "hello",
		"cut":           whole[:200],
		"no IEA":        strings.Replace(whole, "IEA*1*000000007~\n", "", 1),
		"no AK9":        strings.Replace(strings.Replace(whole, "AK9*A*1*1*1~\n", "", 1), "SE*6", "SE*5", 1),
		"wrong count":   strings.Replace(whole, "SE*6", "SE*7", 1),
		"wrong ST02":    strings.Replace(whole, "SE*6*0001", "SE*6*0002", 1),
		"wrong ISA13":   strings.Replace(whole, "IEA*1*000000007", "IEA*1*000000008", 1),
		"AK2 first":     strings.Replace(whole, "AK1*PO*101~\n", "", 1),
		"AK5 alone":     strings.Replace(whole, "AK2*850*0001~\n", "", 1),
		"AK1 twice":     strings.Replace(whole, "AK2*850*0001", "AK1*PO*102", 1),
		"ST without GS": strings.Replace(whole, "GS*FA", "XX*FA", 1),
	} {
		if got, err := ReadAcks([]byte(text)); err == nil {
			t.Errorf("%s: read as %+v", name, got)
		}
	}
}

// What the gateway sends is a stranger's to the partner.
func FuzzReadAcks(f *testing.F) {
	f.Add(ack997(7, "101", "A"))
	f.Add(order(1))
	f.Add(bytes.Repeat([]byte("ISA*"), 40))
	f.Fuzz(func(t *testing.T, data []byte) {
		acks, err := ReadAcks(data)
		for _, a := range acks {
			if err == nil && (a.Content == "" || strings.Count(a.Content, "\n") > len(data)) {
				t.Fatalf("a 997 of nothing: %+v", a)
			}
		}
	})
}

func BenchmarkReadAcks(b *testing.B) {
	data := ack997(7, "101", "A")
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := ReadAcks(data); err != nil {
			b.Fatal(err)
		}
	}
}
