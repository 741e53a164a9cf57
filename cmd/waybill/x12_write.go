package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"waybill/translators/x12"
)

func x12FormatCommand() *cobra.Command {
	var layout x12.Layout
	var words struct{ element, component, repetition, segment string }
	c := &cobra.Command{
		Use:   "format FILE",
		Short: "Print an X12 file with one segment a line, or in other delimiters",
		Long: `Print the file (- is standard input) with a line end after each segment
terminator, without any (--unwrap), or in other delimiters. Nothing else changes:
what is wrong in the file stays wrong. A delimiter is one character, or one of
\n, \r, \t and \xHH. Files of any size are read in little memory.

Exit code 0: printed. 1: the file is no whole X12, or its data holds a new
delimiter. 2: the command line is wrong.`,
		Example: `  waybill x12 format order.x12
  waybill x12 format --unwrap order.x12
  waybill x12 format --element '|' --segment '\n' order.x12`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			d := &layout.Delimiters
			for _, flag := range []struct {
				name, text string
				at         *byte
			}{
				{"element", words.element, &d.Element}, {"component", words.component, &d.Component},
				{"repetition", words.repetition, &d.Repetition}, {"segment", words.segment, &d.Segment},
			} {
				var err error
				if *flag.at, err = delimiter(flag.text); err != nil {
					return usage(fmt.Errorf("--%s: %w", flag.name, err))
				}
			}
			if err := layout.Check(); err != nil {
				return usage(err)
			}
			return x12Through(c, args[0], func(w io.Writer, r io.Reader) error { return x12.Format(w, r, layout) })
		},
	}
	c.Flags().BoolVar(&layout.Unwrap, "unwrap", false, "no line ends between segments")
	c.Flags().StringVar(&words.element, "element", "", "another element separator")
	c.Flags().StringVar(&words.component, "component", "", "another component separator")
	c.Flags().StringVar(&words.repetition, "repetition", "", "another repetition separator, where the version has one")
	c.Flags().StringVar(&words.segment, "segment", "", "another segment terminator")
	return c
}

// delimiter reads a flag: a character, or an escape such as \n or \x1d; "" is none.
func delimiter(text string) (byte, error) {
	switch text {
	case "":
		return 0, nil
	case `\n`:
		return '\n', nil
	case `\r`:
		return '\r', nil
	case `\t`:
		return '\t', nil
	}
	var c byte
	if n, err := fmt.Sscanf(text, `\x%02x`, &c); n == 1 && err == nil && len(text) == 4 {
		return c, nil
	}
	if len(text) != 1 {
		return 0, fmt.Errorf("a delimiter is one character, found %q", text)
	}
	return text[0], nil
}

// x12Through reads a file and prints what becomes of it.
func x12Through(c *cobra.Command, name string, through func(io.Writer, io.Reader) error) error {
	f, err := openX12(c, name)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := through(c.OutOrStdout(), f); err != nil {
		return findings(fmt.Errorf("%s: %w", name, err))
	}
	return nil
}

func x12SplitCommand() *cobra.Command {
	var dir, by, output string
	c := &cobra.Command{
		Use:   "split FILE",
		Short: "Write each set or interchange of an X12 file as a file of its own",
		Long: `Write each set (or interchange, --by interchange) of the file (- is standard
input) into a directory, under a name of its control numbers:
ISA13-GS06-ST01-ST02.x12. A set takes its ISA and GS along and gets trailers that
count one; what stands beside the sets, such as a TA1, comes into files of its
own. A file that is there already is not touched. Prints the names of the files;
-o json prints one object a line.

Exit code 0: split. 1: the file is no whole X12; what came before is split.
2: the command line is wrong, or a file cannot be written.`,
		Example: `  waybill x12 split -d parts day.x12
  waybill x12 split --by interchange -d parts day.x12`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if by != "set" && by != "interchange" {
				return usage(fmt.Errorf("--by is set or interchange, found %q", by))
			}
			if output != "text" && output != "json" {
				return usage(fmt.Errorf("-o is text or json, found %q", output))
			}
			return x12Split(c, args[0], dir, by == "set", output == "json")
		},
	}
	c.Flags().StringVarP(&dir, "directory", "d", ".", "directory for the files")
	c.Flags().StringVar(&by, "by", "set", "set or interchange")
	c.Flags().StringVarP(&output, "output", "o", "text", "text or json")
	return c
}

func x12Split(c *cobra.Command, name, dir string, sets, asJSON bool) error {
	f, err := openX12(c, name)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return usage(err)
	}
	var refused error
	parts, err := x12.Split(f, sets, func(part string) (io.WriteCloser, error) {
		w, err := os.OpenFile(filepath.Join(dir, part), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		refused = err
		return w, err
	})
	e := json.NewEncoder(c.OutOrStdout())
	for _, p := range parts {
		p.File = filepath.Join(dir, p.File)
		if asJSON {
			if err := e.Encode(p); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintln(c.OutOrStdout(), p.File)
	}
	switch {
	case refused != nil:
		return usage(fmt.Errorf("%s: %w", name, err))
	case err != nil:
		return findings(fmt.Errorf("%s: %w", name, err))
	}
	return nil
}

func x12RedactCommand() *cobra.Command {
	var key string
	c := &cobra.Command{
		Use:   "redact FILE",
		Short: "Print an X12 file with names, addresses, ids, texts and prices masked",
		Long: `Print the file (- is standard input) so that it can be shown to others. Letters
become other letters and digits other digits: names, addresses, ids, free texts
and prices cannot be read, and what was valid is valid. Envelopes, codes, dates,
quantities, counts and control numbers stay, and so does every problem. The same
text has the same mask wherever it stands, so that what belongs together can be
seen. With --key nobody can find out a text by trying; keep the key to yourself.

Exit code 0: printed. 1: the file is no whole X12. 2: the file cannot be opened.`,
		Example: `  waybill x12 redact order.x12
  waybill x12 redact --key "$(openssl rand -hex 16)" order.x12`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			t, err := x12Translator()
			if err != nil {
				return err
			}
			return x12Through(c, args[0], func(w io.Writer, r io.Reader) error { return t.Redact(w, r, key) })
		},
	}
	c.Flags().StringVar(&key, "key", "", "what the masks are made with")
	return c
}
