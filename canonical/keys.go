package canonical

import (
	"fmt"
	"strconv"
	"strings"
)

// Count says which revision of a document it is, or of the order that it answers,
// and for an answer which one: both from 1.
type Count struct {
	Revision int
	Answer   int
}

// Keys are the business key and the idempotency key of a whole document. Unlike
// BusinessKey and IdempotencyKey they know answers to orders, whose ordinal n is,
// and acknowledgements, which the envelope's source tells apart.
func Keys(doc Document, n Count) (business, idempotency string, err error) {
	switch doc.Kind {
	case "orderResponse":
		return responseKeys(doc, n)
	case "acknowledgement":
		business, err = ackKey(doc)
		return business, business, err
	}
	if business, err = BusinessKey(doc.Kind, doc.Partner, doc.Body); err != nil {
		return "", "", err
	}
	idempotency, err = IdempotencyKey(doc.Kind, doc.Partner, doc.Body, n.Revision)
	return business, idempotency, err
}

// responseKeys tell the answers to one order apart.
func responseKeys(doc Document, n Count) (business, idempotency string, err error) {
	f, err := topFields(doc.Body)
	if err != nil {
		return "", "", fmt.Errorf("keys: %w", err)
	}
	po := f.text("customerOrderNumber")
	if po == "" {
		return "", "", fmt.Errorf("keys: orderResponse has no customerOrderNumber")
	}
	order := []string{doc.Kind, doc.Partner, po, f.text("releaseNumber")}
	if business, err = joinKey(append(order[:4:4], strconv.Itoa(n.Answer))); err != nil {
		return "", "", err
	}
	idempotency, err = joinKey(append(order[:4:4], strconv.Itoa(n.Revision), strconv.Itoa(n.Answer)))
	return business, idempotency, err
}

// ackKey tells acknowledgements apart by the message that they came in and by
// what they answer. Of a receipt or an HTTP answer the message is all there is.
func ackKey(doc Document) (string, error) {
	f, err := topFields(doc.Body)
	if err != nil {
		return "", fmt.Errorf("keys: %w", err)
	}
	from := doc.Source
	if from == nil {
		from = &Source{}
	}
	of, err := topFields(f["of"])
	if err != nil || f.text("form") == "" {
		return "", fmt.Errorf("keys: acknowledgement has no form, or nothing that it is of")
	}
	parts := []string{from.Interchange, from.Group, from.Transaction, of.text("group"), of.text("transaction")}
	if strings.Join(parts, "") == "" {
		parts[0], parts[4] = from.MessageID, of.text("messageId")
	}
	if f.text("form") == "TA1" {
		parts[3] = of.text("interchange")
	}
	if strings.Join(parts, "") == "" {
		return "", fmt.Errorf("keys: acknowledgement has no number of an interchange or a message")
	}
	return joinKey(append([]string{doc.Kind, doc.Partner, f.text("form")}, parts...))
}

func joinKey(parts []string) (string, error) {
	for i, p := range parts {
		parts[i] = percentEncode(p)
	}
	key := strings.Join(parts, ":")
	if len(key) > maxKey {
		return "", fmt.Errorf("keys: %d characters are too many; at most %d: %s", len(key), maxKey, cut(key))
	}
	return key, nil
}
