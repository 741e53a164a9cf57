package sim_test

import (
	"bytes"
	"fmt"

	"waybill/sim"
)

// The ledger of what was acknowledged, held against an ERP that has nothing.
func ExampleCompare() {
	ledger, err := sim.OpenLedger("")
	if err != nil {
		fmt.Println(err)
		return
	}
	sent := sim.Sent{MessageID: "1@acme", Disposition: "processed", MICMatches: true, Signed: true}
	if err := ledger.Acked("acme", sent, "000000001", "4500012345"); err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range sim.Compare(sim.Record{Ledger: ledger.Entries()}) {
		fmt.Println(f)
	}
	// Output:
	// lost: 4500012345: message 1@acme was acknowledged, and the ERP does not have its order
	// unacknowledged: acme 1: message 1@acme was acknowledged, and no 997 came for its interchange
}

func ExampleOrder850() {
	order := sim.Order850(sim.Spec{Control: 101, PO: "4500012345", Lines: 2, LineEnd: "\n"})
	for line := range bytes.Lines(order) {
		if bytes.HasPrefix(line, []byte("BEG")) || bytes.HasPrefix(line, []byte("CTT")) || bytes.HasPrefix(line, []byte("SE")) {
			fmt.Printf("%s", line)
		}
	}
	// Output:
	// BEG*00*SA*4500012345**20261116~
	// CTT*2*924~
	// SE*28*0001~
}

func ExampleReadAcks() {
	acks, err := sim.ReadAcks([]byte("ISA*00*          *00*          *ZZ*OURCO          *ZZ*ACMERETAIL     *261116*0831*U*00401*000000007*0*P*>~" +
		"GS*FA*OURCO*ACMERETAIL*20261116*0831*7*X*004010~ST*997*0001~AK1*PO*101~AK2*850*0001~AK5*A~AK9*A*1*1*1~SE*6*0001~GE*1*7~IEA*1*000000007~"))
	for _, a := range acks {
		fmt.Println("group", a.Group, a.Result, a.Sets, err)
	}
	// Output:
	// group 101 A [{850 0001 A}] <nil>
}
