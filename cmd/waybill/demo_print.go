package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"time"
)

// printer writes the journey, for people or as JSON lines.
type printer struct {
	out       io.Writer
	json, tty bool
}

// line is one step as JSON.
type line struct {
	Step   string            `json:"step"`
	OK     bool              `json:"ok"`
	At     *time.Time        `json:"at,omitempty"`
	By     string            `json:"by"`
	Text   string            `json:"text,omitempty"`
	IDs    map[string]string `json:"ids,omitempty"`
	Failed string            `json:"error,omitempty"`
}

func (p *printer) object(v any) {
	data, err := json.Marshal(v)
	if err != nil { // plain strings and times
		data = []byte(`{"step":"?"}`)
	}
	fmt.Fprintf(p.out, "%s\n", data)
}

func (p *printer) intro(d *demo) {
	if p.json {
		return
	}
	if d.o.door == "sftp" {
		fmt.Fprintf(p.out, `One purchase order, from a trading partner over SFTP to the ERP and back.
Everything runs here: gateway sftp://%s@%s, ERP %s.

`, d.files.Name(), d.doors["sftp"], d.erp.URL())
		return
	}
	fmt.Fprintf(p.out, `One purchase order, from a trading partner over AS2 to the ERP and back.
Everything runs here: gateway http://%s/as2, partner %s, ERP %s.

`, d.doors["as2"], d.partner.URL(), d.erp.URL())
}

func (p *printer) step(s step, got seen, err error) {
	if p.json {
		l := line{Step: s.name, OK: err == nil, By: s.by, Text: got.text, IDs: got.ids}
		if err != nil {
			l.Failed = err.Error()
		} else {
			at := got.at.UTC()
			l.At = &at
		}
		p.object(l)
		return
	}
	if err != nil {
		fmt.Fprintf(p.out, "%s %-12s  %-13s %s\n", p.mark(false), "", s.name, err)
		return
	}
	fmt.Fprintf(p.out, "%s %s  %-13s %s\n", p.mark(true), got.at.Local().Format("15:04:05.000"), s.name, got.text)
	for _, name := range []string{"messageId", "file", "message", "reference", "expectation"} {
		if id := got.ids[name]; id != "" {
			fmt.Fprintf(p.out, "  %-12s  %-13s %s %s\n", "", "", name, id)
		}
	}
	fmt.Fprintf(p.out, "  %-12s  %-13s told by %s\n", "", "", s.by)
}

// mark says at a glance whether a step held.
func (p *printer) mark(good bool) string {
	mark, colour := "+", "32"
	if !good {
		mark, colour = "!", "31"
	}
	if p.tty {
		return "\x1b[" + colour + "m" + mark + "\x1b[0m"
	}
	return mark
}

func (p *printer) result(result, failed string, err error) {
	if p.json {
		v := map[string]string{"result": result}
		if err != nil {
			v["step"], v["error"] = failed, err.Error()
		}
		p.object(v)
		return
	}
	if err == nil {
		fmt.Fprint(p.out, "\nEvery step held. The timeline of the message, from the spool:\n\n")
	}
}

// timeline prints what happened to the message and everything made of it.
func (p *printer) timeline(ctx context.Context, d *demo) error {
	if p.json {
		return nil
	}
	family, events, err := d.gateway.Spool().Thread(ctx, d.found.transmission.ID)
	if err != nil {
		return err
	}
	kinds := map[string]string{}
	for _, m := range family {
		what := m.Kind
		if m.Document != "" {
			what += " " + m.Document
		}
		kinds[m.ID] = what + " " + m.Direction
	}
	for _, e := range events {
		text := e.Note
		if text == "" {
			text = string(e.To)
		}
		fmt.Fprintf(p.out, "  %s  %-22s %-9s %s\n", e.At.Local().Format("15:04:05.000"), kinds[e.Message], e.Verb, cut(text, 100))
	}
	if !d.o.keep {
		fmt.Fprint(p.out, `
Where to look next:
  waybill demo --keep             leave it running, and look at the spool yourself
  waybill demo --break accepted   see what a failure looks like
  waybill init shop               a configuration of your own, to start from
`)
	}
	return nil
}

func cut(s string, n int) string {
	r := []rune(s)
	if len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

// kept says where everything is while it runs on.
func (p *printer) kept(d *demo) {
	config := filepath.Join(d.dir, "config")
	if p.json {
		p.object(map[string]string{"config": config, "as2": d.doors["as2"], "observe": d.doors["observe"], "log": d.logFile()})
		return
	}
	fmt.Fprintf(p.out, `
Still running; an interrupt ends it. Look around from another terminal:
  waybill spool list --config %[1]s
  waybill spool show %[2]s --config %[1]s
  waybill x12 explain %[3]s
  curl http://%[4]s/metrics
The gateway's log: %[5]s
`, config, d.found.transmission.ID, filepath.Join(config, "samples", "850.edi"), d.doors["observe"], d.logFile())
}
