package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"waybill/canonical"
	"waybill/mappings"
	"waybill/mappings/workbench"
	"waybill/settings"
	"waybill/translators/x12"
)

// mapCommand groups what can be done with mappings while nothing runs.
func mapCommand() *cobra.Command {
	s := &mapShop{}
	c := &cobra.Command{
		Use:   "map",
		Short: "Begin, explain, try, test and compare mappings",
		Example: `  waybill map new --partner bolt-stores --from sample.edi --config shop
  waybill map run base/850 order.x12 --trace
  waybill map test --config shop`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.PersistentFlags().StringVar(&s.config, "config", ".", "the config directory, whose mappings/ lie over the built-in ones")
	c.PersistentFlags().StringVar(&s.folder, "mappings", "", "the folder of mappings itself")
	_ = c.PersistentFlags().MarkHidden("mappings") // it is defined above
	c.AddCommand(mapListCommand(s), mapShowCommand(s), mapExplainCommand(s), mapRunCommand(s), mapTestCommand(s), mapDiffCommand(s), mapNewCommand(s))
	return c
}

// mapShop is where the mappings of a command are.
type mapShop struct{ config, folder string }

// dir is the folder of mappings, whether it is there or not.
func (s *mapShop) dir() string {
	if s.folder != "" {
		return s.folder
	}
	return filepath.Join(s.config, "mappings")
}

// user is the folder of mappings; ok is false where there is none.
func (s *mapShop) user() (fsys fs.FS, ok bool) {
	if info, err := os.Stat(s.dir()); err != nil || !info.IsDir() {
		return nil, false
	}
	return os.DirFS(s.dir()), true
}

// open makes a bench of the folder over the built-in mappings. A folder that was
// named must be there.
func (s *mapShop) open(c *cobra.Command) (*workbench.Bench, error) {
	fsys := mappings.Base()
	if user, ok := s.user(); ok {
		fsys = mappings.Overlay(user)
	} else if c.Flags().Changed("mappings") || c.Flags().Changed("config") {
		return nil, s.none()
	}
	return bench(fsys)
}

func (s *mapShop) none() error {
	return usage(fmt.Errorf("there is no folder %s; name the config directory, such as --config shop", s.dir()))
}

func bench(fsys fs.FS) (*workbench.Bench, error) {
	library, err := x12.Load()
	if err != nil {
		return nil, err
	}
	return &workbench.Bench{Maps: fsys, Library: library, Canonical: canonical.Schema, Document: documents()}, nil
}

// resolve merges a mapping and prints its problems.
func (s *mapShop) resolve(c *cobra.Command, b *workbench.Bench, name string) (*mappings.Resolved, error) {
	r, found, err := s.merged(b, name)
	report(c.ErrOrStderr(), found)
	return r, err
}

// merged merges a mapping; the problems are those of one that can be looked at all the same.
func (s *mapShop) merged(b *workbench.Bench, name string) (*mappings.Resolved, []settings.Problem, error) {
	r, found := mappings.Resolve(b.Maps, name)
	if r == nil {
		if _, ok := s.user(); !ok {
			return nil, nil, errors.Join(findings(settings.Problems(found)), s.none())
		}
		return nil, nil, findings(settings.Problems(found))
	}
	return r, found, nil
}
