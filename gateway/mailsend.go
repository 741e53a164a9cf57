package gateway

import (
	"context"
	"fmt"

	"waybill/partners"
	"waybill/transports"
	"waybill/transports/mailbox"
)

// mailSender is how mails go to a partner: by the server of one of our mailboxes.
func (g *Gateway) mailSender(d *doors, p *partners.Profile) (transports.Sender, error) {
	door := d.mail[p.Name()]
	switch {
	case door == nil:
		return nil, fmt.Errorf("partner %s has no mailbox block to send by", p.Name())
	case door.profile.To == "":
		return nil, fmt.Errorf("partner %s has no mailbox.to to send to", p.Name())
	case g.parts.boxes[door.profile.Box] == nil:
		return nil, fmt.Errorf("there is no mailbox of ours in %s to send to %s from", ConfigFile, p.Name())
	case g.parts.boxes[door.profile.Box].block.SMTP.Host == "":
		return nil, fmt.Errorf("the mailbox %s in %s has no smtp.host to send to %s by", door.profile.Box, ConfigFile, p.Name())
	}
	return &mailbox.Post{
		Terms: func(ctx context.Context) (mailbox.Terms, error) { return g.mailTerms(ctx, door) }, Answers: g.mailAnswered, Now: g.o.Now,
	}, nil
}

// mailTerms are how a partner gets mails, with secrets and certificates as they
// are now.
func (g *Gateway) mailTerms(ctx context.Context, d *mailDoor) (mailbox.Terms, error) {
	b := g.parts.boxes[d.profile.Box]
	server, err := g.smtpServer(ctx, b)
	return d.profile.Terms(d.partner, b.block.Address, server, d.certificates, d.ours, g.o.Now()), err
}

// mailAnswered finds the mail that began the thread of a message, "" where it
// began in another way.
func (g *Gateway) mailAnswered(ctx context.Context, id string) (string, error) {
	s := g.Spool()
	m, err := s.Get(ctx, id)
	if err != nil || m.Correlation == "" {
		return "", err
	}
	labels, err := s.Labels(ctx, m.Correlation)
	for _, l := range labels {
		if l.Name == mailbox.LabelMessageID {
			return l.Value, err
		}
	}
	return "", err
}

// reachMail tests the way to a partner by mail: to the server that takes ours for
// it, and to the mailbox that its own come to.
func (g *Gateway) reachMail(ctx context.Context, p *partners.Profile) []Step {
	d, ok := g.shelf.Current().Attached.(*doors)
	if !ok || d.mail[p.Name()] == nil {
		return nil
	}
	door := d.mail[p.Name()]
	b := g.parts.boxes[door.profile.Box]
	if b == nil {
		return []Step{{Name: "mailbox", State: StepFailed, Text: "there is no mailbox of ours to send from and to receive in", Hint: "give " + ConfigFile + " mailboxes"}}
	}
	var steps []Step
	add := func(kind string, found []mailbox.Step, err error) {
		if err != nil {
			found = []mailbox.Step{{Name: kind + " login", Err: err, Hint: "give the secret that the mailbox " + b.name + " refers to"}}
		}
		for _, x := range found {
			step := Step{Name: x.Name, State: StepOK, Text: x.Text, Hint: x.Hint, Took: x.Took}
			if x.Err != nil {
				step.State, step.Text = StepFailed, x.Err.Error()
			}
			steps = append(steps, step)
		}
	}
	if door.profile.To != "" && b.block.SMTP.Host != "" {
		s, err := g.smtpServer(ctx, b)
		if err == nil {
			add("SMTP", s.TestSubmission(ctx, b.block.Address, door.profile.To, g.o.Now), nil)
		} else {
			add("SMTP", nil, err)
		}
	}
	if len(door.profile.From) > 0 && b.block.IMAP.Host != "" {
		s, err := g.imapServer(ctx, b)
		if err == nil {
			add("IMAP", s.TestReading(ctx, b.block.IMAP.Folder, g.o.Now), nil)
		} else {
			add("IMAP", nil, err)
		}
	}
	return steps
}
