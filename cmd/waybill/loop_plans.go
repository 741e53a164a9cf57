package main

import (
	"context"
	"fmt"

	"waybill/sim"
)

// orderToCash is a seller's loop: what the warehouse ships short is neither
// announced nor billed.
func orderToCash() loopPlan {
	const buyer, warehouse, po = "acme-retail", "nova-3pl", "4500012345"
	legs := []leg{
		{"850", "in", buyer}, {"855", "out", buyer}, {"940", "out", warehouse}, {"945", "in", warehouse},
		{"856", "out", buyer}, {"810", "out", buyer},
	}
	return loopPlan{
		name: "order-to-cash", key: po, legs: legs, systemName: "ERP",
		about: "Order to cash: " + buyer + " orders, " + warehouse + " ships less than that, and what it ships is announced and billed.",
		partners: []loopPartner{
			{buyer, "ACME_AS2", "http://127.0.0.1:4082/as2", sim.CounterpartOptions{ID: "ACMERETAIL", Gateway: "OURCO"}},
			{warehouse, "NOVA_AS2", "http://127.0.0.1:4084/as2", sim.CounterpartOptions{
				ID: "NOVA3PL", Gateway: "OURCO", Warehouse: true, Short: map[string]int{"SKU-93731": 24},
			}},
		},
		desk: func(l *loop) worker {
			after := map[string]string{"warehouseOrder": "855", "invoice": "856"}
			return l.clerk(sim.ClerkOptions{Warehouse: warehouse, Ready: func(kind string) bool { // in the order of the table
				return after[kind] == "" || len(sim.Sets(l.sides[buyer].Books().Got, after[kind])) > 0
			}})
		},
		begin: func(ctx context.Context, l *loop) error {
			return l.sides[buyer].Place(ctx, sim.Order850(sim.Spec{Control: 1, PO: po}), "po-"+po+".edi")
		},
		counted: func(l *loop) (string, []string) {
			t, wrong := l.tallies(legs)
			wrong = append(wrong, t["855"].Differs(t["850"])...)
			wrong = append(wrong, t["940"].Differs(t["850"])...)
			wrong = append(wrong, t["945"].Asked().Differs(t["940"])...)
			wrong = append(wrong, t["856"].Differs(t["945"])...)
			wrong = append(wrong, t["810"].Differs(t["945"])...)
			wrong = append(wrong, t["810"].Unsound()...)
			wrong = append(wrong, l.handedOver("order", "shipment")...)
			return fmt.Sprintf("%s pieces ordered, accepted and asked of the warehouse; %s short; %s shipped, announced and billed; the 810 says %s, the sum of its lines",
				t["850"].Pieces(), t["945"].Missing(), t["810"].Pieces(), t["810"].Total.StringFixed(2)), wrong
		},
	}
}

// tallies counts every set of the legs, by document.
func (l *loop) tallies(legs []leg) (map[string]sim.Tally, []string) {
	out := map[string]sim.Tally{}
	var wrong []string
	for _, g := range legs {
		t, err := sim.Count(l.sets(g)...)
		if err != nil {
			wrong = append(wrong, err.Error())
		}
		out[g.document] = t
	}
	return out, wrong
}
