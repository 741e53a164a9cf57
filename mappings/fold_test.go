package mappings_test

// foldSentences are lists whose outer segments repeat: items share one while they
// write the same there.
func foldSentences() []sentence {
	lines := "x.l[]:\n    at: LX/W01\n    group: LX01\n    n: W0101"
	counted := "x.l[]:\n    at: LX/W01\n    group: LX01 | counter\n    n: W0101"
	return []sentence{
		{name: "lines share a group", set: "940", fields: lines, segments: []string{"LX*1", "W01*1", "W01*2", "LX*2", "W01*3"},
			want: `{"l":[{"group":"1","n":"1"},{"group":"1","n":"2"},{"group":"2","n":"3"}]}`},
		{name: "the same number twice is one group", set: "940", fields: lines, segments: []string{"LX*1", "W01*1", "LX*1", "W01*2"},
			want: `{"l":[{"group":"1","n":"1"},{"group":"1","n":"2"}]}`, out: []string{"LX*1", "W01*1", "W01*2"}},
		{name: "a group without lines is not read", set: "940", fields: lines, segments: []string{"LX*1", "LX*2", "W01*3"},
			want: `{"l":[{"group":"2","n":"3"}]}`, unmapped: []string{"940/LX[1]/LX01"}, out: []string{"LX*2", "W01*3"}},
		{name: "what stands beside the repeating segment", set: "945",
			fields:   "x.l[]:\n    at: LX/W12\n    group: LX01\n    marks[]: LX/MAN[GM]02\n    ref: LX/N9[BM]02\n    n: W1202\n    own: N9[LI]02",
			segments: []string{"LX*1", "MAN*GM*A", "MAN*GM*B", "N9*BM*7", "W12**4", "N9*LI*1", "W12**5", "LX*2", "W12**6"},
			want: `{"l":[{"group":"1","marks":["A","B"],"ref":"7","n":"4","own":"1"},` +
				`{"group":"1","marks":["A","B"],"ref":"7","n":"5"},{"group":"2","n":"6"}]}`},
		{name: "a group is given a number where nobody has", set: "940", fields: counted, segments: []string{"LX*7", "W01*1", "W01*2", "LX*8", "W01*3"},
			want: `{"l":[{"group":"7","n":"1"},{"group":"7","n":"2"},{"group":"8","n":"3"}]}`},
		{name: "a constant in the outer segment", set: "940", fields: "x.l[]:\n    at: LX/W01\n    n: W0101\n    write: { LX01: = ordinal }",
			segments: []string{"LX*1", "W01*1", "LX*2", "W01*2"}, want: `{"l":[{"n":"1"},{"n":"2"}]}`},
		{name: "a list in one loop of several", set: "850", fields: "x.people[]:\n    at: N1[ST]/PER\n    name: PER02\n    write: { PER01: IC }\n  x.city: N1[ST]/N401",
			segments: []string{"N1*ST", "N4*RENO", "PER*IC*A", "PER*IC*B"}, want: `{"people":[{"name":"A"},{"name":"B"}],"city":"RENO"}`},
		{name: "two outer segments", set: "940", fields: "x.l[]:\n    at: LX/W01/N9\n    g: LX01\n    w: W0101\n    v: N902\n    write: { N901: LI }",
			segments: []string{"LX*1", "W01*1", "N9*LI*A", "N9*LI*B", "W01*2", "N9*LI*C"}, want: `{"l":[{"g":"1","w":"1","v":"A"},{"g":"1","w":"1","v":"B"},{"g":"1","w":"2","v":"C"}]}`},
	}
}

// levelSentences are HL trees: a level is a list inside its parent's list.
func levelSentences() []sentence {
	parts := `parts:
  tare:
    mark: MAN[GM]02
    packs[]: HL[P] as pack
    items[]: HL[I] as item
  pack:
    mark: MAN[GM]02
    inner[]: HL[Q] as inner
    items[]: HL[I] as item
  inner:
    mark: MAN[GM]02
    items[]: HL[I] as item
  item:
    n: SN102
`
	fields := `x.bol: HL[S]/REF[BM]02
  under HL[S]:
    x.orders[]:
      at: HL[O]
      po: PRF01
      tares[]: HL[T] as tare
      packs[]: HL[P] as pack
      items[]: HL[I] as item`
	return []sentence{
		{name: "shipment, order, tare, pack, item", set: "856", head: parts, fields: fields,
			segments: []string{"HL*1**S*1", "REF*BM*B1", "HL*2*1*O*1", "PRF*PO1", "HL*3*2*T*1", "MAN*GM*T1", "HL*4*3*P*1", "MAN*GM*P1", "HL*5*4*I*0", "SN1**5",
				"HL*6*3*P*1", "MAN*GM*P2", "HL*7*6*I*0", "SN1**6", "HL*8*2*T*1", "MAN*GM*T2", "HL*9*8*I*0", "SN1**7", "HL*10*1*O*1", "PRF*PO2", "HL*11*10*I*0", "SN1**8"},
			want: `{"bol":"B1","orders":[{"po":"PO1","tares":[{"mark":"T1","packs":[{"mark":"P1","items":[{"n":"5"}]},{"mark":"P2","items":[{"n":"6"}]}]},` +
				`{"mark":"T2","items":[{"n":"7"}]}]},{"po":"PO2","items":[{"n":"8"}]}]}`},
		{name: "shipment, order, item", set: "856", head: parts, fields: fields,
			segments: []string{"HL*1**S*1", "HL*2*1*O*1", "PRF*PO1", "HL*3*2*I*0", "SN1**5"}, want: `{"orders":[{"po":"PO1","items":[{"n":"5"}]}]}`},
		{name: "packs in packs", set: "856", head: parts, fields: fields,
			segments: []string{"HL*1**S*1", "HL*2*1*O*1", "PRF*PO1", "HL*3*2*P*1", "MAN*GM*P1", "HL*4*3*Q*1", "MAN*GM*Q1", "HL*5*4*I*0", "SN1**5"},
			want:     `{"orders":[{"po":"PO1","packs":[{"mark":"P1","inner":[{"mark":"Q1","items":[{"n":"5"}]}]}]}]}`},
		{name: "levels without parents nest by rank", set: "856", head: parts, fields: fields,
			segments: []string{"HL*1**S", "HL*2**O", "PRF*PO1", "HL*3**P", "MAN*GM*P1", "HL*4**I", "SN1**5", "HL*5**O", "PRF*PO2"},
			want:     `{"orders":[{"po":"PO1","packs":[{"mark":"P1","items":[{"n":"5"}]}]},{"po":"PO2"}]}`,
			out:      []string{"HL*1**S*1", "HL*2*1*O*1", "PRF*PO1", "HL*3*2*P*1", "MAN*GM*P1", "HL*4*3*I*0", "SN1**5", "HL*5*1*O*0", "PRF*PO2"}},
		{name: "numbers with gaps are made anew", set: "856", head: parts, fields: fields,
			segments: []string{"HL*10**S", "REF*BM*B", "HL*30*10*O", "PRF*PO1"}, want: `{"bol":"B","orders":[{"po":"PO1"}]}`,
			out: []string{"HL*1**S*1", "REF*BM*B", "HL*2*1*O*0", "PRF*PO1"}},
		{name: "packs of the shipment, their orders below", set: "856", fields: "under HL[S]:\n    x.packs[]:\n      at: HL[P]\n      mark: MAN[GM]02\n      orders[]:\n        at: HL[O]\n        po: PRF01",
			segments: []string{"HL*1**S*1", "HL*2*1*P*1", "MAN*GM*A", "HL*3*2*O*0", "PRF*PO1", "HL*4*1*P*1", "MAN*GM*B", "HL*5*4*O*0", "PRF*PO1"},
			want:     `{"packs":[{"mark":"A","orders":[{"po":"PO1"}]},{"mark":"B","orders":[{"po":"PO1"}]}]}`},
		{name: "the writer counts levels and what was shipped", set: "856", head: parts, fields: fields + "\n  write: { CTT01: = counted, CTT02: = counted }",
			segments: []string{"HL*1**S*1", "HL*2*1*O*1", "PRF*PO1", "HL*3*2*I*0", "SN1**5", "HL*4*2*I*0", "SN1**2.5", "CTT*9*9"}, want: `{"orders":[{"po":"PO1","items":[{"n":"5"},{"n":"2.5"}]}]}`,
			out: []string{"HL*1**S*1", "HL*2*1*O*1", "PRF*PO1", "HL*3*2*I*0", "SN1**5", "HL*4*2*I*0", "SN1**2.5", "CTT*4*7.5"}},
		{name: "what must be there is written with its constants", set: "856", fields: "x.ref: HL[S]/N1[SF]02\n  x.a: DTM[011]02\n  write: { BSN05: 0001 }",
			segments: []string{"BSN*****0001", "DTM*011*20261120", "HL*1**S*0"}, want: `{"a":"2026-11-20"}`},
	}
}

// pieceSentences are functions that look at a part of an element, or at several.
func pieceSentences() []sentence {
	return []sentence{
		{name: "pieces of one element", fields: "x.a: REF[AA]02 | split(\"-\", 1)\n  x.b: REF[AA]02 | split(\"-\", 2)", segments: []string{"REF*AA*L-7"}, want: `{"a":"L","b":"7"}`},
		{name: "the first piece alone", fields: "x.a: REF[AA]02 | split(\"-\", 1)\n  x.b: REF[AA]02 | split(\"-\", 2)", segments: []string{"REF*AA*L"}, want: `{"a":"L"}`},
		{name: "the second piece alone", fields: "x.a: REF[AA]02 | split(\"-\", 1)\n  x.b: REF[AA]02 | split(\"-\", 2)", segments: []string{"REF*AA*-7"}, want: `{"b":"7"}`},
		{name: "a piece through another function", fields: "x.a: REF[AA]02 | split(\"-\", 1)\n  x.b: REF[AA]02 | split(\"-\", 2) | pad(3, 0)", segments: []string{"REF*AA*L-007"}, want: `{"a":"L","b":"7"}`},
		{name: "one piece read, in one direction", fields: "x.a:\n    in: REF[AA]02 | split(\"-\", 1)\n  x.b: REF[AA]02", segments: []string{"REF*AA*L"}, want: `{"a":"L","b":"L"}`},
		{name: "a word that means nothing", fields: "x.a: REF[AA]02 | nullable\n  x.b: REF[BB]02", segments: []string{"REF*AA*N/A", "REF*BB*1"}, want: `{"b":"1"}`, out: []string{"REF*BB*1"}},
		{name: "words of the partner that mean nothing", fields: "x.l[]:\n    at: PO1\n    n: PO101\n    p: PO104 | nullable(0)", segments: []string{"PO1*1***0", "PO1*2***.50"},
			want: `{"l":[{"n":"1"},{"n":"2","p":"0.5"}]}`, out: []string{"PO1*1", "PO1*2***0.5"}},
		{name: "a pair that means nothing", fields: "x.l[]:\n    at: PO1\n    n: PO101\n    p: PO1(VN) | nullable", segments: []string{"PO1*1*****VN*-"}, want: `{"l":[{"n":"1"}]}`, out: []string{"PO1*1"}},
		{name: "the last of several", fields: "x.a: { in: \"PKG[*]05 | last\" }\n  x.b: { in: \"PKG[*]05 | first\" }\n  x.l[]: PKG05", segments: []string{"PKG*****A", "PKG*****B"}, want: `{"a":"B","b":"A","l":["A","B"]}`},
		{name: "the sum of several", fields: "x.a: { in: \"SAC[*]05 | sum\" }\n  x.l[]: SAC05", segments: []string{"SAC*****1250", "SAC*****5"}, want: `{"a":"12.55","l":["12.5","0.05"]}`},
		{name: "characters taken out", fields: "x.a: { in: \"REF[AA]02 | remove(\\\"- \\\")\" }\n  x.b: REF[AA]02", segments: []string{"REF*AA*12-34 5"}, want: `{"a":"12345","b":"12-34 5"}`},
	}
}
