package main

import (
	"context"
	"fmt"
	"path/filepath"

	"waybill/gateway"
)

// intro says who is there.
func (l *loop) intro(p *printer) {
	if p.json {
		return
	}
	fmt.Fprintf(p.out, "%s\nEverything runs here: gateway http://%s/as2 with its API at http://%s", l.about, l.doors.at("as2"), l.doors.at("api"))
	for _, side := range l.partners {
		fmt.Fprintf(p.out, ", %s %s", side.Name(), side.URL())
	}
	fmt.Fprintf(p.out, ", %s %s.\n\n", l.systemName, l.system.URL())
}

// ended prints the thread after the last step.
func (l *loop) ended(ctx context.Context, p *printer) error {
	thread, err := gateway.ReadThread(ctx, l.gateway.Spool(), l.key)
	if err != nil {
		return err
	}
	if p.json {
		p.object(map[string]any{"thread": thread})
		p.result("ok", "", nil)
		return nil
	}
	fmt.Fprint(p.out, "\nEvery step held. The thread, as waybill thread shows it:\n\n")
	return printThread(p.out, thread)
}

// kept says where everything is while it runs on.
func (l *loop) kept(p *printer) {
	if p.json {
		p.object(map[string]string{"config": l.config(), "as2": l.doors.at("as2"), "api": l.doors.at("api"), "observe": l.doors.at("observe"), "log": l.log.Name()})
		return
	}
	fmt.Fprintf(p.out, `
Still running; an interrupt ends it. Look around from another terminal:
  waybill thread %[2]s --config %[1]s
  waybill spool list --config %[1]s
  waybill partner list %[1]s
The configuration: %[3]s
The gateway's log: %[4]s
`, l.config(), l.key, filepath.Join(l.config(), "partners"), l.log.Name())
}
