package gateway

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/sim"
	"waybill/spool"
)

// inboundSets are the sets that a partner can send, with our role in each.
func inboundSets() [][2]string {
	return [][2]string{
		{"810", "buyer"}, {"846", "buyer"}, {"850", "seller"}, {"855", "buyer"}, {"856", "buyer"},
		{"860", "seller"}, {"940", "warehouse"}, {"945", "depositor"},
	}
}

// release is the base mappings' way to name their files for a version.
func release(version string) string {
	if version == "005010" {
		return "-005010"
	}
	return ""
}

// takesAll is a gateway whose partner sends every set in a version.
func takesAll(t *testing.T, version string) *rig {
	t.Helper()
	var documents strings.Builder
	documents.WriteString("documents:\n")
	for _, s := range inboundSets() {
		fmt.Fprintf(&documents, "  %q: { direction: in, role: %s, mapping: base/%s%s, to: [erp] }\n", s[0], s[1], s[0], release(version))
	}
	return begin(t, setup{edits: []string{
		"partners/acme-retail.yaml", "documents:\n  \"850\": { direction: in, role: seller, mapping: acme-850, to: [erp] }\n", documents.String(),
		"partners/defaults.yaml", `version: "004010"`, `version: "` + version + `"`,
	}})
}

// fromPartner is a sample of the mappings' as our partner would send it.
func fromPartner(t testing.TB, s inboundSample) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "mappings", "testdata", "samples", s.name+".x12"))
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	changes := append([]string{
		"*SENDER         *", "*ACMERETAIL     *", "*RECEIVER       *", "*OURCO          *", "*SENDER*RECEIVER*", "*ACMERETAIL*OURCO*", "*0*T*>~", "*0*P*>~",
	}, s.edits...)
	for ; len(changes) > 1; changes = changes[2:] {
		if !strings.Contains(text, changes[0]) {
			t.Fatalf("%s has no %q", s.name, changes[0])
		}
		text = strings.Replace(text, changes[0], changes[1], 1)
	}
	return []byte(text)
}

// at is the value of a body at a path such as lines.0.item.sku, as text.
func at(t testing.TB, body []byte, path string) string {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	for step := range strings.SplitSeq(path, ".") {
		switch at := v.(type) {
		case map[string]any:
			v = at[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(at) {
				return "nothing"
			}
			v = at[i]
		default:
			return "nothing"
		}
	}
	if v == nil {
		return "nothing"
	}
	return fmt.Sprint(v)
}

// arrived is what reached the ERP, or why it did not, and what the partner was told.
type arrived struct {
	Kind, Key, Held, Because, Acknowledged string
	Fields                                 map[string]string
}

// inbound sends a sample and waits for what comes of it.
func (r *rig) inbound(t *testing.T, s inboundSample) arrived {
	t.Helper()
	before, answered := len(r.erp.Journal()), len(r.answers())
	sent, err := r.partner.Send(t.Context(), fromPartner(t, s), sim.How{})
	if err != nil || !sent.Accepted() {
		t.Fatalf("the receipt is %q %s, %v", sent.Disposition, sent.NoReceipt, err)
	}
	until(t, "the partner has a 997 more", func() bool { return len(r.answers()) > answered })
	r.calm(t)
	got := arrived{Acknowledged: r.answers()[answered]}
	journal := r.erp.Journal()
	if len(journal) == before {
		m := r.messages(t, spool.Filter{Kind: "set"})[0] // the newest
		got.Held, got.Because = m.Code, m.Error
		if s.want.Because != "" && strings.Contains(m.Error, s.want.Because) {
			got.Because = s.want.Because // the rest is said of other fields
		}
		return got
	}
	o := journal[before]
	got.Kind, got.Key, got.Fields = o.Kind, o.Key, map[string]string{}
	for path := range s.want.Fields {
		got.Fields[path] = at(t, o.Body, path)
	}
	return got
}

// answers are the 997s that the partner has, oldest first.
func (r *rig) answers() []string {
	var all []string
	for _, in := range r.partner.Received() {
		for _, a := range in.Answers {
			all = append(all, strings.ReplaceAll(strings.TrimSpace(a.Content), "\n", " "))
		}
	}
	return all
}

// Every set that a partner can send reaches the ERP as its canonical document,
// and is answered.
func TestEverySetReachesTheERP(t *testing.T) {
	t.Parallel()
	for version, samples := range inboundSamples() {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			r := takesAll(t, version)
			for _, s := range samples {
				t.Run(s.name, func(t *testing.T) {
					got := r.inbound(t, s)
					if diff := cmp.Diff(s.want, got); diff != "" {
						t.Error(diff)
					}
				})
			}
		})
	}
}

// Every sample of the mappings' is sent here, but for acknowledgements: they settle
// what they answer, and go to no ERP.
func TestEverySampleIsSent(t *testing.T) {
	var names []string
	for _, samples := range inboundSamples() {
		for _, s := range samples {
			names = append(names, s.name)
		}
	}
	slices.Sort(names)
	files, err := filepath.Glob("../mappings/testdata/samples/*.x12")
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range files {
		files[i] = strings.TrimSuffix(filepath.Base(f), ".x12")
	}
	files = slices.DeleteFunc(files, func(name string) bool { return strings.HasPrefix(name, "997-") })
	files = slices.DeleteFunc(files, func(name string) bool { // they settle what they answer, and no system is told
		return strings.HasPrefix(name, "997-") || strings.HasPrefix(name, "999-")
	})
	if diff := cmp.Diff(files, names); diff != "" {
		t.Error(diff)
	}
}
