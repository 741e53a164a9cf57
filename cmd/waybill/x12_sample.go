package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"waybill/translators/x12"
)

func x12SampleCommand() *cobra.Command {
	o := x12.SampleOptions{}
	var file, guide string
	c := &cobra.Command{
		Use:   "sample [SET]",
		Short: "Print a made-up document of a set",
		Long: `Print a good document of the set, as real as those that partners send, with as
many lines as asked for. What it says is made up; it is held against the schema
before it is printed. There are 810, 846, 850, 855, 856, 860, 940, 943, 944, 945
and 997 in 004010 and 005010, and 999 in 005010.

--guide makes one that a partner's guide has nothing against: what it demands is
there, what it has no use for is not. The set and the version are the guide's.

--orders makes a file of so many documents in interchanges of twenty, written as
it is made: 46500 orders of 14 lines are 100 MB. Without --output it goes to
standard output.

Exit code 0: printed. 1: the file cannot be written. 2: there is no such set or
version.`,
		Example: `  waybill x12 sample 850
  waybill x12 sample 856 --version 005010 --lines 40 | waybill x12 check -
  waybill x12 sample --guide guides/acme-850.yaml --lines 5
  waybill x12 sample 850 --orders 500 --lines 14 --output day.x12`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			o.At = time.Now()
			if len(args) == 1 {
				o.Set = args[0]
			}
			return x12Sample(c, o, guide, file)
		},
	}
	c.Flags().StringVar(&o.Version, "version", "004010", "version of the group, such as 005010 or 004010VICS")
	c.Flags().IntVar(&o.Lines, "lines", 3, "number of lines")
	c.Flags().IntVar(&o.Documents, "orders", 0, "a file of so many documents")
	guideFlag(c, &guide)
	c.Flags().StringVarP(&file, "output", "o", "", "file to write; it is replaced")
	return c
}

// sampleLines is what a set may have of them; it must be read again by anyone.
const sampleLines = 9999

func x12Sample(c *cobra.Command, o x12.SampleOptions, guide, file string) error {
	if o.Lines < 1 || o.Lines > sampleLines {
		return usage(fmt.Errorf("--lines is a number from 1 to %d, found %d", sampleLines, o.Lines))
	}
	if o.Documents < 0 || c.Flags().Changed("orders") && o.Documents == 0 {
		return usage(fmt.Errorf("--orders is a number from 1, found %d", o.Documents))
	}
	t, err := sampleTranslator(c, &o, guide)
	if err != nil {
		return err
	}
	if err := t.Sample(io.Discard, o); err != nil {
		return usage(err)
	}
	w := c.OutOrStdout()
	if file != "" {
		f, err := os.Create(file)
		if err != nil {
			return usage(err)
		}
		defer f.Close()
		w = f
	}
	if o.Documents == 0 {
		err = t.Sample(w, o)
	} else {
		o.Progress = sampleProgress(c.ErrOrStderr(), o.Documents, w)
		err = t.SampleMany(w, o)
	}
	if f, ok := w.(*os.File); ok && file != "" && err == nil {
		err = f.Close()
	}
	if err != nil {
		return findings(fmt.Errorf("writing the sample: %w", err))
	}
	return nil
}

// sampleTranslator is the one that makes the sample; a guide says which set and
// version, unless the command line does.
func sampleTranslator(c *cobra.Command, o *x12.SampleOptions, guide string) (*x12.Translator, error) {
	switch {
	case guide == "" && o.Set == "":
		return nil, usage(errors.New("name a set, such as 850, or a guide: --guide guides/acme-850.yaml"))
	case guide == "":
		return x12Translator()
	case o.Documents > 0:
		return nil, usage(errors.New("--orders and --guide do not go together"))
	}
	schema, err := readGuide(guide)
	if err != nil {
		return nil, err
	}
	if o.Set == "" {
		o.Set = schema.Set
	}
	if !c.Flags().Changed("version") {
		o.Version = schema.Release
	}
	t, err := x12Translator()
	if err != nil {
		return nil, err
	}
	return t.By(schema), nil
}

// sampleProgress shows on a terminal how much is written; nil where nobody looks
// or where the documents themselves are on the terminal.
func sampleProgress(w io.Writer, all int, to io.Writer) func(int) {
	if !isTTY(w) || isTTY(to) {
		return nil
	}
	shown := -1
	return func(done int) {
		if percent := done * 100 / all; percent > shown {
			shown = percent
			fmt.Fprintf(w, "\r%d of %d documents, %d %%", done, all, percent)
		}
		if done == all {
			fmt.Fprintln(w)
		}
	}
}
