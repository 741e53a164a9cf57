package sim

import (
	"context"
	"encoding/json"
	"strconv"
)

// pickOrder is what the clerk reads of a canonical warehouse order.
type pickOrder struct {
	Number    string          `json:"warehouseOrderNumber"`
	PO        string          `json:"customerOrderNumber"`
	Warehouse string          `json:"warehouse"`
	Parties   json.RawMessage `json:"parties"`
	Lines     []struct {
		LineNumber string         `json:"lineNumber"`
		Item       map[string]any `json:"item"`
		Quantity   quantity       `json:"quantity"`
	} `json:"lines"`
}

// picked ships a depositor's order, less what is short, and reports it.
func (c *Clerk) picked(ctx context.Context, o Order) error {
	var order pickOrder
	if err := json.Unmarshal(o.Body, &order); err != nil {
		return err
	}
	lines := make([]any, 0, len(order.Lines))
	total := 0
	for n, l := range order.Lines {
		pieces, _ := strconv.Atoi(l.Quantity.Value) // the simulated orders are of whole pieces
		item, _ := l.Item["vendorItem"].(string)
		status, short := "complete", min(c.o.Short[item], pieces)
		if short > 0 {
			status = "short"
		}
		total += pieces - short
		id := strconv.Itoa(n + 1)
		lines = append(lines, map[string]any{
			"lineId": id, "group": id, "warehouseLine": l.LineNumber, "item": l.Item, "status": status,
			"ordered": l.Quantity, "shipped": quantity{strconv.Itoa(pieces - short), l.Quantity.Unit},
		})
	}
	day := c.o.Now().UTC().Format("2006-01-02")
	return c.submit(ctx, "shipment", o.Partner, "SH-"+order.Number, map[string]any{
		"type": "warehouseShipment", "shipmentId": "SH-" + order.Number, "purpose": "original", "issuedAt": day,
		"warehouseOrderNumber": order.Number, "final": true, "warehouse": order.Warehouse,
		"dates": map[string]any{"shipped": day}, "parties": order.Parties,
		"orders": []any{map[string]any{"customerOrderNumber": order.PO}},
		"totals": map[string]any{"shipped": quantity{strconv.Itoa(total), "EA"}},
		"lines":  lines, "units": []any{},
	})
}
