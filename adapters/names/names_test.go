package names

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"waybill/adapters"
	"waybill/canonical"
)

const dir = "../../mappings/testdata/systems"

func northern(t testing.TB) Maps {
	t.Helper()
	maps, found := Load(os.DirFS(dir), "adapters", map[string]string{"order": "north-order", "orderResponse": "north-response"}, canonical.Schema)
	if len(found) > 0 {
		t.Fatal(found)
	}
	return maps
}

// system answers with what it is told to.
type system struct {
	got    canonical.Document
	answer string
	err    error
}

func (s *system) Deliver(_ context.Context, doc canonical.Document) (string, json.RawMessage, error) {
	s.got = doc
	if s.answer == "" {
		return "SO-1", nil, s.err
	}
	return "SO-1", json.RawMessage(s.answer), s.err
}

var _ adapters.Target = (*Target)(nil)

func order(body string) canonical.Document {
	return canonical.Document{Kind: "order", SchemaVersion: "1.0", Partner: "acme", CorrelationID: "C1", IdempotencyKey: "K1", Body: json.RawMessage(body)}
}

func TestDeliver(t *testing.T) {
	s := &system{answer: `{"header":{"poNumber":"1","status":"CONFIRMED","clerk":"Dana"}}`}
	ref, answer, err := New(s, northern(t)).Deliver(t.Context(), order(`{"customerOrderNumber":"1"}`))
	if err != nil || ref != "SO-1" {
		t.Fatal(ref, err)
	}
	if want := `{"header":{"customer":"acme","externalId":"K1","poNumber":"1","type":"SALES"}}`; string(s.got.Body) != want || s.got.IdempotencyKey != "K1" {
		t.Errorf("the system has %s", s.got.Body)
	}
	want := `{"kind":"orderResponse","schemaVersion":"1.0","partner":"acme","correlationId":"C1","unmapped":[{"path":"header.clerk","value":"Dana"}],"body":{"customerOrderNumber":"1","result":"accepted"}}`
	if string(answer) != want {
		t.Errorf("found %s", answer)
	}
	s.answer = ""
	if _, answer, err := New(s, northern(t)).Deliver(t.Context(), order(`{"customerOrderNumber":"1"}`)); answer != nil || err != nil {
		t.Errorf("found %s, %v", answer, err)
	}
}

// An answer that cannot be turned is no document, and says why; the delivery stands.
func TestAnswersThatDoNotFit(t *testing.T) {
	for _, answer := range []string{`{"header":{"poNumber":7}}`, `[]`, `"done"`} {
		s := &system{answer: answer}
		ref, got, err := New(s, northern(t)).Deliver(t.Context(), order(`{"customerOrderNumber":"1"}`))
		var said struct {
			Problem string
			Answer  json.RawMessage
		}
		if err != nil || ref != "SO-1" || json.Unmarshal(got, &said) != nil || said.Problem == "" || string(said.Answer) != answer {
			t.Errorf("%s: found %s, %v", answer, got, err)
		}
	}
}

func TestRefusals(t *testing.T) {
	down := errors.New("down")
	if _, _, err := New(&system{err: down}, northern(t)).Deliver(t.Context(), order(`{"customerOrderNumber":"1"}`)); !errors.Is(err, down) {
		t.Errorf("found %v", err)
	}
	invoice := order(`{}`)
	invoice.Kind = "invoice"
	for name, doc := range map[string]canonical.Document{"kind": invoice, "field": order(`{}`), "body": order(`[]`), "JSON": order(`{`)} {
		s := &system{}
		_, _, err := New(s, northern(t)).Deliver(t.Context(), doc)
		var f interface {
			Temporary() bool
			Hint() string
			Code() string
		}
		if !errors.As(err, &f) || f.Temporary() || f.Hint() == "" || f.Code() != "ERP-MAPPING" || s.got.Kind != "" {
			t.Errorf("%s: found %v", name, err)
		}
	}
	if _, err := northern(t).Read("invoice", []byte(`{}`)); err == nil || !strings.Contains(err.Error(), "it has order, orderResponse") {
		t.Errorf("found %v", err)
	}
	var many strings.Builder
	many.WriteString(`{"header":{"poNumber":"1"},"items":[{"unit":"?"}`)
	for range 30 {
		many.WriteString(`,{"unit":"?"}`)
	}
	many.WriteString(`]}`)
	if _, err := northern(t).Read("order", []byte(many.String())); err == nil || !strings.HasSuffix(err.Error(), "; and 21 more") {
		t.Errorf("found %v", err)
	}
}

func TestLoad(t *testing.T) {
	for want, files := range map[string]map[string]string{
		"there is no mapping nort-order; did you mean north-order?": {"order": "nort-order"},
		"north-order is a mapping of order":                         {"invoice": "north-order"},
	} {
		maps, found := Load(os.DirFS(dir), "adapters", files, canonical.Schema)
		if len(found) != 1 || len(maps) != 0 || !strings.Contains(found[0].Text+"; "+found[0].Hint, want) {
			t.Errorf("%s: found %v", want, found)
		}
	}
}
