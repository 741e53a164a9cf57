package x12

import (
	"fmt"

	"waybill/translators"
)

// pageHead begins the page. The summary is written last, when it is known, and
// shown first.
const pageHead = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>%s</title>
<style>
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6676; --line: #d9dee6; --paper: #fff; --raw: #f5f7fa; --bad: #b3261e; --badpaper: #fdecea; --warn: #8a5300; --warnpaper: #fff4e0; --link: #23527c; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ee; --soft: #9aa5b4; --line: #343c48; --paper: #151a21; --raw: #1d242d; --bad: #ff8a80; --badpaper: #3a1c1a; --warn: #ffc766; --warnpaper: #352a14; --link: #9cc4ec; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.45 system-ui, sans-serif; }
main { display: flex; flex-direction: column; max-width: 78rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
.summary { order: -1; border-bottom: 2px solid var(--line); margin-bottom: .5rem; }
h1 { font-size: 1.4rem; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 1.25rem 0 0; }
h3 { font-size: 1rem; margin: .75rem 0 0; }
.envelope { margin: 0; color: var(--soft); }
.envelope b { color: var(--ink); font-weight: 600; }
details { margin: .35rem 0; }
summary { cursor: pointer; padding: .2rem 0; font-weight: 600; }
.set > summary { font-size: 1.05rem; margin-top: .6rem; }
.loop { border-left: 2px solid var(--line); padding-left: .8rem; margin-left: .3rem; }
.name { color: var(--link); }
.count, .first { font-weight: 400; color: var(--soft); }
.segment { display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 7fr); gap: 0 1rem; padding: .3rem 0; border-top: 1px solid var(--line); }
.raw { display: flex; gap: .6rem; align-items: baseline; }
.position { flex: none; width: 2.4rem; text-align: right; color: var(--soft); font-size: .8rem; font-variant-numeric: tabular-nums; }
code { font: 13px/1.5 ui-monospace, "DejaVu Sans Mono", monospace; background: var(--raw); padding: .05rem .4rem; border-radius: 4px; overflow-wrap: anywhere; }
code .mark { color: var(--soft); }
.title { display: block; font-weight: 600; }
.value { display: inline-block; margin-right: 1.1rem; }
.value small { color: var(--soft); }
.value i { color: var(--link); }
.bad { background: var(--badpaper); }
.bad code { background: transparent; }
mark { background: var(--bad); color: var(--paper); border-radius: 3px; padding: 0 .2rem; }
.wrong { outline: 2px solid var(--bad); border-radius: 3px; padding: 0 .3rem; }
.problem { margin: 0; padding: .3rem .6rem .3rem 3.4rem; background: var(--badpaper); color: var(--bad); border-left: 4px solid var(--bad); }
.problem b { margin-right: .5rem; }
.problem small { color: var(--soft); }
.warning { background: var(--warnpaper); color: var(--warn); border-left-color: var(--warn); }
.good { color: var(--soft); }
.summary .problem { padding-left: .6rem; margin-bottom: .6rem; }
@media (max-width: 45rem) { .segment { grid-template-columns: 1fr; } .words { padding-left: 3rem; } .problem { padding-left: .6rem; } }
@media print { main { max-width: none; } .segment, .problem { break-inside: avoid; } }
</style>
</head>
<body>
<main aria-label="%s">
`

// envelopes shows what is wrong with interchanges and groups, after all sets.
func (p *page) envelopes(report *translators.Report) {
	for _, ic := range report.Interchanges {
		for _, a := range ic.TA1 {
			p.tag("<p class=\"envelope\">TA1 about interchange %s: <b>%s</b> (%s)</p>\n", a.Interchange, a.Result, a.Code)
		}
		for _, f := range ic.Problems {
			p.problem(f, "interchange "+ic.Control)
		}
		for _, g := range ic.Groups {
			for _, f := range g.Problems {
				p.problem(f, "group "+g.Functional+" "+g.Control)
			}
		}
	}
}

// summary says how much there is, and whether it is good.
func (p *page) summary(report *translators.Report) {
	p.tag("<section class=\"summary\"><h1>%s</h1>\n<p class=\"envelope\">%d interchange(s), %d set(s), %d bytes</p>\n", p.title, len(report.Interchanges), p.sets, report.Bytes)
	verdict, class := "No problem.", "good"
	switch {
	case p.problems > 0:
		verdict, class = fmt.Sprintf("%d problem(s) and %d warning(s), marked where they are.", p.problems, p.warnings), "problem"
	case p.warnings > 0:
		verdict, class = fmt.Sprintf("No problem, %d warning(s), marked where they are.", p.warnings), "problem warning"
	}
	p.tag("<p class=\"%s\">%s</p></section>\n", class, verdict)
}
