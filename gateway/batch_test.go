package gateway

import (
	"net/http"
	"testing"

	"waybill/spool"
	"waybill/stages"
)

// owing is the profile of a partner that owes an 855 for each 850.
func owing() []string {
	return []string{
		"partners/acme-retail.yaml", "priority: 1", "priority: 1\nexpect:\n  documents:\n    \"855\": { for: \"850\", within: 24h }",
		"partners/acme-retail.yaml", "via: as2 }\n", "via: as2 }\n  \"855\": { direction: in, role: buyer, mapping: base/855, to: [erp] }\n",
	}
}

// An order that takes the place of another is owed the same answer: both go out.
func TestARevisionIsOwedTheSameAnswer(t *testing.T) {
	t.Parallel()
	r, erp := selling(t, owing()...)
	for _, purpose := range []string{"original", "replace"} {
		status, said := erp.call(t, "POST", "/v1/documents", purpose, purchase(t, func(_, body map[string]any) { body["purpose"] = purpose }))
		if status != http.StatusAccepted {
			t.Fatalf("found %d %v", status, said)
		}
		until(t, "the set is made", func() bool { return len(r.messages(t, spool.Filter{Kind: stages.KindSet})) > 0 })
	}
	until(t, "the partner has both", func() bool { return len(r.partner.Received()) == 2 })
}
