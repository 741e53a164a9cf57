package mappings_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"testing/fstest"

	"waybill/canonical"
	"waybill/mappings"
	"waybill/translators"
	"waybill/translators/x12"
)

// A mistake in a partner's file is named with its line, its column and what was
// probably meant.
func ExampleCompile() {
	library, err := x12.Load()
	if err != nil {
		fmt.Println(err)
		return
	}
	schema, err := library.Schema("850", "004010")
	if err != nil {
		fmt.Println(err)
		return
	}
	acme := fstest.MapFS{"acme-850.yaml": {Data: []byte(`map: acme-850
extends: base/850
fields:
  line[].description: PID[F]05
  department: REF[DP]02 | defualt(031)
`)}}
	_, found := mappings.Compile(mappings.Overlay(acme), "acme-850", mappings.Against{Schema: schema, Canonical: canonical.Schema})
	for _, p := range found {
		fmt.Println(p)
	}
	// Output:
	// acme-850.yaml:4:3: line[]: order/v1 has no "line[]"; did you mean lines[]?
	// acme-850.yaml:5:27: department: "defualt" is no function; did you mean default?
}

// exampleMap compiles the built-in map of purchase orders.
func exampleMap() (*mappings.Map, *x12.Library) {
	library, err := x12.Load()
	if err != nil {
		return nil, nil
	}
	schema, err := library.Schema("850", "004010")
	if err != nil {
		return nil, nil
	}
	m, _ := mappings.Compile(mappings.Base(), "base/850", mappings.Against{Schema: schema, Canonical: canonical.Schema})
	return m, library
}

// The trace names the element and the line of the mapping behind each value.
func ExampleMap_Trace() {
	m, library := exampleMap()
	data := interchange("004010", "BEG*00*SA*4500012345**20261116", "PKG*F****BOX")
	_, err := x12.New(library).Decode(bytes.NewReader(data), translators.Options{}, func(s *translators.Set) error {
		result, lines, err := m.Trace(s)
		if err != nil {
			return err
		}
		for _, l := range lines {
			fmt.Printf("%s = %s from %s\n", l.Field, l.Value, l.Element)
		}
		fmt.Println("not used:", result.Unmapped)
		return nil
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	// Output:
	// customerOrderNumber = 4500012345 from BEG03
	// purpose = original from BEG01
	// type = standalone from BEG02
	// orderDate = 2026-11-16 from BEG05
	// not used: [{850/PKG[1]/PKG01 F} {850/PKG[1]/PKG05 BOX}]
}

// The same file writes what it reads.
func ExampleMap_Out() {
	m, _ := exampleMap()
	set, problems, err := m.Out(json.RawMessage(`{"customerOrderNumber":"4500012345","purpose":"original","type":"standalone",
		"orderDate":"2026-11-16","currency":"USD","lines":[{"lineNumber":"1","item":{"gtin":"00614141001019"},
		"quantity":{"value":"800","unit":"XCS"},"unitPrice":{"amount":"2.50","basis":"each"}}]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, line := range written(set) {
		fmt.Println(line)
	}
	fmt.Println(len(problems), "problems")
	// Output:
	// BEG*00*SA*4500012345**20261116
	// CUR*BY*USD
	// PO1*1*800*CA*2.5*PE*UP*614141001019
	// 0 problems
}
