package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"waybill/translators/x12"
)

func x12SampleCommand() *cobra.Command {
	o := x12.SampleOptions{}
	c := &cobra.Command{
		Use:   "sample SET",
		Short: "Print a made-up document of a set",
		Long: `Print a good document of the set, as real as those that partners send, with as
many lines as asked for. What it says is made up; it is held against the schema
before it is printed. There are 810, 846, 850, 855, 856, 860, 940, 943, 944, 945
and 997 in 004010 and 005010, and 999 in 005010.

Exit code 0: printed. 2: there is no such set or version.`,
		Example: `  waybill x12 sample 850
  waybill x12 sample 856 --version 005010 --lines 40 | waybill x12 check -`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			t, err := x12Translator()
			if err != nil {
				return err
			}
			if o.Lines < 1 || o.Lines > sampleLines {
				return usage(fmt.Errorf("--lines is a number from 1 to %d, found %d", sampleLines, o.Lines))
			}
			o.Set, o.At = args[0], time.Now()
			if err := t.Sample(c.OutOrStdout(), o); err != nil {
				return usage(err)
			}
			return nil
		},
	}
	c.Flags().StringVar(&o.Version, "version", "004010", "version of the group, such as 005010 or 004010VICS")
	c.Flags().IntVar(&o.Lines, "lines", 3, "number of lines")
	return c
}

// sampleLines is what a set may have of them; it must be read again by anyone.
const sampleLines = 9999
