package main

import (
	"context"
	"encoding/json"
	"fmt"

	"waybill/sim"
)

// procureToPay is a buyer's loop: our purchase order goes out, and what the
// supplier answers, ships and bills comes to our ERP.
func procureToPay() loopPlan {
	const supplier, po = "bright-lamps", "7700000101"
	legs := []leg{{"850", "out", supplier}, {"855", "in", supplier}, {"856", "in", supplier}, {"810", "in", supplier}}
	return loopPlan{
		name: "procure-to-pay", key: po, legs: legs, systemName: "ERP",
		about: "Procure to pay: we order from " + supplier + ", which accepts, ships and bills; our ERP gets all three.",
		partners: []loopPartner{{supplier, "BRIGHT_AS2", "http://127.0.0.1:4082/as2", sim.CounterpartOptions{
			ID: "BRIGHTLAMPS", Gateway: "OURCO", Supplier: true,
		}}},
		desk: func(l *loop) worker { return l.clerk(sim.ClerkOptions{}) },
		begin: func(ctx context.Context, l *loop) error {
			return l.clerk(sim.ClerkOptions{}).Buy(ctx, supplier, sim.Spec{Control: 2, PO: po})
		},
		counted: func(l *loop) (string, []string) {
			t, wrong := l.tallies(legs)
			for _, d := range []string{"855", "856", "810"} {
				wrong = append(wrong, t[d].Differs(t["850"])...)
			}
			wrong = append(wrong, t["810"].Unsound()...)
			wrong = append(wrong, l.handedOver("orderResponse", "shipment", "invoice")...)
			if due := l.due(); due != t["810"].Total.StringFixed(2) {
				wrong = append(wrong, fmt.Sprintf("the ERP's invoice is over %s, and the 810 over %s", due, t["810"].Total))
			}
			return fmt.Sprintf("%s pieces ordered, accepted, shipped and billed; the ERP has the answer, the notice and the invoice over %s, the sum of its lines",
				t["850"].Pieces(), t["810"].Total.StringFixed(2)), wrong
		},
	}
}

// warehouse is the loop of one who keeps the goods of others.
func warehouse() loopPlan {
	const depositor, po = "lumen-goods", "8800000033"
	legs := []leg{{"940", "in", depositor}, {"945", "out", depositor}}
	short := map[string]int{"SKU-93731": 24}
	return loopPlan{
		name: "warehouse", key: po, legs: legs, systemName: "WMS",
		about: "Warehouse: " + depositor + " asks us to ship, our WMS ships less than that, and we report what was shipped.",
		partners: []loopPartner{{depositor, "LUMEN_AS2", "http://127.0.0.1:4082/as2", sim.CounterpartOptions{
			ID: "LUMENGOODS", Gateway: "OURCO",
		}}},
		desk: func(l *loop) worker { return l.clerk(sim.ClerkOptions{Short: short}) },
		begin: func(ctx context.Context, l *loop) error {
			return l.sides[depositor].Place(ctx, sim.Order940(sim.Spec{Sender: "LUMENGOODS", Control: 1, PO: po}), "wo-"+po+".edi")
		},
		counted: func(l *loop) (string, []string) {
			t, wrong := l.tallies(legs)
			wrong = append(wrong, t["945"].Asked().Differs(t["940"])...)
			wrong = append(wrong, l.handedOver("warehouseOrder")...)
			return fmt.Sprintf("%s pieces asked for at the WMS; %s shipped and %s short, as the 945 says",
				t["940"].Pieces(), t["945"].Pieces(), t["945"].Missing()), wrong
		},
	}
}

// clerk is a desk behind our own system that hands in at the API.
func (l *loop) clerk(o sim.ClerkOptions) *sim.Clerk {
	o.API, o.Token = "http://"+l.doors.at("api"), l.made.Token
	return sim.NewClerk(l.system, o)
}

// handedOver says which kinds our own system does not have, or has twice.
func (l *loop) handedOver(kinds ...string) []string {
	have := map[string]int{}
	for _, o := range l.system.Journal() {
		have[o.Kind]++
	}
	var wrong []string
	for _, kind := range kinds {
		if have[kind] != 1 {
			wrong = append(wrong, fmt.Sprintf("the %s has %d of %s, expected 1", l.systemName, have[kind], kind))
		}
	}
	return wrong
}

// due is what the invoice at our own system asks for.
func (l *loop) due() string {
	for _, o := range l.system.Journal() {
		var body struct {
			Totals struct {
				Due struct {
					Amount string `json:"amount"`
				} `json:"due"`
			} `json:"totals"`
		}
		if o.Kind == "invoice" && json.Unmarshal(o.Body, &body) == nil {
			return body.Totals.Due.Amount
		}
	}
	return "nothing"
}
