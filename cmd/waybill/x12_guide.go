package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"waybill/settings"
	"waybill/translators"
	"waybill/translators/x12"
)

// guideFlag adds --guide to a command.
func guideFlag(c *cobra.Command, file *string) {
	c.Flags().StringVar(file, "guide", "", "a partner's guide to hold the file against, such as guides/acme-850.yaml")
}

// readGuide compiles a guide file; what it extends stands beside it.
func readGuide(file string) (*translators.Schema, error) {
	library, err := x12.Load()
	if err != nil {
		return nil, err
	}
	name, isYAML := strings.CutSuffix(filepath.Base(file), ".yaml")
	if !isYAML {
		return nil, usage(fmt.Errorf("a guide is a file such as guides/acme-850.yaml, found %q", file))
	}
	dir := filepath.ToSlash(filepath.Dir(file)) + "/"
	schema, found := library.Guide(os.DirFS(filepath.Dir(file)), strings.TrimPrefix(dir, "./"), name)
	if len(found) > 0 {
		return nil, usage(settings.Problems(found))
	}
	return schema, nil
}

func x12GuideCommand() *cobra.Command {
	var page bool
	o := x12.GuideOptions{}
	c := &cobra.Command{
		Use:   "guide FILE",
		Short: "Print a partner's guide in words, or as a page",
		Long: `Print what a partner's guide demands, from the file that documents are held
against: segments and loops with usage and repeats, elements with type, length and
codes in words, notes, and an example that the guide has nothing against. What
differs from the standard is marked. With --html it is a page to read, print or
send to somebody: one file without scripts. What the guide neither demands nor
changes and the example does not have is left out, unless --all asks for it.

Exit code 0: printed. 1: no example can be made by the guide. 2: the guide is
wrong, or cannot be opened.`,
		Example: `  waybill x12 guide guides/acme-850.yaml
  waybill x12 guide --html guides/acme-850.yaml > acme-850.html`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			schema, err := readGuide(args[0])
			if err != nil {
				return err
			}
			t, err := x12Translator()
			if err != nil {
				return err
			}
			o.At = time.Now()
			show := t.GuideText
			if page {
				show = t.GuideHTML
			}
			if err := show(c.OutOrStdout(), schema, o); err != nil {
				return findings(err)
			}
			return nil
		},
	}
	c.Flags().BoolVar(&page, "html", false, "a page for a browser")
	c.Flags().BoolVar(&o.All, "all", false, "the whole set, also what the guide says nothing of")
	return c
}

// guidedTranslator is the translator that reads by a guide; without one, by the standard.
func guidedTranslator(file string) (*x12.Translator, error) {
	t, err := x12Translator()
	if err != nil || file == "" {
		return t, err
	}
	schema, err := readGuide(file)
	if err != nil {
		return nil, err
	}
	return t.By(schema), nil
}
