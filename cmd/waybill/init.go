package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"waybill/example"
	"waybill/gateway"
)

// initCommand writes an example configuration.
func initCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "init DIR",
		Short: "Write an example configuration to start from",
		Long: `Write a commented configuration that serve runs at once: waybill.yaml, one
partner with its mapping, a sample purchase order, and keys made on the spot.
DIR is made; one that holds anything already is refused.`,
		Example: `  waybill init shop
  waybill serve --config shop`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			dir, now := args[0], time.Now()
			partner, err := example.NewPartner(now)
			if err != nil {
				return err
			}
			_, err = example.Write(dir, example.Addresses{}, partner, now)
			var taken *example.NotEmpty
			if errors.As(err, &taken) {
				return usage(err)
			}
			if err == nil {
				err = errors.Join(example.WritePartnerKey(dir, partner), gateway.WriteSchemas(dir))
			}
			if err != nil {
				return err
			}
			nextSteps(c.OutOrStdout(), dir)
			return nil
		},
	}
}

func nextSteps(w io.Writer, dir string) {
	fmt.Fprintf(w, `%[1]s is ready. Try next:

  waybill check --config %[1]s
  waybill map run acme-850 %[2]s --config %[1]s
  waybill serve --config %[1]s
  waybill sim send --config %[1]s      # beside it: plays the partner and the ERP

The partner in it, its certificate and the ERP's address are examples: put your
own in partners/, certs/ and waybill.yaml.
`, dir, filepath.Join(dir, "samples", "850.edi"))
}
