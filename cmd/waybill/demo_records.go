package main

import (
	"context"
	"fmt"

	"waybill/spool"
)

// event is the first line of a message's history that fits.
func (d *demo) event(ctx context.Context, id string, fits func(spool.Event) bool) (spool.Event, error) {
	events, err := d.gateway.Spool().History(ctx, id)
	if err != nil {
		return spool.Event{}, err
	}
	for _, e := range events {
		if fits(e) {
			return e, nil
		}
	}
	return spool.Event{}, errNotYet
}

// thread is the family of the transmission.
func (d *demo) thread(ctx context.Context) ([]spool.Message, error) {
	family, _, err := d.gateway.Spool().Thread(ctx, d.found.transmission.ID)
	return family, err
}

// member finds the thread's message of a kind and direction.
func (d *demo) member(ctx context.Context, kind, direction string) (spool.Message, error) {
	family, err := d.thread(ctx)
	if err != nil {
		return spool.Message{}, err
	}
	for _, m := range family {
		if m.Kind == kind && m.Direction == direction {
			return m, nil
		}
	}
	return spool.Message{}, errNotYet
}

// finished is a member with the history line in which its stage ended.
func (d *demo) finished(ctx context.Context, kind, direction, stage string) (spool.Message, spool.Event, error) {
	m, err := d.member(ctx, kind, direction)
	if err != nil {
		return m, spool.Event{}, err
	}
	e, err := d.event(ctx, m.ID, func(e spool.Event) bool { return e.Verb == stage && e.To == spool.Done })
	return m, e, err
}

// stopped is the reason why a message of the thread does not go on by itself.
func (d *demo) stopped(ctx context.Context) error {
	if d.found.transmission.ID == "" {
		return nil
	}
	family, err := d.thread(ctx)
	if err != nil {
		return err
	}
	return halted(family)
}

// halted is the reason why one of the messages does not go on by itself.
func halted(list []spool.Message) error {
	for _, m := range list {
		switch m.Status {
		case spool.Held, spool.Dead, spool.Refused:
			return fmt.Errorf("%s %s is %s: %s: %s; %s", m.Kind, m.ID, m.Status, m.Code, m.Error, m.Hint)
		}
	}
	return nil
}

// lastError is what a message of the thread that is still tried says of itself.
func (d *demo) lastError(ctx context.Context) string {
	if d.found.transmission.ID == "" {
		return ""
	}
	family, err := d.thread(ctx)
	if err != nil {
		return ""
	}
	return triedAgain(family)
}

// triedAgain is what the first of the messages that has an error says of itself.
func triedAgain(list []spool.Message) string {
	for _, m := range list {
		if m.Error != "" {
			return fmt.Sprintf("; %s %s is tried again: %s: %s", m.Kind, m.ID, m.Code, m.Error)
		}
	}
	return ""
}
