package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

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
		return nil, usage(fmt.Errorf("--guide is a file such as guides/acme-850.yaml, found %q", file))
	}
	dir := filepath.ToSlash(filepath.Dir(file)) + "/"
	schema, found := library.Guide(os.DirFS(filepath.Dir(file)), strings.TrimPrefix(dir, "./"), name)
	if len(found) > 0 {
		return nil, usage(settings.Problems(found))
	}
	return schema, nil
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
