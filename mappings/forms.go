package mappings

// Form is one way of writing a place in X12, or a right side.
type Form struct{ Write, Means string }

// Forms lists the ways of writing a right side; a test parses each.
func Forms() []Form {
	return []Form{
		{"BEG03", "element 03 of BEG, as guides write it"},
		{"SLN05-01", "its first component"},
		{"DTM02+03+04", "several elements, one value; needs a function such as datetime"},
		{"REF[DP]02", "of the REF whose key element is DP: element 01, of TD5 02, of HL 03"},
		{"REF[IA|VR]02", "of either, IA preferred; two-way with keep"},
		{"CTP[02=RTL]03", "another element decides"},
		{"PID[F,02=]05", "two conditions; `02=` where the element is empty"},
		{"N9[other]", "what no other pair claims"},
		{"MSG[*]01 | join(\" \")", "all of them, in one value"},
		{"N1[ST]/N401", "inside a loop; within a block, paths start at the block's place"},
		{"LX/W01", "of a list: the last step repeats, and items share the LX while they write the same there"},
		{"HL[O]", "of a list within HL[S]: the levels below, by HL02"},
		{"PO1(VN)", "the value behind the qualifier VN, in whatever position"},
		{"PO1(UP:12|EN:13|UK:14) | gtin", "by length: writing takes the first that fits"},
		{"PO1(SK@06)", "the qualifier stands at 06"},
		{"PO1(other)", "a list of {type, value}: pairs that nobody claims"},
		{"N1(other@03)", "pairs that the schema does not list: the qualifier at 03, the value after it"},
		{"SDQ03+04...", "groups that repeat to the end of the segment"},
		{"W1004..05", "groups up to element 05, in a segment that others share"},
		{"/BEG03", "from the set, wherever the field stands; under in: alone"},
		{"N1[ST] as party", "the fields of a part, put there"},
		{"BEG01 | table(purposes) | required", "functions, from left to right when reading"},
		{"= orderDate", "an expression; under in:, write: and when: alone"},
		{"drop", "removes the field and all below it"},
	}
}

// Grammar is that of right sides, in EBNF.
const Grammar = `right    = "drop" | "=" expression | place [ "as" part ] { "|" function } ;
place    = [ "/" ] { step "/" } last ;
step     = SEG [ choice ] ;
last     = step | element | group | pair ;
element  = SEG [ choice ] EE [ "-" CC ] { "+" EE [ "-" CC ] } ;
group    = SEG EE { "+" EE } ( "..." | ".." EE ) ;
pair     = SEG [ choice ] "(" ( "other" [ "@" EE ] | alt { "|" alt } ) ")" ;
alt      = QUALIFIER [ ":" length ] [ "@" EE ] ;
choice   = "[" ( "other" | "*" | cond { "," cond } ) "]" ;
cond     = [ EE [ "-" CC ] "=" ] [ CODE { "|" CODE } ] ;
function = name [ "(" argument { "," argument } ")" ] ;
argument = word | quoted | name ":" ( word | quoted ) ;
SEG      = letter ( letter | digit ) [ letter | digit ] ;      (* capitals *)
EE, CC   = digit digit ;
`
