package mappings_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/mappings"
)

// body is a minimal order with more fields.
func body(more string) json.RawMessage {
	text := `{"customerOrderNumber":"PO1","purpose":"original","type":"standalone","revision":1,"orderDate":"2026-11-16","currency":"USD"`
	if more != "" {
		text += "," + more
	}
	return json.RawMessage(text + "}")
}

// TestWriting writes bodies that never came from X12.
func TestWriting(t *testing.T) {
	m := compile(t, mappings.Base(), "base/850", "004010")
	head := []string{"BEG*00*SA*PO1**20261116", "CUR*BY*USD"}
	for _, c := range []struct {
		name, more string
		want       []string
		problems   []string
	}{
		{"no more than it must have", ``, nil, nil},
		{"null is absent", `"department":null`, nil, nil},
		{"a kept code that still means the word", `"freight":{"payment":"prepaid","paymentAsSent":"PS"}`, []string{"FOB*PS"}, nil},
		{"a kept code that means something else by now", `"freight":{"payment":"collect","paymentAsSent":"PS"}`, []string{"FOB*CC"}, nil},
		{"a kept code that the element has no room for", `"lines":[{"lineNumber":"1","quantity":{"value":"1","unit":"DZN","unitAsSent":"DZN"}}]`, []string{"PO1*1*1*DZ"}, nil},
		{"a kept code of no table", `"freight":{"payment":"other","paymentAsSent":"QQ"}`, []string{"FOB*QQ"}, nil},
		{"a word without a code", `"freight":{"payment":"other"}`, nil, []string{`error MAP-LOOKUP freight.payment: table freightPayments has no code for "other"`}},
		{"a word of another list", `"type":"sometimes"`, nil, []string{`error MAP-LOOKUP type: table orderTypes has no code for "sometimes"`}},
		{"a field that no pair writes", `"lines":[{"lineNumber":"1","parentLine":"7"}]`, []string{"PO1*1"}, []string{"warn MAP-WRITE /lines/0/parentLine: no pair writes it"}},
		{"a field that nobody knows", `"colour":"red"`, nil, []string{"warn MAP-WRITE /colour: no pair writes it"}},
		{"too long", `"releaseNumber":"` + strings.Repeat("9", 31) + `"`, nil, []string{`error MAP-WRITE releaseNumber: "` + strings.Repeat("9", 31) + `" is too long for BEG04, which has room for 30 characters`}},
		{"a number where text belongs", `"department":31`, nil, []string{"error MAP-WRITE /department: is a number where text belongs"}},
		{"text where a number belongs", `"totals":{"lines":"2"}`, nil, []string{"error MAP-WRITE /totals/lines: is text where a number or true belongs"}},
		{"an object where text belongs", `"department":{}`, nil, []string{"error MAP-WRITE /department: is not a single value"}},
		{"text where an object belongs", `"freight":"collect"`, nil, []string{"error MAP-WRITE /freight: is no object"}},
		{"an object where a list belongs", `"lines":{}`, nil, []string{"error MAP-WRITE /lines: is no list"}},
		{"text where an item belongs", `"lines":["1"]`, nil, []string{"error MAP-WRITE /lines/0: is no object"}},
		{"no amount", `"totals":{"amount":"3500"}`, nil, []string{"error MAP-WRITE /totals/amount: is no amount with its currency"}},
		{"another currency", `"totals":{"amount":{"amount":"3500.00","currency":"EUR"}}`, []string{"CTT", "AMT*TT*3500"}, []string{"error MAP-WRITE /totals/amount/currency: is EUR in a document in USD"}},
		{"too many decimals", `"allowancesCharges":[{"kind":"charge","code":"freight","amount":{"amount":"1.255","currency":"USD"}}]`, []string{"SAC*C*D240"},
			[]string{`error MAP-TYPE allowancesCharges[0].amount: "1.255" has more than 2 decimals`}},
		{"no date", `"dates":{"requestedShip":"soon"}`, nil, []string{`error MAP-TYPE dates.requestedShip: "soon" is no day`}},
		{"a time where a day belongs", `"terms":[{"netDueDate":"2026-11-20T10:00"}]`, nil, []string{`error MAP-TYPE terms[0].netDueDate: "2026-11-20T10:00" is no day`}},
		{"no trade item number", `"lines":[{"lineNumber":"1","item":{"gtin":"123"}}]`, []string{"PO1*1"}, []string{`error MAP-TYPE lines[0].item.gtin: "123" is no trade item number`}},
		{"trade item numbers choose their qualifier", `"lines":[{"item":{"gtin":"00614141001019"}},{"item":{"gtin":"04006381333931"}},{"item":{"gtin":"10614141001016"}}]`,
			[]string{"PO1******UP*614141001019", "PO1******EN*4006381333931", "PO1******UK*10614141001016"}, nil},
		{"numbers that were assigned are not written", `"lines":[{"lineNumber":"1","lineNumberAssigned":true,"quantity":{"value":"1","unit":"EA"}}]`, []string{"PO1**1*EA"}, nil},
		{"an order without lines that says it has two", `"totals":{"lines":2,"quantityHash":"7"}`, []string{"CTT*0*0"}, nil},
		{"an item of an other list that a named field would take", `"dates":{"other":[{"codeAsSent":"002","date":"2026-11-20"}]}`, []string{"DTM*002*20261120"},
			[]string{"error MAP-WRITE dates.other[0]: will be read back as dates.requestedDelivery: put it there"}},
		{"a party among the others that has a field", `"otherParties":[{"role":"shipTo","name":"DC"}]`, []string{"N1*ST*DC"},
			[]string{"error MAP-WRITE otherParties[0]: will be read back as parties.shipTo: put it there"}},
		{"two ids of one party", `"parties":{"shipTo":{"name":"DC","ids":[{"type":"gln","value":"1"},{"type":"duns","value":"2"}]}}`, []string{"N1*ST*DC*UL*1"},
			[]string{"error MAP-WRITE parties.shipTo.ids[1]: N1 has no room for another pair"}},
		{"a list item without data", `"contacts":[{}]`, nil, nil},
		{"half a pair", `"lines":[{"lineNumber":"1","item":{"otherIds":[{"value":"X"}]}}]`, []string{"PO1*1"}, []string{`error MAP-WRITE lines[0].item.otherIds[0]: "X" has no qualifier to be written with`}},
		{"eleven stores take two segments", `"lines":[{"lineNumber":"1","destinations":[` + stores(11) + `]}]`, []string{"PO1*1",
			"SDQ*EA*92*0000*1*0001*1*0002*1*0003*1*0004*1*0005*1*0006*1*0007*1*0008*1*0009*1", "SDQ*EA*92*0010*1"}, nil},
		{"eleven numbers of one item", `"lines":[{"lineNumber":"1","item":{"otherIds":[` + strings.TrimSuffix(strings.Repeat(`{"type":"QQ","value":"1"},`, 11), ",") + `]}}]`,
			[]string{"PO1*1*****" + strings.TrimSuffix(strings.Repeat("QQ*1*", 10), "*")}, []string{"error MAP-WRITE lines[0].item.otherIds[10]: PO1 has no room for another pair"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := body(c.more)
			if strings.Contains(c.more, `"type":"sometimes"`) { // in place of what stands there
				text = bytes.Replace(body(""), []byte(`"type":"standalone"`), []byte(c.more), 1)
			}
			set, problems, err := m.Out(text)
			if err != nil {
				t.Fatal(err)
			}
			same(t, c.problems, problems)
			want := append(append([]string{}, head...), c.want...)
			if strings.Contains(c.more, `"sometimes"`) {
				want[0] = "BEG*00**PO1**20261116"
			}
			if strings.Contains(c.more, `"releaseNumber"`) {
				want[0] = "BEG*00*SA*PO1**20261116"
			}
			if diff := cmp.Diff(want, written(set)); diff != "" {
				t.Errorf("written (-want +got):\n%s", diff)
			}
		})
	}
}

func stores(n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf(`{"locationId":"%04d","idType":"assignedByBuyer","quantity":{"value":"1","unit":"EA"}}`, i)
	}
	return strings.Join(all, ",")
}

func TestWritingRequires(t *testing.T) {
	m := compile(t, mappings.Base(), "base/850", "004010")
	_, problems, err := m.Out(json.RawMessage(`{"lines":[{"lineNumber":"1"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	same(t, []string{
		"error MAP-REQUIRED customerOrderNumber: is required",
		"error MAP-REQUIRED purpose: is required",
		"error MAP-REQUIRED type: is required",
		"error MAP-REQUIRED orderDate: is required",
	}, problems)
	for _, bad := range []string{"", "[]", "null", "null x", `{"a":`, "{\"a\":\"\xff\"}"} {
		if _, _, err := m.Out(json.RawMessage(bad)); err == nil {
			t.Errorf("%q is written", bad)
		}
	}
}

// TestRequiredHoldsWhereTheFieldIsMapped: a field that is only read is not asked
// for on writing, and the other way round.
func TestRequiredHoldsWhereTheFieldIsMapped(t *testing.T) {
	for _, c := range []struct {
		direction, reading, writing string
	}{
		{"in", "error MAP-REQUIRED department: is required; REF[DP]02 has no value", ""},
		{"out", "", "error MAP-REQUIRED department: is required"},
	} {
		m := partner(t, "fields:\n  department:\n    "+c.direction+": REF[DP]02 | required\n")
		list := func(s string) []string {
			if s == "" {
				return nil
			}
			return []string{s}
		}
		same(t, list(c.reading), in(t, m, order("CUR*BY*USD")).Problems)
		_, problems, err := m.Out(body(""))
		if err != nil {
			t.Fatal(err)
		}
		same(t, list(c.writing), problems)
	}
}

// TestReadingProblems reads orders with something wrong in them.
func TestReadingProblems(t *testing.T) {
	for _, c := range []struct {
		name, body string // of the partner's file
		begin      string
		segments   []string
		problems   []string
		unmapped   string // the first
	}{
		{"a closed list", "", "BEG*99*SA*PO1**20261116", nil,
			[]string{`hold MAP-LOOKUP purpose: table purposes has no row for "99" (segment 2, BEG01; base/850.yaml:`}, "850/BEG[1]/BEG01 99"},
		{"a table that warns", "", "BEG*00*SA*PO1**20261116**ZZ", nil,
			[]string{`warn MAP-LOOKUP responseRequested: table responses has no row for "ZZ" (segment 2, BEG07`}, "850/BEG[1]/BEG07 ZZ"},
		{"a table that fails", "tables: { t: { A: b } }\nfields:\n  department: REF[DP]02 | table(t)\n", "", []string{"REF*DP*X"},
			[]string{`error MAP-LOOKUP department: table t has no row for "X" (segment 3, REF02; p.yaml:5:3)`}, "850/REF[1]/REF02 X"},
		{"a table that lets pass", "tables: { t: { A: b, missing: pass } }\nfields:\n  department: REF[DP]02 | table(t)\n", "", []string{"REF*DP*X"}, nil, ""},
		{"a table that says nothing", "fields:\n  extensions.acme.kind:\n    in: REF[DP]02 | table(units, missing:absent)\n", "", []string{"REF*DP*X"}, nil, ""},
		{"no date", "", "BEG*00*SA*PO1**20261399", nil,
			[]string{`error MAP-TYPE orderDate: "20261399" is no date (segment 2, BEG05`}, "850/BEG[1]/BEG05 20261399"},
		{"a point in implied decimals", "", "", []string{"SAC*C*D240***12.50"}, []string{`error MAP-TYPE allowancesCharges[0].amount: "12.50" is no number with 2 implied decimals (segment 3, SAC05`}, "850/SAC[1]/SAC05 12.50"},
		{"required in a party that is there", "fields:\n  parties.shipTo.name2: N201 | required\n", "", []string{"N1*ST*DC"}, []string{"error MAP-REQUIRED parties.shipTo.name2: is required; N201 has no value"}, ""},
		{"required in a party that is not there", "fields:\n  parties.billTo.name2: N201 | required\n", "", []string{"N1*ST*DC"}, nil, ""},
		{"required in a line", "fields:\n  lines[].item.isbn: PO1(IB) | required\n", "", []string{"PO1*1*1*EA***IB*9", "PO1*2*1*EA***VN*9"}, []string{"error MAP-REQUIRED lines[1].item.isbn: is required; PO1(IB) has no value"}, ""},
		{"no date at all", "fields:\n  orderDate:\n    in: BEG09 | date | required\n    out: BEG05\n", "", nil, []string{"error MAP-REQUIRED orderDate: is required; BEG09 has no value"}, ""},
		{"letters for a trade item number stay with the others", "", "", []string{"PO1*1*1*EA***UP*61414100101X"}, []string{`warn MAP-TYPE lines[0].item.gtin: "61414100101X" is no trade item number (segment 3, PO107`}, ""},
		{"a cross-reference without a row", "tables: { t: { A: b, missing: hold } }\nfields:\n  lines[].item.sku:\n    in: PO1(IN) | table(t) | required\n", "", []string{"PO1*1*1*EA***IN*X"}, []string{`hold MAP-LOOKUP lines[0].item.sku: table t has no row for "X" (segment 3, PO107`}, ""},
		{"a country in words", "", "", []string{"N1*ST*DC", "N4*KANSAS CITY*MO*64120*GERM"}, []string{`warn MAP-TYPE parties.shipTo.address.country: "GERM" is no country code`}, "850/N1[1]/N4[1]/N404 GERM"},
		{"a separator in a joined value", "fields:\n  extensions.acme.words: PKG[*]05 | join(\";\")\n", "", []string{"PKG*F****A;B"}, []string{`error MAP-TYPE extensions.acme.words: "A;B" holds the separator ";"`}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := partner(t, c.body)
			begin := c.begin
			if begin == "" {
				begin = "BEG*00*SA*PO1**20261116"
			}
			got := in(t, m, interchange("004010", append([]string{begin}, c.segments...)...))
			same(t, c.problems, got.Problems)
			first := ""
			if len(got.Unmapped) > 0 {
				first = got.Unmapped[0].Path + " " + got.Unmapped[0].Value
			}
			if c.unmapped != "" && first != c.unmapped {
				t.Errorf("the first that is unmapped is %q, expected %q", first, c.unmapped)
			}
		})
	}
}
