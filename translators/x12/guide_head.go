package x12

import "html"

// preformatted is text that is escaped already.
type preformatted string

func escaped(line string) string { return html.EscapeString(printable(line)) }

// guideHead begins the page of a guide. Colours hold in light, dark and on paper.
const guideHead = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>%s</title>
<style>
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6676; --line: #d9dee6; --paper: #fff; --raw: #f5f7fa; --delta: #0b5394; --deltapaper: #e3eefa; --off: #b3261e; --offpaper: #fdecea; --wide: #8a5300; --widepaper: #fff4e0; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ee; --soft: #9aa5b4; --line: #343c48; --paper: #151a21; --raw: #1d242d; --delta: #9cc4ec; --deltapaper: #1b2f45; --off: #ff8a80; --offpaper: #3a1c1a; --wide: #ffc766; --widepaper: #352a14; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
header { border-bottom: 2px solid var(--line); margin-bottom: 1.25rem; padding-bottom: .5rem; }
h1 { font-size: 1.6rem; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 0; }
h2 small { font-weight: 400; color: var(--soft); margin-left: .3rem; }
.path { display: inline-block; min-width: 3.2rem; font-family: ui-monospace, "DejaVu Sans Mono", monospace; }
.about, .terms { margin: .1rem 0 .35rem; color: var(--soft); }
.terms span + span::before { content: " · "; color: var(--soft); }
.about b { color: var(--ink); }
.notes { margin: .3rem 0; max-width: 46rem; }
.legend { font-size: .85rem; }
.legend span { margin-right: .5rem; }
.delta { background: var(--deltapaper); color: var(--delta); border-radius: 3px; padding: .05rem .35rem; font-weight: 600; }
.unused { background: var(--offpaper); color: var(--off); border-radius: 3px; padding: .05rem .35rem; }
.wide { background: var(--widepaper); color: var(--wide); border-radius: 3px; padding: .05rem .35rem; }
.was, .more { color: var(--soft); font-size: .85rem; }
.more { margin: .2rem 0; }
table { border-collapse: collapse; width: 100%%; font-size: .93rem; }
th { text-align: left; font-weight: 600; font-size: .8rem; color: var(--soft); padding: .15rem .6rem .15rem 0; }
td { vertical-align: top; padding: .25rem .6rem .25rem 0; border-top: 1px solid var(--line); }
nav { margin: 0 0 1.5rem; }
nav a { color: var(--delta); text-decoration: none; font-family: ui-monospace, "DejaVu Sans Mono", monospace; }
nav a:hover { text-decoration: underline; }
.block { border: 1px solid var(--line); border-radius: 8px; padding: .7rem 1rem; margin: .7rem 0; }
.some { border-left: 4px solid var(--delta); }
.block.off { background: var(--offpaper); border-color: transparent; }
.off .delta { background: transparent; color: var(--off); padding-left: 0; }
tr.off td { color: var(--off); }
.elements td:nth-child(1) { width: 6.2rem; }
.elements td:nth-child(2) { width: 26%%; }
.elements td:nth-child(3) { width: 6.6rem; }
.elements td:nth-child(4) { width: 6.6rem; white-space: nowrap; }
dl { margin: 0; }
dl div { display: flex; gap: .6rem; }
dt { min-width: 2.4rem; font-family: ui-monospace, "DejaVu Sans Mono", monospace; }
dd { margin: 0; }
code, pre { font: 13px/1.5 ui-monospace, "DejaVu Sans Mono", monospace; background: var(--raw); border-radius: 4px; }
code { padding: .05rem .4rem; overflow-wrap: anywhere; }
pre { padding: .7rem 1rem; overflow-x: auto; }
.example { margin: .35rem 0 0; }
.example::before { content: "e.g. "; color: var(--soft); font-size: .85rem; }
@media (max-width: 40rem) { .elements thead { display: none; } .elements tr { display: block; border-top: 1px solid var(--line); padding: .3rem 0; } .elements td { display: inline-block; width: auto !important; border: 0; padding: 0 .6rem 0 0; } .elements td:last-child { display: block; } .block { margin-left: 0 !important; } }
@media print { :root { --paper: #fff; --ink: #000; --soft: #444; --line: #bbb; --raw: #f2f2f2; --delta: #0b3d70; --deltapaper: #e3eefa; --off: #8c1d18; --offpaper: #fdecea; } body { font-size: 10.5pt; } main { max-width: none; padding: 0; } .block, tr { break-inside: avoid; } nav a { color: inherit; } * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
</style>
</head>
<body>
<main>
`
