package mappings_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/mappings"
	"waybill/translators"
)

// constructs are pieces of an order, what base/850 makes of them, and how it
// writes that again. A case without out writes the segments as they came.
func constructs() []construct {
	return []construct{
		{
			name:     "currency of the buyer",
			segments: []string{"CUR*BY*EUR*1.0850"},
			want:     `{"currency":"EUR","exchangeRate":"1.085"}`,
			out:      []string{"CUR*BY*EUR*1.085"},
		},
		{
			name:     "currency of the seller",
			segments: []string{"CUR*SE*JPY", "CTT*1", "AMT*TT*3500"},
			want:     `{"currency":"JPY","currencyAsSent":"SE","totals":{"lines":1,"amount":{"amount":"3500","currency":"JPY"}}}`,
			out:      []string{"CUR*SE*JPY", "CTT*0", "AMT*TT*3500"},
		},
		{
			name:     "amounts have the digits of the currency",
			segments: []string{"CUR*BY*KWD", "CTT*1", "AMT*TT*.5"},
			want:     `{"currency":"KWD","totals":{"lines":1,"amount":{"amount":"0.500","currency":"KWD"}}}`,
			out:      []string{"CUR*BY*KWD", "CTT*0", "AMT*TT*0.5"},
		},
		{
			name:     "references with fields of their own, and others",
			segments: []string{"REF*DP*034", "REF*VR*9", "REF*IA*70512", "REF*CO*C7", "REF*12*ACC", "REF*PD*P1", "REF*MR*M1", "REF*ZZ*XYZ*WORDS", "REF*QQ*77", "REF*6P*M9"},
			want: `{"department":"034","vendorNumber":"70512","customerReference":"C7","customerReferenceAsSent":"CO","accountNumber":"ACC","accountNumberAsSent":"12","promotion":"P1","merchandiseType":"M1",
				"references":[{"type":"other","typeAsSent":"VR","value":"9"},{"type":"mutual","value":"XYZ","description":"WORDS"},
				{"type":"other","typeAsSent":"QQ","value":"77"},{"type":"masterReference","typeAsSent":"6P","value":"M9"}]}`,
			out: []string{"REF*DP*034", "REF*IA*70512", "REF*PD*P1", "REF*MR*M1", "REF*CO*C7", "REF*12*ACC", "REF*VR*9", "REF*ZZ*XYZ*WORDS", "REF*QQ*77", "REF*6P*M9"},
		},
		{
			name:     "a contract number in REF",
			segments: []string{"REF*CT*K-7"},
			want:     `{"contractNumber":"K-7"}`,
			begin:    "BEG*00*SA*PO1**20261116*K-7",
			out:      []string{},
		},
		{
			name:     "dates: day, local time, time with its zone",
			segments: []string{"DTM*002*20261120", "DTM*010*20261120*1430", "DTM*037*20261120*1430*CT", "DTM*038*20260720*143015*CT", "DTM*001*20261120*1430*UT", "DTM*999*20261121"},
			want: `{"dates":{"requestedDelivery":"2026-11-20","requestedShip":"2026-11-20T14:30","shipNotBefore":"2026-11-20T14:30-06:00",
				"shipNotAfter":"2026-07-20T14:30:15-05:00","cancelAfter":"2026-11-20T14:30Z","other":[{"codeAsSent":"999","date":"2026-11-21"}]}}`,
			out: []string{"DTM*002*20261120", "DTM*010*20261120*1430", "DTM*037*20261120*1430*CS", "DTM*038*20260720*143015*CD", "DTM*001*20261120*1430*UT", "DTM*999*20261121"},
		},
		{
			name:     "a second date of one meaning",
			segments: []string{"DTM*002*20261120", "DTM*002*20261127"},
			want:     `{"dates":{"requestedDelivery":"2026-11-20","other":[{"codeAsSent":"002","date":"2026-11-27"}]}}`,
		},
		{
			name:     "contacts",
			segments: []string{"PER*BD*DANA*TE*5550100*FX*5550101*EM*d@acme.example", "PER*ZZ*DESK*UR*acme.example"},
			want: `{"contacts":[{"function":"buyer","name":"DANA","phone":"5550100","fax":"5550101","email":"d@acme.example"},
				{"function":"other","functionAsSent":"ZZ","name":"DESK","url":"acme.example"}]}`,
		},
		{
			name:     "terms",
			segments: []string{"ITD*01*3*2*20261201*10*20261231*30*1250****2 PCT 10 NET 30", "ITD*77*8"},
			want: `{"currency":"USD","terms":[{"type":"basic","basis":"invoiceDate","discountPercent":"2","discountDueDate":"2026-12-01","discountDays":10,
				"netDueDate":"2026-12-31","netDays":30,"discountAmount":{"amount":"12.50","currency":"USD"},"text":"2 PCT 10 NET 30"},
				{"type":"other","typeAsSent":"77","basis":"other","basisAsSent":"8"}]}`,
			currency: true,
		},
		{
			name:     "allowances and charges",
			segments: []string{"SAC*A*C310****Z*2*****02***NEW STORE", "SAC*C*D240***1250***0.5*EA*25**06", "SAC*P*F910***5"},
			want: `{"currency":"USD","allowancesCharges":[
				{"kind":"allowance","code":"discount","codeAsSent":"C310","percent":"2","percentBasis":"agreed","method":"offInvoice","description":"NEW STORE"},
				{"kind":"charge","code":"freight","codeAsSent":"D240","amount":{"amount":"12.50","currency":"USD"},"rate":"0.5","quantity":{"value":"25","unit":"EA"},"method":"chargeToCustomer"},
				{"kind":"allowance","kindAsSent":"P","code":"quantityDiscount","codeAsSent":"F910","amount":{"amount":"0.05","currency":"USD"}}]}`,
			currency: true,
		},
		{
			name:     "taxes",
			segments: []string{"TXI*ST*12.5*8.25*CC*CA*1*1*151.52*ID9"},
			want: `{"currency":"USD","taxes":[{"type":"stateSales","amount":{"amount":"12.50","currency":"USD"},"percent":"8.25","jurisdictionType":"CC",
				"jurisdiction":"CA","exempt":"yes","taxable":{"amount":"151.52","currency":"USD"},"id":"ID9"}]}`,
			currency: true,
			unmapped: []string{"850/TXI[1]/TXI07 1"},
			out:      []string{"CUR*BY*USD", "TXI*ST*12.5*8.25*CC*CA*1**151.52*ID9"},
		},
		{
			name:     "freight and carrier",
			segments: []string{"FOB*PS*OR*DOCK", "TD5**2*WBFL*LT*ROUTE 7*******ON", "TD3*TL*ABCD*1234"},
			want: `{"freight":{"payment":"prepaid","paymentAsSent":"PS","location":"origin","title":"DOCK"},
				"carrier":{"scac":"WBFL","mode":"road","modeAsSent":"LT","routing":"ROUTE 7","service":"ON","equipment":[{"type":"TL","initial":"ABCD","number":"1234"}]}}`,
		},
		{
			name:     "a carrier under another qualifier",
			segments: []string{"TD5**ZZ*OWN*U"},
			want:     `{"carrier":{"code":{"type":"ZZ","value":"OWN"},"mode":"parcel"}}`,
		},
		{
			name:     "what to do with what is short",
			segments: []string{"CSH*SC"},
			want:     `{"backorderPolicy":"shipComplete"}`,
		},
		{
			name:     "a party with all that it may have",
			segments: []string{"N1*ST*ACME DC*92*0042", "N2*ATTENTION", "N3*LINE 1*LINE 2", "N3*LINE 3", "N4*KANSAS CITY*MO*64120*USA*WH*W1", "REF*TJ*12-345", "PER*DC*DOCK*TE*555"},
			want: `{"parties":{"shipTo":{"name":"ACME DC","name2":"ATTENTION","ids":[{"type":"assignedByBuyer","value":"0042"}],
				"address":{"lines":["LINE 1","LINE 2","LINE 3"],"city":"KANSAS CITY","region":"MO","postalCode":"64120","country":"US","countryAsSent":"USA","locationCode":{"qualifier":"WH","value":"W1"}},
				"contacts":[{"function":"delivery","name":"DOCK","phone":"555"}],"taxIds":[{"type":"TJ","value":"12-345"}]}}}`,
			out: []string{"N1*ST*ACME DC*92*0042", "N2*ATTENTION", "N3*LINE 1*LINE 2", "N3*LINE 3", "N4*KANSAS CITY*MO*64120*USA*WH*W1", "REF*TJ*12-345", "PER*DC*DOCK*TE*555"},
		},
		{
			name:     "the preferred role wins wherever it stands, second ones and others stay",
			segments: []string{"N1*VN*VENDOR", "N1*SE*SELLER", "N1*ST*FIRST", "N1*ST*SECOND", "N1*SH*SHIPPER", "N1*QQ*WHO*77*1"},
			want: `{"parties":{"seller":{"name":"SELLER"},"shipTo":{"name":"FIRST"},"shipFrom":{"name":"SHIPPER","roleAsSent":"SH"}},
				"otherParties":[{"role":"seller","roleAsSent":"VN","name":"VENDOR"},{"role":"shipTo","name":"SECOND"},
				{"role":"other","roleAsSent":"QQ","name":"WHO","ids":[{"type":"other","typeAsSent":"77","value":"1"}]}]}`,
			out: []string{"N1*SH*SHIPPER", "N1*SE*SELLER", "N1*ST*FIRST", "N1*VN*VENDOR", "N1*ST*SECOND", "N1*QQ*WHO*77*1"},
		},
		{
			name:     "notes: a run of MSG is one note, a bare N9 is its own words",
			segments: []string{"N9*L1*GEN", "MSG*DELIVER", "MSG*AT NIGHT", "N9*L1*ODD*WORDS"},
			want:     `{"notes":[{"code":"general","codeAsSent":"GEN","text":"DELIVER\nAT NIGHT"},{"code":"other","codeAsSent":"ODD","text":"WORDS"}]}`,
			unmapped: nil,
			out:      []string{"N9*L1*GEN", "MSG*DELIVER", "MSG*AT NIGHT", "N9*L1*ODD", "MSG*WORDS"},
		},
		{
			name:     "a note under another qualifier keeps its text and the qualifier",
			segments: []string{"N9*ACD*SJD"},
			want:     `{"notes":[{"code":"other","codeAsSent":"SJD","kindAsSent":"ACD","text":"SJD"}]}`,
			out:      []string{"N9*ACD*SJD", "MSG*SJD"},
		},
		{
			name:     "totals are counted anew",
			segments: []string{"PO1*1*10*EA", "PO1*2*2.5*LB", "CTT*7*99*12*LB*3*CF"},
			want: `{"lines":[{"lineNumber":"1","quantity":{"value":"10","unit":"EA"}},{"lineNumber":"2","quantity":{"value":"2.5","unit":"LBR"}}],
				"totals":{"lines":7,"quantityHash":"99","weight":{"value":"12","unit":"LBR"},"volume":{"value":"3","unit":"FTQ"}}}`,
			out: []string{"PO1*1*10*EA", "PO1*2*2.5*LB", "CTT*2*12.5*12*LB*3*CF"},
		},
	}
}

// lineConstructs are the same for what stands in a PO1 loop.
func lineConstructs() []construct {
	return []construct{
		{
			name:     "line numbers that nobody gave",
			segments: []string{"PO1**1*EA", "PO1*07*1*EA"},
			want:     `{"lines":[{"lineNumber":"1","lineNumberAssigned":true,"quantity":{"value":"1","unit":"EA"}},{"lineNumber":"07","quantity":{"value":"1","unit":"EA"}}]}`,
		},
		{
			name:     "item numbers in whatever position",
			segments: []string{"PO1*1*1*EA***UK*10614141001016*BP*B-1*LT*L9*SN*S1*SN*S2*BO*RED*IZ*XL*ST*MOD*QQ*77"},
			want: `{"lines":[{"lineNumber":"1","quantity":{"value":"1","unit":"EA"},"item":{"gtin":"10614141001016","buyerItem":"B-1","buyerItemAsSent":"BP","lot":"L9","serials":["S1","S2"],
				"attributes":{"color":"RED","size":"XL","style":"MOD","styleAsSent":"ST"},"otherIds":[{"type":"QQ","value":"77"}]}}]}`,
			out: []string{"PO1*1*1*EA***BP*B-1*UK*10614141001016*LT*L9*SN*S1*SN*S2*BO*RED*IZ*XL*ST*MOD*QQ*77"},
		},
		{
			name:     "buyer's numbers in the order of preference, the second stays",
			segments: []string{"PO1*1*1*EA***BP*B-1*IN*I-1*MG*M-1*VC*V-1"},
			want: `{"lines":[{"lineNumber":"1","quantity":{"value":"1","unit":"EA"},"item":{"buyerItem":"I-1","vendorItem":"V-1","vendorItemAsSent":"VC","manufacturerPart":"M-1",
				"otherIds":[{"type":"BP","value":"B-1"}]}}]}`,
			out: []string{"PO1*1*1*EA***IN*I-1*VC*V-1*MG*M-1*BP*B-1"},
		},
		{
			name:     "an item number of the wrong length is no GTIN",
			segments: []string{"PO1*1*1*EA***UP*0614141001019"},
			want:     `{"lines":[{"lineNumber":"1","quantity":{"value":"1","unit":"EA"},"item":{"otherIds":[{"type":"UP","value":"0614141001019"}]}}]}`,
		},
		{
			name:     "an item number with a wrong check digit is kept and reported",
			segments: []string{"PO1*1*1*EA***UP*614141001018"},
			want:     `{"lines":[{"lineNumber":"1","quantity":{"value":"1","unit":"EA"},"item":{"otherIds":[{"type":"UP","value":"614141001018"}]}}]}`,
			problems: []string{`warn MAP-TYPE lines[0].item.gtin: "614141001018" has a wrong check digit (segment 3, PO107`},
		},
		{
			name:     "half a pair is no pair",
			segments: []string{"PO1*1*1*EA***IN"},
			want:     `{"lines":[{"lineNumber":"1","quantity":{"value":"1","unit":"EA"}}]}`,
			unmapped: []string{"850/PO1[1]/PO106 IN"},
			out:      []string{"PO1*1*1*EA"},
		},
		{
			name:     "units keep the partner's code where ours would be another",
			segments: []string{"PO1*1*1*CA", "PO1*2*1*DZ", "PO1*3*1*QQ"},
			want: `{"lines":[{"lineNumber":"1","quantity":{"value":"1","unit":"XCS"}},{"lineNumber":"2","quantity":{"value":"1","unit":"DZN"}},
				{"lineNumber":"3","quantity":{"value":"1","unit":"other","unitAsSent":"QQ"}}]}`,
			out: []string{"PO1*1*1*CA", "PO1*2*1*DZ", "PO1*3*1*QQ"},
		},
		{
			name:     "prices",
			segments: []string{"PO1*1*1*EA*.01875*PE", "PO1*2*1*EA*250*HP", "PO1*3*1*EA*0", "PO1*4*1*LB*3.5*PP", "PO1*5*1*EA*9*QE"},
			currency: true,
			want: `{"currency":"USD","lines":[
				{"lineNumber":"1","quantity":{"value":"1","unit":"EA"},"unitPrice":{"amount":"0.01875","amountAsSent":".01875","basis":"each","basisAsSent":"PE"}},
				{"lineNumber":"2","quantity":{"value":"1","unit":"EA"},"unitPrice":{"amount":"250.00","basis":"hundred","basisAsSent":"HP","per":"100"}},
				{"lineNumber":"3","quantity":{"value":"1","unit":"EA"},"unitPrice":{"amount":"0.00"}},
				{"lineNumber":"4","quantity":{"value":"1","unit":"LBR"},"unitPrice":{"amount":"3.50","basis":"pound","basisAsSent":"PP","unit":"LBR"}},
				{"lineNumber":"5","quantity":{"value":"1","unit":"EA"},"unitPrice":{"amount":"9.00","basis":"quoted","basisAsSent":"QE"}}]}`,
			out: []string{"CUR*BY*USD", "PO1*1*1*EA*.01875*PE", "PO1*2*1*EA*250*HP", "PO1*3*1*EA*0", "PO1*4*1*LB*3.5*PP", "PO1*5*1*EA*9*QE"},
		},
		{
			name:     "retail price, description, pack",
			segments: []string{"PO1*1*1*EA", "CTP**MSR*9.99", "PID*F****LED LAMP", "PO4*24*12*OZ**G*18.5*LB*2*CF*10*8*6*IN*4"},
			currency: true,
			want: `{"currency":"USD","lines":[{"lineNumber":"1","quantity":{"value":"1","unit":"EA"},"otherPrices":[{"codeAsSent":"MSR","price":{"amount":"9.99"}}],"description":"LED LAMP",
				"pack":{"unitsPerPack":"24","innerPack":"4","size":"12","sizeUnit":"ONZ","weight":{"kind":"gross","value":"18.5","unit":"LBR"},"volume":{"value":"2","unit":"FTQ"},
				"dims":{"length":"10","width":"8","height":"6","unit":"INH"}}}]}`,
			out: []string{"CUR*BY*USD", "PO1*1*1*EA", "CTP**MSR*9.99", "PID*F****LED LAMP", "PO4*24*12*OZ**G*18.5*LB*2*CF*10*8*6*IN*4"},
		},
		{
			name:     "schedules",
			segments: []string{"PO1*1*20*EA", "SCH*12*EA***002*20261201", "SCH*8*EA***999*20261215*0800"},
			want: `{"lines":[{"lineNumber":"1","quantity":{"value":"20","unit":"EA"},"schedule":[
				{"date":"2026-12-01","dateMeaning":"requestedDelivery","quantity":{"value":"12","unit":"EA"}},
				{"date":"2026-12-15T08:00","dateMeaning":"other","dateMeaningAsSent":"999","quantity":{"value":"8","unit":"EA"}}]}]}`,
		},
		{
			name:     "destinations",
			segments: []string{"PO1*1*10*EA", "SDQ*EA*92*0001*4*0002*6", "SDQ*CA*92*0003*1"},
			want: `{"lines":[{"lineNumber":"1","quantity":{"value":"10","unit":"EA"},"destinations":[
				{"locationId":"0001","idType":"assignedByBuyer","quantity":{"value":"4","unit":"EA"}},
				{"locationId":"0002","idType":"assignedByBuyer","quantity":{"value":"6","unit":"EA"}},
				{"locationId":"0003","idType":"assignedByBuyer","quantity":{"value":"1","unit":"XCS"}}]}]}`,
		},
		{
			name:     "the content of a kit",
			segments: []string{"PO1*1*1*KT", "SLN*1**I*2*EA*1.5*PE**IN*C-1*VN*V-1", "PID*F****BOLT", "SLN*2**I*4*EA****UP*614141001019", "SLN*3**A*1*EA****IN*X"},
			currency: true,
			want: `{"currency":"USD","lines":[{"lineNumber":"1","quantity":{"value":"1","unit":"KT"},"subLines":[
				{"item":{"buyerItem":"C-1","vendorItem":"V-1"},"description":"BOLT","quantityPer":{"value":"2","unit":"EA"},"unitPrice":{"amount":"1.50","basis":"each","basisAsSent":"PE"}},
				{"item":{"gtin":"00614141001019"},"quantityPer":{"value":"4","unit":"EA"}}]}]}`,
			unmapped: []string{"850/PO1[1]/SLN[3]/SLN01 3", "850/PO1[1]/SLN[3]/SLN03 A", "850/PO1[1]/SLN[3]/SLN04 1", "850/PO1[1]/SLN[3]/SLN05-01 EA",
				"850/PO1[1]/SLN[3]/SLN09 IN", "850/PO1[1]/SLN[3]/SLN10 X"},
			out: []string{"CUR*BY*USD", "PO1*1*1*KT", "SLN*1**I*2*EA*1.5*PE**IN*C-1*VN*V-1", "PID*F****BOLT", "SLN*2**I*4*EA****UP*614141001019"},
		},
		{
			name:     "what a line has of its own",
			segments: []string{"PO1*1*1*EA", "REF*ZZ*R1", "SAC*C*D240***100", "ITD*01", "DTM*002*20261201", "TD5**2*UPSN*U", "TXI*VA*1", "N9*L1*GEN", "MSG*HI", "N1*ST*STORE 7*UL*0614141000012", "N1*SN*LOCAL"},
			currency: true,
			want: `{"currency":"USD","lines":[{"lineNumber":"1","quantity":{"value":"1","unit":"EA"},"references":[{"type":"mutual","value":"R1"}],
				"allowancesCharges":[{"kind":"charge","code":"freight","codeAsSent":"D240","amount":{"amount":"1.00","currency":"USD"}}],"terms":[{"type":"basic"}],
				"dates":{"requestedDelivery":"2026-12-01"},"carrier":{"scac":"UPSN","mode":"parcel"},"taxes":[{"type":"vat","amount":{"amount":"1.00","currency":"USD"}}],
				"notes":[{"code":"general","codeAsSent":"GEN","text":"HI"}],
				"parties":{"shipTo":{"name":"STORE 7","ids":[{"type":"gln","value":"0614141000012"}]},"store":{"name":"LOCAL"}}}]}`,
		},
	}
}

// A construct is one case of reading and writing.
type construct struct {
	name     string
	segments []string
	currency bool // CUR*BY*USD stands before the segments
	want     string
	unmapped []string
	problems []string
	begin    string   // BEG as it is written, where that differs
	out      []string // as written, where that differs
}

func TestConstructs(t *testing.T) {
	m := compile(t, mappings.Base(), "base/850", "004010")
	for _, c := range append(constructs(), lineConstructs()...) {
		t.Run(c.name, func(t *testing.T) { c.run(t, m) })
	}
}

func (c construct) run(t *testing.T, m *mappings.Map) {
	if c.currency {
		c.segments = append([]string{"CUR*BY*USD"}, c.segments...)
	}
	got := in(t, m, order(c.segments...))
	want := map[string]any{"customerOrderNumber": "PO1", "purpose": "original", "type": "standalone", "orderDate": "2026-11-16"}
	if err := json.Unmarshal([]byte(c.want), &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, value(t, got.Body)); diff != "" {
		t.Errorf("body (-want +got):\n%s", diff)
	}
	var unmapped []string
	for _, u := range got.Unmapped {
		unmapped = append(unmapped, u.Path+" "+u.Value)
	}
	if diff := cmp.Diff(c.unmapped, unmapped); diff != "" {
		t.Errorf("unmapped (-want +got):\n%s", diff)
	}
	same(t, c.problems, got.Problems)
	set, problems, err := m.Out(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	same(t, nil, problems)
	begin, out := c.begin, c.out
	if begin == "" {
		begin = "BEG*00*SA*PO1**20261116"
	}
	if out == nil {
		out = c.segments
	}
	if diff := cmp.Diff(append([]string{begin}, out...), written(set)); diff != "" {
		t.Errorf("written (-want +got):\n%s", diff)
	}
}

// same holds problems against the beginnings of what they should say.
func same(t *testing.T, want []string, got []mappings.Problem) {
	t.Helper()
	for i, p := range got {
		text := p.Severity + " " + p.Error()
		if i >= len(want) || !strings.HasPrefix(text, want[i]) {
			t.Errorf("problem %d is %s; expected %q", i, text, want)
		}
	}
	if len(got) < len(want) {
		t.Errorf("%d problems, expected %q", len(got), want)
	}
}

// written are the segments of a set as text.
func written(set *translators.Set) []string {
	var lines []string
	for _, s := range set.Segments {
		line := s.ID
		for _, e := range s.Elements {
			text := e.Text
			if len(e.Repeats) > 0 {
				text = strings.Join(e.Repeats[0], ">")
			}
			line += "*" + text
		}
		lines = append(lines, line)
	}
	return lines
}
