package gateway_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"waybill/sim"
	"waybill/spool"
)

// scenarioCommands are what a scenario can say.
//
//	keys expired                before the start: the partner's certificate ended a year ago
//	start                       run the gateway: the example configuration, and the files under over/ on top
//	send NAME FILE [how…]       the partner sends FILE as message NAME, or zeros=SIZE; how: unsigned, unencrypted,
//	                            wrong-key, wrong-recipient, tampered, cut, compressed, no-mdn, from=ID, to=ID,
//	                            same-as=NAME, at-once=N
//	raw TYPE BODY               a body of that content type is posted under the partner's name: a file, zeros=SIZE,
//	                            or nested=N, which is BER of N levels
//	erp MODE                    from now on the ERP is: fine, down, slow, garbage, closing, 500, 422, 429, once-500
//	partner MODE                the partner's receipts are: fine, unreachable, fails, no-mdn, bad-mic, unsigned
//	edit FILE OLD NEW           change a file of the configuration; \n in NEW is a line end
//	reload                      as SIGHUP does; prints the problems
//	settle                      wait until nothing is on its way
//	orders                      the ERP's orders: PO, key, calls
//	order PO FIELD…             the ERP's order as JSON, or fields of it
//	acks                        the 997s that the partner has
//	ta1s                        the TA1s that the partner has
//	spool                       the messages of the spool, sorted; outbound interchanges of a kind once
//	operate VERB CODE           retry, release, drop or hold the message that has the error code
//	expects                     the answers that our messages wait for, or waited for
//	verify                      rows, payloads and hashes agree
func scenarioCommands() map[string]func(*testscript.TestScript, bool, []string) {
	of := func(ts *testscript.TestScript) *scenario { return ts.Value(scenarioKey).(*scenario) }
	plain := func(f func(*testscript.TestScript, *scenario, []string) error) func(*testscript.TestScript, bool, []string) {
		return func(ts *testscript.TestScript, neg bool, args []string) {
			if err := f(ts, of(ts), args); (err != nil) != neg {
				ts.Fatalf("%v", err)
			}
		}
	}
	return map[string]func(*testscript.TestScript, bool, []string){
		"keys":    plain(keysCommand),
		"raw":     plain(rawCommand),
		"start":   plain(func(_ *testscript.TestScript, s *scenario, _ []string) error { return s.start() }),
		"settle":  plain(func(_ *testscript.TestScript, s *scenario, _ []string) error { return s.settle() }),
		"send":    plain(sendCommand),
		"erp":     plain(erpCommand),
		"partner": plain(partnerCommand),
		"edit":    plain(editCommand),
		"reload":  plain(reloadCommand),
		"orders":  plain(ordersCommand),
		"order":   plain(orderCommand),
		"acks":    plain(acksCommand),
		"ta1s":    plain(ta1sCommand),
		"spool":   plain(spoolCommand),
		"operate": plain(operateCommand),
		"expects": plain(expectsCommand),
		"verify":  plain(verifyCommand),
	}
}

func print(ts *testscript.TestScript, format string, args ...any) {
	_, _ = fmt.Fprintf(ts.Stdout(), format, args...)
}

func sendCommand(ts *testscript.TestScript, s *scenario, args []string) error {
	if len(args) < 2 {
		return fmt.Errorf("usage: send NAME FILE [how…]")
	}
	name := args[0]
	body, err := bodyOf(ts, args[1])
	if err != nil {
		return err
	}
	if s.ids[name] == "" {
		s.ids[name] = fmt.Sprintf("%s.%d@acme", name, time.Now().UnixNano())
	}
	how := sim.How{MessageID: s.ids[name], File: "order.edi"}
	times := 1
	for _, a := range args[2:] {
		key, value, _ := strings.Cut(a, "=")
		switch key {
		case "unsigned":
			how.Unsigned = true
		case "unencrypted":
			how.Unencrypted = true
		case "wrong-key":
			how.WrongKey = true
		case "wrong-recipient":
			how.WrongRecipient = true
		case "tampered":
			how.Tampered = true
		case "cut":
			how.Cut = true
		case "compressed":
			how.Compress = true
		case "no-mdn":
			how.NoMDN = true
		case "from":
			how.From = value
		case "to":
			how.To = value
		case "same-as":
			how.MessageID = s.ids[value]
		case "at-once":
			_, err := fmt.Sscan(value, &times)
			if err != nil {
				return err
			}
		default:
			return fmt.Errorf("send does not know %q", a)
		}
	}
	return s.post(ts, name, body, how, times)
}

// post sends a message, several times at once if asked, and prints each answer.
func (s *scenario) post(ts *testscript.TestScript, name string, body []byte, how sim.How, times int) error {
	answers := make([]string, times)
	results := make([]sim.Sent, times)
	for i := range times {
		s.sending.Go(func() {
			sent, err := s.partner.Send(context.Background(), body, how)
			results[i] = sent
			switch {
			case err != nil:
				answers[i] = "no answer"
			case sent.Disposition == "":
				answers[i] = fmt.Sprintf("%d %s", sent.Status, strings.TrimSpace(sent.Text))
			default:
				answers[i] = fmt.Sprintf("%d %s signed=%t mic=%t", sent.Status, sent.Disposition, sent.Signed, sent.MICMatches)
			}
		})
	}
	s.sending.Wait()
	before, again := s.sent[name], false
	for i, r := range results {
		again = again || len(before.MDN) > 0 && !bytes.Equal(r.MDN, before.MDN)
		before = r
		print(ts, "%s: %s\n", name, answers[i])
	}
	if again {
		print(ts, "%s: another receipt than before\n", name)
	}
	s.sent[name] = before
	return nil
}

func erpCommand(_ *testscript.TestScript, s *scenario, args []string) error {
	modes := map[string]sim.Faults{
		"fine": {}, "down": sim.Always(sim.Down()), "slow": sim.Always(sim.Slow(300 * time.Millisecond)),
		"garbage": sim.Always(sim.Garbage()), "500": sim.Always(sim.Status(500, "the ERP is in trouble")),
		"422":      sim.Always(sim.Status(422, "customer 70512 is blocked")),
		"once-500": {Script: []sim.Fault{sim.Status(500, "restarting")}},
		"closing":  {Script: []sim.Fault{sim.CloseAfterCommit()}},
		"busy":     {Script: []sim.Fault{sim.Busy("0")}},
	}
	f, ok := modes[args[0]]
	if !ok {
		return fmt.Errorf("erp does not know %q", args[0])
	}
	s.erp.Use(f)
	return nil
}

func partnerCommand(_ *testscript.TestScript, s *scenario, args []string) error {
	modes := map[string]sim.MDNFaults{
		"fine": {}, "unreachable": {Always: sim.Unreachable}, "fails": {Always: sim.Fails}, "no-mdn": {Always: sim.NoMDN},
		"bad-mic": {Always: sim.BadMIC}, "unsigned": {Always: sim.UnsignedMDN}, "once-no-mdn": {Script: []sim.MDNFault{sim.NoMDN}},
	}
	f, ok := modes[args[0]]
	if !ok {
		return fmt.Errorf("partner does not know %q", args[0])
	}
	s.partner.Use(f)
	return nil
}

func editCommand(_ *testscript.TestScript, s *scenario, args []string) error {
	name := filepath.Join(s.config, args[0])
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if !strings.Contains(string(data), args[1]) {
		return fmt.Errorf("%s has no %q", args[0], args[1])
	}
	return os.WriteFile(name, []byte(strings.ReplaceAll(string(data), args[1], strings.ReplaceAll(args[2], `\n`, "\n"))), 0o600)
}

func reloadCommand(ts *testscript.TestScript, s *scenario, _ []string) error {
	for _, p := range s.gateway.Reload() {
		print(ts, "%s\n", p.String())
	}
	return nil
}

func ordersCommand(ts *testscript.TestScript, s *scenario, _ []string) error {
	var keys []string
	for _, o := range s.erp.Journal() {
		keys = append(keys, o.Key)
	}
	slices.Sort(keys) // deliveries run beside each other
	if len(keys) == 0 {
		keys = []string{"no orders"}
	}
	print(ts, "%s\n", strings.Join(keys, "\n"))
	return nil
}

func orderCommand(ts *testscript.TestScript, s *scenario, args []string) error {
	for _, o := range s.erp.Journal() {
		if o.PO == args[0] {
			print(ts, "%s\n", o.Body)
			return nil
		}
	}
	return fmt.Errorf("the ERP has no order %s", args[0])
}

func acksCommand(ts *testscript.TestScript, s *scenario, _ []string) error {
	var acks []string
	for _, r := range s.partner.Received() {
		for _, a := range r.Answers {
			acks = append(acks, strings.TrimSpace(a.Content)+"\n")
		}
	}
	slices.Sort(acks)
	print(ts, "%s", strings.Join(acks, ""))
	return nil
}

func ta1sCommand(ts *testscript.TestScript, s *scenario, _ []string) error {
	for _, r := range s.partner.Received() {
		for line := range strings.Lines(string(r.Interchange)) { // the example's segments stand on lines of their own
			if strings.HasPrefix(line, "TA1") {
				print(ts, "%s", line)
			}
		}
	}
	return nil
}

func spoolCommand(ts *testscript.TestScript, s *scenario, _ []string) error {
	list, err := s.gateway.Spool().List(context.Background(), spool.Filter{Limit: 1000})
	if err != nil {
		return err
	}
	lines := make([]string, len(list))
	for i, m := range list {
		line := strings.Join([]string{or(m.Partner, "-"), m.Direction, m.Kind, or(m.Document, "-"), string(m.Status)}, " ")
		if m.Code != "" {
			line += " " + m.Code
		}
		lines[i] = line
	}
	slices.Sort(lines) // children of one moment have no order
	lines = slices.CompactFunc(lines, func(a, b string) bool {
		return a == b && strings.Contains(a, " out interchange ") // how many 997s share one is a matter of moments
	})
	print(ts, "%s\n", strings.Join(lines, "\n"))
	return nil
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func operateCommand(ts *testscript.TestScript, s *scenario, args []string) error {
	ctx, sp := context.Background(), s.gateway.Spool()
	list, err := sp.List(ctx, spool.Filter{Limit: 1000})
	if err != nil {
		return err
	}
	for _, m := range list {
		if m.Code != args[1] {
			continue
		}
		switch args[0] {
		case "retry":
			return sp.Retry(ctx, m.ID, "tester", "the cause is mended")
		case "release":
			return sp.Unhold(ctx, m.ID, "tester", "the cause is mended")
		case "drop":
			return sp.Drop(ctx, m.ID, "tester", "not wanted")
		case "show":
			print(ts, "%s: %s\n%s\n", m.Code, m.Error, m.Hint)
			return nil
		}
		return fmt.Errorf("operate does not know %q", args[0])
	}
	return fmt.Errorf("no message has the code %s", args[1])
}

func expectsCommand(ts *testscript.TestScript, s *scenario, _ []string) error {
	ctx, sp := context.Background(), s.gateway.Spool()
	list, err := sp.List(ctx, spool.Filter{Kind: "interchange", Limit: 1000})
	if err != nil {
		return err
	}
	for _, m := range slices.Backward(list) {
		waits, err := sp.Expectations(ctx, m.ID)
		if err != nil {
			return err
		}
		for _, w := range waits {
			print(ts, "%s %s %s\n", m.Document, w.Kind, w.State)
		}
	}
	return nil
}

func verifyCommand(_ *testscript.TestScript, s *scenario, _ []string) error {
	var wrong []string
	_, err := s.gateway.Spool().Verify(context.Background(), func(f spool.Finding) {
		if !f.Note {
			wrong = append(wrong, f.Text)
		}
	})
	if err == nil && len(wrong) > 0 {
		err = fmt.Errorf("%s", strings.Join(wrong, "; "))
	}
	return err
}
