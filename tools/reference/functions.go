package main

import (
	"fmt"
	"go/ast"
	"slices"
	"strconv"
	"strings"

	"waybill/mappings"
)

// function is one word that may follow a bar, in a coordinator's words.
type function struct{ name, write, reads, writes, example string }

// described are the words for every function. The generator fails when the
// mappings room has a function without words here, or words are left over.
func described() []function {
	return []function{
		{"required", "`required`", "no value: the set waits for a person (MAP-REQUIRED)", "the same", "`customerOrderNumber: BEG03 | required`"},
		{"default", "`default(X)`", "no value becomes X", "what the document has; nothing is added", "`currency: CUR[BY]02 | default(USD)`"},
		{"table", "`table(NAME)`; `keep` also keeps the partner's code in the field with AsSent behind its name, `keep:always` even where the table can give it back; `missing:MODE` for this use alone", "their code becomes our word", "our word becomes their code", "`lines[].quantity.unit: PO103 \\| table(units, keep)`"},
		{"ordinal", "`ordinal`", "an item without a number gets its place in the list, and a mark that we gave it", "as any number", "`lines[].lineNumber: PO101 \\| ordinal`"},
		{"date", "`date`, `date(YYMMDD)`, `date(CCYYMMDD)`", "a day becomes 2026-12-04; of years with two digits, 70 to 99 are of the last century", "in the width that is named, else that of the element", "`extensions.acme.shipDay: REF[ZZ]02 \\| date(YYMMDD)`"},
		{"time", "`time`", "HHMM, HHMMSS and fractions become 08:30:00", "the shortest of these", "`extensions.acme.cutOff: REF[ZZ]02 \\| time`"},
		{"datetime", "`datetime`, behind two or three elements", "day, time and time code become one time; without a code no zone is invented", "day, time and code", "`dates.requestedDelivery: DTM[002]02+03+04 \\| datetime`"},
		{"decimal", "`decimal`", "a number in text becomes a number", "the shortest form", "`extensions.acme.weight: REF[WT]02 \\| decimal`"},
		{"int", "`int`", "a whole number", "a whole number", "`extensions.acme.pallets: REF[PL]02 \\| int`"},
		{"implied", "`implied(N)`", "1250 is 12.50 with N = 2", "the point is left out again", "`extensions.acme.deposit: REF[DE]02 \\| implied(2)`"},
		{"scale", "`scale(FACTOR)`", "times FACTOR", "divided by FACTOR; a quotient that has no end is an error", "`lines[].quantity.value: PO102 \\| scale(12)`"},
		{"gtin", "`gtin`", "8 to 14 digits become 14; a wrong check digit is a warning", "12, 13 or 14 digits", "`lines[].item.gtin: PO1(UP:12\\|EN:13\\|UK:14) \\| gtin`"},
		{"country", "`country`", "USA, CAN and MEX become US, CA and MX; what is no code of two letters is a warning", "unchanged", "`parties.shipTo.address.country: N404 \\| country`"},
		{"join", "`join(\"TEXT\")`, with `[*]`", "all occurrences in one text, TEXT between them", "split at TEXT", "`lines[].description: PID[*]05 \\| join(\" / \")`"},
		{"wrap", "`wrap(N)`, with `[*]`", "all occurrences behind one another", "cut again every N characters", "`lines[].description: PID[*]05 \\| wrap(80)`"},
		{"pad", "`pad(N, \"C\")`", "the characters C on the left are taken off; the text must be N long", "filled with C to N", "`extensions.acme.store: REF[ST]02 \\| pad(6, \"0\")`"},
		{"prefix", "`prefix(\"TEXT\")`", "TEXT is taken off the front, and must be there", "TEXT is put in front", "`contractNumber: REF[CT]02 \\| prefix(\"C-\")`"},
		{"counter", "`counter`, in a list", "as it came", "the next number of the list where the item has none", "`lines[].warehouseLine: LX01 \\| counter`"},
		{"keep", "`keep`, behind a choice or a pair of several codes", "the code that stood there is kept in …AsSent, unless it is the first", "that code; the first where none is kept", "`vendorNumber: REF[IA\\|VR]02 \\| keep`"},
		{"split", "`split(\"TEXT\", N)`, `split(WIDTH, N)`", "the N-th piece between TEXT, or of WIDTH digits; more pieces than there are pairs is an error", "the pieces of all pairs, TEXT between them; digits filled up with zeros", "`extensions.acme.dock: REF[ZZ]02 \\| split(\"-\", 2)`"},
		{"nullable", "`nullable`, `nullable(\"TEXT\", …)`, first", "-, N/A and 0, or the texts that are named, are no value", "as it is; a value that would read as none is an error", "`lines[].unitPrice.amount: PO104 \\| nullable(0)`"},
		{"first", "`first`, with `[*]`, in `in:` only", "the first of all occurrences", "cannot be written", "`in: PID[*]05 \\| first`"},
		{"last", "`last`, with `[*]`, in `in:` only", "the last of all occurrences", "cannot be written", "`in: PID[*]05 \\| last`"},
		{"sum", "`sum`, with `[*]`, in `in:` only", "all occurrences added up", "cannot be written", "`in: SAC[*]05 \\| sum`"},
		{"remove", "`remove(\"CHARACTERS\")`, in `in:` only", "these characters are left out, wherever they stand", "cannot be written", "`in: N104 \\| remove(\"-\")`"},
		{"upper", "`upper`, in `out:` only", "cannot be read back", "in capitals", "`out: REF[CR]02 \\| upper`"},
		{"trim", "`trim`, in `out:` only", "cannot be read back", "without blanks around it", "`out: REF[CR]02 \\| trim`"},
	}
}

// known are the functions that the mappings room has: the keys of its table of
// makers, and the words that functions adds to them.
func known(root string) ([]string, error) {
	r, err := readRoom(root, "mappings")
	if err != nil {
		return nil, err
	}
	var names []string
	add := func(e ast.Expr) {
		if l, ok := e.(*ast.BasicLit); ok {
			if name, err := strconv.Unquote(l.Value); err == nil {
				names = append(names, name)
			}
		}
	}
	for _, of := range []string{"functions", "makers"} {
		f := r.funcs[of]
		if f == nil {
			return nil, fmt.Errorf("mappings has no function %s", of)
		}
		ast.Inspect(f.Body, func(n ast.Node) bool {
			if l, ok := n.(*ast.CompositeLit); ok {
				for _, e := range l.Elts {
					if pair, ok := e.(*ast.KeyValueExpr); ok {
						add(pair.Key)
					}
					add(e)
				}
			}
			return true
		})
	}
	slices.Sort(names)
	return names, nil
}

func mappingFunctions(root string) (string, error) {
	names, err := known(root)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# Mapping functions\n\n%s\n", made)
	b.WriteString("What may follow a bar in a mapping: `field: ELEMENT | function`. Most pairs need none: the types of the element and the field say what a date, a number or an amount is. Several are applied from left to right when reading, from right to left when writing. How mappings are written: [write a mapping](../howto/write-a-mapping.md).\n\n")
	head(&b, "function", "write", "from X12 to ours", "from ours to X12", "for example")
	var told []string
	for _, f := range described() {
		told = append(told, f.name)
		row(&b, f.name, f.write, f.reads, f.writes, strings.ReplaceAll(f.example, " | ", ` \| `))
	}
	slices.Sort(told)
	if !slices.Equal(names, told) {
		return "", fmt.Errorf("mappings has the functions %v, and the words are for %v", names, told)
	}
	b.WriteString(missingTable)
	b.WriteString("\n## Examples\n\nEach runs as a test: the pair, what is read, what the document says, and what is written of it where that is not the same.\n")
	for _, e := range mappings.Examples() {
		b.WriteString(shown(e))
	}
	return b.String(), nil
}

// shown is one example as a person reads it.
func shown(e mappings.Example) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n### %s\n\n```yaml\n", e.Function)
	if e.Tables != "" {
		fmt.Fprintf(&b, "tables:\n  %s\n", e.Tables)
	}
	fmt.Fprintf(&b, "fields:\n  %s\n```\n\n```\n%s\n%s\n", strings.ReplaceAll(e.Fields, "\n", "\n  "), strings.Join(e.Read, "\n"), e.Body)
	switch {
	case e.Written == nil:
	case len(e.Written) == 0:
		b.WriteString("nothing is written\n")
	default:
		fmt.Fprintf(&b, "written: %s\n", strings.Join(e.Written, "\n         "))
	}
	b.WriteString("```\n")
	return b.String()
}

const missingTable = `
## A code that a table does not have

` + "`missing:`" + ` stands in the table, or in one use of it.

| missing | what happens |
|---|---|
| ` + "`error`" + ` | the set waits for a person; this holds where nothing is said |
| ` + "`hold`" + ` | the set waits for a person, who adds the row and releases it |
| ` + "`warn`" + ` | the value is left out, and that is reported |
| ` + "`pass`" + ` | the code goes through as it is; not where the field has a list of words |
| ` + "`other`" + ` | the word other, and the code is kept beside it; needs ` + "`keep`" + ` |
| ` + "`absent`" + ` | no value and no report |
`
