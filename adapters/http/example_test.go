package http_test

import (
	"context"
	"fmt"

	"waybill/adapters/adaptertest"
	"waybill/adapters/http"
	"waybill/sim"
)

// An ERP that takes an order and hangs up before it answers has one order in the
// end, because the second attempt has the same key.
func ExampleTarget() {
	erp, err := sim.OpenERP(sim.ERPOptions{Faults: sim.Faults{Script: []sim.Fault{sim.CloseAfterCommit()}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	c := http.DefaultConfig()
	c.URL = erp.URL()
	target, err := http.New(c, http.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	order := adaptertest.Document("4500012345")
	_, _, err = target.Deliver(context.Background(), order)
	fmt.Println("first attempt failed:", err != nil)
	ref, _, err := target.Deliver(context.Background(), order)
	fmt.Println("second attempt:", ref, err)
	fmt.Println("orders at the ERP:", len(erp.Journal()))
	if err := erp.Close(); err != nil {
		fmt.Println(err)
	}
	// Output:
	// first attempt failed: true
	// second attempt: SO-000001 <nil>
	// orders at the ERP: 1
}
