package gateway

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"waybill/partners"
	"waybill/spool"
	"waybill/stages"
)

// stageFunc is a stage of a test's own.
type stageFunc func(context.Context, stages.Work) (spool.Outcome, error)

func (f stageFunc) Run(ctx context.Context, w stages.Work) (spool.Outcome, error) { return f(ctx, w) }

// TestReload: a bad version leaves the old one in force and says so in the
// metrics; a good one takes its place.
func TestReload(t *testing.T) {
	t.Parallel()
	r := begin(t, setup{edits: base()})
	first := r.shelf.Current()
	r.wantConfig(t, first, "0")

	r.edit(t, "partners/acme-retail.yaml", "priority:", "prioritty:")
	found := r.Reload()
	if len(found) == 0 || !strings.Contains(found[0].String(), "acme-retail.yaml:5:") || !strings.Contains(found[0].String(), "did you mean priority?") {
		t.Errorf("found %v, expected the misspelt key with its place", found)
	}
	if r.shelf.Current() != first {
		t.Error("the bad version is in force")
	}
	r.wantConfig(t, first, "1")
	r.send(t) // and trade goes on
	r.calm(t)
	if n := len(r.erp.Journal()); n != 1 {
		t.Errorf("the ERP has %d orders, expected 1", n)
	}

	r.edit(t, "partners/acme-retail.yaml", "prioritty: 1", "priority: 2")
	if found := r.Reload(); len(found) > 0 {
		t.Errorf("the good version has problems: %v", found)
	}
	if now := r.shelf.Current(); now == first || now.Revision == first.Revision {
		t.Error("the good version is not in force")
	}
	r.wantConfig(t, r.shelf.Current(), "0")
	if len(r.log.lines(t, "msg", "configuration rejected, the one in force stays")) == 0 || len(r.log.lines(t, "msg", "configuration in force")) == 0 {
		t.Error("the log does not say what became of the versions")
	}
}

// wantConfig expects the metric to name the Book in force.
func (r *rig) wantConfig(t *testing.T, b *partners.Book, rejected string) {
	t.Helper()
	_, text := r.page(t, "/metrics")
	want := fmt.Sprintf(`waybill_config_info{rejected="%s",revision="%s"} 1`, rejected, b.Revision)
	if !strings.Contains(text, want) || strings.Count(text, "\nwaybill_config_info{") != 1 {
		t.Errorf("the metrics do not say %s alone", want)
	}
}

// TestChangeOfAFileIsSeen: a reload needs nobody's command.
func TestChangeOfAFileIsSeen(t *testing.T) {
	t.Parallel()
	r := begin(t, setup{})
	first := r.shelf.Current()
	r.edit(t, "partners/acme-retail.yaml", "priority: 1", "priority: 2")
	until(t, "the new version is in force", func() bool { return r.shelf.Current() != first })
}

// TestAMessageKeepsItsBook: a stage that runs while the configuration changes
// works to its end with the Book that it began with, and the history names it.
func TestAMessageKeepsItsBook(t *testing.T) {
	t.Parallel()
	began, goOn := make(chan *partners.Book), make(chan struct{})
	r := begin(t, setup{edits: base(), inject: func(g *Gateway) {
		inner := g.parts.stages[stages.ToMap]
		g.parts.stages[stages.ToMap] = stageFunc(func(ctx context.Context, w stages.Work) (spool.Outcome, error) {
			began <- w.Book
			<-goOn
			return inner.Run(ctx, w)
		})
	}})
	r.send(t)
	book := receive(t, began)
	r.edit(t, "partners/acme-retail.yaml", "to: [erp]", "to: []") // from now on nobody gets orders
	r.edit(t, "partners/acme-retail.yaml", "to: []", "to: [erp]\n    role_was: x")
	if found := r.Reload(); len(found) == 0 {
		t.Error("an unknown key was not found")
	}
	r.edit(t, "partners/acme-retail.yaml", "\n    role_was: x", "")
	r.edit(t, "partners/acme-retail.yaml", "priority: 1", "status: suspended")
	if found := r.Reload(); len(found) > 0 || r.shelf.Current() == book {
		t.Errorf("the new version is not in force: %v", found)
	}
	close(goOn)
	m := r.one(t, spool.Filter{Kind: stages.KindSet, Status: string(spool.Done)})
	history, err := r.Spool().History(t.Context(), m.ID)
	if err != nil {
		t.Fatal(err)
	}
	last := history[len(history)-1]
	if last.Verb != "map" || last.Revision != book.Revision || last.Revision == r.shelf.Current().Revision {
		t.Errorf("found %q with revision %s, expected map with %s", last.Verb, last.Revision, book.Revision)
	}
}
