package spool_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"waybill/spool"
)

// a write that fails is an error of its call. The tables are taken away.
func TestR11EveryWriteError(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		s := e.open()
		_, err := bring(t, s, "1", "order")
		must(t, err)
		m, err := s.Accept(t.Context(), arrival(), strings.NewReader("raw"))
		must(t, err)
		q := work("w")
		q.For = time.Hour
		ls, err := s.Lease(t.Context(), q)
		must(t, err)
		ctx, l := t.Context(), ls[0]
		id := l.Messages[0].ID
		for _, table := range []string{"messages", "payloads", "history", "claims", "expectations", "numbers", "numbered", "labels", "links"} {
			e.exec("DROP TABLE " + table)
		}
		calls := map[string]func() error{
			"Accept":       func() error { _, err := s.Accept(ctx, arrival(), strings.NewReader("x")); return err },
			"Release":      func() error { _, err := s.Release(ctx, m.ID, spool.Verdict{}); return err },
			"Take":         func() error { _, err := bring(t, s, "2", "x"); return err },
			"Lease":        func() error { _, err := s.Lease(ctx, q); return err },
			"Extend":       func() error { return s.Extend(ctx, l, time.Hour) },
			"Finish":       func() error { return s.Finish(ctx, l, spool.Outcome{}) },
			"Stage":        func() error { return s.Stage(ctx, l, slices.Values([]spool.Child{{Key: "1", Kind: "set"}})) },
			"Fail":         func() error { return s.Fail(ctx, l, spool.Failure{Status: spool.Dead}) },
			"Reap":         func() error { _, err := s.Reap(ctx); return err },
			"Overdue":      func() error { _, err := s.Overdue(ctx); return err },
			"Number":       func() error { _, err := s.Number(ctx, "isa", 1, id); return err },
			"Retry":        func() error { return s.Retry(ctx, id, "ann", "") },
			"Hold":         func() error { return s.Hold(ctx, id, "ann", "") },
			"Unhold":       func() error { return s.Unhold(ctx, id, "ann", "") },
			"Skip":         func() error { return s.Skip(ctx, id, "ann", "") },
			"Drop":         func() error { return s.Drop(ctx, id, "ann", "why") },
			"Get":          func() error { _, err := s.Get(ctx, id); return err },
			"List":         func() error { _, err := s.List(ctx, spool.Filter{}); return err },
			"History":      func() error { _, err := s.History(ctx, id); return err },
			"Thread":       func() error { _, _, err := s.Thread(ctx, id); return err },
			"Counts":       func() error { _, err := s.Counts(ctx); return err },
			"Prior":        func() error { _, _, _, err := s.Prior(ctx, "k"); return err },
			"Labels":       func() error { _, err := s.Labels(ctx, id); return err },
			"Receipt":      func() error { _, err := s.Receipt(ctx, id); return err },
			"Open":         func() error { _, err := s.Open(ctx, l.Messages[0].Payload); return err },
			"Verify":       func() error { _, err := s.Verify(ctx, func(spool.Finding) {}); return err },
			"Expectations": func() error { _, err := s.Expectations(ctx, id); return err },
		}
		for name, call := range calls {
			passing(t, name, call())
		}
	})
}

// no statement throws away the error of a call that has one to give.
func TestR11NoErrorIgnored(t *testing.T) {
	files, err := filepath.Glob("*.go")
	must(t, err)
	careful := []string{
		"Exec", "ExecContext", "exec", "get", "all", "flush", "early", "write", "settle", "expect", "emit", "release", "released", "advance",
		"unstage", "abandon", "Commit", "Rollback", "Sync", "Close", "Rename", "Remove", "Mkdir", "keep", "discard", "Write", "syncDir", "makeDir", "Finish", "Fail",
	}
	calls := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		must(t, err)
		ast.Inspect(f, func(n ast.Node) bool {
			var call *ast.CallExpr
			switch n := n.(type) {
			case *ast.CallExpr:
				calls++
			case *ast.ExprStmt:
				call, _ = n.X.(*ast.CallExpr)
			case *ast.DeferStmt:
				if s, ok := n.Call.Fun.(*ast.SelectorExpr); !ok || s.Sel.Name != "Close" { // rows are closed when they are read out
					call = n.Call
				}
			}
			if call == nil {
				return true
			}
			s, ok := call.Fun.(*ast.SelectorExpr)
			if ok && !neverFails(s.X) && slices.Contains(careful, s.Sel.Name) {
				t.Errorf("%s: the error of %s is thrown away", file, s.Sel.Name)
			}
			return true
		})
	}
	if calls < 100 {
		t.Errorf("looked at %d calls only", calls)
	}
}

// neverFails is true of a hash and a buffer in memory.
func neverFails(x ast.Expr) bool {
	name := ""
	switch x := x.(type) {
	case *ast.Ident:
		name = x.Name
	case *ast.SelectorExpr:
		name = x.Sel.Name
	}
	return slices.Contains([]string{"h", "hash", "small"}, name)
}
