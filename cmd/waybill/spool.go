package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os/user"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"waybill/gateway"
	"waybill/settings"
	"waybill/spool"
)

// spoolCommand groups what an operator does with messages. It works beside a
// running gateway: each change is one short transaction.
func spoolCommand() *cobra.Command {
	dir := "."
	c := &cobra.Command{
		Use:   "spool",
		Short: "List, show and mend the messages in the spool",
		Long: `Look at the messages in the spool and decide about those that wait for a person.
It works while the gateway runs, and beside it. An ID may be abbreviated to any
beginning or end of four characters or more that no other message has. Times are
those of this machine's time zone; with -o json they are UTC.`,
		Example: `  waybill spool list --status held
  waybill spool show 7RJ3KQ
  waybill spool retry 7RJ3KQ --reason "code table mended"`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.PersistentFlags().StringVar(&dir, "config", ".", "the config directory")
	c.AddCommand(spoolListCommand(&dir), spoolShowCommand(&dir), spoolBodyCommand(&dir), spoolVerifyCommand(&dir))
	c.AddCommand(spoolChangeCommands(&dir)...)
	return c
}

// withSpool opens the spool that a configuration names, for one command.
func withSpool(c *cobra.Command, dir string, run func(ctx context.Context, s *spool.Spool) error) error {
	config, problems := gateway.Load(dir)
	if report(c.ErrOrStderr(), problems) || config == nil {
		return findings(fmt.Errorf("%s cannot be used; waybill check --config %s lists every problem", gateway.ConfigFile, dir))
	}
	s, err := spool.Open(c.Context(), spool.Config{Store: config.StorePath(), Dir: config.PayloadPath(), Inline: int64(config.Inline), Existing: true})
	if err != nil {
		return unopened(config, err)
	}
	if err := errors.Join(run(c.Context(), s), s.Close()); err != nil {
		return findings(err)
	}
	return nil
}

// unopened says what to do about a spool that a command cannot open. The spool's
// own hint is for the gateway, which goes on trying.
func unopened(config *gateway.Config, err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return &exit{exitDenied, advised{err, "run it as the user of the gateway: sudo -u waybill waybill spool …"}}
	}
	var temporary interface{ Temporary() bool }
	if !errors.As(err, &temporary) || !temporary.Temporary() {
		return findings(err)
	}
	if file, ok := strings.CutPrefix(config.StorePath(), "sqlite:"); ok {
		return findings(advised{err, "look at " + file + " and its disk; waybill serve says more in its log"})
	}
	return &exit{exitRemote, advised{err, "look whether the database of store in " + gateway.ConfigFile + " is up and lets you in"}}
}

// advised is an error with what to do about it here.
type advised struct {
	error
	hint string
}

func (e advised) Hint() string  { return e.hint }
func (e advised) Unwrap() error { return e.error }

// outputFlag adds -o and returns whether it says json.
func outputFlag(c *cobra.Command) func() (bool, error) {
	output := c.Flags().StringP("output", "o", "text", "text or json (one object a line)")
	return func() (bool, error) {
		if *output != "text" && *output != "json" {
			return false, usage(fmt.Errorf("-o is text or json, found %q", *output))
		}
		return *output == "json", nil
	}
}

func spoolListCommand(dir *string) *cobra.Command {
	var f spool.Filter
	c := &cobra.Command{
		Use:   "list",
		Short: "List messages, newest first",
		Example: `  waybill spool list --status held --partner acme-retail
  waybill spool list --key 4500012345        # a business key: PO number, ISA13, AS2 Message-ID, file name
  waybill spool list --older 24h --status ready -o json | jq .id`,
		Args: cobra.NoArgs,
	}
	asJSON := outputFlag(c)
	c.Flags().StringVar(&f.Partner, "partner", "", "only this partner's")
	c.Flags().StringVar(&f.Document, "document", "", "only this document: 850, 997, order …")
	c.Flags().StringVar(&f.Status, "status", "", "only this status: "+strings.Join(statuses(), ", "))
	c.Flags().StringVar(&f.Label, "key", "", "only those with this business key")
	c.Flags().DurationVar(&f.Older, "older", 0, "made at least so long ago, such as 24h")
	c.Flags().DurationVar(&f.Newer, "newer", 0, "made at most so long ago, such as 30m")
	c.Flags().IntVar(&f.Limit, "limit", 100, "at most so many")
	c.RunE = func(c *cobra.Command, _ []string) error {
		json, err := asJSON()
		if err != nil {
			return err
		}
		if f.Status != "" && !slices.Contains(statuses(), f.Status) {
			return usage(fmt.Errorf("--status is one of %s; found %q", strings.Join(statuses(), ", "), f.Status))
		}
		none := false
		err = withSpool(c, *dir, func(ctx context.Context, s *spool.Spool) error {
			found, err := s.List(ctx, f)
			if err != nil {
				return err
			}
			if none = len(found) == 0; none && knownPartner(*dir, f.Partner) != nil {
				return nil
			}
			if json {
				return printLines(c.OutOrStdout(), views(found))
			}
			return printList(c.OutOrStdout(), found, isTTY(c.OutOrStdout()))
		})
		if err == nil && none {
			err = knownPartner(*dir, f.Partner)
		}
		return err
	}
	return c
}

// knownPartner says that there is no such partner, where nothing of one was found.
func knownPartner(dir, name string) error {
	if name == "" {
		return nil
	}
	names, err := partnerNames(dir)
	if err != nil || slices.Contains(names, name) {
		return nil // a spool may be looked at without its configuration
	}
	return usage(&gateway.UnknownPartner{Name: name, Near: settings.Suggest(name, names)})
}

// statuses are those that a message of the list can have.
func statuses() []string {
	return []string{string(spool.Arrived), string(spool.Ready), string(spool.Running), string(spool.Done), string(spool.Held), string(spool.Refused), string(spool.Dead), string(spool.Dropped)}
}

func spoolShowCommand(dir *string) *cobra.Command {
	var evidence bool
	c := &cobra.Command{
		Use:   "show ID",
		Short: "Show a message and the timeline of its family",
		Long: `Show a message, its business keys, the answers that it waits for, and what happened
to its whole family, from the transmission that began it to the acknowledgements:
when, what, by whom, and what went wrong.`,
		Example: `  waybill spool show 7RJ3KQ
  waybill spool show 7RJ3KQ --evidence       # with headers, MDNs and other proof`,
		Args: cobra.ExactArgs(1),
	}
	asJSON := outputFlag(c)
	c.Flags().BoolVar(&evidence, "evidence", false, "print the evidence that was kept, too")
	c.RunE = func(c *cobra.Command, args []string) error {
		json, err := asJSON()
		if err != nil {
			return err
		}
		return withSpool(c, *dir, func(ctx context.Context, s *spool.Spool) error {
			sh, err := readShown(ctx, s, args[0])
			if err != nil {
				return err
			}
			if !evidence {
				sh.dropEvidence()
			}
			if json {
				return printLines(c.OutOrStdout(), []any{sh.view()})
			}
			return printShown(c.OutOrStdout(), sh, isTTY(c.OutOrStdout()))
		})
	}
	return c
}

func spoolBodyCommand(dir *string) *cobra.Command {
	var whole bool
	c := &cobra.Command{
		Use:   "body ID",
		Short: "Write a message's bytes to standard output",
		Example: `  waybill spool body 7RJ3KQ | waybill x12 explain -
  waybill spool body 7RJ3KQ --whole > interchange.x12`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return withSpool(c, *dir, func(ctx context.Context, s *spool.Spool) error {
				return writeBody(ctx, c.OutOrStdout(), s, args[0], whole)
			})
		},
	}
	c.Flags().BoolVar(&whole, "whole", false, "the whole payload that the message is a part of")
	return c
}

func writeBody(ctx context.Context, w io.Writer, s *spool.Spool, id string, whole bool) error {
	m, err := s.Get(ctx, id)
	if err != nil {
		return err
	}
	open := s.Open
	if whole {
		open = s.OpenWhole
	}
	r, err := open(ctx, m.Payload)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, r)
	return errors.Join(err, r.Close())
}

// decision is a command by which a person changes a message.
type decision struct {
	use, short, example string
	need                bool // of a reason
	run                 func(s *spool.Spool, ctx context.Context, id, actor, reason string) error
}

func spoolChangeCommands(dir *string) []*cobra.Command {
	skip := false
	release := func(s *spool.Spool, ctx context.Context, id, actor, reason string) error {
		if skip {
			return s.Skip(ctx, id, actor, reason)
		}
		return s.Unhold(ctx, id, actor, reason)
	}
	waive := func(s *spool.Spool, ctx context.Context, id, actor, reason string) error {
		_, err := s.Waive(ctx, id, actor, reason)
		return err
	}
	var out []*cobra.Command
	for _, d := range []decision{
		{"retry", "Try a held or dead message again, at once", `  waybill spool retry 7RJ3KQ --reason "the ERP is up again"`, false, (*spool.Spool).Retry},
		{"hold", "Keep a ready message from its stage", `  waybill spool hold 7RJ3KQ --reason "the buyer wants to change it"`, false, (*spool.Spool).Hold},
		{"release", "Let a held message go on", `  waybill spool release 7RJ3KQ
  waybill spool release 7RJ3KQ --skip        # it stays, those behind it in its order go on`, false, release},
		{"waive", "Wait no more for an answer that did not come, or was a refusal", `  waybill spool waive 7RJ3KQ --reason "refused; sent again as a replacement"`, true, waive},
		{"drop", "End a message for good; its bytes and its history stay", `  waybill spool drop 7RJ3KQ --reason "sent twice, the other one counts"`, true, (*spool.Spool).Drop},
	} {
		c := spoolChangeCommand(dir, d)
		if d.use == "release" {
			c.Flags().BoolVar(&skip, "skip", false, "leave it held, and let those behind it in its order go on")
		}
		out = append(out, c)
	}
	return out
}

func spoolChangeCommand(dir *string, d decision) *cobra.Command {
	var reason, by string
	c := &cobra.Command{
		Use: d.use + " ID...", Short: d.short, Example: d.example, Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if d.need && reason == "" {
				return usage(errors.New("--reason is needed: say why, for whoever looks later"))
			}
			return withSpool(c, *dir, func(ctx context.Context, s *spool.Spool) error {
				var errs []error
				for _, id := range args {
					if err := d.run(s, ctx, id, by, reason); err != nil {
						errs = append(errs, err)
						continue
					}
					m, err := s.Get(ctx, id)
					errs = append(errs, err)
					if err == nil {
						fmt.Fprintf(c.OutOrStdout(), "%s is %s\n", m.ID, standing(m))
					}
				}
				return errors.Join(errs...)
			})
		},
	}
	c.Flags().StringVar(&reason, "reason", "", "why, for the history")
	c.Flags().StringVar(&by, "by", operator(), "who, for the history")
	return c
}

// operator is the name of whoever runs the command.
func operator() string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	return "operator"
}

func spoolVerifyCommand(dir *string) *cobra.Command {
	c := &cobra.Command{
		Use:   "verify",
		Short: "Hold rows, payloads and hashes against each other",
		Long: `Read every row and every payload and report what does not fit: a payload that is
missing or not what its hash says, a row that points at nothing, a status that its
history does not have. Notes are harmless leftovers of a crash.

Exit code 0: nothing found (there may be notes). 1: there are findings.`,
		Example: `  waybill spool verify --config /etc/waybill`,
		Args:    cobra.NoArgs,
	}
	asJSON := outputFlag(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		json, err := asJSON()
		if err != nil {
			return err
		}
		return withSpool(c, *dir, func(ctx context.Context, s *spool.Spool) error {
			return verifySpool(ctx, c.OutOrStdout(), s, json)
		})
	}
	return c
}

// verified is the last line of verify in JSON: what was looked at.
type verified struct {
	Findings int   `json:"findings"`
	Notes    int   `json:"notes"`
	Messages int   `json:"messages"`
	Payloads int   `json:"payloads"`
	Bytes    int64 `json:"bytes"`
	Files    int   `json:"files"`
}

func verifySpool(ctx context.Context, w io.Writer, s *spool.Spool, asJSON bool) error {
	var printing error
	stats, err := s.Verify(ctx, func(f spool.Finding) {
		printing = errors.Join(printing, printFinding(w, f, asJSON))
	})
	if err := errors.Join(err, printing); err != nil {
		return err
	}
	if asJSON {
		if err := printLines(w, []verified{{stats.Findings, stats.Notes, stats.Messages, stats.Payloads, stats.Bytes, stats.Files}}); err != nil {
			return err
		}
	}
	if stats.Findings > 0 {
		return fmt.Errorf("%d finding(s), %d note(s) in %d messages and %d payloads", stats.Findings, stats.Notes, stats.Messages, stats.Payloads)
	}
	if !asJSON {
		_, err = fmt.Fprintf(w, "no finding, %d note(s) in %d messages, %d payloads (%d bytes) and %d files\n",
			stats.Notes, stats.Messages, stats.Payloads, stats.Bytes, stats.Files)
	}
	return err
}
