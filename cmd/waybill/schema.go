package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"waybill/gateway"
	"waybill/settings"
)

// schemaCommand prints or writes the JSON Schemas of the configuration files.
func schemaCommand() *cobra.Command {
	dir := ""
	var names, lines []string
	for _, s := range gateway.FileSchemas() {
		names = append(names, s.Name)
		lines = append(lines, fmt.Sprintf("  %-23s %s", s.For, s.Name))
	}
	c := &cobra.Command{
		Use:   "schema [NAME]",
		Short: "JSON Schemas of the configuration files, for editors",
		Long: `Print the JSON Schema (2020-12) of one kind of configuration file, or write all of
them into ` + gateway.SchemaDir + `/ of a config directory, as init does. Editors that know the line
"# yaml-language-server: $schema=…" complete and check the files by them. They are
made from what check reads the files into, so that no key is missing; after an
update of waybill write them again.

` + strings.Join(lines, "\n") + `

Exit code 0: printed or written. 2: there is no such schema.`,
		Example: `  waybill schema profile > profile.json
  waybill schema --config shop`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			switch {
			case len(args) == 0 && dir == "":
				return usage(fmt.Errorf("name a schema, or a directory with --config; there are: %s", strings.Join(names, ", ")))
			case len(args) == 1 && dir != "":
				return usage(fmt.Errorf("--config writes all of them: leave out %q", args[0]))
			case dir != "":
				if err := gateway.WriteSchemas(dir); err != nil {
					return findings(err)
				}
				fmt.Fprintf(c.OutOrStdout(), "wrote %d schemas to %s\n", len(names), filepath.Join(dir, gateway.SchemaDir))
				return nil
			}
			return printSchema(c, args[0], names)
		},
	}
	c.Flags().StringVar(&dir, "config", "", "the config directory to write all of them into")
	return c
}

func printSchema(c *cobra.Command, name string, names []string) error {
	for _, s := range gateway.FileSchemas() {
		if s.Name != name {
			continue
		}
		data, err := s.JSON()
		if err != nil {
			return err
		}
		_, err = c.OutOrStdout().Write(data)
		return err
	}
	hint := "there are: " + strings.Join(names, ", ")
	if near := settings.Suggest(name, names); near != "" {
		hint = "did you mean " + near + "?"
	}
	return usage(fmt.Errorf("there is no schema %q; %s", name, hint))
}
