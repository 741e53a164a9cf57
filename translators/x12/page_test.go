package x12

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func paged(t testing.TB, title, text string) string {
	t.Helper()
	var out strings.Builder
	if err := translator(t).ExplainHTML(&out, title, strings.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// unbalanced names a tag that is not closed as often as it is opened, or a close
// that comes before its open.
func unbalanced(page string) string {
	var open []string
	for _, m := range regexp.MustCompile(`<(/?)([a-z0-9]+)[^>]*>`).FindAllStringSubmatch(page, -1) {
		switch {
		case m[2] == "meta" || m[2] == "wbr":
		case m[1] == "":
			open = append(open, m[2])
		case len(open) == 0 || open[len(open)-1] != m[2]:
			return m[0] + " closes " + strings.Join(open, " ")
		default:
			open = open[:len(open)-1]
		}
	}
	return strings.Join(open, " ")
}

// TestExplainHTML: names and meanings stand beside the raw elements, loops are
// an outline, and the page needs nothing else.
func TestExplainHTML(t *testing.T) {
	got := paged(t, "order.x12", sample(t, "order.x12"))
	for _, want := range []string{
		"<title>order.x12</title>", "<h1>order.x12</h1>", "No problem.",
		"<h2>Interchange 000000417</h2>", "<h3>Group PO 417</h3>",
		`<details open class="set"><summary>850 0001 <span class="name">Purchase order</span> <span class="count">22 segments</span></summary>`,
		`<details open class="loop"><summary>N1 <span class="name">Party</span> <span class="first">ship to · NORTH STORE 12 · 0012</span></summary>`,
		`<code><b>BEG</b><span class="mark">*</span><wbr>00<span class="mark">*</span><wbr>SA`,
		`<span class="value"><small>02 Order type</small> SA <i>stand-alone order</i></span>`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is not there", want)
		}
	}
	for _, no := range []string{"<script", "http:", "https:", "src=", "url(", "@import", `class="segment bad"`, "<mark>"} {
		if strings.Contains(got, no) {
			t.Errorf("%s is there", no)
		}
	}
	if tag := unbalanced(got); tag != "" {
		t.Error(tag)
	}
}

// TestExplainHTMLProblems: each problem is marked where it is, and counted.
func TestExplainHTMLProblems(t *testing.T) {
	text := strings.NewReplacer("DTM*002*20261210", "DTM*002*20261310", "PO1*1*48*EA", "PO1*1**EA", "GE*1*", "GE*2*", "CTT*2~", "").Replace(sample(t, "order.x12"))
	got := paged(t, "a", text)
	for _, want := range []string{
		`<mark>20261310</mark>`, `<span class="value wrong"><small>02 Date</small> 20261310</span>`,
		`<span class="mark">*</span><wbr><mark>_</mark>`, `<small>02 Quantity ordered</small> nothing`,
		`<p class="problem"><b>DTM02</b> the date does not exist`, `<b>group PO 417 GE01</b>`, "<small>element code 8</small>",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is not there", want)
		}
	}
	if n := len(regexp.MustCompile(`<p class="problem"><b>`).FindAllString(got, -1)); !strings.Contains(got, ">"+string(rune('0'+n))+" problem(s)") {
		t.Errorf("%d problems are shown:\n%s", n, got)
	}
}

// TestExplainHTMLStrangers: data and names of files cannot become tags.
func TestExplainHTMLStrangers(t *testing.T) {
	evil := "<script>alert(1)</script>"
	text := wrap("004010", "PO", order("0001", []string{"PER*BD*" + evil, "XX*" + evil, "REF*" + evil + "*1"}, nil)...)
	for _, text := range []string{text, strings.ReplaceAll(text, "004010", "003010"), strings.ReplaceAll(text, "850*", evil+"*")} {
		got := paged(t, evil, text)
		if strings.Contains(got, "<script") || !strings.Contains(got, "&lt;script&gt;") || unbalanced(got) != "" {
			t.Error(unbalanced(got), got)
		}
	}
}

// TestExplainHTMLNoX12: the page says why, and so does the error.
func TestExplainHTMLNoX12(t *testing.T) {
	var out strings.Builder
	err := translator(t).ExplainHTML(&out, "a.txt", strings.NewReader("hello"))
	if err == nil || !strings.Contains(out.String(), "no interchange begins here") || unbalanced(out.String()) != "" {
		t.Error(err, out.String())
	}
}

// TestExplainHTMLCorpus: every page is whole, and shows as many problems as there are.
func TestExplainHTMLCorpus(t *testing.T) {
	root := shared(t, "x12", "corpus")
	for _, file := range corpusFiles(t, root) {
		text, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			t.Fatal(err)
		}
		got := paged(t, file, string(text))
		if tag := unbalanced(got); tag != "" {
			t.Error(file, tag)
		}
		want := len(Findings(file, decode(t, string(text))))
		if n := len(regexp.MustCompile(`<p class="problem( warning)?"><b>`).FindAllString(got, -1)); n != want {
			t.Errorf("%s: %d problems are shown of %d", file, n, want)
		}
	}
}

// FuzzExplainHTML: whatever is read, the page is whole.
func FuzzExplainHTML(f *testing.F) {
	f.Add(sample(f, "order.x12"))
	f.Add(sample(f, "ship.x12"))
	f.Add("ISA<>&\"'")
	f.Fuzz(func(t *testing.T, text string) {
		var out strings.Builder
		translator(t).ExplainHTML(&out, text, strings.NewReader(text))
		if tag := unbalanced(out.String()); tag != "" {
			t.Errorf("%s in %q", tag, text)
		}
	})
}
