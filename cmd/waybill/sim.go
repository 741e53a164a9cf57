package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"waybill/example"
	"waybill/gateway"
	"waybill/settings"
	"waybill/sim"
)

// simCommand groups what plays the other side.
func simCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "sim",
		Short:   "Play a trading partner or a system of ours, to try a configuration",
		Example: `  waybill sim send --config shop`,
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(simSendCommand(), simERPCommand())
	return c
}

// simSend is one run of sim send.
type simSend struct {
	c                 *cobra.Command
	dir, partner, key string
	file              string
	wait              time.Duration
}

func simSendCommand() *cobra.Command {
	s := &simSend{}
	c := &cobra.Command{
		Use:   "send [FILE]",
		Short: "Send a purchase order to a running gateway as its partner would",
		Long: `Play a partner of a configuration that init wrote, while waybill serve runs with
it: send FILE, or samples/850.edi under new numbers each time, signed and encrypted
over AS2, and wait for the receipt, for the order at the ERP and for the 997. The ERP
is played as well, as long as the command runs, where nobody else has its address.
Only partners and systems on this machine are played.

Exit code 0: all came. 1: the configuration has problems. 3: something did not come.`,
		Example: `  waybill sim send --config shop
  waybill sim send shop/samples/850.edi --config shop --wait 1m
  waybill sim send bolt-1.edi --config shop --partner bolt-stores --key shop/samples/acme-retail.pem`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if s.c = c; len(args) == 1 {
				s.file = args[0]
			}
			return s.run()
		},
	}
	c.Flags().StringVar(&s.dir, "config", ".", "the config directory")
	c.Flags().StringVar(&s.partner, "partner", example.Partner, "whom to play")
	c.Flags().StringVar(&s.key, "key", "", "the partner's own key and certificate (default samples/PARTNER.pem of the config directory)")
	c.Flags().DurationVar(&s.wait, "wait", 15*time.Second, "for all answers")
	return c
}

func (s *simSend) run() error {
	if s.key == "" {
		s.key = filepath.Join(s.dir, "samples", s.partner+".pem")
	}
	t, problems, err := gateway.ReadTrial(s.dir, s.partner, s.key, time.Now)
	if err != nil {
		return usage(err)
	}
	if settings.Fatal(problems) {
		report(s.c.ErrOrStderr(), problems)
		return findings(fmt.Errorf("the configuration in %s cannot be used: mend what is said above", s.dir))
	}
	body, err := s.body(t)
	if err != nil {
		return usage(err)
	}
	p, err := sim.OpenPartner(sim.PartnerOptions{Name: s.partner, AS2: t.Them, Address: t.Partner, Keys: &t.Keys})
	if err != nil {
		return findings(err)
	}
	p.Join(sim.Gateway{URL: t.Gateway, AS2: t.Us, Certificate: t.Ours.Certificate})
	erp := s.erp(t)
	ctx, cancel := context.WithTimeout(s.c.Context(), s.wait)
	defer cancel()
	err = s.exchange(ctx, p, erp, body)
	if erp != nil {
		err = errors.Join(err, erp.Close())
	}
	return errors.Join(err, p.Close())
}

// body is the file as it is, or the sample order under numbers that none had before.
func (s *simSend) body(t *gateway.Trial) ([]byte, error) {
	if s.file != "" {
		return os.ReadFile(s.file)
	}
	data, err := os.ReadFile(filepath.Join(s.dir, "samples", "850.edi"))
	if err != nil {
		return nil, fmt.Errorf("there is no sample to send, name a file: %w", err)
	}
	const controls = 1_000_000_000 // ISA13 has nine digits
	usage := "P"
	if t.Test {
		usage = "T"
	}
	return renumbered(data, time.Now().UnixMilli()/100%controls, usage)
}

// renumbered is an interchange of one order under another control number, order
// number and usage (ISA15).
func renumbered(data []byte, control int64, usage string) ([]byte, error) {
	const isa = 106 // bytes, the terminator included
	if len(data) < isa || !bytes.HasPrefix(data, []byte("ISA")) {
		return nil, errors.New("the sample is no interchange: name another file")
	}
	element, end := string(data[3]), string(data[isa-1])
	nine, plain, order := fmt.Sprintf("%09d", control), fmt.Sprint(control), fmt.Sprintf("45%09d", control)
	fields := map[string]map[int]string{
		"ISA": {13: nine, 15: usage}, "IEA": {2: nine}, "GS": {6: plain}, "GE": {2: plain}, "BEG": {3: order},
	}
	segments := strings.Split(string(data), end)
	for i, segment := range segments {
		parts := strings.Split(segment, element)
		for at, value := range fields[strings.TrimSpace(parts[0])] {
			if at < len(parts) {
				parts[at] = value
			}
		}
		segments[i] = strings.Join(parts, element)
	}
	return []byte(strings.Join(segments, end)), nil
}

// erp plays the system behind the gateway, nil where somebody else has its address.
func (s *simSend) erp(t *gateway.Trial) *sim.ERP {
	for _, system := range t.Systems {
		u, err := url.Parse(system)
		if err != nil {
			continue
		}
		if erp, err := sim.OpenERP(sim.ERPOptions{Address: u.Host, Path: u.Path}); err == nil {
			s.say("ERP", "played at "+system)
			return erp
		}
		s.say("ERP", "somebody answers at "+system+" already")
	}
	return nil
}

func (s *simSend) say(what, text string) {
	fmt.Fprintf(s.c.OutOrStdout(), "%-8s %s\n", what, printable(text))
}

// exchange sends, and says what comes back.
func (s *simSend) exchange(ctx context.Context, p *sim.Partner, erp *sim.ERP, body []byte) error {
	sent, err := p.Send(ctx, body, sim.How{})
	if err != nil {
		return &exit{exitRemote, fmt.Errorf("%w; does waybill serve --config %s run?", err, s.dir)}
	}
	if sent.Disposition != "processed" || !sent.MICMatches || !sent.Signed {
		return &exit{exitRemote, fmt.Errorf("the receipt says %q: %s%s", sent.Disposition, sent.NoReceipt, strings.TrimSpace(sent.Text))}
	}
	s.say("sent", fmt.Sprintf("%d bytes, Message-ID %s", len(body), sent.MessageID))
	s.say("receipt", sent.Disposition+", signed by the gateway, over the bytes that were sent")
	return errors.Join(s.ordered(ctx, p, erp), s.answered(ctx, p))
}

// ordered waits for the order at the ERP, which does not come where a 997 refuses it.
func (s *simSend) ordered(ctx context.Context, p *sim.Partner, erp *sim.ERP) error {
	if erp == nil {
		return nil
	}
	cameTrue(ctx, func() bool { return len(erp.Journal()) > 0 || refused(p.Answers()) })
	if len(erp.Journal()) == 0 {
		return s.missing("no order came to the ERP")
	}
	o := erp.Journal()[0]
	s.say("order", fmt.Sprintf("PO %s is at the ERP as %s", o.PO, o.Reference))
	return nil
}

// answered waits for the 997, and takes one that has come when the time is over.
func (s *simSend) answered(ctx context.Context, p *sim.Partner) error {
	if !cameTrue(ctx, func() bool { return len(p.Answers()) > 0 }) {
		return s.missing("no 997 came")
	}
	a := p.Answers()[0]
	s.say("997", fmt.Sprintf("%s for group %s of %s", a.Result, a.Group, a.Functional))
	return nil
}

// refused says that the first answer takes nothing of what was sent (X12 997 AK901).
func refused(answers []sim.Ack) bool {
	return len(answers) > 0 && answers[0].Result == "R"
}

func (s *simSend) missing(what string) error {
	return &exit{exitRemote, fmt.Errorf("%s: waybill spool list --config %s --partner %s shows where it is", what, s.dir, s.partner)}
}

// cameTrue looks again and again until something is so, or ctx ends.
func cameTrue(ctx context.Context, so func() bool) bool {
	for !so() {
		select {
		case <-ctx.Done():
			return false
		case <-time.After(50 * time.Millisecond):
		}
	}
	return true
}
