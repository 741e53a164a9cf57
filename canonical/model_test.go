package canonical_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/canonical"
)

// full fills every field of a struct with a value that its schema takes: the
// last of a code list, something right of a named text, one item of a list. A
// type is not put into itself.
func full(t testing.TB, v reflect.Value, schema, defs map[string]any) {
	t.Helper()
	filler{t, defs, map[reflect.Type]bool{}}.fill(v, schema)
}

type filler struct {
	testing.TB
	defs  map[string]any
	above map[reflect.Type]bool
}

func (f filler) fill(v reflect.Value, schema map[string]any) {
	f.Helper()
	if ref, ok := schema["$ref"].(string); ok {
		schema = f.defs[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem(), schema)
	case reflect.Slice:
		if f.above[v.Type().Elem()] {
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		f.fill(v.Index(0), schema["items"].(map[string]any))
	case reflect.Map:
		v.Set(reflect.ValueOf(map[string]canonical.Private{"acme": {"event": json.RawMessage(`{"free":[1.5,null]}`)}}))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int:
		v.SetInt(1)
	case reflect.String:
		v.SetString(right(v, schema))
	case reflect.Struct:
		f.above[v.Type()] = true
		f.fields(v, schema["properties"].(map[string]any))
		delete(f.above, v.Type())
	default:
		f.Fatalf("a field of kind %s", v.Kind())
	}
}

func (f filler) fields(v reflect.Value, properties map[string]any) {
	f.Helper()
	for _, field := range reflect.VisibleFields(v.Type()) {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if field.Anonymous {
			continue
		}
		child, known := properties[name].(map[string]any)
		if !known {
			f.Fatalf("%s has %s, its schema has not", v.Type(), name)
		}
		f.fill(v.FieldByIndex(field.Index), child)
	}
}

// right is a text that the type and its code list allow.
func right(v reflect.Value, schema map[string]any) string {
	if list, ok := schema["enum"].([]any); ok {
		return list[len(list)-1].(string)
	}
	return map[string]string{
		"Decimal": "2.5", "Amount": "2.50", "Date": "2026-11-20T14:30-06:00", "Currency": "USD", "Country": "US",
		"GTIN": "00614141001019", "UPC": "614141001026", "SSCC": "006141410005521000", "string": "x",
	}[v.Type().Name()]
}

func fullOrder(t testing.TB) canonical.Order {
	t.Helper()
	schema := orderSchema(t)
	var order canonical.Order
	full(t, reflect.ValueOf(&order).Elem(), schema, schema["$defs"].(map[string]any))
	order.Lines = append(order.Lines, order.Lines[0])
	order.Lines[0].LineNumber = "y" // the line that the other one's parentLine names
	order.Lines[0].ParentLine = ""
	order.Lines[1].ParentLine = "y"
	return order
}

// Types and schema say the same: an order with every field that the types have
// is right, and what is written is read again.
func TestAnOrderWithEveryFieldIsRight(t *testing.T) {
	order := fullOrder(t)
	body, err := json.Marshal(order)
	if err != nil {
		t.Fatal(err)
	}
	if found := checker(t).Check("order", body); found != nil {
		t.Errorf("found:\n%s", strings.Join(lines(found), "\n"))
	}
	var again canonical.Order
	if err := json.Unmarshal(body, &again); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(order, again); diff != "" {
		t.Errorf("(-written +read):\n%s", diff)
	}
}

// The zero of every field is an absent key, but for those that are required: no
// empty text and no null leaves us.
func TestTheZeroOrderWritesRequiredFieldsOnly(t *testing.T) {
	body, err := json.Marshal(canonical.Order{})
	if err != nil {
		t.Fatal(err)
	}
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(body, &keys); err != nil {
		t.Fatal(err)
	}
	var got []string
	for k := range keys {
		got = append(got, k)
	}
	var want []string
	for _, k := range orderSchema(t)["required"].([]any) {
		want = append(want, k.(string))
	}
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("keys of an order that says nothing (-required +written):\n%s", diff)
	}
}

// Removing a field from a right order, one at a time, makes a problem exactly
// where the field is required, and never a problem elsewhere in the schema.
func TestEveryFieldIsRequiredOrNot(t *testing.T) {
	c := checker(t)
	body := exampleBody(t)
	required := strings.Fields("customerOrderNumber purpose type revision orderDate currency lines")
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		t.Fatal(err)
	}
	for name := range fields {
		found := c.Check("order", edit(t, [2]string{name, ""}))
		want := slices.Contains(required, name) || name == "parties" // without it nobody receives the goods
		if (len(found) == 1) != want || len(found) > 1 {
			t.Errorf("without %s: found %q, expected a problem: %t", name, lines(found), want)
		}
	}
}

// The names of sections 4 and 5.1 of the model. Renaming one is a new major version;
// a minor one may add.
func TestTheNamesOfTheModelStay(t *testing.T) {
	schema := orderSchema(t)
	defs := schema["$defs"].(map[string]any)
	for at, names := range map[string]string{
		"": `customerOrderNumber releaseNumber purpose type typeAsSent revision orderDate contractNumber responseRequested currency
			exchangeRate department vendorNumber promotion merchandiseType customerReference accountNumber dates terms freight carrier
			backorderPolicy backorderPolicyAsSent contacts parties otherParties allowancesCharges taxes references notes totals lines extensions`,
		"OrderLine": `lineNumber lineNumberAssigned parentLine item description quantity unitPrice retailPrice pack dates schedule
			destinations subLines allowancesCharges taxes terms carrier parties otherParties references notes substitution extensions`,
		"OrderTotals":     `lines quantityHash amount weight volume`,
		"Schedule":        `date dateMeaning dateMeaningAsSent quantity`,
		"Destination":     `locationId idType idTypeAsSent quantity`,
		"SubLine":         `item description quantityPer quantity unitPrice`,
		"Party":           `name name2 ids address contacts taxIds`,
		"OtherParty":      `role roleAsSent name name2 ids address contacts taxIds`,
		"Address":         `lines city region postalCode country locationCode`,
		"Contact":         `function functionAsSent name phone fax email url`,
		"Reference":       `type typeAsSent value description date`,
		"Quantity":        `value unit unitAsSent`,
		"Money":           `amount currency`,
		"UnitPrice":       `amount basis basisAsSent per unit`,
		"ItemIDs":         `sku gtin buyerItem vendorItem manufacturerPart upcCase ndc isbn lot serials expiry otherIds attributes`,
		"Pack":            `unitsPerPack innerPack size sizeUnit sizeUnitAsSent weight volume dims`,
		"AllowanceCharge": `kind kindAsSent code codeAsSent amount percent percentBasis percentBasisAsSent rate quantity method methodAsSent description reference`,
		"Tax":             `type typeAsSent amount percent jurisdiction jurisdictionType exempt taxable id`,
		"Terms":           `type typeAsSent basis basisAsSent discountPercent discountDueDate discountDays netDueDate netDays discountAmount text`,
		"Freight":         `payment paymentAsSent location locationAsSent title`,
		"Carrier":         `scac code mode modeAsSent routing service equipment seals`,
		"Note":            `code codeAsSent text`,
	} {
		of := schema
		if at != "" {
			of = defs[at].(map[string]any)
		}
		var got []string
		for name := range of["properties"].(map[string]any) {
			got = append(got, name)
		}
		for _, name := range strings.Fields(names) {
			if !slices.Contains(got, name) {
				t.Errorf("%s has no field %s any more", orWord(at), name)
			}
		}
	}
}

// The names of the envelope, and the fields that are left out where they say nothing.
func TestTheNamesOfTheEnvelopeStay(t *testing.T) {
	doc := canonical.Document{
		ID: "1", Kind: "order", SchemaVersion: "1.0", Tenant: "t", Partner: "p", Role: "seller", Direction: "inbound", Channel: "edi",
		Environment: "test", CorrelationID: "2", CausationID: "3", IdempotencyKey: "k", CreatedAt: "c",
		Source: &canonical.Source{Format: "x12", Document: "850", Release: "004010", Transport: "as2", Interchange: "1", Group: "2",
			Transaction: "3", MessageID: "4", ReceivedAt: "5", SHA256: "6"},
		Mapping: &canonical.Mapping{Name: "m", Version: 1}, BodyHash: "h", Unmapped: []canonical.Unmapped{{Path: "p", Value: "v"}},
		Body: json.RawMessage(`{}`), Process: json.RawMessage(`{}`),
	}
	got, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"id":"1","kind":"order","schemaVersion":"1.0","tenant":"t","partner":"p","role":"seller","direction":"inbound","channel":"edi",` +
		`"environment":"test","correlationId":"2","causationId":"3","idempotencyKey":"k","createdAt":"c",` +
		`"source":{"format":"x12","document":"850","release":"004010","transport":"as2","interchange":"1","group":"2","transaction":"3",` +
		`"messageId":"4","receivedAt":"5","sha256":"6"},"mapping":{"name":"m","version":1},"bodyHash":"h",` +
		`"unmapped":[{"path":"p","value":"v"}],"body":{},"process":{}}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	got, err = json.Marshal(canonical.Document{Kind: "order", SchemaVersion: "1.0", Body: json.RawMessage(`{}`)})
	if want := `{"kind":"order","schemaVersion":"1.0","body":{}}`; err != nil || string(got) != want {
		t.Errorf("found %s, %v; expected %s", got, err, want)
	}
}

func orWord(name string) string {
	if name == "" {
		return "an order"
	}
	return name
}
