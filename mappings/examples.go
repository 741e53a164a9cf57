package mappings

// Example shows one function at work: a pair of a mapping of 850s, the segments
// that it reads, what the document then says, and what is written of that.
type Example struct {
	Function string
	Fields   string   // below fields:
	Tables   string   // below tables:, "" for none
	Read     []string // segments
	Body     string   // the document
	Written  []string // nil: as it was read
}

// Examples has one for every function, as the reference shows them; a test runs
// each.
func Examples() []Example {
	return append(textExamples(), numberExamples()...)
}

func textExamples() []Example {
	return []Example{
		{Function: "required", Fields: "customerOrderNumber: BEG03 | required", Read: []string{"BEG*00*SA*PO-7**20261116"}, Body: `{"customerOrderNumber":"PO-7"}`, Written: []string{"BEG***PO-7"}},
		{Function: "default", Fields: "customerOrderNumber: BEG03\ncurrency: CUR[BY]02 | default(USD)", Read: []string{"BEG***PO-7"},
			Body: `{"customerOrderNumber":"PO-7","currency":"USD"}`, Written: []string{"BEG***PO-7", "CUR*BY*USD"}},
		{Function: "table", Tables: "units: { EA: EA, CA: XCS, in: { CT: XCS } }", Fields: "lines[]:\n  at: PO1\n  quantity.unit: PO103 | table(units, keep)", Read: []string{"PO1***CA", "PO1***CT"},
			Body: `{"lines":[{"quantity":{"unit":"XCS"}},{"quantity":{"unit":"XCS","unitAsSent":"CT"}}]}`},
		{Function: "keep", Fields: "vendorNumber: REF[IA|VR]02 | keep", Read: []string{"REF*VR*70512"}, Body: `{"vendorNumber":"70512","vendorNumberAsSent":"VR"}`},
		{Function: "ordinal", Fields: "lines[]:\n  at: PO1\n  lineNumber: PO101 | ordinal\n  quantity.value: PO102", Read: []string{"PO1**5", "PO1**6"},
			Body: `{"lines":[{"lineNumber":"1","lineNumberAssigned":true,"quantity":{"value":"5"}},{"lineNumber":"2","lineNumberAssigned":true,"quantity":{"value":"6"}}]}`},
		{Function: "counter", Fields: "lines[]:\n  at: PO1\n  lineNumber: PO101 | counter\n  quantity.value: PO102", Read: []string{"PO1*10*5", "PO1**6"},
			Body: `{"lines":[{"lineNumber":"10","quantity":{"value":"5"}},{"quantity":{"value":"6"}}]}`, Written: []string{"PO1*10*5", "PO1*11*6"}},
		{Function: "gtin", Fields: "lines[]:\n  at: PO1\n  item.gtin: PO1(UP:12|EN:13|UK:14) | gtin", Read: []string{"PO1******UP*614141001019"}, Body: `{"lines":[{"item":{"gtin":"00614141001019"}}]}`},
		{Function: "country", Fields: "parties.shipTo:\n  at: N1[ST]\n  address.country: N404 | country", Read: []string{"N1*ST", "N4****USA"}, Body: `{"parties":{"shipTo":{"address":{"country":"US"}}}}`, Written: []string{"N1*ST", "N4****US"}},
		{Function: "join", Fields: `extensions.acme.marks: PKG[*]05 | join(" / ")`, Read: []string{"PKG*****THIS SIDE UP", "PKG*****GLASS"}, Body: `{"extensions":{"acme":{"marks":"THIS SIDE UP / GLASS"}}}`},
		{Function: "wrap", Fields: "extensions.acme.marks: PKG[*]05 | wrap(12)", Read: []string{"PKG*****THIS SIDE UP", "PKG*****WARDS"}, Body: `{"extensions":{"acme":{"marks":"THIS SIDE UPWARDS"}}}`},
		{Function: "pad", Fields: "extensions.acme.store: REF[ST]02 | pad(6, 0)", Read: []string{"REF*ST*000711"}, Body: `{"extensions":{"acme":{"store":"711"}}}`},
		{Function: "prefix", Fields: `contractNumber: REF[CT]02 | prefix("C-")`, Read: []string{"REF*CT*C-88"}, Body: `{"contractNumber":"88"}`},
		{Function: "split", Fields: "extensions.acme.dock: REF[ZZ]02 | split(\"-\", 1)\nextensions.acme.door: REF[ZZ]02 | split(\"-\", 2)", Read: []string{"REF*ZZ*D4-17"}, Body: `{"extensions":{"acme":{"dock":"D4","door":"17"}}}`},
		{Function: "nullable", Fields: "department: REF[DP]02 | nullable(\"N/A\", 0)\npromotion: REF[PD]02", Read: []string{"REF*DP*N/A", "REF*PD*SPRING"}, Body: `{"promotion":"SPRING"}`, Written: []string{"REF*PD*SPRING"}},
		{Function: "remove", Fields: "accountNumber:\n  in: REF[11]02 | remove(\"- \")\n  out: REF[11]02", Read: []string{"REF*11*12-34 5"}, Body: `{"accountNumber":"12345"}`, Written: []string{"REF*11*12345"}},
		{Function: "upper", Fields: "department:\n  in: REF[DP]02\n  out: REF[DP]02 | upper", Read: []string{"REF*DP*toys"}, Body: `{"department":"toys"}`, Written: []string{"REF*DP*TOYS"}},
		{Function: "trim", Fields: "department:\n  in: REF[DP]02\n  out: REF[DP]02 | trim", Read: []string{"REF*DP* toys"}, Body: `{"department":" toys"}`, Written: []string{"REF*DP*toys"}},
		{Function: "first", Fields: "extensions.acme.mark:\n  in: PKG[*]05 | first", Read: []string{"PKG*****A", "PKG*****B"}, Body: `{"extensions":{"acme":{"mark":"A"}}}`, Written: []string{}},
		{Function: "last", Fields: "extensions.acme.mark:\n  in: PKG[*]05 | last", Read: []string{"PKG*****A", "PKG*****B"}, Body: `{"extensions":{"acme":{"mark":"B"}}}`, Written: []string{}},
	}
}

func numberExamples() []Example {
	return []Example{
		{Function: "date", Fields: "extensions.acme.shipDay: REF[ZZ]02 | date(YYMMDD)", Read: []string{"REF*ZZ*261204"}, Body: `{"extensions":{"acme":{"shipDay":"2026-12-04"}}}`},
		{Function: "time", Fields: "extensions.acme.cutOff: REF[ZZ]02 | time", Read: []string{"REF*ZZ*0830"}, Body: `{"extensions":{"acme":{"cutOff":"08:30"}}}`},
		{Function: "datetime", Fields: "dates.requestedDelivery: DTM[002]02+03+04 | datetime", Read: []string{"DTM*002*20261204*0830*ES"}, Body: `{"dates":{"requestedDelivery":"2026-12-04T08:30-05:00"}}`},
		{Function: "decimal", Fields: "extensions.acme.weight: REF[WT]02 | decimal", Read: []string{"REF*WT*007.50"}, Body: `{"extensions":{"acme":{"weight":"7.5"}}}`, Written: []string{"REF*WT*7.5"}},
		{Function: "int", Fields: "extensions.acme.pallets: REF[PL]02 | int", Read: []string{"REF*PL*012"}, Body: `{"extensions":{"acme":{"pallets":"12"}}}`, Written: []string{"REF*PL*12"}},
		{Function: "implied", Fields: "extensions.acme.deposit: REF[DE]02 | implied(2)", Read: []string{"REF*DE*1250"}, Body: `{"extensions":{"acme":{"deposit":"12.5"}}}`},
		{Function: "scale", Fields: "lines[]:\n  at: PO1\n  quantity.value: PO102 | scale(12)", Read: []string{"PO1**2.5"}, Body: `{"lines":[{"quantity":{"value":"30"}}]}`},
		{Function: "sum", Fields: "extensions.acme.charges:\n  in: SAC[*]05 | sum", Read: []string{"SAC*C*D240***1250", "SAC*C*D500***75"}, Body: `{"extensions":{"acme":{"charges":"13.25"}}}`, Written: []string{}},
	}
}
