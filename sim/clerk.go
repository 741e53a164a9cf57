package sim

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/shopspring/decimal"
)

// ClerkOptions of a Clerk.
type ClerkOptions struct {
	API       string // of the gateway: http://HOST:PORT
	Token     string // of the API
	Warehouse string // partner that ships what was ordered
	// Ready says whether a document of a kind may be handed in yet; nil says yes.
	Ready func(kind string) bool
	// Short says how much less than ordered is shipped of an item, where our own
	// warehouse ships for others.
	Short map[string]int
	Now   func() time.Time
}

// Clerk is the order desk behind the ERP: it has the warehouse ship what was
// ordered, and when the warehouse has, it tells the buyer and bills what was
// shipped, not what was ordered. Behind a WMS it ships what a depositor asks for.
type Clerk struct {
	erp *ERP
	o   ClerkOptions

	mu     sync.Mutex
	done   map[string]bool // idempotency keys
	orders map[string]salesOrder
}

// salesOrder is what the clerk keeps of an order.
type salesOrder struct {
	Partner string
	Body    orderBody
}

// orderBody is what the clerk reads of a canonical order.
type orderBody struct {
	PO        string                     `json:"customerOrderNumber"`
	OrderDate string                     `json:"orderDate"`
	Currency  string                     `json:"currency"`
	Parties   map[string]json.RawMessage `json:"parties"`
	Lines     []orderLine                `json:"lines"`
}

type orderLine struct {
	LineNumber string         `json:"lineNumber"`
	Item       map[string]any `json:"item"`
	Quantity   quantity       `json:"quantity"`
	UnitPrice  struct {
		Amount string `json:"amount"`
		Basis  string `json:"basis,omitempty"`
	} `json:"unitPrice"`
}

type quantity struct {
	Value string `json:"value"`
	Unit  string `json:"unit"`
}

// NewClerk puts an order desk behind an ERP.
func NewClerk(e *ERP, o ClerkOptions) *Clerk {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Clerk{erp: e, o: o, done: map[string]bool{}, orders: map[string]salesOrder{}}
}

// Run works until ctx ends.
func (c *Clerk) Run(ctx context.Context, every time.Duration) error {
	for pause(ctx, every) {
		if err := c.Step(ctx); err != nil && ctx.Err() == nil {
			return err
		}
	}
	return nil
}

// Step works on what came to the ERP since the last step.
func (c *Clerk) Step(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, o := range c.erp.Journal() {
		if c.done[o.Key] {
			continue
		}
		if err := c.work(ctx, o); err != nil {
			return fmt.Errorf("clerk: %s: %w", o.Key, err)
		}
		c.done[o.Key] = true
	}
	return nil
}

func (c *Clerk) work(ctx context.Context, o Order) error {
	switch o.Kind {
	case "order":
		s := salesOrder{Partner: o.Partner}
		if err := json.Unmarshal(o.Body, &s.Body); err != nil {
			return err
		}
		c.orders[s.Body.PO] = s
		return c.submit(ctx, "warehouseOrder", c.o.Warehouse, "WO-"+s.Body.PO, warehouseOrder(s))
	case "shipment":
		return c.shipped(ctx, o)
	case "warehouseOrder":
		return c.picked(ctx, o)
	}
	return nil
}

// shipped tells the buyer and bills.
func (c *Clerk) shipped(ctx context.Context, o Order) error {
	var report shipmentBody
	if err := json.Unmarshal(o.Body, &report); err != nil {
		return err
	}
	if report.Type != "warehouseShipment" { // a supplier's notice: goods come, none go
		return nil
	}
	if len(report.Orders) == 0 {
		return errors.New("the warehouse's report names no order")
	}
	s, ok := c.orders[report.Orders[0].PO]
	if !ok {
		return fmt.Errorf("the warehouse shipped for order %q, which is not ours", report.Orders[0].PO)
	}
	const minute = "2006-01-02T15:04"
	now := c.o.Now().UTC().Format(minute)
	day := now[:len("2006-01-02")]
	if err := c.submit(ctx, "shipment", s.Partner, "SN-"+report.ID, shipNotice(s, report, now)); err != nil {
		return err
	}
	return c.submit(ctx, "invoice", s.Partner, "IN-"+report.ID, invoice(s, report, day))
}

// Buy orders the items and quantities of the 850 of a Spec from a supplier.
func (c *Clerk) Buy(ctx context.Context, supplier string, spec Spec) error {
	spec = spec.filled()
	var lines []any
	for _, g := range spec.goods() {
		lines = append(lines, map[string]any{
			"lineNumber": strconv.Itoa(g.number), "item": map[string]any{"vendorItem": fmt.Sprintf("SKU-%05d", g.item)},
			"quantity": quantity{strconv.Itoa(g.pieces), "EA"}, "unitPrice": map[string]any{"amount": fmt.Sprintf("%d.%02d", g.cents/100, g.cents%100), "basis": "each"},
		})
	}
	return c.submit(ctx, "order", supplier, "PO-"+spec.PO, map[string]any{
		"purpose": "original", "type": "standalone", "customerOrderNumber": spec.PO, "orderDate": spec.Date.Format("2006-01-02"),
		"currency": "USD", "revision": 1, "lines": lines,
		"parties": map[string]any{"shipTo": map[string]any{"name": "OURCO DC", "ids": []any{map[string]any{"type": "assignedByBuyer", "value": "0007"}}}},
	})
}

// submit hands a document to the gateway, once it is ready, until it is taken; a
// refusal is an error.
func (c *Clerk) submit(ctx context.Context, kind, partner, key string, body any) error {
	data, err := json.Marshal(map[string]any{"kind": kind, "schemaVersion": "1.0", "partner": partner, "body": body})
	if err != nil {
		return err
	}
	for c.o.Ready != nil && !c.o.Ready(kind) {
		if !pause(ctx, 10*time.Millisecond) {
			return ctx.Err()
		}
	}
	for {
		status, said, err := c.post(ctx, key, data)
		switch {
		case err == nil && status == http.StatusAccepted:
			return nil
		case err == nil && status < 500:
			return fmt.Errorf("the gateway refused the %s: %d %s", kind, status, said)
		}
		if !pause(ctx, 50*time.Millisecond) {
			return errors.Join(err, ctx.Err())
		}
	}
}

func (c *Clerk) post(ctx context.Context, key string, data []byte) (int, []byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.o.API+"/v1/documents", bytes.NewReader(data))
	if err != nil {
		return 0, nil, err
	}
	req.GetBody = nil
	req.Header.Set("Authorization", "Bearer "+c.o.Token)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", key)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	said, err := io.ReadAll(io.LimitReader(res.Body, 64<<10))
	return res.StatusCode, said, err
}

// shipmentBody is what the clerk reads of a warehouse's report.
type shipmentBody struct {
	Type   string `json:"type"`
	ID     string `json:"shipmentId"`
	Orders []struct {
		PO string `json:"customerOrderNumber"`
	} `json:"orders"`
	Lines []shippedLine `json:"lines"`
}

type shippedLine struct {
	Item    map[string]any `json:"item"`
	Shipped quantity       `json:"shipped"`
	Instead map[string]any `json:"substitutedFor"`
}

// of finds what was shipped of an order's line: the item itself, and what went in
// its place.
func (s shipmentBody) of(l orderLine) []shippedLine {
	var out []shippedLine
	for _, shipped := range s.Lines {
		item := l.Item // by all its numbers, as the buyer knows it
		switch l.Item["vendorItem"] {
		case shipped.Instead["vendorItem"]:
			item = shipped.Item
		case shipped.Item["vendorItem"]:
		default:
			continue
		}
		if shipped.Shipped.Value != "0" {
			out = append(out, shippedLine{Item: item, Shipped: shipped.Shipped, Instead: shipped.Instead})
		}
	}
	return out
}

// Respond is the answer of an ERP that takes every line as it was ordered.
func Respond(o Order) json.RawMessage {
	var body orderBody
	if o.Kind != "order" || json.Unmarshal(o.Body, &body) != nil {
		return nil
	}
	lines := make([]any, 0, len(body.Lines))
	for _, l := range body.Lines {
		lines = append(lines, map[string]any{
			"lineNumber": l.LineNumber, "item": l.Item, "ordered": l.Quantity, "unitPrice": l.UnitPrice,
			"results": []any{map[string]any{"status": "accepted", "quantity": l.Quantity}},
		})
	}
	data, err := json.Marshal(map[string]any{"kind": "orderResponse", "schemaVersion": "1.0", "partner": o.Partner, "body": map[string]any{
		"customerOrderNumber": body.PO, "orderNumber": o.Reference, "respondsTo": "order", "purpose": "original",
		"orderDate": body.OrderDate, "responseDate": body.OrderDate, "result": "accepted", "lines": lines,
	}})
	if err != nil {
		return nil
	}
	return data
}

// warehouseOrder asks the warehouse to ship all of an order.
func warehouseOrder(s salesOrder) any {
	lines := make([]any, 0, len(s.Body.Lines))
	total := 0
	for n, l := range s.Body.Lines {
		pieces, _ := strconv.Atoi(l.Quantity.Value) // the simulated orders are of whole pieces
		total += pieces
		lines = append(lines, map[string]any{"lineNumber": strconv.Itoa(n + 1), "orderLine": l.LineNumber, "item": ours(l.Item), "quantity": l.Quantity})
	}
	return map[string]any{
		"warehouseOrderNumber": "WO-" + s.Body.PO, "purpose": "original", "customerOrderNumber": s.Body.PO, "warehouse": "RNO",
		"parties": map[string]any{
			"shipTo": s.Body.Parties["shipTo"], "depositor": party("OURCO DISTRIBUTION", "OURCO"), "warehouse": party("NOVA WAREHOUSE", "RNO"),
		},
		"lines": lines, "totals": map[string]any{"quantity": strconv.Itoa(total)},
	}
}

func party(name, id string) any {
	return map[string]any{"name": name, "ids": []any{map[string]any{"type": "assignedBySeller", "value": id}}}
}

// ours are the numbers of an item by which we and our warehouse know it.
func ours(item map[string]any) map[string]any {
	return map[string]any{"vendorItem": item["vendorItem"]}
}

// shipNotice tells the buyer what is on its way.
func shipNotice(s salesOrder, report shipmentBody, now string) any {
	var lines []any
	for _, l := range s.Body.Lines {
		for i, shipped := range report.of(l) {
			line := map[string]any{"lineId": strconv.Itoa(len(lines) + 1), "order": 0, "lineNumber": l.LineNumber, "item": shipped.Item, "shipped": shipped.Shipped}
			if i == 0 && shipped.Instead == nil {
				line["ordered"] = l.Quantity
			}
			lines = append(lines, line)
		}
	}
	return map[string]any{
		"type": "shipNotice", "shipmentId": report.ID, "purpose": "original", "structure": "shipmentOrderItem", "issuedAt": now,
		"dates":   map[string]any{"shipped": now[:len("2006-01-02")]},
		"parties": map[string]any{"shipFrom": party("NOVA WAREHOUSE", "RNO"), "shipTo": s.Body.Parties["shipTo"]},
		"orders":  []any{map[string]any{"customerOrderNumber": s.Body.PO, "orderDate": s.Body.OrderDate}},
		"lines":   lines, "units": []any{},
	}
}

// invoice bills what was shipped.
func invoice(s salesOrder, report shipmentBody, day string) any {
	due := decimal.Zero
	var lines []any
	for _, l := range s.Body.Lines {
		for _, shipped := range report.of(l) {
			due = due.Add(amount(l.UnitPrice.Amount).Mul(amount(shipped.Shipped.Value)))
			lines = append(lines, map[string]any{"lineNumber": strconv.Itoa(len(lines) + 1), "orderLine": l.LineNumber, "item": shipped.Item, "quantity": shipped.Shipped, "unitPrice": l.UnitPrice})
		}
	}
	return map[string]any{
		"invoiceNumber": "INV-" + report.ID, "type": "invoice", "purpose": "original", "invoiceDate": day, "currency": s.Body.Currency,
		"customerOrderNumber": s.Body.PO, "orderDate": s.Body.OrderDate, "shipmentId": report.ID,
		"parties": map[string]any{"remitTo": party("OURCO DISTRIBUTION", "OURCO"), "shipTo": s.Body.Parties["shipTo"]},
		"lines":   lines,
		"totals":  map[string]any{"due": map[string]any{"amount": due.StringFixed(2), "currency": s.Body.Currency}},
	}
}

// amount reads a decimal that the model has checked.
func amount(s string) decimal.Decimal {
	d, err := decimal.NewFromString(s)
	if err != nil {
		return decimal.Zero
	}
	return d
}
