package gateway

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"waybill/sim"
	"waybill/spool"
)

// TestEveryTransitionIsLogged: whatever the history says of a message, the log
// says too, with its id, thread, partner and stage.
func TestEveryTransitionIsLogged(t *testing.T) {
	t.Parallel()
	r := begin(t, setup{edits: base(), erp: sim.ERPOptions{Faults: sim.Faults{Script: []sim.Fault{sim.Status(500, "restarting")}}}})
	r.send(t)
	r.calm(t)
	how := sim.How{MessageID: "again@acme"}
	for range 2 { // accepted, then a duplicate
		if _, err := r.partner.Send(t.Context(), sim.Order850(sim.Spec{Control: 900, Usage: "T"}), how); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.partner.Send(t.Context(), sim.Order850(sim.Spec{Control: 901}), sim.How{WrongKey: true}); err != nil {
		t.Fatal(err)
	}
	_, _ = r.partner.Send(t.Context(), sim.Order850(sim.Spec{Control: 902}), sim.How{Cut: true}) // there is no answer
	until(t, "both are refused", func() bool { return len(r.messages(t, spool.Filter{Status: string(spool.Refused)})) == 2 })
	r.calm(t)

	seen := map[string]bool{}
	for _, line := range r.log.lines(t) {
		if line["msg_id"] == nil {
			continue
		}
		for _, key := range []string{"msg_id", "correlation", "partner", "stage", "msg", "level", "time"} {
			if text, _ := line[key].(string); text == "" {
				t.Errorf("a line has no %s: %v", key, line)
			}
		}
		seen[line["msg_id"].(string)+" "+line["stage"].(string)] = true
	}
	for _, m := range r.messages(t, spool.Filter{Limit: 1000}) {
		history, err := r.Spool().History(t.Context(), m.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range history {
			if e.From == "" { // it began; the line of what made it says so
				continue
			}
			stage := e.Verb // of a worker's
			if e.From == spool.Arrived {
				stage = "receive"
			}
			if e.To != "" && !seen[m.ID+" "+stage] {
				t.Errorf("%s %s: the log has nothing of %s from %s to %s", m.Kind, m.ID, e.Verb, e.From, e.To)
			}
		}
	}
	for _, want := range []string{"stored", "released", "duplicate", "refused", "failed", "held", "done", "next send"} {
		if len(r.log.lines(t, "msg", want)) == 0 {
			t.Errorf("nothing is logged as %s", want)
		}
	}
}

// TestALineHasNoKeyTwice: of a key that stands twice in a JSON object, readers keep one.
func TestALineHasNoKeyTwice(t *testing.T) {
	t.Parallel()
	r := begin(t, setup{edits: base()})
	r.send(t)
	r.calm(t)
	lines := 0
	for text := range strings.Lines(r.log.String()) {
		lines++
		d := json.NewDecoder(strings.NewReader(text))
		var keys []string
		depth, isKey := 0, true
		for {
			token, err := d.Token()
			if err != nil {
				break
			}
			switch delim, ok := token.(json.Delim); {
			case ok && (delim == '{' || delim == '['):
				depth++
				isKey = true
			case ok:
				depth--
				isKey = true
			case depth == 1 && isKey:
				keys = append(keys, token.(string))
				isKey = false
			default:
				isKey = true
			}
		}
		slices.Sort(keys)
		if len(slices.Compact(slices.Clone(keys))) != len(keys) {
			t.Errorf("a key stands twice: %s", text)
		}
	}
	if lines < 5 {
		t.Errorf("only %d lines were logged", lines)
	}
}

// TestMetrics pins the names and labels that dashboards and alarms use.
func TestMetrics(t *testing.T) {
	t.Parallel()
	r := begin(t, setup{edits: base()})
	r.send(t)
	if _, err := r.partner.Send(t.Context(), sim.Order850(sim.Spec{Control: 900}), sim.How{WrongKey: true}); err != nil {
		t.Fatal(err)
	}
	_, _ = r.partner.Send(t.Context(), sim.Order850(sim.Spec{Control: 901}), sim.How{Cut: true}) // there is no answer
	until(t, "the broken arrival is counted", func() bool {
		_, text := r.page(t, "/metrics")
		return strings.Contains(text, `code="TRN-PARTIAL"`)
	})
	r.calm(t)
	_, text := r.page(t, "/metrics")
	for _, want := range []string{
		`waybill_arrivals_total{partner="acme-retail",result="accepted"} 1`,
		`waybill_refusals_total{code="AS2-SIGNATURE",partner="acme-retail"} 1`,
		`waybill_refusals_total{code="TRN-PARTIAL",partner="acme-retail"} 1`,
		`waybill_steps_total{result="done",stage="decode"} 1`,
		`waybill_steps_total{result="done",stage="map"} 1`,
		`waybill_steps_total{result="done",stage="deliver"} 1`,
		`waybill_steps_total{result="done",stage="envelope"} 1`,
		`waybill_steps_total{result="next send",stage="send"} 1`,
		`waybill_steps_total{result="done",stage="send"} 1`,
		`waybill_step_seconds_count{stage="decode"} 1`,
		`waybill_step_seconds_bucket{stage="decode",le="+Inf"} 1`,
		`waybill_messages{stage="",status="done"} 6`,
		`waybill_messages{stage="",status="refused"} 2`,
		`waybill_oldest_ready_seconds 0`,
		`waybill_config_info{rejected="0",revision="` + r.shelf.Current().Revision + `"} 1`,
		`go_goroutines `,
	} {
		if !strings.Contains(text, "\n"+want) {
			t.Errorf("the metrics do not say %s", want)
		}
	}
	for line := range strings.Lines(text) {
		name, _, _ := strings.Cut(strings.TrimSpace(line), "{")
		if strings.HasPrefix(name, "waybill_") && !strings.Contains(text, "# HELP "+strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(strings.Fields(name)[0], "_bucket"), "_sum"), "_count")) {
			t.Errorf("%s has no help", name)
		}
	}
}

// TestTheDatabaseIsDownAtStart: the process lives, is not ready and says why; as
// soon as the database can be opened it takes messages.
func TestTheDatabaseIsDownAtStart(t *testing.T) {
	t.Parallel()
	var blocked string
	r := begin(t, setup{closed: true, edits: append(base(), "waybill.yaml", "sqlite:data/waybill.db", "sqlite:db/waybill.db"), before: func(dir string) {
		blocked = filepath.Join(dir, "db")
		if err := os.WriteFile(blocked, []byte("no directory"), 0o600); err != nil {
			t.Error(err)
		}
	}})
	until(t, "it says why it is not ready", func() bool {
		code, text := r.page(t, "/readyz")
		return code == 503 && strings.Contains(text, "not ready: opening the store")
	})
	if code, text := r.page(t, "/healthz"); code != 200 || text != "ok\n" {
		t.Errorf("/healthz says %d %q: it lives", code, text)
	}
	if code, text := r.page(t, "/metrics"); code != 200 || !strings.Contains(text, "waybill_config_info") {
		t.Errorf("/metrics says %d", code)
	}
	if len(r.log.lines(t, "msg", "spool not open, trying again", "level", "ERROR")) == 0 {
		t.Error("the log does not say that it is tried again")
	}
	if err := os.Remove(blocked); err != nil {
		t.Fatal(err)
	}
	until(t, "it is ready", func() bool { code, _ := r.page(t, "/readyz"); return code == 200 })
}

// TestStopWhileTheDatabaseIsDown: it ends at once, and that is no error.
func TestStopWhileTheDatabaseIsDown(t *testing.T) {
	t.Parallel()
	r := begin(t, setup{closed: true, edits: []string{"waybill.yaml", "sqlite:data/waybill.db", "sqlite:db/waybill.db"}, before: func(dir string) {
		if err := os.WriteFile(filepath.Join(dir, "db"), nil, 0o600); err != nil {
			t.Error(err)
		}
	}})
	until(t, "it has tried", func() bool { return len(r.log.lines(t, "msg", "spool not open, trying again")) > 0 })
	r.halt(t)
}

// TestAnAddressThatIsTaken ends the process: nobody waits for it to become free.
func TestAnAddressThatIsTaken(t *testing.T) {
	t.Parallel()
	r := begin(t, setup{})
	c, _ := Load(r.dir)
	c.Observe.Listen = strings.TrimPrefix(r.observe, "http://")
	g, problems := New(c, Options{})
	if g == nil {
		t.Fatal(problems)
	}
	if err := g.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "open the observe listener") {
		t.Errorf("found %v, expected an error that names the listener", err)
	}
}
