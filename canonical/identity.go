package canonical

import (
	"encoding/json"
	"fmt"
	"strings"
)

// identity says which fields of a body tell one document from another.
type identity struct {
	global   bool     // our own master data: no partner in the key
	parts    []string // fields in the order of the key; one that ends in ? may be blank
	revision bool     // the idempotency key ends with the revision
	labels   []string // name=field of what people search by
}

// identityOf is section 9 of the model, as far as the body holds what its keys
// need. An orderResponse needs the ordinal of the answer, an acknowledgement the
// numbers of its interchange; both stand outside the body: Keys takes them.
func identityOf(kind, subtype string) (identity, error) {
	switch kind {
	case "order":
		return identity{parts: []string{"customerOrderNumber", "releaseNumber?"}, revision: true,
			labels: []string{"po=customerOrderNumber", "release=releaseNumber", "contract=contractNumber", "vendor=vendorNumber", "account=accountNumber"}}, nil
	case "orderChange":
		return identity{parts: []string{"customerOrderNumber", "releaseNumber?", "changeNumber"},
			labels: []string{"po=customerOrderNumber", "release=releaseNumber", "change=changeNumber"}}, nil
	case "warehouseOrder":
		return identity{parts: []string{"warehouseOrderNumber"}, revision: true,
			labels: []string{"warehouse-order=warehouseOrderNumber", "po=customerOrderNumber", "order=orderNumber", "warehouse=warehouse"}}, nil
	case "shipment":
		id := identity{parts: []string{"shipmentId"}, revision: true,
			labels: []string{"shipment=shipmentId", "warehouse-order=warehouseOrderNumber", "bol=bol", "master-bol=masterBol", "pro=pro", "load=loadNumber",
				"po=orders[].customerOrderNumber", "order=orders[].orderNumber", "invoice=orders[].invoiceNumber", "tracking=trackingNumbers[]",
				"sscc=units[].sscc", "tracking=units[].tracking"}}
		if subtype == "warehouseShipment" {
			id.parts = []string{"warehouseOrderNumber", "shipmentId"}
		}
		return id, nil
	case "invoice":
		return identity{parts: []string{"invoiceNumber"}, revision: true,
			labels: []string{"invoice=invoiceNumber", "po=customerOrderNumber", "release=releaseNumber", "invoice=originalInvoiceNumber", "rma=returnNumber",
				"shipment=shipmentId", "bol=bol", "pro=pro", "vendor=vendorNumber"}}, nil
	case "item":
		return identity{global: true, parts: []string{"sku", "version"}, labels: []string{"sku=sku"}}, nil
	case "customer":
		return identity{global: true, parts: []string{"customerId", "version"}, labels: []string{"customer=customerId"}}, nil
	case "inventory":
		return identity{parts: []string{"reportNumber"}, labels: []string{"report=reportNumber", "location=locations[].id"}}, nil
	case "return":
		return identity{parts: []string{"customerReturnNumber", "type"}, revision: true,
			labels: []string{"return=customerReturnNumber", "rma=returnNumber", "invoice=invoiceNumber"}}, nil
	}
	return identity{}, fmt.Errorf("the body of kind %q does not say what tells it from others", cut(kind))
}

// BusinessKey is what two versions of one document have in common: the kind, the
// partner and the numbers that name it, such as order:acme-retail:4500012345: of an
// order without a release number.
func BusinessKey(kind, partner string, body json.RawMessage) (string, error) {
	key, _, err := keyOf(kind, partner, body)
	if err != nil {
		return "", fmt.Errorf("business key: %w", err)
	}
	return key, nil
}

// maxKey is the length that an idempotency key may have.
const maxKey = 200

// IdempotencyKey is the same for every delivery of one revision of a document:
// order:acme-retail:4500012345::1. Its number of parts depends on the kind alone.
func IdempotencyKey(kind, partner string, body json.RawMessage, revision int) (string, error) {
	key, id, err := keyOf(kind, partner, body)
	if err != nil {
		return "", fmt.Errorf("idempotency key: %w", err)
	}
	if id.revision {
		key += fmt.Sprintf(":%d", revision)
	}
	if len(key) > maxKey {
		return "", fmt.Errorf("idempotency key: %d characters are too many; at most %d: %s", len(key), maxKey, cut(key))
	}
	return key, nil
}

func keyOf(kind, partner string, body json.RawMessage) (string, identity, error) {
	fields, err := topFields(body)
	if err != nil {
		return "", identity{}, err
	}
	id, err := identityOf(kind, fields.text("type"))
	if err != nil {
		return "", id, err
	}
	key := []string{kind}
	if !id.global {
		key = append(key, percentEncode(partner))
	}
	for _, part := range id.parts {
		name, mayBeBlank := strings.CutSuffix(part, "?")
		value := fields.text(name)
		if name == "changeNumber" && value == "" {
			if value, err = shortHash(body); err != nil {
				return "", id, err
			}
		}
		if value == "" && !mayBeBlank {
			return "", id, fmt.Errorf("%s has no %s", kind, name)
		}
		key = append(key, percentEncode(value))
	}
	return strings.Join(key, ":"), id, nil
}

// shortHash tells changes apart that the buyer gave no number.
func shortHash(body json.RawMessage) (string, error) {
	hash, err := BodyHash(body)
	if err != nil {
		return "", err
	}
	return hash[:12], nil
}

type fields map[string]json.RawMessage

func topFields(body json.RawMessage) (fields, error) {
	var f fields
	err := json.Unmarshal(body, &f)
	return f, err
}

// text is a field's text or whole number; "" for anything else.
func (f fields) text(name string) string {
	var v any
	if json.Unmarshal(f[name], &v) != nil {
		return ""
	}
	switch v := v.(type) {
	case string:
		return v
	case float64:
		return strings.TrimSpace(string(f[name]))
	}
	return ""
}

// percentEncode makes a value a part of a key: ':' and '%' are encoded, and what
// an HTTP header cannot carry.
func percentEncode(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c == ':' || c == '%' || c < ' ' || c > '~' {
			fmt.Fprintf(&b, "%%%02X", c)
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
