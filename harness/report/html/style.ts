/** The page's own style sheet: light, dark, phone and print. Colours have one meaning each and are never the only sign. */

/** Plain CSS; fetches nothing. */
export const STYLE: string = `
:root {
  color-scheme: light dark;
  --ink: #1c2430; --soft: #566173; --paper: #ffffff; --card: #f5f7fa; --line: #d5dce5; --code: #eef1f5;
  --passed: #0b6e3b; --passed-paper: #e3f5ea; --failed: #b0202a; --failed-paper: #fdeaea;
  --broken: #7a2fa0; --broken-paper: #f5eafb; --unsure: #8a5a00; --unsure-paper: #fff3d9;
  --fault: #b0202a; --wait: #d98e04; --step: #2a63c4; --settle: #6a5fc7; --good: #1d8a50; --visible: #c65a2e;
  --chart-text: #566173; --chart-axis: #9aa5b4; --chart-split: #e4e9ef;
  --chart-acknowledged: #2f8f5b; --chart-refused: #e0a11b; --chart-unknown: #c8323c;
  --chart-p50: #2a63c4; --chart-p99: #8a3fb0; --chart-max: #98a2b0;
  --chart-outage: #f6d3d3; --chart-settling: #fbeeda; --chart-injection: #b0202a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e4e8ee; --soft: #a3adbb; --paper: #12161c; --card: #1a2028; --line: #333d4a; --code: #202833;
    --passed: #5fd394; --passed-paper: #12301f; --failed: #ff8a8a; --failed-paper: #3a171a;
    --broken: #d7a3f2; --broken-paper: #2d1a39; --unsure: #f0c060; --unsure-paper: #352912;
    --fault: #ef6a6a; --wait: #e0a63a; --step: #6b9cf0; --settle: #9d93f0; --good: #4fbf82; --visible: #ec8a5e;
    --chart-text: #a3adbb; --chart-axis: #5b6675; --chart-split: #262f3a;
    --chart-acknowledged: #2f8a5a; --chart-refused: #b98522; --chart-unknown: #d2525a;
    --chart-p50: #6b9cf0; --chart-p99: #c98af0; --chart-max: #77828f;
    --chart-outage: #44201f; --chart-settling: #352a18; --chart-injection: #ef6a6a;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main, footer { max-width: 75rem; margin: 0 auto; padding: 1rem 1.25rem; }
footer { color: var(--soft); font-size: .85rem; border-top: 1px solid var(--line); }
h1 { font-size: 1.7rem; line-height: 1.25; margin: .2rem 0 .6rem; }
h2 { font-size: 1.3rem; margin: 2.4rem 0 .6rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 1.5rem 0 .4rem; }
p { margin: .5rem 0; }
p, li, dd, h1, h2, h3 { overflow-wrap: anywhere; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .86em; }
code { overflow-wrap: anywhere; }
p, li, td, dd, code, .label { unicode-bidi: isolate; }
.note { color: var(--soft); font-size: .9rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; font-size: .9rem; }
th, td { text-align: left; padding: .3rem .7rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--soft); font-weight: 600; }
th.number, td.number { padding-right: 1.2rem; text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.hash { font-size: .75rem; }
details { margin: .5rem 0; } summary { cursor: pointer; color: var(--soft); font-size: .9rem; }
.chip { display: inline-block; padding: .02rem .5rem; border-radius: .7rem; font-size: .8rem; font-weight: 600; border: 1px solid currentColor; white-space: nowrap; }
.chip.passed { color: var(--passed); background: var(--passed-paper); }
.chip.failed { color: var(--failed); background: var(--failed-paper); }
.chip.broken { color: var(--broken); background: var(--broken-paper); }
.chip.inconclusive, .chip.interrupted { color: var(--unsure); background: var(--unsure-paper); }
.chip.skipped { color: var(--soft); background: var(--card); }
.verdict { border: 1px solid var(--line); border-left: .5rem solid var(--tone); border-radius: .5rem; padding: 1rem 1.25rem; background: var(--card); }
.verdict.passed { --tone: var(--passed); } .verdict.failed { --tone: var(--failed); } .verdict.broken { --tone: var(--broken); }
.verdict.inconclusive, .verdict.interrupted { --tone: var(--unsure); }
.brand { color: var(--soft); font-size: .85rem; margin: 0; overflow-wrap: anywhere; }
.outcome { color: var(--tone); text-transform: uppercase; letter-spacing: .03em; margin-right: .35rem; }
.meaning { font-size: 1.05rem; font-weight: 600; }
.control { font-weight: 600; color: var(--unsure); }
.cautions { padding: .6rem 1rem .6rem 2rem; border-radius: .4rem; background: var(--unsure-paper); overflow-wrap: anywhere; }
.figures { display: grid; grid-template-columns: 2fr repeat(4, 1fr); gap: .6rem; margin: 1rem 0 .4rem; }
.figure { background: var(--paper); border: 1px solid var(--line); border-radius: .4rem; padding: .5rem .8rem; }
.figure-label { display: block; color: var(--soft); font-size: .82rem; }
.figure-value { font-size: 1.3rem; font-weight: 650; font-variant-numeric: tabular-nums; }
.figure.bad .figure-value, .missed, .bad, .step.spoiled strong { color: var(--failed); }
.figure.untrusted .figure-value { color: var(--unsure); text-decoration: line-through dotted; }
.met { color: var(--passed); } .not-known { color: var(--unsure); }
ol.findings { list-style: none; padding: 0; margin: .5rem 0; }
.finding { padding: .25rem .7rem; border-left: .25rem solid var(--line); margin: .2rem 0; overflow-wrap: anywhere; }
.finding > p { margin: 0; } .finding strong { font-weight: 600; margin: 0 .3rem; }
.finding.failed { border-color: var(--failed); background: var(--failed-paper); }
.finding.broken { border-color: var(--broken); background: var(--broken-paper); }
.finding.inconclusive, .finding.interrupted { border-color: var(--unsure); background: var(--unsure-paper); }
.finding.passed { border-color: var(--passed); }
.details { margin: .3rem 0; font-size: .9rem; }
.tracks { --names: 15rem; --values: 8.5rem; position: relative; margin: .8rem 0; padding-bottom: .2rem; }
.scale { margin: 0 var(--values) .2rem var(--names); height: 1.3rem; position: relative; }
.scale .lane { position: absolute; inset: 0; background: none; height: auto; display: block; }
.tick { position: absolute; transform: translateX(-50%); color: var(--soft); font-size: .78rem; white-space: nowrap; font-variant-numeric: tabular-nums; }
.grid { position: absolute; top: 1.4rem; bottom: 0; left: var(--names); right: var(--values); }
.line { position: absolute; top: 0; bottom: 0; width: 1px; background: var(--line); }
.line.zero { background: var(--fault); }
.track { display: grid; grid-template-columns: var(--names) 1fr var(--values); align-items: center; min-height: 1.65rem; font-size: .88rem; }
.track .label { padding-right: .7rem; overflow-wrap: anywhere; line-height: 1.25; }
.track .value { padding-left: .7rem; text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.lane { position: relative; display: block; height: 1.05rem; }
.bar, .mark { position: absolute; top: 0; bottom: 0; border-radius: 2px; }
.bar { min-width: 2px; }
.mark { width: 4px; margin-left: -2px; top: -2px; bottom: -2px; }
.fault { background: var(--fault); } .wait { background: var(--wait); } .bar.step, .mark.step { background: var(--step); } .bad-step { background: var(--failed); }
.settle { background: var(--settle); } .good { background: var(--good); } .down { background: var(--fault); } .outage { background: var(--fault); opacity: .75; }
.unsure { background: repeating-linear-gradient(45deg, var(--fault) 0 2px, transparent 2px 5px); outline: 1px solid var(--fault); outline-offset: -1px; }
.gap { background: repeating-linear-gradient(45deg, var(--soft) 0 2px, transparent 2px 6px); }
.parts { display: flex; height: 1.4rem; border-radius: .3rem; overflow: hidden; gap: 1px; margin: .5rem 0; }
.part.visible-after { background: var(--visible); } .part.detection { background: var(--wait); } .part.reaction { background: var(--soft); }
.part.runbook { background: var(--step); } .part.until-fault-ends { background: var(--fault); } .part.settling { background: var(--settle); }
.parts .part { min-width: 2px; flex-basis: 0; }
.key { display: inline-block; width: .8rem; height: .8rem; border-radius: 2px; vertical-align: -.05rem; }
.key.diamond { width: .6rem; height: .6rem; transform: rotate(45deg); } .key.stroke { width: 3px; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; padding: 0; margin: .2rem 0; font-size: .88rem; }
.chart svg { display: block; width: 100%; min-width: 40rem; height: auto; }
.chart text { font: 13px system-ui, sans-serif; }
.page { border: 1px solid var(--line); border-radius: .5rem; padding: .4rem 1.25rem 1rem; }
.page h1 { font-size: 1.4rem; margin-top: .8rem; } .page h2 { font-size: 1.15rem; border: 0; margin: 1.6rem 0 .3rem; } .page p { overflow-wrap: anywhere; }
.block { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); border: 1px solid var(--line); border-radius: .4rem; margin: .7rem 0; overflow: hidden; }
.block pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.commands { background: var(--code); padding: .5rem .8rem; } .result { padding: .5rem .8rem; border-left: 1px solid var(--line); min-width: 0; }
.fence { color: var(--soft); font-size: .78rem; margin: 0 0 .3rem; overflow-wrap: anywhere; }
.is-prose .commands { opacity: .85; }
.step p { margin: 0 0 .3rem; } .step .where { color: var(--soft); font-size: .88rem; }
.output { background: var(--code); padding: .4rem .6rem; border-radius: .3rem; max-height: 22rem; overflow: auto; }
.terms { display: grid; grid-template-columns: minmax(9rem, 16rem) 1fr; gap: .25rem 1rem; margin: .5rem 0; font-size: .93rem; }
.terms dt { color: var(--soft); } .terms dd { margin: 0; overflow-wrap: anywhere; } .terms ul { margin: 0; padding-left: 1.1rem; }
@media (max-width: 46rem) {
  main, footer { padding: .7rem .8rem; }
  h1 { font-size: 1.35rem; }
  .figures { grid-template-columns: 1fr 1fr; } .figure.wide { grid-column: 1 / -1; }
  .tracks { --names: 0rem; --values: 0rem; }
  .track { grid-template-columns: 1fr auto; row-gap: .1rem; padding: .15rem 0; position: relative; }
  .track .label { grid-column: 1; justify-self: start; background: var(--paper); padding-right: .3rem; } td:first-child { min-width: 7rem; } .track .value { grid-column: 2; } .track .lane { grid-row: 2; grid-column: 1 / -1; }
  .scale { overflow: hidden; }
  .block { grid-template-columns: minmax(0, 1fr); } .result { border-left: 0; border-top: 1px solid var(--line); }
  .terms { grid-template-columns: 1fr; gap: 0; } .terms dd { margin-bottom: .5rem; }
}
@media print {
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main { max-width: none; padding: 0; } .verdict, .block, .figure, .chart, .tracks, tr { break-inside: avoid; } h2, h3 { break-after: avoid; }
  .output { max-height: none; } details:not([open]) { display: none; } .chart svg { min-width: 0; }
}
`;
