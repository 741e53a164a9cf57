package mappings_test

import (
	"strings"
	"testing"

	"waybill/mappings"
)

// sentSentences are about codes that are kept: of a choice, of a pair, of a block;
// about words beside a word; and about pieces of a fixed width.
func sentSentences() []sentence {
	answers := "tables:\n  answers:\n    IA: accepted\n    DR: accepted/date\n    PQ: accepted/price+quantity\n    in: { AC: accepted }\n"
	line := "x.l[]:\n    at: PO1\n    n: PO101\n    "
	return []sentence{
		{name: "the first code of a choice", fields: "x.a: REF[IA|VR]02 | keep", segments: []string{"REF*IA*1"}, want: `{"a":"1"}`},
		{name: "another code of a choice", fields: "x.a: REF[IA|VR]02 | keep", segments: []string{"REF*VR*1"}, want: `{"a":"1","aAsSent":"VR"}`},
		{name: "the first code is preferred", fields: "x.a: REF[IA|VR]02 | keep\n  x.r[]:\n    at: REF[other]\n    k: REF01\n    v: REF02", segments: []string{"REF*VR*2", "REF*IA*1"},
			want: `{"a":"1","r":[{"k":"VR","v":"2"}]}`, out: []string{"REF*IA*1", "REF*VR*2"}},
		{name: "another value of the same choice", fields: "x.a: CUR[BY|SE]02 | keep\n  x.b: CUR[BY|SE]03", segments: []string{"CUR*SE*CAD*1.3652"}, want: `{"a":"CAD","aAsSent":"SE","b":"1.3652"}`},
		{name: "the first qualifier", fields: line + "a: PO1(IN|BP) | keep", segments: []string{"PO1*1*****IN*7"}, want: `{"l":[{"n":"1","a":"7"}]}`},
		{name: "another qualifier", fields: line + "a: PO1(IN|BP) | keep", segments: []string{"PO1*1*****BP*7"}, want: `{"l":[{"n":"1","a":"7","aAsSent":"BP"}]}`},
		{name: "a qualifier by length", fields: line + "a: PO1(UP:12|UA:12|EN:13|UK:14) | gtin | keep", segments: []string{"PO1*1*****UP*614141001019", "PO1*2*****UA*614141001019", "PO1*3*****UK*10614141001016"},
			want: `{"l":[{"n":"1","a":"00614141001019"},{"n":"2","a":"00614141001019","aAsSent":"UA"},{"n":"3","a":"10614141001016"}]}`},
		{name: "zeros in front that the qualifier wants", fields: line + "a: PO1(UP:12|EN:13|UK:14) | gtin | keep", segments: []string{"PO1*1*****UK*00614141001019", "PO1*2*****EN*0614141001019"},
			want: `{"l":[{"n":"1","a":"00614141001019","aAsSent":"UK"},{"n":"2","a":"00614141001019","aAsSent":"EN"}]}`},
		{name: "a block of several codes", fields: "x.a:\n    at: N1[SE|SU|VN]\n    role: N101 | nullable(SE)\n    name: N102", segments: []string{"N1*SU*A"}, want: `{"a":{"role":"SU","name":"A"}}`},
		{name: "a block of the first code", fields: "x.a:\n    at: N1[SE|SU|VN]\n    role: N101 | nullable(SE)\n    name: N102", segments: []string{"N1*SE*A"}, want: `{"a":{"name":"A"}}`},
		{name: "a word alone", head: answers, fields: line + "a: PO102 | table(answers, with:more)", segments: []string{"PO1*1*IA"}, want: `{"l":[{"n":"1","a":"accepted"}]}`},
		{name: "words beside a word", head: answers, fields: line + "a: PO105 | table(answers, with:more)", segments: []string{"PO1*1****DR", "PO1*2****PQ"},
			want: `{"l":[{"n":"1","a":"accepted","more":["date"]},{"n":"2","a":"accepted","more":["price","quantity"]}]}`},
		{name: "a kept code and words beside", head: answers, fields: line + "a: PO105 | table(answers, keep, with:more)", segments: []string{"PO1*1****AC"}, want: `{"l":[{"n":"1","a":"accepted","aAsSent":"AC"}]}`},
		{name: "digits of a width", fields: "x.a: REF[AA]02 | split(3, 1)\n  x.b: REF[AA]02 | split(3, 2)", segments: []string{"REF*AA*001012"}, want: `{"a":"001","b":"012"}`},
		{name: "digits without the zeros in front", fields: "x.a: REF[AA]02 | split(3, 1) | int\n  x.b: REF[AA]02 | split(3, 2) | int", segments: []string{"REF*AA*1012"}, want: `{"a":"1","b":"12"}`, out: []string{"REF*AA*001012"}},
		{name: "only the second of two", fields: "x.a: REF[AA]02 | split(3, 1) | int\n  x.b: REF[AA]02 | split(3, 2) | int", segments: []string{"REF*AA*000012"}, want: `{"b":"12"}`},
		{name: "a constant where nothing else is said", fields: "x.a:\n    at: N1[ST]\n    name: N102\n    kind: N103 | nullable(92)\n    write: { N103: 92 }", segments: []string{"N1*ST*A*92"}, want: `{"a":{"name":"A"}}`},
		{name: "another value instead of the constant", fields: "x.a:\n    at: N1[ST]\n    name: N102\n    kind: N103 | nullable(92)\n    write: { N103: 92 }", segments: []string{"N1*ST*A*91"}, want: `{"a":{"name":"A","kind":"91"}}`},
	}
}

// TestKeptCodesThatDoNotFit are refused on writing.
func TestKeptCodesThatDoNotFit(t *testing.T) {
	m := partner(t, "fields:\n  vendorNumber: REF[IA|VR]02 | keep\n  lines[].item.buyerItem: PO1(IN|BP:3) | keep\n")
	for body, says := range map[string]string{
		`{"vendorNumber":"1","vendorNumberAsSent":"ZZ"}`:                                  `"ZZ" is kept for REF01, which is one of IA, VR`,
		`{"lines":[{"item":{"buyerItem":"1234","buyerItemAsSent":"BP"}}]}`:                `"BP" is kept as its qualifier, and does not fit "1234"`,
		`{"lines":[{"lineNumber":"1","item":{"buyerItemAsSent":"BP"}}],"currency":"USD"}`: "the code kept beside it is not written alone",
		`{"vendorNumberAsSent":"VR"}`:                                                     "the code kept beside it is not written alone",
	} {
		_, problems, err := m.Out([]byte(body))
		if err != nil {
			t.Fatal(err)
		}
		if text := words(problems); !strings.Contains(text, says) {
			t.Errorf("%s: %s\nexpected %q", body, text, says)
		}
	}
}

func words(problems []mappings.Problem) string {
	var b strings.Builder
	for _, p := range problems {
		b.WriteString(p.Error() + "\n")
	}
	return b.String()
}
